"""What networks with sequences are given: columns, and lists of objects, of the same events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .card import Card, Network
from .sequences import Sequences

__all__ = ["Mixed", "Padded", "moments"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Mixed:
    """The inputs and sequences of a network for n events, in its order."""

    columns: Array
    """(n, k); NaN where an object is missing."""
    sequences: tuple[Sequences, ...]
    """One for each sequence of the network; NaN where something is not defined for an object."""
    lost: npt.NDArray[np.bool_]
    """(n,) where the jet is missing that a sequence is in."""

    def __len__(self) -> int:
        """Count the events."""
        return len(self.columns)

    @property
    def complete(self) -> npt.NDArray[np.bool_]:
        """(n,) which events have all that the network takes."""
        found = np.isfinite(self.columns).all(axis=1) & ~self.lost
        for each in self.sequences:
            bad = ~np.isfinite(each.content).all(axis=1)
            found &= np.bincount(each.events[bad], minlength=len(self)) == 0
        return np.asarray(found)

    def take(self, kept: npt.NDArray[np.bool_]) -> Mixed:
        """Return the events that a mask keeps."""
        sequences = tuple(Sequences(each.content[kept[each.events]], each.lengths[kept]) for each in self.sequences)
        return Mixed(self.columns[kept], sequences, self.lost[kept])


@dataclass(frozen=True, eq=False)
class Padded:
    """Sequences as arrays of one length, made for those events that are asked for.

    Examples
    --------
    >>> tracks = Sequences(np.array([[1.0], [2.0], [3.0]]), np.array([2, 0, 1]))
    >>> Padded(tracks, 2, np.array([-1.0]))[1:3].tolist()
    [[[-1.0], [-1.0]], [[3.0], [-1.0]]]
    """

    sequences: Sequences
    length: int
    """N; no sequence is longer."""
    padding: Array
    """(k,) what stands in places without an object."""
    transposed: bool = False
    """Whether events are (k, N) instead of (N, k)."""
    is_mask: bool = False
    """Whether it tells where there is an object."""

    def __len__(self) -> int:
        """Count the events."""
        return len(self.sequences.lengths)

    def __getitem__(self, rows: slice) -> Array:
        """Return some events, (m, N, k)."""
        start, stop, _ = rows.indices(len(self))
        part = self.sequences.slice(start, max(start, stop))
        found = np.tile(self.padding, (len(part.lengths), self.length, 1))
        found[part.events, part.places] = part.content
        return found.swapaxes(1, 2) if self.transposed else found

    def mask(self, marks: str) -> Padded:
        """Return 1 where there is what it `marks`, ``objects`` or ``padding``, and 0 elsewhere, as sequences of one number.

        Examples
        --------
        >>> tracks = Sequences(np.array([[1.0], [2.0], [3.0]]), np.array([2, 0, 1]))
        >>> Padded(tracks, 2, np.zeros(1)).mask("padding")[:].tolist()
        [[[0.0], [0.0]], [[1.0], [1.0]], [[0.0], [1.0]]]
        """
        there = 1.0 if marks == "objects" else 0.0
        objects = Sequences(np.full((len(self.sequences.content), 1), there), self.sequences.lengths)
        return Padded(objects, self.length, np.array([1 - there]), self.transposed, is_mask=True)


def moments(card: Card, network: Network) -> list[tuple[Array, Array]]:
    """Return mean and spread, (k,) each, of the variables of each sequence of a network; 0 and 1 where it gets them as they are."""
    found, first = [], len(card.inputs_of(network))
    for each in card.sequences_of(network):
        after = first + len(each.variables)
        outside = network.normalisation == "outside"
        mean = np.array((network.mean or ())[first:after]) if outside else np.zeros(after - first)
        spread = np.array((network.spread or ())[first:after]) if outside else np.ones(after - first)
        found.append((mean, spread))
        first = after
    return found
