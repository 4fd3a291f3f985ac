"""How results that only show something show themselves: cutflows, evaluations, comparisons, observables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..environment import platform_name, versions
from ..provenance import SCHEMA
from .numbers import NONE, count, efficiency, number, probability, with_error
from .tables import Table

if TYPE_CHECKING:
    from ..methods import Comparison, Evaluation
    from ..metrics import Significance
    from ..observables import Catalogue, Entry
    from ..runs import RunSummary
    from ..selection import Cutflow

__all__ = [
    "catalogue_table",
    "comparison_numbers",
    "comparison_table",
    "cutflow_numbers",
    "cutflow_table",
    "evaluation_numbers",
    "evaluation_table",
    "metric_texts",
    "significance_text",
    "summary_numbers",
    "view_record",
    "yield_text",
]

METRICS = {"loss": "loss", "accuracy": "accuracy", "auc": "AUC", "r50": "R50", "z": "max Z"}


def view_record(table: Any) -> dict[str, Any]:
    """Return what a cell keeps of a result that is only shown."""
    return {"schema": SCHEMA, "table": table, "versions": versions(), "platform": platform_name()}


def significance_text(found: Significance | None) -> str:
    """Return a significance and its error.

    Examples
    --------
    >>> from hml_jupyter.metrics import significance
    >>> significance_text(significance(10.0, 100.0, 100.0))
    '0.690 ± 0.015'
    """
    return with_error(found.value, found.error) if found else NONE


def yield_text(expected: float | None) -> str:
    """Return an expected number of events.

    Examples
    --------
    >>> yield_text(41.234), yield_text(240312.0)
    ('41.2', '2.4 × 10⁵')
    """
    return number(expected, 3)


def metric_texts(evaluation: Evaluation) -> dict[str, str]:
    """Return the metrics as text: ``loss``, ``accuracy``, ``auc``, ``r50``, ``z``, and the ``note`` of what is missing."""
    return {
        "loss": f"{evaluation.loss:.3f}",
        "accuracy": f"{evaluation.accuracy:.3f}",
        "auc": f"{evaluation.auc:.3f}",
        "r50": with_error(evaluation.rejection.value, evaluation.rejection.error),
        "z": significance_text(evaluation.significance),
        "note": "; ".join(_reasons(evaluation)),
    }


def evaluation_table(evaluation: Evaluation) -> Table:
    """Return the metrics of one training, a row each."""
    texts = metric_texts(evaluation)
    rows = [[label, texts[name]] for name, label in METRICS.items()]
    rows += [
        ["KS train/test, signal", probability(evaluation.ks_signal)],
        ["KS train/test, background", probability(evaluation.ks_background)],
        ["training events", count(evaluation.n_train)],
        ["test events", count(evaluation.n_test)],
    ]
    notes = [_events(evaluation), *_luminosity(evaluation.luminosity), *_reasons(evaluation)]
    return Table(f"evaluation: {evaluation.name}", ("metric", "value"), rows, tuple(notes))


def comparison_table(comparison: Comparison) -> Table:
    """Return a row for each training; the cuts of the test events follow below."""
    metrics = {k: v for k, v in METRICS.items() if k != "z" or comparison.luminosity is not None}
    rows, reasons = [], []
    for row in comparison.rows:
        texts = metric_texts(row)
        ks = f"{probability(row.ks_signal)} / {probability(row.ks_background)}"
        rows.append([row.name, *(texts[name] for name in metrics), ks, count(row.n_train), count(row.n_test)])
        reasons += [f"{row.name}: {reason}" for reason in _reasons(row)]
    columns = ("model", *metrics.values(), "KS sig / bkg", "training", "test")
    if comparison.same_events:
        about = [_events(comparison.rows[0])]
    else:
        about = [
            "the models were measured on different events:",
            *(f"{row.name}: {_events(row)}" for row in comparison.rows),
        ]
    return Table("comparison", columns, rows, (*about, *_luminosity(comparison.luminosity), *reasons))


def cutflow_table(cutflow: Cutflow) -> Table:
    """Return a row for each step: simulated events, efficiency and expected events of each class, and Z."""
    from ..selection import TEST

    expected = cutflow.luminosity is not None
    columns, rows, notes = ["cut"], [], list(cutflow.stale)
    for name in cutflow.classes:
        columns += [name, f"ε {name}", *([f"expected {name}"] if expected else [])]
    for row in cutflow.rows:
        cells = [row.label]
        for name in cutflow.classes:
            c = row.counts[name]
            cells += [
                count(c.events),
                efficiency(c.efficiency),
                *([with_error(c.expected, c.error)] if expected else []),
            ]
        if expected:
            found = row.significance
            cells.append(significance_text(found))
            if found and found.reason:
                notes.append(f"{row.label}: Z {found.reason}")
        rows.append(cells)
    if expected:
        columns.append("Z")
        notes.insert(0, f"expected events and Asimov Z at {cutflow.luminosity:g} fb⁻¹")
    if any(row.label == TEST for row in cutflow.rows):
        notes.append(
            "scores are judged on test events, which the methods have not seen; from there on they are scaled up"
        )
    return Table("cutflow", tuple(columns), rows, tuple(notes))


def catalogue_table(catalogue: Catalogue) -> Table:
    """Return a row for each observable."""
    rows = [
        [", ".join(r.names), r.unit or NONE, _range(r), r.objects, r.example, r.doc, r.source, ", ".join(r.aliases)]
        for r in catalogue.rows
    ]
    columns = ("name", "unit", "range", "of", "example", "meaning", "source", "also")
    return Table("observables", columns, rows, left=len(columns))


def evaluation_numbers(evaluation: Evaluation) -> dict[str, Any]:
    """Return the numbers of an evaluation as plain JSON."""
    z = evaluation.significance
    return {
        "name": evaluation.name,
        "method": evaluation.method,
        "selection": list(evaluation.selection),
        "luminosity": evaluation.luminosity,
        "n_train": evaluation.n_train,
        "n_test": evaluation.n_test,
        "loss": evaluation.loss,
        "accuracy": evaluation.accuracy,
        "auc": evaluation.auc,
        "r50": _estimate(evaluation.rejection),
        "significance": _estimate(z) if z else None,
        "ks": [evaluation.ks_signal, evaluation.ks_background],
    }


def comparison_numbers(comparison: Comparison) -> list[dict[str, Any]]:
    """Return the numbers of each row."""
    return [evaluation_numbers(row) for row in comparison.rows]


def cutflow_numbers(cutflow: Cutflow) -> dict[str, Any]:
    """Return the numbers of a cutflow as plain JSON."""
    rows = [
        {
            "cut": row.label,
            "classes": {name: {**vars(row.counts[name])} for name in cutflow.classes},
            "significance": _estimate(row.significance) if row.significance else None,
        }
        for row in cutflow.rows
    ]
    return {"luminosity": cutflow.luminosity, "rows": rows}


def summary_numbers(summary: RunSummary) -> list[dict[str, Any]]:
    """Return the numbers of each run."""
    return [row._asdict() for row in summary.rows]


def _range(entry: Entry) -> str:
    match entry.range:
        case (None, None):
            return NONE
        case (low, None):
            return f"≥ {low:.4g}"
        case (None, high):
            return f"≤ {high:.4g}"
        case (low, high):
            return f"{low:.4g} to {high:.4g}"


def _estimate(found: Any) -> dict[str, Any]:
    return {"value": found.value, "error": found.error, "reason": found.reason}


def _reasons(evaluation: Evaluation) -> list[str]:
    found = (("R50", evaluation.rejection), ("max Z", evaluation.significance))
    return [f"{label} {each.reason}" for label, each in found if each and each.reason]


def _events(evaluation: Evaluation) -> str:
    """Say which test events these are."""
    return f"test events with {' and '.join(evaluation.selection)}" if evaluation.selection else "all test events"


def _luminosity(luminosity: float | None) -> list[str]:
    return [] if luminosity is None else [f"max Z: Asimov significance at {luminosity:g} fb⁻¹, over all thresholds"]
