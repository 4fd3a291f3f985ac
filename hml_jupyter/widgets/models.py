"""What the Training panel shows of datasets and of trained models."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import HmlError
from ..methods import Training, evaluate
from .base import remembered

__all__ = ["about", "parts", "roc", "row"]

#: Fewer training events of a class than this are too few to learn from.
FEW = 200


def parts(dataset: Any) -> dict[str, Any]:
    """Return how many events of a dataset are in each part, and a warning where they are few."""
    train, validation, test = (int(dataset.part(p).sum()) for p in ("train", "validation", "test"))
    signal = dataset.is_signal[dataset.part("train")]
    few = min(int(signal.sum()), int((~signal).sum()))
    warning = (
        f"Only {few} training events in the smaller class: loosen the cuts or generate more." if few < FEW else None
    )
    return {"n_train": train, "n_validation": validation, "n_test": test, "warning": warning}


def about(dataset: Any, name: str) -> list[str]:
    """Return what is said of a dataset beside the form."""
    counts = " + ".join(f"{int((dataset.y == i).sum())} {c}" for i, c in enumerate(dataset.classes))
    cuts = [" and ".join(dataset.all_cuts)] if dataset.all_cuts else []
    return [
        f"{name}: {counts} events",
        *cuts,
        "the split was fixed when the dataset was built",
        "weights balanced per class",
    ]


def row(name: str, training: Training) -> dict[str, Any]:
    """Return a model's row, a ``ModelRow``."""
    cuts = " and ".join(training.cuts)
    row = {
        "target": name,
        "method": type(training.method).__name__,
        "on": cuts or "the whole dataset",
        "status": "stale" if training.stale else "done",
        "stale": list(training.stale),
        "note": "",
    }
    return row | _metrics(training)


def _metrics(training: Training) -> dict[str, Any]:
    try:
        return dict(_evaluated(training)[0])
    except HmlError as error:
        return {"note": str(error)}


def roc(target: str, training: Training, working: float | None) -> dict[str, Any] | None:
    """Return a model's ROC curve, a ``RocLine``; None where it cannot be evaluated."""
    try:
        curve = _evaluated(training)[1]
    except HmlError:
        return None
    return {"target": target, **curve, "working": working}


@remembered(32)
def _evaluated(training: Training) -> tuple[dict[str, str], dict[str, Any]]:
    from ..display import metric_texts

    found = evaluate(training)
    points = slice(1, None)  # the first one selects nothing
    left, z = found.roc.background_efficiency[points], found.significances
    curve = {
        "efficiency": found.roc.signal_efficiency[points].tolist(),
        "rejection": [1 / share if share > 0 else None for share in left.tolist()],
        "threshold": found.roc.thresholds[points].tolist(),
        "z": None if z is None else [value if np.isfinite(value) else None for value in z[points].tolist()],
    }
    return metric_texts(found), curve
