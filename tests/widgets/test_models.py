from __future__ import annotations

import math
from typing import Any

import awkward as ak
import numpy as np
import pytest

from hml_jupyter.calls import Call, Ref
from hml_jupyter.datasets import build_dataset, example
from hml_jupyter.methods import MLP, BoostedDecisionTree, CutAndCount, CutNetwork, Network, train
from hml_jupyter.methods.cut_objectives import OF_CUTS
from hml_jupyter.methods.losses import LOSSES
from hml_jupyter.methods.method import Method
from hml_jupyter.representations import Set
from hml_jupyter.widgets import models
from hml_jupyter.widgets.models import begun, history, row, thinned


def test_few_points_are_all_shown() -> None:
    assert thinned({"loss": [0.7, math.nan, 0.5], "val_loss": [0.8]}) == {
        "at": [1, 2, 3],
        "curves": {"loss": [0.7, None, 0.5], "val_loss": [0.8]},
    }
    assert thinned({}) == {"at": [], "curves": {}}


def test_what_a_training_waits_for_and_minimises() -> None:
    def said(method: Method, **options: Any) -> tuple[str, str]:
        found = begun(Call("train", (method, Ref("dataset")), {**options, "seed": 1}, "model"))
        return found["awaits"].replace("\n", " "), found["loss"]

    first = "first numbers come after"
    assert said(MLP(), epochs=5) == (f"Compiling: its {first} the first epoch.", "loss")
    assert said(MLP(loss="significance"), epochs=5)[1] == "- ln significance"
    assert said(BoostedDecisionTree(n_estimators=20_000)) == (f"Its {first} 1000 trees.", "loss")
    assert said(CutAndCount(objective="accuracy")) == (f"Its {first} the first cut.", "loss")
    assert said(CutNetwork(cuts=["met > 5"])) == (f"Compiling: its {first} 5 epochs.", "1 - accuracy, soft cuts")
    assert said(CutNetwork(cuts=["met > 5"], network=MLP(loss="squared")))[1] == "squared loss"
    forest = Network(estimator="sklearn.ensemble.RandomForestClassifier")
    assert said(forest) == ("It is fitted at once: its numbers come at the end.", "loss")
    assert set(models.LOSSES) == {*LOSSES, *OF_CUTS}


def test_a_single_cut_that_separates_all_is_said() -> None:
    masses = {"zz": np.linspace(80, 100, 200), "qcd": np.linspace(20, 60, 200)}
    sources = {name: ak.Array([{"FatJet": [{"Mass": mass}]} for mass in values]) for name, values in masses.items()}
    dataset = build_dataset(sources, Set(["fatjet0.mass"]), signal="zz", seed=1)
    cuts = train(CutAndCount(objective="accuracy"), dataset, seed=1)
    (cut,) = cuts.model.cuts
    assert row("cuts", cuts, "dataset")["note"].startswith(f"the single cut {cut} separates the test events")
    trees = train(BoostedDecisionTree(n_estimators=3), dataset, seed=1)
    assert row("bdt", trees, "dataset")["note"].startswith("no test event is mistaken")
    assert row("bdt", train(BoostedDecisionTree(n_estimators=3), example(200), seed=1), "dataset")["note"] == ""


def test_the_epoch_that_is_kept_is_said() -> None:
    grown = BoostedDecisionTree(n_estimators=60, learning_rate=1.0, patience=3)
    shown = history(train(grown, example(200), seed=1))
    (kept,) = shown["kept"]
    assert kept == int(np.argmin(shown["curves"]["val_loss"])) + 1
    assert shown["note"] == f"tree {kept} of {len(shown['at'])} is kept"
    folds = history(train(grown, example(200), seed=1, folds=2))
    assert folds["note"] == f"trees {folds['kept'][0]}, {folds['kept'][1]} of the folds are kept"
    assert history(train(BoostedDecisionTree(n_estimators=3), example(200), seed=1))["kept"] == []


@pytest.mark.parametrize("epochs", [299, 300, 301, 1000, 100_000])
def test_many_points_are_thinned_and_the_last_stays(epochs: int) -> None:
    found = thinned({"loss": [float(i + 1) for i in range(epochs)]})
    assert found["at"] == found["curves"]["loss"]
    assert found["at"][-1] == epochs
    assert min(epochs, 150) <= len(found["at"]) <= 300


@pytest.mark.parametrize(
    ("probabilities", "agree", "says"),
    [
        (
            (0.413, 0.8),
            True,
            "training and test events cannot be told apart by their scores (Kolmogorov-Smirnov: signal 0.41, background 0.8)",
        ),
        ((0.413, 0.0099), False, "training and test differ (Kolmogorov-Smirnov: signal 0.41, background 0.0099)"),
        ((None, 0.5), True, "(Kolmogorov-Smirnov: background 0.5)"),
        ((None, None), None, "too few events"),
    ],
)
def test_overtraining_in_words(probabilities: Any, agree: bool | None, says: str) -> None:
    found = models._verdict(dict(zip(("signal", "background"), probabilities, strict=True)))
    assert found["agree"] is agree
    assert says in found["text"]
