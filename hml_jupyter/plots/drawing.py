"""Functions that get numbers and return matplotlib figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

from .style import COLOURS, LINES, colour, figure_of, line, plain

__all__ = ["draw_curves", "draw_cutflow", "draw_roc", "draw_scores"]


def draw_curves(history: Mapping[str, Sequence[float]], *, unit: str = "epoch") -> Figure:
    """Return loss (and accuracy, where it was measured) against finished epochs, training and validation.

    Examples
    --------
    >>> len(draw_curves({"loss": [0.7, 0.5], "val_loss": [0.7, 0.6]}).axes)
    1
    """
    from matplotlib.ticker import MaxNLocator

    shown = [name for name in ("loss", "accuracy") if name in history]
    with figure_of(3.5 * len(shown) if len(shown) > 1 else 4.2, 2.5, 1, len(shown)) as (figure, axes):
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
    with figure_of(4.2, 3.0, 1, 1) as (figure, (ax,)):
        for i, (name, (signal, background)) in enumerate(curves.items()):
            points = [(s, 1 / b) for s, b in zip(signal, background, strict=True) if b > 0]
            ax.plot(
                [x for x, _ in points], [y for _, y in points], label=plain(name), color=colour(i), linestyle=line(i)
            )
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
    with figure_of(4.2, 2.9, 1, 1) as (figure, (ax,)):
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
    with figure_of(5.4, 0.75 + 0.2 * (count + 1) * len(steps), 1, 1) as (figure, (ax,)):
        least = min((e for each in efficiencies.values() for e in each if e > 0), default=0.1)
        for i, (name, values) in enumerate(efficiencies.items()):
            places = [step + 0.8 * (i - (count - 1) / 2) / count for step in range(len(steps))]
            bars = ax.barh(
                places,
                values,
                0.72 / count,
                color=colour(i),
                label=plain(name),
                hatch=("", "///", "...", "xxx")[i % 4],
                edgecolor="white",
            )
            ax.bar_label(bars, [f"{v:.3g}" for v in values], padding=3, fontsize=8)
        ax.set(xlabel="efficiency", xscale="log", xlim=(10 ** math.floor(math.log10(least) - 0.2), 4))
        ax.set_yticks(range(len(steps)), [plain(_short(step)) for step in steps])
        ax.tick_params(axis="y", which="both", length=0)
        ax.yaxis.minorticks_off()
        ax.invert_yaxis()
        figure.legend(loc="outside upper right", ncols=count)
    return figure


def _short(text: str, longest: int = 34) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
