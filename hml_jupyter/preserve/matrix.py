"""Inputs of a network of columns, made ready for a piece of the events at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .. import progress
from .card import Input, Network

__all__ = ["PIECE", "Matrix", "largest", "tell_far"]

Array = npt.NDArray[np.float64]

#: Beyond the range of the training by this factor, a unit is likely another one.
FAR = 100.0
#: Events that are worked on at once: their numbers stay in a processor's cache from the first check to the last layer.
PIECE = 4 * 4096
#: Events side by side in one row: numpy is slow where rows are short.
FOLD = 64


@dataclass(frozen=True, eq=False)
class Matrix:
    """The inputs of a network for n events, made ready for those events that are asked for."""

    network: Network
    inputs: tuple[Input, ...]
    """Those of the network, in its order."""
    events: int
    """n."""
    read: Callable[[slice], Array]
    """Gives the values of some events, (m, k), in the units of the card: NaN where an object is missing."""

    def part(self, rows: slice) -> tuple[Array, Array]:
        """Return what the network gets for some events, (m, k), and the largest size of each input, (k,), in the units of the card."""
        values = _padded(self.inputs, self.read(rows))
        return _normalised(self.network, values), largest(values)

    def whole(self) -> Array:
        """Return what the network gets for all events, (n, k), and tell of inputs that are far off."""
        values, sizes = self.part(slice(0, self.events))
        tell_far(self.inputs, sizes)
        return values


def _padded(inputs: Sequence[Input], values: Array) -> Array:
    """Put in what stands for missing objects, where the card says so."""
    if all(each.padding is None for each in inputs):
        return values
    missing = np.isnan(values)
    if not missing.any():
        return values
    return np.where(missing, [np.nan if each.padding is None else each.padding for each in inputs], values)


def _normalised(network: Network, values: Array) -> Array:
    if network.normalisation != "outside":
        return values
    mean, spread = (np.array(each)[: values.shape[1]] for each in (network.mean, network.spread))
    return np.asarray((values - mean) / spread)


def largest(values: Array) -> Array:
    """Return the largest size of a number in each column of (n, k), (k,), those that are NaN left out.

    Examples
    --------
    >>> largest(np.array([[1.0, np.nan], [-3.0, 2.0]])).tolist()
    [3.0, 2.0]
    """
    events, k = values.shape
    folded = events // FOLD * FOLD
    sizes = _sizes(values[folded:])
    if not folded:
        return sizes
    wide = _sizes(values[:folded].reshape(events // FOLD, FOLD * k))
    return np.asarray(np.maximum(sizes, wide.reshape(FOLD, k).max(axis=0)))


def _sizes(values: Array) -> Array:
    return np.asarray(
        np.fmax(np.fmax.reduce(values, axis=0, initial=0.0), -np.fmin.reduce(values, axis=0, initial=0.0))
    )


def tell_far(inputs: Sequence[Input], sizes: Array) -> None:
    """Tell of inputs that are far outside of what the network was trained on: as a rule their unit is another one."""
    for each, found in zip(inputs, sizes.tolist(), strict=True):
        most = max(map(abs, each.range)) if each.range else 0.0
        if most and found > FAR * most:
            progress.notice(
                f"{each.name} is up to {found:.3g} {each.unit}, and was at most {most:.3g} in the training: is it in another unit?"
            )
