"""Where to cut on a score: a working point, measured on test events."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .. import checks, metrics
from ..bounds import shortest
from ..errors import ArgumentError
from ..metrics import MOST_UNCERTAINTY, Confusion, Rejection, Significance
from ..registry import Shown, named
from .comparison import Judged, judge
from .sample import check_given
from .scoring import score_name
from .trained import Training, check_training

if TYPE_CHECKING:
    from ..datasets import Dataset

__all__ = ["WorkingPoint", "working_point"]

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class WorkingPoint(Shown):
    """A threshold of a score and what it leaves of the events that the method has not seen, which stand for all."""

    name: str
    """The last part of the training's path, or its method."""
    selection: tuple[str, ...]
    """Cuts that the test events pass."""
    n_test: int
    """Test events, or with `folds` all."""
    threshold: float
    """Events with ``score >= threshold`` are selected."""
    cut: str
    """That as a cut on the column of :func:`hml_jupyter.score`, in few digits."""
    signal_efficiency: float
    """Weighted share of the signal that is selected."""
    signal_error: float
    """Its binomial error."""
    rejection: Rejection
    """One over the background efficiency."""
    rejections: dict[str, Rejection]
    """The same of each background process."""
    confusion: Confusion
    """Test events of each process on both sides."""
    significance: Significance | None
    """Expected significance with s and b, or why there is none; None where no luminosity was given."""
    luminosity: float | None
    """fb^-1."""
    folds: int | None = None
    """How many models have scored all events, each those that it has not seen; None for one model and the test events."""


@named
def working_point(
    training: Training,
    dataset: Dataset | None = None,
    *,
    signal_efficiency: float | None = None,
    background_efficiency: float | None = None,
    threshold: float | None = None,
    luminosity: float | None = 139.0,
    uncertainty: float = 0.0,
) -> WorkingPoint:
    """Return a threshold of a score, chosen by one number, and what it leaves.

    Parameters
    ----------
    training : Training
        Whose score is cut on.
    dataset : Dataset, optional
        Where the test events come from; the dataset it was trained on, if not given.
    signal_efficiency : float, optional
        The tightest threshold that keeps this share of the signal, above 0, at most 1.
    background_efficiency : float, optional
        The loosest threshold that lets through at most this share of the background.
    threshold : float, optional
        The threshold itself.
    luminosity : float or None
        fb^-1, for the significance; None leaves it out.
    uncertainty : float
        Relative uncertainty of the background in the significance.

    Returns
    -------
    WorkingPoint

    Raises
    ------
    ArgumentError
        None or several of the three; one outside its range; no test events of a side, or missing inputs.

    Notes
    -----
    Efficiencies and significance are those of the test events divided by their class's share of the summed weights, or of all
    events of a training with `folds`. Errors of
    efficiencies as in :func:`hml_jupyter.metrics.rejection_at_efficiency`. The threshold is chosen on the events that it is
    measured on: its efficiency has no error from that, a significance that was searched for would have.

    Examples
    --------
    >>> import hml_jupyter as hml
    >>> from hml_jupyter.datasets import example
    >>> bdt = hml.train(hml.BoostedDecisionTree(n_estimators=5), example(90), seed=42)
    >>> point = hml.working_point(bdt, signal_efficiency=0.5)
    >>> point.signal_efficiency >= 0.5, point.rejection.value > 1
    (True, True)
    """
    check_training(training, "working_point")
    check_given("working_point", dataset, luminosity)
    uncertainty = checks.number("uncertainty", uncertainty, 0.0, MOST_UNCERTAINTY)
    asked = _asked(signal_efficiency, background_efficiency, threshold)
    data = training.dataset if dataset is None else dataset
    found = judge(training, data, training.name, luminosity)
    score, is_signal, weights = found.scored.score, found.scored.is_signal, found.scored.weights
    at = _threshold(score, is_signal, weights, *asked)
    names = {c: found.scored.classes == i for i, c in enumerate(data.classes)}
    kept, error = _efficiency(score[is_signal] >= at, weights[is_signal])
    backgrounds = {c: mine for c, mine in names.items() if c not in data.signal}
    rejections = {c: metrics.rejection_at_threshold(score, mine, weights, at, kept) for c, mine in backgrounds.items()}
    return WorkingPoint(
        name=training.name,
        selection=data.all_cuts,
        n_test=len(score),
        threshold=at,
        cut=f"{score_name(training.name)}.score >= {_short(score, at)!r}",
        signal_efficiency=kept,
        signal_error=error,
        rejection=metrics.rejection_at_threshold(score, ~is_signal, weights, at, kept),
        rejections=rejections,
        confusion=metrics.confusion(score, names, weights, threshold=at),
        significance=None if luminosity is None else _significance(found, at, uncertainty),
        luminosity=luminosity,
        folds=found.folds,
    )


def _asked(signal: Any, background: Any, threshold: Any) -> tuple[str, float]:
    """Return which of the three was given, and its value."""
    given = {"signal_efficiency": signal, "background_efficiency": background, "threshold": threshold}
    chosen = {name: value for name, value in given.items() if value is not None}
    if len(chosen) != 1:
        msg = "a working point is chosen by one number: signal_efficiency=0.5, background_efficiency=0.01 or threshold=0.9"
        raise ArgumentError(msg)
    ((name, value),) = chosen.items()
    value = checks.number(name, value, 0.0, 1.0)
    if value == 0 and name == "signal_efficiency":
        msg = "signal_efficiency must be above 0: a threshold that keeps nothing is no working point"
        raise ArgumentError(msg)
    return name, value


def _threshold(score: Array, is_signal: Array, weights: Array, name: str, value: float) -> float:
    if name == "threshold":
        return value
    curve = metrics.roc(score, is_signal, weights)
    if name == "signal_efficiency":
        # a sum of weights may miss the efficiency by its last digit
        return float(curve.thresholds[np.argmax(curve.signal_efficiency >= value - 1e-12)])
    allowed = np.flatnonzero(curve.background_efficiency <= value + 1e-12)
    if allowed[-1] == 0:
        msg = f"no threshold lets through at most {value:g} of the background: the highest score has {curve.background_efficiency[1]:.3g} of it"
        raise ArgumentError(msg)
    return float(curve.thresholds[allowed[-1]])


def _efficiency(selected: Array, weights: Array) -> tuple[float, float]:
    """Return the weighted share of events that are selected, and its binomial error."""
    total = weights.sum()
    share = float(weights[selected].sum() / total)
    n = total**2 / (weights**2).sum()
    return share, math.sqrt(max(share * (1 - share), 0.0) / n)


def _short(score: Array, threshold: float) -> float:
    """Return a threshold with few digits that selects the same test events."""
    below, above = score[score < threshold], score[score >= threshold]
    if not len(above):
        return threshold
    return float(shortest(float(below.max(initial=-np.inf)), float(above.min(initial=np.inf))))


def _significance(found: Judged, threshold: float, uncertainty: float) -> Significance:
    scored, nan = found.scored, float("nan")
    if scored.expected is None:
        unknown = ", ".join(found.unknown)
        return Significance(
            None, None, nan, nan, nan, f"cannot be estimated: the cross section of {unknown} is not known"
        )
    selected = scored.score >= threshold
    s, b = (scored.expected[selected & mine] for mine in (scored.is_signal, ~scored.is_signal))
    return metrics.significance(
        float(s.sum()), float(b.sum()), float((b**2).sum()), sum_w2_s=float((s**2).sum()), uncertainty=uncertainty
    )
