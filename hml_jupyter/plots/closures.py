"""Pictures of a surrogate beside its original."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from math import nan
from typing import TYPE_CHECKING

from .style import colour, figure_of, plain, with_unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..methods import Closure

__all__ = ["efficiencies_on", "pair_on", "plot_closure"]


def plot_closure(closure: Closure, *, kind: str | None = None) -> Figure:
    """Return the scores and the efficiencies of each class, or one of the two kinds."""
    from ..datasets.described import check_known

    drawn: dict[str, list[Callable[[Axes], None]]] = {"scores": [], "efficiencies": []}
    for name, each in closure.classes.items():
        drawn["scores"].append(
            partial(pair_on, of=name, original=each.original, drawn=each.surrogate, errors=each.errors)
        )
        points = {f"score ≥ {p.threshold:.3g}": p.bins for p in each.points}
        label = f"efficiency, {name}"
        drawn["efficiencies"].append(
            partial(
                efficiencies_on, edges=closure.edges, points=points, by=with_unit(closure.by, closure.unit), label=label
            )
        )
    if kind is not None:
        check_known("kind of picture of a Closure", kind, tuple(drawn))
        drawn = {kind: drawn[kind]}
    rows = list(drawn.values())
    columns = len(closure.classes)
    with figure_of(3.7 * columns + 0.4, 2.7 * len(rows), len(rows), columns) as (figure, axes):
        for ax, draw in zip(axes, (draw for row in rows for draw in row), strict=True):
            draw(ax)
    return figure


def pair_on(ax: Axes, *, of: str, original: Sequence[float], drawn: Sequence[float], errors: Sequence[float]) -> None:
    """Draw the densities of two scores in equal bins from 0 to 1: the original filled, the surrogate as points with errors."""
    edges = [i / len(original) for i in range(len(original) + 1)]
    ax.stairs(original, edges, fill=True, color=colour(0), alpha=0.25, label="original")
    ax.stairs(original, edges, color=colour(0), linewidth=1.0)
    heights = [y if y > 0 else nan for y in drawn]
    ax.errorbar(
        _middles(edges), heights, errors, fmt="o", markersize=3.5, linewidth=1.0, color=colour(1), label="surrogate"
    )
    ax.set(xlabel=f"score, {plain(of)}", ylabel="density", xlim=(0, 1))
    ax.set_ylim(0, 1.35 * max(*original, *drawn) or 1)
    ax.legend()


def efficiencies_on(
    ax: Axes,
    *,
    edges: Sequence[float],
    points: Mapping[str, Sequence[tuple[float, float, float]]],
    by: str,
    label: str,
) -> None:
    """Draw efficiencies in bins, a colour for each threshold: the original as a line, the surrogate as points.

    Parameters
    ----------
    ax : Axes
        Where.
    edges : sequence of float, (v + 1,)
        Bins.
    points : mapping
        Name of a threshold to original, surrogate and the error of their difference, in each of the bins.
    by, label : str
        What the axes are.
    """
    for i, (name, bins) in enumerate(points.items()):
        original, drawn, errors = zip(*bins, strict=True)
        ax.stairs(original, edges, color=colour(i), linewidth=1.2, baseline=None)
        ax.errorbar(
            _middles(edges),
            drawn,
            errors,
            fmt="osD^v"[i % 5],
            markersize=3.5,
            linewidth=1.0,
            color=colour(i),
            label=name,
        )
    ax.set(xlabel=by, ylabel=plain(label), ylim=(-0.03, 1.35))
    ax.legend(title="lines original, points surrogate", title_fontsize=8, ncols=2)


def _middles(edges: Sequence[float]) -> list[float]:
    return [(a + b) / 2 for a, b in pairwise(edges)]
