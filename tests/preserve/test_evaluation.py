from __future__ import annotations

from typing import Any

import awkward as ak
import numpy as np
import pytest
from preserve import written

from hml_jupyter.errors import ArgumentError, UnknownNameError
from hml_jupyter.preserve import evaluation
from hml_jupyter.preserve.evaluation import evaluate, outputs
from hml_jupyter.preserve.reading import INPUT, OUTPUT
from hml_jupyter.preserve.sequences import sequences_of

Json = dict[str, Any]
PLAIN = {"offset": 0.0, "scale": 1.0}
TRACKS = written.node("input_sequence", 0, size=1)


def chain(*layers: Json, width: int = 2) -> Json:
    names = "abcd"[:width]
    return {"inputs": [{"name": n} | PLAIN for n in names], "layers": list(layers), "outputs": ["x", "y"]}


def on_tracks(nodes: list[Json], layers: list[Json], last: int, *labels: str) -> Json:
    tracks = {"name": "tracks", "variables": [{"name": "pt"} | PLAIN]}
    outputs = {"out": {"labels": list(labels), "node_index": last}}
    return {"inputs": [], "input_sequences": [tracks], "nodes": nodes, "layers": layers, "outputs": outputs}


def gate(w: float, u: float, b: float) -> Json:
    return {"weights": [w], "U": [u], "bias": [b]}


def result(network: Json, *events: list[float]) -> Any:
    return outputs(network, {"tracks": [[[value] for value in event] for event in events]})["out"]


@pytest.mark.parametrize(
    ("activation", "expected"),
    [
        ("linear", [-2.0, 1.0]),
        ("rectified", [0.0, 1.0]),
        ("abs", [2.0, 1.0]),
        ("hard_sigmoid", [0.1, 0.7]),
        ("sigmoid", [1 / (1 + np.e**2), 1 / (1 + 1 / np.e)]),
        ("tanh", [np.tanh(-2), np.tanh(1)]),
        ("softmax", [1 / (1 + np.e**3), 1 / (1 + np.e**-3)]),
        ("elu", [np.e**-2 - 1, 1.0]),
        ({"function": "elu", "alpha": 0.5}, [0.5 * (np.e**-2 - 1), 1.0]),
        ({"function": "leakyrelu", "alpha": 0.25}, [-0.5, 1.0]),
        ({"function": "swish", "alpha": 2.0}, [-2 / (1 + np.e**4), 1 / (1 + np.e**-2)]),
    ],
    ids=str,
)
def test_activations(activation: Any, expected: list[float]) -> None:
    layer = {"architecture": "dense", "weights": [], "bias": [], "activation": activation}
    np.testing.assert_allclose(outputs(chain(layer), {INPUT: [[-2.0, 1.0]]})[OUTPUT], [expected], rtol=1e-15)


def test_layers() -> None:
    dense = {"architecture": "dense", "weights": [1, 2, 3, 4], "bias": [10, 20], "activation": "linear"}
    normalization = {"architecture": "normalization", "weights": [2, 3], "bias": [-1, 1]}
    maxout = {
        "architecture": "maxout",
        "sublayers": [{"weights": [1, 0, 0, 1], "bias": [0, 0]}, {"weights": [0, 1, 1, 0], "bias": [0, 5]}],
    }
    given = {INPUT: [[3.0, 4.0]]}
    assert outputs(chain(dense), given)[OUTPUT].tolist() == [[3 + 8 + 10, 9 + 16 + 20]]
    assert outputs(chain(normalization), given)[OUTPUT].tolist() == [[4, 15]]
    assert outputs(chain(maxout), given)[OUTPUT].tolist() == [[4, 8]]


def test_a_highway_carries_half_at_zero() -> None:
    parts = {"carry": {"weights": [0, 0, 0, 0], "bias": [0, 0]}, "t": {"weights": [1, 0, 0, 1], "bias": [10, 20]}}
    layer = {"architecture": "highway", "components": parts, "activation": "linear"}
    assert outputs(chain(layer), {INPUT: [[2.0, 4.0]]})[OUTPUT].tolist() == [[7, 14]]


def test_a_simple_memory() -> None:
    """h = 2 x + h / 2 + 1: of 1, 2 it is 3 and 6.5; nothing is remembered of an empty event."""
    layer = {"architecture": "simplernn", "components": {"h": gate(2, 0.5, 1)}, "activation": "linear"}
    network = on_tracks([TRACKS, written.node("sequence", 0, layer_index=0)], [layer], 1, "h")
    assert result(network, [1], [], [1, 2], [2]).tolist() == [[3], [0], [6.5], [5]]


def test_lstm_and_gru_with_all_gates_half_open() -> None:
    half = gate(0, 0, 0)
    parts = {"i": half, "f": half, "o": half, "c": gate(1, 0, 0)}
    lstm = {"architecture": "lstm", "components": parts, "activation": "linear", "inner_activation": "sigmoid"}
    nodes = [TRACKS, written.node("sequence", 0, layer_index=0)]
    # the memory is 4 / 2 and then 2 / 2 + 8 / 2; half of it is given
    assert result(on_tracks(nodes, [lstm], 1, "h"), [4], [4, 8]).tolist() == [[1], [2.5]]
    parts = {"z": half, "r": half, "h": gate(1, 1, 0)}
    gru = {"architecture": "gru", "components": parts, "activation": "linear", "inner_activation": "sigmoid"}
    # 4 / 2 = 2 and then 2 / 2 + (8 + 2 / 2) / 2
    assert result(on_tracks(nodes, [gru], 1, "h"), [4], [4, 8]).tolist() == [[2], [5.5]]


@pytest.mark.parametrize(
    ("padding", "expected"),
    [
        ("causal", [[1], [12], [123], [234]]),
        ("same", [[12], [123], [234], [34 * 10]]),
        ("valid", [[123], [234]]),
    ],
)
def test_convolutions(padding: str, expected: list[list[float]]) -> None:
    """Weights 100, 10, 1 along 1, 2, 3, 4 write their digits."""
    layer = written.convolution(1, 1, 3, 1, padding) | {"weights": [100, 10, 1], "bias": [0]}
    # the sum of what it gives
    add = {"architecture": "simplernn", "components": {"h": gate(1, 1, 0)}, "activation": "linear"}
    nodes = [TRACKS, written.node("sequence", 0, layer_index=0), written.node("sequence", 1, layer_index=1)]
    assert result(on_tracks(nodes, [layer, add], 1, "h"), [1, 2, 3, 4]).tolist() == [expected[-1]]
    assert result(on_tracks(nodes, [layer, add], 2, "h"), [1, 2, 3, 4]).tolist() == [[np.sum(expected)]]


def test_a_sequence_that_is_too_short() -> None:
    network = on_tracks(
        [TRACKS, written.node("sequence", 0, layer_index=0)], [written.convolution(1, 1, 3, 2, "valid")], 1, "h"
    )
    with pytest.raises(ArgumentError, match="needs sequences of at least 5 elements; the shortest has 4"):
        result(network, [1, 2, 3, 4], [1, 2, 3, 4, 5])


@pytest.mark.parametrize("category", [2.0, -1.0, 0.5, np.nan])
def test_categories(category: float) -> None:
    """A category in front of a variable: lwtnn's copy of what is behind it is right where there are as many elements as variables."""
    tables = [{"index": 0, "n_out": 2, "weights": [10, 11, 20, 21]}]
    nodes = [written.node("input_sequence", 0, size=2), written.node("sequence", 0, layer_index=0)]
    network = on_tracks(nodes, [{"architecture": "embedding", "sublayers": tables}], 1, "e0", "e1", "pt")
    network["input_sequences"][0]["variables"].insert(0, {"name": "hits"} | PLAIN)
    found = outputs(network, {"tracks": [[[0, 5.0], [1, 6.0]], [[0, 7.0]]]})["out"]
    assert found.tolist() == [[11, 21, 6], [10, 20, 7]]
    with pytest.raises(ArgumentError, match="is a category, a whole number from 0 to 1"):
        outputs(network, {"tracks": [[[category, 5.0]]]})


def test_what_each_element_gives_and_its_sum() -> None:
    layer = {"architecture": "dense", "weights": [2.0, 3.0], "bias": [], "activation": "linear"}
    nodes = [TRACKS, written.node("time_distributed", 0, layer_index=0), written.node("sum", 1)]
    network = on_tracks(nodes, [layer], 2, "x", "y")
    network["outputs"]["each"] = {"labels": ["x"], "node_index": 1}
    found = outputs(network, {"tracks": ak.Array([[[1.0], [2.0]], [], [[5.0]]])})
    assert found["out"].tolist() == [[6, 9], [0, 0], [10, 15]]
    assert found["each"].to_list() == [[[2], [4]], [], [[10]]]


def test_nan_is_replaced_where_there_is_a_default() -> None:
    network = chain() | {"defaults": {"a": 7.0}}
    found = outputs(network, {INPUT: [[np.nan, np.nan], [np.inf, 1.0]]})[OUTPUT]
    np.testing.assert_array_equal(found, [[7, np.nan], [np.inf, 1]])
    variables = [{"name": "a", "offset": -1.0, "scale": 2.0, "default": 3.0}, {"name": "b"} | PLAIN]
    # as lwtnn: a variable's own default counts where the file has no others
    assert np.isnan(evaluate(network | {"inputs": variables, "defaults": {}}, [[np.nan, 0.0]])[0])
    del network["defaults"]
    assert evaluate(network | {"inputs": variables}, [[np.nan, 0.0]]) == [4.0]


def test_parts_of_the_events_give_what_all_give(monkeypatch: pytest.MonkeyPatch) -> None:
    network = written.NETWORKS["deep set"]()
    rng = np.random.default_rng(1)
    events = [rng.normal(size=(length, 2)) for length in rng.integers(0, 4, 50)]
    whole = outputs(network, {"tracks": events})
    monkeypatch.setattr(evaluation, "AT_ONCE", 1)
    parts = outputs(network, {"tracks": events})
    np.testing.assert_allclose(parts["set"], whole["set"], rtol=1e-13)
    for name in ("content", "lengths"):
        both = (getattr(sequences_of(each["each"], 4, "each"), name) for each in (parts, whole))
        np.testing.assert_allclose(*both, rtol=1e-13)


def test_no_events() -> None:
    assert evaluate(chain(), np.zeros((0, 2))).shape == (0,)
    assert outputs(written.NETWORKS["gru"](), {"event": np.zeros((0, 3)), "tracks": []})["flavour"].shape == (0, 2)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "needs the inputs event, tracks"),
        ({"event": np.zeros((2, 3)), "tracks": [[]]}, "as many events as the others; got event of 2, tracks of 1"),
        ({"event": np.zeros((1, 2)), "tracks": [[]]}, r"'event' must be of shape \(events, 3\); got \(1, 2\)"),
        ({"event": [["x"] * 3], "tracks": [[]]}, "'event' must be numbers"),
        ({"event": np.zeros((1, 3)), "tracks": [[[1, 2, 3]]]}, "'tracks' must be lists, .* of elements of 2 numbers"),
        ({"event": np.zeros((1, 3)), "tracks": 3}, "'tracks' must be lists"),
        ({"event": np.zeros((1, 3)), "tracks": ak.Array([[1.0, 2.0, 3.0]])}, "'tracks' must be lists"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(given: dict[str, Any], why: str) -> None:
    with pytest.raises(ArgumentError, match=why):
        outputs(written.NETWORKS["gru"](), given)


def test_other_names_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="'track'; near names: tracks"):
        outputs(written.NETWORKS["gru"](), {"track": []})
    with pytest.raises(ArgumentError, match="the network takes event, tracks; give each by its name"):
        evaluate(written.NETWORKS["gru"](), np.zeros((1, 3)))
