"""Tensors of an ONNX file out of the events of a card."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import DamagedError
from ..representations import Graphs
from .card import Card, Input, InputSequence, Network
from .matrix import PIECE
from .mixed import Mixed, Padded, moments
from .opening import shapes

__all__ = ["at_once", "check_shapes", "fitted", "node_of", "places", "steps"]

Array = npt.NDArray[np.float64]

#: Events in one call of a network: what stays in a processor's cache is two to four times as fast.
BATCH = 2000
#: Numbers in the widest place of a network in one call, where the events are columns alone.
LAYER = 2**18
#: Fewer events than these are not worth a call, unless they have too many numbers.
LEAST = 256
#: Numbers in one place in one call, where events have many.
NUMBERS = 2**22
#: What onnxruntime calls the numbers of an input that is not of single precision.
KINDS = {"tensor(double)": np.float64, "tensor(bool)": np.bool_, "tensor(int64)": np.int64, "tensor(int32)": np.int32}


def places(card: Card, network: Network, names: list[str]) -> Callable[[Any], dict[str, Any]]:
    """Return what splits the events of a card into the inputs of a file, which are called `names`."""
    if card.kind == "image":
        return lambda events: {names[0]: np.asarray(events)}
    if card.kind == "graph":
        return _graph_tensors
    if card.sequences:
        return _with_sequences(card, network, names)
    return _columns(card.inputs_of(network), names)


def node_of(each: InputSequence, names: list[str]) -> str:
    """Return which of the inputs of a file a sequence is: the one that the card names, or the only one."""
    return each.node or (names[0] if len(names) == 1 else each.name)


def fitted(values: Any, wanted: Any) -> Any:
    """Return numbers in the type and rank of an input of a file.

    Raises
    ------
    DamagedError
        It takes whole numbers, and they are not.
    """
    found: npt.NDArray[Any] = np.ascontiguousarray(values, KINDS.get(wanted.type, np.float32))
    if found.dtype.kind in "bi" and (found != values).any():
        msg = f"the input {wanted.name} takes whole numbers ({wanted.type}); the card gives others"
        raise DamagedError(msg)
    if found.ndim == 3 and len(wanted.shape) == 2:
        return found.reshape(len(found), -1)
    return found[:, 0] if len(wanted.shape) == 1 and found.ndim == 2 else found


def steps(model: Any, card: Card, inputs: Mapping[str, Any]) -> Callable[[Iterable[Any]], int]:
    """Return what tells, from the inputs of all events, how many of them are given to an opened model at once."""
    if any(each.shape and each.shape[0] == 1 for each in inputs.values()):
        return lambda _: 1
    if card.kind == "set" and not card.sequences:
        step = at_once(model)
        return lambda _: step
    return _batch


def at_once(model: Any) -> int:
    """Return how many events of columns are given to an opened model at once: fewer where an event has more numbers in one place."""
    growing = [shape for shape in shapes(model).values() if shape is None or _free(shape)]
    widest = max([1, *(math.prod(n for n in shape or () if isinstance(n, int)) for shape in growing)])
    most = PIECE if all(shape is not None and _free(shape) == 1 for shape in growing) else BATCH
    return max(1, min(max(LAYER // widest, min(LEAST, NUMBERS // widest)), most))


def _free(shape: tuple[int | str, ...]) -> int:
    """Count the lengths that a file leaves open: one where it knows how many numbers an event has."""
    return sum(isinstance(length, str) for length in shape)


def _batch(given: Iterable[Any]) -> int:
    """Return how many events of something else are given to a network at once."""
    most = max((each.length * len(each.padding) for each in given if isinstance(each, Padded)), default=1)
    return max(1, min(BATCH, NUMBERS // most))


def check_shapes(file: str, given: Mapping[str, Any], inputs: Mapping[str, Any]) -> None:
    """Refuse sequences whose length or number of variables is not that of the file.

    Raises
    ------
    DamagedError
        The card says something else than the file.
    """
    for name, values in given.items():
        if isinstance(values, Padded):
            theirs, ours = tuple(inputs[name].shape[1:]), values[:0].shape[1:]
            if not any(_fits(theirs, each) for each in (ours, *([(values.length,)] if values.is_mask else []))):
                msg = f"the input {name} of {file} has the shape {theirs} for an event, and the card gives {ours}"
                raise DamagedError(msg)


def _fits(theirs: tuple[Any, ...], ours: tuple[int, ...]) -> bool:
    return len(theirs) == len(ours) and all(not isinstance(n, int) or n == m for n, m in zip(theirs, ours, strict=True))


def _columns(inputs: tuple[Input, ...], names: list[str]) -> Callable[[Array], dict[str, Array]]:
    nodes = [each.node or names[0] for each in inputs]
    groups = {node: [i for i, one in enumerate(nodes) if one == node] for node in dict.fromkeys(nodes)}
    if len(groups) == 1:
        return lambda events: {nodes[0]: events}
    return lambda events: {node: events[:, at] for node, at in groups.items()}


def _with_sequences(card: Card, network: Network, names: list[str]) -> Callable[[Mixed], dict[str, Any]]:
    sequences = card.sequences_of(network)
    nodes = [node_of(each, names) for each in sequences]
    taken = [*nodes, *(each.mask for each in sequences if each.mask is not None)]
    twice = [node for node in taken if [*taken, *{each.node for each in card.inputs_of(network)}].count(node) > 1]
    if twice:
        msg = f"the card gives {network.onnx} more than it takes: {twice[0]} twice; the file takes {', '.join(names)}"
        raise DamagedError(msg)
    # a file without any other input does not take the columns: their name is then none of its inputs
    columns = _columns(card.inputs_of(network), [*(name for name in names if name not in taken), "inputs"])
    paddings = [
        (np.array([variable.padding for variable in each.variables], float) - mean) / spread
        if each.padding is None
        else np.full(len(each.variables), each.padding)
        for each, (mean, spread) in zip(sequences, moments(card, network), strict=True)
    ]

    def tensors(events: Mixed) -> dict[str, Any]:
        found: dict[str, Any] = columns(events.columns)
        for each, node, padding, one in zip(sequences, nodes, paddings, events.sequences, strict=True):
            found[node] = Padded(one, each.length or 0, padding, each.transposed)
            if each.mask is not None:
                found[each.mask] = found[node].mask(each.marks)
        return found

    return tensors


def _graph_tensors(events: Graphs) -> dict[str, Any]:
    found: dict[str, Any] = {"nodes": events.nodes, "mask": events.mask}
    if events.neighbours.shape[-1]:
        found["neighbours"] = events.neighbours
    if events.edges.size:
        found["edges"] = events.edges
    return found
