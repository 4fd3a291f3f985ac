from __future__ import annotations

import math

import numpy as np
import pytest

from hml_jupyter.errors import ArgumentError
from hml_jupyter.metrics import rejection_at_efficiency, rejections_at_efficiency, roc
from hml_jupyter.metrics.rejections import tightest

SCORES = [0.9, 0.8, 0.8, 0.4, 0.1]
SIGNAL = [True, True, False, True, False]


def test_rejection_by_hand() -> None:
    scores = [0.9, 0.7, 0.5, 0.3, *np.linspace(0, 0.8, 500)]
    is_signal = [True] * 4 + [False] * 500
    found = rejection_at_efficiency(scores, is_signal, None, 0.5)
    left = int((np.linspace(0, 0.8, 500) >= 0.7).sum())
    assert (found.signal_efficiency, found.threshold, found.n_background) == (0.5, 0.7, left)
    assert found.value == pytest.approx(500 / left)
    p = left / 500
    assert found.error == pytest.approx(math.sqrt(p * (1 - p) / 500) / p**2)


def test_rejection_without_background_left() -> None:
    found = rejection_at_efficiency([0.9, 0.5, 0.1], [True, True, False], None, 0.5)
    assert found.value is None
    assert "no background event is left at signal efficiency 0.5" in found.reason


def test_rejection_at_an_efficiency_that_sums_badly() -> None:
    weights = [0.1] * 10 + [1.0]
    found = rejection_at_efficiency([*range(10, 0, -1), 0.5], [True] * 10 + [False], weights, 0.3)
    assert found.threshold == 8


@pytest.mark.parametrize("efficiency", [0.0, -1.0, 1.1, math.nan])
def test_rejection_needs_an_efficiency(efficiency: float) -> None:
    with pytest.raises(ArgumentError, match="efficiency"):
        rejection_at_efficiency(SCORES, SIGNAL, None, efficiency)


@pytest.mark.parametrize("efficiency", [0.1, 0.5, 0.9, 1.0])
def test_rejection_is_a_point_of_the_roc(efficiency: float) -> None:
    rng = np.random.default_rng(3)
    scores, is_signal, weights = rng.integers(0, 50, 400) / 50, rng.random(400) < 0.5, rng.exponential(size=400)
    curve = roc(scores, is_signal, weights)
    at = int(np.argmax(curve.signal_efficiency >= efficiency - 1e-12))
    found = rejection_at_efficiency(scores, is_signal, weights, efficiency)
    assert found.threshold == curve.thresholds[at]
    assert found.signal_efficiency == pytest.approx(curve.signal_efficiency[at], rel=1e-12)
    assert found.value == pytest.approx(1 / curve.background_efficiency[at], rel=1e-12)


def test_rejection_of_each_background() -> None:
    scores = np.array([0.9, 0.5, 0.95, 0.6, 0.1, 0.2, 0.3, 0.7])
    background = {"qcd": np.arange(8) // 2 == 1, "tt": (np.arange(8) >= 4) & (np.arange(8) < 7), "w": np.arange(8) == 7}
    found = rejections_at_efficiency(scores, np.arange(8) < 2, [1, 1, 3, 1, 1, 1, 1, 1], 0.5, background)
    assert {name: each.threshold for name, each in found.items()} == {"qcd": 0.9, "tt": 0.9, "w": 0.9}
    assert found["qcd"].value == pytest.approx(4 / 3)
    assert (found["tt"].value, found["tt"].n_background) == (None, 0)
    assert "no background event is left at signal efficiency 0.5" in found["w"].reason


def test_tightest_needs_signal() -> None:
    for weights in ([1.0, -1.0], [0.0, 0.0]):
        with pytest.raises(ArgumentError, match="there is no signal: its weights must sum to more than 0"):
            tightest(np.array([0.2, 0.8]), np.ones(2, bool), np.array(weights), 0.5)
