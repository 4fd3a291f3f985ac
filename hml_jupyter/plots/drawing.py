"""Functions that get numbers and return matplotlib figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

from .style import COLOURS, LINES, colour, figure_of, plain

__all__ = ["draw_curves", "draw_cutflow"]


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
