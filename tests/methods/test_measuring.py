from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from hml_jupyter.methods.measuring import (
    SHUFFLED,
    Scored,
    Terms,
    errors,
    permutation_importance,
    significances_at,
    thinned,
    with_error,
)
from hml_jupyter.metrics import auc, bootstrap, max_significance, rejection_at_efficiency
from hml_jupyter.metrics.ranking import ranked

TERMS = Terms(luminosity=1.0, uncertainty=0.1, floor=10.0, each_background=False)


def events(n: int = 400) -> Scored:
    """Rounded scores, so that some are equal; signal, and two backgrounds of different weights."""
    rng = np.random.default_rng(8)
    classes = rng.choice(3, n, p=(0.4, 0.4, 0.2))
    is_signal = classes == 0
    score = np.round(np.where(is_signal, rng.beta(3, 2, n), rng.beta(2, 3, n)), 2)
    weights = rng.exponential(size=n) * np.array([0.1, 1.0, 5.0])[classes]
    return Scored(score, is_signal, classes, weights, np.ones(n), 3 * weights)


def test_errors_are_those_of_the_plain_functions() -> None:
    e = events()
    order = ranked(e.score, e.is_signal).order
    score, is_signal, classes, weights = (column[order] for column in e[:4])

    def plain(counts: np.ndarray) -> list[float]:
        drawn = weights * counts
        z = max_significance(score, is_signal, 3 * drawn, uncertainty=0.1).value
        rejection = rejection_at_efficiency(score, is_signal, drawn, 0.5).value
        right = np.average((score > 0.5) == is_signal, weights=counts)
        return [right, auc(score, is_signal, drawn), 1 / (rejection or np.inf), math.nan if z is None else z]

    assert list(errors(e, TERMS)) == pytest.approx(bootstrap(plain, classes).tolist(), rel=1e-9)
    without = errors(e._replace(expected=None), TERMS)
    assert without.auc == pytest.approx(errors(e, TERMS).auc, rel=1e-9)
    assert math.isnan(without.significance)


def test_negative_weights_have_errors() -> None:
    e = events(60)
    found = errors(e._replace(weights=e.weights - 1.5 * e.weights.mean(), expected=None), TERMS)
    assert found.accuracy > 0


def test_significances_at_the_points_of_a_curve() -> None:
    e = events()
    assert e.expected is not None
    curve = thinned(e.score, e.is_signal, e.weights)
    found = significances_at(e, TERMS, curve)
    assert found is not None
    best = max_significance(e.score, e.is_signal, e.expected, uncertainty=0.1)
    assert np.isnan(found[0])
    assert np.nanmax(found) <= (best.value or 0.0) * (1 + 1e-12)
    above = e.score >= curve.thresholds[120]
    alone = max_significance(
        above.astype(float), e.is_signal & above, np.where(above, e.expected, 0.0), uncertainty=0.1
    )
    assert found[120] == pytest.approx(alone.value)


def test_a_rejection_with_an_error() -> None:
    e = events()
    found = rejection_at_efficiency(e.score, e.is_signal, e.weights, 0.5)
    assert found.value is not None
    assert with_error(found, 0.01).error == pytest.approx(0.01 * found.value**2)
    assert with_error(found, math.nan).error is None
    assert with_error(replace(found, value=None, error=None), 0.01).error is None


def test_importance_of_many_events() -> None:
    """Not more events are scored than are needed."""
    rng = np.random.default_rng(0)
    X, sizes = rng.normal(size=(SHUFFLED + 500, 2)), []

    def score(inputs: np.ndarray) -> np.ndarray:
        sizes.append(len(inputs))
        return inputs[:, 1]

    found = permutation_importance(score, X, X[:, 1] > 0.3, np.ones(len(X)), ("noise", "all"))
    assert sizes == [SHUFFLED, 5 * SHUFFLED, 5 * SHUFFLED]
    assert [each.name for each in found] == ["all", "noise"]
    assert found[0].value == pytest.approx(0.5, abs=0.02)
    assert found[1] == ("noise", 0.0, 0.0)
