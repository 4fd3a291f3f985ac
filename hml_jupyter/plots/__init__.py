"""Pictures: `plot` for anything that can be drawn, and the functions that draw numbers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import ArgumentError, UnknownNameError
from .closures import plot_closure
from .drawing import draw_curves, draw_cutflow
from .evaluations import plot_comparison, plot_evaluation
from .maps import Nodes, draw_correlation, draw_graphs, draw_images
from .scoring import draw_roc, draw_scores
from .spectra import Lower, Panel, Points, draw_histograms

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "PLOTS",
    "Lower",
    "Nodes",
    "Panel",
    "Points",
    "draw_correlation",
    "draw_curves",
    "draw_cutflow",
    "draw_graphs",
    "draw_histograms",
    "draw_images",
    "draw_roc",
    "draw_scores",
    "plot",
    "png",
]


def plot(result: Any, **look: Any) -> Figure:
    """Return a figure of a result.

    Parameters
    ----------
    result : Dataset, Board, Training, Evaluation, Comparison, Closure, Cutflow, Workspace, Limit or EfficiencyMap
        Histograms of the columns, training curves, ROC and significance curves, scores, calibration, efficiencies, channels, CLs.
    **look
        Of an evaluation or a comparison: ``kind``, one of its pictures (``"roc"``, ``"significance"``, ``"calibration"``; of an
        evaluation also ``"scores"``, ``"confusion"``, ``"importance"``); of a closure ``"scores"`` or ``"efficiencies"``. Of a dataset: ``columns`` (list of str), ``how`` (``"normalised"``, ``"overlaid"`` or ``"stacked"``), ``below``
        (``"ratio"``, ``"significance"``), ``luminosity`` (fb^-1; None will do for fractions), ``bins``, ``log``; ``channel`` of an Image, ``event``
        (number in its class) of a Graph; ``kind`` is ``"histograms"``, ``"correlation"``, ``"images"`` or ``"graphs"``.

    Returns
    -------
    matplotlib.figure.Figure
        A figure of its own, which no later plot draws into. A cell that ends with it shows it; ``.savefig("x.pdf")`` writes it.

    Raises
    ------
    ArgumentError
        There is no picture of such a thing, or not in this way.
    UnknownNameError
        An option, a column or a way of drawing that there is not.

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
    known = inspect.signature(draw).parameters
    for option in look:
        if option not in list(known)[1:]:
            kind = type(result).__name__
            raise UnknownNameError(f"option of plot for a {kind}", option, list(known)[1:])
    return draw(result, **look)


def png(figure: Figure) -> bytes:
    """Return a figure as PNG; the same numbers give the same bytes."""
    from .figure import png as drawn

    return drawn(figure)


def _of_dataset(
    dataset: Any,
    *,
    kind: str | None = None,
    columns: Sequence[str] | None = None,
    how: str = "normalised",
    below: str | None = None,
    luminosity: float | None = 139.0,
    bins: int = 40,
    log: Any = False,
    channel: str | None = None,
    event: int = 0,
) -> Figure:
    from ..datasets.described import check_known
    from .datasets import Look, correlation, panels_of
    from .pictures import plot_graphs, plot_images

    kinds = {"set": "histograms", "image": "images", "graph": "graphs"}
    kind = kinds[dataset.kind] if kind is None else kind
    check_known("kind of picture of a dataset", kind, (*kinds.values(), "correlation"))
    if kind == "images":
        return plot_images(dataset, channel)
    if kind == "graphs":
        return plot_graphs(dataset, event)
    if isinstance(columns, str) or not isinstance(columns, Sequence | None):
        msg = f"columns is a list of columns, ['met'], not {columns!r}"
        raise ArgumentError(msg)
    usual = tuple(dataset.scores) or dataset.names or dataset.side_names
    names = [dataset.column_name(name) for name in (usual if columns is None else columns)]
    if not names:
        msg = f"this dataset has no columns, its {dataset.kind}s are drawn by kind={kinds[dataset.kind]!r}"
        raise ArgumentError(msg)
    if kind == "correlation":
        sides = ("signal", "background") if dataset.background else ("signal",)
        return draw_correlation({side: correlation(dataset, names, side) for side in sides}, names)
    if not isinstance(log, bool):
        msg = f"log= is True or False, not {log!r}"
        raise ArgumentError(msg)
    panels = panels_of(dataset, names, Look(how, below, luminosity, bins))
    row = dataset.row
    label = f"fraction of {row} per bin" if how == "normalised" else f"{row} per bin at {luminosity:g} fb$^{{-1}}$"
    stacked = dataset.background if how == "stacked" else ()
    return draw_histograms(panels, ylabel=label, stacked=stacked, signal=dataset.signal, log=log)


def _of_board(board: Any) -> Figure:
    from .boards import panels_of_board, planes_of_board

    state = board.state()
    how = board.layout.how
    label = (
        "fraction of events per bin" if how == "normalised" else f"events per bin at {board.luminosity:g} fb$^{{-1}}$"
    )
    stacked = board.dataset.background if how == "stacked" else ()
    look: dict[str, Any] = {"signal": board.dataset.signal, "log": board.layout.log}
    return draw_histograms(
        panels_of_board(state), ylabel=label, stacked=stacked, planes=planes_of_board(board, state), **look
    )


def _of_cutflow(cutflow: Any) -> Figure:
    efficiencies = {name: [row.counts[name].efficiency for row in cutflow.rows] for name in cutflow.classes}
    return draw_cutflow([row.label for row in cutflow.rows], efficiencies)


#: Class name -> how it is drawn.
PLOTS: dict[str, Callable[..., Figure]] = {
    "Dataset": _of_dataset,
    "Training": lambda training: draw_curves(training.history, unit=training.method.unit),
    "Evaluation": plot_evaluation,
    "Comparison": plot_comparison,
    "Closure": plot_closure,
    "Cutflow": _of_cutflow,
    "Board": _of_board,
}
