from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import hml_jupyter as hml
from hml_jupyter.methods import CNN, METHODS, MLP, BoostedDecisionTree, Network, options
from hml_jupyter.widgets.base import FieldError
from hml_jupyter.widgets.method_form import check_columns, described, read_method, takes_epochs
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
def test_presets_are_methods_and_leave_nothing_of_one_another(name: str) -> None:
    shown = described(name)
    names = [o["name"] for o in shown["options"]]
    for preset in shown["presets"]:
        assert list(preset["options"]) == names
        if name != OWN or preset["options"]["estimator"]:
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


def test_a_surrogate_is_proposed_the_newest_score_and_the_truth() -> None:
    rng = np.random.default_rng(1)
    names = ("fatjet0.mass", "genfatjet0.mass", "genjet0.flavor", "genjet0,genjet1.delta_r")
    tables = {name: {each: rng.integers(0, 6, 60).astype(float) for each in names} for name in ("zz", "qcd")}
    data = hml.build_dataset(tables, hml.Set(names[:1]), observables=names[1:], signal="zz", seed=1)
    for name in ("one", "two"):
        data = hml.score(data, hml.train(BoostedDecisionTree(n_estimators=1), data, seed=1), name=name)
    shown = described(SURROGATE, data)
    proposed = {o["name"]: o["default"] for o in shown["options"]}
    assert (proposed["of"], proposed["flags"]) == ("two.score", "genjet0.flavor")
    assert proposed["inputs"].split("\n") == ["genfatjet0.mass", "genjet0,genjet1.delta_r"]
    assert shown["presets"][0]["options"] == proposed
    method = read(SURROGATE, **proposed)
    check_columns(method, data)
    assert method.inputs_of(data) == ("genfatjet0.mass", "genjet0,genjet1.delta_r", "genjet0.flavor")
