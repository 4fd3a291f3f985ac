"""A score whose distribution, given the truth, is known: sigmoid(1.5 x - 0.5 y + 0.8 (flag - 1) + (0.3 + 0.6 abs(x)) noise)."""

from __future__ import annotations

from typing import Any

import numpy as np

import hml_jupyter as hml
from hml_jupyter.datasets import Dataset

INPUTS = ["column.x", "column.y", "column.flag"]


def score(truth: Any, noise: Any) -> Any:
    """Return the scores of truth (n, 3) and normal numbers (n,)."""
    x, y, flag = np.asarray(truth).T
    return 1 / (1 + np.exp(-(1.5 * x - 0.5 * y + 0.8 * (flag - 1) + (0.3 + 0.6 * np.abs(x)) * noise)))


def table(events: int, seed: int, shift: float, **more: Any) -> Any:
    rng = np.random.default_rng(seed)
    truth = np.column_stack([rng.normal(shift, 1, events), rng.exponential(1, events), rng.integers(0, 3, events)])
    columns = dict(zip(("x", "y", "flag"), truth.T, strict=True))
    return hml.open_table(columns | {"score": score(truth, rng.normal(size=events))} | more, cross_section=1.0)


def dataset(events: int, **options: Any) -> Dataset:
    """Return so many events of each class, with the score and the flag as side columns."""
    tables = {"signal": table(events, 1, 0.7), "background": table(events, 2, -0.7)}
    side = ["column.flag", "column.score"]
    return hml.build_dataset(
        tables, hml.Set(["column.x", "column.y"]), signal="signal", observables=side, seed=1, **options
    )
