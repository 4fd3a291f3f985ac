"""Pictures of evaluations and comparisons: their numbers, and which are drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from .scoring import calibration_on, confusion_on, importance_on, roc_on, scores_on, significance_on
from .style import figure_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..methods import Comparison, Evaluation

__all__ = ["plot_comparison", "plot_evaluation"]

Draw = Callable[["Axes"], None]


def plot_evaluation(evaluation: Evaluation, *, kind: str | None = None) -> Figure:
    """Return all pictures of an evaluation, or the one of a kind."""
    from ..display.numbers import number, probability

    e = evaluation
    ks = {"signal": probability(e.ks_signal), "background": probability(e.ks_background)}
    drawn: dict[str, Draw] = {
        "scores": lambda ax: scores_on(ax, e.scores.edges, e.scores.train, e.scores.test, ks),
        "roc": lambda ax: roc_on(
            ax, {e.name: (e.roc.signal_efficiency.tolist(), e.roc.background_efficiency.tolist())}
        ),
    }
    if e.significances is not None:
        curve = {e.name: (e.roc.thresholds.tolist(), e.significances.tolist())}
        drawn["significance"] = lambda ax: significance_on(ax, curve, _best([e], _threshold))
    bins = {e.name: (e.calibration.score, e.calibration.fraction, e.calibration.error)}
    drawn["calibration"] = lambda ax: calibration_on(ax, bins, number(e.calibration.expected_error, 2))
    drawn["confusion"] = lambda ax: confusion_on(ax, {**e.confusion.classes}, e.confusion.threshold)
    if e.importance:
        columns = tuple(zip(*e.importance, strict=True))
        drawn["importance"] = lambda ax: importance_on(ax, *columns)
    return _figure(drawn, kind, "an Evaluation")


def plot_comparison(comparison: Comparison, *, kind: str | None = None) -> Figure:
    """Return ROC and significance curves and calibrations of several models, or the one of a kind."""
    rows = comparison.rows
    rejections = {r.name: (r.roc.signal_efficiency.tolist(), r.roc.background_efficiency.tolist()) for r in rows}
    drawn: dict[str, Draw] = {"roc": lambda ax: roc_on(ax, rejections)}
    curves = {
        r.name: (r.roc.signal_efficiency.tolist(), r.significances.tolist())
        for r in rows
        if r.significances is not None
    }
    if curves:
        drawn["significance"] = lambda ax: significance_on(
            ax, curves, _best(rows, _efficiency), xlabel="signal efficiency"
        )
    bins = {r.name: (r.calibration.score, r.calibration.fraction, r.calibration.error) for r in rows}
    drawn["calibration"] = lambda ax: calibration_on(ax, bins)
    return _figure(drawn, kind, "a Comparison")


def _best(rows: Sequence[Evaluation], x: Callable[[Evaluation, float], float]) -> dict[str, tuple[float, float, float]]:
    """Return where each has its largest significance, the significance and its error."""
    best = {row.name: (row, row.significance) for row in rows}
    return {
        name: (x(row, z.threshold), z.value, z.error or 0.0)
        for name, (row, z) in best.items()
        if z and z.value is not None and z.threshold is not None
    }


def _threshold(_: Evaluation, threshold: float) -> float:
    return threshold


def _efficiency(evaluation: Evaluation, threshold: float) -> float:
    """Return the signal efficiency of a threshold, to half a percent."""
    curve = evaluation.roc
    points = zip(curve.signal_efficiency.tolist(), curve.thresholds.tolist(), strict=True)
    return float(next((e for e, t in points if t <= threshold), 1.0))


def _figure(drawn: Mapping[str, Draw], kind: str | None, of: str) -> Figure:
    from ..datasets.described import check_known

    if kind is not None:
        check_known(f"kind of picture of {of}", kind, tuple(drawn))
        drawn = {kind: drawn[kind]}
    columns = min(len(drawn), 2 if len(drawn) != 3 else 3)
    rows = -(-len(drawn) // columns)
    with figure_of(3.7 * columns + 0.4, 2.7 * rows, rows, columns) as (figure, axes):
        for ax, draw in zip(axes, drawn.values(), strict=False):
            draw(ax)
        for ax in axes[len(drawn) :]:
            ax.remove()
    return figure
