"""Datasets of HEP ML Lab, with our names."""

from __future__ import annotations

from .reading import ImageConfig, LabDataset, read_heplab

__all__ = ["ImageConfig", "LabDataset", "read_heplab"]
