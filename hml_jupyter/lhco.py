"""LHCO files, the tables of the LHC Olympics: one row for each object that a detector found."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import awkward as ak
import numpy as np
import numpy.typing as npt

from .errors import FileFormatError
from .jets import phi_float32
from .masses import mass_of
from .streams import unpacked

__all__ = ["is_lhco", "read_lhco"]

EXPECTED = "an LHCO file"
#: What the second column of a row says.
PHOTON, ELECTRON, MUON, TAU, JET, MISSING = 0, 1, 2, 3, 4, 6
KINDS = (PHOTON, ELECTRON, MUON, TAU, JET, MISSING)
#: No number is as large; those of events are whole, and others are kept in single precision.
LARGEST = 2.0**62
#: Columns of an object: number, type, eta, phi, pt, jmass, ntrk, btag, had/em and two that say nothing.
COLUMNS, NEEDED = 11, 9
#: Places of two of them, and tracks at most.
PT, TRACKS, MOST_TRACKS = 4, 6, 2**31
#: A comment of this many bytes at the most comes before the first event: the banner of the generator.
BANNER = 1 << 22
_START = re.compile(rb"\s*0\s+\d+(\s+[-+.\w]+)*\s*$")


class Table(NamedTuple):
    """All rows of a file, one entry for each object."""

    event: npt.NDArray[np.int64]
    """Index of the event; rising."""
    kind: npt.NDArray[np.int64]
    """Second column."""
    eta: npt.NDArray[np.float64]
    phi: npt.NDArray[np.float64]
    pt: npt.NDArray[np.float64]
    """GeV."""
    mass: npt.NDArray[np.float64]
    """GeV."""
    tracks: npt.NDArray[np.float64]
    """Number of tracks, with the sign of the charge for leptons and taus."""
    b_tag: npt.NDArray[np.float64]
    """1 or 2 for a loose or tight tag."""
    had_over_em: npt.NDArray[np.float64]


def is_lhco(path: Path) -> bool:
    """Tell whether a file begins, after comments, with an event of an LHCO file.

    Parameters
    ----------
    path : Path
        It may be gzipped.
    """
    with unpacked(path, EXPECTED) as stream:
        for line in stream.read(BANNER).splitlines():
            if line.strip() and not line.lstrip().startswith(b"#"):
                return _START.match(line) is not None
            if line.split()[:4] == [b"#", b"typ", b"eta", b"phi"]:
                return True
    return False


def read_lhco(path: Path) -> ak.Array:
    """Return the events of an LHCO file.

    Parameters
    ----------
    path : Path
        ``.lhco`` or gzipped.

    Returns
    -------
    awkward array
        ``Event`` (Number, Weight = 1), ``Jet``, ``Electron``, ``Muon``, ``Photon``, ``MissingET`` and ``ScalarHT``, each by
        falling pT, GeV. Taus are jets with TauTag = 1, as in Delphes; one that is listed as a jet too is taken once. BTag is 1
        for loose and tight tags.

    Raises
    ------
    FileFormatError
        A line that is none of the format, a file that is cut short or holds no event; the message names the line.

    Notes
    -----
    The format is described on the page "How to read LHC Olympics data files" of the LHC Olympics,
    http://madgraph.phys.ucl.ac.be/Manual/lhco.html.
    """
    with unpacked(path, EXPECTED) as stream:
        numbers, values = _parse(path.name, stream)
    columns = np.frombuffer(values, dtype=np.float64).reshape(-1, NEEDED).T
    table = Table(columns[0].astype(np.int64), columns[1].astype(np.int64), *columns[2:])
    if not numbers:
        msg = f"{path.name}: expected {EXPECTED} with events; found none"
        raise FileFormatError(msg)
    _check_end(path.name, table, len(numbers))
    return _events(table, np.frombuffer(numbers, dtype=np.int64))


def _parse(name: str, lines: Iterable[bytes]) -> tuple[array[int], array[float]]:
    """Return the numbers of the events, and for each object its event and columns two to nine."""
    numbers, values = array("q"), array("d")
    width = 0
    for number, row in _rows(name, lines):
        if row[0] == 0:
            numbers.append(int(row[1]))
            continue
        width = width or len(row)
        if len(row) != width or width < NEEDED:
            raise _broken(
                name, number, f"an object has {width if width >= NEEDED else COLUMNS} columns, this line {len(row)}"
            )
        if row[1] not in KINDS:
            raise _broken(name, number, f"{row[1]:g} is no type of an object; they are {', '.join(map(str, KINDS))}")
        if row[PT] < 0 or abs(row[TRACKS]) >= MOST_TRACKS:
            raise _broken(name, number, f"an object has no pT of {row[PT]:g} GeV and {row[TRACKS]:g} tracks")
        if not numbers:
            raise _broken(name, number, "it stands before the first event, whose line begins with 0")
        values.append(len(numbers) - 1)
        values.extend(row[1:NEEDED])
    return numbers, values


def _rows(name: str, lines: Iterable[bytes]) -> Iterator[tuple[int, list[float]]]:
    """Yield the numbers of each line that is no comment, with its place from 1."""
    for number, line in enumerate(lines, start=1):
        text = line.split(b"#")[0].split()
        if not text:
            continue
        try:
            row = [float(word) for word in text]
        except ValueError as error:
            raise _broken(
                name, number, f"{line[:60].decode('utf-8', 'replace').strip()!r} is no row of numbers"
            ) from error
        if len(row) < 2 or not max(map(abs, row)) < LARGEST or not all(map(np.isfinite, row)):
            raise _broken(name, number, f"{line[:60].decode('utf-8', 'replace').strip()!r} is no row of the table")
        yield number, row


def _broken(name: str, line: int, reason: str) -> FileFormatError:
    return FileFormatError(
        f"{name}: expected {EXPECTED}; line {line} cannot be read: {reason}; the file is damaged or cut short, copy or make it again"
    )


def _check_end(name: str, table: Table, n_events: int) -> None:
    """Refuse a file whose last event lacks the missing momentum that all others have: it was cut between two rows."""
    found = np.bincount(table.event[table.kind == MISSING], minlength=n_events)
    if n_events > 1 and found[-1] == 0 and found[:-1].all():
        msg = (
            f"{name}: expected {EXPECTED}; the last event ({n_events}) has no missing momentum, all others have one: "
            "the file is cut short, copy or make it again"
        )
        raise FileFormatError(msg)


def _events(table: Table, numbers: npt.NDArray[np.int64]) -> ak.Array:
    n = len(numbers)
    one = np.ones(n, dtype=np.int64)
    branches: dict[str, ak.Array] = {"Event": _jagged(one, {"Number": numbers, "Weight": np.ones(n)})}
    jets = _sorted(table, _is_jet(table))
    branches["Jet"] = _jets(jets, n)
    for branch, kind in (("Electron", ELECTRON), ("Muon", MUON), ("Photon", PHOTON)):
        branches[branch] = _others(branch, _sorted(table, table.kind == kind), n)
    missing = _sorted(table, table.kind == MISSING)
    flat = {"MET": _float32(missing.pt), "Eta": _float32(missing.eta), "Phi": phi_float32(missing.phi)}
    branches["MissingET"] = _jagged(np.bincount(missing.event, minlength=n), flat)
    branches["ScalarHT"] = _jagged(one, {"HT": _float32(np.bincount(jets.event, weights=jets.pt, minlength=n))})
    return ak.zip(branches, depth_limit=1)


def _is_jet(table: Table) -> npt.NDArray[np.bool_]:
    """Tell which rows are jets: those of type tau, and those of type jet that are not a tau's second row."""
    keys = list(zip(table.event.tolist(), table.eta.tolist(), table.phi.tolist(), table.pt.tolist(), strict=True))
    taus = {keys[i] for i in np.flatnonzero(table.kind == TAU)}
    twice = np.array([key in taus for key in keys], dtype=bool)
    return np.asarray((table.kind == TAU) | ((table.kind == JET) & ~twice), dtype=np.bool_)


def _sorted(table: Table, chosen: npt.NDArray[np.bool_]) -> Table:
    part = Table._make(column[chosen] for column in table)
    order = np.lexsort((-part.pt, part.event))
    return Table._make(column[order] for column in part)


def _jets(table: Table, n_events: int) -> ak.Array:
    is_tau = table.kind == TAU
    flat = {
        **_direction(table),
        "Mass": _float32(table.mass),
        "Charge": _int32(np.where(is_tau, np.sign(table.tracks), 0)),
        "BTag": _int32(~is_tau & (table.b_tag > 0)),
        "TauTag": _int32(is_tau),
        "NCharged": _int32(np.abs(table.tracks)),
        "EhadOverEem": _float32(table.had_over_em),
    }
    return _jagged(np.bincount(table.event, minlength=n_events), flat)


def _others(branch: str, table: Table, n_events: int) -> ak.Array:
    flat = _direction(table)
    if branch != "Photon":
        flat["Charge"] = _int32(np.sign(table.tracks))
    if branch != "Muon":
        flat["EhadOverEem"] = _float32(table.had_over_em)
    flat["Mass"] = np.full(len(table.pt), mass_of(branch), dtype=np.float32)
    return _jagged(np.bincount(table.event, minlength=n_events), flat)


def _direction(table: Table) -> dict[str, Any]:
    return {"PT": _float32(table.pt), "Eta": _float32(table.eta), "Phi": phi_float32(table.phi)}


def _jagged(counts: npt.NDArray[Any], flat: dict[str, Any]) -> ak.Array:
    return ak.unflatten(ak.zip(flat), counts)


def _float32(values: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    return values.astype(np.float32)


def _int32(values: npt.NDArray[Any]) -> npt.NDArray[np.int32]:
    return values.astype(np.int32)
