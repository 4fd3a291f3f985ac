from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pytest
import samples

import hml_jupyter as hml
from hml_jupyter import progress
from hml_jupyter.calls import Call
from hml_jupyter.errors import ArgumentError, HmlError, UnknownNameError
from hml_jupyter.expressions import parse_cut, parse_observable
from hml_jupyter.observables import (
    CATALOGUE,
    Particles,
    branches,
    check_registered,
    observable,
    own_observables,
    register_observable,
    unit_of,
)


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = list(CATALOGUE)
    yield
    CATALOGUE[:] = before


def pt_sum(one: Particles, other: Particles) -> Any:
    """Sum of two transverse momenta.

    More is said here.
    """
    return one["PT"] + other["PT"]


def n_hard(jets: Particles) -> Any:
    """Count of hard jets."""
    return jets.together(lambda pt: ak.sum(pt > 50, axis=1), jets["PT"])


def n_leptons(events: ak.Array) -> Any:
    """Count of leptons."""
    return ak.num(events.Jet, axis=1) * 0


def test_register_observable_and_use_it() -> None:
    assert register_observable(pt_sum, unit="GeV", objects="two", range=(0, None), aliases=("PtSum",)) is pt_sum
    assert observable(samples.handmade(), "jet0,jet1.PtSum").tolist() == pytest.approx(
        [160, 120, np.nan, np.nan], nan_ok=True
    )
    assert hml.Cut("jet0,jet1.pt_sum > 130")(samples.handmade()).tolist() == [True, False, False, False]
    assert unit_of("jet0,jet1.pt_sum / met") == ""
    row = hml.observables().rows[-1]
    assert (row.name, row.doc, row.group) == ("pt_sum", "Sum of two transverse momenta", "your own")
    assert row.source == f"{__name__}:pt_sum"
    assert "PtSum" in str(hml.observables())


def test_register_observable_as_a_decorator() -> None:
    @register_observable(unit="", objects="one", name="half_eta", doc="Half of eta.", source="eta / 2")
    def half(jet: Particles) -> Any:
        return jet["Eta"] / 2

    assert observable(samples.handmade(), "jet.half_eta")[0].tolist() == [0.25, -0.25]
    assert observable(samples.handmade(), "jet[half_eta > 0.3]0.pt").tolist()[1] == 80.0
    assert callable(half)


def test_register_observable_of_a_collection_and_of_the_event() -> None:
    register_observable(n_hard, unit="", objects="collection")
    register_observable(n_leptons, unit="", objects="event")
    assert observable(samples.handmade(), "jet.n_hard").tolist() == [2.0, 1.0, 0.0, 0.0]
    assert observable(samples.handmade(), "n_leptons + 1").tolist() == [1.0] * 4
    assert branches([parse_observable("n_leptons")]) == {"*": False}
    assert branches([parse_observable("jet[pt > n_leptons]0.pt")]) == {"jet": False, "*": False}


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"name": "pt"}, ArgumentError, "'pt' of hml_jupyter already"),
        ({"name": "DeltaR"}, ArgumentError, "'DeltaR' of hml_jupyter already"),
        ({"name": "tau21"}, ArgumentError, "'tau21' of hml_jupyter already"),
        ({"aliases": ("met",)}, ArgumentError, "'met' of hml_jupyter already"),
        ({"name": "pt-sum"}, ArgumentError, "letters, digits and _"),
        ({"name": "2pt"}, ArgumentError, "begins with a letter"),
        ({"name": "any"}, ArgumentError, "means something in the grammar"),
        ({"name": "max"}, ArgumentError, "means something in the grammar"),
        ({"objects": "pair"}, UnknownNameError, "objects=.*known: one, two"),
        ({"objects": "one"}, ArgumentError, "a function of 1 argument; pt_sum takes others"),
        ({"range": 3}, ArgumentError, r"range=3 must be .*\(0, None\)"),
        ({"range": (2, 1)}, ArgumentError, "range="),
        ({"units": "GeV"}, UnknownNameError, "near names: unit"),
        ({"name": 5}, ArgumentError, "name= of register_observable is a text, 'pt_sum', not 5"),
        ({"name": ["a"]}, ArgumentError, "name= of register_observable is a text"),
        (
            {"unit": None},
            ArgumentError,
            "unit= of register_observable is a text, 'GeV' or '' for a pure number, not None",
        ),
        ({"objects": ["two"]}, ArgumentError, "objects= of register_observable is a text, 'two', not"),
        ({"doc": 5}, ArgumentError, "doc= of register_observable is a text, not 5"),
        ({"source": np.ones(2)}, ArgumentError, "source= of register_observable is a text, not array"),
        ({"aliases": 5}, ArgumentError, r"is a list of other names, \['PtSum'\], not 5"),
        ({"aliases": "PtSum"}, ArgumentError, r"is a list of other names, \['PtSum'\], not 'PtSum'"),
        ({"constituents": "no"}, ArgumentError, "constituents= .* is True or False, not 'no'"),
    ],
)
def test_register_observable_refuses(options: dict[str, Any], error: type[HmlError], message: str) -> None:
    with pytest.raises(error, match=message):
        register_observable(pt_sum, **{"unit": "GeV", "objects": "two", **options})
    assert CATALOGUE[-1].origin is None


def test_register_observable_refuses_what_is_no_function_or_says_nothing() -> None:
    with pytest.raises(ArgumentError, match=r"an observable is a function, not 'jet0\.pt'"):
        register_observable("jet0.pt", unit="", objects="one")  # type: ignore[type-var]
    with pytest.raises(ArgumentError, match="give the function a docstring"):
        register_observable(lambda jet: jet["PT"], name="silent", unit="", objects="one")
    made: dict[str, Any] = {}
    exec("def unseen(jet):\n    'Nothing.'\n    return jet['PT']", made)  # noqa: S102
    with pytest.raises(ArgumentError, match="the source of unseen cannot be read"):
        register_observable(made["unseen"], unit="", objects="one")


def test_register_observable_again_replaces_its_own_only() -> None:
    register_observable(pt_sum, unit="GeV", objects="two")
    register_observable(pt_sum, unit="GeV^2", objects="two")
    assert unit_of("jet0,jet1.pt_sum") == "GeV^2"
    assert [row.name for row in CATALOGUE].count("pt_sum") == 1
    register_observable(n_hard, unit="", objects="collection", aliases=("hard",))
    with pytest.raises(ArgumentError, match=r"'hard' of .*:n_hard already"):
        register_observable(pt_sum, unit="GeV", objects="two", aliases=("hard",))


@pytest.mark.parametrize("given", [3.0, (1.0, 2.0), [1.0, 2.0, 3.0, 4.0]])
def test_values_of_an_own_observable_are_checked(given: Any) -> None:
    @register_observable(unit="", objects="one", name="wrong", doc="Wrong.")
    def wrong(jet: Particles) -> Any:
        return np.array(given) if isinstance(given, tuple) else given

    with pytest.raises(ArgumentError, match=r"wrong .*returns an array of one each"):
        observable(samples.handmade(), "jet0.wrong")


@pytest.mark.parametrize(
    ("objects", "text", "returns", "message"),
    [
        ("event", "wrong", lambda events: events.Jet.PT, "one for each event: take one of several, or their sum"),
        ("event", "wrong", lambda events: np.ones((len(events), 2)), "one for each event"),
        ("event", "wrong", lambda events: np.array(["b"] * len(events)), "gave what is no number"),
        ("event", "wrong", lambda events: ak.Array([["b"]] * len(events)), "gave what is no number"),
        ("one", "jet0.wrong", lambda jet: np.ones((len(jet["PT"]), 2)), "one for each event"),
        ("one", "jet.wrong", lambda jet: jet["PT"][:, :1], "one for each element"),
        ("one", "jet.wrong", lambda jet: jet["PT"][:, :, np.newaxis], "one for each element"),
        ("one", "jet[wrong > 1]0.pt", lambda jet: np.ones((len(jet["PT"]), 2)), "one for each element"),
        ("one", "fatjet.constituents.wrong", lambda part: part["PT"][:, :, :1], "one for each element"),
        ("two", "jet0,jet1.wrong", lambda one, other: np.stack([one["PT"], other["PT"]], 1), "one for each event"),
        ("collection", "jet.wrong", lambda jets: jets["PT"], "one for each event"),
    ],
)
def test_values_of_an_own_observable_are_one_number_each(objects: str, text: str, returns: Any, message: str) -> None:
    def wrong(*given: Any) -> Any:
        return returns(*given)

    register_observable(wrong, unit="", objects=objects, doc="Wrong.")
    record = samples.events(20, seed=1)
    for use in (lambda: observable(record, text), lambda: hml.Cut(f"{text} + met > 1")(record)):
        with pytest.raises(ArgumentError, match=f"wrong .*{message}"):
            use()


def test_an_own_observable_may_leave_out_what_is_missing() -> None:
    register_observable(lambda events: ak.firsts(events.Jet.PT), name="first", doc="First.", unit="", objects="event")
    assert observable(samples.handmade(), "first").tolist()[-1:] == pytest.approx([np.nan], nan_ok=True)


def test_own_observables_of_cuts_and_filters() -> None:
    register_observable(n_hard, unit="", objects="collection")
    own = own_observables([parse_cut("jet[pt > jet.n_hard]0.pt > 3"), parse_observable("met")])
    told = {"function": f"{__name__}:n_hard", "source": own["n_hard"]["source"], "unit": "", "objects": "collection"}
    assert own == {"n_hard": told}
    assert len(own["n_hard"]["source"]) == 64


def test_an_observable_that_is_not_registered() -> None:
    with pytest.raises(UnknownNameError, match=r"your own come with hml.register_observable"):
        hml.Cut("jet0,jet1.pt_sum > 3")


def test_check_registered() -> None:
    register_observable(pt_sum, unit="GeV", objects="two")
    own = own_observables([parse_observable("jet0,jet1.pt_sum")])
    check_registered("study/data/set", own)
    heard: list[progress.Report] = []
    with progress.listening(heard.append):
        check_registered("study/data/set", {"pt_sum": {**own["pt_sum"], "source": "0"}})
    assert [each.text for each in heard] == [
        f"study/data/set: the observable pt_sum ({__name__}:pt_sum) has changed since this was made"
    ]
    with pytest.raises(
        UnknownNameError, match=r"'lost'.*study/data/set was made with it, by lost of mine: import mine first"
    ):
        check_registered("study/data/set", {"lost": {"function": "mine:lost", "source": "0"}})


def test_a_dataset_names_the_observable_and_needs_it(study: Path) -> None:
    register_observable(pt_sum, unit="GeV", objects="two")
    names = ["fatjet0.mass", "jet0,jet1.pt_sum", "jet0.pt / jet1.pt"]
    made = samples.dataset(100, observables=names, path="set")
    assert made.units == ("GeV", "GeV", "")
    np.testing.assert_allclose(made.column("jet0,jet1.pt_sum"), made.column("jet0,jet1.pt_sum"))
    assert made.record["recipe"]["arguments"]["own"]["pt_sum"]["function"] == f"{__name__}:pt_sum"
    assert hml.Dataset.load("set").names == tuple(names)
    CATALOGUE.pop()
    with pytest.raises(UnknownNameError, match=r"set was made with it, by pt_sum of .*hml\.register_observable"):
        hml.Dataset.load("set")


def test_a_dataset_is_made_anew_where_the_function_has_changed(study: Path) -> None:
    def make(factor: float) -> Any:
        if factor == 1:

            def scaled(jet: Particles) -> Any:
                """Scaled."""
                return jet["PT"]

        else:

            def scaled(jet: Particles) -> Any:
                """Scaled."""
                return 2 * jet["PT"]

        register_observable(scaled, unit="GeV", objects="one")
        return samples.dataset(100, observables=["jet0.scaled"], path="set")

    first = make(1)
    second = make(2)
    assert first.recipe != second.recipe
    np.testing.assert_allclose(second.X, 2 * make(1).X)


def test_unit_and_values_of_a_function_around_tell_observables_apart(study: Path) -> None:
    def make(factor: Any, unit: str = "GeV") -> Any:
        def times(jet: Particles) -> Any:
            """Times."""
            return factor * jet["PT"]

        register_observable(times, unit=unit, objects="one")
        return samples.dataset(100, observables=["jet0.times"], path="set")

    two = make(2).X
    np.testing.assert_allclose(make(3).X, 1.5 * two)
    assert [make(3).units[0], make(3, "rad").units[0]] == ["GeV", "rad"]
    with pytest.raises(ArgumentError, match="times uses factor of the function around it"):
        make(object())


def test_a_registration_can_be_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "def pt_ratio(one, other):\n    'Ratio of transverse momenta.'\n    return other['PT'] / one['PT']\n"
    (tmp_path / "mine.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "mine", raising=False)
    mine = importlib.import_module("mine")
    call = Call("register_observable", (mine.pt_ratio,), {"unit": "", "objects": "two"})
    text = 'from mine import pt_ratio\nhml.register_observable(pt_ratio, unit="", objects="two")'
    assert call.render() == text
    assert Call.parse(text) == call
    Call.parse(text).run({})
    assert observable(samples.handmade(), "jet0,jet1.pt_ratio")[0] == pytest.approx(0.6)


@pytest.mark.parametrize("name", ["", "import os", "__import__('os')", "a;b"])
def test_hostile_names_are_refused(name: str) -> None:
    with pytest.raises(ArgumentError):
        register_observable(pt_sum, unit="GeV", objects="two", name=name)
