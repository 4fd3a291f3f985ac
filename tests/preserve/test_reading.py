from __future__ import annotations

import copy
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from preserve import written

from hml_jupyter.errors import DamagedError, FileFormatError, PathError
from hml_jupyter.preserve.reading import lwtnn_json, read_lwtnn


@pytest.mark.parametrize("kind", written.NETWORKS)
def test_every_kind_is_read(kind: str) -> None:
    network = json.loads(json.dumps(written.NETWORKS[kind]()))
    known = read_lwtnn(network)
    named = network.get("outputs")
    assert {name: output.labels for name, output in known.outputs.items()} == (
        {"outputs": tuple(named)} if isinstance(named, list) else {k: tuple(v["labels"]) for k, v in named.items()}
    )


def changed(kind: str, place: str, value: Any) -> Any:
    """A network with something else at one place of its file, ``nodes.0.size``; None takes it away."""
    network = copy.deepcopy(written.NETWORKS[kind]())
    *way, last = [int(step) if step.isdigit() else step for step in place.split(".")]
    found: Any = network
    for step in way:
        found = found[step]
    if value is None:
        del found[last]
    else:
        found[last] = value
    return network


DEEP: Any = [1.0]
for _ in range(5000):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("kind", "place", "value", "why"),
    [
        ("chain", "inputs", None, "the file has no 'inputs'"),
        ("chain", "inputs", {}, "'inputs' of the file is no list, but dict"),
        ("chain", "inputs.0", 3, "is no table of names, but int"),
        ("chain", "inputs.0.name", 3, "is no text, but int"),
        ("chain", "inputs.0.offset", "1", "'offset' of inputs must be a list of finite numbers"),
        ("chain", "inputs.0.offset", float("inf"), "finite numbers"),
        ("chain", "inputs.1.name", "a", "each with a name of its own; it has a, a, c"),
        ("chain", "defaults", [1], "'defaults' is no table of names, but list"),
        ("chain", "defaults.a", "x", "'default' of inputs must be a list of finite numbers"),
        ("chain", "layers.0", [], "layer 0 is no table of names, but list"),
        ("chain", "layers.0.architecture", "conv2d", "architecture 'conv2d'; lwtnn has dense, normalization"),
        ("chain", "layers.0.architecture", "conv1d", "conv1d layers in graphs alone"),
        ("chain", "layers.0.weights", [1.0] * 14, "takes 3 values, of which its 14 weights are no multiple"),
        ("chain", "layers.0.weights", [[1.0] * 15], "'weights' of layer 0 .* list of finite numbers"),
        ("chain", "layers.0.weights", [None] * 15, "finite numbers"),
        ("chain", "layers.0.weights", [10**400] * 15, "finite numbers"),
        ("chain", "layers.0.weights", DEEP, "finite numbers"),
        ("chain", "layers.0.bias", [1.0], "a bias of 1 numbers for 5 values"),
        ("chain", "layers.0.activation", None, "has no 'activation'"),
        ("chain", "layers.0.activation", "gelu", "the activation 'gelu'; lwtnn has linear"),
        ("chain", "layers.0.activation", "swish", "'swish' of layer 0 .* needs an alpha"),
        ("chain", "layers.0.activation", {"function": "elu", "alpha": "x"}, "finite numbers"),
        ("chain", "layers.0.activation", 3, "the activation of layer 0 .* is no table of names, but int"),
        ("chain", "layers.1.weights", [1.0], "has 1 weights for 5 values"),
        ("chain", "outputs", ["signal"], "it has 1 outputs for 2 values"),
        ("chain", "outputs", ["a", "a"], "texts of which no two are the same"),
        ("joints", "input_sequences", None, "has no 'input_sequences'"),
        ("joints", "nodes.1.size", 10**9, "'size' of node 1 must be a whole number from 0 to 1048576"),
        ("joints", "nodes.1.size", 2, "node 1 is of size 2; the input 'event' has 3 variables"),
        ("joints", "nodes.1.sources", [1], "node 1 takes the input 1; there are 1"),
        ("joints", "nodes.3.sources", [1, 1], "takes 2 nodes, which does not fit"),
        ("joints", "nodes.5.sources", [5], "its nodes go in a circle: 5 -> 5"),
        ("joints", "nodes.3.sources", [0], "its nodes go in a circle"),
        ("joints", "nodes.5.sources", [1, 2], "adds nodes of different numbers of values"),
        ("joints", "nodes.5.sources", [-1], "whole number from 0"),
        ("joints", "nodes.5.sources", [9], "node 5 takes node 9; there are 9"),
        ("joints", "nodes.5.type", "multiply", "type 'multiply'; lwtnn has input"),
        ("joints", "nodes.3.layer_index", 5, "'layer_index' of node 3 must be a whole number from 0 to 4"),
        ("joints", "layers.0.components.t.weights", [1.0] * 6, "has a bias of 3 numbers for 2 values"),
        ("joints", "layers.0.components.carry", None, "has no 'carry'"),
        ("joints", "layers.1.sublayers", [], "the parts of layer 1 .* give different numbers of values"),
        ("joints", "outputs.all.labels", [*"abcdefghijklm"], "13 labels for 11 values"),
        ("joints", "outputs.all.node_index", 99, "whole number from 0 to 8"),
        ("joints", "outputs", {}, "it has no outputs"),
        ("gru", "nodes.2.type", "feed_forward", r"node 2 \(feed_forward\) takes node 1 \(input_sequence\)"),
        ("gru", "nodes.2.type", "time_distributed", "has layer 0 .gru., which lwtnn does not have there"),
        ("gru", "nodes.3.sources", [0], "one has sequences, the other does not"),
        ("gru", "layers.0.components.r.U", [1.0] * 15, "its U has 15 numbers instead of 16"),
        ("gru", "layers.0.components.r.U", None, "has no 'U'"),
        ("gru", "layers.0.inner_activation", None, "has no 'inner_activation'"),
        ("same", "layers.0.padding", "full", "the padding 'full'; lwtnn has valid, same, causal"),
        ("same", "layers.0.dilation_rate", 10**9, "whole number from 0 to"),
        ("same", "layers.0.activation", "softmax", "lwtnn takes over the sequence"),
        ("embedding", "layers.0.sublayers.0.n_out", 10**9, "whole number from 0 to"),
        ("embedding", "layers.0.sublayers.0.n_out", 0, "categories of 0 numbers"),
        ("embedding", "layers.0.sublayers.0.index", 3, "whole number from 0 to 2"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(kind: str, place: str, value: Any, why: str) -> None:
    with pytest.raises(DamagedError, match=f"no lwtnn network that can be read here: .*{why}"):
        read_lwtnn(changed(kind, place, value))


@pytest.mark.parametrize("content", [{}, {"nodes": []}, [], "network", None, {"nodes": [], "layers": []}])
def test_what_is_no_network_is_refused(content: Any) -> None:
    with pytest.raises(DamagedError, match="no lwtnn network"):
        read_lwtnn(content)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**9) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)


@given(st.data())
def test_a_network_with_anything_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    network: Any = written.NETWORKS[data.draw(st.sampled_from([*written.NETWORKS]))]()
    inner = network
    while True:
        keys = [*inner] if isinstance(inner, dict) else [*range(len(inner))]
        key = data.draw(st.sampled_from(keys))
        if not isinstance(inner[key], dict | list) or not inner[key] or data.draw(st.booleans()):
            break
        inner = inner[key]
    inner[key] = data.draw(JSON)
    with suppress(DamagedError):
        read_lwtnn(network)


def test_a_small_file_that_asks_for_much_is_refused() -> None:
    """Each node doubles the one before it."""
    nodes = [written.EVENT, *(written.node("concatenate", i, i) for i in range(60))]
    network = written.graph(nodes, [], {"out": written.output(60, "x")})
    with pytest.raises(DamagedError, match="up to the node 18 an event has more than 1048576 values"):
        read_lwtnn(network)


def test_a_long_chain_is_read() -> None:
    nodes = [written.EVENT, *(written.node("add", i, i) for i in range(5000))]
    assert len(read_lwtnn(written.graph(nodes, [], {"out": written.output(5000, "x")})).nodes) == 5001


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no JSON file that can be read"),
        ("[1]", "holds a JSON list, which is no network"),
        ('{"inputs": [NaN]}', "NaN is no number of JSON"),
        ("[" * 100_000, "no JSON file that can be read"),
        ('{"inputs": ' + "9" * 10_000 + "}", "no JSON file that can be read"),
    ],
)
def test_files_that_are_no_json(text: str, why: str, tmp_path: Path) -> None:
    file = tmp_path / "network.json"
    file.write_text(text)
    with pytest.raises(FileFormatError, match=why):
        lwtnn_json(file)


def test_places_that_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(PathError, match="expected the path of an lwtnn file"):
        lwtnn_json(3)
    for place in (tmp_path, tmp_path / "none.json", "/dev/zero"):
        with pytest.raises(FileFormatError, match="no JSON file that can be read"):
            lwtnn_json(place)
