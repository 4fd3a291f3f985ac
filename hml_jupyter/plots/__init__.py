"""Pictures: `plot` for anything that can be drawn, and the functions that draw numbers."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from ..errors import ArgumentError
from .drawing import DPI, Panel, draw_curves, draw_cutflow, draw_histograms, draw_roc, draw_scores

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "PLOTS",
    "Panel",
    "draw_curves",
    "draw_cutflow",
    "draw_histograms",
    "draw_roc",
    "draw_scores",
    "plot",
    "png",
]


def plot(result: Any) -> Figure:
    """Return a figure of a result.

    Parameters
    ----------
    result : Dataset, Training, Evaluation, Comparison or Cutflow
        Histograms of the columns, training curves, scores, ROC curves, efficiencies.

    Returns
    -------
    matplotlib.figure.Figure
        A figure of its own, which no later plot draws into; ``.savefig("x.pdf")`` writes it.

    Raises
    ------
    ArgumentError
        There is no picture of such a thing.

    Examples
    --------
    >>> import hml_jupyter as hml
    >>> from hml_jupyter.datasets import example
    >>> hml.plot(example()).axes[0].get_xlabel()
    'fatjet0.mass [GeV]'
    """
    draw = PLOTS.get(type(result).__name__)
    if draw is None:
        msg = f"there is no picture of a {type(result).__name__}; plot takes {', '.join(PLOTS)}"
        raise ArgumentError(msg)
    return draw(result)


def png(figure: Figure) -> bytes:
    """Return a figure as PNG; the same numbers give the same bytes."""
    stream = BytesIO()
    figure.savefig(stream, format="png", dpi=DPI, metadata={"Software": None})
    return stream.getvalue()


def _of_dataset(dataset: Any) -> Figure:
    from .. import histograms

    panels = []
    for name in dataset.names:
        edges = histograms.binning(dataset.column(name))
        filled = histograms.fill(dataset, name, edges)
        values = filled.values()
        panels.append(
            Panel(
                name, dataset.unit(name), edges.tolist(), {c: values[i].tolist() for i, c in enumerate(dataset.classes)}
            )
        )
    return draw_histograms(panels)


def _of_cutflow(cutflow: Any) -> Figure:
    efficiencies = {name: [row.counts[name].efficiency for row in cutflow.rows] for name in cutflow.classes}
    return draw_cutflow([row.label for row in cutflow.rows], efficiencies)


#: Class name -> how it is drawn.
PLOTS: dict[str, Callable[[Any], Figure]] = {
    "Dataset": _of_dataset,
    "Training": lambda training: draw_curves(training.history, unit=training.method.unit),
    "Evaluation": lambda evaluation: draw_scores(
        evaluation.scores.edges, evaluation.scores.train, evaluation.scores.test
    ),
    "Comparison": lambda comparison: draw_roc(
        {row.name: (row.roc.signal_efficiency, row.roc.background_efficiency) for row in comparison.rows}
    ),
    "Cutflow": _of_cutflow,
}
