"""Datasets of images and graphs for tests; missing momentum tells signal from background."""

from __future__ import annotations

from typing import Any

import samples

from hml_jupyter.datasets import Dataset, build_dataset
from hml_jupyter.representations import Graph, Image

IMAGE = Image(["jet", "missinget0"], size=(8, 8))
GRAPH = Graph(["jet", "missinget0"], edges=("knn", 2), edge_features=["delta_r"], max_nodes=5)


def dataset(representation: Any, n: int = 150, **options: Any) -> Dataset:
    runs = {"zz": samples.Run(n, 1, "signal"), "qcd": samples.Run(n, 2, "background")}
    return build_dataset(runs, representation, signal="zz", seed=1, **options)


class Given:
    """The arrays of a dataset, some of them replaced."""

    def __init__(self, arrays: Any, given: dict[str, Any]) -> None:
        self._arrays, self._given = arrays, given
        self.n_rows = arrays.n_rows

    def __getitem__(self, name: str) -> Any:
        return self._given[name] if name in self._given else self._arrays[name]
