"""Histograms of several classes: shapes, expected events, stacks; data points; ratios and significances below."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .maps import Plane, fill_plane
from .style import colours_of, figure_of, line, plain, with_unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Lower", "Panel", "Points", "draw_histograms"]

Floats = npt.NDArray[np.float64]

#: Less outside of a histogram is not worth a line.
TOLD = 0.0005
#: Of observed samples.
MARKERS = "os^vDP"
#: More classes than that do not fit above a histogram.
MOST_TOLD = 3


class Points(NamedTuple):
    """Values with errors, (v,) each."""

    values: Sequence[float]
    """NaN where there is none."""
    below: Sequence[float]
    """Length of the error bar downwards."""
    above: Sequence[float]
    """Length of the error bar upwards."""


class Lower(NamedTuple):
    """What stands under a histogram."""

    label: str
    """Of its axis."""
    points: Mapping[str, Points] = {}
    """Name -> values with errors in each bin."""
    steps: Mapping[str, Sequence[float]] = {}
    """Name -> values at each edge, (v + 1,); NaN where there is none."""
    band: Sequence[float] | None = None
    """(v,) error around 1."""


class Panel(NamedTuple):
    """One histogram for each class, on the same axis."""

    name: str
    """Observable."""
    unit: str
    """Its unit, empty where there is none."""
    edges: Sequence[float]
    """Bin edges, (v + 1,)."""
    counts: Mapping[str, Sequence[float]]
    """Of each class, (v,) each."""
    errors: Mapping[str, Sequence[float]] = {}
    """Of `counts`, (v,) each."""
    outside: Mapping[str, float] = {}
    """Class -> the part of it that lies outside of the edges, or has no value."""
    data: Mapping[str, Points] = {}
    """Observed sample -> events in each bin."""
    hidden: Sequence[tuple[float, float]] = ()
    """Windows in which data are blinded."""
    apart: bool = False
    """Whether `counts` are without the events that are blinded in data."""
    lower: Lower | None = None
    """What stands under it."""
    marks: Sequence[float] = ()
    """Where thresholds stand."""
    cut_away: Sequence[tuple[float, float]] = ()
    """Ranges that they cut away."""


def draw_histograms(
    panels: Sequence[Panel],
    *,
    ylabel: str = "fraction of events per bin",
    stacked: Sequence[str] = (),
    signal: Sequence[str] = (),
    log: bool = False,
    planes: Sequence[Plane] = (),
) -> Figure:
    """Return histograms of all classes, one panel an observable.

    Parameters
    ----------
    panels : sequence of Panel
        What is drawn, as it is.
    ylabel : str
        What the heights are.
    stacked : sequence of str
        Classes that are drawn on top of each other, the others as lines.
    signal : sequence of str
        Classes that have the colours of signals.
    log : bool
        Whether the heights are on a logarithmic axis.
    planes : sequence of Plane
        What is drawn in two dimensions under them.

    Examples
    --------
    >>> figure = draw_histograms([Panel("met", "GeV", [0, 50, 100], {"zz": [0.25, 0.75], "qcd": [0.9, 0.1]})])
    >>> len(figure.axes)
    1
    """
    columns = min(3, len(panels))
    rows = math.ceil(len(panels) / columns)
    below = any(panel.lower for panel in panels)
    under = math.ceil(len(planes) / columns)
    ratios = ([3, 1] if below else [3]) * rows + [3.4] * under
    height = (3.1 if below else 2.2) * rows + 2.6 * under + 0.35
    width = 2.9 * columns if columns > 1 else 4.2
    with figure_of(width, height, len(ratios), columns, height_ratios=ratios) as (figure, axes):
        for number, panel in enumerate(panels):
            row, column = divmod(number, columns)
            top = axes[row * (1 + below) * columns + column]
            shades = colours_of(panel.counts, signal)
            _fill(top, panel, stacked, shades, log)
            if panel.lower:
                _fill_lower(axes[(row * 2 + 1) * columns + column], top, panel, shades)
        for plane, ax in zip(planes, axes[rows * (1 + below) * columns :], strict=False):
            fill_plane(ax, plane, next(iter(colours_of(signal, signal).values()), "black"))
        for row in range(rows):
            axes[row * (1 + below) * columns].set_ylabel(ylabel)
        for ax in axes:
            if not ax.has_data():
                ax.remove()
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper right", ncols=min(len(labels), 4))
    return figure


def _fill(ax: Axes, panel: Panel, stacked: Sequence[str], shades: Mapping[str, str], log: bool) -> None:
    import mplhep

    edges = np.asarray(panel.edges, float)
    places = {name: i for i, name in enumerate(panel.counts)}
    heap = [name for name in panel.counts if name in stacked]
    if heap:
        fill: dict[str, Any] = {"histtype": "fill", "alpha": 0.55, "linewidth": 0.8}
        heights = [list(panel.counts[name]) for name in heap]
        colours = [shades[name] for name in heap]
        labels = [plain(name) for name in heap]
        mplhep.histplot(heights, edges, ax=ax, stack=True, label=labels, color=colours, flow="none", **fill)
        _band(ax, edges, np.sum(heights, axis=0), _together(panel, heap), "0.3")
    for name, counts in panel.counts.items():
        if name not in heap and any(counts):
            look: dict[str, Any] = {"color": shades[name], "linestyle": line(places[name]), "linewidth": 1.4}
            mplhep.histplot(list(counts), edges, ax=ax, label=plain(name), flow="none", **look)
            if name in panel.errors:
                _band(ax, edges, np.asarray(counts, float), np.asarray(panel.errors[name], float), look["color"])
    middles = (edges[1:] + edges[:-1]) / 2
    for i, (name, points) in enumerate(panel.data.items()):
        _points(ax, middles, points, "black", MARKERS[i % len(MARKERS)], plain(name))
    _mark(ax, panel, edges)
    ax.set(xlabel=with_unit(panel.name, panel.unit), xlim=(edges[0], edges[-1]))
    ax.set_title(_outside(panel), loc="right", fontsize=6.5, color="0.35", pad=2)
    if log:
        ax.set_yscale("log")
    else:
        ax.set_ylim(bottom=0)


def _mark(ax: Axes, panel: Panel, edges: Floats) -> None:
    """Draw where data are blinded, and where thresholds stand."""
    for low, high in panel.hidden:
        ax.axvspan(low, high, color="0.85", zorder=0)
        shown = (max(low, edges[0]) + min(high, edges[-1])) / 2
        look: dict[str, Any] = {"rotation": 90, "ha": "center", "va": "top", "fontsize": 6.5, "color": "0.35"}
        ax.text(shown, 0.97, "data blinded", transform=ax.get_xaxis_transform(), **look)
    for low, high in panel.cut_away:
        ax.axvspan(max(low, edges[0]), min(high, edges[-1]), color="1.0", alpha=0.6, zorder=3, linewidth=0)
    for mark in panel.marks:
        if edges[0] <= mark <= edges[-1]:
            ax.axvline(mark, color="black", linewidth=1.1, linestyle=(0, (4, 2)), zorder=4)


def _fill_lower(ax: Axes, top: Axes, panel: Panel, shades: Mapping[str, str]) -> None:
    assert panel.lower is not None
    edges = np.asarray(panel.edges, float)
    if panel.lower.band is not None:
        ax.axhline(1, color="0.5", linewidth=0.8)
        _band(ax, edges, np.ones(len(edges) - 1), np.asarray(panel.lower.band, float), "0.3")
    for i, (name, points) in enumerate(panel.lower.points.items()):
        shade = "black" if name in panel.data else shades[name]
        _points(ax, (edges[1:] + edges[:-1]) / 2, points, shade, MARKERS[i % len(MARKERS)], None)
    for i, (name, values) in enumerate(panel.lower.steps.items()):
        ax.plot(edges, values, color="0.2", linestyle=line(i), linewidth=1.2, label=plain(name))
    if panel.lower.steps:
        ax.legend(fontsize=6.5, ncols=2, handlelength=1.8)
    ax.set(xlabel=top.get_xlabel(), ylabel=panel.lower.label, xlim=(edges[0], edges[-1]))
    top.set_xlabel("")
    top.tick_params(labelbottom=False)


def _points(ax: Axes, x: Floats, points: Points, shade: str, marker: str, label: str | None) -> None:
    errors = np.array([points.below, points.above], float)
    look: dict[str, Any] = {"fmt": marker, "markersize": 3, "linewidth": 0.9, "color": shade}
    ax.errorbar(x, np.asarray(points.values, float), errors, label=label, **look)


def _band(ax: Axes, edges: Floats, heights: Floats, errors: Floats, shade: str) -> None:
    ax.stairs(heights + errors, edges, baseline=heights - errors, fill=True, color=shade, alpha=0.22, linewidth=0)


def _together(panel: Panel, names: Sequence[str]) -> Floats:
    """Return the error of a sum of classes."""
    squares = [np.square(panel.errors[name]) for name in names if name in panel.errors]
    return np.sqrt(np.sum(squares, axis=0)) if squares else np.zeros(len(panel.edges) - 1)


def _outside(panel: Panel) -> str:
    """Return what the histogram does not show; empty if that is nothing."""
    told = {plain(name): 100 * part for name, part in panel.outside.items() if part > TOLD}
    text = ", ".join(f"{name} {part:.2g} %" for name, part in told.items())
    if len(told) > MOST_TOLD:
        text = f"up to {max(told.values()):.2g} %"
    return "; ".join(["without blinded events"] * panel.apart + [f"not shown: {text}"] * bool(told))
