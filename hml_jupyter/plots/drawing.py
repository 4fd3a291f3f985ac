"""Functions that get numbers and return matplotlib figures."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["DPI", "Panel", "draw_curves", "draw_cutflow", "draw_histograms", "draw_roc", "draw_scores"]

#: Okabe and Ito's colours that can be told apart on white with any colour vision; each goes with its own line.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
LINES = ("-", (0, (5, 2)), (0, (1, 1.2)), (0, (5, 1.5, 1, 1.5)), (0, (8, 2)), (0, (3, 1, 1, 1, 1, 1)))
#: White with dark text reads on a light and on a dark notebook; ticks as the field draws them.
STYLE: dict[Any, Any] = {
    "axes.labelsize": 9,
    "axes.linewidth": 0.8,
    "axes.titlesize": 9,
    "figure.facecolor": "white",
    "font.size": 9,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "legend.handlelength": 2.4,
    "lines.linewidth": 1.6,
    "xtick.direction": "in",
    "xtick.labelsize": 8,
    "xtick.minor.visible": True,
    "xtick.top": True,
    "ytick.direction": "in",
    "ytick.labelsize": 8,
    "ytick.minor.visible": True,
    "ytick.right": True,
}
DPI = 110


class Panel(NamedTuple):
    """One histogram for each class, on the same axis."""

    name: str
    """Observable."""
    unit: str
    """Its unit, empty where there is none."""
    edges: Sequence[float]
    """Bin edges, (v + 1,)."""
    counts: Mapping[str, Sequence[float]]
    """Summed weights of each class, (v,) each."""


def draw_histograms(panels: Sequence[Panel]) -> Figure:
    """Return the shapes of all classes: the fraction of a class's events in each bin, one panel an observable.

    Parameters
    ----------
    panels : sequence of Panel
        Summed weights; those of a class are divided by their sum over the bins, so that they sum to 1 whatever the widths.

    Examples
    --------
    >>> figure = draw_histograms([Panel("met", "GeV", [0, 50, 100], {"zz": [1.0, 3.0], "qcd": [9.0, 1.0]})])
    >>> len(figure.axes)
    1
    """
    columns = min(3, len(panels))
    rows = math.ceil(len(panels) / columns)
    with _figure(2.9 * columns if columns > 1 else 4.2, 2.2 * rows + 0.35, rows, columns) as (figure, axes):
        for ax, panel in zip(axes, panels, strict=False):
            _shapes(ax, panel)
        for ax in axes[::columns]:
            ax.set_ylabel("fraction of events per bin")
        for ax in axes[len(panels) :]:
            ax.remove()
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper right", ncols=len(labels))
    return figure


def draw_curves(history: Mapping[str, Sequence[float]], *, unit: str = "epoch") -> Figure:
    """Return loss (and accuracy, where it was measured) against finished epochs, training and validation.

    Examples
    --------
    >>> len(draw_curves({"loss": [0.7, 0.5], "val_loss": [0.7, 0.6]}).axes)
    1
    """
    from matplotlib.ticker import MaxNLocator

    shown = [name for name in ("loss", "accuracy") if name in history]
    with _figure(3.5 * len(shown) if len(shown) > 1 else 4.2, 2.5, 1, len(shown)) as (figure, axes):
        for ax, name in zip(axes, shown, strict=True):
            for i, (label, key) in enumerate((("training", name), ("validation", f"val_{name}"))):
                if key in history:
                    steps = range(1, len(history[key]) + 1)
                    marker = "o" if len(history[key]) == 1 else None
                    ax.plot(
                        steps,
                        history[key],
                        label=label,
                        color=COLOURS[i],
                        linestyle=LINES[i],
                        marker=marker,
                        markersize=4,
                    )
            ax.set(xlabel=unit, ylabel=name)
            ax.xaxis.set_major_locator(MaxNLocator("auto", integer=True))
            ax.xaxis.minorticks_off()
            ax.legend()
    return figure


def draw_roc(curves: Mapping[str, tuple[Sequence[float], Sequence[float]]]) -> Figure:
    """Return background rejection against signal efficiency, a line for each model.

    Parameters
    ----------
    curves : mapping
        Name to (signal efficiencies, background efficiencies); points without background are left out.

    Examples
    --------
    >>> len(draw_roc({"mlp": ([0.1, 0.5, 1.0], [0.0, 0.01, 1.0])}).axes[0].lines)
    2
    """
    with _figure(4.2, 3.0, 1, 1) as (figure, (ax,)):
        for i, (name, (signal, background)) in enumerate(curves.items()):
            points = [(s, 1 / b) for s, b in zip(signal, background, strict=True) if b > 0]
            ax.plot([x for x, _ in points], [y for _, y in points], label=name, color=_colour(i), linestyle=_line(i))
        chance = [0.02 * i for i in range(1, 51)]
        ax.plot(chance, [1 / c for c in chance], color="0.6", linewidth=1.0, linestyle=":", label="no separation")
        ax.set(xlabel="signal efficiency", ylabel="background rejection 1/ε", xlim=(0, 1), yscale="log")
        ax.set_ylim(bottom=1)
        ax.legend()
    return figure


def draw_scores(
    edges: Sequence[float],
    train: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    test: Mapping[str, tuple[Sequence[float], Sequence[float]]],
) -> Figure:
    """Return the score of training events (filled) and test events (points), signal and background.

    Parameters
    ----------
    edges : sequence of float, (v + 1,)
        Bins of the score.
    train, test : mapping
        ``"signal"`` and ``"background"`` to (densities, their errors), (v,) each.

    Examples
    --------
    >>> shape = {"signal": ([0.5, 1.5], [0.1, 0.1]), "background": ([1.5, 0.5], [0.1, 0.1])}
    >>> len(draw_scores([0.0, 0.5, 1.0], shape, shape).axes)
    1
    """
    middles = [(a + b) / 2 for a, b in pairwise(edges)]
    with _figure(4.2, 2.9, 1, 1) as (figure, (ax,)):
        for i, (side, marker) in enumerate((("signal", "o"), ("background", "s"))):
            colour = COLOURS[i]
            ax.stairs(train[side][0], edges, fill=True, color=colour, alpha=0.25, label=f"{side}, training")
            ax.stairs(train[side][0], edges, color=colour, linewidth=1.0)
            points: dict[str, Any] = {"fmt": marker, "markersize": 3.5, "linewidth": 1.0, "color": colour}
            heights = [y if y > 0 else math.nan for y in test[side][0]]
            ax.errorbar(middles, heights, test[side][1], label=f"{side}, test", **points)
        ax.set(xlabel="score", ylabel="density", xlim=(edges[0], edges[-1]))
        top = max(max(part[side][0]) for part in (train, test) for side in part)
        ax.set_ylim(0, 1.35 * top if top > 0 else 1)
        ax.legend(ncols=2, loc="upper center")
    return figure


def draw_cutflow(steps: Sequence[str], efficiencies: Mapping[str, Sequence[float]]) -> Figure:
    """Return the fraction of generated events of each class that is left after each step.

    Examples
    --------
    >>> len(draw_cutflow(["generated", "met > 50"], {"zz": [1.0, 0.6], "qcd": [1.0, 0.01]}).axes)
    1
    """
    count = max(1, len(efficiencies))
    with _figure(5.4, 0.75 + 0.2 * (count + 1) * len(steps), 1, 1) as (figure, (ax,)):
        least = min((e for each in efficiencies.values() for e in each if e > 0), default=0.1)
        for i, (name, values) in enumerate(efficiencies.items()):
            places = [step + 0.8 * (i - (count - 1) / 2) / count for step in range(len(steps))]
            bars = ax.barh(
                places,
                values,
                0.72 / count,
                color=_colour(i),
                label=name,
                hatch=("", "///", "...", "xxx")[i % 4],
                edgecolor="white",
            )
            ax.bar_label(bars, [f"{v:.3g}" for v in values], padding=3, fontsize=8)
        ax.set(xlabel="efficiency", xscale="log", xlim=(10 ** math.floor(math.log10(least) - 0.2), 4))
        ax.set_yticks(range(len(steps)), [_short(step) for step in steps])
        ax.tick_params(axis="y", which="both", length=0)
        ax.yaxis.minorticks_off()
        ax.invert_yaxis()
        figure.legend(loc="outside upper right", ncols=count)
    return figure


@contextmanager
def _figure(width: float, height: float, rows: int, columns: int) -> Iterator[tuple[Figure, Sequence[Axes]]]:
    """Give a figure that belongs to no global state, in our style."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as NewFigure

    with mpl.rc_context(STYLE):
        figure = NewFigure((width, height), layout="constrained")
        FigureCanvasAgg(figure)
        yield figure, list(figure.subplots(rows, columns, squeeze=False).flat)


def _shapes(ax: Axes, panel: Panel) -> None:
    import mplhep

    for i, (name, counts) in enumerate(panel.counts.items()):
        total = sum(counts)
        if total > 0:
            mplhep.histplot(
                [c / total for c in counts],
                panel.edges,
                ax=ax,
                label=name,
                color=_colour(i),
                linestyle=_line(i),
                yerr=False,
                linewidth=1.4,
            )
    ax.set(xlabel=f"{panel.name} [{panel.unit}]" if panel.unit else panel.name, xlim=(panel.edges[0], panel.edges[-1]))
    ax.set_ylim(bottom=0)


def _colour(i: int) -> str:
    return COLOURS[i % len(COLOURS)]


def _line(i: int) -> Any:
    return LINES[i % len(LINES)]


def _short(text: str, longest: int = 34) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
