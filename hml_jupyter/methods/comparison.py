"""How good a training is: numbers from test events only, one row or several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .. import metrics, progress
from ..datasets.described import pb_to_events
from ..errors import ArgumentError
from ..metrics import MaxSignificance, Rejection, Roc
from ..registry import Shown, named
from .overtraining import kolmogorov_smirnov
from .sample import balanced_weights, check_finite, check_given, check_sides, share
from .trained import Training, check_origin, check_training

if TYPE_CHECKING:
    from ..datasets import Dataset

__all__ = ["Comparison", "Evaluation", "Scores", "compare", "evaluate"]

Array = npt.NDArray[Any]
Shape = tuple[tuple[float, ...], tuple[float, ...]]

EFFICIENCY = 0.5
BINS = 20
#: Points that are kept of a ROC curve.
POINTS = 201


class Scores(NamedTuple):
    """Distributions of the score, unit area."""

    edges: tuple[float, ...]
    """Bins, (v + 1,)."""
    train: dict[str, Shape]
    """``"signal"`` and ``"background"``: densities and their errors, (v,) each, of training events."""
    test: dict[str, Shape]
    """The same of test events."""


@dataclass(frozen=True)
class Evaluation(Shown):
    """What a training can do, on test events."""

    name: str
    """The last part of the training's path, or its method."""
    method: str
    """Name of the method."""
    selection: tuple[str, ...]
    """Cuts that the test events pass."""
    n_train: int
    """Events it was trained on."""
    n_test: int
    """Test events."""
    loss: float
    """Binary cross-entropy, signal and background balanced."""
    accuracy: float
    """Fraction on the right side of 0.5, signal and background balanced."""
    auc: float
    """Area under the ROC curve, physics weights."""
    rejection: Rejection
    """R50: one over the background efficiency where half of the signal is kept, physics weights."""
    significance: MaxSignificance | None
    """Largest Asimov Z over thresholds, or why there is none; None where no luminosity was given."""
    luminosity: float | None
    """fb^-1."""
    ks_signal: float | None
    """Kolmogorov-Smirnov probability that training and test signal have the same scores."""
    ks_background: float | None
    """The same for the background."""
    roc: Roc = field(compare=False)
    """The ROC curve at 201 signal efficiencies from 0 to 1, physics weights."""
    scores: Scores
    """The distributions behind the probabilities."""


@dataclass(frozen=True)
class Comparison(Shown):
    """Several trainings, each on the same or on its own test events."""

    rows: tuple[Evaluation, ...]
    """One for each training, in the given order."""
    luminosity: float | None
    """fb^-1."""

    @property
    def same_events(self) -> bool:
        """Whether all rows were measured on the same selection."""
        return len({row.selection for row in self.rows}) <= 1


@named
def evaluate(training: Training, dataset: Dataset | None = None, *, luminosity: float | None = 139.0) -> Evaluation:
    """Return what a training can do, measured on test events.

    Expected numbers of events are those of the test events divided by their class's share of the summed weights.

    Parameters
    ----------
    training : Training
        What is evaluated.
    dataset : Dataset, optional
        Where the test events come from; the dataset it was trained on, if not given.
    luminosity : float or None
        fb^-1, for the significance; None leaves it out.

    Returns
    -------
    Evaluation

    Raises
    ------
    ArgumentError
        No test events of a side, or missing inputs.

    Examples
    --------
    >>> import hml_jupyter as hml
    >>> from hml_jupyter.datasets import example
    >>> bdt = hml.train(hml.BoostedDecisionTree(n_estimators=5), example(90), seed=42)
    >>> round(hml.evaluate(bdt).auc, 2)
    0.75
    """
    check_training(training, "evaluate")
    check_given("evaluate", dataset, luminosity)
    return _evaluate(training, dataset, luminosity, training.name)


@named
def compare(
    trainings: Sequence[Training] | Mapping[str, Training],
    dataset: Dataset | None = None,
    *,
    luminosity: float | None = 139.0,
) -> Comparison:
    """Return a table of trainings, measured on test events.

    Parameters
    ----------
    trainings : sequence of Training, or mapping
        What is compared; a mapping gives the names.
    dataset : Dataset, optional
        The test events for all; each training's own dataset if not given.
    luminosity : float or None
        fb^-1, for the significance; None leaves it out.

    Returns
    -------
    Comparison

    Raises
    ------
    ArgumentError
        Nothing to compare, or as in `evaluate`.

    Examples
    --------
    >>> import hml_jupyter as hml
    >>> from hml_jupyter.datasets import example
    >>> bdt = hml.train(hml.BoostedDecisionTree(n_estimators=5), example(90), seed=42)
    >>> [row.name for row in hml.compare([bdt, bdt]).rows]
    ['BoostedDecisionTree', 'BoostedDecisionTree_2']
    """
    second: object = dataset
    if isinstance(second, Training):
        msg = "compare takes its trainings as a list: hml.compare([bdt, mlp])"
        raise ArgumentError(msg)
    by_name = dict(trainings) if isinstance(trainings, Mapping) else _by_name(trainings)
    check_given("compare", dataset, luminosity)
    if not by_name:
        msg = "compare needs at least one training: hml.compare([bdt, mlp])"
        raise ArgumentError(msg)
    rows = []
    for i, (name, training) in enumerate(by_name.items()):
        check_training(training, "compare")
        progress.report(i / len(by_name), f"evaluating {name}", label="evaluating")
        rows.append(_evaluate(training, dataset, luminosity, name))
    return Comparison(tuple(rows), luminosity)


def _by_name(trainings: Any) -> dict[str, Training]:
    listed = trainings if isinstance(trainings, list | tuple) else [trainings]
    named: dict[str, Training] = {}
    for training in listed:
        check_training(training, "compare")
        name, again = training.name, 2
        while name in named:
            name, again = f"{training.name}_{again}", again + 1
        named[name] = training
    return named


def _evaluate(training: Training, dataset: Dataset | None, luminosity: float | None, name: str) -> Evaluation:
    data = training.dataset if dataset is None else dataset
    check_origin(training, data, name)
    data.check_part("test")
    inputs = np.column_stack([data.column(column) for column in training.names])
    train, test = data.part("train"), data.part("test")
    check_sides(data.is_signal[test].astype(int), "the test", data, fewest=1)
    check_finite(inputs[test | train], training.names)
    used = test | train
    score = np.full(len(used), np.nan)
    score[used] = training.score(inputs[used])
    is_signal, shares = data.is_signal, share(data, "test")
    weights = data.weights / shares
    physics = score[test], is_signal[test], weights[test]
    balanced = balanced_weights(data.y[test], is_signal[test], data.weights[test])
    signal, background = is_signal, ~is_signal
    return Evaluation(
        name=name,
        method=type(training.method).__name__,
        selection=data.all_cuts,
        n_train=training.config["events"]["train"],
        n_test=int(test.sum()),
        loss=_cross_entropy(score[test], is_signal[test], balanced),
        accuracy=float(np.average((score[test] > 0.5) == is_signal[test], weights=balanced)),
        auc=metrics.auc(*physics),
        rejection=metrics.rejection_at_efficiency(*physics, EFFICIENCY),
        significance=None if luminosity is None else _significance(data, physics[0], test, shares, luminosity),
        luminosity=luminosity,
        ks_signal=_ks(score, weights, train & signal, test & signal),
        ks_background=_ks(score, weights, train & background, test & background),
        roc=_thinned(*physics),
        scores=_distributions(score, weights, is_signal, train, test),
    )


def _significance(data: Dataset, score: Array, test: Array, shares: Array, luminosity: float) -> MaxSignificance:
    unknown = [c for c in data.classes if data.counts[c]["cross_section"] is None]
    if unknown:
        nan = float("nan")
        return MaxSignificance(
            None, None, nan, nan, nan, f"cannot be estimated: the cross section of {', '.join(unknown)} is not known"
        )
    return metrics.max_significance(
        score, data.is_signal[test], (data.weights * pb_to_events(luminosity) / shares)[test]
    )


def _cross_entropy(score: Array, is_signal: Array, weights: Array) -> float:
    chosen = np.clip(np.where(is_signal, score, 1 - score), 1e-7, 1.0)
    return float(np.average(-np.log(chosen), weights=weights))


def _ks(score: Array, weights: Array, train: Array, test: Array) -> float | None:
    return kolmogorov_smirnov(score[train], score[test], weights[train], weights[test])


def _thinned(score: Array, is_signal: Array, weights: Array) -> Roc:
    return metrics.roc_at_efficiencies(metrics.roc(score, is_signal, weights), np.linspace(0, 1, POINTS))


def _distributions(score: Array, weights: Array, is_signal: Array, train: Array, test: Array) -> Scores:
    edges = np.linspace(0, 1, BINS + 1)
    sides = {"signal": is_signal, "background": ~is_signal}

    def shapes(events: Array) -> dict[str, Shape]:
        return {side: _density(score[events & mine], weights[events & mine], edges) for side, mine in sides.items()}

    return Scores(tuple(edges.tolist()), shapes(train), shapes(test))


def _density(score: Array, weights: Array, edges: Array) -> Shape:
    sums = np.histogram(score, edges, weights=weights)[0]
    errors = np.sqrt(np.histogram(score, edges, weights=weights**2)[0])
    area = (sums * np.diff(edges)).sum() or 1.0
    return tuple((sums / area).tolist()), tuple((errors / abs(area)).tolist())
