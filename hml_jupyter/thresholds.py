"""What a threshold would leave, wherever it stands: all that a drag shows, computed before it begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .binning import binning
from .bounds import find
from .cuts import Cut
from .datasets import Dataset
from .datasets.described import pb_to_events
from .errors import ArgumentError
from .histograms import Index, index
from .metrics import Significance, significance

__all__ = ["Axis", "Threshold", "axis", "threshold"]

Floats = npt.NDArray[np.float64]

#: A threshold can stand at this many places in each bin of a histogram.
STEPS = 5


@dataclass(frozen=True)
class Axis:
    """The bins of a histogram and the places where a threshold can stand."""

    edges: Floats
    """(v + 1,) of the histogram."""
    places: Floats
    """(g + 1,) of the threshold; every edge is among them."""


@dataclass(frozen=True)
class Threshold:
    """Everything as a function of where one threshold stands; g + 1 places, m classes, v bins.

    At the resting place (the first of a lower, the last of an upper threshold) there is no cut.
    """

    observable: str
    """Whose threshold it is."""
    side: str
    """``lower`` or ``upper``."""
    views: dict[str, Floats]
    """Name -> (m, g + 1, v) expected events after all cuts."""
    significances: tuple[Significance, ...]
    """(g + 1,) after all cuts; empty without a luminosity."""
    position: int
    """Place of the threshold among the cuts."""
    events: npt.NDArray[np.int64]
    """(r, m, g + 1) simulated events after this cut and after each that follows it."""
    weights: Floats
    """(r, m, g + 1) pb."""


def axis(values: npt.ArrayLike, *, bins: int = 40) -> Axis:
    """Return the bins that show `values` well, with finer places for a threshold.

    Whole numbers get no finer places: a threshold between two of them is the one at the next.

    Examples
    --------
    >>> axis(np.linspace(0, 199, 1000), bins=4).places[:4]
    array([ 0., 10., 20., 30.])
    """
    numbers = np.asarray(values, dtype=np.float64)
    numbers = numbers[np.isfinite(numbers)]
    exact = binning(numbers, bins=bins)
    edges = _rounded(exact)
    if len(numbers) and edges[-1] <= numbers.max() < exact[-1]:
        edges = _rounded(np.append(edges, 2 * edges[-1] - edges[-2]))
    whole = len(numbers) > 0 and bool((numbers == np.rint(numbers)).all())
    if whole and np.allclose(np.diff(edges), 1.0):
        return Axis(edges, edges)
    fine = np.linspace(edges[:-1], edges[1:], STEPS, endpoint=False)
    return Axis(edges, _rounded(np.append(fine.T.ravel(), edges[-1])))


def threshold(
    dataset: Dataset,
    observable: str,
    side: str,
    axes: Mapping[str, Axis],
    *,
    cuts: Sequence[str] = (),
    luminosity: float | None = 139.0,
) -> Threshold:
    """Return what every place of one threshold leaves, all other cuts applied.

    Parameters
    ----------
    dataset : Dataset
        n events of m classes; a built one.
    observable : str
        A column.
    side : str
        ``"lower"`` or ``"upper"``.
    axes : mapping of str to Axis
        The histograms that follow; `observable` is among them.
    cuts : sequence of str
        All cuts in order. The one on `observable` and `side`, if there is one, keeps its position; a new one comes last.
    luminosity : float or None
        fb^-1; None shows weights as they are, for classes without a cross section.

    Examples
    --------
    >>> from hml_jupyter.datasets import example
    >>> places = np.array([0.0, 50.0, 91.0, 100.0])
    >>> threshold(example(), "fatjet0.mass", "lower", {"fatjet0.mass": Axis(places, places)}).events[0]
    array([[10, 10,  5,  4],
           [10,  7,  2,  2]])
    """
    if side not in ("lower", "upper"):
        msg = f"side={side!r} must be 'lower' or 'upper'"
        raise ArgumentError(msg)
    own = find(cuts, observable, side)
    position = own[0] if own else len(cuts)
    before, after = cuts[:position], [c for i, c in enumerate(cuts) if i > position and i not in own]
    passing = np.ones(dataset.n_events, bool)
    for cut in before:
        passing &= Cut(cut)(dataset)
    places = axes[observable].places
    rows = []
    for step in (None, *after):
        passing = passing if step is None else passing & Cut(step)(dataset)
        rows.append((_at(index(dataset, observable, places, {}, passing=passing), side, dataset, passing), passing))
    found = index(dataset, observable, places, {name: a.edges for name, a in axes.items()}, passing=passing)
    scale = 1.0 if luminosity is None else pb_to_events(luminosity)
    last = rows[-1][0]
    return Threshold(
        observable,
        side,
        {name: _views(found, name, side, dataset, passing) * scale for name in axes},
        () if luminosity is None else _significances(dataset, last[1] * scale, last[2] * scale**2),
        position,
        np.array([row[0][0] for row in rows]),
        np.array([row[0][1] for row in rows]),
    )


def _rounded(edges: Floats) -> Floats:
    """Return edges as people write them: 0.3, not 0.30000000000000004."""
    return np.array([float(f"{edge:.10g}") for edge in edges])


def _cumulated(slices: npt.NDArray[np.generic], side: str) -> npt.NDArray[np.generic]:
    """Return sums over what passes at each place, from (m, g + 2, ...) slices with their flow bins: (m, g + 1, ...)."""
    if side == "upper":
        return np.cumsum(slices, axis=1)[:, :-1]
    return np.flip(np.cumsum(np.flip(slices, axis=1), axis=1), axis=1)[:, 1:]


def _at(found: Index, side: str, dataset: Dataset, passing: npt.NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """Return events, summed weights and their squares at each place, (m, g + 1); everything at the resting place."""
    arrays = [_cumulated(a, side).copy() for a in (found.events, found.totals, found.total_variances)]
    rest = 0 if side == "lower" else -1
    y, w, m = dataset.y[passing], dataset.weights[passing], len(dataset.classes)
    for array, weights in zip(arrays, (None, w, w**2), strict=True):
        array[:, rest] = np.bincount(y, weights=weights, minlength=m)
    events, sums, squares = arrays
    return np.asarray(events), np.asarray(sums), np.asarray(squares)


def _views(found: Index, name: str, side: str, dataset: Dataset, passing: npt.NDArray[np.bool_]) -> Floats:
    """Return the contents of a view without its flow bins at each place; at the resting place without the cut."""
    contents = np.asarray(_cumulated(found.counts[name], side)[:, :, 1:-1], dtype=np.float64).copy()
    values, edges = dataset.column(name), found.views[name]
    rest = 0 if side == "lower" else -1
    for number in range(len(dataset.classes)):
        chosen = passing & (dataset.y == number) & (values >= edges[0]) & (values < edges[-1])
        place = np.searchsorted(edges, values[chosen], side="right") - 1
        contents[number, rest] = np.bincount(place, weights=dataset.weights[chosen], minlength=len(edges) - 1)
    return contents


def _significances(dataset: Dataset, sums: Floats, squares: Floats) -> tuple[Significance, ...]:
    signal = np.isin(dataset.classes, dataset.signal)
    s, b = sums[signal].sum(axis=0), sums[~signal].sum(axis=0)
    s2, b2 = squares[signal].sum(axis=0), squares[~signal].sum(axis=0)
    return tuple(
        significance(*map(float, each[:3]), sum_w2_s=float(each[3])) for each in zip(s, b, b2, s2, strict=True)
    )
