"""Pictures in two dimensions: correlations, average images, one event's graph."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .style import colours_of, figure_of, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Nodes", "Plane", "draw_correlation", "draw_graphs", "draw_images", "fill_plane"]

Floats = npt.NDArray[np.float64]


def draw_correlation(matrices: Mapping[str, Floats], names: Sequence[str]) -> Figure:
    """Return matrices of correlation coefficients side by side.

    Parameters
    ----------
    matrices : mapping
        Title -> (k, k) coefficients; NaN stays white.
    names : sequence of str
        k names.

    Examples
    --------
    >>> figure = draw_correlation({"signal": np.eye(2)}, ["met", "ht"])
    >>> figure.axes[0].get_title()
    'signal'
    """
    labels = [plain(name) for name in names]
    side = max(2.0, 0.52 * len(names) + 0.6)
    with figure_of((side + 0.4) * len(matrices) + 1.6, side + 1.2, 1, len(matrices), sharey=True) as (figure, axes):
        for ax, (title, matrix) in zip(axes, matrices.items(), strict=True):
            shown = ax.imshow(matrix, cmap="RdBu_r", vmin=-1, vmax=1)
            for row, column in np.argwhere(np.isfinite(matrix)):
                dark = abs(matrix[row, column]) > 0.6
                text = f"{matrix[row, column]:.2f}".replace("-0.00", "0.00")
                look: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 7}
                ax.text(column, row, text, color="white" if dark else "black", **look)
            ax.set_xticks(range(len(names)), labels, rotation=45, ha="right", rotation_mode="anchor")
            ax.set_yticks(range(len(names)), labels)
            ax.minorticks_off()
            ax.tick_params(length=0)
            ax.set_title(plain(title))
        figure.colorbar(shown, ax=axes, label="linear correlation", shrink=0.8)
    return figure


def draw_images(
    images: Mapping[str, Floats],
    ranges: Sequence[tuple[float, float]],
    label: str,
    axes_labels: tuple[str, str],
    *,
    narrow: bool = False,
) -> Figure:
    """Return the average image of each class on one logarithmic scale.

    Parameters
    ----------
    images : mapping
        Class -> (height, width), not negative; rows are the second axis, upwards.
    ranges : sequence of (float, float)
        Ends of the first and of the second axis.
    label : str
        What a pixel holds.
    axes_labels : (str, str)
        Names of both axes.
    narrow : bool
        Whether the images stand one above the other.

    Examples
    --------
    >>> figure = draw_images({"zz": np.eye(4)}, [(-1, 1), (-1, 1)], "pT [GeV]", ("eta", "phi"))
    >>> figure.axes[0].get_title()
    'zz'
    """
    from matplotlib.colors import LogNorm

    most = max(float(np.max(image, initial=0, where=np.isfinite(image))) for image in images.values())
    scale = LogNorm(most * 1e-3, most) if most > 0 else None
    with _side_by_side(len(images), 2.9, 2.9, narrow=narrow) as (figure, axes):
        for ax, (title, image) in zip(axes, images.items(), strict=True):
            extent = (*ranges[0], *ranges[1])
            shown = ax.imshow(image, origin="lower", extent=extent, cmap="viridis", norm=scale, interpolation="none")
            ax.set_facecolor(shown.get_cmap()(0.0))
            ax.set(title=plain(title), xlabel=axes_labels[0], ylabel=axes_labels[1])
            ax.label_outer()
        figure.colorbar(shown, ax=axes, label=plain(label), shrink=0.9)
    return figure


class Nodes(NamedTuple):
    """The graph of one event, m nodes."""

    places: Floats
    """(m, 2) where the nodes are."""
    sizes: Floats
    """(m,) transverse momenta, of any norm."""
    edges: Sequence[tuple[int, int]]
    """Pairs of nodes."""


def draw_graphs(
    graphs: Mapping[str, Nodes], axes_labels: tuple[str, str], *, signal: Sequence[str] = (), narrow: bool = False
) -> Figure:
    """Return graphs of single events: a point for each node, as large as its momentum, and a line for each edge.

    Parameters
    ----------
    graphs : mapping
        Title -> graph.
    axes_labels : (str, str)
        Names of both axes.
    signal : sequence of str
        Titles that have the colours of signals.
    narrow : bool
        Whether the graphs stand one above the other.

    Examples
    --------
    >>> nodes = Nodes(np.array([[0.0, 0.0], [0.1, 0.2]]), np.array([2.0, 1.0]), [(0, 1)])
    >>> figure = draw_graphs({"zz": nodes}, ("eta", "phi"))
    >>> len(figure.axes[0].collections)
    2
    """
    from matplotlib.collections import LineCollection

    with _side_by_side(len(graphs), 3.0, 3.0, narrow=narrow) as (figure, axes):
        shades = colours_of(graphs, signal)
        for ax, (title, graph) in zip(axes, graphs.items(), strict=True):
            lines = [graph.places[[a, b]] for a, b in graph.edges]
            ax.add_collection(LineCollection(lines, colors="0.6", linewidths=0.5, zorder=1))
            most = float(graph.sizes.max(initial=0)) or 1.0
            areas = 6 + 160 * np.maximum(graph.sizes, 0) / most
            look: dict[str, Any] = {"color": shades[title], "alpha": 0.75, "linewidths": 0, "zorder": 2}
            ax.scatter(graph.places[:, 0], graph.places[:, 1], s=areas, **look)
            _margins(ax, graph.places)
            ax.set(title=plain(title), xlabel=axes_labels[0], ylabel=axes_labels[1])
    return figure


class Plane(NamedTuple):
    """Expected events in two dimensions, with a box of thresholds."""

    labels: tuple[str, str]
    """Of both axes."""
    edges: tuple[Sequence[float], Sequence[float]]
    """(a + 1,) and (b + 1,)."""
    background: Floats
    """(a, b)."""
    signal: Floats
    """(a, b)."""
    box: tuple[tuple[float, float], tuple[float, float]]
    """What is kept along each axis; infinite where there is no threshold."""


def fill_plane(ax: Axes, plane: Plane, shade: str) -> None:
    """Draw background as shades, signal as squares, and the box over them."""
    from matplotlib.patches import Rectangle

    x, y = (np.asarray(edges, float) for edges in plane.edges)
    ax.pcolormesh(x, y, plane.background.T, cmap="Greys", rasterized=True)
    signal = np.maximum(plane.signal, 0.0)
    across, up = np.meshgrid((x[1:] + x[:-1]) / 2, (y[1:] + y[:-1]) / 2, indexing="ij")
    areas = 9.0 * signal / (signal.max(initial=0.0) or 1.0)
    ax.scatter(across, up, s=areas, marker="s", color=shade, linewidths=0)
    (left, right), (low, high) = (
        np.clip(ends, edges[0], edges[-1]) for ends, edges in zip(plane.box, (x, y), strict=True)
    )
    if np.isfinite(plane.box).any():
        look: dict[str, Any] = {"fill": False, "linewidth": 1.1, "linestyle": (0, (4, 2)), "zorder": 4}
        ax.add_patch(Rectangle((left, low), right - left, high - low, **look))
    ax.set(xlabel=plane.labels[0], ylabel=plane.labels[1], xlim=(x[0], x[-1]), ylim=(y[0], y[-1]))


def _side_by_side(
    count: int, width: float, height: float, *, narrow: bool
) -> AbstractContextManager[tuple[Figure, Sequence[Axes]]]:
    """Give a figure of several square pictures, or of a column of them."""
    if narrow:
        return figure_of(width, 0.88 * height * count, count, 1)
    return figure_of(width * count + 0.9, height, 1, count)


def _margins(ax: Axes, places: Floats) -> None:
    """Show all nodes with some room, both axes alike."""
    middle = (places.max(axis=0) + places.min(axis=0)) / 2 if len(places) else np.zeros(2)
    half = max(float(np.ptp(places, axis=0).max()) / 2 if len(places) else 0.0, 1e-3) * 1.15
    if not math.isfinite(half):
        half = 1.0
    ax.set(xlim=(middle[0] - half, middle[0] + half), ylim=(middle[1] - half, middle[1] + half), aspect="equal")
