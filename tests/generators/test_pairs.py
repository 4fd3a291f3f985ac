from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hml_jupyter.generators.pairs import pairs, within

EVENTS = st.lists(st.integers(0, 5), max_size=12).map(lambda values: np.array(sorted(values), dtype=np.int64))


@given(EVENTS, EVENTS)
def test_pairs_are_all_pairs_of_an_event(left: np.ndarray, right: np.ndarray) -> None:
    found = set(zip(*(places.tolist() for places in pairs(left, right)), strict=True))
    assert found == {(i, j) for i, a in enumerate(left) for j, b in enumerate(right) if a == b}


def test_within_goes_across_the_edge_of_phi() -> None:
    eta = np.zeros(3), np.array([0.0, 0.1, 0.5])
    phi = np.array([3.1, 3.1, 3.1]), np.array([-3.1, -3.1, -3.1])
    assert within(0.4, eta, phi).tolist() == [True, True, False]
