"""The numbers of the public Delphes CMS card, ``cards/delphes_card_CMS.tcl`` of github.com/delphes/delphes (arXiv:1307.6346).

Every function takes flat arrays: pT and energy in GeV, abs(eta). Resolutions of tracks are relative, those of the
calorimeters absolute in GeV.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = [
    "ECAL",
    "HCAL",
    "TAU_EFFICIENCY",
    "Grid",
    "b_tag_efficiency",
    "ecal_resolution",
    "hcal_resolution",
    "jet_energy_scale",
    "track_efficiency",
    "track_resolution",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

TRACKER_ETA = 2.5
CALORIMETER_ETA = 5.0
TAU_EFFICIENCY = {15: 0.6, 0: 0.01}

#: kind of particle -> (pT edges, efficiency in the barrel, efficiency in the endcap) between the edges and above the last
TRACKING = {
    "hadron": ((0.1, 1.0), (0.70, 0.95), (0.60, 0.85)),
    "electron": ((0.1, 1.0, 100.0), (0.73, 0.95, 0.99), (0.50, 0.83, 0.90)),
    "muon": ((0.1, 1.0), (0.75, 0.99), (0.70, 0.98)),
}
#: kind of particle -> (constant, slope per GeV) for abs(eta) up to 0.5, 1.5 and 2.5
TRACK_RESOLUTION = {
    "hadron": ((0.06, 1.3e-3), (0.10, 1.7e-3), (0.25, 3.1e-3)),
    "electron": ((0.03, 1.3e-3), (0.05, 1.7e-3), (0.15, 3.1e-3)),
    "muon": ((0.01, 1.0e-4), (0.015, 1.5e-4), (0.025, 3.5e-4)),
}


class Grid(NamedTuple):
    """The towers of a calorimeter."""

    eta_edges: Floats
    """Rising edges in eta."""
    phi_bins: Ints
    """Number of towers around phi in each eta bin."""
    energy_min: float
    """Towers below it are dropped, GeV."""
    significance_min: float
    """Towers below this many resolutions are dropped."""


def track_efficiency(kind: str, pt: Floats, eta: Floats) -> Floats:
    """Return the probability of a track for hadrons, electrons or muons.

    Examples
    --------
    >>> track_efficiency("hadron", np.array([0.5, 50.0, 50.0]), np.array([0.0, 0.0, 2.0])).tolist()
    [0.7, 0.95, 0.85]
    """
    edges, barrel, endcap = TRACKING[kind]
    place = np.searchsorted(edges, pt, side="left") - 1
    value = np.where(eta <= 1.5, np.take(barrel, np.maximum(place, 0)), np.take(endcap, np.maximum(place, 0)))
    if kind == "muon":
        value = value * np.where(pt > 1000.0, np.exp(0.5 - pt * 5.0e-4), 1.0)
    return np.where((place < 0) | (eta > TRACKER_ETA), 0.0, value)


def track_resolution(kind: str, pt: Floats, eta: Floats) -> Floats:
    """Return the relative resolution of a track's pT.

    Examples
    --------
    >>> round(float(track_resolution("hadron", np.array([100.0]), np.array([0.0]))[0]), 4)
    0.1432
    """
    constants = np.array(TRACK_RESOLUTION[kind])[np.searchsorted((0.5, 1.5), eta, side="left")]
    return np.asarray(np.hypot(constants[:, 0], constants[:, 1] * pt))


def ecal_resolution(energy: Floats, eta: Floats) -> Floats:
    """Return the energy resolution of an ECAL tower, GeV."""
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


def b_tag_efficiency(flavor: Ints, pt: Floats) -> Floats:
    """Return the probability of a b tag for jets of a flavour (5, 4, or anything else).

    Examples
    --------
    >>> b_tag_efficiency(np.array([5, 4, 21]), np.array([100.0] * 3)).round(3).tolist()
    [0.713, 0.209, 0.014]
    """
    b = 0.85 * np.tanh(0.0025 * pt) * (25.0 / (1 + 0.063 * pt))
    c = 0.25 * np.tanh(0.018 * pt) / (1 + 0.0013 * pt)
    return np.where(flavor == 5, b, np.where(flavor == 4, c, 0.01 + 0.000038 * pt))


def _grid(regions: list[tuple[npt.ArrayLike, int]], energy_min: float, significance_min: float) -> Grid:
    """Return the grid of both sides from the upper edges of the regions of one side, each with its towers in phi."""
    upper = np.concatenate([np.asarray(edges, dtype=np.float64) for edges, _ in regions])
    bins = np.concatenate([np.full(np.size(edges), n, dtype=np.int64) for edges, n in regions])
    eta = np.concatenate([-upper[::-1], [0.0], upper])
    return Grid(eta, np.concatenate([bins[::-1], bins]), energy_min, significance_min)


_FORWARD = np.array([3.125, 3.3, 3.475, 3.65, 3.825, 4.0, 4.175, 4.35, 4.525, 4.7, 5.0])
ECAL = _grid([(0.0174 * np.arange(1, 171), 360), (_FORWARD, 36)], 0.5, 2.0)
HCAL = _grid(
    [
        (0.087 * np.arange(1, 20), 72),
        (np.array([1.74, 1.83, 1.93, 2.043, 2.172, 2.322, 2.5, 2.65, 2.868, 2.95, *_FORWARD[:-2]]), 36),
        (_FORWARD[-2:], 18),
    ],
    1.0,
    1.0,
)
