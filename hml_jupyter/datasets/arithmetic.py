"""Arithmetic of columns: what has no column of its own, and is computed from those that there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ..cuts import how_to_score
from ..errors import ArgumentError, ExpressionError, UnknownNameError
from ..expressions import Observable, Sum, Value, mapped, number, parse_observable, render, replaced, used
from ..observables import canonical_observable, is_column
from ..observables.units import unit_of_sum

__all__ = ["arithmetic_name", "arithmetic_unit", "arithmetic_values"]


def arithmetic_name(text: str, units: Mapping[str, str]) -> str | None:
    """Return the canonical text of arithmetic of columns; None for what is none.

    Parameters
    ----------
    text : str
        ``"gn2.p_b / (0.2 * gn2.p_c + 0.8 * gn2.p_u)"``.
    units : mapping of str to str
        Column -> its unit.

    Raises
    ------
    UnknownNameError
        Something in it is no column.
    ArgumentError
        It joins different units.

    Examples
    --------
    >>> arithmetic_name("jet0.pt/(met+ht)", {"jet0.pt": "GeV", "met": "GeV", "ht": "GeV"})
    'jet0.pt / (met + ht)'
    """
    try:
        node = mapped(parse_observable(text), canonical_observable)
    except (UnknownNameError, ExpressionError, ArgumentError):
        return None
    if isinstance(node, Observable) or not used(node):
        return None
    for each in map(render, used(_among(node, units))):
        if each not in units:
            hint = how_to_score(each, [*units]) or f"{render(node)} is computed from columns"
            raise UnknownNameError("column", each, units, hint=hint)
    arithmetic_unit(render(node), units)
    return render(node)


def arithmetic_unit(name: str, units: Mapping[str, str]) -> str:
    """Return the unit of arithmetic of columns, whose units are given; empty for a pure number.

    Examples
    --------
    >>> arithmetic_unit("jet0.pt * met", {"jet0.pt": "GeV", "met": "GeV"})
    'GeV^2'
    """

    def unit(column: Observable) -> str | None:
        read = parse_observable(column.name)
        # of a column of a table nobody has said a unit
        unknown = isinstance(read, Observable) and is_column(read) and not units[column.name]
        return None if unknown else units[column.name]

    return unit_of_sum(_among(parse_observable(name), units), unit)


def arithmetic_values(
    name: str, columns: Mapping[str, str], read: Callable[[str], npt.NDArray[Any]]
) -> npt.NDArray[np.float64]:
    """Return the values of arithmetic of columns, (n,), each of them by `read`; NaN where one is missing.

    Examples
    --------
    >>> arithmetic_values("a / b", {"a": "", "b": ""}, lambda column: np.array([3.0, 1.0]))
    array([1., 1.])
    """
    with np.errstate(all="ignore"):
        found = number(_among(parse_observable(name), columns), lambda column: Value(read(column.name)))
    return np.asarray(found.array, dtype=np.float64)


def _among(node: Sum, columns: Mapping[str, str]) -> Sum:
    """Return arithmetic with the names of columns, arithmetic too, in place of what they are computed from."""
    return replaced(node, {parse_observable(name): Observable(name) for name in columns})
