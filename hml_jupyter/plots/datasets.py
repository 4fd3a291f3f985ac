"""The numbers in the pictures of a dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..binning import binning
from ..bounds import windows
from ..datasets import Dataset
from ..datasets.described import check_known, pb_to_events
from ..errors import ArgumentError
from ..histograms import fill
from ..metrics import significance
from .spectra import Lower, Panel, Points

if TYPE_CHECKING:
    import hist

__all__ = ["HOW", "LOWER", "Look", "correlation", "observed_points", "panels_of"]

Floats = npt.NDArray[np.float64]

HOW = ("normalised", "overlaid", "stacked")
LOWER = ("ratio", "significance")


class Look(NamedTuple):
    """How histograms of a dataset are drawn."""

    how: str
    """``normalised``: fractions of events; ``overlaid`` or ``stacked``: expected events."""
    lower: str | None
    """``ratio``, ``significance`` or nothing."""
    luminosity: float | None
    """fb^-1; None where no events are expected, only fractions drawn."""
    bins: int
    edges: Mapping[str, Floats] = {}
    """Column -> edges, where they are given."""


def panels_of(dataset: Dataset, names: Sequence[str], look: Look) -> list[Panel]:
    """Return the histogram of each column.

    Raises
    ------
    ArgumentError
        The cross section of a class or the luminosity is not known, and expected events are asked for; a luminosity or a look
        that there is not; a panel that compares with a background where there is none.
    UnknownNameError
        There is no such column.
    """
    check_known("way of drawing", look.how, HOW)
    if look.lower is not None:
        check_known("panel", look.lower, LOWER)
        if not (look.lower == "ratio" and dataset.observed_names):
            dataset.check_background(f"below={look.lower!r}")
    expected = look.how != "normalised" or look.lower == "significance"
    if look.luminosity is not None:
        pb_to_events(look.luminosity)  # refuses what is no luminosity
    elif expected:
        msg = "luminosity=None gives no expected events: give it in fb^-1, such as 139, or draw fractions (how='normalised' without a panel of significances)"
        raise ArgumentError(msg)
    if expected:
        dataset.check_cross_sections()
    return [_panel(dataset, dataset.column_name(name), look) for name in names]


def _panel(dataset: Dataset, name: str, look: Look) -> Panel:
    has_data = bool(dataset.observed_names)
    values = dataset.column(name)
    edges = look.edges.get(name)
    if edges is None:
        edges = binning(np.concatenate([values, dataset.observed.column(name)]) if has_data else values, bins=look.bins)
    hidden = windows(dataset.blind, name, (edges[0], edges[-1]))
    # where data are blinded by something else than windows of this column, simulation without them is what compares
    apart = has_data and len(hidden) < len(dataset.blind)
    filled = fill(dataset, name, edges, passing=~dataset.blinded if apart else None)
    scales = _scales(dataset, filled, look)
    counts, errors = _heights(dataset, filled, scales)
    data = _data(dataset, name, edges, normalised=look.how == "normalised") if has_data else {}
    outside = _outside(dataset, filled)
    made = Panel(name, dataset.unit(name), edges.tolist(), counts, errors, outside, data, hidden, apart)
    if look.lower == "ratio":
        comparable = fill(dataset, name, edges, passing=~dataset.blinded if has_data else None)
        # shapes too are of what the classes give together, each by its cross section
        together = dict.fromkeys(dataset.classes, 1.0) if look.how == "normalised" else scales
        return made._replace(lower=_ratio(dataset, made, *_heights(dataset, comparable, together), look))
    if look.lower == "significance":
        return made._replace(lower=_significances(dataset, made, fill(dataset, name, edges), look))
    return made


def _heights(
    dataset: Dataset, filled: hist.Hist[Any], scales: Mapping[str, float]
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Return the height of each bin of each class, and its error."""
    values, variances = filled.values(), np.asarray(filled.variances())
    counts = {c: (scales[c] * values[i]).tolist() for i, c in enumerate(dataset.classes)}
    errors = {c: (scales[c] * np.sqrt(variances[i])).tolist() for i, c in enumerate(dataset.classes)}
    return counts, errors


def _scales(dataset: Dataset, filled: hist.Hist[Any], look: Look) -> dict[str, float]:
    """Return what the summed weights of each class are multiplied with."""
    if look.how != "normalised":
        return dict.fromkeys(dataset.classes, pb_to_events(look.luminosity))
    totals = filled.values().sum(axis=1)
    return {c: 1 / total if total > 0 else 0.0 for c, total in zip(dataset.classes, totals, strict=False)}


def _outside(dataset: Dataset, filled: hist.Hist[Any]) -> dict[str, float]:
    """Return the part of each class that the bins do not show: under, over, and without a value."""
    shown = filled.values().sum(axis=1)
    total = [float(dataset.expected[dataset.y == i].sum()) for i in range(len(dataset.classes))]
    return {c: 1 - shown[i] / total[i] if total[i] > 0 else 0.0 for i, c in enumerate(dataset.classes)}


def _data(dataset: Dataset, name: str, edges: Floats, *, normalised: bool) -> dict[str, Points]:
    """Return observed events with their intervals."""
    found = {}
    values, y = dataset.observed.column(name), dataset.observed.y
    for i, sample in enumerate(dataset.observed.names):
        counts = np.histogram(values[y == i], edges)[0].astype(float)
        found[sample] = observed_points(counts, 1 / counts.sum() if normalised and counts.sum() else 1.0)
    return found


def observed_points(counts: Floats, scale: float) -> Points:
    """Return counts with their Poisson intervals (Garwood, Biometrika 28 (1936) 437), all times `scale`."""
    from hist.intervals import poisson_interval

    low, high = poisson_interval(counts)
    shown = np.where(counts > 0, counts, np.nan)
    below, above = counts - np.nan_to_num(low), np.nan_to_num(high) - counts
    return Points(*((scale * each).tolist() for each in (shown, below, above)))


def _ratio(
    dataset: Dataset,
    panel: Panel,
    counts: Mapping[str, Sequence[float]],
    errors: Mapping[str, Sequence[float]],
    look: Look,
) -> Lower:
    """Return data over all simulated events that are not blinded; without data, each signal over the background."""
    below = dataset.classes if panel.data else dataset.background
    total = np.sum([counts[c] for c in below], axis=0)
    error = np.sqrt(np.sum([np.square(errors[c]) for c in below], axis=0))
    if look.how == "normalised":
        norm = total.sum() or 1.0
        total, error = total / norm, error / norm
    points: Mapping[str, Points] = panel.data or {
        c: Points(panel.counts[c], panel.errors[c], panel.errors[c]) for c in dataset.signal
    }
    over = np.where(total > 0, total, np.nan)
    divided = {name: Points(*((np.asarray(each) / over).tolist() for each in p)) for name, p in points.items()}
    label = "data / sim." if panel.data else "sig. / bkg."
    return Lower(label, points=divided, band=np.nan_to_num(error / over).tolist())


def _significances(dataset: Dataset, panel: Panel, filled: hist.Hist[Any], look: Look) -> Lower:
    """Return the significance of a threshold at each edge, from below and from above."""
    scale = pb_to_events(look.luminosity)
    is_signal, m = np.isin(dataset.classes, dataset.signal), len(dataset.classes)
    view: Any = filled.view(flow=True)[:m]
    sums, squares = view["value"] * scale, view["variance"] * scale**2
    steps = {}
    for label, above in (("from x up", True), ("up to x", False)):
        kept = [slice(i + 1, None) if above else slice(None, i + 1) for i in range(len(panel.edges))]
        found = [
            significance(
                float(sums[is_signal, k].sum()),
                float(sums[~is_signal, k].sum()),
                float(squares[~is_signal, k].sum()),
                sum_w2_s=float(squares[is_signal, k].sum()),
            ).value
            for k in kept
        ]
        steps[label] = [np.nan if value is None else value for value in found]
    return Lower("Z", steps=steps)


def correlation(dataset: Dataset, names: Sequence[str], side: str) -> Floats:
    """Return the weighted linear correlation coefficients of columns, (k, k).

    Parameters
    ----------
    dataset : Dataset
        n events; those with a missing value in one of the columns are left out.
    names : sequence of str
        k columns.
    side : str
        ``"signal"`` or ``"background"``.

    Returns
    -------
    numpy.ndarray
        Pearson's coefficients, NaN for a column that does not vary; weighted with the absolute values of the weights, since
        with negative ones there may be no covariance.

    Examples
    --------
    >>> from hml_jupyter.datasets import example
    >>> correlation(example(), ["fatjet0.mass"], "signal")
    array([[1.]])
    """
    values = np.stack([dataset.column(name) for name in names], axis=1)
    chosen = (dataset.is_signal == (side == "signal")) & np.isfinite(values).all(axis=1)
    if chosen.sum() < 2:
        msg = f"fewer than two {side} events have values of {', '.join(names)}"
        raise ArgumentError(msg)
    with np.errstate(all="ignore"):
        covariance = np.atleast_2d(np.cov(values[chosen], rowvar=False, aweights=np.abs(dataset.weights[chosen])))
        spread = np.sqrt(np.diag(covariance))
        return np.asarray(np.where(np.outer(spread, spread) > 0, covariance / np.outer(spread, spread), np.nan))
