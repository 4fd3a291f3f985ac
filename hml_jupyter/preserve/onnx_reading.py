"""ONNX models as lwtnn's JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import ArgumentError
from .drafts import Flow
from .onnx_nodes import refuse
from .opening import shapes
from .translation import EVENTS, Translation

__all__ = ["event_shapes", "lwtnn_of_onnx"]


def event_shapes(model: Any) -> dict[str, tuple[tuple[int, ...], int]]:
    """Return the shape of an event of each input, and how many events there are at once (0 for any number).

    Raises
    ------
    ArgumentError
        An input has no axis of events, or another length that is free, or is of another type than lwtnn's.
    """
    from onnx import TensorProto

    given = {each.name for each in model.graph.initializer}
    known = shapes(model)
    found = {}
    for each in model.graph.input:
        shape = known[each.name]
        if each.name in given:
            continue
        if not shape or any(not isinstance(length, int) or length < 1 for length in shape[1:]):
            msg = f"the input {each.name!r} has the shape {shape}; lwtnn takes a fixed number of values for each event"
            raise ArgumentError(msg)
        if each.type.tensor_type.elem_type not in (TensorProto.FLOAT, TensorProto.DOUBLE):
            kind = TensorProto.DataType.Name(each.type.tensor_type.elem_type)
            msg = f"the input {each.name!r} is of the type {kind}; lwtnn takes FLOAT or DOUBLE"
            raise ArgumentError(msg)
        found[each.name] = tuple(int(n) for n in shape[1:]), shape[0] if isinstance(shape[0], int) else 0
    return found


def lwtnn_of_onnx(model: Any, names: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return an opened ONNX model as lwtnn reads it.

    Parameters
    ----------
    model : onnx.ModelProto
        From :func:`hml_jupyter.preserve.opening.opened`.
    names : mapping
        Of the variables of each input.

    Raises
    ------
    ArgumentError
        lwtnn cannot express it; the operator is named.
    """
    from onnx import numpy_helper

    inputs = event_shapes(model)
    events = {at_once for _, at_once in inputs.values()}
    if len(events) != 1:
        msg = f"its inputs {', '.join(inputs) or '(none)'} do not have one number of events"
        raise ArgumentError(msg)
    versions = {"" if each.domain == "ai.onnx" else each.domain: each.version for each in model.opset_import}
    translation = Translation(versions, events.pop() or EVENTS)
    translation.values.update({each.name: numpy_helper.to_array(each) for each in model.graph.initializer})
    translation.values.update({n: translation.draft.input(n, shape) for n, (shape, _) in inputs.items()})
    for node in model.graph.node:
        if node.domain not in ("", "ai.onnx"):
            refuse(node, f"lwtnn has nothing of {node.domain}")
        translation.read(node)
    outputs = {each.name: translation.values[each.name] for each in model.graph.output}
    constant = [name for name, value in outputs.items() if not isinstance(value, Flow)]
    if constant:
        msg = f"the output {constant[0]!r} does not depend on the inputs; lwtnn has no constants"
        raise ArgumentError(msg)
    return translation.draft.network(
        {n: v for n, v in outputs.items() if isinstance(v, Flow)}, {n: [*v] for n, v in names.items()}
    )
