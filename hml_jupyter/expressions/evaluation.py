"""The values of nodes on arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeAlias

import awkward as ak
import numpy as np
import numpy.typing as npt

from ..errors import ExpressionError
from .nodes import (
    And,
    Arithmetic,
    Comparison,
    Cut,
    Function,
    Negative,
    Node,
    Not,
    Number,
    Observable,
    Or,
    Quantified,
    Sum,
    Window,
)
from .rendering import render

__all__ = ["Lookup", "Value", "extreme", "number", "truth", "truth_of_elements"]

Array: TypeAlias = Any
"""A NumPy array (one value each event) or a jagged awkward array (one each element)."""


@dataclass(frozen=True)
class Value:
    """Numbers or truth values, one for each event or one for each element of a collection."""

    array: Array
    over: str | None = None
    """The collection, as text; None for one value each event."""
    empty: npt.NDArray[np.bool_] | bool = True
    """For truth values over a collection without prefix: what an event without elements gives."""


Lookup: TypeAlias = Callable[[Observable], Value]
"""Gives the values of an observable; NaN where the object is missing."""

_ARITHMETIC: dict[str, Callable[[Array, Array], Array]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "**": np.power,
}
_COMPARISONS: dict[str, Callable[[Array, Array], Array]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}
_FUNCTIONS: dict[str, Callable[..., Array]] = {
    "abs": np.abs,
    "sqrt": np.sqrt,
    "log": np.log,
    "min": np.minimum,
    "max": np.maximum,
}
_EXTREMES = {"min": ak.min, "max": ak.max}


def truth(cut: Cut, lookup: Lookup) -> npt.NDArray[np.bool_]:
    """Return which events pass, shape (n,).

    Raises
    ------
    ExpressionError
        Elements of different collections are compared with each other.

    Examples
    --------
    >>> from hml_jupyter.expressions import parse_cut
    >>> jets = Value(ak.Array([[50.0, 10.0], [20.0], []]), over="jet")
    >>> truth(parse_cut("any jet.pt > 30"), lambda observable: jets)
    array([ True, False, False])
    """
    with np.errstate(all="ignore"):
        return np.asarray(_closed(_truth(cut, lookup, inside=False)).array)


def truth_of_elements(cut: Cut, lookup: Lookup) -> Value:
    """Return which elements pass, as inside a prefix: event values are repeated for each element."""
    with np.errstate(all="ignore"):
        return _truth(cut, lookup, inside=True)


def number(node: Sum, lookup: Lookup) -> Value:
    """Return the value of a number, an observable or their arithmetic."""
    match node:
        case Number():
            return Value(np.float64(node.value))
        case Observable():
            return lookup(node)
        case Negative(operand=operand):
            value = number(operand, lookup)
            return Value(-value.array, value.over)
        case Arithmetic(operator=symbol, left=left, right=right):
            return _apply(_ARITHMETIC[symbol], [number(left, lookup), number(right, lookup)], node)
        case Function(name=name, arguments=arguments):
            values = [number(argument, lookup) for argument in arguments]
            return (
                _extreme(name, values[0]) if len(values) == 1 and name in _EXTREMES else _function(name, values, node)
            )


def _function(name: str, values: Sequence[Value], node: Node) -> Value:
    if len(values) == 1:
        return Value(_FUNCTIONS[name](values[0].array), values[0].over)
    return reduce(lambda a, b: _apply(_FUNCTIONS[name], [a, b], node), values)


def _extreme(name: str, value: Value) -> Value:
    if value.over is None:
        return value
    array = value.array
    while array.ndim > 2:
        array = ak.flatten(array, axis=2)
    return Value(extreme(_EXTREMES[name], array))


def extreme(function: Callable[..., Any], lists: ak.Array) -> npt.NDArray[np.float64]:
    """Return the smallest or the largest number of each list, NaN where there is none.

    Examples
    --------
    >>> extreme(ak.min, ak.Array([[3.0, np.nan], [np.nan], []]))
    array([ 3., nan, nan])
    """
    # awkward passes NaN over, and gives infinity if there is nothing else
    found = ak.to_numpy(ak.fill_none(function(lists, axis=1), np.nan))
    there = ak.to_numpy(ak.any(~np.isnan(lists), axis=1))
    return np.where(there, np.asarray(found, dtype=np.float64), np.nan)


def _apply(function: Callable[..., Array], values: Sequence[Value], node: Node) -> Value:
    """Apply an element-wise function; an event's value meets each of its elements."""
    collections = dict.fromkeys(value.over for value in values if value.over is not None)
    if len(collections) > 1:
        names = " with those of ".join(collections)
        msg = f"elements of {names} cannot be compared one by one in {render(node)!r}; take one of them, as in jet0.pt"
        raise ExpressionError(msg)
    return Value(function(*(value.array for value in values)), next(iter(collections), None))


def _truth(cut: Cut, lookup: Lookup, *, inside: bool) -> Value:
    match cut:
        case Comparison():
            return _comparison(cut, lookup)
        case Window(value=value, low=low, high=high):
            got = number(value, lookup)
            return Value((got.array >= low) & (got.array <= high), got.over)
        case Not(term=term):
            got = _truth(term, lookup, inside=inside)
            got = got if inside else _closed(got)
            return Value(~got.array, got.over)
        case Quantified(quantifier=word, term=term):
            return _closed(_truth(term, lookup, inside=True), word)
        case And(terms=terms):
            return _join(np.logical_and, [_truth(t, lookup, inside=inside) for t in terms], cut, inside=inside)
        case Or(terms=terms):
            return _join(np.logical_or, [_truth(t, lookup, inside=inside) for t in terms], cut, inside=inside)


def _comparison(cut: Comparison, lookup: Lookup) -> Value:
    values = [number(operand, lookup) for operand in cut.operands]
    links = []
    for symbol, left, right in zip(cut.operators, values, values[1:], strict=False):
        link = _apply(_COMPARISONS[symbol], [left, right], cut)
        if symbol == "!=":  # the only comparison that is true of NaN, which stands for a missing object
            present = _apply(_both_present, [left, right], cut)
            link = Value(link.array & present.array, link.over)
        links.append(link)
    return _apply(lambda *each: reduce(np.logical_and, each), links, cut)


def _both_present(left: Array, right: Array) -> Array:
    return ~(np.isnan(left) | np.isnan(right))


def _join(operator: Callable[[Array, Array], Array], values: list[Value], cut: Cut, *, inside: bool) -> Value:
    """Join terms: those over the same collection element by element."""
    collections = list(dict.fromkeys(value.over for value in values if value.over is not None))
    if len(collections) > 1:
        if inside:
            names = " and ".join(collections)
            msg = f"one prefix covers {names} in {render(cut)!r}; give each its own: any ( ... ) and any ( ... )"
            raise ExpressionError(msg)
        values = [_closed(_same(operator, [v for v in values if v.over == over])) for over in [None, *collections]]
    return _same(operator, values)


def _same(operator: Callable[[Array, Array], Array], values: list[Value]) -> Value:
    if not values:
        identity = operator is np.logical_and
        return Value(np.bool_(identity))
    over = next((value.over for value in values if value.over is not None), None)
    empties = [value.array if value.over is None else value.empty for value in values]
    return Value(
        reduce(operator, [value.array for value in values]),
        over,
        True if over is None else reduce(operator, empties),
    )


def _closed(value: Value, quantifier: str | None = None) -> Value:
    """Turn truth over elements into truth over events; without prefix all is meant."""
    if value.over is None:
        return value
    if quantifier == "any":
        return Value(np.asarray(ak.any(value.array, axis=1)))
    every = np.asarray(ak.all(value.array, axis=1))
    if quantifier == "all":
        return Value(every)
    return Value(np.where(np.asarray(ak.num(value.array, axis=1)) == 0, value.empty, every))
