"""ONNX files of others, opened: what could read other files, hide code or ask for all memory is refused."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np

from .. import checks
from ..errors import FileFormatError

__all__ = ["MOST", "opened", "session", "shapes"]

#: Largest file, in bytes; protobuf itself ends at eight times that.
LARGEST = 2**28
#: Most values that an operator may give for one event.
MOST = 2**24
DOMAINS = ("", "ai.onnx", "ai.onnx.ml")
#: Operators that give more than they get, as large as numbers in the file or in the data say.
_STRETCHING = {
    "AffineGrid", "BlackmanWindow", "CenterCropPad", "Col2Im", "ConstantOfShape", "ConvTranspose", "DFT", "Expand", "HammingWindow",
    "HannWindow", "MaxUnpool", "MelWeightMatrix", "OneHot", "Pad", "Resize", "STFT", "Tile", "Upsample",
}  # fmt: skip


def opened(source: str | os.PathLike[str] | bytes) -> Any:
    """Return the ``onnx.ModelProto`` of a file that may be run.

    Parameters
    ----------
    source : str, path or bytes
        A file, or its content.

    Raises
    ------
    FileFormatError
        It is no valid ONNX; it is larger than 256 MiB; it has tensors in other files, tensors whose numbers are not those of their
        shape, functions, graphs inside operators (Loop, If, Scan), or operators that ONNX does not define; an event would need more
        than 16 million values in one place, or there is no telling how many.
    PathError
        It is no path.

    Examples
    --------
    >>> opened(b"pickle")
    Traceback (most recent call last):
    hml_jupyter.errors.FileFormatError: the ONNX file is not opened: it is no ONNX (Error parsing message...
    """
    import onnx
    from google.protobuf.message import DecodeError

    content = source if isinstance(source, bytes) else _read(source)
    if len(content) > LARGEST:
        _refuse(f"it has {len(content)} bytes; files are read up to {LARGEST}")
    model = onnx.ModelProto()
    try:
        model.ParseFromString(content)
    except DecodeError as error:
        _refuse(f"it is no ONNX ({error})", error)
    if not model.graph.node and not model.graph.output:
        _refuse("it is no ONNX model: it has neither operators nor outputs")
    _check_texts(model)
    _check_parts(model)
    for node in model.graph.node:
        _check_node(node, {each.domain: each.version for each in model.opset_import})
    for tensor in _tensors(model.graph):
        _check_tensor(tensor)
    try:
        onnx.checker.check_model(model)
    except (onnx.checker.ValidationError, ValueError, RuntimeError, MemoryError) as error:
        _refuse(f"it is no valid ONNX ({error})", error)
    _check_filled(model.graph)
    _check_sizes(model)
    return model


def session(model: Any, threads: int = 1) -> Any:
    """Return an ``onnxruntime.InferenceSession`` of an opened model, on processors, without operators of others.

    Raises
    ------
    FileFormatError
        onnxruntime does not run it.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = checks.whole("threads", threads, 1, 1024), 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    # onnxruntime's errors have no common base of their own
    except Exception as error:
        msg = f"onnxruntime {onnxruntime.__version__} does not run the model: {error}"
        raise FileFormatError(msg) from error


def shapes(model: Any) -> dict[str, tuple[int | str, ...] | None]:
    """Return the shape of everything in a model, by name; a text stands for a length that is free, None for an unknown shape.

    What the file says of its own shapes, apart from those of the inputs, is not believed.

    Raises
    ------
    FileFormatError
        They contradict one another.
    """
    import onnx

    plain = onnx.ModelProto()
    plain.CopyFrom(model)
    del plain.graph.value_info[:]
    for each in plain.graph.output:
        each.type.tensor_type.ClearField("shape")
    for each in plain.graph.input:
        for axis, dim in enumerate(each.type.tensor_type.shape.dim):
            if not (dim.dim_param or dim.HasField("dim_value")):
                dim.dim_param = f"{each.name}, axis {axis}"
    try:
        found = onnx.shape_inference.infer_shapes(plain, check_type=True, strict_mode=True, data_prop=True).graph
    except (
        onnx.shape_inference.InferenceError,
        onnx.checker.ValidationError,
        ValueError,
        RuntimeError,
        MemoryError,
    ) as error:
        _refuse(f"its shapes do not fit ({error})", error)
    known = {each.name: _shape(each) for each in (*found.input, *found.value_info, *found.output)}
    return known | {each.name: tuple(each.dims) for each in model.graph.initializer}


def _refuse(why: str, cause: BaseException | None = None) -> NoReturn:
    msg = f"the ONNX file is not opened: {why}"
    raise FileFormatError(msg) from cause


def _read(path: Any) -> bytes:
    place = checks.place("an ONNX file, such as 'model.onnx'", path)
    try:
        return checks.content(place, LARGEST)
    except OSError as error:
        msg = f"{place} cannot be read ({error})"
        raise FileFormatError(msg) from error


def _check_texts(model: Any) -> None:
    """Refuse names that are no UTF-8: protobuf gives them as bytes."""
    names = [
        each.name for part in ("initializer", "input", "output", "value_info") for each in getattr(model.graph, part)
    ]
    names += [each.domain for each in model.opset_import]
    for node in model.graph.node:
        names += [node.op_type, node.domain, node.name, *node.input, *node.output, *(a.name for a in node.attribute)]
    if not all(isinstance(name, str) for name in names):
        _refuse("it has names that are no text")


def _check_parts(model: Any) -> None:
    import onnx

    for name in ("functions", "training_info"):
        if len(getattr(model, name)):
            _refuse(f"it has {name.replace('_', ' ')} of its own; export the model with operators of ONNX alone")
    if len(model.graph.sparse_initializer):
        _refuse("it has sparse tensors, which are not read")
    for each in model.opset_import:
        most = onnx.defs.onnx_opset_version()
        if each.domain in ("", "ai.onnx") and not 1 <= each.version <= most:
            _refuse(f"its operators are those of version {each.version}; the installed onnx knows 1 to {most}")


def _check_node(node: Any, versions: dict[str, int]) -> None:
    import onnx

    where = f"the operator {node.op_type} ({node.name or ', '.join(node.output)})"
    if node.domain not in DOMAINS:
        _refuse(f"{where} is of the domain {node.domain!r}; those of ONNX are run: {', '.join(filter(None, DOMAINS))}")
    domain = "" if node.domain == "ai.onnx" else node.domain
    version = versions.get(domain, versions.get("ai.onnx", 0) if not domain else 0)
    try:
        onnx.defs.get_schema(node.op_type, version, domain)
    except onnx.defs.SchemaError as error:
        _refuse(f"{where} is none of {domain or 'ai.onnx'} in version {version}", error)
    for attribute in node.attribute:
        if attribute.type in (attribute.GRAPH, attribute.GRAPHS) or attribute.HasField("g") or attribute.graphs:
            _refuse(f"{where} has a graph inside; loops and branches are not run")
        if attribute.HasField("sparse_tensor") or attribute.sparse_tensors:
            _refuse(f"{where} has sparse tensors, which are not read")


def _tensors(graph: Any) -> Iterator[Any]:
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors


def _check_tensor(tensor: Any) -> None:
    from onnx import TensorProto, helper

    where = f"the tensor {tensor.name!r}"
    if tensor.data_location == TensorProto.EXTERNAL or len(tensor.external_data):
        places = ", ".join(repr(each.value) for each in tensor.external_data if each.key == "location")
        _refuse(f"{where} is in another file ({places}); save the model in one file")
    kinds = (
        "FLOAT",
        "DOUBLE",
        "FLOAT16",
        "BFLOAT16",
        "BOOL",
        *(f"{s}INT{n}" for s in ("", "U") for n in (8, 16, 32, 64)),
    )
    kind = TensorProto.DataType.Name(tensor.data_type) if tensor.data_type in TensorProto.DataType.values() else "?"
    if kind not in kinds or tensor.HasField("segment"):
        _refuse(f"{where} is of the type {kind}; read are {', '.join(kinds)}")
    size = math.prod(tensor.dims)
    if any(length < 0 for length in tensor.dims):
        _refuse(f"{where} has the shape {tuple(tensor.dims)}")
    typed = getattr(tensor, helper.tensor_dtype_to_field(tensor.data_type))
    if tensor.HasField("raw_data"):
        given = len(tensor.raw_data) / helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize
        given += len(typed)
    else:
        given = len(typed)
    if given != size:
        _refuse(f"{where} of the shape {tuple(tensor.dims)} has {given:g} numbers instead of {size}")


def _check_filled(graph: Any) -> None:
    """Refuse what onnx itself would fill the memory with when it looks for shapes."""
    from onnx import numpy_helper

    constants = {each.name: each for each in graph.initializer}
    constants |= {
        n.output[0]: a.t for n in graph.node if n.op_type == "Constant" for a in n.attribute if a.name == "value"
    }
    for node in graph.node:
        where = f"the operator {node.op_type} ({node.name or ', '.join(node.output)})"
        if node.op_type == "Range":
            _refuse(f"{where} is not run: numbers say how much it gives")
        if node.op_type == "ConstantOfShape":
            (given,) = (constants.get(name) for name in node.input)
            shape = [] if given is None else np.ravel(numpy_helper.to_array(given)).tolist()
            if given is None or math.prod(shape) > MOST:
                _refuse(
                    f"{where} gives {'a computed shape' if given is None else shape}; it may give {MOST} values of a constant shape"
                )


def _shape(value: Any) -> tuple[int | str, ...] | None:
    tensor = value.type.tensor_type
    if not tensor.HasField("shape"):
        return None
    return tuple(dim.dim_value if dim.HasField("dim_value") else dim.dim_param for dim in tensor.shape.dim)


def _check_sizes(model: Any) -> None:
    known = shapes(model)
    for name, shape in known.items():
        size = math.prod(length for length in shape or () if isinstance(length, int))
        if size > MOST or any(isinstance(length, int) and length < 0 for length in shape or ()):
            _refuse(f"{name!r} has the shape {shape}; an event may have {MOST} values in one place")
    free = {length for each in model.graph.input for length in known.get(each.name) or () if isinstance(length, str)}
    for node in model.graph.node:
        shape = known.get(node.output[0])
        if node.op_type in _STRETCHING and (shape is None or {d for d in shape if isinstance(d, str)} - free):
            _refuse(
                f"the operator {node.op_type} ({node.name or node.output[0]}) gives {'an unknown shape' if shape is None else shape}: "
                "how large that becomes is not told by the shapes of the inputs"
            )
