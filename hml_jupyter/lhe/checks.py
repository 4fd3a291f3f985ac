"""Whether the events of an LHE file are what the accord says, particle by particle.

Les Houches accord, Boos et al., arXiv:hep-ph/0109068 (ISTUP, MOTHUP); its files, Alwall et al., arXiv:hep-ph/0609017.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from ..errors import FileFormatError

__all__ = ["SHOWERED", "STATUS", "Particle", "check_event", "check_showered", "damaged"]

INCOMING = -1
#: Status codes of the accord: beam, space-like propagator, incoming, outgoing, resonance, documentation.
STATUS = (-9, -2, INCOMING, 1, 2, 3)
#: Those that Pythia8 showers: of the others 8.317 loses the event, does not return from it, or crashes.
SHOWERED = (INCOMING, 1, 2, 3)
#: Columns of a particle: id, status, two mothers, two colours; px, py, pz, energy, mass; lifetime, spin.
WHOLE, COLUMNS = 6, 13
#: No momentum in GeV is as large; single precision still holds it.
LARGEST = 1e30
LARGEST_ID = 2**31


class Particle(NamedTuple):
    """What of a particle decides whether its event can be."""

    pdg: int
    status: int
    first: int
    """First mother, from 1; 0 for none."""


def check_event(event: bytes, number: int, name: str) -> list[Particle]:
    """Return the particles of an event.

    Parameters
    ----------
    event : bytes
        From ``<event>`` to ``</event>``.
    number : int
        Its place in the file, from 1.
    name : str
        Of the file, for messages.

    Raises
    ------
    FileFormatError
        A line is no particle, has a status that the accord does not know, a mother that is not there or a number that is
        none, or there are more or fewer than announced; the message has the event, the particle and its line.
    """
    rows = _rows(event.splitlines(), number, name)
    particles: list[Particle] = []
    for place, row in enumerate(rows, 1):
        try:
            particles.append(_particle(row, place, len(rows)))
        except ValueError as error:
            raise damaged(name, number, str(error), place, row) from error
    if any(particle.first > place for place, particle in enumerate(particles, 1)):
        _check_circles(particles, rows, number, name)
    return particles


def check_showered(event: bytes, particles: Sequence[Particle], number: int, name: str) -> None:
    """Refuse an event that the accord knows and Pythia8 cannot shower.

    Raises
    ------
    FileFormatError
        It does not begin with its two incoming particles, or has a status or a particle without mother for which Pythia8
        crashes.
    """
    for place, particle in enumerate(particles, 1):
        if reason := _obstacle(particle, place):
            row = event.splitlines()[place + 1]
            raise damaged(name, number, reason, place, row, mend="Pythia8 cannot shower it")
    if len(particles) <= 2:
        raise damaged(name, number, "nothing comes out of it", mend="Pythia8 cannot shower it")


def damaged(
    name: str,
    number: int,
    reason: str,
    place: int = 0,
    row: bytes = b"",
    *,
    mend: str = "the file is damaged, copy or make it again",
) -> FileFormatError:
    """Return the error for an event, or for one of its particles."""
    shown = " ".join(row[:200].decode("utf-8", "replace").split())
    particle = f", particle {place} ({shown[:80]!r})" if place else ""
    return FileFormatError(f"{name}: expected an LHE file; event {number}{particle}: {reason}; {mend}")


def _rows(lines: Sequence[bytes], number: int, name: str) -> Sequence[bytes]:
    """Return the lines of the particles, as many as the event announces."""
    words = lines[1].split() if len(lines) > 1 else []
    announced = int(words[0]) if words and words[0].isdigit() else 0
    rows = lines[2 : 2 + announced]
    found = next((i for i, row in enumerate(rows) if row.lstrip()[:1] in (b"<", b"#", b"")), len(rows))
    if not announced or found < announced or _is_row(lines[2 + announced]):
        said = words[0][:20].decode("utf-8", "replace") if words else "no"
        raise damaged(name, number, f"it announces {said} particles and has {found if found < announced else 'others'}")
    return rows


def _is_row(line: bytes) -> bool:
    try:
        return len([float(word) for word in line.split()]) == COLUMNS
    except ValueError:
        return False


def _particle(row: bytes, place: int, n: int) -> Particle:
    words = row.split()
    if len(words) < COLUMNS:
        raise ValueError(f"a particle has {COLUMNS} numbers, this line {len(words)}")
    pdg, status, first, second, _, _ = map(int, words[:WHOLE])
    px, py, pz, energy, mass, lifetime, spin = map(float, words[WHOLE:COLUMNS])
    if status not in STATUS:
        raise ValueError(f"its status is {status}, and the accord has {', '.join(map(str, STATUS))}")
    if not (0 <= first <= n and 0 <= second <= n) or place in (first, second):
        raise ValueError(f"its mothers are {first} and {second}, and can be others of the {n} particles, or 0 for none")
    # of numbers that are none, or too large, this is none or too large too
    if not math.hypot(px, py, pz, energy, mass) < LARGEST:
        raise ValueError(f"its momentum and mass must be finite, and below {LARGEST:g} GeV")
    if not math.isfinite(lifetime + spin):
        raise ValueError("its lifetime and spin must be finite")
    if not abs(pdg) < LARGEST_ID:
        raise ValueError(f"{pdg} is no PDG id")
    return Particle(pdg, status, first)


def _check_circles(particles: Sequence[Particle], rows: Sequence[bytes], number: int, name: str) -> None:
    """Refuse particles that are their own ancestors."""
    sound = {0}
    for place, row in enumerate(rows, 1):
        ancestor, way = place, set[int]()
        while ancestor not in sound:
            if ancestor in way:
                raise damaged(name, number, "its mothers come from each other in a circle", place, row)
            way.add(ancestor)
            ancestor = particles[ancestor - 1].first
        sound |= way


def _obstacle(particle: Particle, place: int) -> str:
    """Tell why Pythia8 cannot shower an event with this particle; empty if it can."""
    _, status, mother = particle
    if status not in SHOWERED:
        return f"its status is {status}, and Pythia8 takes {', '.join(map(str, SHOWERED))}"
    if (status == INCOMING) != (place <= 2):
        return (
            f"its status is {status}, and of Pythia8's events the first two particles come in ({INCOMING}) and no other"
        )
    if (status == INCOMING) != (mother == 0):
        return "it comes in and has a mother" if mother else "it has no mother, and does not come in"
    return ""
