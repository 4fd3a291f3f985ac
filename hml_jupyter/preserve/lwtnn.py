"""Networks as lwtnn's JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError
from ..methods import Training
from ..methods.backend import keras, numbers
from .onnx import OUTPUT

__all__ = ["ACTIVATIONS", "lwtnn_of"]

Json = dict[str, Any]

#: Keras' activations, as lwtnn calls them.
ACTIVATIONS: dict[str, Any] = {
    "linear": "linear",
    "relu": "rectified",
    "sigmoid": "sigmoid",
    "softmax": "softmax",
    "tanh": "tanh",
    "silu": {"function": "swish", "alpha": 1.0},
    "elu": {"function": "elu", "alpha": 1.0},
}
#: Layers with one input that lwtnn has, or that do nothing when a network is evaluated.
_LAYERS = ("Normalization", "Dense", "Activation", "BatchNormalization", "Dropout")
_JOINTS = {"Add": "add", "Concatenate": "concatenate"}
NODE = "events"


def lwtnn_of(training: Training, fold: int = 0) -> Json:
    """Return a trained network (of a cross-training one of them) as lwtnn reads it.

    A chain of layers has the sequential form (``lwt::parse_json``), what branches the form of a graph (``parse_json_graph``). Of a
    network behind cuts it is the network, and its cuts stand as text under ``miscellaneous``.

    Raises
    ------
    ArgumentError
        Trees, cuts, images, graphs, and layers or activations that lwtnn does not have.
    """
    model = training.models[fold]
    if not isinstance(model, keras().Model) or training.method.kind != "set" or training.method.draws:
        msg = f"{training.name}: lwtnn has dense networks on columns; a {type(training.method).__name__} is preserved as ONNX alone"
        raise ArgumentError(msg)
    inputs, output, about = model.inputs[0], model.outputs[0], {}
    if hasattr(model, "about"):
        output, about = (
            _network_of(training, model),
            {"cuts": " and ".join(model.cuts), "output": "0 where an event fails a cut"},
        )
    chain = _chain(output, inputs)
    if chain is None:
        return _graph(training, inputs, output, about)
    first, rest = _scaled(chain)
    variables = _variables(training, first)
    layers = [each for layer in rest for each in _written(layer)]
    return {"inputs": variables, "layers": layers, "outputs": [OUTPUT], "miscellaneous": about}


def _network_of(training: Training, model: Any) -> Any:
    """Return the output of the network behind the cuts of a model."""
    names = [layer.name for layer in model.layers]
    if "selected" not in names:
        msg = f"{training.name}: cuts without a network are no lwtnn network; their text is all there is: {', '.join(model.cuts)}"
        raise ArgumentError(msg)
    (score,) = (each for each in model.get_layer("selected").input if each._keras_history[0].name != "cuts")
    return score


def _history(tensor: Any) -> tuple[Any, list[Any]]:
    """Return the layer that gives a symbolic tensor, and what it takes."""
    layer, node, _ = tensor._keras_history
    return layer, list(layer._inbound_nodes[node].input_tensors)


def _chain(output: Any, inputs: Any) -> list[Any] | None:
    """Return the layers from the inputs to the output; None where they branch."""
    layers: list[Any] = []
    while output is not inputs:
        layer, sources = _history(output)
        if len(sources) != 1 or isinstance(layer, keras().Model):
            return None
        layers.insert(0, layer)
        (output,) = sources
    return layers


def _scaled(chain: list[Any]) -> tuple[Any, list[Any]]:
    """Return the layer that normalises the inputs, if there is one, and those after it."""
    if chain and type(chain[0]).__name__ == "Normalization":
        return chain[0], chain[1:]
    return None, chain


def _variables(training: Training, normalization: Any) -> list[Json]:
    """Return the inputs: lwtnn adds the offset and multiplies by the scale."""
    offset, scale = np.zeros(len(training.names)), np.ones(len(training.names))
    if normalization is not None:
        mean, spread = _moments(normalization)
        offset, scale = -mean, 1 / spread
    each = zip(training.names, offset.tolist(), scale.tolist(), strict=True)
    return [{"name": name, "offset": o, "scale": s} for name, o, s in each]


def _moments(layer: Any) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    config = layer.get_config()
    mean, variance = (np.asarray(config[name], float).ravel() for name in ("mean", "variance"))
    return mean, np.maximum(np.sqrt(variance), keras().config.epsilon())


def _written(layer: Any) -> list[Json]:
    """Return the layers that lwtnn has for one of Keras."""
    kind = type(layer).__name__
    if kind not in _LAYERS:
        msg = f"lwtnn has nothing for the layer {layer.name} ({kind}); it has {', '.join([*_LAYERS, *_JOINTS])}"
        raise ArgumentError(msg)
    if kind == "Dropout":
        return []
    if kind == "Activation":
        return [_dense([], [], _activation(layer))]
    if kind == "Dense":
        bias = numbers(layer.bias) if layer.use_bias else np.zeros(layer.units)
        return [_dense(numbers(layer.kernel).T.ravel().tolist(), bias.tolist(), _activation(layer))]
    if kind == "Normalization":
        mean, spread = _moments(layer)
        return [_normalization(-mean, 1 / spread)]
    scale = (numbers(layer.gamma) if layer.scale else 1.0) / np.sqrt(
        numbers(layer.moving_variance).astype(float) + layer.epsilon
    )
    if not np.all(scale):
        msg = f"lwtnn cannot express the layer {layer.name}: it multiplies by 0"
        raise ArgumentError(msg)
    shift = numbers(layer.beta).astype(float) if layer.center else 0.0
    return [_normalization(shift / scale - numbers(layer.moving_mean), scale)]


def _dense(weights: Sequence[float], bias: Sequence[float], activation: Any) -> Json:
    return {"architecture": "dense", "weights": list(weights), "bias": list(bias), "activation": activation}


def _normalization(bias: Any, weights: Any) -> Json:
    return {
        "architecture": "normalization",
        "weights": np.asarray(weights, float).tolist(),
        "bias": np.asarray(bias, float).tolist(),
    }


def _activation(layer: Any) -> Any:
    name = keras().activations.serialize(layer.activation)
    if name not in ACTIVATIONS:
        msg = f"lwtnn does not have the activation {name!r} of the layer {layer.name}; it has {', '.join(ACTIVATIONS)}"
        raise ArgumentError(msg)
    return ACTIVATIONS[name]


def _graph(training: Training, inputs: Any, output: Any, about: Json) -> Json:
    """Return a network that branches: nodes that take the outputs of others."""
    size = len(training.names)
    nodes: list[Json] = [{"type": "input", "sources": [0], "size": size}]
    layers: list[Json] = []
    places = {id(inputs): 0}

    def place(tensor: Any) -> int:
        if id(tensor) in places:
            return places[id(tensor)]
        layer, sources = _history(tensor)
        if isinstance(layer, keras().Model):
            places.update({id(own): place(given) for own, given in zip(layer.inputs, sources, strict=True)})
            places[id(tensor)] = place(layer.outputs[0])
            return places[id(tensor)]
        at = [place(each) for each in sources]
        kind = type(layer).__name__
        if kind in _JOINTS:
            nodes.append({"type": _JOINTS[kind], "sources": at})
            at = [len(nodes) - 1]
        else:
            for each in _written(layer):
                layers.append(each)
                nodes.append({"type": "feed_forward", "sources": at, "layer_index": len(layers) - 1})
                at = [len(nodes) - 1]
        places[id(tensor)] = at[0]
        return at[0]

    last = place(output)
    return {
        "inputs": [{"name": NODE, "variables": _variables(training, None)}],
        "input_sequences": [],
        "nodes": nodes,
        "layers": layers,
        "outputs": {OUTPUT: {"labels": [OUTPUT], "node_index": last}},
        "miscellaneous": about,
    }
