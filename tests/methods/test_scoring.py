from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import samples
from methods import kinds

import hml_jupyter as hml
from hml_jupyter import progress
from hml_jupyter.datasets import Dataset
from hml_jupyter.errors import ArgumentError, DamagedError, PathError, UnknownNameError
from hml_jupyter.methods import scoring
from hml_jupyter.metrics import significance
from hml_jupyter.representations import Set

BDT = hml.BoostedDecisionTree(n_estimators=8, min_samples_leaf=5)


@pytest.fixture(scope="module")
def bdt(data: Dataset) -> hml.Training:
    return hml.train(BDT, data, seed=1)


@pytest.fixture(scope="module")
def scored(data: Dataset, bdt: hml.Training) -> Dataset:
    return hml.score(data, bdt, name="bdt")


def test_the_score_is_a_column_that_no_method_sees(data: Dataset, bdt: hml.Training, scored: Dataset) -> None:
    np.testing.assert_array_equal(scored.column("bdt.score"), bdt.score(data))
    assert (scored.names, scored.side_names) == (data.names, (*data.side_names, "bdt.score"))
    assert (scored.scores, scored.unit("bdt.score")) == ({"bdt.score": "BoostedDecisionTree"}, "")
    assert (scored.root, scored.all_cuts, scored.n_events) == (data, (), data.n_events)
    np.testing.assert_array_equal(scored.X, data.X)


def test_yields_are_those_of_test_events_scaled_up(data: Dataset, scored: Dataset) -> None:
    test = data.part("test")
    for k, name in enumerate(data.classes):
        mine = data.y == k
        assert scored.expected[mine].sum() == pytest.approx(data.weights[mine].sum())
        assert (scored.expected[mine & ~test] == 0).all()
        factor = data.weights[mine].sum() / data.weights[mine & test].sum()
        np.testing.assert_allclose(scored.expected[mine & test], data.weights[mine & test] * factor)
        assert data.fractions[name][2] == pytest.approx(1 / factor)
    np.testing.assert_array_equal(data.expected, data.weights)


def test_a_cutflow_with_scores_counts_test_events(data: Dataset, scored: Dataset) -> None:
    cuts = ["fatjet0.mass > 60", "bdt.score > 0.5"]
    flow = hml.cutflow(scored, cuts)
    assert [row.label for row in flow.rows] == ["generated", data.requirement, "test events", *cuts]
    test, last = data.part("test"), flow.rows[-1]
    passing = test & (data.column("fatjet0.mass") > 60) & (scored.column("bdt.score") > 0.5)
    s, b, squares = 0.0, 0.0, [0.0, 0.0]
    for k, name in enumerate(data.classes):
        mine, scale = data.y == k, 139e3
        factor = data.weights[mine].sum() / data.weights[mine & test].sum()
        w = data.weights[mine & passing] * factor * scale
        count = last.counts[name]
        assert (count.events, count.expected) == (len(w), pytest.approx(w.sum()))
        assert count.error == pytest.approx(np.sqrt((w**2).sum()))
        squares[k] = (w**2).sum()
        s, b = (s + w.sum(), b) if name in data.signal else (s, b + w.sum())
    assert last.significance is not None
    assert last.significance.value == pytest.approx(significance(s, b, squares[1]).value)
    kept = hml.select(scored, cuts)
    assert hml.cutflow(kept).rows == flow.rows
    assert kept.n_events == ((data.column("fatjet0.mass") > 60) & (scored.column("bdt.score") > 0.5)).sum()


def test_simple_cuts_a_method_more_cuts(data: Dataset) -> None:
    selected = hml.select(data, ["fatjet0.mass > 60"])
    scored = hml.score(selected, hml.train(BDT, selected, seed=1), name="first")
    kept = hml.select(scored, ["first.score > 0.05"])
    again = hml.score(kept, hml.train(BDT, kept, seed=2), name="second")
    flow = hml.cutflow(hml.select(again, ["second.score > 0.3"]))
    test = data.part("test")
    events = [sum(c.events for c in row.counts.values()) for row in flow.rows[2:]]
    mass = test & (data.column("fatjet0.mass") > 60)
    first = mass.copy()
    first[first] = (scored.column("first.score") > 0.05)[selected.part("test")]
    second = (again.column("second.score") > 0.3) & again.part("test")
    assert events == [test.sum(), mass.sum(), first.sum(), second.sum()]
    assert again.scores == {"first.score": "BoostedDecisionTree", "second.score": "BoostedDecisionTree"}


def test_a_board_has_the_score(scored: Dataset) -> None:
    board = hml.board(scored, ["bdt.score", "fatjet0.mass"], luminosity=139)
    board.move([("bdt.score", "lower", 0.5)])
    flow = hml.cutflow(scored, ["bdt.score >= 0.5"])
    assert board.cutflow == flow
    drawn = board.histograms["fatjet0.mass"]
    shown = drawn.values(flow=True)[: len(scored.classes)].sum(axis=1)
    np.testing.assert_allclose(shown * 139e3, [c.expected for c in flow.rows[-1].counts.values()])


def test_a_saved_score_is_opened_with_its_dataset(study: Path) -> None:
    data = samples.dataset(100, path="study/data/set")
    bdt = hml.train(BDT, data, seed=1, path="study/models/bdt")
    made = hml.score(data, bdt, path="study/data/scored")
    assert sorted(f.name for f in made.folder.iterdir()) == ["result.json", "score.json", "scores.parquet"]
    opened = Dataset.load("study/data/scored")
    np.testing.assert_array_equal(opened.column("bdt.score"), bdt.score(data))
    assert (opened.fingerprint, opened.path) == (made.fingerprint, "study/data/scored")
    kept = hml.select(opened, ["bdt.score > 0.5"], path="study/data/kept")
    assert Dataset.load("study/data/kept").n_events == kept.n_events
    hml.train(BDT, data, seed=2, path="study/models/bdt")
    assert made.stale
    (made.folder / "scores.parquet").write_bytes(b"")
    with pytest.raises(DamagedError):
        Dataset.load("study/data/scored")


def test_a_score_of_an_earlier_version_is_made_anew(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = samples.dataset(100, path="study/data/set")
    bdt = hml.train(BDT, data, seed=1, path="study/models/bdt")
    with monkeypatch.context() as earlier:
        earlier.setattr(scoring, "VERSION", 1)
        earlier.setattr(hml.Training, "score", lambda *_: np.zeros(data.n_events))
        assert not hml.score(data, bdt, path="study/data/scored").column("bdt.score").any()
    again = hml.score(data, bdt, path="study/data/scored")
    np.testing.assert_array_equal(again.column("bdt.score"), bdt.score(data))
    assert again.record["recipe"]["version"] == 2


def test_observed_events_have_scores(study: Path) -> None:
    sources = {"zz": samples.Run(200, 1, "signal"), "qcd": samples.Run(200, 2, "background")}
    data = hml.build_dataset(sources, Set(["ht", "met"]), signal="zz", observed={"data": samples.events(90, 5)}, seed=1)
    bdt = hml.train(BDT, data, seed=1)
    kept = hml.select(hml.score(data, bdt, name="bdt"), ["bdt.score > 0.5"])
    inputs = np.column_stack([data.observed.column(name) for name in data.names])
    assert kept.observed.n_events == (bdt.score(inputs) > 0.5).sum()


@pytest.mark.parametrize(
    ("representation", "method"),
    [
        (kinds.IMAGE, hml.CNN(filters=(2,), hidden=(4,), activation="elu", batch_size=64)),
        (kinds.GRAPH, hml.GraphNetwork(messages=(2,), hidden=(4,), batch_size=64)),
    ],
)
def test_observed_images_and_graphs_have_scores(representation: Any, method: Any) -> None:
    """Events that are observed and simulated alike have the same score."""
    same = samples.Run(60, 5, "signal")
    sources = {"zz": samples.Run(60, 1, "signal"), "qcd": samples.Run(60, 2, "background"), "same": same}
    data = hml.build_dataset(sources, representation, signal="zz", observed={"data": same.events()}, seed=1)
    scored = hml.score(data, hml.train(method, data, epochs=1, seed=1), name="net")
    expected = scored.column("net.score")[data.y == data.classes.index("same")]
    np.testing.assert_allclose(scored.observed.column("net.score"), expected, atol=1e-6)
    assert np.ptp(expected) > 0


def test_missing_inputs_have_no_score_and_pass_no_cut() -> None:
    sources = {"zz": samples.Run(100, 1, "signal"), "qcd": samples.Run(100, 2, "background")}
    whole = hml.build_dataset(sources, Set(["jet1.pt"]), signal="zz", require="jet.size > 1", seed=1)
    some = hml.build_dataset(sources, Set(["jet1.pt"]), signal="zz", seed=1)
    heard: list[progress.Report] = []
    with progress.listening(heard.append):
        scored = hml.score(some, hml.train(BDT, whole, seed=1), name="bdt")
    assert any("trained on another dataset" in each.text for each in heard)
    missing = np.isnan(some.column("jet1.pt"))
    assert missing.any()
    np.testing.assert_array_equal(np.isnan(scored.column("bdt.score")), missing)
    assert hml.select(scored, ["bdt.score >= 0"]).n_events == (~missing).sum()


@pytest.mark.parametrize("name", ["", "a b", "MLP", "1st", "mlp.score", 3, "a-b", "jet,met"])
def test_names_that_cannot_be(data: Dataset, bdt: hml.Training, name: object) -> None:
    with pytest.raises(ArgumentError, match="must be a word of small letters"):
        hml.score(data, bdt, name=name)  # type: ignore[arg-type]


def test_what_is_refused(data: Dataset, bdt: hml.Training, scored: Dataset, study: Path) -> None:
    with pytest.raises(ArgumentError, match=r"already has a column bdt\.score"):
        hml.score(scored, bdt, name="bdt")
    with pytest.raises(ArgumentError, match="needs trainings"):
        hml.score(data, data)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match=r"not 'mlp.zip': .* hml.load_preserved\(path\) a preserved network"):
        hml.score(data, "mlp.zip")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError):
        hml.score(bdt, bdt)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="give build_dataset a path too"):
        hml.score(data, bdt, name="bdt", path="study/data/scored")
    with pytest.raises(PathError):
        hml.score(samples.dataset(50, path="study/data/set"), bdt, name="bdt", path="../scored")
    sources = {"a": samples.Run(50, 1, "signal"), "b": samples.Run(50, 2, "background")}
    other = hml.build_dataset(sources, Set(["ht"]), signal="a", seed=1)
    with pytest.raises(UnknownNameError, match=r"fatjet0\.mass"):
        hml.score(other, bdt, name="bdt")
    untested = hml.build_dataset(sources, Set(["ht"]), signal="a", split=(0.8, 0.2, 0.0), seed=1)
    with pytest.raises(ArgumentError, match=r"leaves no test events: .*, or with split=\(0, 0, 1\) if no method"):
        hml.score(untested, bdt, name="bdt")


@pytest.fixture(scope="module")
def crossed(data: Dataset) -> Dataset:
    return hml.score(data, hml.train(BDT, data, seed=1, folds=2), name="cross")


def test_all_events_with_the_score_of_a_cross_training_are_counted(data: Dataset, crossed: Dataset) -> None:
    assert not crossed.test_only
    assert crossed.counted.all()
    np.testing.assert_array_equal(crossed.expected, data.weights)
    flow = hml.cutflow(crossed, ["cross.score > 0.5"])
    passing = crossed.column("cross.score") > 0.5
    assert [row.label for row in flow.rows] == ["generated", data.requirement, "cross.score > 0.5"]
    for k, count in enumerate(flow.rows[-1].counts.values()):
        assert count.events == (passing & (data.y == k)).sum()
        assert count.expected == pytest.approx(139e3 * data.weights[passing & (data.y == k)].sum())
    assert (
        hml.board(crossed, ["cross.score"], luminosity=139).cutflow.rows[-1].counts["zz"].events == (data.y == 0).sum()
    )
    assert "of all events: what scores an event has not seen it" in str(crossed)


def test_one_score_of_a_plain_training_leaves_the_test_events(crossed: Dataset, bdt: hml.Training) -> None:
    both = hml.score(crossed, bdt, name="plain")
    assert both.test_only
    np.testing.assert_array_equal(both.counted, crossed.part("test"))


def test_a_cross_training_of_another_dataset_leaves_the_test_events(data: Dataset) -> None:
    other = samples.dataset(100, seed=9)
    assert hml.score(data, hml.train(BDT, other, seed=1, folds=2), name="other").test_only


def test_all_events_count_where_all_are_test_events(data: Dataset, bdt: hml.Training) -> None:
    table = {name: data.column(name) for name in data.names}
    fresh = hml.build_dataset(
        {"zz": hml.open_table(table, cross_section=1.0), "qcd": hml.open_table(table, cross_section=2.0)},
        hml.Set([*data.names]),
        signal="zz",
        split=(0, 0, 1),
        seed=1,
    )
    scored = hml.score(fresh, bdt, name="bdt")
    assert not scored.test_only
    np.testing.assert_array_equal(scored.expected, fresh.weights)
    flow = hml.cutflow(scored, ["bdt.score > 0.5"])
    assert [row.label for row in flow.rows] == ["generated", "bdt.score > 0.5"]
    assert "yields are those of all events: all are test events" in str(scored)


def test_a_saved_score_remembers_that_it_is_of_a_cross_training(study: Path) -> None:
    data = samples.dataset(100, path="study/data/set")
    for folds, name in ((None, "plain"), (2, "cross")):
        trained = hml.train(BDT, data, seed=1, folds=folds, path=f"study/models/{name}")
        made = hml.score(data, trained, path=f"study/data/{name}")
        assert ("crossed" in (made.folder / "score.json").read_text()) == (folds is not None)
        assert Dataset.load(f"study/data/{name}").test_only == (folds is None)


@pytest.mark.parametrize("path", ["my-bdt", "2nd", "Bdt v2", "any", None])
def test_whatever_a_training_is_called_its_working_point_is_a_cut_on_its_score(
    path: str | None, data: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    training = hml.train(hml.BoostedDecisionTree(n_estimators=3), data, seed=1, path=path)
    scored = hml.score(data, training)
    for efficiency in (0.5, 1.0):
        cut = hml.working_point(training, signal_efficiency=efficiency).cut
        assert 0 < hml.select(scored, [cut]).n_events <= data.n_events


@pytest.mark.parametrize("name", ["any", "not", "in", "é", "two words", "Big"])
def test_names_that_no_cut_can_have_are_refused(name: str, data: Dataset) -> None:
    training = hml.train(hml.BoostedDecisionTree(n_estimators=2), data, seed=1)
    with pytest.raises(ArgumentError, match="must be a word of small letters"):
        hml.score(data, training, name=name)
