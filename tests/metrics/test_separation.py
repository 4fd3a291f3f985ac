from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hml_jupyter.errors import ArgumentError
from hml_jupyter.metrics import separation

# no scale of the test takes a count to 0
counts = st.lists(st.just(0.0) | st.floats(1e-6, 100), min_size=4, max_size=4)


def test_separation_by_hand() -> None:
    # shapes (1/4, 3/4) and (3/4, 1/4): half of (1/4 + 1/4) / 1
    assert separation([1, 3], [30, 10]) == pytest.approx(0.25)
    assert separation([1, 0, 0], [0, 2, 3]) == 1.0
    assert np.isnan(separation([0, 0], [1, 2]))
    assert separation([-1, 2], [0, 7]) == 0.0


@given(counts, counts, st.floats(0.1, 10))
def test_separation_is_symmetric_bounded_and_of_shapes(one: list[float], other: list[float], scale: float) -> None:
    found = separation(one, other)
    if np.isfinite(found):
        assert -1e-12 <= found <= 1 + 1e-12
        assert found == pytest.approx(separation(other, one), abs=1e-12)
        assert found == pytest.approx(separation(np.multiply(one, scale), other), abs=1e-9)


def test_separation_of_other_bins() -> None:
    with pytest.raises(ArgumentError, match="different bins"):
        separation([1, 2], [1, 2, 3])
