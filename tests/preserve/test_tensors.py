from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto
from preserve.onnx_files import model, node
from preserve.sequence_cards import (
    BOTH,
    OUT,
    SUM_R,
    TRACKS,
    card,
    deep_set,
    scores,
)

from hml_jupyter.preserve.graphs import Graph
from hml_jupyter.preserve.matrix import PIECE
from hml_jupyter.preserve.mixed import Padded
from hml_jupyter.preserve.opening import opened
from hml_jupyter.preserve.sequences import Sequences
from hml_jupyter.preserve.tensors import BATCH, LAYER, LEAST, NUMBERS, at_once, steps


@pytest.mark.parametrize("length", [3, "objects"])
def test_places_without_an_object_are_padded(length: Any, tmp_path: Path) -> None:
    """Each place adds 1 and what is in it."""
    theirs = card(tmp_path, deep_set(length), TRACKS | BOTH, outputs=OUT)
    np.testing.assert_allclose(scores(theirs)[:2], [[53.0, SUM_R + 3], [3.0, 3.0]], rtol=1e-6)
    theirs = card(tmp_path, deep_set(length), TRACKS | BOTH | {"padding": -1.0}, outputs=OUT)
    np.testing.assert_allclose(scores(theirs)[:2], [[52.0, SUM_R + 2], [0.0, 0.0]], rtol=1e-6)


@pytest.mark.parametrize(("transposed", "mask"), [(False, ["events", 3, 1]), (True, ["events", 1, 3])])
def test_a_mask_tells_where_objects_are(transposed: bool, mask: list[Any], tmp_path: Path) -> None:
    sequence = TRACKS | BOTH | {"mask": "mask", "node": "x", "transposed": transposed}
    theirs = card(tmp_path, deep_set(transposed=transposed, mask=mask), sequence, outputs=OUT)
    np.testing.assert_allclose(scores(theirs)[:2], [[52.0, SUM_R + 2], [0.0, 0.0]], rtol=1e-6)


def test_a_mask_of_two_axes(tmp_path: Path) -> None:
    nodes = [
        node("Mul", "m mask", "a"),
        node("ReduceSum", "x axes", "s"),
        node("Squeeze", "s last", "b"),
        node("ReduceSum", "a one", "c"),
        node("Add", "b c", "y"),
    ]
    made = model(
        nodes, {"m": [100.0], "axes": [1], "one": [1], "last": [2]}, {"x": ["events", 3, 1], "mask": ["events", 3]}
    )
    theirs = card(tmp_path, made, TRACKS | {"length": 3, "padding": 0.0, "mask": "mask", "node": "x"})
    np.testing.assert_allclose(scores(theirs), [250.0, 0.0, np.nan, 356.0])


@pytest.mark.parametrize(
    ("marks", "expected"),
    # the fatjets hold 10 and 40, none, three: each object adds 1 and its pt, each place without one 1 and its padding, 7
    [("padding", [52.0, 0.0, np.nan, 59.0]), ("objects", [8.0, 24.0, np.nan, 0.0])],
)
def test_a_mask_of_padding_as_pytorch_has_it(marks: str, expected: list[float], tmp_path: Path) -> None:
    """Places that the mask marks count for nothing: a ``key_padding_mask``, of truth values and two axes."""
    nodes = [
        node("Squeeze", "x last", "a"),
        node("Add", "a one", "b"),
        node("Where", "mask zero b", "c"),
        node("ReduceSum", "c axes", "y"),
    ]
    constants = {"last": [2], "one": [1.0], "zero": [0.0], "axes": [1]}
    made = model(nodes, constants, {"x": ["events", 3, 1], "mask": ["events", 3]})
    made.graph.input[1].type.tensor_type.elem_type = TensorProto.BOOL
    sequence = TRACKS | {"length": 3, "padding": 7.0, "mask": "mask", "marks": marks, "node": "x"}
    np.testing.assert_allclose(scores(card(tmp_path, made, sequence)), expected)


def test_normalisation_outside_comes_before_padding(tmp_path: Path) -> None:
    network = {"normalisation": "outside", "mean": [20.0, 0.0], "spread": [10.0, 1.0]}
    theirs = card(tmp_path, deep_set(), TRACKS | BOTH, outputs=OUT, network=network)
    # (10 - 20) / 10 = -1 adds 0, (40 - 20) / 10 = 2 adds 3, padding adds 1
    np.testing.assert_allclose(scores(theirs)[:2], [[4.0, SUM_R + 3], [3.0, 3.0]], rtol=1e-6)
    of_each = [{"name": "pt", "unit": "GeV", "padding": 30.0}, {"name": "delta_r", "padding": 1.0}]
    before = {**TRACKS, **BOTH, "variables": of_each}
    del before["padding"]
    theirs = card(tmp_path, deep_set(), before, outputs=OUT, network=network)
    # (30 - 20) / 10 = 1 adds 2
    np.testing.assert_allclose(scores(theirs)[:2], [[5.0, SUM_R + 4], [6.0, 6.0]], rtol=1e-6)


def test_many_events_are_padded_in_batches(tmp_path: Path) -> None:
    theirs = card(tmp_path, deep_set(), TRACKS | BOTH, outputs=OUT)
    lists = [[[1.0, 0.5]] * (i % 4) for i in range(5000)]
    found = theirs.score({"tracks": lists})
    np.testing.assert_allclose(found[:, 0], [3 + min(i % 4, 3) for i in range(5000)])


@pytest.mark.parametrize(
    ("kernels", "events"),
    [([(1, 1)], PIECE), ([(6, 64), (64, 1)], 4096), ([(87, 512), (512, 512)], 512), ([(3000, 2)], LEAST), ([], PIECE)],
)
def test_at_once_the_widest_layer_has_a_quarter_of_a_million_numbers(
    kernels: list[tuple[int, int]], events: int
) -> None:
    graph = Graph("theirs")
    flow = graph.add("Relu", graph.input("x", (kernels[0][0] if kernels else 1,)))
    for kernel in kernels:
        flow = graph.add("MatMul", flow, graph.constant(np.zeros(kernel)))
    width = kernels[-1][1] if kernels else 1
    assert at_once(opened(graph.model(flow, "y", (width,)).SerializeToString())) == events


def conv(channels: int) -> Any:
    """Three columns become an image of three pixels, and that so many channels; one small matrix is beside."""
    graph = Graph("theirs")
    image = graph.add("Reshape", graph.input("x", (3,)), graph.constant([-1, 1, 1, 3], np.int64))
    flow = graph.add("Conv", image, graph.constant(np.zeros((channels, 1, 1, 1))))
    flow = graph.add("Reshape", graph.add("GlobalAveragePool", flow), graph.constant([-1, channels], np.int64))
    flow = graph.add("ReduceSum", flow, graph.constant([1], np.int64))
    return graph.model(graph.add("MatMul", flow, graph.constant([[1.0]])), "y", (1,))


@pytest.mark.parametrize(
    ("channels", "events"),
    [(1, PIECE), (100, LAYER // 300), (3000, LEAST), (50_000, NUMBERS // 150_000), (NUMBERS // 2, 1)],
)
def test_at_once_what_flows_counts(channels: int, events: int) -> None:
    assert at_once(opened(conv(channels).SerializeToString())) == events


def test_at_once_of_a_width_that_is_not_told() -> None:
    graph = Graph("theirs")
    flow = graph.add("ReduceMax", graph.input("x", ("any",)), axes=[1])
    assert at_once(opened(graph.model(flow, "y", (1,)).SerializeToString())) == BATCH


def test_at_once_a_matrix_without_numbers() -> None:
    made = model([node("ReduceSum", "x axes", "y")], {"axes": [1], "nothing": np.zeros((0, 0))})
    assert at_once(opened(made.SerializeToString())) == PIECE


def test_steps_one_event_at_once_where_the_file_has_room_for_one() -> None:
    inputs = {"x": SimpleNamespace(shape=["events", 3]), "mask": SimpleNamespace(shape=[1, 3])}
    of_columns: Any = SimpleNamespace(kind="set", sequences=())
    assert steps(None, of_columns, inputs)([]) == 1


def test_steps_follow_from_the_model_where_there_are_columns_alone() -> None:
    inputs = {"x": SimpleNamespace(shape=["events", 3])}
    of_columns: Any = SimpleNamespace(kind="set", sequences=())
    assert steps(opened(conv(3000).SerializeToString()), of_columns, inputs)([]) == LEAST


@pytest.mark.parametrize(("length", "events"), [(1, BATCH), (NUMBERS // 8, 4), (NUMBERS, 1)])
def test_steps_follow_from_the_sequences(length: int, events: int) -> None:
    inputs = {"x": SimpleNamespace(shape=["events", length, 2])}
    of_sequences: Any = SimpleNamespace(kind="set", sequences=("tracks",))
    given = Padded(Sequences(np.empty((0, 2)), np.zeros(3, int)), length, np.zeros(2))
    assert steps(None, of_sequences, inputs)([given, np.zeros((3, 1))]) == events
