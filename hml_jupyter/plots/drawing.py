"""Functions that get numbers and return matplotlib figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

from .style import COLOURS, LINES, colour, figure_of, plain

__all__ = ["draw_curves", "draw_cutflow"]


#: Metrics of validation events -> their names in a history.
METRICS = {"AUC": "val_auc", "R50": "val_rejection", "max Z": "val_max_significance"}


def draw_curves(history: Mapping[str, Sequence[float]], *, unit: str = "epoch") -> Figure:
    """Return training curves against finished epochs: loss, accuracy and metrics of validation events, where they were measured.

    The metrics share a panel, each over its largest value. Thresholds that learn, ``"cut met"``, and the gradients of the loss with
    respect to them, ``"gradient met"``, get a row each. Curves of folds, ``"loss, fold 0"``, are thin beside their means.

    Examples
    --------
    >>> len(draw_curves({"loss": [0.7, 0.5], "val_loss": [0.7, 0.6], "val_auc": [0.7, 0.8]}).axes)
    2
    >>> len(draw_curves({"loss": [0.7], "cut met": [50.0], "gradient met": [0.1]}).axes)
    3
    """
    shown = [name for name in ("loss", "accuracy") if name in history]
    shown += ["metrics"] if any(any(history.get(name, ())) for name in METRICS.values()) else []
    names = [name.removeprefix("cut ") for name in history if name.startswith("cut ") and ", fold " not in name]
    rows = [shown, *([f"{what} {name}" for name in names] for what in ("cut", "gradient") if names)]
    columns = max(map(len, rows))
    with figure_of(3.5 * columns if columns > 1 else 4.2, 2.5 * len(rows), len(rows), columns) as (figure, axes):
        for i, ax in enumerate(axes):
            name = dict(enumerate(rows[i // columns])).get(i % columns)
            if name is None:
                ax.remove()
                continue
            if name == "metrics":
                _metrics(ax, history)
            else:
                _curve(ax, history, name)
            ax.set(xlabel=unit)
    return figure


def _curve(ax: Axes, history: Mapping[str, Sequence[float]], name: str) -> None:
    """Draw a curve of training and validation events, and thin those of the folds."""
    for i, (label, key) in enumerate((("training", name), ("validation", f"val_{name}"))):
        for each, values in history.items():
            if each == key:
                _line(ax, values, i, label=label)
            elif each.startswith(f"{key}, fold "):
                _line(ax, values, i, linewidth=0.6, alpha=0.5)
    ax.set(ylabel=plain(name.removeprefix("cut ")))
    if name in ("loss", "accuracy"):
        ax.legend()


def _metrics(ax: Axes, history: Mapping[str, Sequence[float]]) -> None:
    """Draw metrics over their largest values."""
    for i, (label, key) in enumerate(METRICS.items()):
        most = max(history.get(key, ()), default=0.0)
        if most > 0:
            _line(ax, [value / most for value in history[key]], i, label=f"{label}, largest {most:.3g}")
    ax.set(ylabel="validation / largest")
    ax.legend()


def _line(ax: Axes, values: Sequence[float], i: int, **look: Any) -> None:
    from matplotlib.ticker import MaxNLocator

    marker = "o" if len(values) == 1 else None
    steps = range(1, len(values) + 1)
    ax.plot(steps, values, color=COLOURS[i], linestyle=LINES[i], marker=marker, markersize=4, **look)
    ax.xaxis.set_major_locator(MaxNLocator("auto", integer=True))
    ax.xaxis.minorticks_off()


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
