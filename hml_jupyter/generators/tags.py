"""Where jets come from, and how they are tagged."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..jets import Found, Kinematics
from .card import Card, TauTag
from .detector import Flow, pick
from .pairs import pairs, within

__all__ = ["BOTTOM", "CHARM", "TAU", "Origins", "flavors_of", "tags"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

BOTTOM, CHARM, TAU = 5, 4, 15
#: Tracks above it count as the prongs of a tau, GeV.
PRONG_PT = 1.0


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


def tags(
    found: Found,
    k: Kinematics,
    flow: Flow,
    origins: Origins,
    rng: np.random.Generator,
    *,
    radius: float,
    card: Card | None,
) -> dict[str, Ints]:
    """Return ``BTag``, ``TauTag`` and ``Flavor`` of jets.

    Parameters
    ----------
    found, k : Found, Kinematics
        The jets.
    flow : Flow
        Energy flow; its tracks are the prongs of taus.
    origins : Origins
        What is matched to the jets.
    rng : numpy Generator
        Decides tags.
    radius : float
        Up to this distance an origin is inside a jet.
    card : Card or None
        Its probabilities; None: tags tell the truth.
    """
    flavor = flavors_of(found, k, origins, radius=radius)
    jet, origin = _inside(found, k, origins, radius if card is None else card.tau_tag.radius)
    is_tau = _has(jet, origins.flavor[origin] == TAU, len(k.pt))
    if card is None:
        b_tag, tau_tag = flavor == BOTTOM, is_tau
    else:
        b_tag = rng.random(len(k.pt)) < _b_probability(card, flavor, k.pt)
        tau_tag = rng.random(len(k.pt)) < _tau_probability(
            card.tau_tag, is_tau, _one_prong(found, k, flow, card.tau_tag)
        )
    return {"BTag": b_tag.astype(np.int32), "TauTag": tau_tag.astype(np.int32), "Flavor": flavor.astype(np.int32)}


def flavors_of(found: Found, k: Kinematics, origins: Origins, *, radius: float) -> Ints:
    """Return b before c before the hardest light parton inside each jet; 0 for none."""
    jet, origin = _inside(found, k, origins, radius)
    kind = origins.flavor[origin]
    light = np.flatnonzero(kind < 0)
    light = light[np.argsort(origins.pt[origin[light]], kind="stable")]
    flavor = np.zeros(len(k.pt), dtype=np.int64)
    flavor[jet[light]] = -kind[light]  # of several the last, which is the hardest, stays
    for heavy in (CHARM, BOTTOM):
        flavor[_has(jet, kind == heavy, len(k.pt))] = heavy
    return flavor


def _inside(found: Found, k: Kinematics, origins: Origins, radius: float) -> tuple[Ints, Ints]:
    """Return pairs of a jet and an origin inside it."""
    jet, origin = pairs(found.event, origins.event)
    near = within(radius, (k.eta[jet], origins.eta[origin]), (k.phi[jet], origins.phi[origin]))
    return jet[near], origin[near]


def _has(jet: Ints, wanted: Mask, n_jets: int) -> Mask:
    return np.asarray(np.bincount(jet[wanted], minlength=n_jets) > 0)


def _b_probability(card: Card, flavor: Ints, pt: Floats) -> Floats:
    return np.where(
        flavor == BOTTOM, card.b_tag[5](pt), np.where(flavor == CHARM, card.b_tag[4](pt), card.b_tag[0](pt))
    )


def _tau_probability(tag: TauTag, is_tau: Mask, one_prong: Mask) -> Floats:
    real = np.where(one_prong, tag.one_prong, tag.more_prongs)
    return np.where(is_tau, real, np.where(one_prong, tag.fake_one, tag.fake_more))


def _one_prong(found: Found, k: Kinematics, flow: Flow, tag: TauTag) -> Mask:
    tracks = pick(flow, np.flatnonzero((flow.charge != 0) & (flow.pt > PRONG_PT)))
    jet, track = pairs(found.event, tracks.event)
    near = within(tag.radius, (k.eta[jet], tracks.eta[track]), (k.phi[jet], tracks.phi[track]))
    return np.asarray(np.bincount(jet[near], minlength=len(k.pt)) == 1)
