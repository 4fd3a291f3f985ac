"""Cuts that a handle stands for: one observable above or below one number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from .cuts import Cut
from .expressions import render
from .expressions.nodes import Comparison, Negative, Number, Window, used
from .histograms import threshold_cut

__all__ = [
    "Bound",
    "bound_of",
    "edges_of",
    "find",
    "is_threshold_on",
    "moved",
    "shortest",
    "standing",
    "tightest",
    "windows",
]

_SIDES = {">=": "lower", ">": "lower", "<": "upper", "<=": "upper"}


class Bound(NamedTuple):
    """What a cut of one threshold says."""

    observable: str
    """Canonical name."""
    side: str
    """``lower`` or ``upper``."""
    value: float
    """Where the threshold stands."""
    operator: str
    """How it is written: ``>=``, ``>``, ``<`` or ``<=``."""

    @property
    def is_strict(self) -> bool:
        """Whether the value itself is on the lower side: it is written ``>`` or ``<=``."""
        return self.operator in (">", "<=")

    @property
    def edge(self) -> float:
        """The lowest value on the upper side of the threshold."""
        return float(np.nextafter(self.value, np.inf)) if self.is_strict else self.value


@lru_cache(maxsize=1024)  # the cell of every place of a threshold is written before the drag
def bound_of(cut: str) -> Bound | None:
    """Return the threshold that a cut is; None for any other cut.

    Examples
    --------
    >>> bound_of("FatJet0.Mass >= 50.0")
    Bound(observable='fatjet0.mass', side='lower', value=50.0, operator='>=')
    >>> bound_of("fatjet0.mass >= 50 and met > 100")
    """
    match Cut(cut).node:
        case Comparison(operands=(observable, Number(value=value)), operators=(operator,)):
            pass
        case Comparison(operands=(observable, Negative(Number(value=size))), operators=(operator,)):
            value = -size
        case _:
            return None
    side = _SIDES.get(operator)
    return Bound(render(observable), side, value, operator) if side and used(observable) else None


def find(cuts: Sequence[str], observable: str, side: str) -> list[int]:
    """Return the places of the cuts that are this threshold.

    Examples
    --------
    >>> find(["met > 100", "jet0.pt >= 30.0", "met >= 120 or jet.size > 2"], "met", "lower")
    [0]
    """
    bounds = [bound_of(cut) for cut in cuts]
    return [i for i, bound in enumerate(bounds) if bound and (bound.observable, bound.side) == (observable, side)]


def is_threshold_on(cut: str, observable: str) -> bool:
    """Tell whether a cut is a threshold on this observable.

    Examples
    --------
    >>> is_threshold_on("met > 100", "met"), is_threshold_on("met > 100 or jet.size > 2", "met")
    (True, False)
    """
    bound = bound_of(cut)
    return bound is not None and bound.observable == observable


def tightest(cuts: Sequence[str], observable: str, side: str) -> Bound | None:
    """Return the threshold that cuts most; None where there is none.

    Examples
    --------
    >>> tightest(["met > 100", "met >= 120"], "met", "lower").value
    120.0
    """
    bounds = [bound for i in find(cuts, observable, side) if (bound := bound_of(cuts[i]))]
    if not bounds:
        return None
    return max(bounds, key=lambda b: b.edge) if side == "lower" else min(bounds, key=lambda b: b.edge)


def standing(cuts: Sequence[str], observable: str) -> list[Bound]:
    """Return the lower and the upper threshold that cut most, as far as there are any."""
    return [bound for side in ("lower", "upper") if (bound := tightest(cuts, observable, side))]


def edges_of(cuts: Sequence[str], observable: str) -> list[float]:
    """Return where the thresholds on an observable divide its values, rising.

    Examples
    --------
    >>> edges_of(["met < 200", "met >= 120", "jet.size > 2"], "met")
    [120.0, 200.0]
    """
    return sorted({bound.edge for bound in standing(cuts, observable)})


def windows(cuts: Sequence[str], observable: str, span: tuple[float, float]) -> list[tuple[float, float]]:
    """Return the ranges that cuts on this observable alone keep, one for each; a threshold's reaches to the end of the span.

    Examples
    --------
    >>> windows(["met in [80, 100]", "met > 150", "met > 20 and jet.size > 2"], "met", (0, 500))
    [(80.0, 100.0), (150.0, 500.0)]
    """
    found = []
    for cut in cuts:
        match Cut(cut).node:
            case Window(value=value, low=low, high=high) if render(value) == observable:
                found.append((low, high))
            case Comparison(
                operands=(Number(value=low), value, Number(value=high)), operators=("<" | "<=", "<" | "<=")
            ) if render(value) == observable:
                found.append((low, high))
            case _ if (bound := bound_of(cut)) and bound.observable == observable:
                found.append((bound.value, span[1]) if bound.side == "lower" else (span[0], bound.value))
    return [(float(low), float(high)) for low, high in found]


def moved(
    cuts: Sequence[tuple[str, bool]], observable: str, side: str, value: float | None
) -> tuple[tuple[str, bool], ...]:
    """Return cuts, and whether they are on, with one threshold moved, put at the end, or (None) taken away.

    Other cuts, those that are off, and a threshold that is put where it stands stay as they are.

    Examples
    --------
    >>> moved((("met >= 100.0", True), ("jet0.pt >= 30.0", True)), "met", "lower", 120.0)
    (('met >= 120.0', True), ('jet0.pt >= 30.0', True))
    >>> moved((("met >= 100.0", False),), "met", "lower", 120.0)
    (('met >= 100.0', False), ('met >= 120.0', True))
    >>> moved((("met > 100", True),), "met", "lower", np.nextafter(100, np.inf))
    (('met > 100', True),)
    >>> moved((("met >= 100.0", True),), "met", "lower", None)
    ()
    """
    on = [i for i, (_, is_on) in enumerate(cuts) if is_on]
    own = [on[k] for k in find([cuts[i][0] for i in on], observable, side)]
    as_written = [cuts[i] for i in own if (bound := bound_of(cuts[i][0])) and bound.edge == value]
    new = () if value is None else (as_written or [(threshold_cut(observable, side, value), True)])[:1]
    if not own:
        return (*cuts, *new)
    return (*cuts[: own[0]], *new, *(cut for i, cut in enumerate(cuts) if i > own[0] and i not in own))


def shortest(low: float, high: float) -> float:
    """Return the number with the fewest digits that is above `low` and not above `high`.

    Examples
    --------
    >>> shortest(71.99, 72.43), shortest(-np.inf, 0.1234), shortest(3.0, np.inf)
    (72.0, 0.1234, 4.0)
    """
    if math.isinf(high):
        return max(low + 1.0, math.nextafter(low, math.inf)) if not math.isinf(low) else 0.0
    if math.isinf(low):
        return high
    if low < 0 <= high:
        return 0.0
    magnitude = math.floor(math.log10(max(abs(low), abs(high))))
    if magnitude < -290:  # where steps of their last digits are 0
        return high
    for digits in range(1, 18):
        step = 10.0 ** (magnitude - digits + 1)
        value = float(f"{math.floor(high / step) * step:.15g}")
        if low < value <= high:
            return value
    return high
