"""The numbers of an evaluation: functions of scores and weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .. import metrics
from ..metrics import Rejection, Roc
from ..metrics.curves import area
from ..metrics.ranking import ranked
from ..metrics.thresholds import best_point, significances, yields_above
from .evaluation import Importance, RawCounts, Scores, Shape

__all__ = [
    "EFFICIENCY",
    "Errors",
    "Scored",
    "Terms",
    "cross_entropy",
    "distributions",
    "errors",
    "permutation_importance",
    "raw_counts",
    "significances_at",
    "thinned",
    "with_error",
]

Array = npt.NDArray[Any]

EFFICIENCY = 0.5
BINS = 20
#: Points that are kept of a ROC curve.
POINTS = 201
#: How often an input is shuffled, and among how many events at most: the largest AUC's error is then 0.002.
REPEATS, SHUFFLED = 5, 20_000


class Terms(NamedTuple):
    """What a significance is asked for."""

    luminosity: float | None
    """fb^-1; None leaves it out."""
    uncertainty: float
    """Relative uncertainty of the background."""
    floor: float
    """Effective background events that a threshold must leave."""
    each_background: bool
    """Whether every background process must leave as many."""


class Scored(NamedTuple):
    """Test events with their scores."""

    score: Array
    """(n,) 0 to 1."""
    is_signal: Array
    """(n,) bool."""
    classes: Array
    """(n,) index of the process."""
    weights: Array
    """(n,) physics weights."""
    balanced: Array
    """(n,) signal and background weigh the same."""
    expected: Array | None
    """(n,) events at the luminosity that each stands for; None where there is no luminosity or a cross section is not known."""


class Errors(NamedTuple):
    """Statistical errors; NaN where there are too few events."""

    accuracy: float
    auc: float
    background_efficiency: float
    significance: float


def errors(scored: Scored, terms: Terms) -> Errors:
    """Return the bootstrap errors of an evaluation's numbers, all from the same samples of its events."""
    ranking = ranked(scored.score, scored.is_signal)
    order = ranking.order
    kinds, balanced = scored.classes[order], scored.balanced[order]
    right = balanced * ((scored.score > 0.5) == scored.is_signal)[order]
    weights = (scored.weights if scored.expected is None else scored.expected)[order]
    each = kinds if terms.each_background else None
    options = {"uncertainty": terms.uncertainty, "floor": terms.floor}

    def statistic(counts: Array) -> list[float]:
        above = yields_above(ranking, weights * counts, each)
        kept = int(np.argmax(above.s >= (EFFICIENCY - 1e-12) * above.s[-1]))
        accuracy = (right * counts).sum() / (balanced * counts).sum()
        at = 0 if scored.expected is None else best_point(above, **options)
        z = significances(above, slice(at, at + 1), **options)[0]
        return [accuracy, area(above.s, above.b), above.b[kept] / above.b[-1], z]

    # negative weights may leave a sample without signal or background, whose shares are no numbers
    with np.errstate(all="ignore"):
        return Errors(*metrics.bootstrap(statistic, kinds).tolist())


def with_error(found: Rejection, of_efficiency: float) -> Rejection:
    """Return a rejection with the error that its background efficiency has, carried over to 1 / efficiency."""
    return found if found.value is None else replace(found, error=number(of_efficiency * found.value**2))


def number(value: float) -> float | None:
    """Return a number, None for NaN."""
    return None if np.isnan(value) else float(value)


def significances_at(scored: Scored, terms: Terms, curve: Roc) -> Array | None:
    """Return Z at the points of a curve."""
    if scored.expected is None:
        return None
    ranking = ranked(scored.score, scored.is_signal)
    kinds = scored.classes[ranking.order] if terms.each_background else None
    found = yields_above(ranking, ranking.sort(scored.expected), kinds)
    z = significances(found, slice(None), uncertainty=terms.uncertainty, floor=terms.floor)
    return z[np.searchsorted(-ranking.thresholds, -curve.thresholds)]


def cross_entropy(score: Array, is_signal: Array, weights: Array) -> float:
    """Return the weighted binary cross-entropy."""
    chosen = np.clip(np.where(is_signal, score, 1 - score), 1e-7, 1.0)
    return float(np.average(-np.log(chosen), weights=weights))


def raw_counts(scored: Scored) -> RawCounts:
    """Return HEP ML Lab's metrics."""
    events = scored.score, scored.is_signal
    return RawCounts(
        metrics.max_significance_of_raw_counts(*events), metrics.rejection_of_raw_counts(*events, EFFICIENCY)
    )


def thinned(score: Array, is_signal: Array, weights: Array) -> Roc:
    """Return the ROC curve at 201 signal efficiencies."""
    return metrics.roc_at_efficiencies(metrics.roc(score, is_signal, weights), np.linspace(0, 1, POINTS))


def distributions(score: Array, weights: Array, is_signal: Array, train: Array, test: Array) -> Scores:
    """Return the shapes of the score in training and test events."""
    edges = np.linspace(0, 1, BINS + 1)
    sides = {"signal": is_signal, "background": ~is_signal}

    def shapes(events: Array) -> dict[str, Shape]:
        return {side: _density(score[events & mine], weights[events & mine], edges) for side, mine in sides.items()}

    return Scores(tuple(edges.tolist()), shapes(train), shapes(test))


def _density(score: Array, weights: Array, edges: Array) -> Shape:
    sums = np.histogram(score, edges, weights=weights)[0]
    spread = np.sqrt(np.histogram(score, edges, weights=weights**2)[0])
    area = (sums * np.diff(edges)).sum() or 1.0
    return tuple((sums / area).tolist()), tuple((spread / abs(area)).tolist())


def permutation_importance(
    score: Callable[[Array], Array],
    inputs: Array,
    is_signal: npt.ArrayLike,
    weights: npt.ArrayLike,
    names: tuple[str, ...],
    *,
    seed: int = 0,
) -> tuple[Importance, ...]:
    """Return by how much the AUC falls where the values of one input are shuffled among the events.

    Parameters
    ----------
    score : callable
        Inputs (n, k) to scores (n,).
    inputs : array (n, k)
        Of up to 20,000 events; more are drawn from.
    is_signal, weights : array (n,)
        As for :func:`hml_jupyter.metrics.auc`.
    names : tuple of str (k,)
        The inputs.
    seed : int
        Of the shuffles.

    Returns
    -------
    tuple of Importance
        The largest first. Inputs that tell the same share it: each may be unimportant beside the other.

    Notes
    -----
    L. Breiman, "Random forests", Machine Learning 45 (2001) 5, section 10. scikit-learn's function of this name wants an
    estimator.

    Examples
    --------
    >>> X, y = np.array([[0.1, 0.5], [0.2, 0.1], [0.8, 0.6], [0.9, 0.2]]), [False, False, True, True]
    >>> found = permutation_importance(lambda X: X[:, 0], X, y, np.ones(4), ("mass", "noise"))
    >>> [(each.name, round(each.value, 3)) for each in found]
    [('mass', 0.5), ('noise', 0.0)]
    """
    rng = np.random.default_rng(seed)
    is_signal, weights = np.asarray(is_signal, bool), np.asarray(weights, float)
    if len(inputs) > SHUFFLED:
        drawn = np.sort(rng.choice(len(inputs), SHUFFLED, replace=False))
        inputs, is_signal, weights = inputs[drawn], is_signal[drawn], weights[drawn]
    whole = metrics.auc(score(inputs), is_signal, weights)
    found = []
    for i, name in enumerate(names):
        shuffled = np.tile(inputs, (REPEATS, 1))
        shuffled[:, i] = np.concatenate([rng.permutation(inputs[:, i]) for _ in range(REPEATS)])
        falls = [whole - metrics.auc(each, is_signal, weights) for each in np.split(score(shuffled), REPEATS)]
        found.append(Importance(name, float(np.mean(falls)), float(np.std(falls, ddof=1))))
    return tuple(sorted(found, key=lambda each: -each.value))
