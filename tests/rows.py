"""Datasets of given rows, in memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from hml_jupyter.datasets import Dataset
from hml_jupyter.datasets.table import Description

__all__ = ["dataset_of"]


def dataset_of(rows: list[tuple[float, float, int, float]]) -> Dataset:
    """Rows of fatjet0.mass, met, class and weight."""
    x, view, y, weights = (np.array(each) for each in zip(*rows, strict=True))
    names = ("fatjet0.mass", "met")
    n = {name: max(int((y == k).sum()), 1) for k, name in enumerate("abc")}
    unknown: dict[str, Any] = {"cross_section": None, "error": None}
    counts = {
        name: {"generated": k, "sum_of_weights": k, "sum_of_squared_weights": k, "required": k, **unknown}
        for name, k in n.items()
    }
    description = Description(
        names, (), dict.fromkeys(names, "GeV"), ("a", "b", "c"), ("a",), None, 1, (0.6, 0.2, 0.2), counts, {}
    )
    arrays = {"class": y.astype(np.int64), "weight": weights.astype(float), "split": np.zeros(len(y), np.int8)}
    return Dataset(description, Held({names[0]: x.astype(float), names[1]: view.astype(float), **arrays}))


class Held(dict[str, Any]):
    """Arrays in memory."""

    @property
    def n_rows(self) -> int:
        return len(self["class"])
