from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hml_jupyter.errors import ArgumentError
from hml_jupyter.metrics import asimov, max_significance

rows = st.lists(st.tuples(st.integers(0, 8), st.booleans(), st.floats(0.1, 10)), min_size=2, max_size=60)


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


@pytest.mark.parametrize("signal", [1e-4, 1.0, 100.0])
@pytest.mark.parametrize("uncertainty", [0.0, 0.2])
def test_no_better_threshold_is_left_out(signal: float, uncertainty: float) -> None:
    """Many more thresholds than are bounded together, some weights negative."""
    rng = np.random.default_rng(5)
    is_signal = rng.random(20_000) < 0.4
    scores = rng.normal(size=20_000) + 1.5 * is_signal
    expected = rng.normal(1.0, 0.8, 20_000) * np.where(is_signal, signal, 1.0)
    found = max_significance(scores, is_signal, expected, uncertainty=uncertainty)
    order = np.argsort(-scores)
    s, b, squares = (
        np.cumsum((expected**power * side)[order]) for side, power in ((is_signal, 1), (~is_signal, 1), (~is_signal, 2))
    )
    with np.errstate(all="ignore"):
        z = asimov(s, b, np.sqrt(squares + (uncertainty * b) ** 2))
    z[(b <= 0) | (s < 0) | (b**2 < 10 * squares)] = -1
    assert found.value == pytest.approx(z.max(), rel=1e-12)
    assert found.threshold == scores[order][np.argmax(z)]


@pytest.mark.parametrize("seed", range(12))
def test_no_better_threshold_is_left_out_for_any_weights(seed: int) -> None:
    """The significance does not fall with the background where its error stays: a bound that took it to was none."""
    rng = np.random.default_rng(seed)
    is_signal = rng.random(9000) < 0.5
    scores = rng.normal(size=9000) + 2 * is_signal
    rare = np.where(rng.random(9000) < 0.05, 10.0, 1.0)
    signed = rng.exponential(1, 9000) * np.where(rng.random(9000) < 0.4, -1, 1)
    expected = np.where(is_signal, 10.0, rare) if seed % 2 else signed
    order = np.argsort(-scores)
    s, b, squares = (
        np.cumsum((expected**power * side)[order]) for side, power in ((is_signal, 1), (~is_signal, 1), (~is_signal, 2))
    )
    with np.errstate(all="ignore"):
        z = asimov(s, b, np.sqrt(squares))
    z[(b <= 0) | (s < 0) | (b**2 < 10 * squares)] = -1
    found = max_significance(scores, is_signal, expected)
    assert (found.value if z.max() >= 0 else -1) == pytest.approx(z.max(), rel=1e-12)


def test_of_equal_thresholds_the_tightest() -> None:
    scores = np.repeat(np.arange(4000.0, 0.0, -1.0), 2)
    found = max_significance(scores, np.tile([True, False], 4000), np.tile([0.0, 1.0], 4000) + np.eye(1, 8000)[0])
    assert found.threshold == 3991.0


def test_several_backgrounds_add_up() -> None:
    """A background of one event of large weight counts with the others, and by itself only where each is asked for."""
    scores = [0.9] * 10 + [0.8] * 30 + [0.7] + [0.6] * 20
    classes = np.array([0] * 10 + [1] * 30 + [2] * 21)
    expected = np.array([1.0] * 10 + [0.1] * 30 + [5.0] * 21)
    together = max_significance(scores, classes == 0, expected)
    assert (together.threshold, together.b) == (0.8, pytest.approx(3.0))
    each = max_significance(scores, classes == 0, expected, classes=classes)
    assert (each.threshold, each.b) == (0.6, pytest.approx(108.0))
    none = max_significance(scores, classes == 0, expected, classes=classes, floor=22)
    assert none.value is None
    assert none.reason == "cannot be estimated: no threshold leaves 22 effective events of each background"


def test_classes_are_as_many_as_scores() -> None:
    with pytest.raises(ArgumentError, match=r"classes has the shape \(1,\), scores \(2,\)"):
        max_significance([1, 2], [True, False], [1, 1], classes=[1])


def test_the_floor_is_kept_with_the_result() -> None:
    assert max_significance([1] * 45, [True] * 5 + [False] * 40, [1.0] * 45, floor=20).floor == 20
