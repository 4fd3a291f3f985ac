"""How evaluations and comparisons show themselves."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from .numbers import count, efficiency, number, probability, with_error
from .tables import Table
from .views import estimate, significance_text

if TYPE_CHECKING:
    from ..methods import Comparison, Evaluation
    from ..methods.working import WorkingPoint

__all__ = [
    "comparison_numbers",
    "comparison_table",
    "evaluation_numbers",
    "evaluation_table",
    "metric_texts",
    "working_point_numbers",
    "working_point_table",
]

METRICS = {"loss": "loss", "accuracy": "accuracy", "auc": "AUC", "r50": "R50", "z": "max Z"}
#: HEP ML Lab's columns, and what they are.
RAW = ("raw max_sig", "raw r50")
RAW_NOTE = (
    "raw: HEP ML Lab's max_sig, TP / √(TP + FP) at 0.5, and r50, over both outputs, of counts of simulated events; "
    "they grow with the sample and are no physics"
)


def metric_texts(evaluation: Evaluation) -> dict[str, str]:
    """Return the metrics as text: ``loss``, ``accuracy``, ``auc``, ``r50``, ``z``, and the ``note`` of what is missing."""
    return {
        "loss": f"{evaluation.loss:.3f}",
        "accuracy": with_error(evaluation.accuracy, evaluation.accuracy_error),
        "auc": with_error(evaluation.auc, evaluation.auc_error),
        "r50": with_error(evaluation.rejection.value, evaluation.rejection.error),
        "z": significance_text(evaluation.significance),
        "note": "; ".join(_reasons(evaluation)),
    }


def evaluation_table(evaluation: Evaluation) -> Table:
    """Return the metrics of one training, a row each."""
    texts = metric_texts(evaluation)
    rows = [[label, texts[name]] for name, label in METRICS.items()]
    if len(evaluation.rejections) > 1:
        rows += [[f"R50 of {name}", with_error(r.value, r.error)] for name, r in evaluation.rejections.items()]
    rows += [
        [f"{name} above {evaluation.confusion.threshold:g}", _side(sides)]
        for name, sides in evaluation.confusion.classes.items()
    ]
    rows += [
        ["calibration error", number(evaluation.calibration.expected_error, 2)],
        ["KS train/test, signal", probability(evaluation.ks_signal)],
        ["KS train/test, background", probability(evaluation.ks_background)],
        ["training events", count(evaluation.n_train)],
        ["test events" if evaluation.folds is None else "unseen events", count(evaluation.n_test)],
    ]
    rows += [
        [f"AUC lost without {each.name}", with_error(each.value, each.error)] for each in evaluation.importance or ()
    ]
    notes = [_events(evaluation), *_significance(evaluation), *_reasons(evaluation)]
    return Table(f"evaluation: {evaluation.name}", ("metric", "value"), rows, tuple(notes))


def comparison_table(comparison: Comparison) -> Table:
    """Return a row for each training; the cuts of the test events follow below."""
    metrics = {k: v for k, v in METRICS.items() if k != "z" or comparison.luminosity is not None}
    raw = RAW if comparison.raw_counts else ()
    rows, reasons = [], []
    for row in comparison.rows:
        texts = metric_texts(row)
        counts = [number(each) for each in row.raw_counts] if raw else []
        ks = f"{probability(row.ks_signal)} / {probability(row.ks_background)}"
        rows.append([row.name, *(texts[name] for name in metrics), *counts, ks, count(row.n_train), count(row.n_test)])
        reasons += [f"{row.name}: {reason}" for reason in _reasons(row)]
    columns = ("model", *metrics.values(), *raw, "KS sig / bkg", "training", "test")
    if comparison.same_events:
        about = [_events(comparison.rows[0])]
    else:
        about = [
            "the models were measured on different events:",
            *(f"{row.name}: {_events(row)}" for row in comparison.rows),
        ]
    notes = (*about, *_significance(comparison.rows[0]), *([RAW_NOTE] if raw else []), *reasons)
    return Table("comparison", columns, rows, notes)


def evaluation_numbers(evaluation: Evaluation) -> dict[str, Any]:
    """Return the numbers of an evaluation as plain JSON."""
    z = evaluation.significance
    found = {
        "name": evaluation.name,
        "method": evaluation.method,
        "selection": list(evaluation.selection),
        "luminosity": evaluation.luminosity,
        "n_train": evaluation.n_train,
        "n_test": evaluation.n_test,
        "loss": evaluation.loss,
        "accuracy": {"value": evaluation.accuracy, "error": evaluation.accuracy_error},
        "auc": {"value": evaluation.auc, "error": evaluation.auc_error},
        "r50": estimate(evaluation.rejection),
        "significance": estimate(z) if z else None,
        "ks": [evaluation.ks_signal, evaluation.ks_background],
    }
    if evaluation.folds:
        found["folds"] = evaluation.folds
    if evaluation.importance is not None:
        found["importance"] = {each.name: {"value": each.value, "error": each.error} for each in evaluation.importance}
    return found


def comparison_numbers(comparison: Comparison) -> list[dict[str, Any]]:
    """Return the numbers of each row."""
    rows = [evaluation_numbers(row) for row in comparison.rows]
    if comparison.raw_counts:
        for found, row in zip(rows, comparison.rows, strict=True):
            found["raw_counts"] = [each if isfinite(each) else None for each in row.raw_counts]
    return rows


def _side(sides: Any) -> str:
    return f"{count(sides.selected)} of {count(sides.selected + sides.rejected)}, ε {efficiency(sides.efficiency)}"


def _reasons(evaluation: Evaluation) -> list[str]:
    found = (("R50", evaluation.rejection), ("max Z", evaluation.significance))
    reasons = [f"{label} {each.reason}" for label, each in found if each and each.reason]
    best = evaluation.confusion_at_best
    if best is not None:
        gone = [name for name in evaluation.rejections if not best.classes[name].selected]
        without = f"max Z is without {' and '.join(gone)}: no simulated event of it scores above {best.threshold:.4g}"
        reasons += [without] if gone else []
    return reasons


def _events(evaluation: Evaluation) -> str:
    """Say which events these are."""
    cuts = f" with {' and '.join(evaluation.selection)}" if evaluation.selection else ""
    if evaluation.folds:
        return f"{'' if cuts else 'all '}events{cuts}, each scored by the one of {evaluation.folds} models that has not seen it"
    return f"test events{cuts}" if cuts else "all test events"


def _significance(evaluation: Evaluation) -> list[str]:
    """Say what max Z is."""
    if evaluation.significance is None:
        return []
    known = f", {evaluation.uncertainty:.3g} relative uncertainty of the background" if evaluation.uncertainty else ""
    of = " of each background" if evaluation.each_background else ""
    floor = f"at least {evaluation.significance.floor:g} effective background events{of}"
    return [
        f"max Z: Asimov significance at {evaluation.luminosity:g} fb⁻¹{known}, over all thresholds that leave {floor}"
    ]


def working_point_table(point: WorkingPoint) -> Table:
    """Return the efficiencies, the rejections and the expected events of a working point, a row each."""
    rows = [
        ["cut", point.cut],
        ["signal efficiency", with_error(point.signal_efficiency, point.signal_error)],
        ["background rejection", with_error(point.rejection.value, point.rejection.error)],
    ]
    if len(point.rejections) > 1:
        rows += [[f"rejection of {name}", with_error(r.value, r.error)] for name, r in point.rejections.items()]
    rows += [[name, _side(sides)] for name, sides in point.confusion.classes.items()]
    events = "events, each scored by a model that has not seen it" if point.folds else "test events, scaled up to all"
    notes = [f"on {count(point.n_test)} {events}", *point.selection]
    if point.significance is not None:
        z = point.significance
        rows += [["s", number(z.s)], ["b", number(z.b)], ["Z", significance_text(z)]]
        notes.append(f"expected events and Asimov Z at {point.luminosity:g} fb⁻¹")
        notes += [f"Z {z.reason}"] if z.reason else []
    if point.rejection.reason:
        notes.append(f"the rejection {point.rejection.reason}")
    return Table(f"working point: {point.name}", ("", "value"), rows, tuple(notes))


def working_point_numbers(point: WorkingPoint) -> dict[str, Any]:
    """Return the numbers of a working point as plain JSON."""
    z = point.significance
    more = {"folds": point.folds} if point.folds else {}
    return {
        **more,
        "name": point.name,
        "selection": list(point.selection),
        "luminosity": point.luminosity,
        "n_test": point.n_test,
        "threshold": point.threshold,
        "cut": point.cut,
        "signal_efficiency": {"value": point.signal_efficiency, "error": point.signal_error},
        "rejection": estimate(point.rejection),
        "significance": estimate(z) if z else None,
    }
