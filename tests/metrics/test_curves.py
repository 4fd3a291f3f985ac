from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from hml_jupyter.errors import ArgumentError
from hml_jupyter.metrics import asimov, auc, max_significance, rejection_at_efficiency, roc, roc_at_efficiencies

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
    assert found.signal_efficiency.tolist() == [0.0, 0.25, 0.5, 0.75, 0.8, 1.0]
    assert found.background_efficiency.tolist() == [0.0, 0.0, 0.75, 0.75, 0.75, 0.75]
    assert found.thresholds.tolist() == [math.inf, 0.9, 0.8, 0.8, 0.4, 0.4]


def test_auc_by_hand() -> None:
    # pairs: 1x4 above, 2x3 ties, 2x1 above, 1x1 above, of 16
    assert auc(SCORES, SIGNAL, WEIGHTS) == pytest.approx((4 + 3 + 2 + 1) / 16)
    assert auc([1, 1], [True, False]) == 0.5


rows = st.lists(st.tuples(st.integers(0, 8), st.booleans(), st.floats(0.1, 10)), min_size=2, max_size=60)


@given(rows)
def test_auc_agrees_with_scikit_learn(events: list[tuple[int, bool, float]]) -> None:
    scores, is_signal, weights = (list(each) for each in zip(*events, strict=True))
    assume(any(is_signal) and not all(is_signal))
    expected = roc_auc_score(is_signal, scores, sample_weight=weights)
    assert auc(scores, is_signal, weights) == pytest.approx(expected, abs=1e-9)


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


@given(rows, st.floats(1, 20))
def test_max_significance_agrees_with_brute_force(events: list[tuple[int, bool, float]], floor: float) -> None:
    scores, is_signal, expected = (np.array(each) for each in zip(*events, strict=True))
    assume(is_signal.any() and not is_signal.all())
    found = max_significance(scores, is_signal, expected, floor=floor)
    best = None
    for threshold in np.unique(scores):
        chosen = scores >= threshold
        s, b = expected[chosen & is_signal].sum(), expected[chosen & ~is_signal].sum()
        squares = (expected[chosen & ~is_signal] ** 2).sum()
        if squares > 0 and b**2 / squares >= floor * (1 + 1e-9):
            z = asimov(s, b, math.sqrt(squares))
            best = z if best is None else max(best, z)
    if best is not None:
        assert found.value is not None
        assert found.value >= best * (1 - 1e-9)
        assert found.n_effective >= floor
    if found.value is not None:
        chosen = scores >= found.threshold
        assert found.s == pytest.approx(expected[chosen & is_signal].sum())
        assert found.b == pytest.approx(expected[chosen & ~is_signal].sum())
    else:
        assert found.reason.startswith("cannot be estimated")


def test_max_significance_does_not_end_without_background() -> None:
    scores = np.concatenate([np.linspace(0.5, 1, 100), np.linspace(0, 0.8, 400)])
    is_signal = np.arange(500) < 100
    found = max_significance(scores, is_signal, np.ones(500))
    assert found.n_effective >= 10
    assert found.threshold is not None
    assert found.threshold < 0.8


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
