"""How each result shows itself: a table, a picture where it helps, and a record; entered into `registry.SHOWS`."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from ..registry import SHOWS
from . import closures, evaluations, preserved, results, views
from .evaluations import metric_texts
from .numbers import count, efficiency, number, with_error
from .results import is_outside
from .tables import Table, to_html, to_text
from .views import significance_text, yield_text

__all__ = [
    "RECORD",
    "Table",
    "bundle",
    "count",
    "drawn_board",
    "efficiency",
    "is_outside",
    "metric_texts",
    "number",
    "significance_text",
    "with_error",
    "yield_text",
]

#: Mime type of the record.
RECORD = "application/vnd.hml.record+json"


def bundle(table: Table, *, record: dict[str, Any] | None = None, picture: Any = None) -> dict[str, Any]:
    """Return the mime bundle of a result.

    Parameters
    ----------
    table : Table
        Shown as text and as HTML.
    record : dict, optional
        Plain JSON that a replay compares.
    picture : matplotlib.figure.Figure, optional
        Shown as PNG.

    Examples
    --------
    >>> sorted(bundle(Table("runs", ("name",), [["zz"]])))
    ['text/html', 'text/plain']
    """
    drawn = None
    if picture is not None:
        from ..plots import png

        drawn = base64.b64encode(png(picture)).decode()
    shown: dict[str, Any] = {"text/plain": to_text(table), "text/html": to_html(table, drawn)}
    if drawn is not None:
        shown["image/png"] = drawn
    if record is not None:
        shown[RECORD] = record
    return shown


def _drawn(result: Any) -> Any:
    from ..plots import plot

    return plot(result)


def _dataset(dataset: Any) -> dict[str, Any]:
    """Show a dataset by its classes and histograms, a selection by what each cut leaves."""
    record = results.result_record(dataset)
    if not dataset.is_selection:
        return bundle(results.dataset_table(dataset), record=record, picture=_drawn(dataset))
    from ..selection import cutflow

    return bundle(views.cutflow_table(cutflow(dataset, luminosity=None)), record=record)


def _view(
    table: Callable[[Any], Table], numbers: Callable[[Any], Any], *, drawn: bool = False
) -> Callable[[Any], dict[str, Any]]:
    def show(view: Any) -> dict[str, Any]:
        return bundle(table(view), record=views.view_record(numbers(view)), picture=_drawn(view) if drawn else None)

    return show


def _preserved(found: Any) -> dict[str, Any]:
    """Show a preserved network by its card; of one that was loaded, the record is what was read."""
    record = views.view_record({"bundle": found.fingerprint}) | {"inputs": preserved.files_read(found)}
    if not found.loaded:
        record = results.result_record(found)
    return bundle(preserved.preserved_table(found, found.lacking), record=record)


def drawn_board(board: Any) -> dict[str, Any]:
    """Show a board by its picture and its cutflow; in a notebook it is live, see `hml_jupyter.widgets.alone`."""
    flow = board.cutflow
    return bundle(
        views.cutflow_table(flow), record=views.view_record(views.cutflow_numbers(flow)), picture=_drawn(board)
    )


SHOWS.update(
    {
        "Run": lambda run: bundle(results.run_table(run), record=results.result_record(run)),
        "RunSummary": _view(results.summary_table, views.summary_numbers),
        "Dataset": _dataset,
        "Training": lambda t: bundle(results.training_table(t), record=results.result_record(t), picture=_drawn(t)),
        "Board": drawn_board,
        "Cutflow": _view(views.cutflow_table, views.cutflow_numbers),
        "Evaluation": _view(evaluations.evaluation_table, evaluations.evaluation_numbers, drawn=True),
        "Comparison": _view(evaluations.comparison_table, evaluations.comparison_numbers, drawn=True),
        "Closure": _view(closures.closure_table, closures.closure_numbers, drawn=True),
        "WorkingPoint": _view(evaluations.working_point_table, evaluations.working_point_numbers),
        "Preserved": _preserved,
        "Verification": _view(preserved.verification_table, preserved.verification_numbers),
        "Scan": lambda scan: bundle(results.scan_table(scan), record=results.result_record(scan)),
        "DatasetNumbers": lambda numbers: bundle(results.numbers_table(numbers)),
        "Catalogue": lambda catalogue: bundle(views.catalogue_table(catalogue)),
    }
)
