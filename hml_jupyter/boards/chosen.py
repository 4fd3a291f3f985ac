"""The cuts of a board."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..checks import number
from ..errors import ArgumentError
from ..histograms import check_side

if TYPE_CHECKING:
    from .board import Board

__all__ = ["MOST_CUTS", "Chosen", "read_cuts", "read_moves"]

#: Cuts that a board has room for: each is a row of its cutflow.
MOST_CUTS = 100


class Chosen:
    """The cuts of a board, or of several that are linked: texts in order, each switched on or off."""

    def __init__(self, cuts: Sequence[tuple[str, bool]] = ()) -> None:
        self.cuts = tuple(cuts)
        self.listeners: weakref.WeakSet[Board] = weakref.WeakSet()

    def set(self, cuts: Sequence[tuple[str, bool]]) -> None:
        """Take other cuts and tell every board that shows them."""
        self.cuts = tuple(cuts)
        for board in list(self.listeners):
            board.changed()


def read_cuts(given: object) -> tuple[tuple[str, bool], ...]:
    """Return texts of cuts with whether each is switched on; what they say is not read here.

    Examples
    --------
    >>> read_cuts(["met > 100", ("jet.size > 2", False)])
    (('met > 100', True), ('jet.size > 2', False))
    """
    return tuple(_cut(each) for each in _listed("cuts", given, "texts: ['met > 100']"))


def read_moves(given: object) -> list[tuple[str, str, float | None]]:
    """Return thresholds that are moved: column, side, and where they stand.

    Examples
    --------
    >>> read_moves([("met", "lower", 100), ("met", "upper", None)])
    [('met', 'lower', 100.0), ('met', 'upper', None)]
    """
    return [_move(each) for each in _listed("moves", given, "thresholds: [('met', 'lower', 100.0)]")]


def _listed(what: str, given: object, example: str) -> Sequence[Any]:
    if isinstance(given, str | bytes) or not isinstance(given, Sequence):
        msg = f"{what} is a list of {example}, not {given!r}"
        raise ArgumentError(msg)
    if len(given) > MOST_CUTS:
        msg = f"a board has room for {MOST_CUTS} {what}, and {len(given)} are given"
        raise ArgumentError(msg)
    return given


def _cut(given: object) -> tuple[str, bool]:
    match given:
        case str():
            return given, True
        case [str() as text, bool() as is_on]:
            return text, is_on
    msg = f"a cut is a text, or a text and whether it is switched on: ('met > 100', False), not {given!r}"
    raise ArgumentError(msg)


def _move(given: object) -> tuple[str, str, float | None]:
    match given:
        case [str() as observable, side, value]:
            where = None if value is None else number(f"a threshold on {observable}", value)
            return observable, check_side(side), where
    msg = f"a threshold is a column, its side and its place, ('met', 'lower', 100.0), not {given!r}"
    raise ArgumentError(msg)
