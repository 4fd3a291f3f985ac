"""Bins that hold the same expected signal: their edges, and how many there can be."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..bounds import shortest
from ..datasets import Dataset
from ..errors import ArgumentError

__all__ = ["FEW", "enough", "equal_edges", "equal_parts", "fewer", "would_do"]

Floats = npt.NDArray[np.float64]

#: Effective background events below which a bin has few.
FEW = 10.0


def equal_edges(events: Dataset, column: str, number: int) -> Floats | None:
    """Return the edges of bins of equal signal, (number + 1,), which hold every event that has a value.

    None where the signal has too few different values. ``column`` is a column of `events`.

    Raises
    ------
    ArgumentError
        No signal is expected.
    """
    values, used = events.column(column), events.counted & events.is_signal
    inner = equal_parts(values[used], events.expected[used], number)
    if inner is None:
        return None
    seen = [events.observed.column(column)] if events.observed_names else []
    every = np.concatenate([values[events.counted], *seen])
    every = every[np.isfinite(every)]
    return np.array([every.min(), *inner, np.nextafter(every.max(), np.inf)])


def equal_parts(values: Floats, weights: Floats, number: int) -> list[float] | None:
    """Return the edges that divide values into parts of equal weight, as nearly as their steps allow.

    Parameters
    ----------
    values, weights : array (n,)
        NaN is left out.
    number : int
        Of parts.

    Returns
    -------
    list of float or None
        The ``number - 1`` edges inside, each with the fewest digits that divide the same values; None where there are too few
        different values.

    Raises
    ------
    ArgumentError
        The weights do not sum to more than 0.

    Examples
    --------
    >>> equal_parts(np.array([0.1, 0.2, 0.3, 0.4]), np.ones(4), 2)
    [0.3]
    """
    present = np.isfinite(values)
    distinct, places = np.unique(values[present], return_inverse=True)
    below = np.cumsum(np.bincount(places, weights[present], minlength=len(distinct))) if len(distinct) else np.zeros(1)
    if not below[-1] > 0:
        msg = "bins of equal signal need signal, and no signal is expected here: give the edges, bins=[...]"
        raise ArgumentError(msg)
    below = np.maximum.accumulate(below)  # negative weights would make it fall
    wanted = below[-1] * np.arange(1, number) / number
    # of the steps before and after what is wanted the nearer one
    after = np.searchsorted(below, wanted * (1 - 1e-12))
    before = np.maximum(after - 1, 0)
    nearest = np.where(wanted - below[before] < below[after] - wanted, before, after)
    if len({*nearest.tolist()}) < number - 1 or (number > 1 and nearest.max() + 1 >= len(distinct)):
        return None
    return [shortest(*distinct[k : k + 2].tolist()) for k in nearest.tolist()]


def enough(sums: Floats, squares: Floats, behind: npt.NDArray[np.bool_], floor: float) -> npt.NDArray[np.bool_]:
    """Tell which bins can be: they have background, `floor` effective events of it, and no class that sums to less than 0.

    Parameters
    ----------
    sums, squares : array (m, v)
        Of the weights of m classes in v bins, and of their squares.
    behind : array (m,)
        Which classes are background.
    floor : float
        Of (sum of w)^2 / sum of w^2 over all background.

    Examples
    --------
    >>> counts = np.array([[1.0, 5.0, 0.0], [12.0, 3.0, 0.0]])
    >>> enough(counts, counts, np.array([False, True]), 10.0).tolist(), enough(counts, counts, np.array([False, True]), 0.0).tolist()
    ([True, False, False], [True, True, False])
    """
    background, spread = sums[behind].sum(axis=0), squares[behind].sum(axis=0)
    found: npt.NDArray[np.bool_] = (sums >= 0).all(axis=0) & (background > 0) & (background**2 >= floor * spread)
    return found


def fewer(events: Dataset, column: str, number: int) -> str:
    """Say which number of bins of equal signal, below `number`, would do."""
    for floor, least in ((FEW, 2), (0.0, 2), (FEW, 1), (0.0, 1)):
        tried = number - 1
        while tried >= least:
            if _can_be(events, column, tried, floor):
                return f"bins={tried} {would_do(floor)}"
            tried -= max(1, tried // 10)  # of a thousand not every number is tried
    return "loosen the cuts, or simulate more background"


def would_do(floor: float) -> str:
    """Say of bins that they can be, with at least so many effective background events in each."""
    least = f", with at least {floor:g} effective background events in each" if floor else ""
    return f"would do{least}; or simulate more background"


def _can_be(events: Dataset, column: str, number: int, floor: float) -> bool:
    edges = equal_edges(events, column, number)
    if edges is None:
        return False
    places = np.searchsorted(edges, events.column(column)[events.counted], side="right") - 1
    inside = (places >= 0) & (places < number)
    cells, m = events.y[events.counted][inside] * number + places[inside], len(events.classes)
    weights = events.expected[events.counted][inside]

    def summed(of: Floats) -> Floats:
        return np.bincount(cells, of, minlength=m * number).reshape(m, number).astype(np.float64)

    behind = ~np.isin(events.classes, events.signal)
    return bool(enough(summed(weights), summed(weights**2), behind, floor).all())
