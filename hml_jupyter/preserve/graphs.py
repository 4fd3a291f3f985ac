"""ONNX graphs, built node by node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["IR", "OPSETS", "Graph"]

Array = npt.NDArray[Any]

#: What the onnxruntime of released Rivet and SimpleAnalysis stacks opens.
OPSETS = {"": 17, "ai.onnx.ml": 3}
IR = 8


class _Node(NamedTuple):
    operator: str
    inputs: tuple[str, ...]
    output: str
    domain: str
    attributes: Mapping[str, Any]


class Graph:
    """A graph with inputs of single precision whose first axis, the events, is free.

    Examples
    --------
    >>> graph = Graph("double")
    >>> twice = graph.add("Mul", graph.input("inputs", (3,)), graph.constant([2.0]))
    >>> model = graph.model(twice, "doubled", (3,))
    >>> [each.op_type for each in model.graph.node], model.opset_import[0].version, model.ir_version
    (['Mul'], 17, 8)
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._inputs: dict[str, tuple[int | str, ...]] = {}
        self._constants: dict[str, Array] = {}
        self._nodes: list[_Node] = []

    def input(self, name: str, shape: Sequence[int | str]) -> str:
        """Declare an input; `shape` is that of an event, a name stands for a length that is free."""
        self._inputs[name] = tuple(shape)
        return name

    def constant(self, values: npt.ArrayLike, dtype: npt.DTypeLike = np.float32) -> str:
        """Return the name of constant numbers."""
        array = np.ascontiguousarray(values, dtype)
        for name, known in self._constants.items():
            if known.dtype == array.dtype and known.shape == array.shape and known.tobytes() == array.tobytes():
                return name
        name = f"constant_{len(self._constants)}"
        self._constants[name] = array
        return name

    def add(self, operator: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Add an operator with one output; return the name of that."""
        output = f"{operator.lower()}_{len(self._nodes)}"
        self._nodes.append(_Node(operator, inputs, output, domain, attributes))
        return output

    def model(self, output: str, name: str, shape: Sequence[int | str], about: Mapping[str, str] | None = None) -> Any:
        """Return the ``onnx.ModelProto`` that gives `output` under a name; `about` are its metadata.

        Raises
        ------
        onnx.checker.ValidationError
            The graph is no valid ONNX.
        """
        self._nodes = [n._replace(output=name) if n.output == output else n for n in self._nodes]
        return self._model({name: shape}, about)

    def models(
        self, outputs: Mapping[str, tuple[str, Sequence[int | str]]], about: Mapping[str, str] | None = None
    ) -> Any:
        """Return the ``onnx.ModelProto`` of several outputs: name -> what it is in the graph, and the shape of an event.

        Raises
        ------
        onnx.checker.ValidationError
            The graph is no valid ONNX.
        """
        for name, (output, _) in outputs.items():
            self._nodes.append(_Node("Identity", (output,), name, "", {}))
        return self._model({name: shape for name, (_, shape) in outputs.items()}, about)

    def _model(self, outputs: Mapping[str, Sequence[int | str]], about: Mapping[str, str] | None) -> Any:
        import onnx
        from onnx import helper, numpy_helper

        graph = helper.make_graph(
            [helper.make_node(n.operator, n.inputs, [n.output], domain=n.domain, **n.attributes) for n in self._nodes],
            self.name,
            [_tensor(each, of) for each, of in self._inputs.items()],
            [_tensor(each, of) for each, of in outputs.items()],
            [numpy_helper.from_array(values, each) for each, values in self._constants.items()],
        )
        used = {n.domain for n in self._nodes} | {""}
        opsets = [helper.make_opsetid(domain, version) for domain, version in OPSETS.items() if domain in used]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR, producer_name="hml_jupyter")
        helper.set_model_props(model, dict(about or {}))
        onnx.checker.check_model(model, full_check=True)
        return model


def _tensor(name: str, shape: Sequence[int | str]) -> Any:
    from onnx import TensorProto, helper

    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["events", *shape])
