"""Cuts as C++, for Rivet and SimpleAnalysis."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..errors import HmlError
from ..expressions import Node, Number, Observable, parse_cut
from ..expressions.nodes import And, Arithmetic, Comparison, Function, Negative, Not, Or, Window
from .filling import plain

__all__ = ["condition"]

There = dict[str, None]
"""What must be there for a value, in order, each once."""


class _Unwritten(Exception):
    """A part that has no C++ here."""


def condition(text: str, dialect: str) -> str | None:
    """Return a cut as C++; None for one that only the reader can write.

    Where an object is missing a comparison is false, as in the grammar of cuts.

    Examples
    --------
    >>> condition("jet.size == 4", "rivet")
    '(jets.size() == 4.0)'
    >>> condition("fatjet0.mass > 50 and met in [0, 100]", "simple")
    '((fatjets.size() > 0 && fatjets[0].M() > 50.0) && (met.Pt() >= 0.0 && met.Pt() <= 100.0))'
    >>> condition("any jet.pt > 30", "rivet") is None
    True
    """
    try:
        return _cut(parse_cut(text), dialect)
    except (_Unwritten, HmlError):
        return None


def _cut(node: Node, dialect: str) -> str:
    """Return a cut as C++, in parentheses."""
    if isinstance(node, Not):
        return f"(!{_cut(node.term, dialect)})"
    if isinstance(node, And | Or):
        sign = " && " if isinstance(node, And) else " || "
        return f"({sign.join(_cut(each, dialect) for each in node.terms)})"
    there: There = {}
    if isinstance(node, Comparison):
        values = [_sum(each, dialect, there) for each in node.operands]
        each = [_link(*link) for link in zip(values, node.operators, values[1:], strict=False)]
    elif isinstance(node, Window):
        value = _sum(node.value, dialect, there)
        each = [f"{value} >= {_number(node.low)}", f"{value} <= {_number(node.high)}"]
    else:
        raise _Unwritten
    return f"({' && '.join([*there, *each])})"


def _link(left: str, sign: str, right: str) -> str:
    """Return a comparison that is false of NaN; that of C++ is true where it asks for what differs."""
    return f"({left} < {right} || {left} > {right})" if sign == "!=" else f"{left} {sign} {right}"


def _sum(node: Node, dialect: str, there: There) -> str:
    """Return a value as C++, and add what must be there for it."""
    write = _SUMS.get(type(node))
    if write is None:
        raise _Unwritten
    return write(node, dialect, there)


def _observable(node: Observable, dialect: str, there: There) -> str:
    found = plain(node, dialect)
    if found is None:
        raise _Unwritten
    there.update(dict.fromkeys(found.needed))
    return found.text


def _arithmetic(node: Arithmetic, dialect: str, there: There) -> str:
    left, right = (_sum(each, dialect, there) for each in (node.left, node.right))
    # counts are whole numbers, whose quotient C++ would round and whose difference has no sign
    if node.operator == "**":
        return f"std::pow({left}, {right})"
    return (
        f"(1.0 * {left} {node.operator} {right})"
        if node.operator in "*/"
        else f"({left} {node.operator} 1.0 * {right})"
    )


def _negative(node: Negative, dialect: str, there: There) -> str:
    value = _sum(node.operand, dialect, there)
    return f"-{value}" if isinstance(node.operand, Number) else f"(-1.0 * {value})"


def _function(node: Function, dialect: str, there: There) -> str:
    values = [_sum(each, dialect, there) for each in node.arguments]
    if node.name in ("min", "max"):
        if len(values) == 1:
            raise _Unwritten  # over the elements of a collection
        return f"std::{node.name}({{{', '.join(f'1.0 * {each}' for each in values)}}})"
    return f"std::{node.name}(1.0 * {values[0]})"


def _number(value: float) -> str:
    if math.isinf(value):
        return "-INFINITY" if value < 0 else "INFINITY"
    return repr(float(value))


_SUMS: dict[type[Any], Callable[[Any, str, There], str]] = {
    Number: lambda node, dialect, there: _number(node.value),  # noqa: ARG005 (numbers are the same everywhere)
    Observable: _observable,
    Negative: _negative,
    Arithmetic: _arithmetic,
    Function: _function,
}
