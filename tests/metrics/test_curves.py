from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score, roc_curve

from hml_jupyter.errors import ArgumentError
from hml_jupyter.metrics import auc, roc, roc_at_efficiencies

SCORES = [0.9, 0.8, 0.8, 0.4, 0.1]
SIGNAL = [True, True, False, True, False]
WEIGHTS = [1.0, 2.0, 3.0, 1.0, 1.0]


def test_roc_by_hand() -> None:
    curve = roc(SCORES, SIGNAL, WEIGHTS)
    assert curve.thresholds.tolist() == [math.inf, 0.9, 0.8, 0.4, 0.1]
    assert curve.signal_efficiency.tolist() == [0.0, 0.25, 0.75, 1.0, 1.0]
    assert curve.background_efficiency.tolist() == [0.0, 0.0, 0.75, 0.75, 1.0]


def test_roc_at_efficiencies_by_hand() -> None:
    found = roc_at_efficiencies(roc(SCORES, SIGNAL, WEIGHTS), [0.0, 0.25, 0.5, 0.75, 0.8, 1.0])
    assert found.signal_efficiency.tolist() == [0.0, 0.25, 0.75, 0.75, 1.0, 1.0]
    assert found.background_efficiency.tolist() == [0.0, 0.0, 0.75, 0.75, 0.75, 0.75]
    assert found.thresholds.tolist() == [math.inf, 0.9, 0.8, 0.8, 0.4, 0.4]


def test_auc_by_hand() -> None:
    # pairs: 1x4 above, 2x3 ties, 2x1 above, 1x1 above, of 16
    assert auc(SCORES, SIGNAL, WEIGHTS) == pytest.approx((4 + 3 + 2 + 1) / 16)
    assert auc([1, 1], [True, False]) == 0.5


rows = st.lists(st.tuples(st.integers(0, 8), st.booleans(), st.floats(0.1, 10)), min_size=2, max_size=60)


@given(rows)
def test_auc_and_roc_agree_with_scikit_learn(events: list[tuple[int, bool, float]]) -> None:
    scores, is_signal, weights = (list(each) for each in zip(*events, strict=True))
    assume(any(is_signal) and not all(is_signal))
    expected = roc_auc_score(is_signal, scores, sample_weight=weights)
    assert auc(scores, is_signal, weights) == pytest.approx(expected, abs=1e-12)
    background, signal, thresholds = roc_curve(is_signal, scores, sample_weight=weights, drop_intermediate=False)
    curve = roc(scores, is_signal, weights)
    np.testing.assert_allclose(curve.signal_efficiency, signal, rtol=0, atol=1e-12)
    np.testing.assert_allclose(curve.background_efficiency, background, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(curve.thresholds, thresholds)


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_many_events_agree_with_scikit_learn(kind: type) -> None:
    rng = np.random.default_rng(1)
    scores, is_signal, weights = rng.random(50_000).astype(kind), rng.random(50_000) < 0.3, rng.exponential(size=50_000)
    expected = roc_auc_score(is_signal, scores, sample_weight=weights)
    assert auc(scores, is_signal, weights) == pytest.approx(expected, abs=1e-12)
    background, signal, _ = roc_curve(is_signal, scores, sample_weight=weights, drop_intermediate=False)
    curve = roc(scores, is_signal, weights)
    np.testing.assert_allclose(curve.signal_efficiency, signal, rtol=0, atol=1e-12)
    np.testing.assert_allclose(curve.background_efficiency, background, rtol=0, atol=1e-12)


def test_weights_of_zero_change_nothing() -> None:
    curve = roc([*SCORES, 0.85], [*SIGNAL, True], [*WEIGHTS, 0.0])
    assert curve.signal_efficiency.tolist() == [0.0, 0.25, 0.25, 0.75, 1.0, 1.0]
    assert auc([*SCORES, 0.85], [*SIGNAL, True], [*WEIGHTS, 0.0]) == auc(SCORES, SIGNAL, WEIGHTS)


def test_negative_weights_are_taken_away() -> None:
    curve = roc([0.9, 0.8, 0.7, 0.6], [True, False, False, True], [1.0, 2.0, -1.0, 1.0])
    assert curve.background_efficiency.tolist() == [0.0, 0.0, 2.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("scores", "is_signal", "weights", "message"),
    [
        ([1, 2], [True], None, "differ in shape"),
        ([1, math.nan], [True, False], None, "NaN"),
        ([1, 2], [True, False], [1, math.inf], "finite"),
        ([1, 2], [True, True], None, "no background"),
        ([1, 2], [False, False], None, "no signal"),
        ([1, 2], [True, False], [-1, 1], "no signal"),
        ([], [], None, "no signal"),
    ],
)
def test_roc_refuses(scores: Any, is_signal: Any, weights: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        roc(scores, is_signal, weights)
