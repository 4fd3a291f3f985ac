"""lwtnn's JSON, evaluated in double precision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit, softmax

from ..errors import DamagedError

__all__ = ["evaluate"]

Array = npt.NDArray[np.float64]
Json = Mapping[str, Any]


def evaluate(network: Json, X: npt.ArrayLike) -> Array:
    """Return the first output of a network for each event, (n,), as lwtnn computes it.

    Parameters
    ----------
    network : mapping
        What ``lwt::parse_json`` or ``parse_json_graph`` read: dense layers, normalisations, activations, sums and concatenations.
    X : array, shape (n, k)
        The input variables, in the order of the file.

    Raises
    ------
    DamagedError
        Anything else.

    Notes
    -----
    Source of the formulas: lwtnn 2.14.1, ``src/Stack.cxx``: inputs are (x + offset) * scale, a dense layer is W x + b with the
    rows of W after one another, a normalisation (x + bias) * weights.

    Examples
    --------
    >>> layer = {"architecture": "dense", "weights": [2.0, 1.0], "bias": [-1.0], "activation": "rectified"}
    >>> variables = [{"name": "a", "offset": 0.0, "scale": 1.0}, {"name": "b", "offset": -1.0, "scale": 0.5}]
    >>> evaluate({"inputs": variables, "layers": [layer], "outputs": ["score"]}, [[1.0, 3.0], [0.0, 1.0]])
    array([2., 0.])
    """
    try:
        values = np.asarray(X, float)
        if "nodes" not in network:
            flow = _scaled(values, network["inputs"])
            for layer in network["layers"]:
                flow = _layer(layer, flow)
            return flow[:, 0]
        (given,) = network["inputs"]
        (output,) = network["outputs"].values()
        return _node(network, output["node_index"], _scaled(values, given["variables"]))[:, 0]
    except (KeyError, TypeError, ValueError, IndexError, RecursionError) as error:
        msg = f"this is no lwtnn network that can be evaluated here ({type(error).__name__}: {error})"
        raise DamagedError(msg) from error


def _scaled(values: Array, variables: list[Json]) -> Array:
    offset, scale = (np.array([each[name] for each in variables], float) for name in ("offset", "scale"))
    return np.asarray((values + offset) * scale)


def _node(network: Json, index: int, inputs: Array) -> Array:
    node = network["nodes"][index]
    sources = [source for source in node["sources"] if node["type"] == "input" or 0 <= source < index]
    if node["type"] == "input":
        return inputs
    if len(sources) != len(node["sources"]):
        msg = "a node takes what comes after it"
        raise ValueError(msg)
    given = [_node(network, source, inputs) for source in sources]
    if node["type"] == "feed_forward":
        return _layer(network["layers"][node["layer_index"]], given[0])
    joints: dict[str, Any] = {"add": sum, "concatenate": partial(np.concatenate, axis=1)}
    return np.asarray(joints[node["type"]](given))


def _layer(layer: Json, flow: Array) -> Array:
    weights, bias = np.array(layer["weights"], float), np.array(layer["bias"], float)
    if layer["architecture"] == "normalization":
        return np.asarray((flow + bias) * weights)
    if layer["architecture"] != "dense":
        raise ValueError(layer["architecture"])
    if weights.size or bias.size:
        flow = flow @ weights.reshape(len(bias), flow.shape[1]).T + bias
    given = layer.get("activation", "linear")
    activation = {"function": given} if isinstance(given, str) else given
    name = activation["function"]
    # as lwtnn: only files of an old elu go without
    alpha = float(activation.get("alpha", 1.0 if name == "elu" else np.nan))
    return np.asarray(_ACTIVATIONS[name](flow, alpha))


_ACTIVATIONS: dict[str, Callable[[Array, float], Any]] = {
    "linear": lambda x, _: x,
    "rectified": lambda x, _: np.maximum(x, 0),
    "sigmoid": lambda x, _: expit(x),
    "softmax": lambda x, _: softmax(x, axis=-1),
    "tanh": lambda x, _: np.tanh(x),
    "swish": lambda x, alpha: x * expit(alpha * x),
    "elu": lambda x, alpha: np.where(x >= 0, x, alpha * np.expm1(np.minimum(x, 0))),
    "leakyrelu": lambda x, alpha: np.where(x > 0, x, alpha * x),
    "abs": lambda x, _: np.abs(x),
}
