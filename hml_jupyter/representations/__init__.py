"""What a method sees of an event: a set of observables, an image, or a graph."""

from __future__ import annotations

from .base import REPRESENTATIONS, Representation, from_config
from .graph import Graph, Graphs
from .image import Image
from .set import Set, canonical_names, read_columns

__all__ = [
    "REPRESENTATIONS",
    "Graph",
    "Graphs",
    "Image",
    "Representation",
    "Set",
    "canonical_names",
    "from_config",
    "read_columns",
]
