"""Jets, tags, isolated particles and missing momentum from what a detector measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import awkward as ak
import numpy as np
import numpy.typing as npt

from .. import jets
from ..jets import Found, Momenta
from .branches import FAT_RADIUS, RADIUS, inside, lists, missing, momenta, of_jets, record
from .card import Card
from .detector import Flow, Measured
from .isolation import Isolated, isolated
from .tags import Origins, tags

__all__ = ["reconstruct"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

PT_MIN = 20.0
ETA_MAX = 5.0
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
    p = momenta(seen)
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
        "FatJet": (fat.event, _columns(fat, jets.kinematics(fat.p), seen) | inside(fat, p)),
        **{name: (found.flow.event, _identified(name, found)) for name, found in particles.items()},
        "MissingET": (each, missing(Momenta(*(-field for field in p)), seen.event, n_events)),
        "ScalarHT": (each, {"HT": ht}),
    }
    return record(branches, n_events)


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
    fields = {"PT": seen.pt, "Eta": seen.eta, "Phi": seen.phi, "Mass": seen.mass, "Charge": seen.charge}
    parts = {name: values[found.parts] for name, values in fields.items()}
    return {**of_jets(found, k, seen.charge), "Constituents": lists(found.sizes, parts)}


def _identified(name: str, found: Isolated) -> dict[str, Any]:
    flow = found.flow
    charge = {} if name == "Photon" else {"Charge": flow.charge}
    return {"PT": flow.pt, "Eta": flow.eta, "Phi": flow.phi, **charge, "IsolationVar": found.isolation}
