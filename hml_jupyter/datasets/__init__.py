"""Datasets: numbers for each event, with classes, weights and where they come from."""

from __future__ import annotations

from .building import build_dataset
from .dataset import Dataset
from .example import example
from .plan import parts

__all__ = ["Dataset", "build_dataset", "example", "parts"]
