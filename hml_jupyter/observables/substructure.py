"""Jet substructure: what the inside of a jet looks like."""

from __future__ import annotations

import awkward as ak
import numpy as np

from .entries import Array, Entry, Particles

__all__ = ["ENTRIES"]

_NSUBJETTINESS = "Thaler and Van Tilburg, arXiv:1011.2268, with beta = 1 and one-pass kT axes, as Delphes computes it"


def tau_n(jet: Particles, n: int) -> Array:
    """N-subjettiness."""
    return jet.floats(ak.pad_none(jet.raw("Tau"), n, axis=-1)[..., n - 1])


def tau_mn(jet: Particles, m: int, n: int) -> Array:
    """Ratio of N-subjettinesses; NaN where the denominator is 0."""
    below = tau_n(jet, n)
    where = ak.where if isinstance(below, ak.Array) else np.where
    return tau_n(jet, m) / where(below == 0, np.nan, below)


def soft_drop_mass(jet: Particles) -> Array:
    """Mass after soft drop."""
    return jet["SoftDroppedMass"]


ENTRIES = (
    Entry(
        "tau_n",
        "",
        "one",
        "fatjet0.tau1",
        "N-subjettiness, N from 1 to 5: tau1, tau2 ...",
        _NSUBJETTINESS,
        tau_n,
        ("TauN", "n_subjettiness", "NSubjettiness"),
        pattern=r"(?i:tau_?)([1-5])",
        family="tau{}",
        group="substructure",
    ),
    Entry(
        "tau_mn",
        "",
        "one",
        "fatjet0.tau21",
        "ratio of N-subjettinesses: tau21 is tau2 over tau1",
        _NSUBJETTINESS,
        tau_mn,
        ("TauMN", "n_subjettiness_ratio", "NSubjettinessRatio"),
        pattern=r"(?i:tau_?)([1-5])([1-5])",
        family="tau{}{}",
        group="substructure",
    ),
    Entry(
        "soft_drop_mass",
        "GeV",
        "one",
        "fatjet0.soft_drop_mass",
        "mass of the jet after soft drop",
        "Larkoski, Marzani, Soyez, Thaler, arXiv:1402.2657; the field SoftDroppedMass",
        soft_drop_mass,
        ("SoftDropMass", "soft_dropped_mass"),
        group="substructure",
    ),
)
