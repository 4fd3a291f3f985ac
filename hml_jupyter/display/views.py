"""How results that only show something show themselves: cutflows, observables, runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..environment import platform_name, versions
from ..executors import usable_cores
from ..provenance import SCHEMA
from .numbers import NONE, count, efficiency, number, with_error
from .tables import Table

if TYPE_CHECKING:
    from ..metrics import Significance
    from ..observables import Catalogue, Entry
    from ..runs import RunSummary
    from ..selection import Cutflow

__all__ = [
    "catalogue_table",
    "cutflow_numbers",
    "cutflow_table",
    "estimate",
    "significance_text",
    "summary_numbers",
    "view_record",
    "yield_text",
]


def view_record(table: Any) -> dict[str, Any]:
    """Return what a cell keeps of a result that is only shown."""
    here = {"versions": versions(), "platform": platform_name(), "cores": usable_cores()}
    return {"schema": SCHEMA, "table": table, **here}


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
        rows.append(cells)
    if expected:
        columns.append("Z")
        notes.extend(_reasons(cutflow))
        notes.insert(0, f"expected events and Asimov Z at {cutflow.luminosity:g} fb⁻¹")
    if any(row.label == TEST for row in cutflow.rows):
        notes.append(
            "scores are judged on test events, which the methods have not seen; from there on they are scaled up"
        )
    return Table("cutflow", tuple(columns), rows, tuple(notes))


def _reasons(cutflow: Cutflow) -> list[str]:
    """Return why steps have no significance; once where it is the same for all, as it is without background."""
    found = [
        (row.label, row.significance.reason) for row in cutflow.rows if row.significance and row.significance.reason
    ]
    if len(found) == len(cutflow.rows) and len({reason for _, reason in found}) == 1:
        return [f"Z {found[0][1]}"]
    return [f"{label}: Z {reason}" for label, reason in found]


def catalogue_table(catalogue: Catalogue) -> Table:
    """Return a row for each observable."""
    rows = [
        [", ".join(r.names), r.unit or NONE, _range(r), r.objects, r.example, r.doc, r.source, ", ".join(r.aliases)]
        for r in catalogue.rows
    ]
    columns = ("name", "unit", "range", "of", "example", "meaning", "source", "also")
    return Table("observables", columns, rows, left=len(columns))


def cutflow_numbers(cutflow: Cutflow) -> dict[str, Any]:
    """Return the numbers of a cutflow as plain JSON."""
    rows = [
        {
            "cut": row.label,
            "classes": {name: {**vars(row.counts[name])} for name in cutflow.classes},
            "significance": estimate(row.significance) if row.significance else None,
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


def estimate(found: Any) -> dict[str, Any]:
    """Return an estimate as plain JSON."""
    return {"value": found.value, "error": found.error, "reason": found.reason}
