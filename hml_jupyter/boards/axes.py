"""The bins of a histogram, and where a threshold can stand on it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..binning import LARGEST, binning

__all__ = ["Axis", "axis"]

Floats = npt.NDArray[np.float64]

#: A threshold can stand at this many places in each bin of a histogram.
STEPS = 5
#: About how many bins a histogram has.
BINS = 40
#: So many values show the range of all.
SEEN = 200_000


@dataclass(frozen=True)
class Axis:
    """The bins of a histogram and the places where a threshold can stand."""

    edges: Floats
    """(v + 1,) of the histogram."""
    places: Floats
    """(g + 1,) of the threshold; every edge is among them."""


def axis(values: npt.ArrayLike, *, bins: int | None = None, span: tuple[float, float] | None = None) -> Axis:
    """Return the bins that show `values` well, with finer places for a threshold.

    Whole numbers get no finer places: a threshold between two of them is the one at the next.

    Parameters
    ----------
    values : array (n,)
        NaN, infinities and sizes above 1e300 are ignored.
    bins : int, optional
        How many bins; by default about 40, as many as give round numbers.
    span : (float, float), optional
        Lowest and highest edge; round numbers around the values by default.

    Returns
    -------
    Axis
        v bins, and g + 1 places: five in each bin, or one where the bins are whole numbers.

    Examples
    --------
    >>> axis(np.linspace(0, 199, 1000)).places[:4]
    array([0., 1., 2., 3.])
    >>> axis(np.linspace(0, 199, 1000), bins=4).edges
    array([  0.,  50., 100., 150., 200.])
    >>> axis([1, 2, 2, 3], bins=2, span=(0, 4)).edges
    array([0., 2., 4.])
    """
    numbers = _some(np.asarray(values, dtype=np.float64))
    if bins is None and span is None:
        edges = _automatic(numbers)
    else:
        low, high = _automatic(numbers)[[0, -1]] if span is None else span
        edges = rounded(np.linspace(low, high, (bins or BINS) + 1))
    whole = len(numbers) > 0 and bool((numbers == np.rint(numbers)).all())
    if whole and np.allclose(np.diff(edges), 1.0):
        return Axis(edges, edges)
    fine = np.linspace(edges[:-1], edges[1:], STEPS, endpoint=False)
    return Axis(edges, rounded(np.append(fine.T.ravel(), edges[-1])))


def _automatic(numbers: Floats) -> Floats:
    exact = binning(numbers, bins=BINS)
    edges = rounded(exact)
    if len(numbers) and edges[-1] <= numbers.max() < exact[-1]:
        edges = rounded(np.append(edges, 2 * edges[-1] - edges[-2]))
    return edges


def _some(values: Floats) -> Floats:
    """Return finite values that have the range of all; of many only some between them."""
    if len(values) > SEEN:
        kept = values[:: len(values) // SEEN]
        finite = np.abs(values) <= LARGEST
        if finite.any():
            ends = [np.min(values, where=finite, initial=np.inf), np.max(values, where=finite, initial=-np.inf)]
            values = np.concatenate([kept, ends])
    return values[np.abs(values) <= LARGEST]


def rounded(edges: Floats, digits: int = 7) -> Floats:
    """Return rising edges as people write them: 0.3, not 0.30000000000000004; those that are nearly one are one.

    Examples
    --------
    >>> rounded(np.linspace(0, 175, 49), digits=2)[:4]
    array([ 0. ,  3.6,  7.3, 10.9])
    """
    step = edges[-1] / len(edges) - edges[0] / len(edges)
    if not step > 0:
        return np.unique(edges)
    decimals = digits - 1 - math.floor(math.log10(step))
    return np.unique([round(edge, decimals) for edge in edges.tolist()])
