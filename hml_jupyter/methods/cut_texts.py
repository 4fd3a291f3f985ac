"""Cuts whose numbers training may move: from text to thresholds, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..errors import ArgumentError, ExpressionError, HmlError, UnknownNameError
from ..expressions import Node, parse_cut, parse_observable, render
from ..expressions.nodes import Comparison, Negative, Number, Sum, Window, is_cut, used
from ..histograms import threshold_cut
from ..observables import canonical_name
from .method import Array

__all__ = ["Threshold", "canonical", "on_columns", "passes", "texts", "thresholds_of"]

_SIDES = {">": "lower", ">=": "lower", "<": "upper", "<=": "upper"}
_FLIPPED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}


class Threshold(NamedTuple):
    """A number that a cut compares an observable with."""

    observable: str
    """A column."""
    side: str
    """``"lower"`` keeps what is at or above it, ``"upper"`` what is below; ``"any"`` where the data are to tell."""
    value: float
    """Where it stands; NaN where the data are to tell."""


def canonical(text: str) -> str:
    """Return a cut, or the observable that is to be cut on, in the one way of writing it.

    Raises
    ------
    ExpressionError
        The text does not follow the grammar.
    ArgumentError
        It is no threshold, no window and no observable, or has no finite number.

    Examples
    --------
    >>> canonical("met>50.0"), canonical("met in [50,90]"), canonical(" met ")
    ('met > 50', 'met in [50, 90]', 'met')
    """
    node = _parsed(text)
    _ = _thresholds(text, node)
    return render(node)


def thresholds_of(cuts: Iterable[str]) -> list[Threshold]:
    """Return the thresholds of cuts, in order: one, or two of a window.

    Examples
    --------
    >>> thresholds_of(["met > 50", "70 < fatjet0.mass < 110"])[1:]
    [Threshold(observable='fatjet0.mass', side='lower', value=70.0), Threshold(observable='fatjet0.mass', side='upper', value=110.0)]
    >>> thresholds_of(["met"])
    [Threshold(observable='met', side='any', value=nan)]
    """
    return [threshold for text in cuts for threshold in _thresholds(text, _parsed(text))]


def on_columns(threshold: Threshold, names: Sequence[str]) -> Threshold:
    """Return the threshold with the canonical name of its column; that of a table can be written without ``column.``.

    Raises
    ------
    UnknownNameError
        There is no such column.

    Examples
    --------
    >>> on_columns(Threshold("x", "lower", 1.0), ["column.x"]).observable
    'column.x'
    """
    for name in (threshold.observable, _canonical_name(threshold.observable), f"column.{threshold.observable}"):
        if name in names:
            return threshold._replace(observable=name)
    hint = f"A CutNetwork cuts on the inputs of the dataset: {', '.join(names)}"
    raise UnknownNameError("input", threshold.observable, names, hint=hint)


def texts(thresholds: Iterable[Threshold]) -> list[str]:
    """Return thresholds as cuts.

    Examples
    --------
    >>> texts([Threshold("met", "lower", 50.0)])
    ['met >= 50.0']
    """
    return [threshold_cut(*threshold) for threshold in thresholds]


def passes(x: Array, side: str, value: float) -> Array:
    """Return which values a threshold keeps, (n,) bool, as the cut in `texts` does.

    Examples
    --------
    >>> passes(np.array([1.0, 2.0, 3.0]), "lower", 2.0), passes(np.array([1.0, 2.0, 3.0]), "upper", 2.0)
    (array([False,  True,  True]), array([ True, False, False]))
    """
    return np.asarray(x >= value if side == "lower" else x < value)


def _parsed(text: str) -> Node:
    try:
        return parse_observable(text)
    except ExpressionError:
        return parse_cut(text)


def _thresholds(text: str, node: Node) -> list[Threshold]:
    value, *ends = _apart(node)
    numbers = [number for _, number in ends if number is not None]
    sides = {side for side, _ in ends if side}
    if not used(value) or not len(ends) == len(numbers) == len(sides) > 0 or np.isinf(numbers).any():
        msg = f'a cut that training moves is a threshold, a window or an observable, "met > 50", "met in [50, 90]" or "met"; got {text!r}'
        raise ArgumentError(msg)
    return [Threshold(render(value), side, number) for (side, _), number in zip(ends, numbers, strict=True)]


def _apart(node: Node) -> tuple[Any, ...]:
    """Return what is cut on, and the side and number of each threshold; no side or number where there is none."""
    match node:
        case Window(value=value, low=low, high=high):
            return value, ("lower", low), ("upper", high)
        case Comparison(operands=(Number() | Negative(Number()) as number, value), operators=(sign,)):
            return value, (_SIDES.get(_FLIPPED.get(sign, "")), _number(number))
        case Comparison(operands=(value, number), operators=(sign,)):
            return value, (_SIDES.get(sign), _number(number))
        case Comparison(operands=(first, value, last), operators=(one, two)):
            return value, (_SIDES.get(_FLIPPED.get(one, "")), _number(first)), (_SIDES.get(two), _number(last))
    return (node,) if is_cut(node) else (node, ("any", np.nan))


def _number(node: Sum) -> float | None:
    match node:
        case Number(value=value):
            return value
        case Negative(operand=Number(value=value)):
            return -value
    return None


def _canonical_name(text: str) -> str:
    try:
        return canonical_name(text)
    except HmlError:
        return text
