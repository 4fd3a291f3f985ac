"""A dataset with the scores of a method beside its columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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

__all__ = ["columns_entry", "scored"]

Scores = Callable[[Any], npt.NDArray[np.float64]]


def scored(
    dataset: Dataset,
    columns: Sequence[str],
    method: str | None,
    score: Scores,
    recipe: Recipe,
    path: str | None,
    *,
    crossed: bool,
) -> Dataset:
    """Return `dataset` with more columns, what `score` gives for its events, kept at `path`; None keeps it in memory.

    `score` gives (n,), or (n, m) for m columns. With `crossed` what scores an event has not seen it, so that yields need not be
    those of test events.

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
        write_arrays(folder / SCORES, _named(columns, scores["scores"]))
        if dataset.observed_names:
            scores["observed"] = score(dataset.observed)
            write_arrays(folder / OBSERVED_SCORES, _named(columns, scores["observed"]))
        saved = {**columns_entry(columns), "method": method, "parent": parent, **more}
        write_json(folder / "score.json", {"schema": 1, **saved})
        content = fingerprint(scores, {**columns_entry(columns), "parent": dataset.fingerprint, **more})
        return Written(content, {**columns_entry(columns), "events": dataset.n_events})

    return produce(path, recipe, write, lambda folder: load_scored(folder, dataset))


def columns_entry(columns: Sequence[str]) -> dict[str, Any]:
    """Return the entry of a record that names the columns of scores.

    Examples
    --------
    >>> columns_entry(["mlp.score"]), columns_entry(["gn2.p_b", "gn2.p_c"])
    ({'column': 'mlp.score'}, {'columns': ['gn2.p_b', 'gn2.p_c']})
    """
    return {"columns": list(columns)} if len(columns) > 1 else {"column": columns[0]}


def _named(columns: Sequence[str], scores: npt.NDArray[np.float64]) -> dict[str, npt.NDArray[np.float64]]:
    return {columns[0]: scores} if scores.ndim == 1 else dict(zip(columns, scores.T.copy(), strict=True))
