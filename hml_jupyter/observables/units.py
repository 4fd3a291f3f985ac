"""Units of arithmetic: what sums, products and powers of observables are measured in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import TypeAlias

from ..errors import ArgumentError
from ..expressions import Arithmetic, Function, Negative, Number, Observable, Sum, render, used

__all__ = ["unit_of_sum"]

Powers: TypeAlias = Mapping[str, float]
"""Unit -> its power; empty for a pure number."""
UnitOf: TypeAlias = Callable[[Observable], str | None]


def unit_of_sum(node: Sum, unit_of: UnitOf) -> str:
    """Return the unit of arithmetic; empty for a pure number.

    Parameters
    ----------
    node : Sum
        What is computed.
    unit_of : callable
        Gives the unit of an observable: ``GeV``, ``GeV^2``, ``GeV/e``, ``1/GeV``; None where it is not known.

    Raises
    ------
    ArgumentError
        It adds or compares different units, or takes a power that is no number.

    Notes
    -----
    Numbers, and what has no known unit, take the unit of what they are added to; products with the unknown are unknown. Radians count as pure numbers where they meet something else. A logarithm
    is a pure number.

    Examples
    --------
    >>> from hml_jupyter.expressions import parse_observable
    >>> [unit_of_sum(parse_observable(text), lambda o: "GeV") for text in ("a / b", "a * b", "sqrt(a ** 2 + 9)", "1 / a")]
    ['', 'GeV^2', 'GeV', '1/GeV']
    """
    return _text(_powers(node, unit_of) or {})


def _powers(node: Sum, unit_of: UnitOf) -> Powers | None:
    """Return the unit of `node`; None for what has any: numbers, and what is not known."""
    if not used(node):
        return None
    match node:
        case Observable():
            unit = unit_of(node)
            return None if unit is None else _read(unit)
        case Negative(operand=operand):
            return _powers(operand, unit_of)
        case Function(name=name, arguments=arguments):
            return _function(name, [_powers(each, unit_of) for each in arguments], node)
        case Arithmetic(operator=symbol, left=left, right=right):
            one, other = _powers(left, unit_of), _powers(right, unit_of)
            unknown = (one is None and used(left)) or (other is None and used(right))
            if unknown and symbol not in "+-":
                return None
            return _power(one, right, node) if symbol == "**" else _joined(symbol, one, other, node)
    return None


def _function(name: str, units: list[Powers | None], node: Sum) -> Powers | None:
    if name == "log":
        return {}
    if name == "sqrt":
        return None if units[0] is None else _scaled(units[0], 0.5)
    return reduce(lambda a, b: _same(a, b, node), units)


def _joined(symbol: str, left: Powers | None, right: Powers | None, node: Sum) -> Powers | None:
    if symbol in "+-":
        return _same(left, right, node)
    return _product(left or {}, _scaled(right or {}, 1.0 if symbol == "*" else -1.0))


def _power(base: Powers | None, exponent: Sum, node: Sum) -> Powers:
    match exponent:
        case Number(value=value):
            return _scaled(base or {}, value)
        case Negative(operand=Number(value=value)):
            return _scaled(base or {}, -value)
    if base and _without_radians(base):
        msg = f"{render(node)!r} has no unit: {_text(base)} is raised to a power that differs from event to event"
        raise ArgumentError(msg)
    return {}


def _same(left: Powers | None, right: Powers | None, node: Sum) -> Powers | None:
    if left is None or right is None or left == right:
        return right if left is None else left
    common = _without_radians(left)
    if common != _without_radians(right):
        a, b = (_text(each) or "a pure number" for each in (left, right))
        msg = f"{render(node)!r} joins {a} with {b}; divide by something of the same unit first, as in met / ht"
        raise ArgumentError(msg)
    return common


def _without_radians(powers: Powers) -> Powers:
    return {unit: power for unit, power in powers.items() if unit != "rad"}


def _product(left: Powers, right: Powers) -> Powers:
    total = {unit: left.get(unit, 0.0) + right.get(unit, 0.0) for unit in (*left, *right)}
    return {unit: power for unit, power in total.items() if power}


def _scaled(powers: Powers, by: float) -> Powers:
    return {unit: power * by for unit, power in powers.items() if by}


def _read(text: str) -> Powers:
    """Return the powers in ``GeV^2/e``; what is not written like that is a unit of its own."""
    above, _, below = text.partition("/")
    found: Powers = {}
    for side, sign in ((above, 1.0), (below, -1.0)):
        for factor in side.split():
            unit, _, power = factor.partition("^")
            if unit != "1":
                found = _product(found, {unit: sign * _number(power)})
    return found


def _number(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 1.0


def _text(powers: Powers) -> str:
    sides = [
        " ".join(unit if size == 1 else f"{unit}^{size:g}" for unit, size in sorted(side.items()))
        for side in (
            {unit: power for unit, power in powers.items() if power > 0},
            {unit: -power for unit, power in powers.items() if power < 0},
        )
    ]
    return sides[0] if not sides[1] else f"{sides[0] or 1}/{sides[1]}"
