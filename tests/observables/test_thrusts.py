from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hml_jupyter.observables import thrusts
from hml_jupyter.observables.thrusts import thrust_of


def brute(p: np.ndarray) -> float:
    """The largest sum over all signs, whether a plane gives them or not."""
    signs = np.array(list(product([1.0, -1.0], repeat=len(p))))
    return float(np.linalg.norm(signs @ p, axis=1).max() / np.linalg.norm(p, axis=1).sum())


@pytest.mark.parametrize(
    ("momenta", "expected"),
    [
        ([[1, 2, 3]], 1.0),
        ([[1, 2, 3], [-2, -4, -6]], 1.0),
        ([[1, 0, 0], [0, 1, 0]], np.sqrt(0.5)),
        ([[1, 0, 0], [-0.5, np.sqrt(0.75), 0], [-0.5, -np.sqrt(0.75), 0]], 2 / 3),
        ([[x, 0, 0] for x in (1, -1)] + [[0, x, 0] for x in (1, -1)] + [[0, 0, x] for x in (1, -1)], 1 / np.sqrt(3)),
        ([[0, 0, 5], [0, 0, -5], [0, 0, 0]], 1.0),
    ],
)
def test_thrust_of_known_sets(momenta: list[list[float]], expected: float) -> None:
    assert thrust_of(np.array(momenta, float), np.array([len(momenta)]))[0] == pytest.approx(expected)


def test_thrust_of_nothing_is_missing() -> None:
    found = thrust_of(np.array([[1.0, 0, 0], [0, 0, 0], [0, 0, 0]]), np.array([0, 1, 2, 0]))
    assert np.isnan(found).tolist() == [True, False, True, True]
    assert thrust_of(np.zeros((0, 3)), np.array([], int)).shape == (0,)


whole = st.integers(-3, 3)  # small numbers, so that many lie in one plane or along one line


@settings(max_examples=200)
@given(st.lists(st.tuples(whole, whole, whole), min_size=1, max_size=7))
def test_thrust_of_whole_numbers_agrees_with_all_signs(momenta: list[tuple[int, int, int]]) -> None:
    p = np.array([each for each in momenta if any(each)] or [(1, 0, 0)], float)
    assert thrust_of(p, np.array([len(p)]))[0] == pytest.approx(brute(p), rel=1e-9)


def test_thrust_agrees_with_all_signs() -> None:
    rng = np.random.default_rng(5)
    counts = rng.integers(1, 9, 300)
    p = rng.normal(size=(counts.sum(), 3)) * rng.exponential(30, (counts.sum(), 1))
    sets = np.split(p, np.cumsum(counts)[:-1])
    np.testing.assert_allclose(thrust_of(p, counts), [brute(each) for each in sets], rtol=1e-9)


def test_thrust_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(6)
    counts = np.full(50, 4)
    p = rng.normal(size=(200, 3))
    whole = thrust_of(p, counts)
    monkeypatch.setattr(thrusts, "BLOCK", 40)
    np.testing.assert_array_equal(thrust_of(p, counts), whole)
