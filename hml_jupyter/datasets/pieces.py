"""Pieces of a sample: what is read at once, here or in a worker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import awkward as ak
import numpy as np
import numpy.typing as npt

from ..expressions import Node, Observable, Sum, Value
from ..observables import Events
from .columns import event_weights, needed_columns

__all__ = ["PIECE", "EventRecord", "FilePiece", "MemoryPiece", "Piece", "Record", "RootPiece", "RunPiece"]

#: Events that are read at once; it fixes no result.
PIECE = 20_000


class Record(Protocol):
    """Events, or rows of a table, whose observables can be read."""

    source: str

    def __len__(self) -> int:
        """Count the events."""

    def __call__(self, observable: Observable) -> Value:
        """Return the values for a cut."""

    def read(self, node: Sum) -> Any:
        """Return the values: NumPy (n,) with NaN, or a jagged array."""

    @property
    def weights(self) -> npt.NDArray[np.float64]:
        """(n,) weight of each event."""

    def where(self, mask: npt.NDArray[np.bool_]) -> Record:
        """Return the events where `mask` holds."""


class Piece(Protocol):
    """Some events in a row of a source; small, so that it can be sent to a worker."""

    @property
    def first(self) -> int:
        """Number of its first event in the source."""

    @property
    def here(self) -> bool:
        """Whether only this process can read it."""

    def read(self, nodes: Sequence[Node], label: str) -> Record:
        """Return the events with at least what these observables and cuts are computed from."""


class EventRecord(Events):
    """Events of the event model."""

    def __len__(self) -> int:
        """Count the events."""
        return len(self.record)

    @cached_property
    def weights(self) -> npt.NDArray[np.float64]:
        """(n,) weight of each event; 1 where they carry none."""
        return event_weights(self.record)

    def where(self, mask: npt.NDArray[np.bool_]) -> EventRecord:
        """Return the events where `mask` holds."""
        return self if mask.all() else EventRecord(self.record[mask], self.source)


@dataclass(frozen=True)
class MemoryPiece:
    """Events that are here already, or that a function here reads."""

    events: Callable[[Sequence[str] | None], ak.Array]
    first: int = 0
    here: bool = True

    def read(self, nodes: Sequence[Node], label: str) -> EventRecord:
        """Return them all."""
        return EventRecord(self.events(needed_columns(nodes)), label)


@dataclass(frozen=True)
class RunPiece:
    """Row groups of a saved run."""

    folder: Path
    groups: tuple[int, ...]
    first: int
    here: bool = False

    def read(self, nodes: Sequence[Node], label: str) -> EventRecord:
        """Return their events."""
        from ..runfile import read_groups

        return EventRecord(read_groups(self.folder, list(self.groups), needed_columns(nodes)), label)


@dataclass(frozen=True)
class RootPiece:
    """Some entries of a Delphes ROOT file."""

    file: Path
    first: int
    stop: int
    here: bool = False

    def read(self, nodes: Sequence[Node], label: str) -> EventRecord:
        """Return their events."""
        from ..delphes import read_delphes

        columns = needed_columns(nodes)
        return EventRecord(read_delphes(self.file, columns=columns, start=self.first, stop=self.stop), label)


@dataclass(frozen=True)
class FilePiece:
    """A file that is read whole."""

    file: Path
    first: int = 0
    here: bool = False

    def read(self, nodes: Sequence[Node], label: str) -> EventRecord:  # noqa: ARG002 (there are only a few)
        """Return its events."""
        from ..events import read_events

        return EventRecord(read_events(self.file), label)
