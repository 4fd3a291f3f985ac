"""The columns of a dataset in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..binning import binning
from ..metrics import separation
from ..registry import Shown

if TYPE_CHECKING:
    from .dataset import Dataset

__all__ = ["ColumnNumbers", "DatasetNumbers", "SideNumbers", "describe", "separation_of"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SideNumbers:
    """A column over all signal, or all background rows that have a value; NaN if none has."""

    mean: float
    """Weighted mean."""
    spread: float
    """Weighted standard deviation."""
    low: float
    """Smallest value."""
    high: float
    """Largest value."""


@dataclass(frozen=True)
class ColumnNumbers:
    """A column in numbers."""

    name: str
    """Canonical name."""
    unit: str
    """Its unit; empty for a pure number."""
    is_side: bool
    """A side column, which no method sees."""
    missing: dict[str, int]
    """Class -> rows without a value."""
    signal: SideNumbers
    background: SideNumbers
    separation: float
    """Of signal and background, 0 to 1; see :func:`hml_jupyter.metrics.separation`."""


@dataclass(frozen=True)
class DatasetNumbers(Shown):
    """The columns of a dataset in numbers."""

    about: str
    """What was said of the dataset."""
    n_events: int
    """Simulated events, or what else has a row."""
    row: str
    """What that is: ``"events"``, or the collection whose objects have one each, ``"jet[pt > 30]"``."""
    columns: tuple[ColumnNumbers, ...]
    """In the order of the dataset, side columns last."""


def describe(dataset: Dataset) -> DatasetNumbers:
    """Return each column's mean, spread and range for signal and background, missing values, and separation."""
    columns = tuple(_column(dataset, name) for name in dataset.column_names)
    return DatasetNumbers(dataset.about, dataset.n_events, dataset.row, columns)


def separation_of(values: Floats, is_signal: npt.NDArray[np.bool_], weights: Floats, bins: int = 40) -> float:
    """Return the separation of signal and background in a column, from histograms of about `bins` bins.

    Parameters
    ----------
    values : array, shape (n,)
        NaN and infinities are left out.
    is_signal : array of bool, shape (n,)
        Which events are signal.
    weights : array, shape (n,)
        Their weights.
    bins : int
        About how many bins; few events in many bins look separated.

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 3.0, 4.0])
    >>> separation_of(x, x > 2, np.ones(4))
    1.0
    """
    finite = np.isfinite(values)
    if not finite.any():
        return float("nan")
    edges = binning(values[finite], bins=bins)
    sides = (finite & is_signal, finite & ~is_signal)
    return separation(*(np.histogram(values[side], edges, weights=weights[side])[0] for side in sides))


def _column(dataset: Dataset, name: str) -> ColumnNumbers:
    values, weights = dataset.column(name), dataset.weights
    missing = ~np.isfinite(values)
    return ColumnNumbers(
        name,
        dataset.unit(name),
        name in dataset.side_names,
        {c: int((missing & (dataset.y == i)).sum()) for i, c in enumerate(dataset.classes)},
        _side(values, weights, dataset.is_signal & ~missing),
        _side(values, weights, ~dataset.is_signal & ~missing),
        separation_of(values, dataset.is_signal, weights),
    )


def _side(values: Floats, weights: Floats, chosen: npt.NDArray[np.bool_]) -> SideNumbers:
    x, w = values[chosen], weights[chosen]
    total = w.sum()
    if not len(x) or not total > 0:
        return SideNumbers(*[float("nan")] * 4)
    mean = float((w * x).sum() / total)
    spread = float(np.sqrt(max((w * (x - mean) ** 2).sum() / total, 0.0)))
    return SideNumbers(mean, spread, float(x.min()), float(x.max()))
