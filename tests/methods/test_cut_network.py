from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hml_jupyter as hml
from hml_jupyter import progress
from hml_jupyter.calls import Call, Ref
from hml_jupyter.datasets import Dataset, build_dataset
from hml_jupyter.display.results import training_table
from hml_jupyter.errors import ArgumentError, UnknownNameError
from hml_jupyter.methods import MLP, CutNetwork, Training, train
from hml_jupyter.methods.sample import training_sample
from hml_jupyter.representations import Set
from hml_jupyter.tables import open_table

NET = MLP(hidden=(8,), batch_size=64, learning_rate=0.01)
BOTH = CutNetwork(cuts=["x > 0", "y > 0"], network=NET)


def build(n: int = 800, seed: int = 1, **options: Any) -> Dataset:
    """The talk's two normal distributions, and a column that tells nothing; the signal is far rarer than the background."""
    rng = np.random.default_rng(seed)
    signal = rng.multivariate_normal([1.5, 2.0], [[0.5, 0.2], [0.2, 0.5]], n)
    background = rng.normal(0, 3, (n, 2))
    tables = {
        name: open_table({"x": v[:, 0], "y": v[:, 1], "flat": rng.random(n)}, name, cross_section=pb)
        for name, v, pb in (("signal", signal, 0.001), ("background", background, 1.0))
    }
    names = [f"column.{name}" for name in ("x", "y", "flat")]
    return build_dataset(tables, Set(names), signal="signal", seed=1, **options)


@pytest.fixture(scope="module")
def plane() -> Dataset:
    return build()


@pytest.fixture(scope="module")
def both(plane: Dataset) -> Training:
    return train(BOTH, plane, epochs=6, seed=1)


def value(objective: str, cuts: Any, dataset: Dataset) -> float:
    """What cuts are worth on training events, counted anew."""
    train_part = dataset.part("train")
    kept = np.logical_and.reduce([hml.Cut(cut)(dataset) for cut in cuts])[train_part]
    signal = dataset.is_signal[train_part]
    s, b = (0.001 * kept[signal].mean(), kept[~signal].mean())
    if objective in ("accuracy", "squared"):
        return float((kept == signal).mean())
    return float(s / np.sqrt(b + s if objective == "s/sqrt(s+b)" else b))


@pytest.mark.parametrize(
    ("objective", "start"),
    [
        ("accuracy", (60, 60)),
        ("accuracy", (-60, -60)),
        ("s/sqrt(b)", (60, -60)),
        ("s/sqrt(s+b)", (60, 60)),
        ("significance", (60, 60)),
        ("squared", (-60, 60)),
    ],
)
def test_every_start_comes_home(plane: Dataset, objective: str, start: tuple[float, float]) -> None:
    """The annealed thresholds themselves, before the exact scans, are within 3 % of the best of all pairs of thresholds."""
    edges = np.linspace(-1.5, 1.5, 16)
    best = max(value(objective, [f"column.x >= {a}", f"column.y >= {b}"], plane) for a in edges for b in edges)
    found = train(CutNetwork(cuts=[f"x > {start[0]}", f"y > {start[1]}"], objective=objective), plane, seed=1)
    assert value(objective, found.model.soft, plane) > 0.97 * best
    assert value(objective, found.model.cuts, plane) > 0.998 * best
    assert 5 < abs(found.history["cut column.x"][0]) < 60


def test_alone_the_score_is_the_share_of_signal_on_either_side(plane: Dataset) -> None:
    found = train(CutNetwork(cuts=["x > 1", "y in [1, 3]"]), plane, epochs=30, seed=1)
    kept = np.logical_and.reduce([hml.Cut(cut)(plane) for cut in found.model.cuts])
    part = training_sample(plane, "set").train
    passed = kept[plane.part("train")]
    passing, failing = (np.average(part.y[side], weights=part.weights[side]) for side in (passed, ~passed))
    assert 0 < failing < 0.5 < passing < 1
    score = found.score(plane)
    np.testing.assert_allclose(score, np.where(kept, passing, failing), rtol=1e-12)
    np.testing.assert_allclose(score, found.model.predict(plane.X.astype("float32"), verbose=0)[:, 0], rtol=1e-6)
    assert hml.select(plane, found.model.cuts).n_events == kept.sum()
    assert len(found.model.cuts) == 3


def test_behind_cuts_the_score_is_the_networks(plane: Dataset, both: Training) -> None:
    kept = np.logical_and.reduce([hml.Cut(cut)(plane) for cut in both.model.cuts])
    score = both.score(plane)
    network = both.model.get_layer("score").output
    from hml_jupyter.methods.backend import keras

    alone = keras().Model(both.model.inputs, network).predict(plane.X.astype("float32"), verbose=0)[:, 0]
    np.testing.assert_allclose(score, np.where(kept, alone, 0.0), rtol=1e-6)
    assert kept.mean() < 0.98
    assert score[kept].min() > 0


def test_hard_and_soft_are_reported(plane: Dataset, both: Training) -> None:
    model = both.model
    assert {cut.split(" ")[0] for cut in model.soft} == {"column.x", "column.y"}
    part = plane.part("train")
    score, y = both.score(plane)[part], plane.is_signal[part]
    loss = np.average(-np.log(np.clip(np.where(y, score, 1 - score), 1e-7, 1)))
    assert model.about["value"]["hard"] == pytest.approx(loss, rel=1e-5)
    assert model.about["value"]["hard"] <= model.about["value"]["soft"] * 1.01
    assert model.about["width"] == pytest.approx(0.02)


def test_thresholds_and_gradients_of_every_epoch(both: Training) -> None:
    history = both.history
    assert {name for name in history if " " in name} == {
        f"{what} column.{name}" for what in ("cut", "gradient") for name in ("x", "y")
    }
    assert all(len(values) == 6 for values in history.values())
    # the network learns first: behind an open gate cuts have no gradient
    assert history["gradient column.x"][:4] == [0.0] * 4
    assert np.abs(history["gradient column.x"][4:]).min() > 0


def test_names_of_several_thresholds_on_one_observable(plane: Dataset) -> None:
    found = train(CutNetwork(cuts=["x in [0, 3]", "x > 1", "y > 1"]), plane, epochs=3, seed=1)
    names = [name for name in found.history if name.startswith("cut")]
    assert names == ["cut column.x >", "cut column.x <", "cut column.x > (2)", "cut column.y"]


def test_an_observable_gets_its_side_from_the_data(plane: Dataset) -> None:
    found = train(CutNetwork(cuts=["x", "y"]), plane, epochs=20, seed=1)
    assert [cut.rsplit(" ", 1)[0] for cut in found.model.cuts] == ["column.x >=", "column.y >="]
    assert found.history["cut column.x"][0] == pytest.approx(0.0, abs=1.5)


def test_without_cuts_every_input_is_cut_on_where_that_helps(plane: Dataset) -> None:
    found = train(CutNetwork(objective="s/sqrt(s+b)"), plane, seed=1)
    assert len(found.model.soft) == 3
    assert value("s/sqrt(s+b)", found.model.cuts, plane) >= value("s/sqrt(s+b)", found.model.cuts[:2], plane)


def test_scan_forgets_the_given_start(plane: Dataset) -> None:
    found = [
        train(CutNetwork(cuts=[f"x > {at}"], start="scan"), plane, epochs=3, seed=1).history["cut column.x"]
        for at in (-60, 60)
    ]
    assert found[0] == found[1]
    assert abs(found[0][0]) < 3


@pytest.mark.parametrize(
    ("mode", "estimator"),
    [
        ("joint", "annealed"),
        ("joint", "straight_through"),
        ("joint", "bernoulli"),
        ("cuts first", "annealed"),
        ("network first", "annealed"),
    ],
)
def test_modes_and_estimators_end_well(plane: Dataset, mode: str, estimator: str) -> None:
    """Well: better than the best cuts alone, in the squared distance."""
    method = dataclasses.replace(
        BOTH,
        mode=mode,
        estimator=estimator,
        cuts=("x > -1", "y > -1"),
        network=dataclasses.replace(NET, loss="squared"),
    )
    found = train(method, plane, epochs=15, seed=1)
    distance = np.mean((found.score(plane) - plane.is_signal) ** 2)
    assert distance < 0.12


def test_the_same_weights_twice(plane: Dataset, both: Training) -> None:
    again = train(BOTH, plane, epochs=6, seed=1)
    assert again.fingerprint == both.fingerprint
    assert train(BOTH, plane, epochs=6, seed=2).fingerprint != both.fingerprint


@pytest.mark.parametrize(
    ("method", "epochs", "at"),
    [
        (dataclasses.replace(BOTH, estimator="bernoulli"), 6, 5),
        (dataclasses.replace(BOTH, mode="joint"), 3, 1),
        (CutNetwork(cuts=["x > 60"]), 40, 12),
    ],
    ids=["network first", "joint", "alone"],
)
def test_an_interrupt_changes_nothing(study: Path, plane: Dataset, method: CutNetwork, epochs: int, at: int) -> None:
    def stop(report: progress.Report) -> None:
        if "curves" in report.data and report.data["done"] >= at:
            raise KeyboardInterrupt

    with progress.listening(stop), pytest.raises(KeyboardInterrupt):
        train(method, plane, epochs=epochs, seed=1, path="study/models/one")
    assert at <= hml.methods.finished_epochs("study/models/one") < epochs
    found = train(method, plane, epochs=epochs, seed=1, path="study/models/one")
    assert found.fingerprint == train(method, plane, epochs=epochs, seed=1).fingerprint


def test_save_and_load(study: Path, plane: Dataset, both: Training) -> None:
    train(BOTH, plane, epochs=6, seed=1, path="study/models/both")
    found = Training.load("study/models/both")
    assert found.method == BOTH
    assert found.model.cuts == both.model.cuts
    np.testing.assert_array_equal(found.score(plane), both.score(plane))
    about = json.loads((study / "study/models/both/cuts.json").read_text())
    assert (tuple(about["cuts"]), tuple(about["soft"])) == (found.model.cuts, found.model.soft)


def test_nan_gets_no_score(both: Training) -> None:
    score = both.score([[1.5, 2.0, 0.5], [np.nan, 2.0, 0.5], [-9.0, 2.0, 0.5]])
    assert score[0] > 0.5
    assert np.isnan(score[1])
    assert score[2] == 0.0


def test_a_recorded_call_reads_back() -> None:
    call = Call("train", (CutNetwork(cuts=["x>1"], network=MLP(hidden=(8,))), Ref("data")), {"seed": 1}, "made")
    assert 'hml.CutNetwork(cuts=["x > 1"], network=hml.MLP(hidden=(8,)))' in call.render()
    assert Call.parse(call.render()) == call


def test_config_round_trip() -> None:
    config = json.loads(json.dumps(BOTH.get_config()))
    assert config["network"]["method"] == "MLP"
    assert CutNetwork.from_config(config) == BOTH


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda _: CutNetwork(cuts=["x == 1"]), "a cut that training moves is a threshold"),
        (lambda _: CutNetwork(cuts=["x > 1e999"]), "a cut that training moves is a threshold"),
        (lambda _: CutNetwork(cuts=["x > -inf"]), "a cut that training moves is a threshold"),
        (lambda _: CutNetwork(cuts={"x > 1", "y > 1"}), "must be a list of texts"),  # type: ignore[arg-type]
        (lambda _: CutNetwork(width=0.1, last_width=1.0), r"last_width=...\) must be at most width=0.1: .* got 1"),
        (lambda _: CutNetwork(cuts="x > 1"), "must be a list of texts"),  # type: ignore[arg-type]
        (lambda _: CutNetwork(network=hml.BoostedDecisionTree()), "network= takes a network on columns"),  # type: ignore[arg-type]
        (lambda _: CutNetwork(network=MLP(loss="significance")), "takes loss='cross_entropy' or 'squared'"),
        (lambda _: CutNetwork(network=MLP(patience=3)), "takes patience=0"),
        (lambda d: train(CutNetwork(cuts=["z > 1"]), d, seed=1), "unknown input 'z'"),
        (lambda d: train(CutNetwork(cuts=["x > 1"]), hml.select(d, ["column.x < -3"]), seed=1), "no signal event"),
        (
            lambda _: train(CutNetwork(objective="s/sqrt(b)"), bare(), seed=1),
            "cross section of signal, background is not known",
        ),
    ],
)
def test_bad_input(plane: Dataset, make: Callable[[Dataset], Any], message: str) -> None:
    with pytest.raises((ArgumentError, UnknownNameError), match=message):
        make(plane)


def bare() -> Dataset:
    tables = {name: {"x": np.arange(40.0)} for name in ("signal", "background")}
    return build_dataset(tables, Set(["column.x"]), signal="signal", seed=1)


def test_a_constant_column_is_left_alone() -> None:
    rng = np.random.default_rng(1)
    tables = {n: {"x": rng.normal(at, 1, 60), "one": np.full(60, 70.1)} for n, at in (("signal", 2), ("background", 0))}
    data = build_dataset(tables, Set(["column.x", "column.one"]), signal="signal", seed=1)
    found = train(CutNetwork(), data, epochs=20, seed=1)
    assert np.isfinite(found.history["loss"]).all()
    assert [cut.split(" ")[0] for cut in found.model.cuts] == ["column.x"]


def test_each_fold_has_its_cuts(plane: Dataset) -> None:
    found = train(CutNetwork(cuts=["x > 1"]), plane, epochs=10, seed=1, folds=2)
    shown = [cut for _, cut in training_table(found).rows]
    for i, model in enumerate(found.models):
        assert {model.cuts[0], model.soft[0]} <= set(shown)
        assert json.loads((found.folder / f"cuts_{i}.json").read_text())["cuts"] == list(model.cuts)
