"""What a page asks of a board, and the numbers and buffers that answer it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..checks import number
from ..datasets.described import MOST_LUMINOSITY
from ..display.numbers import number as written
from ..display.views import significance_text
from ..errors import ArgumentError, UnknownNameError
from ..metrics import MOST_UNCERTAINTY
from .board import Board
from .state import SIDES, index_value

__all__ = ["answer", "cuts_of", "estimates_of", "moves_of"]

Values = Mapping[str, Any]
Reply = tuple[dict[str, Any], list[bytes]]


def answer(board: Board, what: str, values: Values) -> Reply:
    """Return the answer to a request of a page: ``index``, ``best`` or ``box``.

    Raises
    ------
    ArgumentError, UnknownNameError
        There is no such request, side or histogram.
    EmptySelectionError
        There is no best threshold.
    """
    if what not in _ANSWERS:
        raise UnknownNameError("request of a board", what, _ANSWERS)
    return _ANSWERS[what](board, values)


def estimates_of(values: Values) -> dict[str, float]:
    """Return the luminosity and the uncertainty of the background, where a page has sent them."""
    return {
        name: number(name, values[name], low, high)
        for name, low, high in (("luminosity", 1e-6, MOST_LUMINOSITY), ("uncertainty", 0.0, MOST_UNCERTAINTY))
        if values.get(name) is not None
    }


def moves_of(values: Values) -> list[tuple[str, str, float | None]]:
    """Return the thresholds that a page has moved, as :meth:`Board.move` takes them."""
    moves = values.get("moves")
    if not isinstance(moves, list) or not moves or not all(isinstance(each, Mapping) for each in moves):
        msg = "moves is a list of thresholds: observable, side, value"
        raise ArgumentError(msg)
    return [(str(each.get("observable")), _side(each), _value(each.get("value"))) for each in moves]


def cuts_of(values: Values) -> list[tuple[str, bool]]:
    """Return the list of cuts that a page has sent, as :meth:`Board.set` takes it; empty ones are left out."""
    match values.get("cuts"):
        case list(cuts) if all(isinstance(each, list) and list(map(type, each)) == [str, bool] for each in cuts):
            return [(text.strip(), is_on) for text, is_on in cuts if text.strip()]
    msg = "cuts is a list of pairs: the text, and whether it is switched on"
    raise ArgumentError(msg)


def _index(board: Board, values: Values) -> Reply:
    found = board.index(str(values.get("observable")))
    return index_value(found, list(found.views))


def _best(board: Board, values: Values) -> Reply:
    side = _side(values)
    found = board.best(str(values.get("observable")), side)
    sign = "\N{GREATER-THAN OR EQUAL TO}" if side == "lower" else "<"
    z, n = significance_text(found.significance), written(found.significance.n_effective, 3)
    text = f"Z {z} at {sign} {found.value!r}, {n} effective background events"
    numbers = {"value": found.value, "label": repr(found.value), "z": found.significance.value}
    return {**numbers, "error": found.significance.error, "text": text}, []


def _box(board: Board, values: Values) -> Reply:
    x, y = (board.dataset.column_name(str(values.get(axis))) for axis in ("x", "y"))
    return {"x": x, "y": y}, [np.ascontiguousarray(board.box(x, y), "<f4").tobytes()]


def _side(values: Values) -> str:
    side = str(values.get("side"))
    if side not in SIDES:
        msg = f"there is no threshold {side!r}: it is 'low' or 'high'"
        raise ArgumentError(msg)
    return SIDES[side]


def _value(given: Any) -> float | None:
    return None if given is None else number("a threshold", given)


_ANSWERS: dict[str, Callable[[Board, Values], Reply]] = {"index": _index, "best": _best, "box": _box}
