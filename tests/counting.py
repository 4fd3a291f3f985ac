"""Datasets whose expected events are known by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import hml_jupyter as hml

#: At 10 fb^-1 each simulated event of `plain` stands for so many.
LUMINOSITY = 10.0


def table(values: Sequence[float], events: Sequence[int], expected: float, **columns: Any) -> Any:
    """So many simulated events at each value, that together stand for `expected` events at 10 fb^-1."""
    given = {"x": np.repeat(values, events).astype(float), **columns}
    return hml.open_table(given, cross_section=expected / (1000 * LUMINOSITY))


def plain(**options: Any) -> hml.Dataset:
    """`zz`: 2 events at 0.5, 8 at 1.5; `qcd`: 60 and 40; `tt`: 5 and 15. Simulated are 4 and 16, 120 and 80, 20 and 60."""
    sources = {
        "zz": table([0.5, 1.5], [4, 16], 10.0),
        "qcd": table([0.5, 1.5], [120, 80], 100.0),
        "tt": table([0.5, 1.5], [20, 60], 20.0),
    }
    return hml.build_dataset(sources, hml.Set(["column.x"]), signal="zz", seed=1, **options)


def counting(s: float, b: float, n: float | None = None, sigma: float = 0.0) -> dict[str, Any]:
    """One bin, whose background is known or has a Poisson uncertainty."""
    mu = {"name": "mu", "type": "normfactor", "data": None}
    known = [{"name": "b", "type": "shapesys", "data": [sigma]}] if sigma else []
    samples = [{"name": "s", "data": [s], "modifiers": [mu]}, {"name": "b", "data": [b], "modifiers": known}]
    return {
        "channels": [{"name": "SR", "samples": samples}],
        "observations": [{"name": "SR", "data": [b if n is None else n]}],
        "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": []}}],
        "version": "1.0.0",
    }
