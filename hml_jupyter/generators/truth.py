"""From Pythia8's event record to flat arrays: stable particles, and where jets come from."""

from __future__ import annotations

from functools import cache
from typing import Any

import awkward as ak
import numpy as np
import numpy.typing as npt

from ..angles import wrap_phi
from .detector import Truth
from .tags import BOTTOM, CHARM, TAU, Origins

__all__ = ["flavors", "read_record"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]

#: Origins of flavour count within this acceptance (GeV; the card's for partons).
ORIGIN_PT = 1.0
ORIGIN_ETA = 2.5
#: Hadrons have PDG ids between these; nuclei and new particles lie above.
HADRONS = 100, 1_000_000
#: Charges up to this PDG id are looked up in one table.
COMMON = 6000


def read_record(prt: ak.Array, first: int, particle_data: Any) -> tuple[Truth, Origins]:
    """Return the stable particles and the origins of flavour of a batch of events.

    Parameters
    ----------
    prt : awkward array, events * var * particle
        ``prt`` of what ``Pythia.nextBatch`` returns: id, status, mother1, p, m.
    first : int
        Index of the first event.
    particle_data : pythia8mc.ParticleData
        Knows charges.
    """
    counts = np.asarray(ak.to_numpy(ak.num(prt, axis=1)))
    pid, status, mother = (_column(prt[name]) for name in ("id", "status", "mother1"))
    start = np.repeat(np.cumsum(counts) - counts, counts)
    event = np.repeat(np.arange(first, first + len(counts)), counts)
    momentum = tuple(_column(prt["p", name]) for name in ("px", "py", "pz"))
    flavor = flavors(pid, status, start + mother)
    marked = np.flatnonzero(flavor)
    pt, eta, phi = _collider(*(field[marked] for field in momentum))
    kept = np.flatnonzero((pt > ORIGIN_PT) & (np.abs(eta) < ORIGIN_ETA))
    origins = Origins(event[marked[kept]], flavor[marked[kept]], pt[kept], eta[kept], phi[kept])
    stable = np.flatnonzero(status > 0)
    kind = pid[stable].astype(np.int64)
    mass = np.maximum(_column(prt["m"])[stable], 0.0)
    where = _collider(*(field[stable] for field in momentum))
    return Truth(event[stable], kind, _charges(kind, particle_data), *where, mass), origins


def flavors(pid: Small, status: Small, mother: Ints) -> Ints:
    """Return what each entry of the record says about flavour (see `Origins`), 0 for nothing.

    Parameters
    ----------
    pid, status : array of int
        PDG ids and Pythia8's status codes.
    mother : array of int
        Place of the first mother in these same arrays.
    """
    size = np.abs(pid)
    gone = status < 0
    flavor = np.where(gone, _heavy()[np.minimum(size, HADRONS[1])], 0).astype(np.int64)
    hard = np.flatnonzero(status == -23)
    hard = hard[(size[hard] <= BOTTOM) | (size[hard] == 21)]
    flavor[hard] = -size[hard].astype(np.int64)
    taus = np.flatnonzero(gone & (size == TAU))
    if len(taus):
        # one that radiates goes on as a copy, one that decays to a lepton makes no jet
        other = mother[(size == 11) | (size == 13) | (size == TAU)]
        flavor[taus[~np.isin(taus, other)]] = TAU
    return flavor


@cache
def _heavy() -> npt.NDArray[np.int8]:
    """Return 5 for b hadrons, 4 for c hadrons and 0 for the rest, by the size of the PDG id."""
    size = np.arange(HADRONS[1] + 1)
    heaviest = np.maximum((size // 100) % 10, (size // 1000) % 10)
    table = np.where((heaviest == BOTTOM) | (heaviest == CHARM), heaviest, 0)
    table[: HADRONS[0] + 1] = 0
    table[HADRONS[1]] = 0
    return table.astype(np.int8)


def _collider(px: Floats, py: Floats, pz: Floats) -> tuple[Floats, Floats, Floats]:
    pt = np.sqrt(px**2 + py**2)
    return pt, np.arcsinh(pz / np.maximum(pt, 1e-30)), wrap_phi(np.arctan2(py, px))


def _charges(pid: Ints, particle_data: Any) -> Ints:
    common = np.abs(pid) < COMMON
    charge = _common_charges()[np.where(common, pid, 0)]
    for rare in np.unique(pid[~common]):
        charge[pid == rare] = particle_data.chargeType(int(rare)) // 3
    return charge


@cache
def _common_charges() -> Ints:
    """Return the charges of PDG ids up to `COMMON`; negative ids count from the end."""
    import pythia8mc

    data = pythia8mc.Pythia("", False).particleData
    ids = [*range(COMMON), *range(-COMMON, 0)]
    return np.array([round(data.chargeType(i) / 3) for i in ids], dtype=np.int64)


def _column(values: ak.Array) -> npt.NDArray[Any]:
    return np.asarray(ak.to_numpy(ak.flatten(values, axis=1)))
