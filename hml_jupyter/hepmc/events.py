"""HepMC events as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any, NamedTuple

import awkward as ak
import numpy as np
import numpy.typing as npt

from .. import progress
from ..errors import FileFormatError
from ..fourvectors import pt_eta_phi
from ..streams import unpacked
from .graph import Graph, parse, version_of, weight_names
from .text import EXPECTED, Piece, pieces

__all__ = ["hepmc_batches", "read_hepmc"]

#: No id, status or momentum reaches it; it fits into 32 bits.
LARGEST = 2.0**31


class _Event(NamedTuple):
    number: int
    weights: npt.NDArray[np.float64]
    sigma: tuple[float, float]
    particles: dict[str, npt.NDArray[Any]]


def read_hepmc(path: Path) -> ak.Array:
    """Return the events of a HepMC file.

    Parameters
    ----------
    path : Path
        ASCII of HepMC 2 (``IO_GenEvent``) or 3 (``Asciiv3``), or gzipped.

    Returns
    -------
    awkward array
        ``Event`` (Number, Weight, and CrossSection, CrossSectionError in pb as the generator knew them at this event, NaN where
        it did not tell) and ``Particle`` (PID, Status, Charge, Mass, E, PT, Eta, Phi, M1, M2; GeV). M1 and M2 are the places of
        the first and last mother in ``Particle``, from 0, and -1 for none (M2 also where there is one only), as in Delphes; eta
        along the beam is +-inf, the charge of what is not in the PDG's scheme 0 and that of quarks cut to a whole number. Files
        with more than one weight get ``Weight`` (Weight), in the order of ``events.attrs["weight_names"]``.

    Raises
    ------
    FileFormatError
        It is cut short, damaged or holds no event; the message names event and line.

    Notes
    -----
    Dobbs, Hansen, Comput. Phys. Commun. 134 (2001) 41; Buckley et al., arXiv:1912.08005.
    """
    with unpacked(path, EXPECTED) as stream:
        names: list[str] = []
        events = list(_events(path.name, stream, names))
    if not events:
        msg = f"{path.name}: expected {EXPECTED} with events; found none"
        raise FileFormatError(msg)
    return _assembled(events, names)


def hepmc_batches(path: Path, *, size: int = 1000) -> Iterator[ak.Array]:
    """Yield the events of a HepMC file, `size` at a time, in memory that does not grow with the file.

    Parameters
    ----------
    path, size
        The file; events in a batch, the last may hold fewer.

    Raises
    ------
    FileFormatError
        When the damaged or missing place is reached; batches before it have been given out.
    """
    with unpacked(path, EXPECTED) as stream:
        names: list[str] = []
        events = _events(path.name, stream, names)
        while batch := list(islice(events, size)):
            yield _assembled(batch, names)


def _events(name: str, stream: IO[bytes], names: list[str]) -> Iterator[_Event]:
    """Yield events; `names` gets the names of the weights."""
    found = pieces(name, stream)
    head = next(found)
    version = version_of(head)
    names[:] = weight_names(head)
    for piece in found:
        graph = parse(piece, version)
        if graph.unit is None and piece.number == 1:
            progress.notice(f"{name}: the file does not tell its units; GeV is assumed")
        names[:] = names or graph.weight_names
        yield _compact(piece, graph)


def _compact(piece: Piece, graph: Graph) -> _Event:
    """Return what is kept of an event, as arrays in GeV."""
    values = graph.particles.T
    weights = np.array(graph.weights or [1.0])
    if not (np.abs(values) < LARGEST).all() or not np.isfinite(weights[0]) or abs(graph.number) >= LARGEST:
        raise piece.damaged(piece.line, "a momentum, an id or the weight is no number that can be")
    pid, *momentum, status = values
    px, py, pz, energy, mass = (each * (0.001 if graph.unit == "MEV" else 1.0) for each in momentum)
    pt, eta, phi = pt_eta_phi(px, py, pz)
    integers = {"PID": pid, "Status": status, "M1": graph.mothers[:, 0], "M2": graph.mothers[:, 1]}
    floats = {"Mass": mass, "E": energy, "PT": pt, "Eta": eta, "Phi": phi}
    particles = {field: column.astype(np.int32) for field, column in integers.items()}
    particles |= {field: column.astype(np.float32) for field, column in floats.items()}
    return _Event(graph.number, weights, graph.sigma, particles)


def _assembled(events: list[_Event], weight_names: list[str]) -> ak.Array:
    n = len(events)
    sigma, error = np.array([event.sigma for event in events]).T
    weight = np.array([event.weights[0] for event in events])
    one = np.ones(n, dtype=np.int64)
    header = {
        "Number": np.array([event.number for event in events]),
        "Weight": weight,
        "CrossSection": sigma,
        "CrossSectionError": error,
    }
    branches = {"Event": ak.unflatten(ak.zip(header), one)}
    columns = {name: np.concatenate([event.particles[name] for event in events]) for name in events[0].particles}
    columns["Charge"] = _charges(columns["PID"])
    branches["Particle"] = ak.unflatten(ak.zip(columns), _counts(event.particles["PID"] for event in events))
    if any(len(event.weights) > 1 for event in events):
        flat = np.concatenate([event.weights for event in events])
        branches["Weight"] = ak.unflatten(ak.zip({"Weight": flat}), _counts(event.weights for event in events))
    array: ak.Array = ak.zip(branches, depth_limit=1)
    if len(weight_names) > 1:
        array.attrs["weight_names"] = list(weight_names)
    return array


def _counts(lists: Iterable[npt.NDArray[Any]]) -> npt.NDArray[np.int64]:
    return np.array([len(each) for each in lists], dtype=np.int64)


def _charges(pid: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    from particle import pdgid

    kinds, where = np.unique(pid, return_inverse=True)
    return np.array([int(pdgid.charge(int(kind)) or 0) for kind in kinds], dtype=np.int32)[where]
