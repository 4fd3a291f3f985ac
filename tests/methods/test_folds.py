from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import samples
from methods import kinds

import hml_jupyter as hml
from hml_jupyter import progress
from hml_jupyter.datasets import Dataset
from hml_jupyter.datasets.folding import folded
from hml_jupyter.errors import ArgumentError
from hml_jupyter.methods.method import Method
from hml_jupyter.methods.sample import sample_of
from hml_jupyter.provenance import read_json

BDT = hml.BoostedDecisionTree(n_estimators=8, min_samples_leaf=5)
NET = hml.MLP(hidden=(4,), dropout=0.1, batch_size=64)
BOTH = [pytest.param(BDT, {}, id="trees"), pytest.param(NET, {"epochs": 3}, id="network")]
PATH = "study/models/one"


@pytest.fixture(scope="module")
def crossed(data: Dataset) -> hml.Training:
    return hml.train(BDT, data, seed=1, folds=2)


@contextmanager
def stopping(at: int) -> Iterator[None]:
    def hear(report: progress.Report) -> None:
        if "curves" in report.data and report.data["done"] == at:
            raise KeyboardInterrupt

    with progress.listening(hear):
        yield


def test_an_event_is_scored_by_the_model_that_has_not_seen_it(data: Dataset, crossed: hml.Training) -> None:
    score, odd = crossed.score(data), data.event % 2 == 1
    for model, mine in zip(crossed.models, (~odd, odd), strict=True):
        np.testing.assert_array_equal(score[mine], BDT.scores(model, data.X[mine]))
    kept = hml.select(data, ["fatjet0.mass > 60"])
    np.testing.assert_array_equal(crossed.score(kept), score[kept.mask])
    np.testing.assert_array_equal(crossed.score(hml.score(kept, crossed, name="bdt")), score[kept.mask])


def test_each_fold_tells_how_far_it_is(data: Dataset) -> None:
    heard: list[progress.Report] = []
    with progress.listening(heard.append):
        hml.train(hml.BoostedDecisionTree(n_estimators=2), data, seed=1, folds=2)
    told = [each for each in heard if each.text.startswith("fold")]
    assert [each.text for each in told if "tree 0" not in each.text] == [
        f"fold {fold} of 2: tree {tree}" for tree in (1, 2) for fold in (1, 2)
    ]
    assert {each.data["done"] for each in told} == {None}
    fractions = [each.fraction for each in heard if not each.is_notice]
    assert fractions == sorted(fractions, key=float)


def test_others_have_the_mean_score(data: Dataset, crossed: hml.Training) -> None:
    mean = np.mean([BDT.scores(model, data.X) for model in crossed.models], axis=0)
    np.testing.assert_array_equal(crossed.score(data.X), mean)
    other = samples.dataset(50, seed=5)
    np.testing.assert_array_equal(crossed.score(other), crossed.score(other.X))


@pytest.mark.parametrize("folds", [2, 3])
def test_a_model_does_not_depend_on_the_events_it_scores(folds: int) -> None:
    """The columns and weights of fold 1 are others: model 1, which has not seen them, is the same, and model 0 is not."""
    data, changed = samples.dataset(200), samples.dataset(200)
    mine = changed.event % folds == 1
    columns = {name: np.where(mine, -changed.column(name), changed.column(name)) for name in changed.names}
    changed._arrays = kinds.Given(changed._arrays, columns)
    before, after = (hml.train(BDT, each, seed=1, folds=folds).models for each in (data, changed))
    same = [
        all(np.array_equal(x, y) for x, y in zip(BDT.arrays(a).values(), BDT.arrays(b).values(), strict=True))
        for a, b in zip(before, after, strict=True)
    ]
    assert same == [i == 1 for i in range(folds)]


@pytest.mark.parametrize(("method", "options"), BOTH)
def test_a_killed_cross_training_goes_on(study: Path, data: Dataset, method: Method, options: dict[str, Any]) -> None:
    alone = hml.train(method, data, seed=1, folds=2, **options)
    with stopping(2), pytest.raises(KeyboardInterrupt):
        hml.train(method, data, seed=1, folds=2, path=PATH, **options)
    made = hml.train(method, data, seed=1, folds=2, path=PATH, **options)
    assert made.fingerprint == alone.fingerprint
    stem, kind = method.file.split(".")
    assert {f"{stem}_0.{kind}", f"{stem}_1.{kind}"} < {file.name for file in made.folder.iterdir()}
    opened = hml.Training.load(PATH)
    assert (opened.folds, len(opened.models)) == (2, 2)


def test_patience_of_each_fold(data: Dataset, study: Path) -> None:
    method = replace(BDT, n_estimators=60, learning_rate=0.5, patience=3)
    made = hml.train(method, data, seed=1, folds=2)
    own = [made.history[f"val_loss, fold {i}"] for i in range(2)]
    assert made.config["kept"] == [int(np.argmin(losses)) + 1 for losses in own]
    assert made.epochs == max(map(len, own)) > min(map(len, own))
    held = [losses + [losses[-1]] * (made.epochs - len(losses)) for losses in own]
    np.testing.assert_allclose(made.history["val_loss"], np.mean(held, axis=0))
    with stopping(made.epochs), pytest.raises(KeyboardInterrupt):
        hml.train(method, data, seed=1, folds=2, path=PATH)
    assert hml.train(method, data, seed=1, folds=2, path=PATH).fingerprint == made.fingerprint


def test_what_a_cross_training_shows(crossed: hml.Training, data: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    crossed.summary()
    assert capsys.readouterr().out.count("HistGradientBoostingClassifier(") == 2
    assert "2, each event is scored by the model that has not seen it" in str(crossed)
    cuts = hml.train(hml.CutAndCount(), data, seed=1, folds=2)
    assert all(f"cuts found, fold {i}" in str(cuts) for i in range(2))
    assert all(model.cuts[0] in str(cuts) for model in cuts.models)


def test_stop_after_ends_all_models(data: Dataset, crossed: hml.Training) -> None:
    part = hml.train(BDT, data, seed=1, folds=2, stop_after=3)
    assert part.history == {name: values[:3] for name, values in crossed.history.items()}


def test_trainings_without_folds_stay_what_they_were(data: Dataset, crossed: hml.Training) -> None:
    plain = hml.train(BDT, data, seed=1)
    assert "folds" not in plain.record["recipe"]["arguments"]
    assert "folds" not in read_json(plain.folder / "training.json")
    assert plain.recipe != crossed.recipe
    with pytest.raises(ArgumentError, match=r"has 2 models, one for each fold: ask for \.models"):
        _ = crossed.model


def test_the_curves_are_the_mean(crossed: hml.Training) -> None:
    own = [crossed.history[f"loss, fold {i}"] for i in range(2)]
    np.testing.assert_allclose(crossed.history["loss"], np.mean(own, axis=0))
    assert set(crossed.record["summary"]) == {"method", "trees", "loss", "val_loss", "n_train", "n_validation"}


@pytest.mark.parametrize("representation", [kinds.IMAGE, kinds.GRAPH])
def test_images_and_graphs(representation: Any) -> None:
    data = kinds.dataset(representation)
    made = [sample_of(folded(data, i, 2), data.kind) for i in range(2)]
    assert [len(each.train.y) for each in made] == [
        ((data.event % 2 != i) & ~data.part("validation")).sum() for i in range(2)
    ]


def test_negative_weights_are_told_once() -> None:
    data = samples.dataset(100)
    data._arrays = kinds.Given(data._arrays, {"weight": np.where(np.arange(data.n_events) % 9, 1, -1) * data.weights})
    heard: list[progress.Report] = []
    with progress.listening(heard.append):
        hml.train(BDT, data, seed=1, folds=3)
    assert len([each for each in heard if "negative weights" in each.text]) == 1


@pytest.mark.parametrize("folds", [1, 21, 2.5, True, "2"])
def test_folds_that_cannot_be(data: Dataset, folds: Any) -> None:
    with pytest.raises(ArgumentError, match="folds must be"):
        hml.train(BDT, data, seed=1, folds=folds)
