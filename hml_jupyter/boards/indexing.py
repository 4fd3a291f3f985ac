"""The index behind a drag: what is left wherever the thresholds on one observable stand.

Slices and bins are half open as those of `hml_jupyter.histograms`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import boost_histogram as bh
import numpy as np
import numpy.typing as npt

from ..bounds import Bound, edges_of, find, is_threshold_on, standing
from ..sharing import of_each
from .axes import Axis
from .samples import BLOCK, Codes, Sample, Samples, slices_of

__all__ = ["Index", "box", "contents", "fill_edges", "index", "totals", "within"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Index:
    """Sums over events as a function of the thresholds on one observable: g + 1 places, s = g + 3 slices, m of all samples.

    The slices are: below the first place, between the places, from the last one on, and without a value (NaN).
    """

    observable: str
    """Whose thresholds these are, canonical."""
    places: Floats
    """(g + 1,) where a threshold can stand; those where one stands now are among them."""
    standing: tuple[Bound, ...]
    """The thresholds that stand now."""
    low: int
    """Place of the lower threshold among the cuts; their number where it is a new one."""
    high: int
    """The same of the upper one."""
    rows: Floats
    """(r, 3, m, s) events, summed weights [pb] and their squares. Row k: events that pass the other ones of the first
    ``min(low, high) + k + 1`` cuts; the last one: all other cuts."""
    views: dict[str, npt.NDArray[np.float32]]
    """Name -> (2, m, s, f + 3) summed weights [pb] and their squares in the bins of `fill_edges` with their flows and what has no
    value, of events that pass all other cuts but the view's own thresholds."""


def fill_edges(edges: Floats, cuts: Sequence[str], name: str) -> Floats:
    """Return the edges of a histogram, with the thresholds on its own observable among them.

    Examples
    --------
    >>> fill_edges(np.array([0.0, 50.0, 100.0]), ["met >= 70.0", "jet0.pt >= 20"], "met")
    array([  0.,  50.,  70., 100.])
    """
    return np.unique(np.append(edges, edges_of(cuts, name)))


def index(samples: Samples, observable: str, axes: Mapping[str, Axis], cuts: Sequence[str]) -> Index:
    """Return what every place of the thresholds on `observable` leaves, in total and in every other histogram.

    Parameters
    ----------
    samples : Samples
        m samples.
    observable : str
        Whose thresholds are dragged, canonical.
    axes : mapping of str to Axis
        The histograms; `observable` is among them.
    cuts : sequence of str
        All cuts, in order.

    Returns
    -------
    Index
        Of all samples; what is not grabbed is cut by all the other cuts, and each view not by its own thresholds.
    """
    sides = [find(cuts, observable, side) for side in ("lower", "upper")]
    low, high = (own[0] if own else len(cuts) for own in sides)
    own = {i for side in sides for i in side}
    others = [cut for i, cut in enumerate(cuts) if i not in own]
    grabbed = edges_of(cuts, observable)
    places = np.unique(np.append(axes[observable].places, grabbed))
    grabs = [table.slices(observable, axes[observable].places, grabbed) for table in samples.tables]
    first = min(low, high)
    steps = [[cut for i, cut in enumerate(cuts[: k + 1]) if i not in own] for k in range(first, len(cuts))]
    rows = _rows(samples, grabs, [*steps, others], len(places) + 2)
    views = {name: each for name, each in axes.items() if name != observable}
    filled = _filled_views(samples, grabs, views, others, len(places) + 2)
    narrow = {name: found.astype(np.float32) for name, found in filled.items()}
    return Index(observable, places, tuple(standing(cuts, observable)), low, high, rows, narrow)


def contents(samples: Samples, axes: Mapping[str, Axis], cuts: Sequence[str]) -> dict[str, Floats]:
    """Return histograms of events that pass all cuts but their own thresholds, (2, m, f + 3) each: sums and squares."""
    found = _filled_views(samples, [None for _ in samples.tables], axes, cuts, 1)
    return {name: each[:, :, 0] for name, each in found.items()}


def totals(samples: Samples, cuts: Sequence[str]) -> Floats:
    """Return events, summed weights and their squares of each sample, (3, m)."""
    return _rows(samples, [None for _ in samples.tables], [cuts], 1)[0, :, :, 0]


def box(samples: Samples, x: str, y: str, edges: tuple[Floats, Floats], cuts: Sequence[str]) -> Floats:
    """Return what passes all cuts but thresholds on two observables, in two dimensions with flow bins.

    Returns
    -------
    numpy.ndarray
        (3, m, a + 1, b + 1) events, summed weights [pb] and their squares for a edges of x and b of y; NaN is left out.
    """
    others = [cut for cut in cuts if not is_threshold_on(cut, x) and not is_threshold_on(cut, y)]
    n, bins = len(edges[0]) + 2, np.arange(len(edges[1]) + 2, dtype=np.int32)
    jobs = []
    for table in samples.tables:
        rows, columns = (slices_of(table.column(name), each) for name, each in zip((x, y), edges, strict=True))
        marked = table.marked(rows, others, n)
        jobs += [(sample, marked, columns) for sample in table.samples if sample.kind != "compared"]

    def fill(job: tuple[Sample, Codes, Codes]) -> Floats:
        sample, rows, columns = job
        events = _filled(replace(sample, weights=1.0), rows, columns, bins, n)[:1]
        return np.concatenate([events, _filled(sample, rows, columns, bins, n)])[:, :-1, :-1]

    return np.stack(of_each(fill, jobs), axis=1)


def within(slices: Floats, low: int | None, high: int | None, axis: int = -1) -> Floats:
    """Return sums over the slices between two places; None: no threshold. Without any, NaN counts too.

    Examples
    --------
    >>> slices = np.array([1.0, 2.0, 4.0, 8.0, 16.0])
    >>> [float(within(slices, *places)) for places in [(1, None), (None, 1), (None, None)]]
    [12.0, 3.0, 31.0]
    """
    n = slices.shape[axis]
    whole = low is None and high is None
    start, stop = 0 if low is None else low + 1, n if whole else n - 1 if high is None else high + 1
    return np.asarray(np.take(slices, range(start, max(start, stop)), axis=axis).sum(axis=axis))


def _rows(samples: Samples, slices: Sequence[Codes | None], steps: Sequence[Sequence[str]], n: int) -> Floats:
    """Return what passes the cuts of each step, by slice: (r, 3, m, n)."""
    jobs = [
        (sample, marked)
        for cuts in steps
        for table, codes in zip(samples.tables, slices, strict=True)
        for marked in [table.marked(codes, cuts, n)]
        for sample in table.samples
    ]
    found = of_each(lambda job: _counted(job[0], job[1], n), jobs)
    return np.stack(found).reshape(len(steps), len(samples.all), 3, n).swapaxes(1, 2)


def _filled_views(
    samples: Samples, grabs: Sequence[Codes | None], axes: Mapping[str, Axis], cuts: Sequence[str], n: int
) -> dict[str, Floats]:
    """Return histograms by slice of what passes all cuts but their own thresholds: (2, m, n, f + 3) each."""
    marked: dict[tuple[str, ...], list[Codes]] = {}
    jobs = []
    for name, axis in axes.items():
        own, others = edges_of(cuts, name), tuple(cut for cut in cuts if not is_threshold_on(cut, name))
        if others not in marked:
            pairs = zip(samples.tables, grabs, strict=True)
            marked[others] = [table.marked(codes, others, n) for table, codes in pairs]
        filled, places = fill_edges(axis.edges, cuts, name), np.unique(np.append(axis.places, own))
        # bin of each slice of the view: that of its lower end
        bins = np.concatenate([[0], np.searchsorted(filled, places, side="right"), [len(filled) + 1]]).astype(np.int32)
        for table, slices in zip(samples.tables, marked[others], strict=True):
            view = table.slices(name, axis.places, own)
            jobs += [(sample, slices, view, bins) for sample in table.samples]
    found = of_each(lambda job: _filled(job[0], job[1], job[2], job[3], n), jobs)
    m = len(samples.all)
    return {name: np.stack(found[k * m : (k + 1) * m], axis=1) for k, name in enumerate(axes)}


def _counted(sample: Sample, slices: Codes, n: int) -> Floats:
    """Return events, summed weights and their squares of a sample, by slice: (3, n)."""
    found = np.zeros((3, n + 1))
    for start in range(sample.start, sample.stop, BLOCK):
        rows = slice(start, min(start + BLOCK, sample.stop))
        here = slices[rows].astype(np.intp)
        found[0] += np.bincount(here, minlength=n + 1)
        if not isinstance(sample.weights, float):
            weights = sample.weights[start - sample.start : rows.stop - sample.start]
            found[1] += np.bincount(here, weights, n + 1)
            found[2] += np.bincount(here, weights**2, n + 1)
    if isinstance(sample.weights, float):
        found[1:] = found[0] * sample.weights, found[0] * sample.weights**2
    return found[:, :n]


def _filled(sample: Sample, slices: Codes, view: Codes, bins: npt.NDArray[np.int32], n: int) -> Floats:
    """Return summed weights and their squares of a sample by slice and bin: (2, n, f + 3)."""
    width, weights = int(bins[-1]) + 1, sample.weights
    made = bh.Histogram(
        bh.axis.Integer(0, (n + 1) * width, underflow=False, overflow=False),
        storage=bh.storage.Int64() if isinstance(weights, float) else bh.storage.Weight(),
    )
    begin = (np.arange(n + 1) * width).astype(np.int32)
    for start in range(sample.start, sample.stop, BLOCK):
        rows = slice(start, min(start + BLOCK, sample.stop))
        cells = begin[slices[rows]]
        cells += bins[view[rows]]
        if isinstance(weights, float):
            made.fill(cells)
        else:
            made.fill(cells, weight=weights[start - sample.start : rows.stop - sample.start])
    seen: Any = made.view(flow=True)
    if isinstance(weights, float):
        both = np.multiply.outer([weights, weights**2], seen)
    else:
        both = np.stack([seen["value"], seen["variance"]])
    return np.asarray(both, np.float64).reshape(2, n + 1, width)[:, :n]
