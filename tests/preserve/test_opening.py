from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper
from preserve.onnx_files import model, node

from hml_jupyter.errors import ArgumentError, FileFormatError, PathError
from hml_jupyter.preserve import opening
from hml_jupyter.preserve.opening import opened, session, shapes

W = np.arange(6.0).reshape(3, 2)
GOOD = model([node("MatMul", "x W", "y")], {"W": W}).SerializeToString()


def test_a_good_file_runs(tmp_path: Path) -> None:
    file = tmp_path / "model.onnx"
    file.write_bytes(GOOD)
    for source in (file, str(file), GOOD):
        (y,) = session(opened(source)).run(None, {"x": np.eye(3, dtype=np.float32)})
        np.testing.assert_array_equal(y, W)
    assert session(opened(GOOD), threads=2).get_session_options().intra_op_num_threads == 2
    with pytest.raises(ArgumentError, match="threads must be from 1"):
        session(opened(GOOD), threads=0)


def test_shapes() -> None:
    assert shapes(opened(GOOD)) == {"x": ("events", 3), "y": ("events", 2), "W": (3, 2)}


def with_external(made: Any) -> None:
    tensor = made.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../secret")


def with_quiet_external(made: Any) -> None:
    made.graph.initializer[0].external_data.add(key="location", value="/etc/passwd")


def with_external_constant(made: Any) -> None:
    constant = TensorProto(name="c", data_type=TensorProto.FLOAT, dims=[3], data_location=TensorProto.EXTERNAL)
    constant.external_data.add(key="location", value="secret")
    made.graph.node.insert(0, helper.make_node("Constant", [], ["c"], value=constant))


def with_function(made: Any) -> None:
    made.functions.append(helper.make_function("mine", "F", ["a"], ["b"], [node("Relu", "a", "b")], made.opset_import))


def with_branch(made: Any) -> None:
    inner = helper.make_graph([], "inner", [], [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)])
    made.graph.node.append(node("If", "x", "z", then_branch=inner, else_branch=inner))


def with_shape(*dims: int) -> Callable[[Any], None]:
    def change(made: Any) -> None:
        made.graph.initializer[0].dims[:] = dims

    return change


def with_text(made: Any) -> None:
    tensor = made.graph.initializer[0]
    tensor.data_type = TensorProto.STRING
    tensor.string_data.extend([b"x"] * 6)


def with_unknown_type(made: Any) -> None:
    made.graph.initializer[0].data_type = 99


def with_both(made: Any) -> None:
    made.graph.initializer[0].float_data.extend([1.0] * 6)


def with_operator(operator: str, domain: str = "") -> Callable[[Any], None]:
    def change(made: Any) -> None:
        made.graph.node[0].op_type, made.graph.node[0].domain = operator, domain

    return change


def with_version(version: int) -> Callable[[Any], None]:
    def change(made: Any) -> None:
        made.opset_import[0].version = version

    return change


def with_sparse(made: Any) -> None:
    made.graph.sparse_initializer.add()


def with_training(made: Any) -> None:
    made.training_info.add()


def with_unknown_input(made: Any) -> None:
    made.graph.node[0].input[0] = "z"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (with_external, r"the tensor 'W' is in another file \('../../secret'\); save the model in one file"),
        (with_quiet_external, "'W' is in another file"),
        (with_external_constant, r"'c' is in another file \('secret'\)"),
        (with_function, "it has functions of its own"),
        (with_branch, r"the operator If \(z\) has a graph inside"),
        (with_shape(3, 2, 10**9), "'W' of the shape .* has 6 numbers instead of 6000000000"),
        (with_shape(-3, -2), r"'W' has the shape \(-3, -2\)"),
        (with_shape(), "has 6 numbers instead of 1"),
        (with_text, "'W' is of the type STRING"),
        (with_unknown_type, r"'W' is of the type \?"),
        (with_both, "has 12 numbers instead of 6"),
        (with_operator("MatMull"), r"the operator MatMull \(y\) is none of ai.onnx in version 17"),
        (with_operator("Gelu"), "Gelu .* is none of ai.onnx in version 17"),
        (with_operator("MatMul", "com.evil"), "is of the domain 'com.evil'; those of ONNX are run"),
        (with_operator("Relu"), "it is no valid ONNX"),
        (with_version(99), "its operators are those of version 99; the installed onnx knows 1 to"),
        (with_sparse, "it has sparse tensors"),
        (with_training, "it has training info of its own"),
        (with_unknown_input, "it is no valid ONNX"),
    ],
)
def test_bad_files_are_refused(change: Callable[[Any], None], why: str) -> None:
    made = model([node("MatMul", "x W", "y")], {"W": W})
    change(made)
    with pytest.raises(FileFormatError, match=f"the ONNX file is not opened: .*{why}"):
        opened(made.SerializeToString())


@pytest.mark.parametrize(
    ("nodes", "constants", "why"),
    [
        ([node("ConstantOfShape", "s", "y")], {"s": [10**5, 10**5]}, r"ConstantOfShape \(y\) gives \[100000, 100000\]; it may give"),
        ([node("Expand", "x s", "y")], {"s": [10**9, 1, 3]}, "'y' has the shape"),
        ([node("Mul", "a b", "s"), node("Expand", "x s", "y")], {"a": [10**5, 1, 1], "b": [10**5, 1, 1]}, "'y' has the shape"),
        ([node("Tile", "x s", "y")], {"s": [10**9, 1]}, r"Tile \(y\) gives .* not told by the shapes of the inputs"),
        ([node("Tile", "x s", "y")], {"s": [1, 10**9]}, "'y' has the shape"),
        ([node("Pad", "x s", "y")], {"s": [0, 0, 10**9, 0]}, r"Pad \(y\) gives"),
        ([node("Pad", "x s", "y")], {"s": [0, 0, 0, 10**9]}, "'y' has the shape"),
        ([node("Cast", "x", "s", to=7), node("Squeeze", "s", "t"), node("ConstantOfShape", "t", "y")], {}, "ConstantOfShape .y. gives a computed shape"),
        ([node("Range", "a b c", "i"), node("Cast", "i", "y", to=1)], {"a": 0, "b": 10**12, "c": 1}, "Range .i. is not run"),
        ([node("Add", "a b", "c"), node("Add", "x c", "y")], {"a": np.zeros((6000, 1, 1)), "b": np.zeros((1, 6000, 3))}, "'c' has the shape"),
        ([node("RandomNormal", "", "y", shape=[10**6, 10**6])], {}, "'y' has the shape"),
    ],
)  # fmt: skip
def test_what_would_fill_the_memory_is_refused(nodes: list[Any], constants: dict[str, Any], why: str) -> None:
    made = model(nodes, constants)
    assert len(made.SerializeToString()) < 200_000
    with pytest.raises(FileFormatError, match=why):
        opened(made.SerializeToString())


def test_what_the_file_says_of_its_shapes_is_not_believed() -> None:
    made = model([node("Tile", "x s", "t"), node("Relu", "t", "y")], {"s": [10**9, 1]})
    made.graph.value_info.append(helper.make_tensor_value_info("t", TensorProto.FLOAT, ["events", 3]))
    made.graph.output[0].CopyFrom(helper.make_tensor_value_info("y", TensorProto.FLOAT, ["events", 3]))
    with pytest.raises(FileFormatError, match="Tile"):
        opened(made.SerializeToString())


def test_shapes_out_of_shapes_are_told() -> None:
    """As PyTorch and our own graph networks write them."""
    nodes = [
        node("Shape", "x", "s"),
        node("Gather", "s i", "n"),
        node("Concat", "n m", "t", axis=0),
        node("Reshape", "x t", "r"),
        node("Expand", "c s", "e"),
        node("Add", "r e", "y"),
    ]
    made = model(nodes, {"i": [0], "m": [3], "c": [1.0]})
    (y,) = session(opened(made.SerializeToString())).run(None, {"x": np.zeros((2, 3), np.float32)})
    assert y.tolist() == [[1, 1, 1], [1, 1, 1]]


def test_large_files_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(opening, "LARGEST", 10)
    file = tmp_path / "model.onnx"
    file.write_bytes(GOOD)
    with pytest.raises(FileFormatError, match="it has more than 10 bytes"):
        opened(file)
    with pytest.raises(FileFormatError, match=r"it has \d+ bytes; files are read up to 10"):
        opened(GOOD)


@pytest.mark.parametrize("content", [b"", b"\x80\x04K\x01.", b"\x00" * 100, GOOD[:-20], b"{}"])
def test_what_is_no_onnx_is_refused(content: bytes) -> None:
    with pytest.raises(FileFormatError, match="the ONNX file is not opened"):
        opened(content)


def test_places_that_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(PathError, match="expected the path of an ONNX file"):
        opened(3)  # type: ignore[arg-type]
    with pytest.raises(FileFormatError, match="cannot be read"):
        opened(tmp_path / "none.onnx")
    with pytest.raises(FileFormatError, match="it is no plain file"):
        opened("/dev/zero")


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_a_changed_byte_is_refused_or_harmless(place: int, byte: int) -> None:
    content = bytearray(GOOD)
    content[place] = byte
    with suppress(FileFormatError):
        session(opened(bytes(content)))
