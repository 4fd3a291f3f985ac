"""A dataset for a first try, and for the examples of the documentation."""

from __future__ import annotations

import awkward as ak
import numpy as np

from ..checks import whole
from ..representations import Set
from .building import build_dataset
from .dataset import Dataset

__all__ = ["example"]


def example(events: int = 10) -> Dataset:
    """Return a small dataset in memory: fat jets of a Z boson around its mass, and of QCD at any mass.

    Parameters
    ----------
    events : int
        How many of each class; evenly spaced, from 70 to 115 GeV for ``zz`` and from 20 to 110 GeV for ``qcd``.

    Returns
    -------
    Dataset
        One column, ``fatjet0.mass``; 60 % are training events and 20 % test events. Cross sections are not known.

    Raises
    ------
    ArgumentError
        Too few events for the three parts of the split.

    Examples
    --------
    >>> dataset = example()
    >>> dataset.X[:3, 0], dataset.signal
    (array([70., 75., 80.]), ('zz',))
    """
    events = whole("events", events, 1)
    ranges = {"zz": (70.0, 115.0), "qcd": (20.0, 110.0)}
    sources = {
        name: ak.Array([{"FatJet": [{"Mass": mass}]} for mass in np.linspace(*ends, events)])
        for name, ends in ranges.items()
    }
    return build_dataset(sources, Set(["fatjet0.mass"]), signal="zz", seed=1)
