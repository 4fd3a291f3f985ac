"""Jets, tags, isolated particles and missing momentum from what a detector measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import awkward as ak
import numpy as np
import numpy.typing as npt

from .. import jets, subjets
from ..jets import Found, Momenta, phi_float32
from .card import Card
from .detector import Flow, Measured
from .isolation import Isolated, isolated
from .tags import Origins, tags

__all__ = ["reconstruct"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Both experiments use R = 0.4 since 2015; the public cards still have 0.5 (CMS) and 0.6 (ATLAS).
RADIUS = 0.4
PT_MIN = 20.0
ETA_MAX = 5.0
FAT_RADIUS = 0.8
FAT_PT_MIN = 200.0


def reconstruct(
    measured: Measured, origins: Origins, n_events: int, rng: np.random.Generator, *, card: Card | None
) -> ak.Array:
    """Return the event model (without ``Event``) of measured particles.

    Parameters
    ----------
    measured : Measured
        What the detector saw.
    origins : Origins
        What flavours are matched to, within the jet radius.
    n_events : int
        Number of events; some may have no particle.
    rng : numpy Generator
        Decides tags and identification.
    card : Card or None
        Its efficiencies, tags and energy scale for jets (fat jets have none there). None: all that is inside the acceptance
        is identified, tags tell the truth and jets are what they are.

    Notes
    -----
    As in the cards: missing momentum is minus the sum of all measured particles (the ATLAS card's leaves muons out, here they
    belong to it for both); jets are selected with their pT before the energy scale; jets that hold an isolated electron, muon or photon are left out (fat jets are not); HT is the sum of the pT
    of jets and isolated particles.
    """
    seen = measured.seen
    p = _momenta(seen)
    counts = np.bincount(seen.event, minlength=n_events)
    particles = isolated(measured.flow, rng, card=card)
    jet = jets.find_jets(p, counts, radius=RADIUS, pt_min=PT_MIN, eta_max=ETA_MAX)
    jet = _calibrated(_without(jet, seen, particles), card)
    fat = jets.find_jets(p, counts, radius=FAT_RADIUS, pt_min=FAT_PT_MIN)
    k = jets.kinematics(jet.p)
    tagged = tags(jet, k, measured.flow, origins, rng, radius=RADIUS, card=card)
    summed = [(jet.event, k.pt), *((found.flow.event, found.flow.pt) for found in particles.values())]
    # without any entry bincount gives whole numbers
    ht = np.sum([np.bincount(event, weights=pt, minlength=n_events) for event, pt in summed], axis=0, dtype=np.float64)
    each = np.arange(n_events)
    branches = {
        "Jet": (jet.event, _columns(jet, k, seen) | tagged),
        "FatJet": (fat.event, _columns(fat, jets.kinematics(fat.p), seen) | _inside(fat, p)),
        **{name: (found.flow.event, _identified(name, found)) for name, found in particles.items()},
        "MissingET": (each, _missing(p, seen.event, n_events)),
        "ScalarHT": (each, {"HT": ht}),
    }
    lists = [_lists(np.bincount(event, minlength=n_events), columns) for event, columns in branches.values()]
    return ak.Array(ak.contents.RecordArray(lists, list(branches)))


def _momenta(flow: Flow) -> Momenta:
    pz = flow.pt * np.sinh(flow.eta)
    energy = np.sqrt(flow.pt**2 + pz**2 + flow.mass**2)
    return Momenta(flow.pt * np.cos(flow.phi), flow.pt * np.sin(flow.phi), pz, energy)


def _without(found: Found, seen: Flow, particles: Mapping[str, Isolated]) -> Found:
    """Return the jets that hold no isolated particle."""
    towers = np.concatenate([each.flow.tower for each in particles.values()])
    shared = np.isin(seen.tower[found.parts], towers)
    jet = np.repeat(np.arange(len(found.sizes)), found.sizes)
    return found.take(np.flatnonzero(np.bincount(jet[shared], minlength=len(found.sizes)) == 0))


def _calibrated(found: Found, card: Card | None) -> Found:
    """Return jets scaled by the card's energy scale, and sorted again."""
    if card is None:
        return found
    k = jets.kinematics(found.p)
    scale = card.jet_energy_scale(k.pt, np.abs(k.eta))
    scaled = found._replace(p=Momenta(*(field * scale for field in found.p)))
    return scaled.take(np.lexsort((-k.pt * scale, found.event)))


def _columns(found: Found, k: jets.Kinematics, seen: Flow) -> dict[str, Any]:
    jet = np.repeat(np.arange(len(found.sizes)), found.sizes)
    charge = seen.charge[found.parts]
    parts = {
        "PT": seen.pt[found.parts],
        "Eta": seen.eta[found.parts],
        "Phi": seen.phi[found.parts],
        "Mass": seen.mass[found.parts],
        "Charge": charge,
    }
    total = np.rint(np.bincount(jet, weights=charge, minlength=len(found.sizes))).astype(np.int64)
    own = {"PT": k.pt, "Eta": k.eta, "Phi": k.phi, "Mass": k.mass, "Charge": total}
    return {**own, "Constituents": _lists(found.sizes, parts)}


def _inside(fat: Found, p: Momenta) -> dict[str, Any]:
    tree = subjets.declustered(Momenta(*(field[fat.parts] for field in p)), fat.sizes)
    taus = subjets.taus_of(tree, radius=FAT_RADIUS).astype(np.float32)
    offsets = ak.index.Index64(np.arange(len(taus) + 1) * taus.shape[1])
    tau = ak.contents.ListOffsetArray(offsets, ak.contents.NumpyArray(taus.ravel()))
    return {"Tau": tau, "SoftDroppedMass": subjets.soft_drop_masses(tree, radius=FAT_RADIUS)}


def _identified(name: str, found: Isolated) -> dict[str, Any]:
    flow = found.flow
    charge = {} if name == "Photon" else {"Charge": flow.charge}
    return {"PT": flow.pt, "Eta": flow.eta, "Phi": flow.phi, **charge, "IsolationVar": found.isolation}


def _missing(p: Momenta, event: Ints, n_events: int) -> dict[str, Floats]:
    total = Momenta(*(np.zeros(n_events) - np.bincount(event, weights=field, minlength=n_events) for field in p))
    k = jets.kinematics(total)
    return {"MET": k.pt, "Eta": k.eta, "Phi": k.phi}


def _lists(sizes: Ints, columns: Mapping[str, Any]) -> Any:
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
