"""SLHA files: masses, mixings and decays of supersymmetric particles, read once, checked, and written again from what was read."""

from __future__ import annotations

from .cascades import hadronising, reached
from .checks import check_spectrum
from .reading import read_slha
from .spectrum import MODEL, Channel, Decay, Spectrum, is_own, named

__all__ = [
    "MODEL",
    "Channel",
    "Decay",
    "Spectrum",
    "check_spectrum",
    "hadronising",
    "is_own",
    "named",
    "reached",
    "read_slha",
]
