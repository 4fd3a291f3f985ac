"""What a score is worth, drawn into axes: functions that get numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

from .style import COLOURS, colour, figure_of, line, plain

__all__ = [
    "calibration_on",
    "confusion_on",
    "draw_roc",
    "draw_scores",
    "importance_on",
    "roc_on",
    "scores_on",
    "significance_on",
]

Shapes: TypeAlias = Mapping[str, tuple[Sequence[float], Sequence[float]]]
Curves: TypeAlias = Mapping[str, tuple[Sequence[float], Sequence[float]]]


def draw_roc(curves: Curves) -> Figure:
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
    with figure_of(4.2, 3.0, 1, 1) as (figure, (ax,)):
        roc_on(ax, curves)
    return figure


def draw_scores(edges: Sequence[float], train: Shapes, test: Shapes) -> Figure:
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
    with figure_of(4.2, 2.9, 1, 1) as (figure, (ax,)):
        scores_on(ax, edges, train, test)
    return figure


def roc_on(ax: Axes, curves: Curves) -> None:
    """Draw background rejection against signal efficiency, as the field does; see :func:`draw_roc`."""
    for i, (name, (signal, background)) in enumerate(curves.items()):
        points = [(s, 1 / b) for s, b in zip(signal, background, strict=True) if b > 0]
        ax.plot([x for x, _ in points], [y for _, y in points], label=plain(name), color=colour(i), linestyle=line(i))
    chance = [0.02 * i for i in range(1, 51)]
    ax.plot(chance, [1 / c for c in chance], color="0.6", linewidth=1.0, linestyle=":", label="no separation")
    ax.set(xlabel="signal efficiency", ylabel="background rejection 1/ε", xlim=(0, 1), yscale="log")
    ax.set_ylim(bottom=1)
    ax.legend()


def scores_on(
    ax: Axes, edges: Sequence[float], train: Shapes, test: Shapes, ks: Mapping[str, str] | None = None
) -> None:
    """Draw the score of training and test events; `ks` is what a test of each side says."""
    middles = [(a + b) / 2 for a, b in pairwise(edges)]
    for i, (side, marker) in enumerate((("signal", "o"), ("background", "s"))):
        shade = COLOURS[i]
        ax.stairs(train[side][0], edges, fill=True, color=shade, alpha=0.25, label=f"{side}, training")
        ax.stairs(train[side][0], edges, color=shade, linewidth=1.0)
        points: dict[str, Any] = {"fmt": marker, "markersize": 3.5, "linewidth": 1.0, "color": shade}
        heights = [y if y > 0 else math.nan for y in test[side][0]]
        ax.errorbar(middles, heights, test[side][1], label=f"{side}, test", **points)
    ax.set(xlabel="score", ylabel="density", xlim=(edges[0], edges[-1]))
    top = max(max(part[side][0]) for part in (train, test) for side in part)
    ax.set_ylim(0, (1.45 if ks else 1.35) * top if top > 0 else 1)
    title = ", ".join(f"{side} {text}" for side, text in (ks or {}).items())
    look: dict[str, Any] = {"ncols": 2, "loc": "upper center", "handlelength": 1.6, "columnspacing": 1.2}
    ax.legend(title=f"KS training/test: {title}" if ks else None, title_fontsize=8, **look)


def significance_on(
    ax: Axes, curves: Curves, best: Mapping[str, tuple[float, float, float]], *, xlabel: str = "threshold on the score"
) -> None:
    """Draw significances with the best point of each, a line for each model.

    Parameters
    ----------
    ax : Axes
        Where.
    curves : mapping
        Name to (x, significances), NaN where too few background events are left.
    best : mapping
        Name to x, significance and its error.
    xlabel : str
        What x is.
    """
    for i, (name, (x, z)) in enumerate(curves.items()):
        ax.plot(x, z, color=colour(i), linestyle=line(i), label=plain(name) if len(curves) > 1 else None)
        if name in best:
            at, value, error = best[name]
            label = f"largest at {at:.4g}" if len(curves) == 1 else None
            ax.errorbar([at], [value], [error], fmt="o", markersize=4, color=colour(i), linewidth=1.0, label=label)
    top = max((value + error for _, value, error in best.values()), default=0.0)
    ax.set(xlabel=xlabel, ylabel="Asimov Z", xlim=(0, 1))
    ax.set_ylim(0, 1.25 * top if top > 0 else None)
    ax.ticklabel_format(axis="y", scilimits=(-2, 4), useMathText=True)
    if ax.get_legend_handles_labels()[0]:
        ax.legend()


def calibration_on(
    ax: Axes, bins: Mapping[str, tuple[Sequence[float], Sequence[float], Sequence[float]]], error: str = ""
) -> None:
    """Draw fractions of signal against scores.

    Parameters
    ----------
    ax : Axes
        Where.
    bins : mapping
        Name to mean scores, fractions and their errors.
    error : str
        The expected calibration error.
    """
    ax.plot([0, 1], [0, 1], color="0.6", linewidth=1.0, linestyle=":", label="a probability")
    for i, (name, (score, fraction, errors)) in enumerate(bins.items()):
        label = f"calibration error {error}" if error else plain(name)
        ax.errorbar(
            score,
            fraction,
            errors,
            fmt="osD^v"[i % 5] + "-",
            markersize=3.5,
            linewidth=1.0,
            color=colour(i),
            label=label,
        )
    ax.set(xlabel="score", ylabel="fraction of signal", xlim=(0, 1), ylim=(-0.03, 1.03))
    ax.legend(loc="upper left")


def confusion_on(ax: Axes, classes: Mapping[str, tuple[int, int, float | None]], threshold: float) -> None:
    """Draw which share of each process is on both sides of a threshold, with the numbers of simulated events.

    Parameters
    ----------
    ax : Axes
        Where.
    classes : mapping
        Name to events below the threshold, events above it, and the weighted share above it.
    threshold : float
        On the score.
    """
    shares = [(1 - (e or 0.0), e or 0.0) for _, _, e in classes.values()]
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1.35, aspect="auto")
    for y, (rejected, selected, efficiency) in enumerate(classes.values()):
        for x, (events, share) in enumerate(zip((rejected, selected), shares[y], strict=True)):
            text = f"{events}\n{share:.3g}" if efficiency is not None else str(events)
            ax.text(x, y, text, ha="center", va="center", color="white" if share > 0.75 else "black", fontsize=8)
    ax.set_xticks([0, 1], [f"score < {threshold:.3g}", f"score ≥ {threshold:.3g}"])
    ax.set_yticks(range(len(classes)), [plain(name) for name in classes])
    ax.tick_params(which="both", length=0)
    ax.minorticks_off()


def importance_on(ax: Axes, names: Sequence[str], values: Sequence[float], errors: Sequence[float]) -> None:
    """Draw what the AUC loses where an input is shuffled, the largest loss on top."""
    ax.barh(range(len(names)), values, 0.6, xerr=errors, color=COLOURS[0], error_kw={"linewidth": 1.0})
    ax.axvline(0, color="0.3", linewidth=0.8)
    ax.set(xlabel="AUC lost when shuffled")
    ax.set_yticks(range(len(names)), [plain(name) for name in names])
    ax.tick_params(axis="y", which="both", length=0)
    ax.yaxis.minorticks_off()
    ax.invert_yaxis()
