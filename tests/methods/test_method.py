from __future__ import annotations

import dataclasses
import json

import pytest

from hml_jupyter.calls import literal
from hml_jupyter.errors import ArgumentError, UnknownNameError
from hml_jupyter.methods import (
    CNN,
    METHODS,
    MLP,
    BoostedDecisionTree,
    CutAndCount,
    CutNetwork,
    GraphNetwork,
    Network,
    Surrogate,
    get,
)

OTHER = {
    "CutNetwork": CutNetwork(
        cuts=["met > 50"], network=MLP(hidden=(3,)), mode="joint", estimator="bernoulli", width=0.5
    ),
    "CutAndCount": CutAndCount(
        objective="s/sqrt(b)",
        topology="joint",
        sides=("lower", "any"),
        luminosity=300.0,
        uncertainty=0.5,
        floor=5.0,
    ),
    "MLP": MLP(hidden=(3, 2), activation="tanh", dropout=0.5, learning_rate=0.25, batch_size=7, loss="squared"),
    "BoostedDecisionTree": BoostedDecisionTree(
        n_estimators=3, learning_rate=0.5, max_leaf_nodes=4, min_samples_leaf=5, l2_regularization=1.5, patience=2
    ),
    "CNN": CNN(filters=(3,), kernel_size=5, pool=1, scale="log", summary="flatten", optimizer="sgd"),
    "GraphNetwork": GraphNetwork(messages=(3,), hidden=(), decay="cosine"),
    "Surrogate": Surrogate(
        of="bdt.score", inputs=["met"], flags=["jet0.flavor"], components=2, network=MLP(hidden=(3,), patience=2)
    ),
    "Network": Network(estimator="sklearn.ensemble.RandomForestClassifier", options={"n_estimators": 3}),
}
#: One that has no default says what it is.
USUAL = {"Network": {"builder": "mine:build"}, "Surrogate": {"of": "mlp.score"}}


@pytest.mark.parametrize("name", METHODS)
def test_config_round_trip(name: str) -> None:
    for method in (METHODS[name](**USUAL.get(name, {})), OTHER[name]):
        config = json.loads(json.dumps(method.get_config()))
        assert type(method).from_config(config) == method
        assert get({"method": name, **config}) == method
        left_out = {f.name for f in dataclasses.fields(method)} - config.keys()  # type: ignore[arg-type]
        assert all(getattr(method, each) == getattr(type(method), each) for each in left_out)


@pytest.mark.parametrize("name", METHODS)
def test_methods_are_frozen_and_can_be_written(name: str) -> None:
    usual = USUAL.get(name, {})
    method = METHODS[name](**usual)
    with pytest.raises(dataclasses.FrozenInstanceError):
        method.learning_rate = 1.0  # type: ignore[attr-defined]
    given = ", ".join(f'{key}="{value}"' for key, value in usual.items())
    assert literal(method) == f"hml.{name}({given})"


def test_get() -> None:
    assert get("MLP") == MLP()
    assert get(MLP(hidden=(2,))).get_config()["hidden"] == [2]
    with pytest.raises(UnknownNameError, match="unknown method 'MPL'; near names: MLP"):
        get("MPL")
    with pytest.raises(ArgumentError, match=r"got the class MLP: write hml.MLP\(\)"):
        get(MLP)
    with pytest.raises(ArgumentError, match=r"wanted first, with its options: .*hml.MLP\(\).*; got None"):
        get(None)
    with pytest.raises(ArgumentError, match=r"MLP takes no arguments without a name: MLP\(hidden=..., "):
        MLP((64, 64))  # type: ignore[misc]
