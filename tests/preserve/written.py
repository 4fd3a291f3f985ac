"""lwtnn networks of random numbers, one for everything that lwtnn has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Json = dict[str, Any]
rng = np.random.default_rng(7)


def _drawn(*shape: int) -> list[float]:
    return rng.normal(0, 0.7, int(np.prod(shape))).tolist()


def dense(width: int, given: int, activation: Any = "tanh") -> Json:
    return {
        "architecture": "dense",
        "weights": _drawn(width, given),
        "bias": _drawn(given),
        "activation": activation,
    }


def recurrent(kind: str, width: int, given: int, activation: Any = "tanh", inner: Any = "sigmoid") -> Json:
    names = {"lstm": "iofc", "gru": "zrh", "simplernn": "h"}[kind]
    gates = {n: {"weights": _drawn(width, given), "bias": _drawn(given), "U": _drawn(given, given)} for n in names}
    return {"architecture": kind, "components": gates, "activation": activation, "inner_activation": inner}


def convolution(width: int, given: int, length: int, dilation: int, padding: str) -> Json:
    return {
        "architecture": "conv1d",
        "weights": _drawn(width, given, length),
        "bias": _drawn(given),
        "dilation_rate": dilation,
        "padding": padding,
        "activation": "rectified",
    }


def variables(*names: str, **defaults: float) -> list[Json]:
    each = zip(names, _drawn(len(names)), _drawn(len(names)), strict=True)
    return [
        {"name": n, "offset": o, "scale": s} | ({"default": defaults[n]} if n in defaults else {}) for n, o, s in each
    ]


def node(kind: str, *sources: int, **more: int) -> Json:
    return {"type": kind, "sources": list(sources), **more}


def output(index: int, *labels: str) -> Json:
    return {"labels": list(labels), "node_index": index}


def graph(nodes: list[Json], layers: list[Json], outputs: Json, sequence: tuple[str, ...] = ("pt", "eta")) -> Json:
    """A network on the input ``event`` of three variables and on the sequence ``tracks``."""
    return {
        "inputs": [{"name": "event", "variables": variables("a", "b", "c", b=0.3)}],
        "input_sequences": [{"name": "tracks", "variables": variables(*sequence)}],
        "nodes": nodes,
        "layers": layers,
        "outputs": outputs,
    }


EVENT, TRACKS = node("input", 0, size=3), node("input_sequence", 0, size=2)
PARAMETRISED = [
    {"function": name, "alpha": alpha} for name, alpha in (("elu", 0.8), ("leakyrelu", 0.2), ("swish", 1.3))
]
PLAIN = ["linear", "sigmoid", "rectified", "softmax", "tanh", "hard_sigmoid", "abs", "elu"]
LEGACY = ["sigmoid_legacy", "hard_sigmoid_legacy", "tanh_legacy", "rectified_legacy"]


def _activations() -> Json:
    every = [*PLAIN, *LEGACY, *PARAMETRISED]
    nodes = [EVENT, *(node("feed_forward", 0, layer_index=i) for i in range(len(every)))]
    outputs = {f"{i:02}": output(i + 1, "x", "y", "z", "v") for i in range(len(every))}
    return graph(nodes, [dense(3, 4, each) for each in every], outputs)


def _joints() -> Json:
    """Highway, maxout, normalisation, add, concatenate; a shared layer, a bias alone, and nodes after those that take them."""
    gates = {name: {"weights": _drawn(3, 3), "bias": _drawn(3)} for name in ("t", "carry")}
    layers = [
        {"architecture": "highway", "components": gates, "activation": "rectified"},
        {"architecture": "maxout", "sublayers": [{"weights": _drawn(3, 5), "bias": _drawn(5)} for _ in range(3)]},
        {"architecture": "normalization", "weights": _drawn(3), "bias": _drawn(3)},
        {"architecture": "dense", "weights": [], "bias": _drawn(3), "activation": "linear"},
        {"architecture": "dense", "weights": _drawn(3, 2), "bias": [], "activation": "sigmoid"},
    ]
    nodes = [
        node("concatenate", 2, 6, 5),
        EVENT,
        node("feed_forward", 3, layer_index=1),
        node("feed_forward", 1, layer_index=0),
        node("feed_forward", 3, layer_index=0),
        node("add", 4, 1, 4),
        node("feed_forward", 8, layer_index=2),
        node("feed_forward", 5, layer_index=4),
        node("feed_forward", 3, layer_index=3),
    ]
    return graph(nodes, layers, {"all": output(0, *"abcdefghijk"), "first": output(7, "p", "q")})


def _recurrent(kind: str, **how: Any) -> Callable[[], Json]:
    """Two recurrent layers behind one another, joined with the event."""

    def made() -> Json:
        nodes = [
            EVENT,
            TRACKS,
            node("sequence", 1, layer_index=0),
            node("sequence", 2, layer_index=1),
            node("concatenate", 3, 0, 2),
            node("feed_forward", 4, layer_index=2),
        ]
        layers = [recurrent(kind, 2, 4, **how), recurrent(kind, 4, 3, **how), dense(10, 2, "softmax")]
        return graph(nodes, layers, {"flavour": output(5, "b", "light"), "memory": output(3, "m0", "m1")})

    return made


def _deep_set() -> Json:
    """Layers on each element and their sum; what they make of each element is an output too."""
    nodes = [
        TRACKS,
        node("time_distributed", 0, layer_index=0),
        node("time_distributed", 1, layer_index=1),
        node("sum", 2),
        node("feed_forward", 3, layer_index=0),
    ]
    network = graph(nodes, [dense(2, 4), dense(4, 2)], {"each": output(1, *"wxyz"), "set": output(4, *"wxyz")})
    return network | {"inputs": []}


def _convolution(padding: str, length: int, dilation: int) -> Callable[[], Json]:
    def made() -> Json:
        nodes = [TRACKS, node("sequence", 0, layer_index=0), node("sequence", 1, layer_index=1)]
        layers = [convolution(2, 3, length, dilation, padding), recurrent("gru", 3, 2)]
        return graph(nodes, layers, {"last": output(1, *"xyz"), "memory": output(2, "m")}) | {"inputs": []}

    return made


def _embedding() -> Json:
    """The category is the last variable: lwtnn 2.14.1 copies as many variables behind it as the sequence has elements."""
    nodes = [node("input_sequence", 0, size=3), node("sequence", 0, layer_index=0), node("sequence", 1, layer_index=1)]
    embedding = {"architecture": "embedding", "sublayers": [{"index": 2, "n_out": 2, "weights": _drawn(2, 4)}]}
    network = graph(nodes, [embedding, recurrent("lstm", 4, 3)], {"tau": output(2, *"xyz")}, ("pt", "eta", "hits"))
    network["input_sequences"][0]["variables"][2] |= {"offset": 0, "scale": 1}
    return network | {"inputs": []}


def _chain() -> Json:
    layers = [dense(3, 5, "rectified"), {"architecture": "normalization", "weights": _drawn(5), "bias": _drawn(5)}]
    return {
        "inputs": variables("a", "b", "c", b=5.0),
        "layers": [*layers, dense(5, 2, "softmax")],
        "outputs": ["signal", "background"],
        "defaults": {"a": 0.5},
    }


def _chain_of_sequences() -> Json:
    layers = [dense(3, 2, "linear"), recurrent("lstm", 2, 4), recurrent("gru", 4, 3)]
    return {"inputs": variables("pt", "eta"), "layers": layers, "outputs": ["x", "y"]}


NETWORKS: dict[str, Callable[[], Json]] = {
    "activations": _activations,
    "joints": _joints,
    "lstm": _recurrent("lstm"),
    "lstm, hard": _recurrent("lstm", activation=PARAMETRISED[2], inner="hard_sigmoid"),
    "gru": _recurrent("gru"),
    "gru, soft": _recurrent("gru", activation="softmax", inner="hard_sigmoid"),
    "simplernn": _recurrent("simplernn"),
    "deep set": _deep_set,
    "valid": _convolution("valid", 3, 2),
    "same": _convolution("same", 4, 1),
    "causal": _convolution("causal", 3, 3),
    "embedding": _embedding,
    "chain": _chain,
    "chain of sequences": _chain_of_sequences,
}
#: Fewest elements of a sequence.
SHORTEST = {"valid": 5, "chain of sequences": 1}
