"""Scores of many events: they are worked on in pieces, and nobody sees where those end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from preserve.test_preserved import card, linear

import hml_jupyter as hml
from hml_jupyter.errors import ArgumentError, DamagedError
from hml_jupyter.methods.draws import noise
from hml_jupyter.preserve import Preserved
from hml_jupyter.preserve.graphs import Graph
from hml_jupyter.preserve.matrix import PIECE

INPUTS = [{"name": "met", "unit": "GeV", "range": [0.0, 1000.0]}, {"name": "ht", "unit": "GeV", "padding": -1.0}]
COUNTS = [0, 1, 9_999, 10_000, 10_001, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7]


def numbered(events: int) -> npt.NDArray[np.float64]:
    """Whole numbers below 2**24, which single precision has: ``2 met + ht`` of event i is ``4 i + 1``."""
    first = np.arange(events, dtype=float)
    return np.column_stack([first, 2 * first + 1])


@pytest.fixture
def theirs(tmp_path: Path) -> Preserved:
    """A network that gives ``2 met + ht``, in both formats."""
    linear(tmp_path, [[2.0], [1.0]])
    variables = [{"name": name, "offset": 0.0, "scale": 1.0} for name in ("met", "ht")]
    layer = {"architecture": "dense", "weights": [2.0, 1.0], "bias": [0.0], "activation": "linear"}
    (tmp_path / "network.json").write_text(
        json.dumps({"inputs": variables, "layers": [layer], "outputs": ["signal"], "miscellaneous": {}})
    )
    return card(tmp_path, INPUTS, networks=[{"onnx": "network.onnx", "lwtnn": "network.json"}])


@pytest.mark.parametrize("format", ["onnx", "lwtnn"])
@pytest.mark.parametrize("events", COUNTS)
def test_each_event_has_its_score(theirs: Preserved, events: int, format: str) -> None:
    found = theirs.score(numbered(events), format=format)
    assert found.shape == (events,)
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, 4 * np.arange(events) + 1)


@pytest.mark.parametrize(
    "change", [np.asfortranarray, np.float32, np.int64, np.ndarray.tolist, lambda X: np.repeat(X, 2, axis=0)[::2]]
)
def test_arrays_of_other_kinds(theirs: Preserved, change: Any) -> None:
    X = numbered(PIECE + 1)
    given = change(X)
    np.testing.assert_array_equal(theirs.score(given), 4 * np.arange(len(X)) + 1)
    np.testing.assert_array_equal(given, X)


def test_rows_of_a_larger_array_are_not_written_to(theirs: Preserved) -> None:
    """Every other event backwards, with what is missing at the ends of pieces."""
    X = numbered(2 * PIECE + 2)
    X[::PIECE, 1] = np.nan
    X.flags.writeable = False
    expected = np.where(np.isnan(X[:, 1]), 2 * X[:, 0] - 1, 2 * X[:, 0] + X[:, 1])
    np.testing.assert_array_equal(theirs.score(X), expected)
    np.testing.assert_array_equal(theirs.score(X[::-2]), expected[::-2])


@pytest.mark.parametrize("format", ["onnx", "lwtnn"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("events", [9_999, 10_000, 10_001, PIECE, PIECE + 1])
def test_the_event_that_lacks_something_has_no_score(theirs: Preserved, events: int, bad: float, format: str) -> None:
    for at in (0, events // 2, events - 1):
        X = numbered(events)
        X[at, 0] = bad
        found = theirs.score(X, format=format)
        assert np.flatnonzero(np.isnan(found)).tolist() == [at]
        np.testing.assert_array_equal(np.delete(found, at), np.delete(4 * np.arange(events) + 1, at))


def test_a_dataset(tmp_path: Path) -> None:
    X = numbered(2 * PIECE + 1)
    tables = {
        name: hml.open_table({"met": each[:, 0], "ht": each[:, 1]}, cross_section=1.0)
        for name, each in (("signal", X[:5]), ("background", X[5:]))
    }
    data = hml.build_dataset(tables, hml.Set(["column.met", "column.ht"]), signal="signal", seed=1)
    # the other way round in the card, and one that the network does not take
    linear(tmp_path, [[1.0], [2.0]])
    inputs = [{"name": "column.met"}, {"name": "number", "level": "parameter", "value": 1.0}, {"name": "column.ht"}]
    networks = [{"onnx": "network.onnx", "inputs": ["column.ht", "column.met"]}]
    theirs = card(tmp_path, inputs, networks=networks)
    expected = 2 * data.column("met") + data.column("ht")
    np.testing.assert_array_equal(theirs.score(data), expected)
    np.testing.assert_array_equal(theirs.score(np.insert(data.X, 1, np.nan, axis=1)), expected)


def test_the_first_bad_azimuth_is_named(tmp_path: Path) -> None:
    linear(tmp_path, [[1.0], [1.0]])
    inputs = [{"name": f"jet{i}.phi", "unit": "rad", "phi": "[-pi, pi)"} for i in (0, 1)]
    theirs = card(tmp_path, inputs)
    X = np.zeros((4 * PIECE, 2))
    X[-1, 0], X[-5, 1] = 7, 8
    with pytest.raises(ArgumentError, match=r"jet0.phi must be in \[-pi, pi\); got 7"):
        theirs.score(X)
    X[2 * PIECE + 1, 1] = 9
    with pytest.raises(ArgumentError, match=r"jet1.phi must be in \[-pi, pi\); got 9"):
        theirs.score(X)


def test_an_input_that_is_far_off_is_told_once(theirs: Preserved, capsys: pytest.CaptureFixture[str]) -> None:
    X = np.ones((3 * PIECE, 2))
    X[[5, PIECE + 5, -1], 0] = 2e5, -4e5, 3e5
    theirs.score(X)
    assert capsys.readouterr().out == (
        "met is up to 4e+05 GeV, and was at most 1e+03 in the training: is it in another unit?\n"
    )


def test_equal_events_of_a_surrogate_are_told_apart_across_pieces(tmp_path: Path) -> None:
    """A network that gives its first random number."""
    graph = Graph("theirs")
    x, random = graph.input("x", (1,)), graph.input("noise", (2,))
    both = graph.add("Concat", x, random, axis=1)
    flow = graph.add("Gemm", both, graph.constant([[0.0], [1.0], [0.0]]), graph.constant([0.0]))
    (tmp_path / "network.onnx").write_bytes(graph.model(flow, "y", (1,)).SerializeToString())
    networks = [{"onnx": "network.onnx", "noise": "noise", "inputs": ["met"]}]
    theirs = card(tmp_path, [{"name": "met", "unit": "GeV", "node": "x"}], networks=networks)
    X = np.ones((PIECE + 5, 1))
    X[3] = np.nan
    kept = np.arange(len(X)) != 3
    found = theirs.score(X, seed=4)
    np.testing.assert_array_equal(found[kept], noise(X[kept], 4)[:, 0])
    assert np.isnan(found[3])
    assert len(np.unique(found[kept])) > 0.99 * len(X)


def test_outputs_of_another_number_are_refused_in_every_piece(tmp_path: Path) -> None:
    linear(tmp_path, [[1.0, 2.0], [0.0, 0.0]])
    with pytest.raises(DamagedError, match="gives 2 numbers for an event, and the card names signal"):
        card(tmp_path, INPUTS).score(numbered(2 * PIECE))
