"""Bins that hold the same expected signal: their edges, and how many there can be."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from ..bounds import shortest
from ..datasets import Dataset
from ..errors import ArgumentError

__all__ = ["FEW", "Ordered", "enough", "equal_parts", "would_do"]

Floats = npt.NDArray[np.float64]

#: Effective background events below which a bin has few.
FEW = 10.0


class Ordered:
    """The counted events of a dataset in the order of a column, summed up once: what a bin holds is a difference.

    Raises
    ------
    ArgumentError
        No signal is expected.
    """

    def __init__(self, events: Dataset, column: str) -> None:
        values, expected = events.column(column), events.expected
        used = events.counted & np.isfinite(values)
        seen = events.observed.column(column) if events.observed_names else np.empty(0)
        every = np.concatenate([values[used], seen[np.isfinite(seen)]])
        self._signal = _steps(values[used & events.is_signal], expected[used & events.is_signal])
        self._ends = every.min(), np.nextafter(every.max(), np.inf)
        of_class = [used & (events.y == k) for k in range(len(events.classes))]
        self._classes = [_cumulated(values[each], expected[each]) for each in of_class]
        self._behind = ~np.isin(events.classes, events.signal)

    def edges(self, number: int) -> Floats | None:
        """Return the edges of bins of equal signal, (number + 1,), which hold every event; None for too few different values."""
        inner = _divided(*self._signal, number)
        return None if inner is None else np.array([self._ends[0], *inner, self._ends[1]])

    def can_be(self, number: int, floor: float) -> bool:
        """Tell whether there are so many bins, each with what `enough` asks."""
        edges = self.edges(number)
        if edges is None:
            return False
        held = [np.diff(sums[:, np.searchsorted(values, edges)]) for values, sums in self._classes]
        sums, squares = np.stack(held, axis=1)
        return bool(enough(sums, squares, self._behind, floor).all())

    def fewer(self, number: int) -> str:
        """Say which number of bins of equal signal, below `number`, would do."""
        several = list(_falling(number - 1))
        for floor, numbers in ((FEW, several), (0.0, several), (FEW, [1]), (0.0, [1])):
            for each in numbers:
                if each < number and self.can_be(each, floor):
                    return f"bins={each} {would_do(floor)}"
        return "loosen the cuts, or simulate more background"


def _falling(number: int) -> Iterator[int]:
    """Yield numbers of bins from `number` down to 2; of a thousand not every one."""
    while number > 1:
        yield number
        number -= max(1, number // 10)


def _cumulated(values: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return values in their order, (n,), and the sums of weights and of their squares before each of them, (2, n + 1)."""
    order = np.argsort(values)
    sums = np.zeros((2, len(values) + 1))
    np.cumsum([weights[order], weights[order] ** 2], axis=1, out=sums[:, 1:])
    return values[order], sums


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
    return _divided(*_steps(values[present], weights[present]), number)


def _steps(values: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return the different values, (d,), and the weight up to each, (d,)."""
    distinct, places = np.unique(values, return_inverse=True)
    below = np.cumsum(np.bincount(places, weights, minlength=len(distinct))) if len(distinct) else np.zeros(1)
    if not below[-1] > 0:
        msg = "bins of equal signal need signal, and no signal is expected here: give the edges, bins=[...]"
        raise ArgumentError(msg)
    return distinct, np.maximum.accumulate(below)  # negative weights would make it fall


def _divided(distinct: Floats, below: Floats, number: int) -> list[float] | None:
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


def would_do(floor: float) -> str:
    """Say of bins that they can be, with at least so many effective background events in each."""
    least = f", with at least {floor:g} effective background events in each" if floor else ""
    return f"would do{least}; or simulate more background"
