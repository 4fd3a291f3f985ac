"""HepMC files, versions 2 and 3: generated particles after shower and hadronisation."""

from __future__ import annotations

from .events import hepmc_batches, read_hepmc

__all__ = ["hepmc_batches", "read_hepmc"]
