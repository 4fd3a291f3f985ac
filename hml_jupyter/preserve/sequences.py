"""Sequences of different lengths, one for each event, and lwtnn's layers on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import awkward as ak
import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError
from .activations import activated
from .networks import Convolution, Embedding, Gate, Layer, Recurrent

__all__ = ["Sequences", "last", "scanned", "sequences_of", "summed"]

Array = npt.NDArray[np.float64]


class Sequences(NamedTuple):
    """The sequences of n events, after one another."""

    content: Array
    """(total, k) the elements of the first event, those of the second ..."""
    lengths: npt.NDArray[np.int64]
    """(n,) number of elements of each event."""

    @property
    def starts(self) -> npt.NDArray[np.int64]:
        """(n,) place of the first element of each event."""
        return np.cumsum(self.lengths) - self.lengths

    @property
    def places(self) -> npt.NDArray[np.int64]:
        """(total,) place of each element in its sequence."""
        return np.arange(len(self.content)) - np.repeat(self.starts, self.lengths)

    @property
    def events(self) -> npt.NDArray[np.int64]:
        """(total,) number of the event of each element."""
        return np.repeat(np.arange(len(self.lengths)), self.lengths)

    def slice(self, first: int, end: int) -> Sequences:
        """Return the sequences of some events."""
        ends = np.concatenate([[0], np.cumsum(self.lengths)])
        return Sequences(self.content[ends[first] : ends[end]], self.lengths[first:end])

    def to_awkward(self) -> Any:
        """Return an awkward array, n * var * k."""
        return ak.unflatten(ak.Array(self.content), self.lengths)


def sequences_of(given: Any, width: int, name: str) -> Sequences:
    """Return sequences given as an awkward array n * var * k, an array (n, length, k), or a list of n arrays (length, k).

    Raises
    ------
    ArgumentError
        They are anything else.

    Examples
    --------
    >>> sequences_of([[[1.0, 2.0]], []], 2, "tracks").lengths
    array([1, 0])
    """
    if isinstance(given, Sequences) and given.content.shape[1] == width:
        return given
    try:
        if isinstance(given, ak.Array):
            content = np.asarray(ak.to_numpy(ak.flatten(given, axis=1)), float)
            found = Sequences(content.reshape(-1, width), np.asarray(ak.to_numpy(ak.num(given, axis=1)), np.int64))
        else:
            each = [np.asarray(event, float).reshape(len(event), width) for event in given]
            content = np.concatenate([np.empty((0, width)), *each])
            found = Sequences(content, np.array([len(event) for event in each], np.int64))
        if len(found.content) == found.lengths.sum():
            return found
    except (ValueError, TypeError) as error:
        cause: Exception | None = error
    else:
        cause = None
    msg = f"the sequences {name!r} must be lists, one for each event, of elements of {width} numbers"
    raise ArgumentError(msg) from cause


def last(given: Sequences) -> Array:
    """Return the last element of each sequence, (n, k); of an empty one zeros, as lwtnn does.

    Examples
    --------
    >>> last(sequences_of([[[1.0], [2.0]], []], 1, "tracks"))
    array([[2.],
           [0.]])
    """
    found = np.zeros((len(given.lengths), given.content.shape[1]))
    some = given.lengths > 0
    found[some] = given.content[(given.starts + given.lengths - 1)[some]]
    return found


def summed(given: Sequences) -> Array:
    """Return the sum of each sequence, (n, k).

    Examples
    --------
    >>> summed(sequences_of([[[1.0], [2.0]], []], 1, "tracks"))
    array([[3.],
           [0.]])
    """
    found = np.zeros((len(given.lengths), given.content.shape[1]))
    some = given.lengths > 0
    if some.any():
        found[some] = np.add.reduceat(given.content, given.starts[some], axis=0)
    return found


def scanned(layer: Layer, given: Sequences) -> Sequences:
    """Return what a layer makes of each sequence, element by element.

    Raises
    ------
    ArgumentError
        A category is none, or a sequence is too short for a convolution without padding.

    Notes
    -----
    Source of the formulas: lwtnn 2.14.1, ``include/lwtnn/generic/Stack.tcc``.
    """
    return _LAYERS[type(layer)](layer, given)


def _recurrent(layer: Recurrent, given: Sequences) -> Sequences:
    """Go along all sequences at once, the longest first: those that have ended drop out at the end."""
    order = np.argsort(-given.lengths, kind="stable")
    starts, rising = given.starts[order], np.sort(given.lengths)
    coming = {name: given.content @ gate.W.T + gate.b for name, gate in layer.gates.items()}
    width = len(layer.gates[next(iter(layer.gates))].b)
    content = np.empty((len(given.content), width))
    state: Sequence[Array] = (np.zeros((len(order), width)),) * 2
    for t in range(rising[-1] if len(rising) else 0):
        there = len(rising) - np.searchsorted(rising, t, side="right")
        rows = starts[:there] + t
        state = _STEPS[layer.kind](layer, {name: x[rows] for name, x in coming.items()}, [s[:there] for s in state])
        content[rows] = state[0]
    return Sequences(content, given.lengths)


def _felt(gate: Gate, x: Array, h: Array) -> Array:
    return np.asarray(x + h @ gate.U.T if gate.U is not None else x)


def _lstm(layer: Recurrent, x: Mapping[str, Array], state: Sequence[Array]) -> Sequence[Array]:
    h, remembered = state
    i, f, o = (activated(_felt(layer.gates[name], x[name], h), layer.inner) for name in ("i", "f", "o"))
    remembered = f * remembered + i * activated(_felt(layer.gates["c"], x["c"], h), layer.activation)
    return o * activated(remembered, layer.activation), remembered


def _gru(layer: Recurrent, x: Mapping[str, Array], state: Sequence[Array]) -> Sequence[Array]:
    h = state[0]
    z, r = (activated(_felt(layer.gates[name], x[name], h), layer.inner) for name in ("z", "r"))
    return (z * h + (1 - z) * activated(_felt(layer.gates["h"], x["h"], r * h), layer.activation),)


def _simple(layer: Recurrent, x: Mapping[str, Array], state: Sequence[Array]) -> Sequence[Array]:
    return (activated(_felt(layer.gates["h"], x["h"], state[0]), layer.activation),)


_STEPS: dict[str, Callable[[Recurrent, Mapping[str, Array], Sequence[Array]], Sequence[Array]]] = {
    "lstm": _lstm,
    "gru": _gru,
    "simplernn": _simple,
}


def _convolved(layer: Convolution, given: Sequences) -> Sequences:
    view = (len(layer.kernel) - 1) * layer.dilation
    before = {"valid": 0, "same": (view + 1) // 2, "causal": view}[layer.padding]
    lengths = given.lengths - view if layer.padding == "valid" else given.lengths
    if np.any(lengths < (layer.padding == "valid")):
        msg = f"a convolution without padding needs sequences of at least {view + 1} elements; the shortest has {given.lengths.min()}"
        raise ArgumentError(msg)
    found = Sequences(np.tile(layer.bias, (int(lengths.sum()), 1)), lengths)
    starts, most = np.repeat(given.starts, lengths), np.repeat(given.lengths, lengths)
    for k, weights in enumerate(layer.kernel):
        at = found.places + k * layer.dilation - before
        inside = (at >= 0) & (at < most)
        found.content[inside] += given.content[(starts + at)[inside]] @ weights.T
    return Sequences(activated(found.content, layer.activation), lengths)


def _embedded(layer: Embedding, given: Sequences) -> Sequences:
    content = given.content
    for place, table in layer.tables:
        category = content[:, place]
        # NaN is no category
        if not np.all((category >= 0) & (category < len(table)) & (category == np.floor(category))):
            msg = f"the variable {place} of a sequence is a category, a whole number from 0 to {len(table) - 1}; it is not in all events"
            raise ArgumentError(msg)
        content = np.hstack([content[:, :place], table[category.astype(np.int64)], content[:, place + 1 :]])
    return Sequences(content, given.lengths)


_LAYERS: dict[type[Any], Callable[[Any, Sequences], Sequences]] = {
    Recurrent: _recurrent,
    Convolution: _convolved,
    Embedding: _embedded,
}
