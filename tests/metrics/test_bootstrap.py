from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import bootstrap as scipys

from hml_jupyter.errors import ArgumentError
from hml_jupyter.metrics import auc, bootstrap


def test_error_of_a_mean_agrees_with_scipy() -> None:
    values = np.random.default_rng(2).exponential(size=300)
    ours = bootstrap(lambda counts: np.average(values, weights=counts), np.zeros(300), resamples=2000)
    theirs = scipys((values,), np.mean, n_resamples=2000, rng=1).standard_error
    assert ours == pytest.approx(theirs, rel=0.06)


def test_each_group_keeps_its_size() -> None:
    groups = np.array([0, 0, 1, 1, 1])
    assert bootstrap(lambda counts: [counts[groups == 0].sum(), counts.sum()], groups).tolist() == [0.0, 0.0]


def test_error_of_an_auc_is_the_spread_of_new_samples() -> None:
    def sample(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        is_signal = np.arange(200) < 80
        return rng.normal(size=200) + is_signal, is_signal

    spread = np.std([auc(*sample(np.random.default_rng(i))) for i in range(300)])
    scores, is_signal = sample(np.random.default_rng(1000))
    error = bootstrap(lambda counts: auc(scores, is_signal, counts), is_signal, resamples=300)
    assert error == pytest.approx(spread, rel=0.2)


def test_the_same_seed_gives_the_same_error() -> None:
    def first(seed: int) -> float:
        return float(bootstrap(lambda counts: counts[0], np.zeros(9), seed=seed))

    assert first(1) == first(1) != first(2)


def test_what_can_seldom_be_estimated_has_no_error() -> None:
    found = bootstrap(
        lambda counts: [math.nan if counts[0] else 1.0, counts[0] if counts[0] else math.nan], np.zeros(50)
    )
    assert math.isnan(found[0])
    assert found[1] > 0


def test_resamples() -> None:
    with pytest.raises(ArgumentError, match="resamples must be from 2 to 1000000; got 1"):
        bootstrap(lambda counts: counts, [0], resamples=1)


def test_the_last_digits_of_sums_are_no_error() -> None:
    """An AUC of scores that are all the same is one half, whatever is drawn."""
    weights, is_signal = np.linspace(0.1, 0.7, 50), np.arange(50) < 20

    def statistic(counts: np.ndarray) -> list[float]:
        s, b = (np.cumsum((weights * counts)[::-1][chosen])[-1] for chosen in (is_signal[::-1], ~is_signal[::-1]))
        return [0.1 * s * b / (0.2 * b * s), s]

    error, of_sum = bootstrap(statistic, np.zeros(50))
    assert error == 0.0
    assert of_sum > 0.1
