from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import toys
from scipy import stats

from hml_jupyter.methods.closing import (
    ClassClosure,
    Efficiency,
    PointClosure,
    at_threshold,
    class_closure,
    told_apart,
    two_samples,
)


@pytest.fixture(scope="module")
def truth() -> Any:
    return _truth(4000, 5)


def _truth(events: int, seed: int) -> Any:
    rng = np.random.default_rng(seed)
    return np.column_stack([rng.normal(size=events), rng.exponential(1, events), rng.integers(0, 3, events)])


def drawn(truth: Any, seed: int) -> Any:
    return toys.score(truth, np.random.default_rng([seed, 1]).normal(size=len(truth)))


def test_distance_by_hand() -> None:
    """At 0.2 three quarters of one and a quarter of the other are below or there; half of the 16 ways to swap differ as much."""
    distance, probability = two_samples(np.array([0.1, 0.2, 0.2, 0.9]), np.array([0.2, 0.3, 0.4, 0.9]), np.ones(4))
    assert distance == 0.5
    assert 0.42 < probability < 0.58
    weighted, _ = two_samples(np.array([0.1, 0.9]), np.array([0.5, 0.9]), np.array([3.0, 1.0]))
    assert weighted == 0.75


def test_probabilities_of_right_surrogates_are_uniform() -> None:
    found = []
    for seed in range(60):
        truth = _truth(200, 1000 + seed)
        found.append(two_samples(drawn(truth, 2 * seed), drawn(truth, 2 * seed + 1), np.ones(200), seed=seed)[1])
    assert stats.kstest(found, "uniform").pvalue > 0.01


def test_right_surrogates_are_not_told_apart(truth: Any) -> None:
    found = [told_apart(truth, drawn(truth, s), drawn(truth, 50 + s), np.ones(len(truth)), seed=s) for s in range(3)]
    pulls = [(auc - 0.5) / error for auc, error in found]
    assert max(map(abs, pulls)) < 3
    # 2,000 of each: sqrt((2 * 2000 + 1) / (12 * 2000^2))
    assert found[0][1] == pytest.approx(math.sqrt(4001 / 12 / 4e6))


def test_a_deterministic_regression_fails_every_test(truth: Any) -> None:
    """The mean of the score given the truth, which no regression of it can beat."""
    original = drawn(truth, 1)
    mean = np.mean([drawn(truth, 100 + seed) for seed in range(200)], axis=0)
    ones = np.ones(len(truth))
    assert two_samples(original, mean, ones)[1] < 0.003
    auc, error = told_apart(truth, original, mean, ones)
    assert (auc - 0.5) / error > 20
    bin_of = np.digitize(truth[:, 0], [-1, 0, 1])
    assert at_threshold(original, mean, ones, bin_of, 4, (0.2, 0.8)).probability < 1e-6  # type: ignore[operator]


def test_what_has_the_distribution_but_not_the_inputs_is_told_apart(truth: Any) -> None:
    original = drawn(truth, 1)
    shuffled = np.random.default_rng(1).permutation(original)
    assert two_samples(original, shuffled, np.ones(len(truth))) == (0.0, 1.0)
    assert told_apart(truth, original, shuffled, np.ones(len(truth)))[0] > 0.8


def test_at_threshold_by_hand() -> None:
    """Of weights 1, 2, 1 the first two pass with the original and the last two with the surrogate; a bin is empty."""
    found = at_threshold(
        np.array([0.5, 0.9, 0.1]),
        np.array([0.1, 0.5, 0.8]),
        np.array([1.0, 2.0, 1.0]),
        np.array([0, 0, 2]),
        3,
        (1, 0.5),
    )
    assert found.whole == Efficiency(0.75, 0.75, pytest.approx(math.sqrt(2) / 4))
    assert found.bins[0] == Efficiency(1.0, pytest.approx(2 / 3), pytest.approx(1 / 3))
    assert found.bins[2] == Efficiency(0.0, 1.0, 1.0)
    assert math.isnan(found.bins[1].original)
    # two bins, each one standard deviation off
    assert found.probability == pytest.approx(math.exp(-1))
    same = np.array([0.2, 0.7])
    assert at_threshold(same, same, np.ones(2), np.zeros(2, int), 1, (1, 0.5)).probability is None


def test_densities_have_unit_area_and_negative_weights_subtract(truth: Any) -> None:
    one, other, weights = drawn(truth, 1), drawn(truth, 2), np.where(np.arange(len(truth)) % 10, 1.0, -1.0)
    found = class_closure(truth, one, other, weights, bin_of=np.zeros(len(truth), int), bins=1, points=[(0.5, 0.5)])
    assert sum(found.original) / 20 == pytest.approx(1)
    assert sum(found.surrogate) / 20 == pytest.approx(1)
    counts = np.histogram(other, 20, (0, 1))[0]
    np.testing.assert_allclose(found.errors, np.sqrt(counts) * 20 / weights.sum())


def _found(auc: float, probability: float, *in_bins: float | None) -> ClassClosure:
    same = Efficiency(0.5, 0.5, 0.01)
    points = tuple(PointClosure(0.5, 0.1, same, (same,), each) for each in in_bins)
    return ClassClosure(1000, 0.1, probability, auc, 0.01, points, (), (), ())


@pytest.mark.parametrize(
    ("auc", "probability", "in_bins", "verdict"),
    [
        (0.529, 0.0031, (0.0011, 0.5, None, 0.9), "cannot be told apart"),
        (0.46, 0.5, (), "cannot be told apart"),  # trees that guess, and guess badly
        (0.531, 0.5, (0.5,), "can be told apart, by classifier"),
        (0.5, 0.002, (None,), "can be told apart, by distribution"),
        (0.5, 0.5, (0.0009, 0.5, None, 0.9), "can be told apart, by efficiencies"),  # 3 x 0.0009 < 0.003
        (0.9, 0.002, (1e-9,), "can be told apart, by classifier, distribution, efficiencies"),
    ],
)
def test_verdict_by_hand(auc: float, probability: float, in_bins: tuple[float | None, ...], verdict: str) -> None:
    assert _found(auc, probability, *in_bins).verdict == verdict
