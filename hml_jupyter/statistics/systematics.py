"""Systematic variations of a dataset as modifiers of a statistical model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError

__all__ = ["Systematic", "modifier", "systematics_of"]

Floats = npt.NDArray[np.float64]

_SIDED = re.compile(r"(.+)[ _-](up|down)", re.IGNORECASE)


class Systematic(NamedTuple):
    """A nuisance parameter, and the variations that stand for one standard deviation of it."""

    name: str
    up: str | None
    """The variation for +1; None where only the other one is known."""
    down: str | None
    """The variation for -1."""


def systematics_of(variations: Iterable[str]) -> list[Systematic]:
    """Return the nuisance parameters behind variations: ``x_up`` and ``x_down`` are the two sides of ``x``.

    Examples
    --------
    >>> systematics_of(["scale_up", "scale_down", "pdf"])
    [Systematic(name='scale', up='scale_up', down='scale_down'), Systematic(name='pdf', up='pdf', down=None)]
    """
    found: dict[str, Systematic] = {}
    for each in variations:
        sided = _SIDED.fullmatch(each)
        name, side = (sided[1], sided[2].lower()) if sided else (each, "up")
        before = found.get(name, Systematic(name, None, None))
        if getattr(before, side) is not None:
            msg = f"the variations {getattr(before, side)!r} and {each!r} are both the {side} side of {name!r}: rename one"
            raise ArgumentError(msg)
        found[name] = before._replace(**{side: each})
    return list(found.values())


def modifier(
    systematic: Systematic,
    of: str,
    factors: Mapping[str, Any],
    nominal: Floats,
    varied: Mapping[str, Floats],
) -> dict[str, Any] | None:
    """Return what a systematic does to a class in a channel, None if it does nothing.

    Parameters
    ----------
    systematic : Systematic
        The nuisance parameter.
    of : str
        Class and channel, as messages call them.
    factors : mapping
        Variation -> its factor on the weights of the class: a number, or the text of observables.
    nominal : array (v,)
        Expected events.
    varied : mapping
        Variation -> expected events, (v,).

    Returns
    -------
    dict or None
        A ``normsys`` where the factors are numbers, else a ``histosys``. Of a side that is not known the first takes the
        inverse factor, the second as much below as the other is above: the mirror in which each is interpolated.

    Raises
    ------
    ArgumentError
        The mirror of a shape is below 0.
    """
    sides = (systematic.up, systematic.down)
    known = [side for side in sides if side is not None]
    if not any(isinstance(factors[side], str) for side in known):
        high, low = _both([side and float(factors[side]) for side in sides], lambda factor: 1 / factor)
        return None if high == low == 1 else _named(systematic, "normsys", {"hi": high, "lo": low})
    high, low = _both([side and varied[side] for side in sides], lambda shape: 2 * nominal - shape)
    if (np.minimum(high, low) < 0).any():
        msg = (
            f"the variation {known[0]!r} more than doubles {of}, so what is as far on the other side is below 0: give both, "
            f"'{systematic.name}_up' and '{systematic.name}_down'"
        )
        raise ArgumentError(msg)
    if np.array_equal(high, nominal) and np.array_equal(low, nominal):
        return None
    return _named(systematic, "histosys", {"hi_data": high.tolist(), "lo_data": low.tolist()})


def _both(sides: Sequence[Any], mirror: Callable[[Any], Any]) -> tuple[Any, Any]:
    """Return both sides, the one that is None as the mirror of the other."""
    up, down = sides
    return mirror(down) if up is None else up, mirror(up) if down is None else down


def _named(systematic: Systematic, kind: str, data: dict[str, Any]) -> dict[str, Any]:
    return {"name": systematic.name, "type": kind, "data": data}
