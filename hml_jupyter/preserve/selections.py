"""Cuts as ONNX operators."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np

from ..methods.rectangular import RectangularCuts
from .graphs import Graph

__all__ = ["above", "passing", "selection"]


def above(value: float) -> np.float32:
    """Return the smallest single-precision number that is not below `value`.

    Against it events in single precision pass ``>=`` and fail ``<`` just as against `value`.

    Examples
    --------
    >>> float(above(0.5)), float(above(0.1)) > 0.1, float(above(-0.1)) > -0.1
    (0.5, True, True)
    """
    near = np.float32(value)
    return near if float(near) >= value else np.nextafter(near, np.float32(np.inf))


def passing(graph: Graph, inputs: str, thresholds: Sequence[tuple[int, str, float]]) -> str:
    """Add thresholds, each of a column, a side and a value, to a graph: (n, 1) bool, which events pass all."""
    signs = {"lower": "GreaterOrEqual", "upper": "Less"}
    each = [graph.add(signs[s], _column(graph, inputs, i), graph.constant(above(value))) for i, s, value in thresholds]
    return _and(graph, inputs, each)


def selection(graph: Graph, inputs: str, cuts: RectangularCuts) -> str:
    """Add rectangular cuts to a graph: (n, 1), one of their two scores for each event."""
    each = []
    for i, step in enumerate(cuts.steps):
        low, high, outside = step.range
        ends = [(i, side, value) for side, value in (("lower", low), ("upper", high)) if np.isfinite(value)]
        if ends:
            inside = passing(graph, inputs, ends)
            each.append(graph.add("Not", inside) if outside else inside)
    passed = _and(graph, inputs, each)
    return graph.add("Where", passed, graph.constant(cuts.passing), graph.constant(cuts.failing))


def _column(graph: Graph, inputs: str, i: int) -> str:
    return graph.add("Gather", inputs, graph.constant([i], np.int64), axis=1)


def _and(graph: Graph, inputs: str, each: Sequence[str]) -> str:
    """Add what passes each of some conditions, (n, 1) bool; without any all events do."""
    if not each:
        first = _column(graph, inputs, 0)
        return graph.add("Equal", first, first)
    return reduce(lambda one, other: graph.add("And", one, other), each)
