"""What a complete small LHE file in memory says about its events, before any shower."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..errors import FileFormatError
from .streams import lhe_pieces

__all__ = ["event_weights", "light_partons", "most_light_partons", "scales_in_place"]

GLUON = 21
#: Status of what comes in and of what goes out, in an LHE file.
INCOMING, FINAL = -1, 1
#: The first particle that goes out; two come in.
FIRST = 3
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


def scales_in_place(lhe: bytes) -> bytes:
    """Return the file with the scales of production (``<scales pt_clust_5="31.3">``) as MadEvent writes them.

    Notes
    -----
    LHEF 3 and MadEvent count all particles of an event, and a particle that no QCD emission made has the energy of the
    collision as its scale. MadSpin of MadGraph5_aMC@NLO 3.5.7 changes both. Without spin correlations it leaves out what it
    has decayed itself (``add_decay_to_particle`` of lhe_parser.py): after two tops the scale of the jet beside them would go
    to a top, and the jet would be taken for one that no emission made. With spin correlations it writes the scale of the
    event at what it has decayed (``string_event`` of MadSpin/decay.py), and the shower would begin there.
    """
    head, mark, body = lhe.partition(b"</init>")
    energies = [float(word) for word in head.partition(b"<init>")[2].split(None, 4)[2:4]]
    ecm = b"%.5f" % (2 * math.sqrt(math.prod(energies)))
    return head + mark + re.sub(rb"<event.*?</event>", lambda event: _in_place(event[0], ecm), body, flags=re.DOTALL)


def _in_place(event: bytes, ecm: bytes) -> bytes:
    scales = {int(number): scale for number, scale in re.findall(rb'pt_clust_(\d+)="([^"]*)"', event)}
    [rows] = _events(b"</init>" + event)
    status = [0, *(int(row[1]) for row in rows[1:])]
    made = [(index, status[int(row[2])]) for index, row in enumerate(rows[1:], start=1) if status[index] != INCOMING]
    decayed = {index for index, mother in made if mother == INCOMING and status[index] != FINAL}
    products = {index for index, mother in made if mother != INCOMING}
    counted = [index for index, _ in made if index not in decayed]
    if [*scales] == [index for index, _ in made]:
        forgotten = [i for i in decayed | products if math.isclose(float(scales[i]), float(rows[0][3]), rel_tol=1e-6)]
        scales |= dict.fromkeys(forgotten, ecm)
    elif [*scales] == [*range(FIRST, FIRST + len(counted))]:
        scales = dict(zip(counted, scales.values(), strict=True))
    else:
        return event
    tag = b" ".join(b'pt_clust_%d="%b"' % named for named in scales.items())
    return re.sub(rb"<scales\s[^>]*>", b"<scales " + tag + b">", event)


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
