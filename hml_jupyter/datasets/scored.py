"""A dataset with the scores of a method beside its columns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..canonical import fingerprint, write_json
from ..provenance import Recipe, Written, produce
from .dataset import Dataset
from .loading import OBSERVED_SCORES, SCORES, load_scored
from .selecting import relative
from .store import write_arrays

__all__ = ["scored"]

Scores = Callable[[Any], npt.NDArray[np.float64]]


def scored(
    dataset: Dataset, column: str, method: str, score: Scores, recipe: Recipe, path: str | None, *, crossed: bool
) -> Dataset:
    """Return `dataset` with one more column, what `score` gives for its events, kept at `path`; None keeps it in memory.

    With `crossed` what scores an event has not seen it, so that yields need not be those of test events.

    Raises
    ------
    ArgumentError
        A path for a dataset that has none.
    PathError, DamagedError
        `path` cannot be written or belongs to something else; the dataset is gone or has changed.
    """
    more = {"crossed": True} if crossed else {}
    parent = {"path": relative(dataset, path), "fingerprint": dataset.fingerprint}

    def write(folder: Path) -> Written:
        scores = {"scores": score(dataset)}
        write_arrays(folder / SCORES, {column: scores["scores"]})
        if dataset.observed_names:
            scores["observed"] = score(dataset.observed)
            write_arrays(folder / OBSERVED_SCORES, {column: scores["observed"]})
        saved = {"column": column, "method": method, "parent": parent, **more}
        write_json(folder / "score.json", {"schema": 1, **saved})
        content = fingerprint(scores, {"column": column, "parent": dataset.fingerprint, **more})
        return Written(content, {"column": column, "events": dataset.n_events})

    return produce(path, recipe, write, lambda folder: load_scored(folder, dataset))
