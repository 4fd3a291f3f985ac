"""The numbers that describe a detector, and those of the public Delphes CMS card.

``cards/delphes_card_CMS.tcl`` of github.com/delphes/delphes at tag 3.5.1pre15 (the same that MadGraph5_aMC@NLO 3.5.7 brings);
Delphes: arXiv:1307.6346. Our jets have R = 0.4 where the card's have 0.5, and so has what is matched to them. Functions take flat arrays: pT and
energy in GeV, abs(eta). Resolutions of tracks are relative, those of the calorimeters absolute in GeV.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["CMS", "Calorimeter", "Card", "Identification", "Steps", "TauTag", "calorimeter"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Nothing is measured beyond this abs(eta).
CALORIMETER_ETA = 5.0


@dataclass(frozen=True)
class Steps:
    """An efficiency in steps of pT, for each region of abs(eta); 0 outside."""

    pt_edges: tuple[float, ...]
    """Rising, GeV; a step begins above its edge, the last has no end."""
    eta_edges: tuple[float, ...]
    """Upper edges of the regions."""
    values: tuple[tuple[float, ...], ...]
    """One row a region, one value a step."""

    def __call__(self, pt: Floats, eta: Floats) -> Floats:
        """Return the efficiency.

        Examples
        --------
        >>> Steps((10.0,), (1.5, 2.5), ((0.95,), (0.85,)))(np.array([5.0, 50.0, 50.0]), np.array([0.0, 0.0, 2.0])).tolist()
        [0.0, 0.95, 0.85]
        """
        step = np.searchsorted(self.pt_edges, pt, side="left")
        region = np.searchsorted(self.eta_edges, eta, side="left")
        table = np.zeros((len(self.eta_edges) + 1, len(self.pt_edges) + 1))
        table[:-1, 1:] = self.values
        return np.asarray(table[region, step])


class Calorimeter(NamedTuple):
    """One calorimeter: its towers and how well they measure."""

    eta_edges: Floats
    """Rising edges in eta."""
    phi_bins: Ints
    """Number of towers around phi in each eta bin."""
    resolution: Callable[[Floats, Floats], Floats]
    """Of energy (GeV) and abs(eta): GeV."""
    energy_min: float
    """Towers below it are dropped, GeV."""
    significance_min: float
    """Towers below this many resolutions are dropped."""


class Identification(NamedTuple):
    """How electrons, muons or photons are found and isolated."""

    efficiency: Steps
    """Probability that one which was measured is identified."""
    isolation: float
    """Largest sum of pT around it over its own pT."""


class TauTag(NamedTuple):
    """Probabilities of a tau tag."""

    radius: float
    """Up to this distance a tau and its tracks belong to a jet."""
    one_prong: float
    """For jets of hadronic taus with one track."""
    more_prongs: float
    """With more tracks."""
    fake_one: float
    """For other jets with one track."""
    fake_more: float
    """With more or none."""


@dataclass(frozen=True)
class Card:
    """Everything that distinguishes one detector from another."""

    tracking: Mapping[str, Callable[[Floats, Floats], Floats]]
    """Probability of a track by pT and abs(eta), for hadrons, electrons and muons."""
    track_resolution: Mapping[str, tuple[tuple[float, float], ...]]
    """(constant, slope per GeV) of the relative resolution for abs(eta) up to 0.5, 1.5 and 2.5."""
    ecal: Calorimeter
    """Electrons and photons."""
    hcal: Calorimeter
    """Hadrons."""
    identification: Mapping[str, Identification]
    """For ``Electron``, ``Muon`` and ``Photon``."""
    jets_from_towers: bool
    """True: jets from calorimeter towers; False: from energy flow."""
    jet_energy_scale: Callable[[Floats, Floats], Floats]
    """Factor for jets of a pT and abs(eta)."""
    b_tag: Mapping[int, Callable[[Floats], Floats]]
    """Flavour 5, 4 or 0 (others) -> probability of a b tag by pT."""
    tau_tag: TauTag
    """Probabilities of a tau tag."""
    isolation_radius: float = 0.5
    """Around electrons, muons and photons."""
    isolation_pt_min: float = 0.5
    """Particles below it do not count for isolation, GeV."""


def calorimeter(
    regions: list[tuple[npt.ArrayLike, int]],
    resolution: Callable[[Floats, Floats], Floats],
    energy_min: float,
    significance_min: float,
) -> Calorimeter:
    """Return the calorimeter of both sides from the upper edges of the regions of one side, each with its towers in phi."""
    upper = np.concatenate([np.asarray(edges, dtype=np.float64) for edges, _ in regions])
    bins = np.concatenate([np.full(np.size(edges), n, dtype=np.int64) for edges, n in regions])
    eta = np.concatenate([-upper[::-1], [0.0], upper])
    return Calorimeter(eta, np.concatenate([bins[::-1], bins]), resolution, energy_min, significance_min)


def track_resolution(card: Card, kind: str, pt: Floats, eta: Floats) -> Floats:
    """Return the relative resolution of a track's pT.

    Examples
    --------
    >>> round(float(track_resolution(CMS, "hadron", np.array([100.0]), np.array([0.0]))[0]), 4)
    0.1432
    """
    constant, slope = np.array(card.track_resolution[kind])[np.searchsorted((0.5, 1.5), eta, side="left")].T
    # Delphes takes no more than the whole pT
    return np.asarray(np.minimum(np.sqrt(constant**2 + (slope * pt) ** 2), 1.0))


def muon_tracking(pt: Floats, eta: Floats) -> Floats:
    """Return the probability of a muon's track in CMS; it falls above 1 TeV.

    Examples
    --------
    >>> muon_tracking(np.array([50.0, 3000.0]), np.array([0.0, 0.0])).round(3).tolist()
    [0.99, 0.364]
    """
    return MUON_TRACKING(pt, eta) * np.where(pt > 1000.0, np.exp(0.5 - pt * 5.0e-4), 1.0)


def ecal_resolution(energy: Floats, eta: Floats) -> Floats:
    """Return the energy resolution of an ECAL tower, GeV (shape arXiv:1306.2016, energy arXiv:1502.02701, as the card says)."""
    fine = np.sqrt((0.008 * energy) ** 2 + 0.11**2 * energy + 0.40**2)
    forward = np.sqrt((0.107 * energy) ** 2 + 2.08**2 * energy)
    return np.where(
        eta <= 1.5, (1 + 0.64 * eta**2) * fine, np.where(eta <= 2.5, (2.16 + 5.6 * (eta - 2) ** 2) * fine, forward)
    )


def hcal_resolution(energy: Floats, eta: Floats) -> Floats:
    """Return the energy resolution of an HCAL tower, GeV."""
    central = np.sqrt((0.050 * energy) ** 2 + 1.50**2 * energy)
    return np.where(eta <= 3.0, central, np.sqrt((0.130 * energy) ** 2 + 2.70**2 * energy))


def jet_energy_scale(pt: Floats, eta: Floats) -> Floats:
    """Return the factor that the card applies to jets.

    Examples
    --------
    >>> round(float(jet_energy_scale(np.array([100.0]), np.array([0.0]))[0]), 4)
    1.0308
    """
    return np.sqrt((2.5 - 0.15 * eta) ** 2 / pt + 1.0)


MUON_TRACKING = Steps((0.1, 1.0), (1.5, 2.5), ((0.75, 0.99), (0.70, 0.98)))
_FORWARD = np.array([3.125, 3.3, 3.475, 3.65, 3.825, 4.0, 4.175, 4.35, 4.525, 4.7, 5.0])
_ENDCAP = np.array([1.74, 1.83, 1.93, 2.043, 2.172, 2.322, 2.5, 2.65, 2.868, 2.95])
_LEPTON = Steps((10.0,), (1.5, 2.5), ((0.95,), (0.85,)))

CMS = Card(
    tracking={
        "hadron": Steps((0.1, 1.0), (1.5, 2.5), ((0.70, 0.95), (0.60, 0.85))),
        "electron": Steps((0.1, 1.0, 100.0), (1.5, 2.5), ((0.73, 0.95, 0.99), (0.50, 0.83, 0.90))),
        "muon": muon_tracking,
    },
    track_resolution={
        "hadron": ((0.06, 1.3e-3), (0.10, 1.7e-3), (0.25, 3.1e-3)),
        "electron": ((0.03, 1.3e-3), (0.05, 1.7e-3), (0.15, 3.1e-3)),
        "muon": ((0.01, 1.0e-4), (0.015, 1.5e-4), (0.025, 3.5e-4)),
    },
    ecal=calorimeter([(0.0174 * np.arange(1, 171), 360), (_FORWARD, 36)], ecal_resolution, 0.5, 2.0),
    hcal=calorimeter(
        [(0.087 * np.arange(1, 20), 72), (np.array([*_ENDCAP, *_FORWARD[:-2]]), 36), (_FORWARD[-2:], 18)],
        hcal_resolution,
        1.0,
        1.0,
    ),
    identification={
        "Electron": Identification(_LEPTON, 0.12),
        "Muon": Identification(Steps((10.0,), (2.4,), ((0.95,),)), 0.25),
        "Photon": Identification(_LEPTON, 0.12),
    },
    jets_from_towers=False,
    jet_energy_scale=jet_energy_scale,
    b_tag={
        5: lambda pt: 0.85 * np.tanh(0.0025 * pt) * (25.0 / (1 + 0.063 * pt)),
        4: lambda pt: 0.25 * np.tanh(0.018 * pt) / (1 + 0.0013 * pt),
        0: lambda pt: 0.01 + 0.000038 * pt,
    },
    tau_tag=TauTag(0.4, 0.6, 0.6, 0.01, 0.01),
)
