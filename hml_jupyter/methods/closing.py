"""Whether a surrogate does what its original does: numbers from the two scores of the same events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .. import metrics

__all__ = [
    "CRITERION",
    "ClassClosure",
    "Efficiency",
    "PointClosure",
    "at_threshold",
    "class_closure",
    "told_apart",
    "two_samples",
]

Array = npt.NDArray[Any]

#: Bins of the score in the histograms.
BINS = 20
#: How often the scores of events are swapped, and among how many events at most; as many teach a classifier.
SWAPS, LOOKED_AT = 500, 50_000
#: What tells two scores apart: an AUC so many errors above 0.5, or a probability below this, of each of the two other tests. A surrogate
#: that is right fails one of the three in less than one class of a hundred.
ERRORS, LEVEL = 3, 0.003
CRITERION = (
    f"told apart: AUC more than {ERRORS} errors above 0.5 (classifier), KS probability below {LEVEL} (distribution), or the smallest "
    f"probability in bins, times the number of thresholds, below {LEVEL} (efficiencies); more events tell more"
)


class Efficiency(NamedTuple):
    """Shares of events that pass a threshold."""

    original: float
    """With the score of the original; NaN without events."""
    surrogate: float
    """With that of the surrogate."""
    error: float
    """Of their difference; events that pass with both or with none do not add to it."""


class PointClosure(NamedTuple):
    """A threshold, and what passes it."""

    signal_efficiency: float
    """Of the original, as it was asked for."""
    threshold: float
    """On the score."""
    whole: Efficiency
    """Of all events of the class."""
    bins: tuple[Efficiency, ...]
    """Of those in each bin, (v,)."""
    probability: float | None
    """Of differences in the bins as large as these or larger, by chi squared; None where there are none at all."""


class ClassClosure(NamedTuple):
    """The scores of the events of one class."""

    events: int
    """Test events."""
    distance: float
    """Largest distance of the two cumulative distributions, Kolmogorov and Smirnov's."""
    probability: float
    """Of such a distance or a larger one, if the surrogate is right."""
    auc: float
    """Of a classifier that sees inputs and score and looks for the original: 0.5 where it cannot tell the two apart."""
    auc_error: float
    """Its standard deviation if it cannot."""
    points: tuple[PointClosure, ...]
    """The thresholds."""
    original: tuple[float, ...]
    """Density of the score in 20 bins from 0 to 1."""
    surrogate: tuple[float, ...]
    """The same of the surrogate."""
    errors: tuple[float, ...]
    """Statistical errors of `surrogate`."""

    @property
    def told_by(self) -> tuple[str, ...]:
        """Which tests tell the surrogate from the original: ``"classifier"``, ``"distribution"``, ``"efficiencies"``.

        The smallest of the probabilities of several thresholds counts as often as there are thresholds (Bonferroni).
        """
        looked = [point.probability for point in self.points if point.probability is not None]
        tests = {
            "classifier": self.auc > 0.5 + ERRORS * self.auc_error,
            "distribution": self.probability < LEVEL,
            "efficiencies": any(each * len(looked) < LEVEL for each in looked),
        }
        return tuple(name for name, tells in tests.items() if tells)

    @property
    def verdict(self) -> str:
        """Whether so many events tell the surrogate from the original, in words."""
        return f"can be told apart, by {', '.join(self.told_by)}" if self.told_by else "cannot be told apart"


def two_samples(original: Array, drawn: Array, weights: Array, *, seed: int = 0) -> tuple[float, float]:
    """Return Kolmogorov and Smirnov's distance of two scores of the same events, and the probability of such a one or a larger.

    Parameters
    ----------
    original, drawn : array, shape (n,)
        Scores.
    weights : array, shape (n,)
        Of the events.
    seed : int
        Of the swaps.

    Returns
    -------
    float, float
        Distance and probability, both from 0 to 1.

    Notes
    -----
    Where a surrogate is right, the two scores of an event have one distribution, and may be swapped: the probability is the share of
    500 random swaps with a distance as large (randomisation test, Lehmann and Romano, "Testing Statistical Hypotheses" (2005), section
    15.2). The tables of Kolmogorov and Smirnov are of samples that have no event in common.

    Examples
    --------
    >>> scores = np.linspace(0, 1, 100)
    >>> two_samples(scores, scores[::-1], np.ones(100))
    (0.0, 1.0)
    >>> two_samples(scores, scores**2, np.ones(100))[1] < 0.01
    True
    """
    values = np.concatenate([original, drawn])
    order = np.argsort(values, kind="stable")
    last = np.append(np.diff(values[order]) > 0, True)
    steps = np.concatenate([weights, -weights])[order] / weights.sum()
    event = np.tile(np.arange(len(original)), 2)[order]

    def distance(signs: Array) -> float:
        # rounded, so that equal distances that were summed in another order count as equal
        return float(np.round(np.abs(np.cumsum(steps * signs[event])[last]).max(), 12))

    rng, found = np.random.default_rng(seed), distance(np.ones(len(original)))
    swapped = [distance(rng.choice([-1.0, 1.0], len(original))) for _ in range(SWAPS)]
    return found, float((1 + np.sum(np.array(swapped) >= found)) / (1 + SWAPS))


def told_apart(inputs: Array, original: Array, drawn: Array, weights: Array, *, seed: int = 0) -> tuple[float, float]:
    """Return how well boosted trees tell the two scores of events apart, given the inputs: the AUC, and its error if they cannot.

    Parameters
    ----------
    inputs : array, shape (n, k)
        What the surrogate sees.
    original, drawn : array, shape (n,)
        Scores.
    weights : array, shape (n,)
        Of the events; absolute values count.
    seed : int
        Of the halves.

    Returns
    -------
    float, float
        The AUC of half of the events, judged by trees that the other half taught; and the standard deviation of it for trees that guess.

    Notes
    -----
    D. Lopez-Paz and M. Oquab, "Revisiting classifier two-sample tests", arXiv:1610.06545; the error is that of the statistic of Mann
    and Whitney, Ann. Math. Statist. 18 (1947) 50, which the AUC is. To let each half judge the other would add nothing: where the two
    halves differ from each other by chance, both AUCs are off to the same side.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x, scores = rng.normal(size=(2000, 1)), rng.random((2, 2000))
    >>> auc, error = told_apart(x, *scores, np.ones(2000))
    >>> bool(abs(auc - 0.5) < 3 * error), bool(told_apart(x, scores[0], scores[0] ** 2, np.ones(2000))[0] > 0.6)
    (True, True)
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    sides = [np.column_stack([inputs, score]) for score in (original, drawn)]
    judges = np.random.default_rng(seed).permutation(len(weights)) % 2 == 0
    teach, judge = (np.concatenate([side[rows] for side in sides]) for rows in (~judges, judges))
    taught, judged = (np.tile(np.abs(weights[rows]), 2) for rows in (~judges, judges))
    trees = HistGradientBoostingClassifier(max_iter=100, max_leaf_nodes=16, early_stopping=False, random_state=0)
    # sums over several threads differ in their last digits
    with threadpool_limits(1, "openmp"):
        trees.fit(teach, _first(teach), taught)
        looks = trees.predict_proba(judge)[:, 1]
    n = judged.sum() ** 2 / (judged**2).sum() / 2
    return float(metrics.auc(looks, _first(judge), judged)), float(np.sqrt((2 * n + 1) / 12) / n)


def at_threshold(
    original: Array, drawn: Array, weights: Array, bin_of: Array, bins: int, point: tuple[float, float]
) -> PointClosure:
    """Return what passes a threshold with either score.

    Parameters
    ----------
    original, drawn, weights : array, shape (n,)
        Scores and weights.
    bin_of : array, shape (n,)
        Bin of each event, from 0 to `bins` - 1.
    bins : int
        Their number v.
    point : float, float
        Signal efficiency and threshold.

    Examples
    --------
    >>> one, other = np.array([0.2, 0.6, 0.7, 0.9]), np.array([0.3, 0.4, 0.8, 0.9])
    >>> found = at_threshold(one, other, np.ones(4), np.array([0, 0, 1, 1]), 2, (0.5, 0.5))
    >>> found.whole, round(found.probability, 3)
    (Efficiency(original=0.75, surrogate=0.5, error=0.25), 0.317)
    """
    from scipy.stats import chi2

    one, other = original >= point[1], drawn >= point[1]
    each = tuple(_efficiency(*(a[bin_of == i] for a in (one, other, weights))) for i in range(bins))
    pulls = [(e.original - e.surrogate) / e.error for e in each if e.error > 0]
    probability = float(chi2.sf(np.sum(np.square(pulls)), len(pulls))) if pulls else None
    return PointClosure(*point, _efficiency(one, other, weights), each, probability)


def class_closure(
    inputs: Array,
    original: Array,
    drawn: Array,
    weights: Array,
    *,
    bin_of: Array,
    bins: int,
    points: Sequence[tuple[float, float]],
    seed: int = 0,
) -> ClassClosure:
    """Return what the two scores of the events of a class say; the parameters are those of the functions above."""
    some = np.arange(len(weights))
    if len(some) > LOOKED_AT:
        some = np.sort(np.random.default_rng(seed).choice(len(some), LOOKED_AT, replace=False))
    edges = np.linspace(0, 1, BINS + 1)
    scale = BINS / weights.sum()
    densities = [np.histogram(score, edges, weights=weights)[0] * scale for score in (original, drawn)]
    errors = np.sqrt(np.histogram(drawn, edges, weights=weights**2)[0]) * abs(scale)
    return ClassClosure(
        len(weights),
        *two_samples(original[some], drawn[some], weights[some], seed=seed),
        *told_apart(inputs[some], original[some], drawn[some], weights[some], seed=seed),
        tuple(at_threshold(original, drawn, weights, bin_of, bins, point) for point in points),
        *(tuple(each.tolist()) for each in (*densities, errors)),
    )


def _first(both: Array) -> Array:
    """Return which half of some rows comes first."""
    return np.arange(len(both)) < len(both) // 2


def _efficiency(*events: Array) -> Efficiency:
    """Return the shares of events that pass with the original and with the surrogate; the third array has their weights."""
    original, drawn, weights = events
    total = weights.sum()
    if not total > 0:
        return Efficiency(float("nan"), float("nan"), 0.0)
    moved = weights[original != drawn]
    one, other = (float(weights[passes].sum() / total) for passes in (original, drawn))
    return Efficiency(one, other, float(np.sqrt((moved**2).sum()) / total))
