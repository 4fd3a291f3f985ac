"""What a detector sees of generated particles: thin, columnar and parametric.

``"cms"`` uses the numbers of the public Delphes CMS card (`card`): charged particles are measured by the tracker where it
finds them; photons, electrons without a track and neutral or untracked hadrons by the towers of the two calorimeters;
muons without a track and neutrinos leave nothing. Simpler than Delphes: no bending in the magnetic field, tracks and
towers do not overlap (perfect subtraction), no pile-up, no isolated leptons and photons. ``None`` keeps every visible
particle as it was generated.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..jets import wrap_phi
from . import card

__all__ = ["DETECTORS", "Flow", "Truth", "cms", "perfect", "select"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

INVISIBLE = (12, 14, 16)


class Truth(NamedTuple):
    """Stable visible particles of many events in flat arrays."""

    event: Ints
    """Index of the event; rising."""
    pid: Ints
    """PDG id."""
    charge: Ints
    """Charge in units of e."""
    pt: Floats
    """Transverse momentum, GeV."""
    eta: Floats
    """Pseudorapidity."""
    phi: Floats
    """Azimuth in [-pi, pi)."""
    mass: Floats
    """Mass, GeV."""


class Flow(NamedTuple):
    """Measured particles of many events in flat arrays."""

    event: Ints
    """Index of the event; rising."""
    pt: Floats
    """Transverse momentum, GeV."""
    eta: Floats
    """Pseudorapidity."""
    phi: Floats
    """Azimuth in [-pi, pi)."""
    mass: Floats
    """Mass, GeV."""
    charge: Ints
    """Charge in units of e."""


def select(truth: Truth) -> Truth:
    """Return the particles that a detector could see: no neutrinos, abs(eta) < 5."""
    seen = ~np.isin(np.abs(truth.pid), INVISIBLE) & (np.abs(truth.eta) < card.CALORIMETER_ETA) & (truth.pt > 0)
    return _pick(truth, seen)


def perfect(truth: Truth, rng: np.random.Generator) -> Flow:
    """Return every visible particle as it was generated; `rng` is not used."""
    del rng
    return Flow(truth.event, truth.pt, truth.eta, truth.phi, truth.mass, truth.charge)


def cms(truth: Truth, rng: np.random.Generator) -> Flow:
    """Return what a CMS-like detector measures.

    Parameters
    ----------
    truth : Truth
        Visible particles (`select`).
    rng : numpy Generator
        All randomness comes from it.

    Returns
    -------
    Flow
        Tracks and calorimeter towers, sorted by event.
    """
    tracked, resolution = _tracking(truth, rng)
    kind = np.abs(truth.pid)
    electromagnetic = ~tracked & np.isin(kind, (11, 22))
    hadronic = ~tracked & ~np.isin(kind, (11, 13, 22))
    parts = [
        _tracks(_pick(truth, tracked), resolution[tracked], rng),
        _towers(_pick(truth, electromagnetic), card.ECAL, card.ecal_resolution, rng),
        _towers(_pick(truth, hadronic), card.HCAL, card.hcal_resolution, rng),
    ]
    joined = Flow._make(np.concatenate(fields) for fields in zip(*parts, strict=True))
    order = np.argsort(joined.event, kind="stable")
    return Flow._make(field[order] for field in joined)


def _pick(truth: Truth, mask: npt.NDArray[np.bool_]) -> Truth:
    return Truth._make(field[mask] for field in truth)


def _tracking(truth: Truth, rng: np.random.Generator) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Return which particles have a track, and its relative resolution."""
    eta, kind = np.abs(truth.eta), np.abs(truth.pid)
    names = {"electron": kind == 11, "muon": kind == 13, "hadron": (kind != 11) & (kind != 13)}
    efficiency, resolution = np.zeros(len(kind)), np.zeros(len(kind))
    for name, mask in names.items():
        efficiency[mask] = card.track_efficiency(name, truth.pt[mask], eta[mask])
        resolution[mask] = card.track_resolution(name, truth.pt[mask], np.minimum(eta[mask], card.TRACKER_ETA))
    found = rng.random(len(kind)) < efficiency
    return found & (truth.charge != 0), resolution


def _tracks(truth: Truth, resolution: Floats, rng: np.random.Generator) -> Flow:
    pt = _log_normal(truth.pt, resolution * truth.pt, rng)
    return Flow(truth.event, pt, truth.eta, truth.phi, truth.mass, truth.charge)


def _towers(
    truth: Truth, grid: card.Grid, resolution: Callable[[Floats, Floats], Floats], rng: np.random.Generator
) -> Flow:
    """Sum the energies in each tower, smear them, drop what is not significant; towers are massless."""
    eta_bin = np.clip(np.searchsorted(grid.eta_edges, truth.eta, side="right") - 1, 0, len(grid.phi_bins) - 1)
    phi_bin = ((truth.phi + np.pi) / (2 * np.pi) * grid.phi_bins[eta_bin]).astype(np.int64)
    key = (truth.event * len(grid.phi_bins) + eta_bin) * 512 + np.minimum(phi_bin, grid.phi_bins[eta_bin] - 1)
    towers, where = np.unique(key, return_inverse=True)
    particle_energy = np.hypot(truth.pt * np.cosh(truth.eta), truth.mass)
    true_energy: Floats = np.bincount(where, weights=particle_energy, minlength=len(towers)).astype(np.float64)
    event, cell = np.divmod(towers // 512, len(grid.phi_bins))
    low, high = grid.eta_edges[cell], grid.eta_edges[cell + 1]
    eta = low + (high - low) * rng.random(len(towers))
    phi = (towers % 512 + rng.random(len(towers))) / grid.phi_bins[cell] * 2 * np.pi - np.pi
    centre = np.abs(low + high) / 2
    energy = _log_normal(true_energy, resolution(true_energy, centre), rng)
    kept = (energy > grid.energy_min) & (energy > grid.significance_min * resolution(energy, centre))
    nothing = np.zeros(int(kept.sum()))
    return Flow(
        event[kept], (energy / np.cosh(eta))[kept], eta[kept], wrap_phi(phi[kept]), nothing, nothing.astype(np.int64)
    )


def _log_normal(mean: Floats, width: Floats, rng: np.random.Generator) -> Floats:
    """Return positive random numbers with this mean and standard deviation, as Delphes smears."""
    ratio = np.divide(width, mean, out=np.zeros_like(mean), where=mean > 0)
    b = np.sqrt(np.log1p(ratio**2))
    return np.asarray(mean * np.exp(b * rng.standard_normal(len(mean)) - 0.5 * b**2))


#: What can be asked for as ``detector=``.
DETECTORS: dict[str | None, Callable[[Truth, np.random.Generator], Flow]] = {"cms": cms, None: perfect}
