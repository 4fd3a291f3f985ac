"""Trained models of every kind, and a network that branches."""

from __future__ import annotations

from typing import Any

import numpy as np
import toys

import hml_jupyter as hml
from hml_jupyter.datasets import Dataset
from hml_jupyter.methods import Training
from hml_jupyter.methods.backend import keras

METHODS: dict[str, tuple[Any, int | None]] = {
    "network": (hml.MLP(hidden=(8, 8), dropout=0.1), 2),
    "elu": (hml.MLP(hidden=(8,), activation="elu"), 1),
    "silu": (hml.MLP(hidden=(8,), activation="silu"), 1),
    "gelu": (hml.MLP(hidden=(8,), activation="gelu"), 1),
    "trees": (hml.BoostedDecisionTree(n_estimators=20), None),
    "cuts": (hml.CutAndCount(topology="joint", objective="accuracy"), None),
    "outside": (hml.CutAndCount(sides="outside", objective="accuracy"), None),
    "learnt cuts": (hml.CutNetwork(cuts=["x > 70", "y in [-3, 3]"]), 10),
    "cuts and network": (hml.CutNetwork(cuts=["x > 70"], network=hml.MLP(hidden=(8,))), 3),
}
#: What the tests of bundles preserve.
KINDS = ["network", "trees", "cuts and network"]


def table(shift: float, seed: int) -> Any:
    rng = np.random.default_rng(seed)
    columns = {"x": rng.normal(90 + 30 * shift, 30, 800), "y": rng.normal(-shift, 2, 800), "z": rng.exponential(1, 800)}
    return hml.open_table(columns, cross_section=1.0)


def dataset() -> Dataset:
    """Three columns, the first in hundreds."""
    inputs = {"signal": table(0.7, 1), "background": table(0.0, 2)}
    return hml.build_dataset(inputs, hml.Set(["column.x", "column.y", "column.z"]), signal="signal", seed=1)


def trained(kind: str, data: Dataset) -> Training:
    if kind == "surrogate":
        return hml.train(hml.Surrogate(of="column.score", flags=["column.flag"]), toys.dataset(500), epochs=2, seed=1)
    method, epochs = METHODS[kind] if kind in METHODS else (hml.Network(config=branched()), 2)
    return hml.train(method, data, epochs=epochs, seed=1)


def branched() -> Any:
    """A sum and a concatenation, with a normalisation inside."""
    layers = keras().layers
    inputs = keras().Input((3,))
    first = layers.Dense(6, "relu")(inputs)
    flow = layers.Concatenate()([layers.Add()([first, layers.Dense(6, "tanh")(first)]), inputs])
    flow = layers.Activation("sigmoid")(layers.BatchNormalization()(flow))
    return keras().Model(inputs, layers.Dense(1, "sigmoid", use_bias=False)(flow))
