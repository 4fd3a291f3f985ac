from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from preserve import written
from preserve.expressed import EXPRESSED, X3, H, W, drawn
from preserve.onnx_files import model, node

import hml_jupyter as hml
from hml_jupyter.errors import ArgumentError, DamagedError, FileFormatError, PathError, UnknownNameError
from hml_jupyter.methods import Training
from hml_jupyter.preserve import agreement
from hml_jupyter.preserve.evaluation import evaluate, outputs
from hml_jupyter.preserve.onnx import onnx_of
from hml_jupyter.preserve.opening import opened, session
from hml_jupyter.preserve.reading import read_lwtnn

Trained = Callable[[str], Training]
rng = np.random.default_rng(4)


def saved(made: Any, folder: Path, name: str = "model.onnx") -> Path:
    file = folder / name
    file.write_bytes(made if isinstance(made, bytes) else made.SerializeToString())
    return file


@pytest.mark.parametrize("name", EXPRESSED)
def test_what_is_expressed_gives_the_same(name: str, tmp_path: Path) -> None:
    nodes, constants, inputs = EXPRESSED[name]
    made = model(nodes, constants, inputs)
    converted = hml.convert(saved(made, tmp_path), "lwtnn")
    assert converted.difference < 1e-5
    shape = [1 if n == "events" else n for n in inputs["x"]]
    each = [drawn(*shape).astype(np.float32) for _ in range(20)]
    theirs = np.concatenate(
        [session(opened(made.SerializeToString())).run(None, {"x": x})[0].reshape(1, -1) for x in each]
    )
    network = read_lwtnn(json.loads(json.dumps(converted.content, allow_nan=False)))
    X = np.concatenate([x.reshape(1, -1) for x in each])
    (ours,) = outputs(network, {network.inputs[0].name: X}).values()
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)
    assert np.ptp(theirs) > 0.1


def test_a_normalised_network_is_written_as_lwtnn_has_it(tmp_path: Path) -> None:
    """The mean and the width go to the inputs, the sum with a constant to the layer, and single precision stays what it is."""
    nodes = [
        node("Sub", "x m", "a"),
        node("Div", "a s", "b"),
        node("MatMul", "b W", "h"),
        node("Add", "h c", "g"),
        node("Relu", "g", "r"),
        node("Gemm", "r V d", "u"),
        node("Sigmoid", "u", "score"),
    ]
    constants = {
        "m": [0.1, 2.0, 3.0],
        "s": [1.0, 2.0, 4.0],
        "W": [[0.1], [2], [3]],
        "c": [0.5],
        "V": [[2.0]],
        "d": [-1.0],
    }
    made = model(nodes, constants, outputs="score")
    network = hml.convert(saved(made, tmp_path), "lwtnn", names=["pt", "eta", "phi"]).content
    tenth = float(np.float32(0.1))
    assert network == {
        "inputs": [
            {"name": "pt", "offset": -tenth, "scale": 1.0},
            {"name": "eta", "offset": -2.0, "scale": 0.5},
            {"name": "phi", "offset": -3.0, "scale": 0.25},
        ],
        "layers": [
            {"architecture": "dense", "weights": [tenth, 2.0, 3.0], "bias": [0.5], "activation": "rectified"},
            {"architecture": "dense", "weights": [2.0], "bias": [-1.0], "activation": "sigmoid"},
        ],
        "outputs": ["score"],
        "miscellaneous": {"made by": "hml_jupyter", "converted from": "model.onnx"},
    }


def test_a_slice_of_a_flow_is_a_layer_of_ones_and_zeros(tmp_path: Path) -> None:
    made = model([node("Slice", "x a b k", "y")], {"a": [1], "b": [3], "k": [1]})
    (layer,) = hml.convert(saved(made, tmp_path), "lwtnn").content["layers"]  # type: ignore[call-overload,index]
    assert layer["weights"] == [0, 1, 0, 0, 0, 1]


def test_several_inputs_and_outputs(tmp_path: Path) -> None:
    nodes = [
        node("Sub", "event m", "e"),
        node("Concat", "e met", "all", axis=1),
        node("Gemm", "all W", "h"),
        node("Softmax", "h", "flavour"),
        node("Gemm", "all V", "mass"),
    ]
    inputs = {"event": ["n", 2], "met": ["n", 1], "unused": ["n", 2]}
    made = model(nodes, {"m": [1.0, 2], "W": drawn(3, 2), "V": drawn(3, 1)}, inputs, "flavour mass")
    converted = hml.convert(saved(made, tmp_path), "lwtnn", names={"event": ["pt", "eta"]})
    known = read_lwtnn(converted.content)
    assert [(each.name, each.names) for each in known.inputs] == [
        ("event", ("pt", "eta")),
        ("met", ("met",)),
        ("unused", ("unused_0", "unused_1")),
    ]
    assert {name: output.labels for name, output in known.outputs.items()} == {
        "flavour": ("flavour_0", "flavour_1"),
        "mass": ("mass",),
    }
    assert known.inputs[0].offset.tolist() == [-1, -2]
    assert converted.difference < 1e-6


@pytest.mark.parametrize("kind", ["network", "silu", "branched"])
def test_our_own_networks(kind: str, trained: Trained, columns: hml.Dataset, tmp_path: Path) -> None:
    training = trained(kind)
    converted = hml.convert(saved(onnx_of(training), tmp_path), "lwtnn", names=training.names)
    np.testing.assert_allclose(evaluate(converted.content, columns.X), training.score(columns), rtol=0, atol=1e-6)  # type: ignore[arg-type]


def test_a_network_of_pytorch(tmp_path: Path) -> None:
    """What its exporter writes: transposed weights, a view by the batch size, a product with a number, one event at once or any."""
    nodes = [
        node("Shape", "x", "s"),
        node("Constant", "", "i", value=onnx.numpy_helper.from_array(np.array(0))),
        node("Gather", "s i", "n", axis=0),
        node("Constant", "", "k", value=onnx.numpy_helper.from_array(np.array([0]))),
        node("Unsqueeze", "n k", "n1"),
        node("Constant", "", "m", value=onnx.numpy_helper.from_array(np.array([-1]))),
        node("Concat", "n1 m", "t", axis=0),
        node("Reshape", "x t", "flat"),
        node("Gemm", "flat W1 b1", "h", alpha=1.0, beta=1.0, transB=1),
        node("LeakyRelu", "h", "r", alpha=0.01),
        node("Gemm", "r W2 b2", "u", alpha=1.0, beta=1.0, transB=1),
        node("Sigmoid", "u", "y"),
    ]
    constants = {"W1": drawn(5, 6), "b1": drawn(5), "W2": drawn(1, 5), "b2": drawn(1)}
    for events in ("batch_size", 1):
        made = model(nodes, constants, {"x": [events, 3, 2]})
        network = hml.convert(saved(made, tmp_path), "lwtnn").content
        assert [len(layer["bias"]) for layer in network["layers"]] == [5, 1]  # type: ignore[call-overload,index]


def test_a_network_of_keras(tmp_path: Path) -> None:
    """What Keras 3.15 exports, operators of version 23: the width of a normalisation is computed."""
    nodes = [
        node("Sub", "x mean", "a"),
        node("Sqrt", "variance", "sd"),
        node("Max", "sd epsilon", "width"),
        node("Div", "a width", "b"),
        node("MatMul", "b W", "h"),
        node("Add", "h c", "g"),
        node("Relu", "g", "r"),
        node("MatMul", "r V", "u"),
        node("Add", "u d", "v"),
        node("Sigmoid", "v", "y"),
    ]
    constants = (
        {"mean": drawn(1, 3), "variance": [[1.0, 4, 9]], "epsilon": 1e-7} | W | {"V": drawn(4, 1), "d": drawn(1)}
    )
    made = model(nodes, constants, opset=23)
    network = hml.convert(saved(made, tmp_path), "lwtnn").content
    assert [each["scale"] for each in network["inputs"]] == pytest.approx([1, 1 / 2, 1 / 3], rel=1e-15)  # type: ignore[call-overload,index]
    assert [layer["activation"] for layer in network["layers"]] == ["rectified", "sigmoid"]  # type: ignore[call-overload,index]


@pytest.mark.parametrize(
    ("nodes", "constants", "inputs", "why"),
    [
        ([*H, node("Mul", "h h", "y")], W, X3, r"the operator Mul \(y\) .* it is the product of two values that both depend"),
        ([*H, node("Sigmoid", "h", "s"), node("Mul", "x s", "y")], {"W": drawn(3, 3)}, X3, "product of two values"),
        ([node("Div", "c x", "y")], {"c": 1.0}, X3, "it divides by a value that depends on the inputs"),
        ([node("Div", "x c", "y")], {"c": 0.0}, X3, "it divides by 0"),
        ([node("MatMul", "W x", "y")], {"W": drawn(3, 3)}, X3, "its second factor depends on the inputs"),
        ([node("Gemm", "W x", "y", transB=1)], {"W": drawn(3, 3)}, X3, "multiplies events by constants alone"),
        ([node("Gemm", "x W", "y", transA=1)], {"W": drawn(3, 3)}, {"x": [3, 3]}, "multiplies events by constants alone"),
        ([node("MatMul", "x W", "y")], {"W": np.full((3, 3), np.inf)}, X3, "weights that are not finite"),
        ([node("Add", "x c", "y")], {"c": np.nan}, X3, "another number of axes, or not finite"),
        ([node("Erf", "x", "y")], {}, X3, r"the operator Erf \(y\) .* lwtnn has nothing for it; what can be expressed: Abs, Add"),
        ([node("Softmax", "x", "y")], {}, {"x": ["events", 2, 3]}, "softmax of all values of an event, not of the axis -1"),
        ([node("Transpose", "x", "t"), node("MatMul", "x t", "y")], {}, {"x": [3, 3]}, "it mixes events"),
        ([node("Reshape", "x s", "y")], {"s": [-1, 1]}, X3, "it mixes events"),
        ([node("ReduceSum", "x a", "y")], {"a": [0]}, X3, "it mixes events"),
        ([node("Concat", "x x", "y", axis=0)], {}, X3, "it puts events behind one another"),
        ([node("Gather", "x i", "y", axis=0)], {"i": [0, 1]}, X3, "it mixes events"),
        ([node("Max", "x z", "y")], {}, X3 | {"z": ["events", 3]}, "it compares values that all depend on the inputs"),
        ([node("Cast", "x", "i", to=7), node("Cast", "i", "y", to=1)], {}, X3, "it makes INT64 of numbers"),
        ([node("Dropout", "x r t", "y")], {"r": 0.5, "t": True}, X3, "it is that of a training"),
        ([node("Dropout", "x", "a m"), node("Cast", "m", "y", to=1)], {}, X3, "it takes 'm', which lwtnn has no values for"),
        ([node("BatchNormalization", "x g b m v", "y a c", training_mode=1)], dict.fromkeys("gbmv", np.ones(3)), X3, "it normalises by what the events themselves are"),
        ([node("RandomNormal", "", "n", shape=[1, 3]), node("Add", "x n", "y")], {}, X3, r"the operator RandomNormal \(n\)"),
        ([node("Identity", "c", "y")], {"c": [[1.0]]}, X3, "the output 'y' does not depend on the inputs"),
        ([node("Relu", "x", "y")], {}, {"x": ["events", "jets"]}, "takes a fixed number of values for each event"),
        ([node("Relu", "x", "y")], {}, {"x": []}, "takes a fixed number of values for each event"),
        ([node("Add", "x z", "y")], {}, {"x": [1, 3], "z": [2, 3]}, "do not have one number of events"),
        ([node("MatMul", "x W", "y")], {"W": drawn(1, 3)}, {"x": ["events", 3000, 1]}, "as a dense layer it has 27000000 weights"),
        ([node("ReduceSum", "x a", "y")], {"a": [1]}, {"x": ["events", 10**6]}, "as a dense layer it has 1000000000000 weights"),
        ([node("Gather", "x i", "y", axis=1)], {"i": [0] * 30}, {"x": ["events", 10**6]}, "as a dense layer this has 30000000 weights"),
    ],
)  # fmt: skip
def test_what_cannot_be_expressed_is_refused(
    nodes: list[Any], constants: dict[str, Any], inputs: dict[str, Any], why: str, tmp_path: Path
) -> None:
    with pytest.raises(ArgumentError, match=why):
        hml.convert(saved(model(nodes, constants, inputs), tmp_path), "lwtnn")


@pytest.mark.parametrize("kind", ["trees", "cuts", "cuts and network", "gelu"])
def test_our_models_that_lwtnn_does_not_have(kind: str, trained: Trained, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=r"the operator \w+ \(\w+\) cannot be expressed in lwtnn"):
        hml.convert(saved(onnx_of(trained(kind)), tmp_path), "lwtnn")


def test_a_conversion_that_would_differ_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agreement, "TOLERANCE", 1e-12)
    made = model([*H, node("Tanh", "h", "y")], W)
    with pytest.raises(ArgumentError, match="the network differs in the two formats by up to"):
        hml.convert(saved(made, tmp_path), "lwtnn")


DENSE = ["activations", "joints", "chain"]


@pytest.mark.parametrize("kind", DENSE)
def test_lwtnn_to_onnx_and_back(kind: str, tmp_path: Path) -> None:
    network = written.NETWORKS[kind]() | {"input_sequences": []}
    file = tmp_path / "network.json"
    file.write_text(json.dumps(network))
    converted = hml.convert(file, "onnx")
    assert isinstance(converted.content, bytes)
    assert converted.difference < 1e-5
    made = opened(converted.content)
    onnx.checker.check_model(made, full_check=True)
    known = read_lwtnn(network)
    X = rng.normal(size=(50, 3)).astype(np.float32)
    X[:10, np.isfinite(known.inputs[0].defaults)] = np.nan
    theirs = dict(zip(known.outputs, session(made).run(None, {known.inputs[0].name: X}), strict=True))
    for name, ours in outputs(known, {known.inputs[0].name: X}).items():
        np.testing.assert_allclose(ours, theirs[name], rtol=1e-5, atol=1e-5)


def test_a_chain_comes_back_as_it_was(tmp_path: Path) -> None:
    network = written.NETWORKS["chain"]()
    del network["defaults"], network["inputs"][1]["default"]
    (tmp_path / "network.json").write_text(json.dumps(network))
    there = hml.convert(tmp_path / "network.json", "onnx").content
    back = hml.convert(saved(there, tmp_path), "lwtnn").content
    assert [each["name"] for each in back["inputs"]] == ["a", "b", "c"]  # type: ignore[call-overload,index]
    assert [layer["architecture"] for layer in back["layers"]] == ["dense", "normalization", "dense"]  # type: ignore[call-overload,index]
    X = rng.normal(size=(100, 3))
    np.testing.assert_allclose(evaluate(back, X), evaluate(network, X), rtol=1e-5)  # type: ignore[arg-type]


def test_sequences_are_not_written_as_onnx(tmp_path: Path) -> None:
    (tmp_path / "network.json").write_text(json.dumps(written.NETWORKS["gru"]()))
    with pytest.raises(ArgumentError, match=r"network takes sequences \(tracks\), which are not written as ONNX here"):
        hml.convert(tmp_path / "network.json", "onnx")


def test_names(tmp_path: Path) -> None:
    file = saved(model([node("Relu", "x", "y")]), tmp_path)
    with pytest.raises(
        ArgumentError, match=r"the input 'x' has 3 variables, each with a name of its own; got \['a', 'b'\]"
    ):
        hml.convert(file, "lwtnn", names=["a", "b"])
    for names in (["a", "b", "b"], ["a", "b", 3], ["a", "b", ""], "abc", 3, {"x": 3}):
        with pytest.raises(ArgumentError, match="each with a name of its own"):
            hml.convert(file, "lwtnn", names=names)  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="unknown input of the model 'z'"):
        hml.convert(file, "lwtnn", names={"z": ["a", "b", "c"]})
    both = saved(model([node("Add", "x z", "y")], {}, {"x": ["n", 3], "z": ["n", 3]}), tmp_path, "both.onnx")
    with pytest.raises(ArgumentError, match="names= must be a list, or of several inputs a dictionary: x, z"):
        hml.convert(both, "lwtnn", names=["a", "b", "c"])
    (tmp_path / "network.json").write_text(json.dumps(written.NETWORKS["chain"]()))
    with pytest.raises(ArgumentError, match="an lwtnn file has them already"):
        hml.convert(tmp_path / "network.json", "onnx", names=["a"])
    with pytest.raises(UnknownNameError, match="unknown format of a network 'lwtn'; near names: lwtnn"):
        hml.convert(file, "lwtn")
    with pytest.raises(UnknownNameError, match="unknown format of a network"):
        hml.convert(file, ["lwtnn"])  # type: ignore[arg-type]


@pytest.mark.parametrize(("to", "wrong"), [("lwtnn", b"{}"), ("onnx", b"\x08\x08"), ("onnx", b"{}")])
def test_a_file_of_another_kind_is_refused(to: str, wrong: bytes, tmp_path: Path) -> None:
    with pytest.raises((FileFormatError, DamagedError)):
        hml.convert(saved(wrong, tmp_path), to)


@pytest.mark.parametrize("to", ["lwtnn", "onnx"])
def test_a_file_that_is_not_there(to: str, tmp_path: Path) -> None:
    with pytest.raises(PathError, match=r"gone\.onnx does not exist"):
        hml.convert(tmp_path / "gone.onnx", to)


def test_where_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = saved(model([node("Relu", "x", "y")]), tmp_path)
    converted = hml.convert(file, "lwtnn", out="relu.json")
    assert converted.path == "relu.json"
    assert json.loads(Path("relu.json").read_text()) == converted.content
    there = hml.convert("relu.json", "onnx", out="relu.onnx")
    assert Path("relu.onnx").read_bytes() == there.content
    # an earlier conversion is replaced, in either format
    hml.convert(file, "lwtnn", out="relu.onnx", names=["a", "b", "c"])
    assert json.loads(Path("relu.onnx").read_text())["inputs"][0]["name"] == "a"
    for other in (file.read_bytes(), b'{"miscellaneous": 3}', b"[]", b"text", b""):
        Path("other").write_bytes(other)
        with pytest.raises(PathError, match="exists and is no export of hml_jupyter"):
            hml.convert(file, "lwtnn", out="other")
        assert Path("other").read_bytes() == other
    for out in ("../relu.json", "/tmp/relu.json", "", 3):
        with pytest.raises(PathError, match=r"out=.* must be a text, relative and stay inside the working folder"):
            hml.convert(file, "lwtnn", out=out)  # type: ignore[arg-type]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["model.onnx", "other", "relu.json", "relu.onnx"]
