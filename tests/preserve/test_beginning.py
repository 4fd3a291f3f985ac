from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from preserve.test_preserved import card

from hml_jupyter.errors import DamagedError
from hml_jupyter.preserve.beginning import without_normalisation
from hml_jupyter.preserve.graphs import Graph
from hml_jupyter.preserve.opening import opened, session

MEAN, SPREAD = np.array([90.0, -0.1, 3.0]), np.array([30.0, 1e-3, 7.0])


def network(*begin: tuple[str, Any], also: bool = False, end: str = "Gemm") -> Any:
    """A network that begins with these operators and constants; `also` the input itself goes into the sum at the end."""
    graph = Graph("network")
    x = flow = graph.input("x", (3,))
    for operator, constant in begin:
        flow = graph.add(operator, flow, graph.constant(constant))
    if end == "Gemm":
        flow = graph.add("Gemm", flow, graph.constant(np.eye(3)[:, ::-1]), graph.constant(np.zeros(3)))
    if also:
        flow = graph.add("Add", flow, x)
    return opened(graph.model(flow, "y", (3,)).SerializeToString())


def operators(model: Any) -> list[str]:
    return [node.op_type for node in model.graph.node]


@pytest.mark.parametrize("events", [0, 1, 63, 64, 65, 1000])
def test_the_scores_are_the_same_to_the_last_bit(events: int) -> None:
    X = np.random.default_rng(1).normal(MEAN, 5 * SPREAD, (events, 3)).astype(np.float32)
    X[-1:] = 3e38, -3e38, 0
    model = network(("Sub", MEAN), ("Div", SPREAD))
    (expected,) = session(model).run(None, {"x": X})
    normalised = without_normalisation(model)
    assert operators(model) == ["Gemm"]
    assert normalised is not None
    given = X.copy()
    (found,) = session(model).run(None, {"x": normalised(given)})
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(given, X)


@pytest.mark.parametrize("events", [1, 64, 65, 1000])
def test_the_order_in_memory_does_not_matter(events: int) -> None:
    normalised = without_normalisation(network(("Sub", MEAN), ("Div", SPREAD)))
    assert normalised is not None
    X = np.random.default_rng(2).normal(MEAN, SPREAD, (events, 3)).astype(np.float32)
    expected = (X - MEAN.astype(np.float32)) / SPREAD.astype(np.float32)
    np.testing.assert_array_equal(normalised(np.asfortranarray(X)), expected)


@pytest.mark.parametrize("events", [3, 100])
@pytest.mark.parametrize("width", [1, 2, 4])
def test_another_width_is_refused_by_onnxruntime(width: int, events: int) -> None:
    model = network(("Sub", MEAN), ("Div", SPREAD))
    normalised = without_normalisation(model)
    assert normalised is not None
    with pytest.raises(Exception, match=rf"index: 1 Got: {width} Expected: 3"):
        session(model).run(None, {"x": normalised(np.ones((events, width), np.float32))})


@pytest.mark.parametrize("events", [3, 100])
def test_a_card_with_other_inputs_is_refused(events: int, tmp_path: Path) -> None:
    (tmp_path / "network.onnx").write_bytes(network(("Sub", MEAN), ("Div", SPREAD)).SerializeToString())
    theirs = card(tmp_path, [{"name": "met"}, {"name": "ht"}], outputs=[{"name": each} for each in "abc"])
    with pytest.raises(DamagedError, match=r"network.onnx cannot be run: .*Got: 2 Expected: 3"):
        theirs.score(np.ones((events, 2)))


@pytest.mark.parametrize(
    "model",
    [
        network(),
        network(("Sub", MEAN)),
        network(("Div", SPREAD), ("Sub", MEAN)),
        network(("Sub", MEAN), ("Mul", SPREAD)),
        network(("Sub", MEAN), ("Div", [2.0])),
        network(("Sub", MEAN), ("Div", SPREAD), also=True),
        network(("Sub", MEAN), ("Div", SPREAD), end=""),
    ],
    ids=["nothing", "a part", "other order", "other operator", "one number", "used twice", "nothing else"],
)
def test_what_begins_otherwise_stays_as_it_is(model: Any) -> None:
    before = model.SerializeToString()
    assert without_normalisation(model) is None
    assert model.SerializeToString() == before


def test_an_input_of_any_width_is_no_input_of_no_width() -> None:
    """onnxruntime refuses ``(n, k) - (0,)``: without the difference it would take all k."""
    graph = Graph("network")
    flow = graph.add("Sub", graph.input("x", ("any",)), graph.constant([]))
    flow = graph.add("Relu", graph.add("Div", flow, graph.constant([])))
    assert without_normalisation(opened(graph.model(flow, "y", (0,)).SerializeToString())) is None
