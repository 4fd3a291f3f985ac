"""Columns of the event model out of jets and flat arrays, as awkward layouts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import awkward as ak
import numpy as np
import numpy.typing as npt

from .. import jets, subjets
from ..jets import Found, Kinematics, Momenta, phi_float32
from .detector import Flow, Truth

__all__ = ["FAT_RADIUS", "RADIUS", "inside", "lists", "missing", "momenta", "of_jets", "record"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Both experiments use R = 0.4 since 2015; the public cards still have 0.5 (CMS) and 0.6 (ATLAS).
RADIUS = 0.4
FAT_RADIUS = 0.8


def momenta(p: Flow | Truth) -> Momenta:
    """Return four-momenta, GeV."""
    pz = p.pt * np.sinh(p.eta)
    energy = np.sqrt(p.pt**2 + pz**2 + p.mass**2)
    return Momenta(p.pt * np.cos(p.phi), p.pt * np.sin(p.phi), pz, energy)


def of_jets(found: Found, k: Kinematics, charge: Ints) -> dict[str, Any]:
    """Return the momenta and charges of jets; `charge` is that of all particles."""
    jet = np.repeat(np.arange(len(found.sizes)), found.sizes)
    total = np.bincount(jet, weights=charge[found.parts], minlength=len(found.sizes))
    return {"PT": k.pt, "Eta": k.eta, "Phi": k.phi, "Mass": k.mass, "Charge": np.rint(total).astype(np.int64)}


def inside(fat: Found, p: Momenta) -> dict[str, Any]:
    """Return the substructure of fat jets out of the particles `p`."""
    tree = subjets.declustered(Momenta(*(field[fat.parts] for field in p)), fat.sizes)
    taus = subjets.taus_of(tree, radius=FAT_RADIUS).astype(np.float32)
    offsets = ak.index.Index64(np.arange(len(taus) + 1) * taus.shape[1])
    tau = ak.contents.ListOffsetArray(offsets, ak.contents.NumpyArray(taus.ravel()))
    return {"Tau": tau, "SoftDroppedMass": subjets.soft_drop_masses(tree, radius=FAT_RADIUS)}


def missing(away: Momenta, event: Ints, n_events: int) -> dict[str, Floats]:
    """Return the missing momentum of events: the sum of what is carried `away`."""
    # without any entry bincount gives whole numbers
    total = (np.bincount(event, weights=field, minlength=n_events).astype(np.float64) for field in away)
    k = jets.kinematics(Momenta(*total))
    return {"MET": k.pt, "Eta": k.eta, "Phi": k.phi}


def record(branches: Mapping[str, tuple[Ints, Mapping[str, Any]]], n_events: int) -> ak.Array:
    """Return events out of the columns of each branch and the event that each row belongs to."""
    each = [lists(np.bincount(event, minlength=n_events), columns) for event, columns in branches.values()]
    return ak.Array(ak.contents.RecordArray(each, list(branches)))


def lists(sizes: Ints, columns: Mapping[str, Any]) -> Any:
    """Return records in lists of `sizes`, as an awkward layout: numbers of 32 bits, azimuths below pi."""
    contents = [_content(name, values) for name, values in columns.items()]
    offsets = ak.index.Index64(np.concatenate([[0], np.cumsum(sizes)]))
    return ak.contents.ListOffsetArray(offsets, ak.contents.RecordArray(contents, list(columns)))


def _content(name: str, values: Any) -> Any:
    if not isinstance(values, np.ndarray):
        return values
    if name == "Phi":
        return ak.contents.NumpyArray(phi_float32(values))
    return ak.contents.NumpyArray(values.astype(np.float32 if values.dtype.kind == "f" else np.int32))
