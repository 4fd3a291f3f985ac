"""What a detector sees of generated particles: columnar and parametric, after Delphes (arXiv:1307.6346).

Charged particles have a track with the card's probability, and its momentum is smeared. All hadrons leave their energy in
the towers of the HCAL, electrons and photons theirs in those of the ECAL; muons pass, neutrinos are not seen. Towers are
smeared and need energy and significance. Then tracks and towers become energy flow: what a tower holds beyond its tracks
is a neutral particle if it is significant; if not, the tracks are scaled to the best average of both measurements.

Simpler than Delphes: particles fly straight (no magnetic field, no displaced vertices in the geometry), and there is no
pile-up. ``None`` is the perfect detector that measures every visible particle as it was generated.
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from .atlas import ATLAS
from .card import CALORIMETER_ETA, CMS, Calorimeter, Card, track_resolution

__all__ = ["DETECTORS", "Flow", "Measured", "Truth", "detect", "is_invisible", "perfect", "pick", "select"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

#: Neutrinos, and sneutrinos, neutralinos and the gravitino of supersymmetry.
INVISIBLE = (12, 14, 16, 1000012, 1000014, 1000016, 1000022, 1000023, 1000025, 1000035, 1000039, 1000045)
#: What energy flow calls a hadron, charged or neutral.
CHARGED_HADRON, NEUTRAL_HADRON = 211, 130
KINDS = {11: "electron", 13: "muon"}


class Truth(NamedTuple):
    """Stable particles of many events in flat arrays."""

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
    pid: Ints
    """What it was taken for: +-11, +-13, 22, +-211, 130."""
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
    tower: Ints
    """Number of the calorimeter tower that it hit or is, unique among all events; negative for muons."""


class Measured(NamedTuple):
    """What a detector makes of events."""

    flow: Flow
    """Energy flow: tracks, and towers without what their tracks brought."""
    seen: Flow
    """What jets and missing momentum are made of: the energy flow, or towers and muons."""


T = TypeVar("T", Truth, Flow)


class _Deposits(NamedTuple):
    """The towers of one calorimeter that were hit."""

    key: Ints
    """Numbers of the towers, rising by event."""
    of: Ints
    """Which of them each particle has hit."""
    energy: Floats
    """What the particles brought, GeV."""


def is_invisible(pid: Ints) -> Mask:
    """Tell which particles only interact weakly."""
    return np.isin(np.abs(pid), INVISIBLE)


def select(truth: Truth) -> Truth:
    """Return the particles that a detector could see: nothing that only interacts weakly, abs(eta) < 5."""
    seen = (np.abs(truth.eta) < CALORIMETER_ETA) & (truth.pt > 0) & ~is_invisible(truth.pid)
    return pick(truth, np.flatnonzero(seen))


def perfect(truth: Truth) -> Measured:
    """Return every visible particle as it was generated."""
    kind = np.abs(truth.pid)
    hadron = (kind != 11) & (kind != 13) & (kind != 22)
    pid = np.where(hadron, np.where(truth.charge != 0, CHARGED_HADRON * truth.charge, NEUTRAL_HADRON), truth.pid)
    flow = Flow(truth.event, pid, *truth[2:], tower=np.arange(len(pid)))
    return Measured(flow, flow)


def detect(truth: Truth, card: Card, rng: np.random.Generator) -> Measured:
    """Return what the detector of a card measures.

    Parameters
    ----------
    truth : Truth
        Visible particles (`select`).
    card : Card
        Numbers of the detector.
    rng : numpy Generator
        All randomness comes from it.
    """
    kind = np.abs(truth.pid)
    electromagnetic = (kind == 11) | (kind == 22)
    muon = kind == 13
    tracked = _tracked(truth, card, rng)
    parts, towers = [], []
    for which, calorimeter, neutral in (
        (electromagnetic, card.ecal, 22),
        (~electromagnetic & ~muon, card.hcal, NEUTRAL_HADRON),
    ):
        found, all_towers = _flow(pick(truth, np.flatnonzero(which)), tracked[which], card, calorimeter, neutral, rng)
        parts += found
        towers.append(all_towers)
    where = np.flatnonzero(muon & tracked)
    muons, _ = _tracks(pick(truth, where), -1 - np.arange(len(where)), card, rng)
    flow = _joined([*parts, muons])
    return Measured(flow, _joined([*towers, muons]) if card.jets_from_towers else flow)


def _flow(
    hits: Truth, tracked: Mask, card: Card, calorimeter: Calorimeter, neutral: int, rng: np.random.Generator
) -> tuple[list[Flow], Flow]:
    """Return the energy flow of one calorimeter (tracks and neutral excess), and its towers."""
    where = np.flatnonzero(tracked)
    deposits = _deposits(hits, calorimeter)
    tower, energy, sigma = _towers(deposits, calorimeter, neutral, rng)
    of, n = deposits.of[where], len(deposits.key)
    tracks, resolution = _tracks(pick(hits, where), tower.tower[of], card, rng)
    track_energy = _energy(tracks)
    charged, variance = _sums(of, track_energy, n), _sums(of, (resolution * track_energy) ** 2, n)
    excess = np.maximum(energy - charged, 0.0)
    is_neutral = (excess > calorimeter.energy_min) & (
        excess > calorimeter.significance_min * np.sqrt(variance + sigma**2)
    )
    scale = np.ones(n)
    shared = ~is_neutral & (charged > 0)
    best = (charged * sigma**2 + energy * variance)[shared] / (sigma**2 + variance)[shared]
    scale[shared] = best / charged[shared]
    left = pick(tower, np.flatnonzero(is_neutral))
    found = [tracks._replace(pt=tracks.pt * scale[of]), left._replace(pt=(excess / np.cosh(tower.eta))[is_neutral])]
    return found, pick(tower, np.flatnonzero(energy > 0))


def _tracked(truth: Truth, card: Card, rng: np.random.Generator) -> Mask:
    """Tell which particles have a track."""
    where = np.flatnonzero(truth.charge)
    eta, kind, pt = np.abs(truth.eta[where]), np.abs(truth.pid[where]), truth.pt[where]
    efficiency = card.tracking["hadron"](pt, eta)
    for pid, name in KINDS.items():
        some = np.flatnonzero(kind == pid)
        efficiency[some] = card.tracking[name](pt[some], eta[some])
    tracked = np.zeros(len(truth.pid), dtype=np.bool_)
    tracked[where] = rng.random(len(where)) < efficiency
    return tracked


def _tracks(truth: Truth, tower: Ints, card: Card, rng: np.random.Generator) -> tuple[Flow, Floats]:
    """Return the measured tracks, which point to these towers, and their relative resolutions."""
    eta, kind = np.abs(truth.eta), np.abs(truth.pid)
    resolution = track_resolution(card, "hadron", truth.pt, eta)
    pid = CHARGED_HADRON * truth.charge
    for lepton, name in KINDS.items():
        some = np.flatnonzero(kind == lepton)
        resolution[some] = track_resolution(card, name, truth.pt[some], eta[some])
        pid[some] = truth.pid[some]
    pt = _log_normal(truth.pt, resolution * truth.pt, rng)
    return Flow(truth.event, pid, truth.charge, pt, truth.eta, truth.phi, truth.mass, tower), resolution


def _deposits(hits: Truth, calorimeter: Calorimeter) -> _Deposits:
    bins = calorimeter.phi_bins
    eta_bin = np.clip(np.searchsorted(calorimeter.eta_edges, hits.eta, side="right") - 1, 0, len(bins) - 1)
    phi_bin = ((hits.phi + np.pi) / (2 * np.pi) * bins[eta_bin]).astype(np.int64)
    key = (hits.event * len(bins) + eta_bin) * 512 + np.minimum(phi_bin, bins[eta_bin] - 1)
    towers, of = np.unique(key, return_inverse=True)
    # the last edge of the grid may lie inside the acceptance
    energy = np.where(np.abs(hits.eta) < calorimeter.eta_edges[-1], _energy(hits), 0.0)
    return _Deposits(towers, of, _sums(of, energy, len(towers)))


def _towers(
    deposits: _Deposits, calorimeter: Calorimeter, pid: int, rng: np.random.Generator
) -> tuple[Flow, Floats, Floats]:
    """Return all towers that were hit, their energies (0 below threshold) and resolutions; towers are massless."""
    n, bins = len(deposits.key), calorimeter.phi_bins
    event, cell = np.divmod(deposits.key // 512, len(bins))
    low, high = calorimeter.eta_edges[cell], calorimeter.eta_edges[cell + 1]
    centre = np.abs(low + high) / 2
    energy = _log_normal(deposits.energy, calorimeter.resolution(deposits.energy, centre), rng)
    sigma = calorimeter.resolution(energy, centre)
    energy[(energy < calorimeter.energy_min) | (energy < calorimeter.significance_min * sigma)] = 0.0
    eta = low + (high - low) * rng.random(n)
    phi = (deposits.key % 512 + rng.random(n)) / bins[cell] * 2 * np.pi - np.pi
    phi[phi >= np.pi] = -np.pi
    nothing = np.zeros(n, dtype=np.int64)
    number = 2 * deposits.key + (pid == NEUTRAL_HADRON)
    tower = Flow(event, nothing + pid, nothing, energy / np.cosh(eta), eta, phi, np.zeros(n), number)
    return tower, energy, sigma


def _sums(of: Ints, values: Floats, n: int) -> Floats:
    return np.bincount(of, weights=values, minlength=n).astype(np.float64, copy=False)


def _energy(p: Truth | Flow) -> Floats:
    return np.sqrt((p.pt * np.cosh(p.eta)) ** 2 + p.mass**2)


def _log_normal(mean: Floats, width: Floats, rng: np.random.Generator) -> Floats:
    """Return positive random numbers with this mean and standard deviation, as Delphes smears."""
    ratio = np.divide(width, mean, out=np.zeros_like(mean), where=mean > 0)
    b2 = np.log1p(ratio**2)
    return np.asarray(mean * np.exp(np.sqrt(b2) * rng.standard_normal(len(mean)) - 0.5 * b2))


def pick(p: T, which: Ints) -> T:
    """Return the particles at these places."""
    return p._replace(**{name: values[which] for name, values in p._asdict().items()})


def _joined(parts: list[Flow]) -> Flow:
    """Return the particles of all parts, sorted by event."""
    event = np.concatenate([part.event for part in parts])
    order = np.argsort(event, kind="stable")
    return Flow._make(np.concatenate(fields)[order] for fields in zip(*parts, strict=True))


#: What can be asked for as ``detector=``.
DETECTORS: dict[str | None, Card | None] = {"cms": CMS, "atlas": ATLAS, None: None}
