"""lwtnn networks, built from what flows through them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError

__all__ = ["Draft", "Flow"]

Array = npt.NDArray[np.float64]
Json = dict[str, Any]

#: Most weights of one layer, some 40 MB of text.
MOST_WEIGHTS = 2**21


@dataclass(frozen=True, eq=False)
class Flow:
    """The values (x + bias) * weights of the x that a node gives."""

    node: int
    """Where x comes from."""
    shape: tuple[int, ...]
    """Of the values of an event; lwtnn has them after one another, (k,)."""
    bias: Array
    """(k,) not yet part of a layer."""
    weights: Array
    """(k,) not yet part of a layer."""
    sigmoid_of: Flow | None = None
    """What these are the sigmoid of."""

    @property
    def width(self) -> int:
        """Number of values of an event, k."""
        return math.prod(self.shape)


class _Node(NamedTuple):
    kind: str
    sources: tuple[int, ...]
    layer: Json | None
    width: int


@dataclass
class Draft:
    """A network that grows node by node.

    Examples
    --------
    >>> draft = Draft()
    >>> flow = draft.input("inputs", (2,))
    >>> flow = draft.multiplied(draft.shifted(flow, np.array([-1.0, 0.0])), np.array([0.5, 2.0]))
    >>> flow = draft.activated(draft.dense(flow, np.array([[1.0, 1.0]]), None, (1,)), "sigmoid")
    >>> network = draft.network({"score": flow}, {"inputs": ["a", "b"]})
    >>> [each["offset"] for each in network["inputs"]], [each["architecture"] for each in network["layers"]]
    ([-1.0, 0.0], ['dense'])
    """

    nodes: list[_Node] = field(default_factory=list)
    inputs: dict[str, int] = field(default_factory=dict)
    _settled: dict[tuple[int, bytes, bytes], int] = field(default_factory=dict)

    def input(self, name: str, shape: tuple[int, ...]) -> Flow:
        """Add an input."""
        self.inputs[name] = len(self.nodes)
        return self._flow(_Node("input", (len(self.inputs) - 1,), None, math.prod(shape)), shape)

    def shifted(self, flow: Flow, constant: Array) -> Flow:
        """Add constants, one for each value."""
        with np.errstate(divide="ignore", invalid="ignore"):
            bias = flow.bias + constant / flow.weights
        if np.all(np.isfinite(bias)):
            return replace(flow, bias=bias, sigmoid_of=None)
        return self.shifted(self._plain(self._node_of(flow), flow.shape), constant)

    def multiplied(self, flow: Flow, constant: Array) -> Flow:
        """Multiply by constants, one for each value."""
        return replace(flow, weights=flow.weights * constant, sigmoid_of=None)

    def dense(self, flow: Flow, weights: Array, bias: Array | None, shape: tuple[int, ...]) -> Flow:
        """Add a dense layer with weights (m, k) whose m values are of a shape.

        Raises
        ------
        ArgumentError
            It would have more than two million weights, or some that are not finite.
        """
        if not np.all(np.isfinite(weights)):
            msg = "it has weights that are not finite"
            raise ArgumentError(msg)
        if weights.size > MOST_WEIGHTS:
            msg = f"as a dense layer this has {weights.size} weights; up to {MOST_WEIGHTS} are written"
            raise ArgumentError(msg)
        added = np.zeros(len(weights)) if bias is None else bias
        return self._flow(_Node("feed_forward", (self._node_of(flow),), _dense(weights, added), len(weights)), shape)

    def activated(self, flow: Flow, activation: Any) -> Flow:
        """Apply an activation, by lwtnn's name or with its parameter."""
        index = self._node_of(flow)
        node = self.nodes[index]
        if _is_linear(node) and node.layer is not None:
            node = node._replace(layer=node.layer | {"activation": activation})
        else:
            node = _Node("feed_forward", (index,), _dense(np.empty(0), np.empty(0), activation), node.width)
        return replace(self._flow(node, flow.shape), sigmoid_of=flow if activation == "sigmoid" else None)

    def selected(self, flow: Flow, places: npt.NDArray[np.int64]) -> Flow:
        """Take values by their places; they get the shape of those."""
        order = places.ravel()
        if np.array_equal(order, np.arange(flow.width)):
            return replace(flow, shape=places.shape)
        picked = np.zeros((len(order), flow.width)) if len(order) * flow.width <= MOST_WEIGHTS else None
        if picked is None:
            msg = f"as a dense layer this has {len(order) * flow.width} weights; up to {MOST_WEIGHTS} are written"
            raise ArgumentError(msg)
        picked[np.arange(len(order)), order] = 1
        plain = self._plain(flow.node, flow.shape)
        chosen = self.dense(plain, picked, None, places.shape)
        return replace(chosen, bias=flow.bias[order], weights=flow.weights[order])

    def joined(self, kind: str, flows: Sequence[Flow]) -> Flow:
        """Add (``add``) or concatenate (``concatenate``) flows; the shape is that of the first, or flat."""
        sources = tuple(self._node_of(flow) for flow in flows)
        if kind == "add":
            return self._flow(_Node(kind, sources, None, flows[0].width), flows[0].shape)
        width = sum(flow.width for flow in flows)
        return self._flow(_Node(kind, sources, None, width), (width,))

    def network(self, outputs: dict[str, Flow], names: dict[str, list[str]]) -> Json:
        """Return the file: the sequential form of one chain of layers, else the form of a graph.

        Parameters
        ----------
        outputs : dict
            By name.
        names : dict
            Of the variables of each input.
        """
        ends = {name: self._node_of(flow) for name, flow in outputs.items()}
        inputs = [
            {"name": name, "variables": [{"name": each, "offset": 0.0, "scale": 1.0} for each in names[name]]}
            for name in self.inputs
        ]
        used = self._used(set(ends.values()))
        self._scale_inputs(inputs, used, set(ends.values()))
        labels = {n: [n] if f.width == 1 else [f"{n}_{i}" for i in range(f.width)] for n, f in outputs.items()}
        used = self._used(set(ends.values()))
        nodes: list[Json] = []
        layers: list[Json] = []
        places = {index: place for place, index in enumerate(used)}
        for index in used:
            node = self.nodes[index]
            sources = [places[source] for source in node.sources] if node.kind != "input" else [*node.sources]
            written: Json = {"type": node.kind, "sources": sources}
            if node.kind == "input":
                written["size"] = node.width
            elif node.layer is not None:
                written["layer_index"] = len(layers)
                layers.append(node.layer)
            nodes.append(written)
        if len(inputs) == len(outputs) == 1 and len(layers) == len(nodes) - 1:
            return {"inputs": inputs[0]["variables"], "layers": layers, "outputs": labels[next(iter(labels))]}
        return {
            "inputs": inputs,
            "input_sequences": [],
            "nodes": nodes,
            "layers": layers,
            "outputs": {name: {"labels": labels[name], "node_index": places[end]} for name, end in ends.items()},
        }

    def _flow(self, node: _Node, shape: tuple[int, ...]) -> Flow:
        self.nodes.append(node)
        return self._plain(len(self.nodes) - 1, shape)

    def _plain(self, node: int, shape: tuple[int, ...]) -> Flow:
        width = math.prod(shape)
        return Flow(node, shape, np.zeros(width), np.ones(width))

    def _node_of(self, flow: Flow) -> int:
        """Return the node that gives the values of a flow; what is not yet part of a layer becomes one."""
        if not flow.bias.any() and np.all(flow.weights == 1):
            return flow.node
        key = (flow.node, flow.bias.tobytes(), flow.weights.tobytes())
        if key not in self._settled:
            node = self.nodes[flow.node]
            if _is_linear(node) and node.layer is not None and np.all(flow.weights == 1):
                bias = (np.array(node.layer["bias"]) + flow.bias).tolist()
                made = node._replace(layer=node.layer | {"bias": bias})
            else:
                layer = {"architecture": "normalization", "weights": flow.weights.tolist(), "bias": flow.bias.tolist()}
                made = _Node("feed_forward", (flow.node,), layer, flow.width)
            self._settled[key] = self._flow(made, flow.shape).node
        return self._settled[key]

    def _used(self, ends: set[int]) -> list[int]:
        """Return the nodes that the outputs need, each after those that it takes."""
        found, open_ = set(ends), list(ends)
        while open_:
            node = self.nodes[open_.pop()]
            new = [] if node.kind == "input" else [source for source in node.sources if source not in found]
            found.update(new)
            open_.extend(new)
        return sorted(found)

    def _scale_inputs(self, inputs: list[Json], used: list[int], ends: set[int]) -> None:
        """Leave the normalisation of an input to the input, where nothing else takes it."""
        for place, index in enumerate(self.inputs.values()):
            takers = [i for i in used if self.nodes[i].kind != "input" and index in self.nodes[i].sources]
            layer = self.nodes[takers[0]].layer if len(takers) == 1 and index not in ends else None
            if layer is not None and layer["architecture"] == "normalization":
                each = zip(inputs[place]["variables"], layer["bias"], layer["weights"], strict=True)
                for variable, offset, scale in each:
                    variable |= {"offset": offset, "scale": scale}
                self.nodes[takers[0]] = self.nodes[index]


def _dense(weights: Array, bias: Array, activation: Any = "linear") -> Json:
    return {
        "architecture": "dense",
        "weights": weights.ravel().tolist(),
        "bias": bias.tolist(),
        "activation": activation,
    }


def _is_linear(node: _Node) -> bool:
    """Tell whether a node is a dense layer without activation."""
    layer = node.layer or {}
    return layer.get("architecture") == "dense" and layer["activation"] == "linear" and bool(layer["weights"])
