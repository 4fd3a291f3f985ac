from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, log_loss

from hml_jupyter.methods.objectives import OBJECTIVES, Objective, better, columns
from hml_jupyter.methods.sample import Part
from hml_jupyter.metrics import asimov, significance

Y = np.array([1, 1, 1, 0, 0, 0, 0])
KEPT = np.array([True, True, False, True, True, False, False])
EXPECTED = np.array([0.5, 0.7, 0.2, 3.0, -0.5, 2.0, 1.0])
BALANCED = np.array([1.5, 1.0, 1.0, 1.0, 1.2, 0.8, 0.5])
PART = Part(np.zeros((7, 1)), Y, BALANCED, EXPECTED)


def gain(objective: Objective, kept: np.ndarray = KEPT) -> float:
    summed = columns(Y == 1, objective.weights(PART, luminosity=0.001))
    return objective.gain(summed[:, kept].sum(axis=1), summed.sum(axis=1))


def test_expected_events_by_hand() -> None:
    assert gain(Objective("s/sqrt(b)", floor=0.0)) == pytest.approx(1.2 / np.sqrt(2.5))
    assert gain(Objective("s/sqrt(s+b)", floor=0.0)) == pytest.approx(1.2 / np.sqrt(3.7))
    summed = columns(Y == 1, Objective("significance").weights(PART, luminosity=139.0))
    np.testing.assert_allclose(summed[1], [0, 0, 0, 417e3, -69.5e3, 278e3, 139e3])
    assert summed[3].tolist() == [0, 0, 0, 1, 1, 1, 1]


@pytest.mark.parametrize(("uncertainty", "floor"), [(0.0, 0.0), (0.3, 0.0), (0.3, 0.6), (0.0, 0.7)])
def test_significance_is_that_of_the_metrics(uncertainty: float, floor: float) -> None:
    told = significance(1.2, 2.5, 9.25, uncertainty=uncertainty, floor=floor)
    objective = Objective("significance", uncertainty, floor)
    assert objective.value(gain(objective)) == pytest.approx(told.value)
    assert (told.value is None) == (floor == 0.7)


def test_balanced_objectives_are_those_of_scikit_learn() -> None:
    share, rest = (np.average(Y[side], weights=BALANCED[side]) for side in (KEPT, ~KEPT))
    score = np.where(KEPT, share, rest)
    entropy = Objective("cross_entropy")
    assert entropy.value(gain(entropy)) == pytest.approx(log_loss(Y, score, sample_weight=BALANCED))
    assert gain(Objective("accuracy")) == pytest.approx(accuracy_score(Y, KEPT, sample_weight=BALANCED))


@pytest.mark.parametrize("name", ["cross_entropy", "accuracy"])
def test_a_cut_that_keeps_the_background_is_not_allowed(name: str) -> None:
    assert gain(Objective(name), ~KEPT) == -np.inf
    assert gain(Objective(name), np.zeros(7, bool)) == -np.inf
    assert np.isfinite(gain(Objective(name), np.ones(7, bool)))


@pytest.mark.parametrize("name", OBJECTIVES[:3])
def test_rests_of_sums_are_no_background(name: str) -> None:
    passing = np.array([[1.0], [1e-12], [1e-40], [0.0]])
    assert Objective(name, floor=0.0).gains(passing, np.ones(4)) == -np.inf


sizes = st.floats(1e-6, 1e6)
yields = st.lists(st.tuples(sizes, sizes, sizes), min_size=1, max_size=20)


@given(yields, st.floats(0, 2))
def test_what_is_not_computed_is_not_the_largest(sums: list[tuple[float, float, float]], uncertainty: float) -> None:
    s, b, squares = np.array(sums).T
    gains = Objective("significance", uncertainty, 0.0).gains(
        np.stack([s, b, squares, np.full(len(s), 1e9)]), np.ones(4)
    )
    assert gains.max() == np.max(asimov(s, b, np.sqrt(squares + (uncertainty * b) ** 2)))


def test_better() -> None:
    assert better(0.0, -np.inf)
    assert not better(-np.inf, -np.inf)
    assert not better(1.0 + 1e-12, 1.0)
