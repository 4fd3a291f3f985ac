"""lwtnn networks without sequences as ONNX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np

from ..errors import ArgumentError
from .graphs import Graph
from .networks import Activation, Dense, Highway, Maxout, Network, Normalization, Variables

__all__ = ["onnx_of_lwtnn"]


def onnx_of_lwtnn(network: Network, name: str, about: dict[str, str]) -> Any:
    """Return a network as an ``onnx.ModelProto`` of single precision, with the inputs and outputs of the file.

    Raises
    ------
    ArgumentError
        The network takes sequences, or has an input and an output of one name.
    """
    if network.sequences:
        names = ", ".join(each.name for each in network.sequences)
        msg = f"{name} takes sequences ({names}), which are not written as ONNX here; load_preserved evaluates the lwtnn file"
        raise ArgumentError(msg)
    both = {each.name for each in network.inputs} & {*network.outputs}
    if both:
        msg = f"{name} has an input and an output of the name {both.pop()!r}; ONNX needs a name of its own for each"
        raise ArgumentError(msg)
    graph = Graph(name)
    inputs = [_scaled(graph, each) for each in network.inputs]
    found: dict[int, str] = {}
    for index, node in network.nodes.items():
        if node.kind == "input":
            found[index] = inputs[node.sources[0]]
        elif node.layer is None:
            found[index] = _JOINTS[node.kind](graph, [found[source] for source in node.sources])
        else:
            found[index] = _LAYERS[type(node.layer)](graph, node.layer, found[node.sources[0]])
    outputs = {}
    for called, output in network.outputs.items():
        flow = found[output.node]
        if len(output.labels) < network.nodes[output.node].width:
            flow = graph.add("Gather", flow, graph.constant(np.arange(len(output.labels)), np.int64), axis=1)
        outputs[called] = (flow, (len(output.labels),))
    return graph.models(outputs, about)


def _scaled(graph: Graph, variables: Variables) -> str:
    flow = graph.input(variables.name, (len(variables.names),))
    if not np.all(np.isnan(variables.defaults)):
        flow = graph.add("Where", graph.add("IsNaN", flow), graph.constant(variables.defaults), flow)
    if variables.offset.any():
        flow = graph.add("Add", flow, graph.constant(variables.offset))
    return flow if np.all(variables.scale == 1) else graph.add("Mul", flow, graph.constant(variables.scale))


def _activated(graph: Graph, flow: str, activation: Activation) -> str:
    function = activation.function.removesuffix("_legacy")
    if function == "linear":
        return flow
    if function == "swish":
        inner = flow if activation.alpha == 1 else graph.add("Mul", flow, graph.constant(activation.alpha))
        return graph.add("Mul", flow, graph.add("Sigmoid", inner))
    operator, told = _ACTIVATIONS[function]
    own = {} if np.isnan(activation.alpha) else {"alpha": activation.alpha}
    return graph.add(operator, flow, domain="", **told, **own)


#: lwtnn's name -> operator, attributes; an alpha of the activation's own comes beside them.
_ACTIVATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "rectified": ("Relu", {}),
    "sigmoid": ("Sigmoid", {}),
    "softmax": ("Softmax", {"axis": -1}),
    "tanh": ("Tanh", {}),
    "hard_sigmoid": ("HardSigmoid", {"alpha": 0.2, "beta": 0.5}),
    "abs": ("Abs", {}),
    "elu": ("Elu", {}),
    "leakyrelu": ("LeakyRelu", {}),
}


def _linear(graph: Graph, flow: str, weights: Any, bias: Any) -> str:
    if weights is None:
        return flow if bias is None else graph.add("Add", flow, graph.constant(bias))
    return graph.add(
        "Gemm", flow, graph.constant(weights.T), graph.constant(np.zeros(len(weights)) if bias is None else bias)
    )


def _dense(graph: Graph, layer: Dense, flow: str) -> str:
    return _activated(graph, _linear(graph, flow, layer.weights, layer.bias), layer.activation)


def _normalization(graph: Graph, layer: Normalization, flow: str) -> str:
    return graph.add("Mul", graph.add("Add", flow, graph.constant(layer.bias)), graph.constant(layer.weights))


def _maxout(graph: Graph, layer: Maxout, flow: str) -> str:
    return graph.add("Max", *(_linear(graph, flow, unit.W, unit.b) for unit in layer.units))


def _highway(graph: Graph, layer: Highway, flow: str) -> str:
    carry = graph.add("Sigmoid", _linear(graph, flow, layer.carry.W, layer.carry.b))
    through = _activated(graph, _linear(graph, flow, layer.transform.W, layer.transform.b), layer.activation)
    rest = graph.add("Mul", graph.add("Sub", graph.constant([1.0]), carry), flow)
    return graph.add("Add", graph.add("Mul", carry, through), rest)


_LAYERS: dict[type[Any], Callable[[Graph, Any, str], str]] = {
    Dense: _dense,
    Normalization: _normalization,
    Maxout: _maxout,
    Highway: _highway,
}
_JOINTS: dict[str, Callable[[Graph, Sequence[str]], str]] = {
    "add": lambda graph, given: reduce(lambda one, other: graph.add("Add", one, other), given),
    "concatenate": lambda graph, given: graph.add("Concat", *given, axis=1),
}
