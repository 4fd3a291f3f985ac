from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import accuracy_score, confusion_matrix

from hml_jupyter.errors import ArgumentError
from hml_jupyter.metrics import accuracy, calibration, confusion

RNG = np.random.default_rng(4)
SIGNAL = RNG.random(500) < 0.5
SCORES = np.where(SIGNAL, RNG.beta(3, 2, 500), RNG.beta(2, 3, 500))
WEIGHTS = RNG.exponential(size=500)


def test_accuracy_agrees_with_scikit_learn() -> None:
    assert accuracy(SCORES, SIGNAL, WEIGHTS) == pytest.approx(
        accuracy_score(SIGNAL, SCORES > 0.5, sample_weight=WEIGHTS)
    )


def test_calibration_agrees_with_scikit_learn_without_weights() -> None:
    found = calibration(SCORES, SIGNAL, bins=8)
    fraction, score = calibration_curve(SIGNAL, SCORES, n_bins=8)
    assert found.fraction == pytest.approx(tuple(fraction))
    assert found.score == pytest.approx(tuple(score))
    assert sum(found.share) == pytest.approx(1.0)


def test_calibration_with_weights_counts_events_so_often() -> None:
    often = np.arange(500) % 3 + 1
    weighted, repeated = (
        calibration(SCORES, SIGNAL, often),
        calibration(np.repeat(SCORES, often), np.repeat(SIGNAL, often)),
    )
    assert weighted.fraction == pytest.approx(repeated.fraction)
    assert weighted.expected_error == pytest.approx(repeated.expected_error)
    assert all(a > b for a, b in zip(weighted.error, repeated.error, strict=True) if b)


def test_a_probability_is_calibrated() -> None:
    scores = RNG.random(200_000)
    assert calibration(scores, RNG.random(200_000) < scores).expected_error < 0.01
    assert calibration(scores**2, RNG.random(200_000) < scores).expected_error == pytest.approx(1 / 2 - 1 / 3, abs=0.01)


def test_empty_bins_are_left_out() -> None:
    assert calibration([0.0, 1.0], [False, True]).score == (0.0, 1.0)


@pytest.mark.parametrize(
    ("scores", "weights", "message"),
    [
        ([-0.1, 0.5], None, "scores from -0.1 to 0.5 are no probabilities"),
        ([0.1, 0.5], [2, -1], "no background|not negative"),
    ],
)
def test_calibration_refuses(scores: Any, weights: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        calibration(scores, [True, False], weights)


def test_calibration_refuses_negative_weights() -> None:
    with pytest.raises(ArgumentError, match="weights that are not negative"):
        calibration([0.1, 0.5, 0.6], [True, False, False], [1, 2, -1])


def test_confusion_agrees_with_scikit_learn() -> None:
    found = confusion(SCORES, {"zz": SIGNAL, "qcd": ~SIGNAL}, WEIGHTS, threshold=0.6)
    counts = confusion_matrix(SIGNAL, SCORES >= 0.6)
    weighted = confusion_matrix(SIGNAL, SCORES >= 0.6, sample_weight=WEIGHTS, normalize="true")
    assert [list(found.classes[name][:2]) for name in ("qcd", "zz")] == counts.tolist()
    assert [found.classes[name].efficiency for name in ("qcd", "zz")] == pytest.approx(weighted[:, 1])


def test_confusion_without_weight() -> None:
    assert confusion([0.9], {"zz": [True]}, [0.0]).classes["zz"].efficiency is None
