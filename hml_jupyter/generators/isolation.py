"""Isolated electrons, muons and photons."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .card import CMS, Card
from .detector import Flow, pick
from .pairs import pairs, within

__all__ = ["Isolated", "isolated"]

Floats = npt.NDArray[np.float64]

#: Collection -> absolute PDG id, in the order in which they are looked for: photons go before electrons.
KINDS = {"Photon": 22, "Electron": 11, "Muon": 13}


class Isolated(NamedTuple):
    """Particles of one kind that were identified and are isolated."""

    flow: Flow
    """The particles, event by event, sorted by falling pT."""
    isolation: Floats
    """Sum of the pT around each over its own."""


def isolated(flow: Flow, rng: np.random.Generator, *, card: Card | None) -> dict[str, Isolated]:
    """Return the isolated photons, electrons and muons of energy flow.

    Parameters
    ----------
    flow : Flow
        Energy flow.
    rng : numpy Generator
        Decides which are identified.
    card : Card or None
        Its efficiencies; None: all inside the acceptance of the CMS card are identified.

    Notes
    -----
    Isolation is the sum of the pT of all particles but electrons and muons above 0.5 GeV within 0.5 in eta and phi, over
    the pT of the candidate. An electron in the tower of an isolated photon is left out, as in the cards.
    """
    used = card or CMS
    kind = np.abs(flow.pid)
    around = pick(flow, np.flatnonzero((kind != 11) & (kind != 13) & (flow.pt > used.isolation_pt_min)))
    found: dict[str, Isolated] = {}
    for name, pid in KINDS.items():
        how = used.identification[name]
        some = pick(flow, np.flatnonzero(kind == pid))
        efficiency = how.efficiency(some.pt, np.abs(some.eta))
        some = pick(some, np.flatnonzero((rng.random(len(some.pt)) < efficiency) if card else (efficiency > 0)))
        ratio = _ratio(some, around, used)
        kept = ratio <= how.isolation
        if found:
            kept &= ~np.isin(some.tower, found["Photon"].flow.tower)
        where = np.flatnonzero(kept)
        where = where[np.lexsort((-some.pt[where], some.event[where]))]
        found[name] = Isolated(pick(some, where), ratio[where])
    return {name: found[name] for name in sorted(found)}


def _ratio(some: Flow, around: Flow, card: Card) -> Floats:
    mine, other = pairs(some.event, around.event)
    near = within(card.isolation_radius, (some.eta[mine], around.eta[other]), (some.phi[mine], around.phi[other]))
    itself = (some.tower[mine] == around.tower[other]) & (some.pid[mine] == around.pid[other])
    counted = np.flatnonzero(near & ~itself)
    total = np.bincount(mine[counted], weights=around.pt[other[counted]], minlength=len(some.pt))
    return total / np.maximum(some.pt, 1e-30)
