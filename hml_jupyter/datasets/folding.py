"""Folds of a dataset: the same events with another split, by the numbers of the events."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from .dataset import Dataset
from .described import shares
from .store import Joined
from .table import PARTS

__all__ = ["fold_of", "folded"]

TRAIN, VALIDATION, TEST = range(len(PARTS))


def fold_of(dataset: Dataset, folds: int) -> npt.NDArray[np.int64]:
    """Return the fold of each event, (n,), from 0: the remainder of its number in its source.

    Of two folds, 0 has the even and 1 the odd events. Jets of one event are in the same fold, selections inherit it, and since
    events of different classes come from different sources, equal numbers there have nothing to do with each other.

    Examples
    --------
    >>> from hml_jupyter.datasets import example
    >>> fold_of(example(), 3)[:5].tolist()
    [0, 1, 2, 0, 1]
    """
    return np.asarray(dataset.event % folds)


def folded(dataset: Dataset, fold: int, folds: int) -> Dataset:
    """Return the same events with another split: those of a fold are test events, all others but the validation are trained on.

    Examples
    --------
    >>> from hml_jupyter.datasets import example
    >>> folded(example(), 0, 2).part("test")[:4].tolist()
    [True, False, True, False]
    """
    parent = None if dataset.parent is None else folded(dataset.parent, fold, folds)
    others = np.where(dataset.split == VALIDATION, VALIDATION, TRAIN)
    split = np.where(fold_of(dataset, folds) == fold, TEST, others).astype(np.int8)
    changed: dict[str, Any] = {
        "parts": (
            (1 - dataset.parts[VALIDATION]) * (1 - 1 / folds),
            dataset.parts[VALIDATION] * (1 - 1 / folds),
            1 / folds,
        ),
        "fractions": parent.fractions if parent else shares(dataset.classes, dataset.y, split, dataset.weights),
    }
    return Dataset(
        replace(dataset._description, **changed),
        Joined({"split": split}, dataset._arrays),
        parent=parent,
        cuts=dataset.cuts,
        mask=dataset.mask,
    )
