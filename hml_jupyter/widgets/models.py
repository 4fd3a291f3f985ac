"""What the Training panel shows of datasets and of trained models."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from ..calls import Call
from ..errors import HmlError
from ..methods import CutAndCount, CutNetwork, Evaluation, Network, Surrogate, Training, evaluate
from ..methods.keras_learning import KerasMethod
from ..methods.method import Method
from .base import remembered
from .method_menu import label

__all__ = ["about", "begun", "cuts_of", "history", "learned", "next_step", "parts", "roc", "row", "teaches", "thinned"]

#: What is drawn as the loss, by what is minimised.
LOSSES = {
    "cross_entropy": "loss",
    "squared": "squared loss",
    "accuracy": "1 - accuracy",
    "significance": "- ln significance",
    "s/sqrt(b)": "- ln s/sqrt(b)",
    "s/sqrt(s+b)": "- ln s/sqrt(s+b)",
}
#: Fewer training events of a class than this are too few to learn from.
FEW = 200
#: Points of a learning curve that are shown.
MOST_POINTS = 300
#: Below this probability training and test events do not have the same scores.
LEAST = 0.01
#: From this ratio to its lowest value on the validation loss has risen.
RISEN = 1.02


def teaches(dataset: Any) -> bool:
    """Tell whether a method can learn from a dataset: it has background, and training events."""
    return bool(dataset.background) and dataset.parts[0] > 0


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


def row(name: str, training: Training, dataset: str | None) -> dict[str, Any]:
    """Return a model's row, a ``ModelRow``; `dataset` is the variable of what it was trained on, if there is one."""
    cuts = " and ".join(training.cuts)
    row = {
        "target": name,
        "method": label(type(training.method).__name__) + (f", {training.folds} folds" if training.folds else ""),
        "on": dataset or cuts or "the whole dataset",
        "cuts": cuts,
        "status": "stale" if training.stale else "done",
        "stale": list(training.stale),
        "note": "",
    }
    return row | _metrics(training)


def cuts_of(training: Training) -> list[str]:
    """Return the cuts that a training found, where these are all that its model is."""
    method = training.method
    alone = isinstance(method, CutAndCount) or (isinstance(method, CutNetwork) and method.network is None)
    if not alone or training.folds:
        return []
    try:
        return list(training.model.cuts)
    except HmlError:
        return []


def thinned(curves: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """Return learning curves with as many points as a picture shows, and the epochs (from 1) that these are of.

    Examples
    --------
    >>> thinned({"loss": [0.7, float("inf")]})
    {'at': [1, 2], 'curves': {'loss': [0.7, None]}}
    """
    epochs = max(map(len, curves.values()), default=0)
    step = math.ceil(epochs / MOST_POINTS)
    kept = range((epochs - 1) % step if step else 0, epochs, step or 1)
    shown = {name: [_finite(values[i]) for i in kept if i < len(values)] for name, values in curves.items()}
    return {"at": [i + 1 for i in kept], "curves": shown}


def history(training: Training) -> dict[str, Any]:
    """Return how a model has learned, a ``History`` of the page, with what the loss is and which epochs are kept."""
    unit, kept = training.method.unit, training.config.get("kept")
    curves = {"unit": f"{unit}s", "loss": _minimised(training.method), **thinned(training.history)}
    if kept is None:
        return {**curves, "kept": [], "note": ""}
    if isinstance(kept, int):
        return {**curves, "kept": [kept], "note": f"{unit} {kept} of {training.epochs} is kept"}
    return {**curves, "kept": kept, "note": f"{unit}s {', '.join(map(str, kept))} of the folds are kept"}


def begun(call: Call) -> dict[str, str]:
    """Return what is said of a training that has no numbers yet: what its loss is, and what it waits for."""
    method = call.arguments[0]
    if getattr(method, "estimator", None) and isinstance(method, Network):
        return {"loss": "loss", "awaits": "It is fitted at once:\nits numbers come at the end."}
    step = method.step(method.schedule(call.options.get("epochs")) or 1)
    after = f"the first {method.unit}" if step == 1 else f"{step} {method.unit}s"
    first = "Compiling: its" if isinstance(method, KerasMethod | CutNetwork | Surrogate) else "Its"
    return {"loss": _minimised(method), "awaits": f"{first} first numbers\ncome after {after}."}


def _minimised(method: Method) -> str:
    """Return what the loss of a learning curve is; in tables it is always the cross entropy."""
    if isinstance(method, CutNetwork) and method.network is None:
        return f"{LOSSES[method.objective]}, soft cuts"
    if isinstance(method, Surrogate):
        return "- ln likelihood"
    learner = method.network if isinstance(method, CutNetwork) else method
    return LOSSES[learner.loss] if isinstance(learner, KerasMethod) else LOSSES["cross_entropy"]


def roc(target: str, training: Training, working: float | None) -> dict[str, Any] | None:
    """Return a model's ROC curve, a ``RocLine``; None where it cannot be evaluated."""
    try:
        curve = _evaluated(training)[1]
    except HmlError:
        return None
    return {"target": target, **curve, "working": working}


def learned(target: str, training: Training) -> dict[str, Any] | None:
    """Return the scores of a model's training and test events, ``ScoreShapes``; None where it cannot be evaluated."""
    try:
        shapes = _evaluated(training)[2]
    except HmlError:
        return None
    return {"target": target, **shapes, "text": f"{shapes['text']}{_lowest(training)}"}


def next_step(models: Sequence[Mapping[str, Any]], recorded: Collection[str]) -> str:
    """Return what to do next, in a sentence or two; `recorded` are the keys of the steps that were made."""
    trained = [m for m in models if m["status"] in ("done", "stale")]
    if not trained:
        return "Press Train. The loss should fall for training and validation events alike; the numbers below are of test events."
    if trained[-1].get("surrogate") and f"closure:{trained[-1]['target']}" not in recorded:
        return f"Press closure in the row of {trained[-1]['target']}: on test events it compares the scores that are drawn with those of the original."
    if len(trained) == 1:
        return "Train another method on the same dataset: only the comparison tells what it is worth."
    return "Compare them. Drag the handle on the ROC curve to a working point, or cut on the score: it becomes a column for boards and cuts."


def _metrics(training: Training) -> dict[str, Any]:
    try:
        return dict(_evaluated(training)[0])
    except HmlError as error:
        return {"note": str(error)}


@remembered(32)
def _evaluated(training: Training) -> tuple[dict[str, str], dict[str, Any], dict[str, Any]]:
    from ..display import metric_texts

    found = evaluate(training)
    # events with equal scores are selected together; the first point selects nothing
    points = np.flatnonzero(np.diff(found.roc.thresholds)) + 1
    left, z = found.roc.background_efficiency[points], found.significances
    curve = {
        "efficiency": found.roc.signal_efficiency[points].tolist(),
        "rejection": [1 / share if share > 0 else None for share in left.tolist()],
        "threshold": found.roc.thresholds[points].tolist(),
        "z": None if z is None else [_finite(value) for value in z[points].tolist()],
    }
    return metric_texts(found) | {"note": _perfect(training, found)}, curve, _shapes(found)


def _perfect(training: Training, found: Evaluation) -> str:
    """Say that there is nothing to compare where one cut, or a few, do all there is to do."""
    if found.auc < 1:
        return ""
    cuts = cuts_of(training)
    if not cuts:
        return "no test event is mistaken: cut and count tells whether a single observable gives them away"
    by = f"the single cut {cuts[0]} separates" if len(cuts) == 1 else "these cuts separate"
    return f"{by} the test events without a mistake: no other method can do better"


def _shapes(found: Evaluation) -> dict[str, Any]:
    edges, train, test = found.scores
    parts = {
        "train": {side: list(density) for side, (density, _) in train.items()},
        "test": {side: {"density": list(density), "error": list(error)} for side, (density, error) in test.items()},
    }
    return {"edges": list(edges), **parts, **_verdict({"signal": found.ks_signal, "background": found.ks_background})}


def _verdict(probabilities: Mapping[str, float | None]) -> dict[str, Any]:
    """Return whether training and test events have the same scores, in words."""
    from ..display.numbers import probability

    known = {side: p for side, p in probabilities.items() if p is not None}
    texts = ", ".join(f"{side} {probability(p)}" for side, p in known.items())
    if not known:
        return {"agree": None, "text": "too few events to tell whether training and test agree"}
    if min(known.values()) >= LEAST:
        return {
            "agree": True,
            "text": f"training and test events cannot be told apart by their scores (Kolmogorov-Smirnov: {texts})",
        }
    advice = "it knows its training events by heart; stop earlier, take a smaller model or more events"
    return {"agree": False, "text": f"training and test differ (Kolmogorov-Smirnov: {texts}): {advice}"}


def _lowest(training: Training) -> str:
    """Say where the validation loss was lowest, if it has risen since."""
    losses = training.history.get("val_loss", [])
    if training.config.get("kept") or len(losses) < 2 or not losses[-1] > RISEN * min(losses):
        return ""
    unit, at = training.method.unit, int(np.argmin(losses)) + 1
    return f"; but the validation loss was lowest after {unit} {at} of {len(losses)} and has risen since: stop earlier, or set patience"


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
