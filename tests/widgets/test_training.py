from __future__ import annotations

from typing import Any

import pytest

from hml_jupyter import progress
from hml_jupyter.calls import Ref
from hml_jupyter.cells import Entry
from hml_jupyter.methods import Surrogate
from hml_jupyter.selection import cutflow
from tests.widgets.bench import Page, Refused, cuts_on, form
from tests.widgets.test_lab import build, study_of, train
from tests.widgets.test_panels import errors

pytestmark = pytest.mark.usefixtures("compiled_once")


def test_training_check_names_the_field(page: Page) -> None:
    study_of(page)
    good = {
        "method": "MLP",
        "options": {"hidden": "8, 8"},
        "dataset": "dataset",
        "epochs": "3",
        "seed": "1",
        "name": "mlp",
    }
    assert errors(page, "training", good) == {}
    assert "hml.MLP(hidden=(8, 8))" in page.ask("training", "check", **good)["code"]
    for field, changes in {
        "method": {"method": "Oracle"},
        "hidden": {"options": {"hidden": "x"}},
        "dropout": {"options": {"dropout": "7"}},
        "dataset": {"dataset": "nobody"},
        "epochs": {"epochs": "0"},
        "seed": {"seed": "x"},
        "name": {"name": "dataset"},
        "folds": {"folds": "21"},
    }.items():
        assert list(errors(page, "training", {**good, **changes})) == [field]
    own = page.ask("training", "check", **{**good, "method": "Network", "options": {}})
    assert (own["code"], own["errors"]) == (None, {})
    assert own["notes"] == {"method": "name a builder or an estimator"}
    both = {"builder": "mine:build", "estimator": "sklearn.naive_bayes.GaussianNB"}
    found = errors(page, "training", {**good, "method": "Network", "options": both})
    assert "got builder and estimator" in found["method"]


def test_training_by_cuts(page: Page) -> None:
    study_of(page)
    form = {"method": "CutAndCount", "options": {"sides": "window, any, any, lower", "objective": "accuracy"}}
    form |= {"dataset": "dataset", "seed": "1", "name": "cuts"}
    assert errors(page, "training", form) == {}
    code = page.ask("training", "check", **form)["code"]
    assert 'hml.CutAndCount(objective="accuracy", sides=["window", "any", "any", "lower"])' in code
    assert list(errors(page, "training", {**form, "options": {"sides": "window, left"}})) == ["sides"]
    assert list(errors(page, "training", {**form, "options": {"sides": "any, any, any, any, any"}})) == ["sides"]
    assert list(errors(page, "training", {**form, "options": {"restarts": "3"}})) == ["restarts"]
    assert errors(page, "training", {**form, "options": {"restarts": "3", "topology": "joint"}}) == {}
    moved = {**form, "method": "CutNetwork", "options": {"cuts": "nothing > 3"}}
    assert list(errors(page, "training", {**moved, "epochs": "3"})) == ["cuts"]
    shown = next(m for m in page.lab.training["methods"] if m["name"] == "CutAndCount")
    assert (shown["label"], shown["epochs"]) == ("Cut and count", False)
    sides = next(o for o in shown["options"] if o["name"] == "sides")
    assert (sides["type"], sides["default"]) == ("choices", "any")
    page.commit("training", "train", **{**form, "options": {"objective": "accuracy"}})
    model = page.lab.training["models"][0]
    assert (model["method"], model["on"], model["selected"]) == ("Cut and count", "dataset", None)
    assert model["found_cuts"] == page.shell.user_ns["cuts"].model.cuts
    page.commit("training", "select", target="cuts")
    assert page.sources[-1].startswith("selected = hml.select(")
    assert page.lab.journal.entries[-1].call.arguments == (Ref("dataset"), model["found_cuts"])
    assert cuts_on(page) == model["found_cuts"]
    assert page.shell.user_ns["selected"].n_events > 0
    assert page.lab.training["models"][0]["selected"] == "selected"
    with pytest.raises(Refused, match="no training named"):
        page.commit("training", "select", target="dataset")


def test_cross_training(page: Page) -> None:
    study_of(page)
    form = {
        "method": "BoostedDecisionTree",
        "options": {"n_estimators": "4"},
        "dataset": "dataset",
        "seed": "1",
        "name": "bdt",
    }
    page.commit("training", "train", **form, folds="2")
    assert page.lab.journal.entries[-1].call.options["folds"] == 2
    model = page.lab.training["models"][0]
    assert model["method"] == "Boosted decision tree, 2 folds"
    assert page.lab.training["roc"][0]["target"] == "bdt"
    assert [page.shell.user_ns["bdt"].folds, model["found_cuts"]] == [2, []]
    page.commit("training", "score", target="bdt")
    assert page.shell.user_ns["bdt_scored"].n_events == page.shell.user_ns["dataset"].n_events


def test_training_shows_its_models(page: Page) -> None:
    study_of(page)
    train(page)
    model = page.lab.training["models"][0]
    assert (model["target"], model["status"], model["stale"]) == ("bdt", "done", [])
    assert float(model["auc"]) > 0.5
    (line,) = page.lab.training["roc"]
    assert (line["target"], line["working"], line["efficiency"][-1]) == ("bdt", None, 1.0)
    assert {len(line[name]) for name in ("rejection", "threshold", "z")} == {len(line["efficiency"])}
    # events with equal scores are selected together
    assert len(set(line["threshold"])) == len(line["threshold"])
    page.commit("training", "working_point", target="bdt", signal_efficiency=0.7)
    assert page.sources[-1] == "hml.working_point(bdt, signal_efficiency=0.7)"
    assert page.lab.training["roc"][0]["working"] == 0.7
    page.commit(
        "training", "working_point", target="bdt", signal_efficiency=0.6009
    )  # what is reached, or a little less
    assert page.sources[-1] == "hml.working_point(bdt, signal_efficiency=0.6)"
    assert "signal_efficiency=0.7" not in "".join(page.sources)
    with pytest.raises(Refused, match="signal_efficiency must be at most 1"):
        page.commit("training", "working_point", target="bdt", signal_efficiency=1.7)
    assert len(page.lab.training["history"]["bdt"]["curves"]["loss"]) == 5


def test_what_teaches_nothing_is_not_offered(page: Page) -> None:
    page.commit("processes", "generate", **form("zz"))
    page.commit("observables", "build", **build(sources=["zz"], name="alone"))
    assert "signal and background" in page.lab.training["empty"]
    page.commit("processes", "generate", **form("qcd"))
    page.commit("observables", "build", **build())
    page.commit("observables", "build", **build(split="0, 0, 1", name="judged"))
    page.commit("observables", "build", **build(sources=["zz"], name="new"))
    assert [each["target"] for each in page.lab.training["datasets"]] == ["dataset"]
    assert page.lab.training["defaults"]["dataset"] == "dataset"
    values = {"method": "BoostedDecisionTree", "options": {"n_estimators": "5"}, "seed": "42", "name": "bdt"}
    for dataset, lacks in (("alone", "no background"), ("judged", "no training events")):
        found = errors(page, "training", {**values, "dataset": dataset})
        assert list(found) == ["dataset"]
        assert found["dataset"].startswith(f"{dataset} has {lacks}, and a method learns to tell")


def test_images_are_for_methods_that_see_images(page: Page) -> None:
    study_of(page)
    assert page.lab.training["defaults"]["method"] == "BoostedDecisionTree"
    page.commit("observables", "build", **build(kind="image", name="images"))
    state = page.lab.training
    assert (state["defaults"]["method"], state["defaults"]["dataset"]) == ("CNN", "images")
    assert {d["target"]: d["kind"] for d in state["datasets"]} == {"dataset": "set", "images": "image"}
    form = {"method": "CNN", "options": {"filters": "4", "hidden": "none"}, "dataset": "images"}
    form |= {"epochs": "1", "seed": "1", "name": "cnn"}
    assert "hml.CNN(filters=(4,), hidden=[])" in page.ask("training", "check", **form)["code"]
    found = errors(page, "training", {**form, "dataset": "dataset"})
    assert "learns from images, and dataset holds columns of numbers" in found["dataset"]
    assert list(errors(page, "training", {**form, "method": "MLP"})) == ["dataset"]


FOREST = {
    "method": "BoostedDecisionTree",
    "options": {"n_estimators": "60", "max_leaf_nodes": "4"},
    "dataset": "dataset",
    "seed": "1",
    "name": "bdt",
}


def stop(report: progress.Report) -> None:
    """Interrupt a training of trees after the ninth."""
    if "curves" in report.data and report.data["done"] >= 9:
        raise KeyboardInterrupt


def train_stopped(page: Page, name: str) -> None:
    with progress.listening(stop):
        page.commit("training", "train", **{**FOREST, "name": name})


def offers(page: Page, target: str) -> dict[str, Any]:
    """Return what can become of a model, by action."""
    row = next(row for row in page.lab.training["models"] if row["target"] == target)
    return {offer["action"]: offer for offer in row.get("offers", [])}


def take(page: Page, target: str, action: str) -> None:
    page.commit("training", action, **offers(page, target)[action]["values"])


def test_interrupted_training_goes_on_or_is_kept(page: Page) -> None:
    study_of(page)
    train_stopped(page, "bdt")
    row = page.lab.training["models"][0]
    assert (row["target"], row["status"]) == ("bdt", "interrupted")
    assert "loss" not in row  # which is a number, not the name of what is minimised
    assert [offer["text"] for offer in row["offers"]] == ["keep 9 trees", "go on after 9"]
    source, again = page.sources[-1], row["offers"][1]["values"]
    take(page, "bdt", "go_on")
    assert page.sources[-1] == source
    assert page.shell.user_ns["bdt"].epochs == 60
    with pytest.raises(Refused, match="no training that was stopped"):
        page.commit("training", "go_on", **again)
    train_stopped(page, "bdt_2")
    take(page, "bdt_2", "keep")
    assert "stop_after=9" in page.cells[-1]["source"]
    assert page.shell.user_ns["bdt_2"].epochs == 9


def test_a_stopped_training_that_others_follow_goes_on_in_its_own_cell(page: Page) -> None:
    study_of(page)
    train_stopped(page, "bdt")
    train_stopped(page, "bdt_2")
    page.commit("training", "train", **{**FOREST, "options": {"n_estimators": "3"}, "name": "bdt_3"})
    before = [(cell["id"], cell["source"]) for cell in page.cells]
    assert offers(page, "bdt")["keep"]["text"] == "keep 9 trees"
    take(page, "bdt_2", "go_on")
    assert [(cell["id"], cell["source"]) for cell in page.cells] == before
    take(page, "bdt", "keep")
    assert [cell["id"] for cell in page.cells] == [cell_id for cell_id, _ in before]
    changed = [i for i, cell in enumerate(page.cells) if cell["source"] != before[i][1]]
    (place,) = changed
    source = page.cells[place]["source"]
    assert source.startswith("bdt = ")
    assert all(part in source for part in ("stop_after=9", 'path="study/models/bdt"'))
    models = page.shell.user_ns
    assert [models[name].epochs for name in ("bdt", "bdt_2", "bdt_3")] == [9, 60, 3]
    assert all(row["status"] == "done" and "offers" not in row for row in page.lab.training["models"])
    page.apply(page.ask("lab", "commit", panel="record", action="undo", values={}, **page.seen())["ops"])
    assert page.cells[place]["source"] == before[place][1]


def test_a_stopped_training_that_later_steps_use_stays_the_same(page: Page) -> None:
    study_of(page)
    train_stopped(page, "bdt")
    entry = page.lab.journal.entries[-1]
    later = Entry("0009", "training", "working_point:bdt", "hml.working_point(bdt, signal_efficiency=0.5)")
    page.lab.journal.entries.append(later)
    page.lab.refresh()
    assert list(offers(page, "bdt")) == ["go_on"]
    with pytest.raises(Refused, match=r"used by later steps \(0009\)"):
        page.commit("training", "keep", record_id=entry.record_id, epochs="9")


def test_a_stopped_training_whose_cell_was_edited_is_the_users(page: Page) -> None:
    study_of(page)
    train_stopped(page, "bdt")
    page.cells[-1]["source"] += "  # mine"
    page.ask("lab", "cells", **page.seen())
    row = page.lab.training["models"][0]
    assert row["offers"] == []
    assert row["note"] == "9 trees are finished; its cell was edited: run it again to go on"
    with pytest.raises(Refused, match="no edited cell is written over"):
        page.commit("training", "go_on", record_id=row["record_id"])


def test_training_tells_whether_it_knows_events_by_heart(page: Page) -> None:
    study_of(page)
    assert page.lab.training["next"].startswith("Press Train")
    train(page)
    assert page.lab.training["next"].startswith("Train another method")
    (scores,) = page.lab.training["scores"]
    assert scores["target"] == "bdt"
    assert scores["text"].startswith(
        "training and test events cannot be told apart" if scores["agree"] else "training and test differ"
    )
    bins = len(scores["edges"]) - 1
    assert {len(density) for density in scores["train"].values()} == {bins}
    assert {len(one["error"]) for one in scores["test"].values()} == {bins}


def test_the_score_of_a_model_goes_to_the_board(page: Page) -> None:
    study_of(page)
    train(page)
    assert page.lab.training["models"][0]["scored"] is None
    page.commit("training", "score", target="bdt")
    assert page.sources[-1].startswith('bdt_scored = hml.score(dataset, bdt, name="bdt", path="study/data/bdt_scored")')
    assert page.lab.training["models"][0]["scored"] == "bdt_scored"
    page.ask("cuts", "dataset", target="bdt_scored")
    shown = page.lab.cuts
    assert next(view["name"] for view in shown["views"]) == "bdt.score"
    flow = cutflow(page.shell.user_ns["bdt_scored"], luminosity=None)
    assert [row["label"] for row in shown["cutflow"]] == [row.label for row in flow.rows]
    assert shown["cutflow"][-1]["events"] == [count.events for count in flow.rows[-1].counts.values()]
    with pytest.raises(Refused, match="no training named"):
        page.commit("training", "score", target="dataset")


def test_a_surrogate_learns_a_score_and_is_compared_with_it(page: Page) -> None:
    study_of(page)
    surrogate = next(m for m in page.lab.training["methods"] if m["name"] == "Surrogate")
    assert (surrogate["score"], surrogate["kind"], page.lab.training["datasets"][0]["columns"]) == (True, None, None)
    train(page)
    page.commit("training", "score", target="bdt")
    shown = page.lab.training
    assert [each["columns"] is None for each in shown["datasets"]] == [True, False]
    columns = shown["datasets"][-1]["columns"]
    assert columns["of"] == {"choices": ["bdt.score"], "default": "bdt.score"}
    assert "bdt.score" not in columns["inputs"]["choices"]
    assert "fatjet0.mass" in columns["inputs"]["choices"]
    form = {"method": "Surrogate", "options": {"of": "bdt.score", "inputs": "fatjet0.mass\nfatjet0.tau21"}}
    form |= {"dataset": "bdt_scored", "epochs": "1", "seed": "1", "name": "surrogate"}
    assert errors(page, "training", form) == {}
    for field, options in {
        "of": {"of": "mlp.score"},
        "inputs": {"of": "bdt.score", "inputs": "fatjet0.maas"},
        "flags": {"of": "bdt.score", "flags": "nothing"},
    }.items():
        assert list(errors(page, "training", {**form, "options": options})) == [field]
    twice = {"of": "bdt.score", "inputs": "bdt.score"}
    assert "is what it learns" in errors(page, "training", {**form, "options": twice})["inputs"]
    assert list(errors(page, "training", {**form, "dataset": "dataset"})) == ["of"]
    assert "a mean of draws is no draw" in errors(page, "training", {**form, "folds": "2"})["folds"]
    said = page.ask("training", "check", **form)
    assert "hml.Surrogate(" in said["code"]
    assert said["notes"]["inputs"].startswith("All columns of this dataset are measured")
    page.commit("training", "train", **form)
    learns = Surrogate(of="bdt.score", inputs=["fatjet0.mass", "fatjet0.tau21"])
    assert page.lab.journal.entries[-1].call.arguments == (learns, Ref("bdt_scored"))
    rows = {row["target"]: row for row in page.lab.training["models"]}
    assert {name: row["surrogate"] for name, row in rows.items()} == {"bdt": False, "surrogate": True}
    assert page.lab.training["next"].startswith("Press closure in the row of surrogate")
    page.commit("training", "closure", target="surrogate")
    assert page.sources[-1] == "hml.closure(surrogate)"
    assert page.lab.training["next"].startswith("Compare them")
    with pytest.raises(Refused, match="bdt is no surrogate"):
        page.commit("training", "closure", target="bdt")
