"""One event of a HepMC file: its lines, and the graph of particles and vertices that they tell."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..errors import FileFormatError
from .text import EXPECTED, Piece, shown

__all__ = ["Graph", "parse", "version_of", "weight_names"]

NO_MOTHER = -1
NOTHING = (NO_MOTHER, NO_MOTHER)
#: No vertex has as many particles; a damaged number would ask for their memory.
MOST = 1_000_000


class Graph(NamedTuple):
    """An event as its lines tell it."""

    number: int
    """As the generator counts."""
    weights: list[float]
    """Empty where the file has none."""
    weight_names: list[str]
    """Of HepMC 2; those of version 3 stand before the first event."""
    sigma: tuple[float, float]
    """Cross section and its error, pb; NaN where the file has none."""
    unit: str | None
    """``GEV``, ``MEV`` or None."""
    particles: npt.NDArray[np.float64]
    """(n, 7): PID, px, py, pz, E, mass, status."""
    mothers: npt.NDArray[np.int64]
    """(n, 2): places of the first and last mother; -1 for none, and for the last where there is one."""


class _Lines(ABC):
    """Collects the lines of an event: those of particles as they are, to be read at once, the others by `handlers`."""

    def __init__(self) -> None:
        self.number = 0
        #: Particles, and vertices, that the event says it has.
        self.announced = self.announced_vertices = 0
        self.weights: list[float] = []
        self.names: list[str] = []
        self.sigma = (np.nan, np.nan)
        self.unit: str | None = None
        #: Lines of particles.
        self.rows: list[bytes] = []
        #: Vertex -> ids of the particles that go into it.
        self.incoming: dict[int, list[int]] = {}
        self.handlers: dict[int, Callable[[bytes], None]] = {
            ord("E"): self.event,
            ord("P"): self.rows.append,
            ord("V"): self.vertex,
            ord("U"): self.units,
        }

    @abstractmethod
    def event(self, row: bytes) -> None: ...

    @abstractmethod
    def vertex(self, row: bytes) -> None: ...

    @abstractmethod
    def particle(self, row: bytes) -> list[bytes]:
        """Return the words of a particle that are numbers to keep, always as many; ValueError if it is none."""

    @abstractmethod
    def graph(self, table: npt.NDArray[np.float64]) -> tuple[list[int], npt.NDArray[np.float64]]:
        """Return for each particle the vertex, or the particle, that it comes from, and what `Graph` says of it."""

    @abstractmethod
    def vertices(self, parents: Sequence[int]) -> int:
        """Return how many vertices the lines have told of."""

    def units(self, row: bytes) -> None:
        self.unit = {b"GEV": "GEV", b"MEV": "MEV"}[row.split()[1]]

    def mothers(self, parents: Sequence[int]) -> list[tuple[int, int]]:
        """Return the places of the first and last mother of each particle."""
        bounds = {vertex: (min(ids) - 1, max(ids) - 1) for vertex, ids in self.incoming.items() if ids}
        return [(parent - 1, parent - 1) if parent > 0 else bounds.get(parent, NOTHING) for parent in parents]


class _Three(_Lines):
    """HepMC 3: particles count from 1 and name the particle or the vertex (below 0) that they come from."""

    def __init__(self) -> None:
        super().__init__()
        self.handlers |= {ord("W"): self.weight, ord("A"): self.attribute}

    def event(self, row: bytes) -> None:
        self.number, self.announced_vertices, self.announced = (int(word) for word in row.split()[1:4])

    def vertex(self, row: bytes) -> None:
        words = row.split()
        self.incoming[int(words[1])] = [int(word) for word in words[3].strip(b"[]").split(b",") if word]

    def particle(self, row: bytes) -> list[bytes]:
        words = row.split()
        if len(words) != 10:
            raise ValueError
        return words[1:]

    def graph(self, table: npt.NDArray[np.float64]) -> tuple[list[int], npt.NDArray[np.float64]]:
        if not np.array_equal(table[:, 0], np.arange(1, len(table) + 1)):
            raise ValueError
        return [int(parent) for parent in table[:, 1].tolist()], table[:, 2:]

    def vertices(self, parents: Sequence[int]) -> int:
        return len(self.incoming) + len({parent for parent in parents if parent > 0})

    def weight(self, row: bytes) -> None:
        self.weights = [float(word) for word in row.split()[1:]]

    def attribute(self, row: bytes) -> None:
        words = row.split()
        if words[1:3] == [b"0", b"GenCrossSection"]:
            self.sigma = (float(words[3]), float(words[4]))


class _Two(_Lines):
    """HepMC 2: particles follow the vertex that they come out of, or go into if nothing made them, and name the one they go into."""

    def __init__(self) -> None:
        super().__init__()
        self.handlers |= {ord("N"): self.named_weights, ord("C"): self.cross_section}
        #: For each particle that is announced the vertex that it comes from; 0 for none.
        self.parents: list[int] = []
        self.seen = 0

    def event(self, row: bytes) -> None:
        words = row.split()
        self.number, self.announced_vertices = int(words[1]), int(words[8])
        after = 12 + int(words[11])
        self.weights = [float(word) for word in words[after + 1 :]]
        if len(self.weights) != int(words[after]):
            raise ValueError

    def vertex(self, row: bytes) -> None:
        words = row.split()
        barcode, orphans, products = int(words[1]), int(words[7]), int(words[8])
        if max(orphans, products) > MOST:
            raise ValueError
        self.parents += [0] * orphans + [barcode] * products
        self.announced = len(self.parents)
        self.incoming.setdefault(barcode, [])
        self.seen += 1

    def particle(self, row: bytes) -> list[bytes]:
        words = row.split()
        if len(words) != 13 + 2 * int(words[12]):
            raise ValueError
        return words[2:9] + words[11:12]

    def graph(self, table: npt.NDArray[np.float64]) -> tuple[list[int], npt.NDArray[np.float64]]:
        for place, end in enumerate(table[:, 7].tolist(), start=1):
            if end:
                self.incoming.setdefault(int(end), []).append(place)
        return self.parents, table[:, :7]

    def vertices(self, parents: Sequence[int]) -> int:  # noqa: ARG002
        return max(self.seen, len(self.incoming))

    def named_weights(self, row: bytes) -> None:
        self.names = [name.decode("utf-8", "replace") for name in re.findall(rb'"([^"]*)"', row)]

    def cross_section(self, row: bytes) -> None:
        words = row.split()
        self.sigma = (float(words[1]), float(words[2]))


#: The line that comes before the first event -> how to read what follows.
STARTS: dict[bytes, type[_Lines]] = {
    b"HepMC::IO_GenEvent-START_EVENT_LISTING": _Two,
    b"HepMC::Asciiv3-START_EVENT_LISTING": _Three,
}


def version_of(head: Piece) -> type[_Lines]:
    """Return how the events of a file are read from what comes before the first.

    Raises
    ------
    FileFormatError
        Neither version 2 nor 3.
    """
    found = next((version for start, version in STARTS.items() if start in head.text), None)
    if found is None:
        msg = f"{head.name}: expected {EXPECTED} of version 2 (IO_GenEvent) or 3 (Asciiv3); found {shown(head.text)}"
        raise FileFormatError(msg)
    return found


def weight_names(head: Piece) -> list[str]:
    """Return the names of the weights that stand before the first event of a file of version 3."""
    found = re.search(rb"^W (.*?)\r?$", head.text, re.MULTILINE)
    return [name.decode("utf-8", "replace") for name in found[1].split(rb"\|")] if found else []


def parse(piece: Piece, version: type[_Lines]) -> Graph:
    """Return an event.

    Raises
    ------
    FileFormatError
        A line that is none of the format, lines that are missing, or numbers that fit nothing.
    """
    lines = version()
    handlers = lines.handlers
    for line, row in piece.rows():
        handle = handlers.get(row[0])
        if handle is not None:
            try:
                handle(row)
            except (ValueError, IndexError, KeyError) as error:
                raise _strange(piece, line, row) from error
    n = len(lines.rows)
    if lines.announced != n:
        raise piece.damaged(piece.line, f"it announces {lines.announced} particles and has {n}")
    table = _table(piece, lines)
    try:
        parents, particles = lines.graph(table)
    except (ValueError, OverflowError) as error:
        raise piece.damaged(piece.line, "its particles are not numbered one after the other") from error
    if lines.announced_vertices != lines.vertices(parents):
        found = lines.vertices(parents)
        raise piece.damaged(piece.line, f"it announces {lines.announced_vertices} vertices and has {found}")
    try:
        mothers = np.array(lines.mothers(parents), dtype=np.int64).reshape(n, 2)
    except OverflowError as error:
        raise piece.damaged(piece.line, "a particle comes from one that is not there") from error
    if not _is_sound(parents, mothers, lines.incoming):
        raise piece.damaged(piece.line, "a particle comes from one that is not there")
    mothers[mothers[:, 0] == mothers[:, 1], 1] = NO_MOTHER
    return Graph(lines.number, lines.weights, lines.names, lines.sigma, lines.unit, particles, mothers)


def _table(piece: Piece, lines: _Lines) -> npt.NDArray[np.float64]:
    """Return the numbers of all particles, one row each."""
    if not lines.rows:
        return np.zeros((0, 9))
    try:
        return _floats([word for row in lines.rows for word in lines.particle(row)]).reshape(len(lines.rows), -1)
    except (ValueError, IndexError) as error:
        for line, row in piece.rows():
            if row[:1] == b"P" and not _is_particle(row, lines):
                raise _strange(piece, line, row) from error
        raise


def _is_particle(row: bytes, lines: _Lines) -> bool:
    try:
        return len(_floats(lines.particle(row))) > 0
    except (ValueError, IndexError):
        return False


def _floats(words: list[bytes]) -> npt.NDArray[np.float64]:
    """Return numbers; Arrow reads those with 17 digits several times faster than Python."""
    import pyarrow as pa

    values: npt.NDArray[np.float64] = pa.array(words, pa.string()).cast(pa.float64()).to_numpy(zero_copy_only=False)
    return values


def _strange(piece: Piece, line: int, row: bytes) -> FileFormatError:
    return piece.damaged(line, f"{shown(row)} is not what HepMC writes")


def _is_sound(parents: Sequence[int], mothers: npt.NDArray[np.int64], vertices: dict[int, list[int]]) -> bool:
    in_range = bool(np.all((mothers >= NO_MOTHER) & (mothers < len(parents))))
    return in_range and all(parent >= 0 or parent in vertices for parent in parents)
