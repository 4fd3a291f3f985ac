from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hml_jupyter.errors import ArgumentError
from hml_jupyter.statistics.bins import Bins, equal_parts


def test_equal_parts_by_hand() -> None:
    # 1, 2, 3 and 4 events at 0.1, 0.2, 0.3, 0.4: halves are nearest at 6 of 10, thirds at 3 and 6
    values, weights = np.array([0.4, 0.3, 0.2, 0.1]), np.array([4.0, 3.0, 2.0, 1.0])
    assert equal_parts(values, weights, 2) == [0.4]
    assert equal_parts(values, weights, 3) == [0.3, 0.4]
    assert equal_parts(values, weights, 1) == []


def test_equal_parts_leaves_out_what_has_no_value() -> None:
    assert equal_parts(np.array([0.1, np.nan, 0.2]), np.array([1.0, 100.0, 1.0]), 2) == [0.2]


@pytest.mark.parametrize("values", [[], [np.nan], [1.0]])
def test_equal_parts_need_values(values: list[float]) -> None:
    with pytest.raises(ArgumentError, match=r"different values, too few|need signal"):
        equal_parts(np.array(values), np.ones(len(values)), 2)


@given(st.integers(2, 8), st.integers(0, 2**32 - 1))
def test_equal_parts_differ_by_no_more_than_an_event(number: int, seed: int) -> None:
    values = np.random.default_rng(seed).random(200)
    edges = equal_parts(values, np.ones(200), number)
    counts = np.histogram(values, [-1, *edges, 2])[0]
    assert np.abs(counts - 200 / number).max() <= 1


def test_places_are_half_open() -> None:
    class Events:
        n_events = 5

        def column(self, _: str) -> np.ndarray:
            return np.array([0.0, 1.0, 2.0, -0.1, np.nan])

    assert Bins("x", np.array([0.0, 1.0, 2.0])).places(Events()).tolist() == [0, 1, -1, -1, -1]
    assert Bins(None, np.empty(0)).places(Events()).tolist() == [0] * 5
