"""Bins that no model can have: which they are, what they lack, and which would do."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..datasets import Dataset
from ..errors import ArgumentError
from .bins import Bins
from .equal_signal import FEW, Ordered, enough, would_do

__all__ = ["check_bins", "wider"]

Floats = npt.NDArray[np.float64]

#: Bins that a message lists.
MOST = 4


def check_bins(
    name: str, events: Dataset, bins: Bins, sums: Floats, squares: Floats, counts: npt.NDArray[np.int64]
) -> None:
    """Refuse bins without expected background, or in which the weights of a class sum to less than 0.

    Parameters
    ----------
    name : str
        Of the region.
    events : Dataset
        What is in it, of m classes.
    bins : Bins
        The v bins.
    sums, squares : array (m, v)
        Of the weights, and of their squares.
    counts : array (m, v)
        Simulated events.

    Raises
    ------
    ArgumentError
        There is such a bin; the message says which bins would do.
    """
    behind = ~np.isin(events.classes, events.signal)
    for each, row in zip(events.classes, sums, strict=True):
        if (row < 0).any():
            msg = f"the weights of {each!r} sum to less than 0 in {_where(name, events, bins, row < 0)}: {_mend(events, bins, sums, squares)}"
            raise ArgumentError(msg)
    empty = ~(sums[behind].sum(axis=0) > 0)
    if empty.any():
        of = "test events" if events.test_only else "events"
        there = counts[behind][:, empty].sum()
        lacking = "the weights there sum to 0" if there else f"there are no {of} of {' and '.join(events.background)}"
        msg = (
            f"no background is expected in {_where(name, events, bins, empty)} ({lacking}), so what is found there cannot be estimated: "
            f"{_mend(events, bins, sums, squares)}"
        )
        raise ArgumentError(msg)


def wider(bins: Bins, behind: npt.NDArray[np.bool_], sums: Floats, squares: Floats, floor: float) -> list[float]:
    """Return edges whose bins have background, none of them less than `floor` effective events of it; none where that cannot be.

    Neighbours are joined from the left. `sums` and `squares` are those of :func:`check_bins`; `behind` (m,) says which classes are
    background.

    Examples
    --------
    >>> bins = Bins("met", np.array([0.0, 1.0, 2.0, 3.0, 4.0]))
    >>> counts = np.array([[0.0, 20.0, 0.0, 10.0]])
    >>> wider(bins, np.array([True]), counts, counts, 10.0)
    [0.0, 2.0, 4.0]
    """

    def good(first: int, end: int) -> bool:
        total, spread = (each[:, first:end].sum(axis=1, keepdims=True) for each in (sums, squares))
        return bool(enough(total, spread, behind, floor).all())

    ends: list[int] = []
    for i in range(1, bins.size + 1):
        if good(ends[-1] if ends else 0, i):
            ends.append(i)
    while ends:
        ends[-1] = bins.size  # what is left belongs to the last
        if good(ends[-2] if len(ends) > 1 else 0, bins.size):
            return [float(bins.edges[i]) for i in (0, *ends)]
        ends.pop()
    return []


def _where(name: str, events: Dataset, bins: Bins, chosen: npt.NDArray[np.bool_]) -> str:
    if bins.column is None:
        return f"{name!r}"
    texts = bins.texts(events.unit(bins.column))
    listed = [texts[i] for i in np.flatnonzero(chosen)]
    if len(listed) > MOST + 1:
        listed = [*listed[:MOST], f"{len(listed) - MOST} more bins"]
    *others, last = listed
    return f"{name!r}, {bins.column} {', '.join(others)}{' and ' if others else ''}{last}"


def _mend(events: Dataset, bins: Bins, sums: Floats, squares: Floats) -> str:
    if bins.column is None:
        return "loosen the cuts, or simulate more background"
    if bins.equal_signal:
        return Ordered(events, bins.column).fewer(bins.size)
    for floor in (FEW, 0.0):
        edges = wider(bins, ~np.isin(events.classes, events.signal), sums, squares, floor)
        if edges:
            return f"bins={edges} {would_do(floor)}"
    values = events.column(bins.column)[events.counted & ~events.is_signal]
    values = values[np.isfinite(values)]
    where = f"; the background is between {values.min():.4g} and {values.max():.4g}" if len(values) else ""
    return f"take other bins{where}"
