"""Keras layers as ONNX operators."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..errors import ArgumentError
from ..methods.backend import keras, numbers
from .graphs import Graph

__all__ = ["activated", "network"]

Inputs = Sequence[str]


def network(graph: Graph, model: Any, given: dict[str, str]) -> str:
    """Add a functional (or sequential) Keras model to a graph.

    Parameters
    ----------
    graph : Graph
        Where to.
    model : keras.Model
        With one output.
    given : dict
        Name of each of its input layers -> what it gets, a name in `graph`.

    Returns
    -------
    str
        The name of its output.

    Raises
    ------
    ArgumentError
        A layer, or an activation, that is not known here.
    """
    (output,) = model.outputs
    return _of(graph, output, {id(tensor): given[tensor.name] for tensor in model.inputs})


def activated(graph: Graph, flow: str, activation: str) -> str:
    """Add an activation, by its Keras name."""
    if activation == "linear":
        return flow
    if activation in _ACTIVATIONS:
        return graph.add(_ACTIVATIONS[activation], flow)
    if activation == "softmax":
        return graph.add("Softmax", flow, axis=-1)
    if activation == "silu":
        return graph.add("Mul", flow, graph.add("Sigmoid", flow))
    if activation == "gelu":
        error = graph.add("Erf", graph.add("Mul", flow, graph.constant(np.sqrt(0.5))))
        return graph.add("Mul", graph.add("Mul", flow, graph.constant(0.5)), graph.add("Add", error, graph.constant(1)))
    msg = f"the activation {activation!r} cannot be written as ONNX here; {', '.join([*_ACTIVATIONS, *_MADE])} can"
    raise ArgumentError(msg)


_ACTIVATIONS = {
    "relu": "Relu",
    "elu": "Elu",
    "selu": "Selu",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "softplus": "Softplus",
    "softsign": "Softsign",
}
_MADE = ("linear", "silu", "gelu", "softmax")


def _of(graph: Graph, tensor: Any, found: dict[int, str]) -> str:
    """Return the name of a symbolic tensor; what it is made from is added first."""
    if id(tensor) not in found:
        layer, node, _ = tensor._keras_history
        sources = [_of(graph, each, found) for each in layer._inbound_nodes[node].input_tensors]
        found[id(tensor)] = _added(graph, layer, sources)
    return found[id(tensor)]


def _added(graph: Graph, layer: Any, inputs: Inputs) -> str:
    if isinstance(layer, keras().Model):
        return network(graph, layer, dict(zip([tensor.name for tensor in layer.inputs], inputs, strict=True)))
    kind = type(layer).__name__
    if kind not in _LAYERS:
        msg = f"the layer {layer.name} ({kind}) cannot be written as ONNX here; {', '.join(_LAYERS)} can"
        raise ArgumentError(msg)
    return _LAYERS[kind](graph, layer, inputs)


def _same(_: Graph, __: Any, inputs: Inputs) -> str:
    return inputs[0]


def _activation(graph: Graph, layer: Any, flow: str) -> str:
    return activated(graph, flow, keras().activations.serialize(layer.activation))


def _dense(graph: Graph, layer: Any, inputs: Inputs) -> str:
    kernel = graph.constant(numbers(layer.kernel))
    bias = graph.constant(numbers(layer.bias) if layer.use_bias else np.zeros(layer.units))
    if len(layer.input.shape) == 2:
        return _activation(graph, layer, graph.add("Gemm", inputs[0], kernel, bias))
    return _activation(graph, layer, graph.add("Add", graph.add("MatMul", inputs[0], kernel), bias))


def _normalization(graph: Graph, layer: Any, inputs: Inputs) -> str:
    config = layer.get_config()
    mean, variance = (np.asarray(config[name], np.float32) for name in ("mean", "variance"))
    spread = np.maximum(np.sqrt(variance), np.float32(keras().config.epsilon()))
    return graph.add("Div", graph.add("Sub", inputs[0], graph.constant(mean)), graph.constant(spread))


def _batch_normalization(graph: Graph, layer: Any, inputs: Inputs) -> str:
    if layer.axis not in (-1, len(layer.input.shape) - 1):
        msg = f"the layer {layer.name} normalises axis {layer.axis}; only the last one can be written as ONNX here"
        raise ArgumentError(msg)
    scale = 1 / np.sqrt(numbers(layer.moving_variance) + layer.epsilon)
    scale *= numbers(layer.gamma) if layer.scale else 1.0
    shift = (numbers(layer.beta) if layer.center else 0.0) - numbers(layer.moving_mean) * scale
    return graph.add("Add", graph.add("Mul", inputs[0], graph.constant(scale)), graph.constant(shift))


def _convolution(graph: Graph, layer: Any, inputs: Inputs) -> str:
    if layer.groups != 1 or layer.data_format != "channels_last":
        msg = f"the layer {layer.name} has groups or channels first, which are not written as ONNX here"
        raise ArgumentError(msg)
    kernel = graph.constant(numbers(layer.kernel).transpose(3, 2, 0, 1))
    bias = [graph.constant(numbers(layer.bias))] if layer.use_bias else []
    how = {"kernel_shape": layer.kernel_size, "strides": layer.strides, "dilations": layer.dilation_rate}
    flow = graph.add("Conv", _channels_first(graph, inputs[0]), kernel, *bias, auto_pad=_padding(layer), **how)
    return _activation(graph, layer, _channels_last(graph, flow))


def _pooling(operator: str) -> Callable[[Graph, Any, Inputs], str]:
    def add(graph: Graph, layer: Any, inputs: Inputs) -> str:
        how = {"kernel_shape": layer.pool_size, "strides": layer.strides, "auto_pad": _padding(layer)}
        return _channels_last(graph, graph.add(operator, _channels_first(graph, inputs[0]), **how))

    return add


def _padding(layer: Any) -> str:
    return {"same": "SAME_UPPER", "valid": "VALID"}[layer.padding]


def _channels_first(graph: Graph, flow: str) -> str:
    return graph.add("Transpose", flow, perm=[0, 3, 1, 2])


def _channels_last(graph: Graph, flow: str) -> str:
    return graph.add("Transpose", flow, perm=[0, 2, 3, 1])


def _image_mean(graph: Graph, layer: Any, inputs: Inputs) -> str:
    return graph.add("ReduceMean", inputs[0], axes=[1, 2], keepdims=int(layer.keepdims))


def _flatten(graph: Graph, _: Any, inputs: Inputs) -> str:
    return graph.add("Flatten", inputs[0], axis=1)


def _folded(operator: str) -> Callable[[Graph, Any, Inputs], str]:
    def add(graph: Graph, _: Any, inputs: Inputs) -> str:
        first, *rest = inputs
        for each in rest:
            first = graph.add(operator, first, each)
        return first

    return add


def _concatenate(graph: Graph, layer: Any, inputs: Inputs) -> str:
    return graph.add("Concat", *inputs, axis=layer.axis)


def _rescaling(graph: Graph, layer: Any, inputs: Inputs) -> str:
    scaled = graph.add("Mul", inputs[0], graph.constant(layer.scale))
    return graph.add("Add", scaled, graph.constant(layer.offset))


def _signed_log(graph: Graph, _: Any, inputs: Inputs) -> str:
    size = graph.add("Log", graph.add("Add", graph.add("Abs", inputs[0]), graph.constant(1)))
    return graph.add("Mul", graph.add("Sign", inputs[0]), size)


def _mean_of(graph: Graph, values: str, kept: str) -> str:
    """Add the mean over the last axis but one of what is kept, 1 or 0 without the last axis; 0 where nothing is."""
    weights = graph.add("Unsqueeze", kept, graph.constant([-1], np.int64))
    axis = graph.constant([-2], np.int64)
    summed = graph.add("ReduceSum", graph.add("Mul", values, weights), axis, keepdims=0)
    count = graph.add("Max", graph.add("ReduceSum", weights, axis, keepdims=0), graph.constant(1))
    return graph.add("Div", summed, count)


def _masked_mean(graph: Graph, _: Any, inputs: Inputs) -> str:
    return _mean_of(graph, *inputs)


def _neighbour_mean(graph: Graph, _: Any, inputs: Inputs) -> str:
    values, neighbours = inputs
    there = graph.add("GreaterOrEqual", neighbours, graph.constant(0))
    return _mean_of(graph, values, graph.add("Cast", there, to=1))


def _messages(graph: Graph, _: Any, inputs: Inputs) -> str:
    nodes, neighbours, *edges = inputs
    at = graph.add("Cast", graph.add("Max", neighbours, graph.constant(0)), to=7)
    at = graph.add("Unsqueeze", at, graph.constant([-1], np.int64))
    there = graph.add("GatherND", nodes, at, batch_dims=1)
    here = graph.add("Unsqueeze", nodes, graph.constant([2], np.int64))
    here = graph.add("Expand", here, graph.add("Shape", there))
    return graph.add("Concat", here, graph.add("Sub", there, here), *edges, axis=-1)


def _hard_cuts(graph: Graph, layer: Any, inputs: Inputs) -> str:
    from .selections import passing

    config = layer.config
    each = zip(config["columns"], config["sides"], config["thresholds"], strict=True)
    return graph.add("Cast", passing(graph, inputs[0], list(each)), to=1)


def _columns(graph: Graph, layer: Any, inputs: Inputs) -> str:
    return graph.add("Gather", inputs[0], graph.constant(layer.config["columns"], np.int64), axis=1)


def _flags(graph: Graph, layer: Any, inputs: Inputs) -> str:
    columns, values = layer.pairs
    taken = graph.add("Gather", inputs[0], graph.constant(columns, np.int64), axis=1)
    return graph.add("Cast", graph.add("Equal", taken, graph.constant(values)), to=1)


def _draw(graph: Graph, layer: Any, inputs: Inputs) -> str:
    shares, means, widths, noise = inputs
    uniform, normal = (graph.add("Gather", noise, graph.constant([i], np.int64), axis=1) for i in (0, 1))
    axis = graph.constant([1], np.int64)
    inner = np.arange(layer.input[0].shape[1] - 1)
    upto = graph.add("Gather", graph.add("CumSum", shares, axis), graph.constant(inner, np.int64), axis=1)
    beyond = graph.add("Cast", graph.add("GreaterOrEqual", uniform, upto), to=7)
    chosen = graph.add("ReduceSum", beyond, axis, keepdims=1)
    places = graph.add("Add", means, graph.add("Mul", widths, normal))
    return graph.add("GatherElements", places, chosen, axis=1)


def _unranked(graph: Graph, layer: Any, inputs: Inputs) -> str:
    begin, length, rise = layer.lines
    begin, length, rise = (graph.constant(each) for each in (begin, length, rise[:, None]))
    part = graph.add("Div", graph.add("Sub", inputs[0], begin), length)
    part = graph.add("Clip", part, graph.constant(0), graph.constant(1))
    low, high = (graph.constant(end) for end in layer.ends)
    return graph.add("Clip", graph.add("Add", graph.add("MatMul", part, rise), low), low, high)


_LAYERS: dict[str, Callable[[Graph, Any, Inputs], str]] = {
    "Dense": _dense,
    "Normalization": _normalization,
    "BatchNormalization": _batch_normalization,
    "Activation": lambda graph, layer, inputs: _activation(graph, layer, inputs[0]),
    "ReLU": lambda graph, _, inputs: graph.add("Relu", inputs[0]),
    "Dropout": _same,
    "Conv2D": _convolution,
    "MaxPooling2D": _pooling("MaxPool"),
    "AveragePooling2D": _pooling("AveragePool"),
    "GlobalAveragePooling2D": _image_mean,
    "Flatten": _flatten,
    "Add": _folded("Add"),
    "Multiply": _folded("Mul"),
    "Concatenate": _concatenate,
    "Rescaling": _rescaling,
    "SignedLog": _signed_log,
    "MaskedMean": _masked_mean,
    "NeighbourMean": _neighbour_mean,
    "Messages": _messages,
    "HardCuts": _hard_cuts,
    "Columns": _columns,
    "Flags": _flags,
    "Draw": _draw,
    "Unranked": _unranked,
}
