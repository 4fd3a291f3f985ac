"""The events a method learns from: training and validation parts, weights balanced per class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .. import progress
from ..errors import ArgumentError
from ..expressions import Object, Observable, Sum, parse_observable, render, used
from .inputs import check_kind, finite, take

if TYPE_CHECKING:
    from ..datasets import Dataset

__all__ = [
    "FEWEST",
    "NO_RANK",
    "NO_VALIDATION",
    "Part",
    "Sample",
    "balanced_weights",
    "check_finite",
    "check_given",
    "check_sides",
    "input_names",
    "made_of",
    "part",
    "sample_of",
    "tell_of_negative",
    "training_sample",
]

Array = npt.NDArray[Any]

#: A side with fewer training events than this teaches nothing.
FEWEST = 10
#: What a method says that stops early.
NO_VALIDATION = "patience={} watches the validation events, and there are none: split=(0.6, 0.2, 0.2) leaves some"
#: What a scan says to a method whose scores are drawn.
NO_RANK = "a scan ranks methods by how they tell signal from background, which a surrogate does not learn: hml.closure judges each"


@dataclass(frozen=True)
class Part:
    """Events of one part of the split."""

    X: Any
    """Inputs: (n, k) float64, images (n, x, y, channels) float32, or :class:`~hml_jupyter.representations.Graphs`."""
    y: Array
    """1 for signal, 0 for background, (n,) int64."""
    weights: Array
    """Balanced weights, (n,), 1 on average."""
    expected: Array
    """What each event stands for, (n,) pb: the events of the part stand for those of the whole dataset. Negative weights are
    negative; where the cross section of a class is not known its weights sum to 1."""
    target: Array | None = None
    """What is learnt, (n,), where that is not `y`."""


@dataclass(frozen=True)
class Sample:
    """What training sees; test events are not in it."""

    train: Part
    """Events that the model is fitted to."""
    validation: Part | None
    """Events that only follow the training; None where the split leaves none."""
    names: tuple[str, ...] = ()
    """Names of the columns of `X`, of a channel or of a node's features."""
    unknown: tuple[str, ...] = ()
    """Classes whose cross section is not known."""


def balanced_weights(classes: npt.ArrayLike, is_signal: npt.ArrayLike, weights: npt.ArrayLike) -> Array:
    """Return weights with which signal and background count the same, and so do the processes inside each.

    Parameters
    ----------
    classes : array of int, shape (n,)
        Index of each event's process.
    is_signal : array of bool, shape (n,)
        Which events are signal.
    weights : array, shape (n,)
        Physics weights; inside a process their absolute values decide.

    Returns
    -------
    array, shape (n,)
        1 on average.

    Examples
    --------
    >>> balanced_weights([0, 1, 1, 1], [True, False, False, False], [5.0, 1.0, 1.0, -1.0]).round(3).tolist()
    [2.0, 0.667, 0.667, 0.667]
    """
    classes, is_signal, size = np.asarray(classes), np.asarray(is_signal, bool), np.abs(np.asarray(weights, float))
    balanced = np.zeros(len(size))
    present = {int(c): bool(is_signal[classes == c][0]) for c in np.unique(classes)}
    sides = len(set(present.values()))
    for c, side in present.items():
        mine = classes == c
        total = size[mine].sum()
        shape = size[mine] / total if total > 0 else np.full(mine.sum(), 1 / mine.sum())
        balanced[mine] = shape * len(size) / sides / sum(s == side for s in present.values())
    return balanced


def part(dataset: Dataset, name: str) -> Part:
    """Return the events of one part of `dataset`, with balanced weights."""
    chosen = dataset.part(name)
    is_signal = dataset.is_signal[chosen]
    weights = balanced_weights(dataset.y[chosen], is_signal, dataset.weights[chosen])
    expected = dataset.weights[chosen] / dataset.share(name)[chosen]
    X = np.asarray(dataset.X[chosen], np.float64) if dataset.kind == "set" else take(dataset.X, chosen)
    return Part(X, is_signal.astype(np.int64), weights, expected)


def training_sample(dataset: Dataset, kind: str = "set") -> Sample:
    """Return the training and validation events of `dataset`, or say why it cannot be trained on.

    Raises
    ------
    ArgumentError
        A dataset whose rows are not of the `kind`, or without background; fewer than 10 signal or background training events, or inputs that are not finite.
    """
    sample = sample_of(dataset, kind)
    tell_of_negative(dataset.weights[~dataset.part("test")])
    return sample


def sample_of(dataset: Dataset, kind: str = "set") -> Sample:
    """Return that without a word on negative weights."""
    check_kind(dataset, kind)
    dataset.check_background("training")
    dataset.check_part("train")
    train, validation = part(dataset, "train"), part(dataset, "validation")
    check_sides(train.y, "training", dataset)
    check_finite(take(dataset.X, ~dataset.part("test")), input_names(dataset), made_of(dataset))
    return Sample(
        train, validation if _both(validation.y) else None, input_names(dataset), dataset.without_cross_section
    )


def tell_of_negative(weights: Array) -> None:
    """Say how many events have negative weights, and what becomes of them."""
    negative = int((weights < 0).sum())
    if negative:
        progress.notice(f"{negative} events have negative weights; training uses their absolute values")


def check_given(verb: str, dataset: Dataset | None, luminosity: float | None = None) -> None:
    """Refuse a dataset that is none, or a luminosity that is no positive number; `verb` is the function that was called."""
    from ..datasets.checking import check_dataset
    from ..datasets.described import pb_to_events

    if dataset is not None:
        check_dataset(dataset, verb)
    if luminosity is not None:
        pb_to_events(luminosity)


def check_sides(y: Array, what: str, dataset: Dataset, fewest: int = FEWEST) -> None:
    """Refuse events that have (nearly) only signal or only background."""
    for side, count in (("signal", int((y == 1).sum())), ("background", int((y == 0).sum()))):
        if count < fewest:
            names = ", ".join(c for c in dataset.classes if (c in dataset.signal) == (side == "signal"))
            left = (
                f"only {count} {side} events ({names}) are left for {what}"
                if count
                else f"no {side} event ({names}) is left for {what}"
            )
            msg = f"{left}, at least {fewest} are needed: loosen the cuts or generate more events"
            raise ArgumentError(msg)


def input_names(dataset: Dataset) -> tuple[str, ...]:
    """Return the names of the columns, of the channels, or of a node's features."""
    return dataset.names or dataset.representation.names


def made_of(dataset: Dataset) -> str:
    """Return what images or graphs are of, ``"fatjet0.constituents"``; of several objects the first."""
    objects = getattr(dataset.representation, "of", "") if dataset.kind != "set" else ""
    return objects if isinstance(objects, str) else str(objects[0])


def check_finite(X: Any, names: Sequence[str], of: str = "") -> None:
    """Refuse missing or infinite inputs, naming the columns, or what images and graphs are `of`."""
    if of:
        _check_rows(X, of)
        return
    missing = (~np.isfinite(X)).sum(axis=0)
    if missing.any():
        found = ", ".join(
            f"{name} in {count} of {len(X)} events" for name, count in zip(names, missing, strict=True) if count
        )
        required = dict.fromkeys(_required(name) for name, count in zip(names, missing, strict=True) if count)
        msg = (
            f"inputs are missing (NaN or infinite): {found}. Leave these events out when the dataset is built, "
            f'for example by require="{" and ".join(required)}", or leave the columns out'
        )
        raise ArgumentError(msg)


def _check_rows(X: Any, of: str) -> None:
    whole = finite(X)
    if not whole.all():
        msg = (
            f"{(~whole).sum()} of {len(whole)} events have no {of}, or numbers that are infinite. Require the objects when the "
            f'dataset is built, for example require="{_existing(parse_observable(f"{of}.pt"))}"'
        )
        raise ArgumentError(msg)


def _required(name: str) -> str:
    """Return a requirement with which a column has finite values: that its objects are there, or that it is finite."""
    node = parse_observable(name)
    if isinstance(node, Observable) and node.objects and all(isinstance(o.parts[0].index, int) for o in node.objects):
        return _existing(node)
    return f"abs({name}) < 1e300"


def _existing(node: Sum) -> str:
    """Return a requirement with which the objects of an observable exist."""
    sizes: dict[str, int] = {}
    for part in (each.parts[0] for observable in used(node) for each in observable.objects):
        collection = render(Object((replace(part, index=None),)))
        sizes[collection] = max(sizes.get(collection, 0), part.index if isinstance(part.index, int) else 0)
    return " and ".join(f"{collection}.size > {index}" for collection, index in sizes.items())


def _both(y: Array) -> bool:
    return bool(len(y)) and 0 < y.sum() < len(y)
