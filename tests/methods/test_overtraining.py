from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ks_2samp

from hml_jupyter.methods.overtraining import kolmogorov_smirnov


def test_distance_of_two_points() -> None:
    # D = 1, n = m = 1: the root is sqrt(1/2), Stephens' argument sqrt(1/2) + 0.12 + 0.11 sqrt(2)
    argument = np.sqrt(0.5) + 0.12 + 0.11 * np.sqrt(2)
    series = 2 * sum((-1) ** (j - 1) * np.exp(-2 * j**2 * argument**2) for j in range(1, 20))
    assert kolmogorov_smirnov([0.0], [1.0], [1.0], [1.0]) == pytest.approx(series)


@pytest.mark.parametrize("shift", [0.0, 0.1, 0.2])
def test_agrees_with_scipy(shift: float) -> None:
    rng = np.random.default_rng(3)
    a, b = rng.normal(0, 1, 900), rng.normal(shift, 1, 700)
    exact = ks_2samp(a, b).pvalue
    assert kolmogorov_smirnov(a, b, np.ones(900), np.ones(700)) == pytest.approx(exact, abs=0.01)


def test_weights_scale_out() -> None:
    rng = np.random.default_rng(4)
    a, b = rng.normal(0, 1, 100), rng.normal(0.2, 1, 100)
    plain = kolmogorov_smirnov(a, b, np.ones(100), np.ones(100))
    assert kolmogorov_smirnov(a, b, np.full(100, 1e-6), np.full(100, -50.0)) == pytest.approx(plain)


def test_repeated_events_count_once() -> None:
    rng = np.random.default_rng(5)
    a, b = rng.normal(0, 1, 100), rng.normal(0.2, 1, 100)
    padded, weights = np.concatenate([a, np.full(900, 9.0)]), np.concatenate([np.ones(100), np.zeros(900)])
    assert kolmogorov_smirnov(padded, b, weights, np.ones(100)) == pytest.approx(
        kolmogorov_smirnov(a, b, np.ones(100), np.ones(100))
    )


def test_nothing_to_compare() -> None:
    assert kolmogorov_smirnov([], [1.0], [], [1.0]) is None


def test_the_probability_is_uniform_for_equal_distributions() -> None:
    rng = np.random.default_rng(6)
    ones = np.ones(200)
    found = [kolmogorov_smirnov(rng.normal(size=200), rng.normal(size=200), ones, ones) or 0.0 for _ in range(300)]
    assert np.mean(np.less(found, 0.1)) == pytest.approx(0.1, abs=0.06)
