from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pytest
import samples
from sklearn.metrics import accuracy_score, log_loss

import hml_jupyter as hml
from hml_jupyter import progress
from hml_jupyter.cuts import Cut
from hml_jupyter.datasets import Dataset, build_dataset
from hml_jupyter.errors import ArgumentError
from hml_jupyter.methods import CutAndCount, Training, finished_epochs, train
from hml_jupyter.methods.objectives import OBJECTIVES
from hml_jupyter.methods.sample import training_sample
from hml_jupyter.methods.searching import TOPOLOGIES
from hml_jupyter.metrics import significance
from hml_jupyter.representations import Set
from hml_jupyter.selection import cutflow, select

PATH = "study/models/one"
METHOD = CutAndCount()


@contextmanager
def heard() -> Iterator[list[str]]:
    """Collect the notices."""
    texts: list[str] = []
    with progress.listening(lambda report: texts.append(report.text) if report.is_notice else None):
        yield texts


def masses(values: Any) -> ak.Array:
    return ak.Array([{"Event": [{"Weight": 1.0}], "FatJet": [{"Mass": value}]} for value in values])


def built(
    signal: Any, background: Any, *, names: Any = ("fatjet0.mass",), cross_section: float | None = 1.0
) -> Dataset:
    tables = {"zz": signal, "qcd": background}
    sources: Any = {
        name: hml.open_table(columns, cross_section=cross_section) if isinstance(columns, dict) else columns
        for name, columns in tables.items()
    }
    return build_dataset(sources, Set([*names]), signal="zz", split=(1.0, 0.0, 0.0), seed=1)


@pytest.mark.parametrize("topology", TOPOLOGIES)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_select_takes_the_cuts(data: Dataset, objective: str, topology: str) -> None:
    made = train(CutAndCount(objective=objective, topology=topology), data, seed=1)
    model, score = made.model, made.score(data)
    assert model.cuts == [cut for step in model.steps for cut in step.cuts]
    np.testing.assert_array_equal(score == model.passing, _passing(data, model.cuts))
    assert (score == model.passing).sum() == select(data, model.cuts).n_events
    assert set(score) <= {model.passing, model.failing}
    assert 0 <= model.failing < model.passing <= 1


def _passing(data: Dataset, cuts: list[str]) -> np.ndarray:
    return np.logical_and.reduce([Cut(cut)(data) for cut in cuts])


def test_the_value_is_that_of_the_training_events(data: Dataset) -> None:
    made = train(CutAndCount(luminosity=20, uncertainty=0.1, floor=5), data, seed=1)
    train_events = training_sample(data).train
    passing = _passing(data, made.model.cuts)[data.part("train")]
    expected = train_events.expected * 20e3
    s, b = (expected[passing & (train_events.y == side)] for side in (1, 0))
    told = significance(s.sum(), b.sum(), (b**2).sum(), uncertainty=0.1, floor=5)
    assert made.model.value == pytest.approx(told.value)
    step = made.model.steps[-1]
    assert step.signal_efficiency == pytest.approx(s.sum() / expected[train_events.y == 1].sum())
    assert step.background_efficiency == pytest.approx(b.sum() / expected[train_events.y == 0].sum())


def test_the_curves(data: Dataset) -> None:
    """What is drawn after each cut is what scikit-learn says of the scores."""
    made = train(CutAndCount(objective="cross_entropy"), data, seed=1)
    assert made.history.keys() == {
        f"{part}{what}" for part in ("", "val_") for what in ("loss", "accuracy", "objective")
    }
    assert {len(values) for values in made.history.values()} == {3}
    assert made.history["loss"] == pytest.approx(made.history["objective"])
    assert made.history["loss"] == pytest.approx([step.value for step in made.model.steps])
    assert made.history["loss"] == sorted(made.history["loss"], reverse=True)
    sample = training_sample(data)
    assert sample.validation is not None
    for name, part in (("", sample.train), ("val_", sample.validation)):
        score = made.score(part.X)
        assert made.history[f"{name}loss"][-1] == pytest.approx(log_loss(part.y, score, sample_weight=part.weights))
        right = accuracy_score(part.y, score > 0.5, sample_weight=part.weights)
        assert made.history[f"{name}accuracy"][-1] == pytest.approx(right)


def test_a_window_by_hand() -> None:
    """Signal from 71 to 90, background elsewhere and one inside, all of one weight."""
    data = built(masses(np.arange(71.0, 91.0)), masses([*np.arange(20.0, 71.0), 80.5, *np.arange(91.0, 120.0)]))
    made = train(CutAndCount(objective="accuracy"), data, seed=1)
    assert made.model.cuts == ["fatjet0.mass >= 71.0", "fatjet0.mass < 91.0"]
    assert made.model.value == pytest.approx(1 - 0.5 / 81)
    assert made.model.passing == pytest.approx(81 / 82)
    assert made.model.failing == 0.0
    lower = train(CutAndCount(objective="accuracy", sides="lower"), data, seed=1)
    assert lower.model.cuts == ["fatjet0.mass >= 71.0"]


def test_the_floor_keeps_background(data: Dataset) -> None:
    for floor in (10.0, 40.0):
        made = train(CutAndCount(objective="s/sqrt(b)", floor=floor, sides="window", topology="joint"), data, seed=1)
        background = data.part("train") & ~data.is_signal & _passing(data, made.model.cuts)
        assert floor <= background.sum() <= 2 * floor


@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_an_interrupted_search_goes_on(study: Path, data: Dataset, topology: str) -> None:
    method = CutAndCount(topology=topology)

    def stop(report: progress.Report) -> None:
        if report.text == "cut 2 of 3":
            raise KeyboardInterrupt

    with progress.listening(stop), pytest.raises(KeyboardInterrupt):
        train(method, data, seed=1, path=PATH)
    assert finished_epochs(PATH) == 2
    made = train(method, data, seed=1, path=PATH)
    whole = train(method, data, seed=1)
    assert (made.fingerprint, made.model, made.history) == (whole.fingerprint, whole.model, whole.history)


def test_the_first_cuts_can_be_kept(data: Dataset) -> None:
    whole, kept = train(METHOD, data, seed=1), train(METHOD, data, seed=1, stop_after=1)
    assert kept.model.cuts == whole.model.steps[0].cuts
    assert [step.observable for step in kept.model.steps] == [*data.names]
    assert kept.history == {name: values[:1] for name, values in whole.history.items()}


def test_a_saved_search_is_the_search(study: Path) -> None:
    data = samples.dataset(300, path="study/data/set")
    made = train(METHOD, data, seed=1, path=PATH)
    again = Training.load(PATH)
    assert (again.model, again.method, again.fingerprint) == (made.model, METHOD, made.fingerprint)
    np.testing.assert_array_equal(again.score(data), made.score(data))
    assert (made.folder / "cuts.json").exists()
    assert train(CutAndCount(sides="lower"), data, seed=1).fingerprint != made.fingerprint


def test_the_seed_changes_nothing(data: Dataset) -> None:
    assert train(METHOD, data, seed=1).model == train(METHOD, data, seed=2).model


def test_one_kind_for_each_observable(data: Dataset) -> None:
    made = train(CutAndCount(objective="accuracy", sides=("window", "upper", "outside")), data, seed=1)
    window, upper, _ = (step.cuts for step in made.model.steps)
    assert [cut.split()[1] for cut in (*window, *upper)] == [">=", "<", "<"]
    with pytest.raises(
        ArgumentError, match=r"sides has 2 words, and there are 3 observables \(fatjet0.mass, .*\): give one"
    ):
        train(CutAndCount(sides=("window", "upper")), data, seed=1)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_without_a_cross_section(objective: str) -> None:
    data = built(masses(np.arange(60.0, 100.0)), masses(np.arange(20.0, 80.0)), cross_section=None)
    if objective in ("cross_entropy", "accuracy"):
        assert train(CutAndCount(objective=objective), data, seed=1).model.cuts
        return
    with pytest.raises(ArgumentError) as caught:
        train(CutAndCount(objective=objective), data, seed=1)
    assert str(caught.value) == (
        f"objective={objective!r} counts expected events, and the cross section of zz, qcd is not known: "
        "take objective='cross_entropy' or 'accuracy'"
    )


def test_negative_weights_are_expected_events() -> None:
    """The cutflow counts the same, and no other threshold gives more."""
    x = {"zz": np.linspace(70, 90, 40), "qcd": np.concatenate([np.linspace(20, 69, 200), np.linspace(70.1, 89.9, 20)])}
    weights = np.where(np.arange(220) % 4 == 3, -1.0, 1.0)
    runs = {
        "zz": hml.open_table({"x": x["zz"], "w": np.ones(40)}, weight="w", cross_section=0.4),
        "qcd": hml.open_table({"x": x["qcd"], "w": weights}, weight="w", cross_section=1.1),
    }
    data = build_dataset(runs, Set(["column.x"]), signal="zz", split=(1.0, 0.0, 0.0), seed=1)
    made = train(CutAndCount(sides="lower", floor=4, luminosity=0.1), data, seed=1)

    def counted(cuts: list[str]) -> float:
        told = cutflow(data, cuts, luminosity=0.1, floor=4).rows[-1].significance
        return told.value or 0.0 if told else 0.0

    assert made.model.value == pytest.approx(counted(made.model.cuts))
    assert made.model.value == pytest.approx(max(counted([f"column.x >= {low}"]) for low in data.X[:, 0]))


def test_a_constant_column_is_left_uncut() -> None:
    x = np.concatenate([np.arange(30.0), np.arange(20.0)])
    columns = {"x": x, "one": np.ones(50)}
    data = built({"x": x + 15, "one": np.ones(50)}, columns, names=("column.one", "column.x"))
    with heard() as notices:
        made = train(CutAndCount(objective="accuracy"), data, seed=1)
    assert notices == ["column.one is left uncut: no cut on it gives a better accuracy"]
    assert made.history["loss"][0] == pytest.approx(np.log(2))
    assert made.model.scores(np.array([[1.0, 99.0], [1.0, -99.0]])).tolist() == [made.model.passing, made.model.failing]


def test_too_little_background_for_any_cut(data: Dataset) -> None:
    with heard() as notices:
        made = train(CutAndCount(floor=1e6), data, seed=1)
    assert made.model.cuts == []
    assert notices == [
        f"{name} is left uncut: significance cannot be estimated: no cut leaves 1e+06 effective background events"
        for name in data.names
    ]
    assert made.history["objective"] == [0.0] * 3
    assert (made.model.value, set(made.score(data))) == (None, {0.5})


def test_parallel_cuts_may_leave_too_little(data: Dataset) -> None:
    with heard() as notices:
        made = train(CutAndCount(topology="parallel", floor=20), data, seed=1)
    assert made.model.value is None
    assert notices == [
        "the cuts together leave too little for an estimate of significance: take topology='sequential' or 'joint'"
    ]


def test_a_joint_search_ends_no_lower(data: Dataset) -> None:
    values = [train(CutAndCount(topology=topology), data, seed=1).model.value for topology in ("sequential", "joint")]
    assert values[1] >= values[0]
    with heard() as notices:
        train(CutAndCount(topology="joint", sides="lower"), data, seed=1)
    assert all("is left uncut" in notice for notice in notices)


def test_restarts_are_drawn_with_the_seed_and_end_no_lower(data: Dataset) -> None:
    method = CutAndCount(topology="joint", restarts=3)
    once, again = (train(method, data, seed=1) for _ in range(2))
    assert once.fingerprint == again.fingerprint
    assert once.model.value >= train(CutAndCount(topology="joint"), data, seed=1).model.value
    with pytest.raises(
        ArgumentError, match="restarts=3 means nothing for topology='sequential': take topology='joint'"
    ):
        train(CutAndCount(restarts=3), data, seed=1)


def test_the_score_can_be_the_wrong_way_round() -> None:
    """Three backgrounds that count the same in training; the cut is against the one with the largest cross section."""
    rng = np.random.default_rng(1)
    means = {"zz": (0, 1.0), "big": (3, 1e3), "b": (-2, 1.0), "c": (-2, 1.0)}
    runs = {
        name: hml.open_table({"x": rng.normal(mean, 1, 400)}, cross_section=sigma)
        for name, (mean, sigma) in means.items()
    }
    data = build_dataset(runs, Set(["column.x"]), signal="zz", split=(1.0, 0.0, 0.0), seed=1)
    with heard() as notices:
        made = train(CutAndCount(sides="upper", objective="s/sqrt(b)"), data, seed=1)
    assert made.model.passing < made.model.failing
    assert len(notices) == 1
    assert notices[0].endswith(
        "since the training weights count all backgrounds the same: the score is the wrong way round"
    )


def test_epochs_mean_nothing(data: Dataset) -> None:
    with pytest.raises(ArgumentError, match="epochs=20 means nothing for cuts: there is one for each observable"):
        train(METHOD, data, seed=1, epochs=20)


def test_the_table_names_the_cuts(data: Dataset) -> None:
    made = train(METHOD, data, seed=1)
    lines = str(made).split("\n")
    first = next(i for i, line in enumerate(lines) if line.startswith("cuts found"))
    assert all(cut in line for cut, line in zip(made.model.cuts, lines[first:], strict=False))
    assert lines[first + len(made.model.cuts)].startswith("significance")
    none = train(CutAndCount(floor=1e6, objective="s/sqrt(b)"), data, seed=1)
    assert re.search(r"cuts found +none", str(none))
