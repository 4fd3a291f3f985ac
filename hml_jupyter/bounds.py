"""Cuts that a handle stands for: one observable above or below one number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .cuts import Cut
from .expressions import render
from .expressions.nodes import Comparison, Negative, Number, used
from .histograms import threshold_cut

__all__ = ["Bound", "bound_of", "find", "moved"]

_SIDES = {">=": "lower", ">": "lower", "<": "upper", "<=": "upper"}


class Bound(NamedTuple):
    """What a cut of one threshold says."""

    observable: str
    """Canonical name."""
    side: str
    """``lower`` or ``upper``."""
    value: float
    """Where the threshold stands."""


def bound_of(cut: str) -> Bound | None:
    """Return the threshold that a cut is; None for any other cut.

    Examples
    --------
    >>> bound_of("FatJet0.Mass >= 50.0")
    Bound(observable='fatjet0.mass', side='lower', value=50.0)
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
    return Bound(render(observable), side, value) if side and used(observable) else None


def find(cuts: Sequence[str], observable: str, side: str) -> list[int]:
    """Return the places of the cuts that are this threshold.

    Examples
    --------
    >>> find(["met > 100", "jet0.pt >= 30.0", "met >= 120 or jet.size > 2"], "met", "lower")
    [0]
    """
    bounds = [bound_of(cut) for cut in cuts]
    return [i for i, bound in enumerate(bounds) if bound and (bound.observable, bound.side) == (observable, side)]


def moved(cuts: Sequence[str], observable: str, side: str, value: float | None) -> tuple[str, ...]:
    """Return the cuts with one threshold moved, put at the end, or (None) taken away; other cuts stay as they are.

    Examples
    --------
    >>> moved(("met >= 100.0", "jet0.pt >= 30.0"), "met", "lower", 120.0)
    ('met >= 120.0', 'jet0.pt >= 30.0')
    >>> moved(("met >= 100.0",), "met", "lower", None)
    ()
    """
    own = find(cuts, observable, side)
    new = () if value is None else (threshold_cut(observable, side, value),)
    if not own:
        return (*cuts, *new)
    before, after = cuts[: own[0]], [cut for i, cut in enumerate(cuts) if i > own[0] and i not in own]
    return (*before, *new, *after)
