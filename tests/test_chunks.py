from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hml_jupyter import chunks

SIGMA = st.floats(1e-3, 1e6)


def test_combine_is_the_mean_weighted_with_events() -> None:
    value, error = chunks.combine([(250, 2.0, 0.2), (250, 4.0, 0.2), (100, 3.0, 0.0)])
    assert value == pytest.approx(3.0)
    assert error == pytest.approx((2 * (250 * 0.2) ** 2) ** 0.5 / 600)


@given(st.lists(st.tuples(st.integers(1, 250), SIGMA, SIGMA), min_size=1, max_size=8))
def test_combine_lies_between(estimates: list[tuple[int, float, float]]) -> None:
    value, error = chunks.combine(estimates)
    sigmas = [s for _, s, _ in estimates]
    assert min(sigmas) * (1 - 1e-9) <= value <= max(sigmas) * (1 + 1e-9)
    assert error <= max(e for _, _, e in estimates) * (1 + 1e-9)


def test_half_written_chunks_do_not_count(study: Path) -> None:
    made = chunks.Made(b"content", {"n_events": 1})
    chunks._keep(study, "chunk-000000-1", made)
    assert sorted(f.name for f in study.iterdir()) == ["chunk-000000-1.json", "chunk-000000-1.parquet"]
