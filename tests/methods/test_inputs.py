from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hml_jupyter.errors import ArgumentError
from hml_jupyter.methods.inputs import as_graphs, as_images, as_matrix, count, finite, take
from hml_jupyter.representations import Graphs


def graphs(nodes: Any) -> Graphs:
    n = len(nodes)
    none = np.full((n, 2, 0), -1, np.int16)
    return Graphs(np.asarray(nodes, np.float32), np.ones((n, 2), bool), none, np.zeros((n, 2, 0, 0), np.float32))


def test_take_and_count() -> None:
    three = graphs(np.arange(6.0).reshape(3, 2, 1))
    kept = take(three, np.array([True, False, True]))
    assert isinstance(kept, Graphs)
    assert count(kept) == 2
    assert kept.nodes[:, 0, 0].tolist() == [0.0, 4.0]
    assert take(np.arange(4), np.array([3, 1])).tolist() == [3, 1]


def test_finite() -> None:
    assert finite(graphs([[[1.0], [np.nan]], [[1.0], [0.0]]])).tolist() == [False, True]
    assert finite(np.array([[[[1.0]]], [[[np.inf]]]])).tolist() == [True, False]


def test_as_matrix() -> None:
    assert as_matrix([[1, 2]]).dtype == np.float64
    with pytest.raises(ArgumentError, match=r"shape \(events, columns\), \[\[90.0, 0.3\]\] for one event; got \(2,\)"):
        as_matrix([1, 2])
    with pytest.raises(ArgumentError, match=r"numbers of the shape \(events, columns\), not a str"):
        as_matrix("x")


def test_as_images() -> None:
    assert as_images(np.zeros((2, 4, 4, 1)), [4, 4, 1]).dtype == np.float32
    with pytest.raises(ArgumentError, match=r"images of the shape \('n', 4, 4, 1\); got \(2, 4, 4\)"):
        as_images(np.zeros((2, 4, 4)), [4, 4, 1])
    with pytest.raises(ArgumentError, match="a dataset of images, or numbers"):
        as_images("x", [4, 4, 1])


def test_as_graphs() -> None:
    one = graphs(np.zeros((1, 2, 3)))
    assert as_graphs(one, [3, 0]) is one
    with pytest.raises(ArgumentError, match="graphs with 4 features of a node and 0 of an edge; got 3 and 0"):
        as_graphs(one, [4, 0])
    with pytest.raises(ArgumentError, match="or the Graphs that its X is, not a list"):
        as_graphs([1.0], [4, 0])
