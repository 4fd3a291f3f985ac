"""Histograms of datasets, and the cuts that stand at their edges.

Every bin is half open, ``low <= value < high``. So a lower threshold at an edge means ``value >= edge`` and an upper one
``value < edge``: :func:`threshold_cut` writes these operators, and histogram and `select` agree event by event, ties included.
``fatjet.size >= 2`` and ``fatjet.size > 2`` differ for every event with two fat jets; ``soft_drop_mass >= 0``
and ``> 0`` for every jet that is groomed away.
"""

from __future__ import annotations

import boost_histogram as bh
import hist
import numpy as np
import numpy.typing as npt

from .datasets import Dataset
from .errors import ArgumentError

__all__ = ["check_side", "fill", "threshold_cut"]

Floats = npt.NDArray[np.float64]

_OPERATORS = {"lower": ">=", "upper": "<"}


def fill(
    dataset: Dataset, name: str, edges: npt.ArrayLike, *, passing: npt.NDArray[np.bool_] | None = None
) -> hist.Hist[hist.storage.Weight]:
    """Return the weighted histogram of a column, class by class.

    Parameters
    ----------
    dataset : Dataset
        n events of m classes.
    name : str
        A column or side column.
    edges : array (v + 1,)
        Rising; bins include their lower edge.
    passing : array of bool (n,), optional
        Which events are filled.

    Returns
    -------
    hist.Hist
        Axes ``class`` and the column, with weights in pb and their squares; NaN is left out.

    Raises
    ------
    ArgumentError
        Edges that do not rise, or `passing` of another shape.
    UnknownNameError
        There is no such column.

    Examples
    --------
    >>> from hml_jupyter.datasets import example
    >>> fill(example(), "fatjet0.mass", [0, 60, 120])["qcd", :].values()
    array([0.4, 0.6])
    """
    chosen = _chosen(dataset, passing)
    unit = dataset.unit(name)
    made = hist.Hist(
        hist.axis.StrCategory(list(dataset.classes), name="class"),
        hist.axis.Variable(checked_edges(edges), name="value", label=f"{name} [{unit}]" if unit else name),
        storage=hist.storage.Weight(),
    )
    sums, squares = _sums(
        dataset.y[chosen],
        len(dataset.classes),
        dataset.expected[chosen],
        dataset.column(name)[chosen],
        made.axes[1].edges,
    )
    made.view(flow=True)["value"][: len(dataset.classes)] = sums
    made.view(flow=True)["variance"][: len(dataset.classes)] = squares
    return made


def threshold_cut(observable: str, side: str, value: float) -> str:
    """Return the cut of a threshold that stands at `value`.

    Parameters
    ----------
    observable : str
        A column.
    side : str
        ``"lower"`` keeps values at or above the threshold, ``"upper"`` those below it.
    value : float
        The threshold.

    Examples
    --------
    >>> threshold_cut("fatjet0.mass", "lower", 70.0), threshold_cut("fatjet0.mass", "upper", 110.0)
    ('fatjet0.mass >= 70.0', 'fatjet0.mass < 110.0')
    """
    return f"{observable} {_OPERATORS[check_side(side)]} {float(value)!r}"


def check_side(side: object) -> str:
    """Return the side of a threshold; refuse what is none."""
    if not isinstance(side, str) or side not in _OPERATORS:
        msg = f"side={side!r} must be 'lower' or 'upper'"
        raise ArgumentError(msg)
    return side


def checked_edges(edges: npt.ArrayLike) -> Floats:
    """Return edges as float64; refuse what does not rise."""
    found = np.asarray(edges, dtype=np.float64)
    if found.ndim != 1 or len(found) < 2 or not np.isfinite(found).all() or not (np.diff(found) > 0).all():
        msg = f"edges must be two or more finite numbers that rise, not {edges!r}"
        raise ArgumentError(msg)
    return found


def _chosen(dataset: Dataset, passing: npt.NDArray[np.bool_] | None) -> npt.NDArray[np.bool_]:
    if passing is None:
        return dataset.counted
    if passing.shape != (dataset.n_events,) or passing.dtype != bool:
        msg = f"passing must be one bool for each of the {dataset.n_events} events, not {passing.dtype} {passing.shape}"
        raise ArgumentError(msg)
    return passing


def _sums(
    cells: npt.NDArray[np.int64], number: int, weights: Floats, values: Floats, edges: Floats
) -> tuple[Floats, Floats]:
    """Return summed weights and squared weights, (number, bins + 2); NaN is left out."""
    made = bh.Histogram(
        bh.axis.Integer(0, number, underflow=False, overflow=False),
        bh.axis.Variable(edges),
        storage=bh.storage.Weight(),
    )
    present = ~np.isnan(values)
    if present.all():
        made.fill(cells, values, weight=weights)
    else:
        made.fill(cells[present], values[present], weight=weights[present])
    view = made.view(flow=True)
    return np.array(view["value"]), np.array(view["variance"])
