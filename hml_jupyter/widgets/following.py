"""The cutflow and the significance as the Cuts panel writes them: at rest, and for every place of a threshold that moves."""

from __future__ import annotations

from typing import Any

from ..datasets import Dataset
from ..display import efficiency, significance_text, yield_text
from ..selection import Cutflow, CutflowRow
from ..thresholds import Threshold

__all__ = ["columns", "live_rows", "live_significances", "rows", "significance"]


def columns(flow: Cutflow) -> list[str]:
    """Return the headings of a cutflow."""
    return ["cut", *flow.classes, *(f"ε {c}" for c in flow.classes)]


def rows(flow: Cutflow) -> list[list[str]]:
    """Return the cells of a cutflow."""
    return [
        [
            row.label,
            *(f"{row.counts[c].events}" for c in flow.classes),
            *(efficiency(row.counts[c].efficiency) for c in flow.classes),
        ]
        for row in flow.rows
    ]


def live_rows(found: Threshold, dataset: Dataset, labels: list[list[str]]) -> list[list[list[str]]]:
    """Return the cells of the cutflow rows from the moving cut on, for each place of its threshold.

    `labels` are the first cells: a list for each row.
    """
    known = [dataset.counts[c]["cross_section"] for c in dataset.classes]
    sigma = [1.0 if value is None else float(value) for value in known]
    return [
        [
            [
                label,
                *(f"{n}" for n in events[:, place]),
                *(efficiency(w / s) for w, s in zip(weights[:, place], sigma, strict=True)),
            ]
            for place, label in enumerate(texts)
        ]
        for texts, events, weights in zip(labels, found.events, found.weights, strict=True)
    ]


def live_significances(found: Threshold, places: int) -> dict[str, list[Any]]:
    """Return what is written of the significance at each place, and its curve."""
    if not found.significances:
        return {"text": [""] * places, "s": [], "b": [], "mc": [], "curve": [None] * places}
    return {
        "text": [significance_text(s) for s in found.significances],
        "s": [yield_text(s.s) for s in found.significances],
        "b": [yield_text(s.b) for s in found.significances],
        "mc": [f"{s.n_effective:.0f} MC events" for s in found.significances],
        "curve": [s.value for s in found.significances],
    }


def significance(row: CutflowRow) -> dict[str, Any]:
    """Return what is written of the significance after a step."""
    found = row.significance
    if found is None:
        return {"text": None, "reason": "no cross section is known", "s": "", "b": "", "mc": ""}
    text = significance_text(found) if found.value is not None else None
    mc = f"{found.n_effective:.0f} MC events"
    return {"text": text, "reason": found.reason or None, "s": yield_text(found.s), "b": yield_text(found.b), "mc": mc}
