"""Jets, tags and missing momentum from measured particles."""

from __future__ import annotations

from typing import NamedTuple

import awkward as ak
import numpy as np
import numpy.typing as npt

from .. import jets
from . import card
from .detector import Flow

__all__ = ["Origins", "reconstruct"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

JET = {"radius": 0.4, "pt_min": 20.0, "eta_max": 5.0}
FAT_JET = {"radius": 0.8, "pt_min": 200.0}
BOTTOM, CHARM, TAU = 5, 4, 15


class Origins(NamedTuple):
    """Where jets come from: b and c hadrons, taus that decay to hadrons, partons of the hard process; flat arrays."""

    event: Ints
    """Index of the event; rising."""
    flavor: Ints
    """5 for b hadrons, 4 for c hadrons, 15 for taus; minus the PDG id's size for light partons."""
    pt: Floats
    """Transverse momentum, GeV."""
    eta: Floats
    """Pseudorapidity."""
    phi: Floats
    """Azimuth."""


def reconstruct(flow: Flow, origins: Origins, n_events: int, rng: np.random.Generator, *, measured: bool) -> ak.Array:
    """Return the event model (without ``Event``) of measured particles.

    Parameters
    ----------
    flow : Flow
        Measured particles.
    origins : Origins
        What flavours are matched to, within the jet radius.
    n_events : int
        Number of events; some may have no particle.
    rng : numpy Generator
        Decides tags.
    measured : bool
        True: b and tau tags with the efficiencies of the card, and its energy scale for jets (fat jets have none there);
        False: tags tell the truth and jets are what they are.

    Notes
    -----
    Missing momentum is minus the sum of all measured particles; HT the sum of the pT of the jets. Jets are selected with
    their pT before the energy scale, as in the card.
    """
    counts = np.bincount(flow.event, minlength=n_events)
    columns = (ak.unflatten(ak.Array(field), counts) for field in flow[1:])
    pt, eta, phi, mass, charge = columns
    p = jets.particles(pt, eta, phi, mass, charge=charge)
    small, small_parts = jets.cluster(p, **JET)
    if measured:
        small, small_parts = _calibrated(small, small_parts)
    fat, fat_parts = jets.cluster(p, **FAT_JET)
    jet = _jets(small, small_parts)
    fat_jet = _jets(fat, fat_parts)
    jet |= _tags(jet, origins, n_events, rng, measured=measured)
    fat_jet["Tau"] = _float32(jets.n_subjettiness(fat_parts, radius=FAT_JET["radius"]))
    fat_jet["SoftDroppedMass"] = _float32(jets.soft_drop_mass(fat_parts, radius=FAT_JET["radius"]))
    return ak.zip(
        {
            "Jet": ak.zip(jet, depth_limit=2),
            "FatJet": ak.zip(fat_jet, depth_limit=2),
            "MissingET": _missing(p),
            "ScalarHT": ak.zip({"HT": _one(_float32(ak.sum(jet["PT"], axis=1)))}),
        },
        depth_limit=1,
    )


def _calibrated(p: ak.Array, constituents: ak.Array) -> tuple[ak.Array, ak.Array]:
    """Return jets scaled by the card's energy scale, and sorted again."""
    k = jets.kinematics(p)
    scale = card.jet_energy_scale(k.pt, abs(k.eta))
    order = ak.argsort(k.pt * scale, axis=1, ascending=False, stable=True)
    scaled = ak.zip({name: p[name] * scale for name in ("px", "py", "pz", "E")}, with_name="Momentum4D")
    return scaled[order], constituents[order]


def _jets(p: ak.Array, constituents: ak.Array) -> dict[str, ak.Array]:
    k = jets.kinematics(constituents)
    parts = ak.zip({**_collider(k), "Charge": ak.values_astype(constituents.charge, np.int32)})
    charge = ak.values_astype(ak.sum(constituents.charge, axis=2), np.int32)
    return {**_collider(jets.kinematics(p)), "Charge": charge, "Constituents": parts}


def _collider(k: jets.Kinematics) -> dict[str, ak.Array]:
    return {"PT": _float32(k.pt), "Eta": _float32(k.eta), "Phi": jets.phi_float32(k.phi), "Mass": _float32(k.mass)}


def _tags(
    jet: dict[str, ak.Array], origins: Origins, n_events: int, rng: np.random.Generator, *, measured: bool
) -> dict[str, ak.Array]:
    counts = ak.num(jet["PT"], axis=1)
    flavor, is_tau = _flavors(jet, origins, n_events)
    pt = np.asarray(ak.to_numpy(ak.flatten(jet["PT"])), dtype=np.float64)
    if measured:
        b_tag = rng.random(len(pt)) < card.b_tag_efficiency(flavor, pt)
        tau_tag = rng.random(len(pt)) < np.where(is_tau, card.TAU_EFFICIENCY[15], card.TAU_EFFICIENCY[0])
    else:
        b_tag, tau_tag = flavor == BOTTOM, is_tau
    columns = {"BTag": b_tag, "TauTag": tau_tag, "Flavor": flavor}
    return {name: ak.unflatten(ak.Array(values.astype(np.int32)), counts) for name, values in columns.items()}


def _flavors(jet: dict[str, ak.Array], origins: Origins, n_events: int) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Return the flavour of each jet (flat) and whether a hadronic tau is in it."""
    near = ak.Array(np.bincount(origins.event, minlength=n_events))
    o = ak.zip(
        {name: ak.unflatten(ak.Array(values), near) for name, values in origins._asdict().items() if name != "event"}
    )
    d_eta = jet["Eta"][:, :, None] - o.eta[:, None, :]
    d_phi = jets.delta_phi(jet["Phi"][:, :, None], o.phi[:, None, :])
    inside = np.hypot(d_eta, d_phi) < JET["radius"]
    flavor = ak.broadcast_arrays(o.flavor[:, None, :], inside)[0]
    pt = ak.where(inside & (flavor < 0), ak.broadcast_arrays(o.pt[:, None, :], inside)[0], -1.0)
    hardest = ak.argmax(pt, axis=2, keepdims=True)
    light = ak.fill_none(ak.where(pt[hardest] > 0, -flavor[hardest], 0), 0)
    has = {kind: ak.any(inside & (flavor == kind), axis=2) for kind in (BOTTOM, CHARM, TAU)}
    best = ak.where(has[BOTTOM], BOTTOM, ak.where(has[CHARM], CHARM, light[:, :, 0]))
    return np.asarray(ak.to_numpy(ak.flatten(best)), dtype=np.int64), np.asarray(
        ak.to_numpy(ak.flatten(has[TAU])), dtype=np.bool_
    )


def _missing(p: ak.Array) -> ak.Array:
    total = ak.zip({name: -ak.sum(p[name], axis=1) for name in ("px", "py", "pz")} | {"E": ak.sum(p.E, axis=1)})
    k = jets.kinematics(total)
    return ak.zip({"MET": _one(_float32(k.pt)), "Eta": _one(_float32(k.eta)), "Phi": _one(jets.phi_float32(k.phi))})


def _one(values: ak.Array) -> ak.Array:
    """Return a list of one for each event, as Delphes stores it."""
    return ak.from_regular(ak.Array(np.asarray(ak.to_numpy(values))[:, None]), axis=1)


def _float32(values: ak.Array) -> ak.Array:
    return ak.values_astype(values, np.float32)
