"""Small ONNX files, good and bad."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper, numpy_helper


def node(operator: str, inputs: str, output: str, **attributes: Any) -> Any:
    """An operator on names with spaces between them."""
    return helper.make_node(operator, inputs.split(), output.split(), **attributes)


def model(
    nodes: Sequence[Any],
    constants: Mapping[str, npt.ArrayLike] | None = None,
    inputs: Mapping[str, Sequence[Any]] | None = None,
    outputs: str = "y",
    opset: int = 17,
) -> Any:
    """Operators from ``x`` of shape (events, 3), or other inputs, to ``y``; whole numbers are of 64 bits, others of single precision."""
    given = {name: np.asarray(values) for name, values in (constants or {}).items()}
    given = {n: v if v.dtype.kind in "ib" else v.astype(np.float32) for n, v in given.items()}
    graph = helper.make_graph(
        list(nodes),
        "graph",
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))
            for name, shape in (inputs or {"x": ["events", 3]}).items()
        ],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, None]) for name in outputs.split()],
        [numpy_helper.from_array(values, name) for name, values in given.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
