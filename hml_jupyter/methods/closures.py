"""Whether a surrogate closes: its scores and those of its original, on test events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .. import checks, progress
from ..errors import ArgumentError
from ..metrics.rejections import tightest
from ..registry import Shown, named
from .closing import ClassClosure, class_closure
from .sample import check_finite, check_given
from .scorers import check_origin
from .surrogate import Surrogate, check_scores
from .trained import Training, check_training

if TYPE_CHECKING:
    from ..datasets import Dataset

__all__ = ["Closure", "closure"]

Array = npt.NDArray[Any]

#: A class with fewer test events than this tells nothing.
FEWEST = 50
MOST_BINS = 50
#: Decimals to which scores are compared.
DIGITS = 6


@dataclass(frozen=True)
class Closure(Shown):
    """How far a surrogate does what its original does, for the test events of each class."""

    name: str
    """The last part of the training's path, or its method."""
    of: str
    """The score of the original."""
    selection: tuple[str, ...]
    """Cuts that the test events pass."""
    seed: int
    """Of the draws."""
    by: str
    """The column in whose bins efficiencies are compared."""
    unit: str
    """Its unit."""
    edges: tuple[float, ...]
    """Its bins, (v + 1,)."""
    classes: dict[str, ClassClosure]
    """Name of each class -> what its events say."""


@named
def closure(
    surrogate: Training,
    dataset: Dataset | None = None,
    *,
    by: str | None = None,
    bins: int = 5,
    signal_efficiencies: Sequence[float] = (0.8, 0.5, 0.2),
    seed: int | None = None,
) -> Closure:
    """Compare a surrogate with its original, event by event, on test events.

    Three tests for each class, from the weakest to the strongest: whether the two scores have the same distribution; whether thresholds
    on them let the same share of events through, in bins of an input; whether boosted trees that see all inputs tell the scores apart. A
    deterministic regression of the score may look well in a scatter plot, and fails all three. Scores are compared to six decimals.

    Parameters
    ----------
    surrogate : Training
        Of a :class:`hml_jupyter.Surrogate`.
    dataset : Dataset, optional
        With the inputs and the score of the original, of one class or several; the one it was trained on, if not given.
    by : str, optional
        The column whose bins hold equal numbers of events; the first input if not given.
    bins : int
        How many, 1 to 50; fewer where many events have the same value.
    signal_efficiencies : list of float
        Of the original, between 0 and 1: they choose the thresholds.
    seed : int, optional
        Of the draws; that of the training if not given.

    Returns
    -------
    Closure

    Raises
    ------
    ArgumentError
        Something that is no surrogate, fewer than 50 test events of a class, inputs or scores that are missing, or a number that cannot be.
    UnknownNameError
        The dataset lacks an input, or the score of the original.

    Examples
    --------
    >>> import hml_jupyter as hml
    >>> from hml_jupyter.datasets import example
    >>> bdt = hml.train(hml.BoostedDecisionTree(n_estimators=5), example(300), seed=42, folds=2)
    >>> scored = hml.score(example(300), bdt, name="bdt")
    >>> surrogate = hml.train(hml.Surrogate(of="bdt.score"), scored, epochs=1, seed=1)
    the surrogate sees measured objects (fatjet0.mass): nobody without a detector simulation can use it; ...
    >>> found = hml.closure(surrogate, bins=2)
    >>> found.by, len(found.edges), {name: each.events for name, each in found.classes.items()}
    ('fatjet0.mass', 3, {'zz': 60, 'qcd': 60})
    """
    check_training(surrogate, "closure")
    check_given("closure", dataset)
    method = surrogate.method
    if not isinstance(method, Surrogate):
        msg = f"closure compares a surrogate with its original, and {surrogate.name} is a {type(method).__name__}: hml.evaluate measures it"
        raise ArgumentError(msg)
    data = surrogate.dataset if dataset is None else dataset
    check_origin(surrogate, data, surrogate.name)
    bins = checks.whole("bins", bins, 1, MOST_BINS)
    asked = _asked(signal_efficiencies)
    by = data.column_name(surrogate.names[0] if by is None else by)
    rows = _test_events(data)
    original, weights, values = data.column(method.of)[rows], data.weights[rows], data.column(by)[rows]
    inputs = surrogate.inputs(data)[rows]
    check_finite(np.column_stack([inputs, values]), (*surrogate.names, by))
    check_scores(method.of, original)
    seed = surrogate.config["seed"] if seed is None else checks.seed(seed)
    # a score near 1 has no more digits in single precision, and which it has would tell the two apart
    original, drawn = (np.round(score, DIGITS) for score in (original, surrogate.score(inputs, seed=seed)))
    points = _points(original, data.is_signal[rows], weights, asked)
    edges = np.unique(np.quantile(values, np.linspace(0, 1, bins + 1), method="closest_observation"))
    bin_of = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, max(len(edges) - 2, 0))
    classes = {}
    for i, name in enumerate(data.classes):
        progress.report(i / len(data.classes), f"comparing scores of {name}", label="closure")
        mine = data.y[rows] == i
        classes[name] = class_closure(
            inputs[mine],
            original[mine],
            drawn[mine],
            weights[mine],
            bin_of=bin_of[mine],
            bins=max(len(edges) - 1, 1),
            points=points,
            seed=seed,
        )
    edges = edges if len(edges) > 1 else np.repeat(edges, 2)
    return Closure(surrogate.name, method.of, data.all_cuts, seed, by, data.unit(by), tuple(edges.tolist()), classes)


def _asked(efficiencies: Any) -> list[float]:
    if isinstance(efficiencies, str) or not isinstance(efficiencies, Sequence) or not efficiencies:
        msg = f"signal_efficiencies is a list of numbers, [0.8, 0.5, 0.2]; got {efficiencies!r}"
        raise ArgumentError(msg)
    found = [checks.number("signal_efficiencies", each, 0.0, 1.0) for each in efficiencies]
    if 0 in found:
        msg = "signal_efficiencies must be above 0: a threshold that keeps nothing compares nothing"
        raise ArgumentError(msg)
    return found


def _test_events(data: Dataset) -> Array:
    data.check_part("test")
    rows = data.part("test")
    for i, name in enumerate(data.classes):
        count = int((data.y[rows] == i).sum())
        if count < FEWEST:
            msg = f"only {count} test events of {name} are left, a closure test needs {FEWEST} of each class: loosen the cuts or generate more events"
            raise ArgumentError(msg)
    return rows


def _points(original: Array, is_signal: Array, weights: Array, asked: Sequence[float]) -> list[tuple[float, float]]:
    """Return signal efficiencies and thresholds of the original."""
    return [(each, tightest(original, is_signal, weights, each)[0]) for each in asked]
