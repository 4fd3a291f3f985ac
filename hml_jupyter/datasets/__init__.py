"""Datasets: numbers for each event, with classes, weights and where they come from."""

from __future__ import annotations

from .building import build_dataset, parts
from .dataset import Dataset

__all__ = ["Dataset", "build_dataset", "parts"]
