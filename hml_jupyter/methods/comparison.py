"""How good a training is: numbers from events that it has not seen, one row or several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .. import checks, metrics, progress
from ..datasets.described import pb_to_events
from ..datasets.folding import folded
from ..errors import ArgumentError
from ..metrics import FLOOR, MOST_UNCERTAINTY, BestSignificance
from ..registry import named
from . import measuring
from .evaluation import Comparison, Evaluation, Importance
from .inputs import take
from .measuring import EFFICIENCY, Scored, Terms
from .overtraining import kolmogorov_smirnov
from .sample import balanced_weights, check_finite, check_given, check_sides, made_of
from .scorers import check_origin
from .trained import Training, check_training

if TYPE_CHECKING:
    from ..datasets import Dataset

__all__ = ["Judged", "compare", "evaluate", "judge"]

Array = npt.NDArray[Any]


@named
def evaluate(
    training: Training,
    dataset: Dataset | None = None,
    *,
    luminosity: float | None = 139.0,
    uncertainty: float = 0.0,
    floor: float = FLOOR,
    each_background: bool = False,
    importance: bool = False,
) -> Evaluation:
    """Return what a training can do, measured on test events.

    Expected numbers of events are those of the test events divided by their class's share of the summed weights. A training with
    `folds` is measured on all events of its own dataset, each scored by the model that has not seen it; what compares training
    and test events, and the importance, are then those of the first model, whose test events are its fold.

    Parameters
    ----------
    training : Training
        What is evaluated.
    dataset : Dataset, optional
        Where the test events come from; the dataset it was trained on, if not given.
    luminosity : float or None
        fb^-1, for the significance; None leaves it out.
    uncertainty : float
        Relative uncertainty of the background in the significance, 0.1 for 10 %, beside its Monte-Carlo error.
    floor : float
        Effective background events that a threshold must leave for a significance.
    each_background : bool
        Whether every background process must leave as many, and not only all of them together.
    importance : bool
        Whether to shuffle each input and see what the model loses; it scores the events five times for each.

    Returns
    -------
    Evaluation

    Raises
    ------
    ArgumentError
        No test events of a side, missing inputs, an option out of bounds, or the importance of what are no columns.

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
    terms = _terms(luminosity, uncertainty, floor, each_background)
    return _evaluate(training, dataset, terms, training.name, importance=checks.flag("importance", importance))


@named
def compare(
    trainings: Sequence[Training] | Mapping[str, Training],
    dataset: Dataset | None = None,
    *,
    luminosity: float | None = 139.0,
    uncertainty: float = 0.0,
    floor: float = FLOOR,
    each_background: bool = False,
    raw_counts: bool = False,
) -> Comparison:
    """Return a table of trainings, measured on test events, or with `folds` on all events, as in :func:`evaluate`.

    Parameters
    ----------
    trainings : sequence of Training, or mapping
        What is compared; a mapping gives the names.
    dataset : Dataset, optional
        The test events for all; each training's own dataset if not given.
    luminosity : float or None
        fb^-1, for the significance; None leaves it out.
    uncertainty : float
        Relative uncertainty of the background in the significance, 0.1 for 10 %, beside its Monte-Carlo error.
    floor : float
        Effective background events that a threshold must leave for a significance.
    each_background : bool
        Whether every background process must leave as many, and not only all of them together.
    raw_counts : bool
        Whether to show HEP ML Lab's max_sig and r50 too: of simulated events, whatever they stand for.

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
    terms, raw_counts = _terms(luminosity, uncertainty, floor, each_background), checks.flag("raw_counts", raw_counts)
    if not by_name:
        msg = "compare needs at least one training: hml.compare([bdt, mlp])"
        raise ArgumentError(msg)
    rows = []
    for i, (name, training) in enumerate(by_name.items()):
        check_training(training, "compare")
        progress.report(i / len(by_name), f"evaluating {name}", label="evaluating")
        rows.append(_evaluate(training, dataset, terms, name))
    return Comparison(tuple(rows), luminosity, raw_counts)


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


def _terms(luminosity: float | None, uncertainty: Any, floor: Any, each_background: Any) -> Terms:
    uncertainty = checks.number("uncertainty", uncertainty, 0.0, MOST_UNCERTAINTY)
    return Terms(
        luminosity, uncertainty, checks.number("floor", floor, 0.0), checks.flag("each_background", each_background)
    )


def _evaluate(
    training: Training, dataset: Dataset | None, terms: Terms, name: str, *, importance: bool = False
) -> Evaluation:
    data = training.dataset if dataset is None else dataset
    found = judge(training, data, name, terms.luminosity)
    scored, score, unknown, seen = found.scored, found.score, found.unknown, found.seen
    train, test, is_signal = seen.part("train"), seen.part("test"), data.is_signal
    physics, balanced = (scored.score, scored.is_signal, scored.weights), scored.balanced
    weights = data.weights / seen.share("test")
    names = {c: scored.classes == i for i, c in enumerate(data.classes)}
    backgrounds = {c: mine for c, mine in names.items() if c not in data.signal}
    error, roc = measuring.errors(scored, terms), measuring.thinned(*physics)
    best = _significance(scored, terms, unknown, error.significance)
    cut = None if best is None else best.threshold
    signal, background = is_signal, ~is_signal
    return Evaluation(
        name=name,
        method=type(training.method).__name__,
        selection=data.all_cuts,
        n_train=training.config["events"]["train"],
        n_test=len(scored.score),
        loss=measuring.cross_entropy(*physics[:2], balanced),
        accuracy=metrics.accuracy(*physics[:2], balanced),
        accuracy_error=measuring.number(error.accuracy),
        auc=metrics.auc(*physics),
        auc_error=measuring.number(error.auc),
        rejection=measuring.with_error(
            metrics.rejection_at_efficiency(*physics, EFFICIENCY), error.background_efficiency
        ),
        rejections=metrics.rejections_at_efficiency(*physics, EFFICIENCY, backgrounds),
        significance=best,
        luminosity=terms.luminosity,
        uncertainty=terms.uncertainty,
        each_background=terms.each_background,
        ks_signal=_ks(score, weights, train & signal, test & signal),
        ks_background=_ks(score, weights, train & background, test & background),
        calibration=metrics.calibration(*physics[:2], balanced),
        confusion=metrics.confusion(physics[0], names, physics[2]),
        confusion_at_best=None if cut is None else metrics.confusion(physics[0], names, physics[2], threshold=cut),
        raw_counts=measuring.raw_counts(scored),
        importance=_importance(training, seen, weights) if importance else None,
        roc=roc,
        significances=measuring.significances_at(scored, terms, roc),
        scores=measuring.distributions(score, weights, is_signal, train, test),
        folds=found.folds,
    )


class Judged(NamedTuple):
    """Events as a training sees them."""

    scored: Scored
    """The events that it has not seen: test events, or with `folds` all."""
    seen: Dataset
    """All events with the split of the model, with `folds` of the first one."""
    score: Array
    """(n,) that model's score of all events; NaN for those of the validation."""
    unknown: list[str]
    """Classes whose cross section is not known."""
    folds: int | None
    """How many models have scored the events; None for one."""


def judge(training: Training, data: Dataset, name: str, luminosity: float | None) -> Judged:
    """Return the scores of events that a training has seen and has not, or say why they cannot be judged.

    Raises
    ------
    ArgumentError
        A dataset without background, no test events of a side, or missing inputs.
    """
    data.check_background("judging a training")
    check_origin(training, data, name)
    crossed = training.knows_unseen(data)
    seen = folded(data, 0, training.folds) if crossed and training.folds else data
    seen.check_part("test")
    inputs, test = training.inputs(data), data.unseen(crossed=crossed)
    check_sides(data.is_signal[test].astype(int), "the test", data, fewest=1)
    used = test | data.part("train")
    check_finite(take(inputs, used), training.names, "" if training.method.kind == "set" else made_of(data))
    score = np.full(len(used), np.nan)
    score[used] = training.score_by(0, take(inputs, used))
    unseen = training.score(data) if crossed else score[test]
    weights = data.scaled(crossed=crossed)[test]
    unknown = [c for c in data.classes if data.counts[c]["cross_section"] is None]
    expected = None if unknown or luminosity is None else weights * pb_to_events(luminosity)
    balanced = balanced_weights(data.y[test], data.is_signal[test], data.weights[test])
    scored = Scored(unseen, data.is_signal[test], data.y[test], weights, balanced, expected)
    return Judged(scored, seen, score, unknown, training.folds if crossed else None)


def _significance(scored: Scored, terms: Terms, unknown: list[str], error: float) -> BestSignificance | None:
    if terms.luminosity is None:
        return None
    if scored.expected is None:
        nan = float("nan")
        reason = f"cannot be estimated: the cross section of {', '.join(unknown)} is not known"
        return BestSignificance(None, None, nan, nan, nan, reason, floor=terms.floor)
    found = metrics.max_significance(
        scored.score,
        scored.is_signal,
        scored.expected,
        classes=scored.classes if terms.each_background else None,
        uncertainty=terms.uncertainty,
        floor=terms.floor,
    )
    return found if found.value is None else replace(found, error=measuring.number(error))


def _importance(training: Training, data: Dataset, weights: Array) -> tuple[Importance, ...]:
    if data.kind != "set":
        msg = f"{training.name} takes {data.kind}s, which have no columns to be shuffled: leave importance= out"
        raise ArgumentError(msg)
    progress.report(0.0, f"shuffling the inputs of {training.name}", label="evaluating")
    test = data.part("test")
    inputs = np.column_stack([data.column(column) for column in training.names])[test]
    score = partial(training.score_by, 0)
    return measuring.permutation_importance(score, inputs, data.is_signal[test], weights[test], training.names)


def _ks(score: Array, weights: Array, train: Array, test: Array) -> float | None:
    return kolmogorov_smirnov(score[train], score[test], weights[train], weights[test])
