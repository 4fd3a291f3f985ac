"""What a complete small LHE file in memory says about its events, before any shower."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..errors import FileFormatError
from .streams import lhe_pieces

__all__ = ["event_weights", "light_partons", "most_light_partons"]

GLUON = 21
#: Status of what comes in and of what goes out, in an LHE file.
INCOMING, FINAL = -1, 1
#: Strategy of `<init>` in which each event has its own weight; in the others only the sign counts.
WEIGHTED = 4
#: Events that are read at once.
SIZE = 1000


def event_weights(lhe: bytes) -> npt.NDArray[np.float64]:
    """Return the weights of the events as Pythia8 takes them: as they are written (strategy 4), or their signs.

    Notes
    -----
    Boos et al., arXiv:hep-ph/0109068, table 1 (IDWTUP).
    """
    weights = np.array([float(rows[0][2]) for rows in _events(lhe)])
    strategy = abs(int(lhe.partition(b"<init>")[2].split(None, 9)[8]))
    return weights if strategy == WEIGHTED else np.sign(weights)


def light_partons(lhe: bytes, flavours: int) -> npt.NDArray[np.int64]:
    """Return for each event the number of gluons and quarks up to `flavours` that go out and come out of no resonance."""
    light = {GLUON, *range(1, flavours + 1)}
    return np.array([_count(rows, light) for rows in _events(lhe)], dtype=np.int64)


def most_light_partons(path: Path, flavours: int) -> int:
    """Return the largest number of light partons of any event of a file; see `light_partons`.

    Raises
    ------
    FileFormatError
        It is cut short, or is no LHE file.
    """
    try:
        return max((int(light_partons(piece, flavours).max()) for piece in lhe_pieces(path, SIZE)), default=0)
    except (IndexError, ValueError) as error:
        msg = f"{path.name}: expected an LHE file; a particle of an event cannot be read ({error})"
        raise FileFormatError(msg) from error


def _events(lhe: bytes) -> Iterator[list[list[bytes]]]:
    """Yield the words of the first line and of the particles of every event."""
    for text in lhe.partition(b"</init>")[2].split(b"<event")[1:]:
        lines = text.split(b"\n")[1:]
        yield [line.split() for line in lines[: 1 + int(lines[0].split()[0])]]


def _count(rows: list[list[bytes]], light: set[int]) -> int:
    status = [0, *(int(row[1]) for row in rows[1:])]
    return sum(
        status[i] == FINAL and abs(int(row[0])) in light and status[int(row[2])] in (INCOMING, 0)
        for i, row in enumerate(rows[1:], start=1)
    )
