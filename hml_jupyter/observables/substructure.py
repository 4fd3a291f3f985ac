"""Jet substructure: what the inside of a jet looks like."""

from __future__ import annotations

import awkward as ak
import numpy as np

from ..jets import particles
from ..subjets import energy_correlators
from .entries import Table
from .particles import Array, Particles

__all__ = ["ENTRIES"]

ENTRIES = Table("substructure")

_NSUBJETTINESS = "Thaler and Van Tilburg, arXiv:1011.2268, with beta = 1 and one-pass kT axes, as Delphes computes it"
_CORRELATORS = "z = pt / sum pt, beta = 1, R^2 = delta_y^2 + delta_phi^2, over the constituents; FastJet contrib"
_POSITIVE = (0, None)


@ENTRIES.row(
    "",
    "fatjet0.tau1",
    _NSUBJETTINESS,
    aliases=("TauN", "n_subjettiness", "NSubjettiness"),
    pattern=r"(?i:tau_?)([1-5])",
    family="tau{}",
    members=("tau1", "tau2", "tau3"),
    member="N-subjettiness with N = {}: small for a jet of at most N prongs",
    branches=("fatjet", "genfatjet"),
    range=_POSITIVE,
)
def tau_n(jet: Particles, n: int) -> Array:
    """N-subjettiness, tau1 to tau5."""
    return jet.floats(ak.pad_none(jet.raw("Tau"), n, axis=-1)[..., n - 1])


@ENTRIES.row(
    "",
    "fatjet0.tau21",
    _NSUBJETTINESS,
    aliases=("TauMN", "n_subjettiness_ratio", "NSubjettinessRatio"),
    pattern=r"(?i:tau_?)([1-5])([1-5])",
    family="tau{}{}",
    members=("tau21", "tau32"),
    member="tau{0} over tau{1}: small if the jet has {0} prongs rather than {1}",
    branches=("fatjet", "genfatjet"),
    range=_POSITIVE,
)
def tau_mn(jet: Particles, m: int, n: int) -> Array:
    """Ratio of N-subjettinesses: tau21 is tau2 over tau1."""
    return _ratio(tau_n(jet, m), tau_n(jet, n))


@ENTRIES.row(
    "GeV",
    "fatjet0.soft_drop_mass",
    "Larkoski, Marzani, Soyez, Thaler, arXiv:1402.2657; the field SoftDroppedMass",
    aliases=("SoftDropMass", "soft_dropped_mass"),
    branches=("fatjet", "genfatjet"),
    range=_POSITIVE,
)
def soft_drop_mass(jet: Particles) -> Array:
    """Mass of the jet after soft drop."""
    return jet["SoftDroppedMass"]


@ENTRIES.row(
    "",
    "fatjet0.energy_correlator2",
    f"e2 = sum z_i z_j R_ij, e3 = sum z_i z_j z_k R_ij R_ik R_jk; {_CORRELATORS}; Larkoski, Salam, Thaler, arXiv:1305.0007",
    pattern=r"(?:energy_correlator_?|EnergyCorrelator|e)([23])",
    family="energy_correlator{}",
    members=("energy_correlator2", "energy_correlator3"),
    member="Energy correlation function of {} constituents",
    branches=("fatjet", "jet"),
    constituents=True,
    range=_POSITIVE,
)
def energy_correlator(jet: Particles, n: int) -> Array:
    """Energy correlation function of two or three constituents, e2 and e3."""
    return _correlators(jet)[n - 2]


@ENTRIES.row(
    "",
    "fatjet0.c2",
    f"e3 / e2^2; {_CORRELATORS}; Larkoski, Salam, Thaler, arXiv:1305.0007",
    aliases=("C2", "energy_correlator_c2"),
    branches=("fatjet", "jet"),
    constituents=True,
    range=_POSITIVE,
)
def c2(jet: Particles) -> Array:
    """Double ratio of energy correlation functions: small for two prongs."""
    e2, e3 = _correlators(jet)
    return _ratio(e3, e2**2)


@ENTRIES.row(
    "",
    "fatjet0.d2",
    f"e3 / e2^3; {_CORRELATORS}; Larkoski, Moult, Neill, arXiv:1409.6298",
    aliases=("D2", "energy_correlator_d2"),
    branches=("fatjet", "jet"),
    constituents=True,
    range=_POSITIVE,
)
def d2(jet: Particles) -> Array:
    """Ratio of energy correlation functions that tells two prongs from one."""
    e2, e3 = _correlators(jet)
    return _ratio(e3, e2**3)


def _ratio(above: Array, below: Array) -> Array:
    """Return a ratio; without a denominator it is missing."""
    where = ak.where if isinstance(below, ak.Array) else np.where
    return above / where(below == 0, np.nan, below)


def _correlators(jet: Particles) -> tuple[Array, Array]:
    """Return e2 and e3 of each jet, NaN where there is none."""
    inside = jet.raw("Constituents")
    flat = ak.fill_none(inside, [], axis=0) if jet.is_single else ak.flatten(inside, axis=1)
    if not flat.fields:  # empty everywhere, so that nothing tells what they are lists of
        found = (np.full(len(flat), np.nan),) * 2
    else:
        parts = Particles(flat, "", "constituents", False, None, jet.source, f"{jet.path}.Constituents")
        found = energy_correlators(particles(parts["PT"], parts["Eta"], parts["Phi"], parts["Mass"]))
    if jet.is_single:
        return found
    counts = ak.num(inside, axis=1)
    return ak.unflatten(found[0], counts), ak.unflatten(found[1], counts)
