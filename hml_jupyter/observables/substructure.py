"""Jet substructure: what the inside of a jet looks like."""

from __future__ import annotations

import awkward as ak
import numpy as np

from .entries import Array, Particles, Table

__all__ = ["ENTRIES"]

ENTRIES = Table("substructure")

_NSUBJETTINESS = "Thaler and Van Tilburg, arXiv:1011.2268, with beta = 1 and one-pass kT axes, as Delphes computes it"


@ENTRIES.row(
    "",
    "fatjet0.tau1",
    _NSUBJETTINESS,
    aliases=("TauN", "n_subjettiness", "NSubjettiness"),
    pattern=r"(?i:tau_?)([1-5])",
    family="tau{}",
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
)
def tau_mn(jet: Particles, m: int, n: int) -> Array:
    """Ratio of N-subjettinesses: tau21 is tau2 over tau1."""
    below = tau_n(jet, n)
    where = ak.where if isinstance(below, ak.Array) else np.where
    # without a denominator the ratio is missing
    return tau_n(jet, m) / where(below == 0, np.nan, below)


@ENTRIES.row(
    "GeV",
    "fatjet0.soft_drop_mass",
    "Larkoski, Marzani, Soyez, Thaler, arXiv:1402.2657; the field SoftDroppedMass",
    aliases=("SoftDropMass", "soft_dropped_mass"),
)
def soft_drop_mass(jet: Particles) -> Array:
    """Mass of the jet after soft drop."""
    return jet["SoftDroppedMass"]
