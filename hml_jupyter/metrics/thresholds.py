"""The threshold of a score with the largest significance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError
from .arrays import Floats
from .ranking import Ranking, checked, ranked
from .significances import FLOOR, Significance, asimov, checked_terms, enough, significance

__all__ = ["BestSignificance", "Yields", "best_point", "max_significance", "significances", "yields_above"]

#: Thresholds that are bounded together before any of them is computed.
BLOCK = 1024


@dataclass(frozen=True)
class BestSignificance(Significance):
    """The largest significance over the thresholds of a score."""

    threshold: float | None = None
    """Events with ``score >= threshold`` are selected."""
    floor: float = FLOOR
    """Effective background events that every threshold had to leave."""


class Yields(NamedTuple):
    """Expected events above each of m + 1 thresholds."""

    s: Floats
    """Signal."""
    b: Floats
    """Background."""
    squares: Floats
    """Sum of the squared expected events of the simulated background."""
    classes: tuple[tuple[Floats, Floats], ...] = ()
    """`b` and `squares` of each class that must reach the floor by itself."""


def max_significance(
    scores: npt.ArrayLike,
    is_signal: npt.ArrayLike,
    expected: npt.ArrayLike,
    *,
    classes: npt.ArrayLike | None = None,
    uncertainty: float = 0.0,
    floor: float = FLOOR,
) -> BestSignificance:
    """Return the largest :func:`significance` over all cuts ``score >= threshold``.

    Parameters
    ----------
    scores : array (n,)
        Larger for signal.
    is_signal : array of bool (n,)
        Both kinds must be there.
    expected : array (n,)
        Events at the luminosity that each simulated event stands for: cross section times luminosity times its share of the
        weights of its process. Any number of processes may be among them.
    classes : array of int (n,), optional
        The process of each event: given, every background process must leave `floor` effective events, not only their sum.
    uncertainty : float
        Relative uncertainty of the background; see :func:`significance`.
    floor : float
        Effective background events that a threshold must leave.

    Returns
    -------
    BestSignificance
        Without a value and with a reason where no threshold leaves enough background.

    Raises
    ------
    ArgumentError
        As for :func:`roc` and :func:`significance`, or classes of another shape.

    Notes
    -----
    Exact: thresholds are left out only where a bound says that they cannot be the best. The significance grows with the signal,
    falls with the background and grows with the effective number of background events, (b / sigma_b)^2, so that of the most
    signal, the least background and the largest such number of neighbouring thresholds is one. (It does not fall with b where
    sigma_b is held fixed: a background that is not known at all leaves no significance.)

    Examples
    --------
    >>> best = max_significance([1.0] * 5 + [0.0] * 40, [True] * 5 + [False] * 40, [1.0] * 45)
    >>> best.threshold, best.s, best.b
    (0.0, 5.0, 40.0)
    """
    scores, is_signal, expected = checked(scores, is_signal, expected)
    uncertainty, floor = checked_terms(uncertainty, floor)
    if classes is not None and np.shape(classes) != scores.shape:
        msg = f"classes has the shape {np.shape(classes)}, scores {scores.shape}"
        raise ArgumentError(msg)
    ranking = ranked(scores, is_signal)
    kinds = None if classes is None else np.asarray(classes)[ranking.order]
    column = ranking.sort(expected)
    found = yields_above(ranking, column, kinds)
    at = best_point(found, uncertainty=uncertainty, floor=floor)
    s, b, squares = (float(each[at]) for each in found[:3])
    if at == 0:
        s, b, squares = (float(each[-1]) for each in found[:3])
        value = significance(s, b, squares, floor=floor)
        reason = (
            value.reason or f"cannot be estimated: no threshold leaves {floor:g} effective events of each background"
        )
        return BestSignificance(None, None, s, b, value.n_effective, reason, floor=floor)
    threshold = float(ranking.thresholds[at])
    kept = np.count_nonzero(scores >= threshold)
    squares_s = float((column[:kept] ** 2 * ranking.is_signal[:kept]).sum())
    best = significance(s, b, squares, sum_w2_s=squares_s, uncertainty=uncertainty, floor=floor)
    return BestSignificance(**vars(best), threshold=threshold, floor=floor)


def yields_above(ranking: Ranking, expected: Floats, classes: npt.NDArray[np.int_] | None = None) -> Yields:
    """Return the expected events above each threshold; events stand in the order of the ranking."""
    column = expected * ranking.is_signal
    s = ranking.above(column)
    background = np.subtract(expected, column, out=column)
    b = ranking.above(background)
    kinds: Sequence[int] = () if classes is None else np.unique(classes[~ranking.is_signal]).tolist()
    own = [background * (classes == kind) for kind in kinds]
    each = tuple((ranking.above(mine), ranking.above(mine * mine)) for mine in own)
    return Yields(s, b, ranking.above(np.square(background, out=background)), each)


def best_point(yields: Yields, *, uncertainty: float, floor: float) -> int:
    """Return the index of the point with the largest significance, of equal ones the first; 0 where there is none."""
    s, b, squares, _ = yields
    starts = np.arange(0, len(s), BLOCK)
    least, most, least_squares = (np.maximum(each, 0.0) for each in _ends(starts, b, squares))
    with np.errstate(divide="ignore", invalid="ignore"):
        sigma = np.nan_to_num(least * np.sqrt(least_squares + (uncertainty * least) ** 2) / most)
    bounds = asimov(np.maximum(np.maximum.reduceat(s, starts), 0.0), least, sigma)
    best, at = -1.0, 0
    for i in np.argsort(-bounds, kind="stable"):
        if bounds[i] * (1 + 1e-9) < best:
            break
        block = slice(starts[i], starts[i] + BLOCK)
        z = np.nan_to_num(significances(yields, block, uncertainty=uncertainty, floor=floor), nan=-1.0)
        top = int(np.argmax(z))
        if (z[top], -starts[i] - top) > (best, -at):
            best, at = float(z[top]), int(starts[i]) + top
    return at


def _ends(starts: npt.NDArray[np.int_], b: Floats, squares: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the least and the most background of each block, and the least squares."""
    return np.minimum.reduceat(b, starts), np.maximum.reduceat(b, starts), np.minimum.reduceat(squares, starts)


def significances(yields: Yields, points: slice, *, uncertainty: float, floor: float) -> Floats:
    """Return the significance at each point, NaN where too few background events are left or the signal is negative."""
    s, b, squares = (each[points] for each in yields[:3])
    allowed = s >= 0
    for each, its_squares in ((b, squares), *((mine[points], of[points]) for mine, of in yields.classes)):
        filled = (each > 0) & (its_squares > 0)
        allowed &= enough(np.divide(each**2, its_squares, out=np.zeros(len(each)), where=filled), floor)
    return np.where(allowed, _z(s, b, squares, uncertainty), np.nan)


def _z(s: Floats, b: Floats, squares: Floats, uncertainty: float) -> Floats:
    z: Floats = asimov(np.maximum(s, 0.0), np.maximum(b, 0.0), np.sqrt(squares + (uncertainty * b) ** 2))
    return z
