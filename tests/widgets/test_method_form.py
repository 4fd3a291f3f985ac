from __future__ import annotations

import ast
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import hml_jupyter as hml
from hml_jupyter.literals import literal, value_of
from hml_jupyter.methods import CNN, METHODS, MLP, BoostedDecisionTree, Network, Surrogate, options
from hml_jupyter.widgets.base import FieldError
from hml_jupyter.widgets.method_form import (
    check_columns,
    columns_of,
    described,
    measured_note,
    read_method,
    takes_epochs,
)
from hml_jupyter.widgets.method_menu import FIRST, MENU, OWN, SURROGATE, label, short

#: Without them there is no such method.
NEEDED = {OWN: {"estimator": "sklearn.naive_bayes.GaussianNB"}, SURROGATE: {"of": "mlp.score"}}


def read(name: str, kind: str = "set", /, **typed: str) -> Any:
    return read_method({"method": name, "options": typed}, kind)


def test_every_method_is_listed_the_simplest_first_and_ones_own_last() -> None:
    assert set(MENU) == set(METHODS)
    assert (next(iter(MENU)), next(reversed(MENU))) == ("CutAndCount", OWN)
    assert {kind: METHODS[name].kind for kind, name in FIRST.items()} == {kind: kind for kind in FIRST}
    assert len({listed.short for listed in MENU.values()}) == len(MENU)
    assert (label("MLP"), short("MLP")) == ("Neural network (MLP)", "mlp")
    assert (label("Mine"), short("Mine")) == ("Mine", "mine")


@pytest.mark.parametrize("name", list(MENU))
def test_what_a_form_shows_is_what_it_reads(name: str) -> None:
    shown = described(name)
    kind = shown["kind"] or "set"
    own = NEEDED.get(name, {})
    typed = {o["name"]: o["default"] for o in shown["options"]} | own
    assert read(name, kind, **typed) == read(name, kind, **own)
    assert any(not o["advanced"] for o in shown["options"])
    assert sum(not o["advanced"] for o in shown["options"]) <= 6
    assert shown["read"][1].startswith("https://")


@pytest.mark.parametrize("name", list(MENU))
def test_presets_are_methods(name: str) -> None:
    shown = described(name)
    names = [o["name"] for o in shown["options"]]
    for preset in shown["presets"]:
        assert set(preset["options"]) <= set(names)
        if name != OWN or preset["options"]:
            read(name, shown["kind"] or "set", **preset["options"] | (NEEDED[name] if name == SURROGATE else {}))
    for listed in MENU[name].presets:
        assert set(listed.options) <= set(names)


def test_options_of_each_kind() -> None:
    assert read("MLP", hidden="(32, 64 32)", dropout="0.5", batch_size="1,024") == MLP(
        hidden=(32, 64, 32), dropout=0.5, batch_size=1024
    )
    assert read("CNN", "image", hidden="none") == CNN(hidden=())
    assert read("BoostedDecisionTree", n_estimators=" ") == BoostedDecisionTree()
    forest = "sklearn.ensemble.RandomForestClassifier"
    own = read(OWN, "image", estimator=forest, options='{"n_estimators": 5}', normalize="false")
    assert own == Network(estimator=forest, options={"n_estimators": 5}, normalize=False, inputs="image")


@pytest.mark.parametrize(
    ("name", "field", "typed", "says"),
    [
        ("MLP", "dropout", "7", "dropout must be at most 0.95"),
        ("MLP", "hidden", "64, 0", "hidden must be at least 1"),
        ("MLP", "batch_size", "some", "batch size must be a whole number"),
        ("MLP", "activation", "relo", "relu"),
        (OWN, "options", "{'a': 1}", "is written as JSON"),
        (OWN, "options", "[" * 100_000, "is written as JSON"),
        (OWN, "builder", "mine.build", "mine:build"),
        (OWN, "estimator", "", "name a builder or an estimator"),
        (SURROGATE, "network.hidden", "0", "^hidden must be at least 1"),
        (SURROGATE, "network.dropout", "7", "^dropout must be at most 0.95"),
        (SURROGATE, "network.decay", "fast", "unknown decay 'fast'"),
        (SURROGATE, "components", "1", "components must be at least 2"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(name: str, field: str, typed: str, says: str) -> None:
    with pytest.raises(FieldError, match=says) as caught:
        read(name, **{field: typed})
    assert caught.value.field == (field if typed else "method")


def test_epochs_are_asked_for_where_they_mean_something() -> None:
    assert takes_epochs(MLP())
    assert not takes_epochs(BoostedDecisionTree())
    assert not takes_epochs(Network(estimator="sklearn.naive_bayes.GaussianNB"))


def test_inputs_of_ones_own_model_are_not_asked_for() -> None:
    assert {o.name for o in options(Network)} - {o["name"] for o in described(OWN)["options"]} == {"inputs"}


def test_the_network_of_a_surrogate_has_options_as_other_methods_have() -> None:
    shown = {o["name"]: o for o in described(SURROGATE)["options"]}
    inside = {name.removeprefix("network.") for name in shown if name.startswith("network.")}
    # it has a loss of its own
    assert inside == {o.name for o in options(MLP)} - {"loss", "luminosity", "uncertainty"}
    rate = shown["network.learning_rate"]
    assert (rate["default"], rate["type"], rate["min"], rate["max"]) == ("0.003", "number", 1e-7, 10.0)
    assert rate["label"] == "learning rate"
    assert all(shown[f"network.{name}"]["advanced"] for name in inside)
    typed = read(SURROGATE, **NEEDED[SURROGATE], **{"network.hidden": "8, 4", "network.patience": "3"})
    usual = Surrogate(of="mlp.score").network
    assert typed.network == replace(usual, hidden=(8, 4), patience=3)
    assert value_of(ast.parse(literal(typed), mode="eval").body) == typed
    assert "hidden=(8, 4)" in literal(typed)
    as_usual = {name: shown[name]["default"] for name in shown if name.startswith("network.")}
    assert literal(read(SURROGATE, **NEEDED[SURROGATE], **as_usual)) == 'hml.Surrogate(of="mlp.score")'


def test_which_methods_take_folds() -> None:
    assert [name for name in MENU if not described(name)["folds"]] == [SURROGATE]


def with_scores(*names: str, scores: tuple[str, ...] = ("one",)) -> Any:
    """Return a dataset with a column, side columns and scores."""
    rng = np.random.default_rng(1)
    tables = {name: {each: rng.integers(0, 6, 60).astype(float) for each in names} for name in ("zz", "qcd")}
    data = hml.build_dataset(tables, hml.Set(names[:1]), observables=names[1:], signal="zz", seed=1)
    for name in scores:
        data = hml.score(data, hml.train(BoostedDecisionTree(n_estimators=1), data, seed=1), name=name)
    return data


def test_a_surrogate_is_proposed_the_newest_score_and_the_truth() -> None:
    names = ("fatjet0.mass", "genfatjet0.mass", "genjet0.flavor", "genjet0,genjet1.delta_r")
    data = with_scores(*names, scores=("one", "two"))
    found = columns_of(data)
    assert found["of"] == {"choices": ["one.score", "two.score"], "default": "two.score"}
    assert found["inputs"] == {"choices": list(names), "default": "genfatjet0.mass\ngenjet0,genjet1.delta_r"}
    assert found["flags"] == {"choices": list(names), "default": "genjet0.flavor"}
    shown = {o["name"]: o for o in described(SURROGATE)["options"]}
    assert {name: shown[name]["type"] for name in found} == {"of": "column", "inputs": "columns", "flags": "columns"}
    method = read(SURROGATE, **{name: each["default"] for name, each in found.items()})
    check_columns(method, data)
    assert method.inputs_of(data) == ("genfatjet0.mass", "genjet0,genjet1.delta_r", "genjet0.flavor")
    assert measured_note(method, data) == ""


def test_measured_inputs_of_a_surrogate_are_told() -> None:
    data = with_scores("fatjet0.mass", "fatjet0.pt", "genfatjet0.mass")
    all_of_them = Surrogate(of="one.score", inputs=data.column_names[:2])
    assert measured_note(all_of_them, data).startswith("fatjet0.mass and 1 more are measured")
    one = Surrogate(of="one.score", inputs=["genfatjet0.mass", "fatjet0.pt"])
    assert measured_note(one, data) == "fatjet0.pt is measured: nobody without a detector can use this surrogate"
    unknown = with_scores("fatjet0.mass", "column.x")
    assert measured_note(Surrogate(of="one.score"), unknown).startswith("fatjet0.mass is measured")
    measured = with_scores("fatjet0.mass")
    note = measured_note(Surrogate(of="one.score"), measured)
    assert note.startswith("All columns of this dataset are measured")
    assert "genfatjet0.mass" in note
    assert columns_of(measured)["inputs"] == {"choices": ["fatjet0.mass"], "default": ""}


def test_an_observable_of_another_session_is_a_column_like_others() -> None:
    data: Any = SimpleNamespace(scores=["one.score"], column_names=["jet0.mine", "genjet0.pt", "one.score"])
    assert columns_of(data)["inputs"] == {"choices": ["jet0.mine", "genjet0.pt"], "default": "genjet0.pt"}
