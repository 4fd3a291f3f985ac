"""Options of representations in one form: what cannot be is refused, and says what can."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from ..checks import number, whole
from ..errors import ArgumentError, UnknownNameError
from ..subjets import ALGORITHMS

__all__ = [
    "Edges",
    "Window",
    "angle",
    "choice",
    "edges",
    "flag",
    "one_or_several",
    "size",
    "subjets",
    "window",
    "words",
]

#: Ends in x and in y.
Window = tuple[tuple[float, float], tuple[float, float]]
#: ``"complete"``, ``("knn", k)``, ``("radius", r)``, ``("radius", r, k)``, or None for no edges.
Edges = str | tuple[str, float] | tuple[str, float, int] | None
#: Most pixels along one side: a larger image is a slip of the finger.
MOST_PIXELS = 1024

_CENTRED: Window = ((-1.6, 1.6), (-1.6, 1.6))
_DETECTOR: Window = ((-5.0, 5.0), (-math.pi, math.pi))

T = TypeVar("T")


def one_or_several(values: Iterable[T]) -> T | tuple[T, ...]:
    """Return a single value as itself, several as a tuple: one form for one meaning."""
    several = tuple(values)
    return several[0] if len(several) == 1 else several


def choice(where: str, value: Any, choices: Sequence[str]) -> str | None:
    """Return one of the words, or None.

    Examples
    --------
    >>> choice("Image(scale=...)", "Log", ("log", "max"))
    'log'
    """
    if value is None:
        return None
    if not isinstance(value, str) or value.lower() not in choices:
        raise UnknownNameError(f"choice in {where}", value, choices, hint=f"It is None or one of {', '.join(choices)}")
    return value.lower()


def flag(where: str, value: Any) -> bool:
    """Return True or False; refuse what is neither."""
    if not isinstance(value, bool):
        msg = f"{where} is True or False; got {value!r}"
        raise ArgumentError(msg)
    return value


def angle(where: str, value: Any) -> float:
    """Return degrees in [-180, 180)."""
    degrees = number(where, value)
    return degrees if -180.0 <= degrees < 180.0 else (degrees + 180.0) % 360.0 - 180.0


def size(value: Any) -> tuple[int, int]:
    """Return how many pixels there are along x and y."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        msg = f"Image(size=...) is the number of pixels along eta and phi, (33, 33); got {value!r}"
        raise ArgumentError(msg)
    return _pixels(value[0]), _pixels(value[1])


def window(value: Any, *, centred: bool) -> Window:
    """Return the ends of an image in x and y; None gives the usual ones.

    Raises
    ------
    ArgumentError
        They are no two pairs of rising numbers, or go beyond the azimuths that there are.
    """
    if value is None:
        return _CENTRED if centred else _DETECTOR
    if not isinstance(value, list | tuple) or len(value) != 2 or not all(map(_is_pair, value)):
        msg = f"Image(range=...) is the ends in eta and in phi, ((-1.6, 1.6), (-1.6, 1.6)); got {value!r}"
        raise ArgumentError(msg)
    x, y = (_ends(pair) for pair in value)
    if not centred and (y[0] < -math.pi - 0.1 or y[1] > math.pi + 0.1):
        msg = f"Image(range=...): phi lies in [-pi, pi), and the window in phi is {y}: nothing would be in a part of it"
        raise ArgumentError(msg)
    return x, y


def subjets(value: Any) -> tuple[str, float, float] | None:
    """Return algorithm, radius and least pT (GeV, 0 if it is left out) of subjets; None for none."""
    if value is None:
        return None
    if not isinstance(value, list | tuple) or len(value) not in (2, 3):
        msg = f"Image(subjets=...) is algorithm, radius and least pT, ('kt', 0.3, 0.0); got {value!r}"
        raise ArgumentError(msg)
    algorithm = choice("Image(subjets=...)", str(value[0]), tuple(ALGORITHMS))
    radius = number("the radius in Image(subjets=...)", value[1], 0.01, 10.0)
    return (
        str(algorithm),
        radius,
        number("the least pT in Image(subjets=...)", value[2] if len(value) > 2 else 0.0, 0.0),
    )


def words(where: str, values: Any, choices: Sequence[str]) -> tuple[str, ...]:
    """Return a list of words, each one of `choices` and there once."""
    several = [values] if isinstance(values, str) else values
    if not isinstance(several, list | tuple):
        msg = f"{where} is a list of {', '.join(choices)}; got {values!r}"
        raise ArgumentError(msg)
    for value in several:
        if not isinstance(value, str) or value not in choices:
            raise UnknownNameError(f"feature in {where}", value, choices)
        if list(several).count(value) > 1:
            msg = f"{where} has {value!r} twice; once is enough"
            raise ArgumentError(msg)
    return tuple(several)


def edges(value: Any, nodes: int) -> Edges:
    """Return how the edges of a graph of at most `nodes` nodes are chosen.

    Examples
    --------
    >>> edges(["knn", 8], 32)
    ('knn', 8)
    """
    if value is None or (isinstance(value, str) and value == "complete"):
        return None if value is None else "complete"
    if not isinstance(value, list | tuple) or len(value) not in (2, 3) or (value[0] == "knn" and len(value) == 3):
        msg = f"Graph(edges=...) is ('knn', 8), ('radius', 0.4), ('radius', 0.4, 16), 'complete' or None; got {value!r}"
        raise ArgumentError(msg)
    how = choice("Graph(edges=...)", str(value[0]), ("knn", "radius"))
    if how == "knn":
        return "knn", _neighbours(value[1], nodes)
    radius = number("the radius in Graph(edges=...)", value[1], 0.0)
    return ("radius", radius) if len(value) == 2 else ("radius", radius, _neighbours(value[2], nodes))


def _neighbours(value: Any, nodes: int) -> int:
    count = whole("the number of neighbours in Graph(edges=...)", value, 1)
    if count >= nodes:
        msg = f"Graph(edges=...) has {count} neighbours of each node, and max_nodes={nodes} leaves at most {nodes - 1}: 'complete' takes all"
        raise ArgumentError(msg)
    return count


def _pixels(value: Any) -> int:
    return whole("the number of pixels in Image(size=...)", value, 1, MOST_PIXELS)


def _is_pair(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2


def _ends(pair: Sequence[Any]) -> tuple[float, float]:
    low, high = (number("an end in Image(range=...)", each) for each in pair)
    if not low < high:
        msg = f"Image(range=...): the lower end comes first and the upper one is above it; got {tuple(pair)}"
        raise ArgumentError(msg)
    return low, high
