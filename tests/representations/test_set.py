from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
import samples

from hml_jupyter.calls import Call, Ref
from hml_jupyter.datasets import build_dataset
from hml_jupyter.datasets.pieces import EventRecord
from hml_jupyter.errors import ArgumentError, ExpressionError, UnknownNameError
from hml_jupyter.observables import branches, canonical_name
from hml_jupyter.representations import Set, from_config, read_columns


def test_set_is_canonical() -> None:
    made = Set(["FatJet0.M", "Jet0,Jet1.DeltaR", "jet.size"])
    assert made.names == made.observables == ("fatjet0.mass", "jet0,jet1.delta_r", "jet.size")
    assert made.units == {"fatjet0.mass": "GeV", "jet0,jet1.delta_r": "", "jet.size": ""}
    assert made == Set(("fatjet0.mass", "jet0,jet1.delta_r", "jet.size"))
    assert hash(made) == hash(Set(made.names))


def test_set_can_be_recorded() -> None:
    call = Call("build_dataset", ({"zz": Ref("zz")}, Set(["fatjet0.mass"])), {"signal": "zz"}, "dataset")
    assert 'hml.Set(["fatjet0.mass"])' in call.render()
    assert Call.parse(call.render()) == call


def test_set_refuses() -> None:
    with pytest.raises(ArgumentError, match=r"'fatjet0\.mass' twice: 'fatjet0\.mass', 'FatJet0\.M'"):
        Set(["fatjet0.mass", "met", "FatJet0.M"])
    with pytest.raises(ArgumentError, match="at least one"):
        Set([])
    with pytest.raises(ArgumentError, match=r"a list of observables: \['met'\]"):
        Set("met")
    with pytest.raises(UnknownNameError, match=r"fatjet0\.mass"):
        Set(["fatjet0.mas"])
    with pytest.raises(ExpressionError):
        Set(["fatjet0.mass > 3"])


@pytest.mark.parametrize("given", [None, 3, {"met", "jet.size"}])
def test_set_takes_a_list(given: Any) -> None:
    with pytest.raises(
        ArgumentError, match=r"takes a list of observables, \['fatjet0.mass', 'met'\], which keeps its order"
    ):
        Set(given)


def test_set_of_texts_without_a_list() -> None:
    with pytest.raises(ArgumentError, match=r"Set takes 1 argument without a name: Set\(\[observables\], per=...\)"):
        Set("met", "jet.size")  # type: ignore[arg-type, call-arg]


def test_read_columns() -> None:
    values = read_columns(EventRecord(samples.handmade()), ["jet0.pt", "jet.size"])
    np.testing.assert_array_equal(values, [[100.0, 2.0], [80.0, 3.0], [30.0, 1.0], [np.nan, 0.0]])
    assert read_columns(EventRecord(samples.handmade()), []).shape == (4, 0)


def test_read_columns_needs_one_value_each_event() -> None:
    with pytest.raises(ArgumentError, match=r"take one, as in jet0.pt"):
        read_columns(EventRecord(samples.handmade()), ["jet.pt"])


@pytest.mark.parametrize(
    ("given", "how"),
    [
        ("jet.pt", "jet0.pt, a number of them all, as in max(jet.pt), or a row for each, Set([...], per='jet')"),
        (
            "abs(jet.eta) / met",
            "abs(jet0.eta) / met, a number of them all, as in max(abs(jet.eta) / met), or a row for ",
        ),
        ("jet,fatjet0.delta_r", "jet0,fatjet0.delta_r, or a number of them all, as in max(jet,fatjet0.delta_r)"),
    ],
)
def test_what_is_of_each_object_says_what_can_be_a_column(given: str, how: str) -> None:
    sources = {name: samples.events(20, seed, name) for seed, name in enumerate(["signal", "background"])}
    wanted = rf"has a value for each element.* take one, as in {re.escape(how)}"
    with pytest.raises(ArgumentError, match=wanted):
        build_dataset(sources, Set([given]), signal="signal", seed=1)
    with pytest.raises(ArgumentError, match=wanted):
        build_dataset(sources, Set(["ht"]), observables=[given], signal="signal", seed=1)


@pytest.mark.parametrize(
    ("given", "first"),
    [
        ("missinget.pt", "missinget0.pt"),
        ("jet.pt / met", "jet0.pt / met"),
        ("jet[pt > 30].pt", "jet[pt > 30]0.pt"),
        ("jet0,fatjet.delta_r", "jet0,fatjet0.delta_r"),
        ("fatjet.constituents.size", "fatjet0.constituents.size"),
    ],
)
def test_what_is_of_each_object_says_how_one_is_written(given: str, first: str) -> None:
    events = EventRecord(samples.events(5, 1, "signal"))
    with pytest.raises(ArgumentError, match=f"take one, as in {re.escape(first)}, "):
        read_columns(events, [canonical_name(given)])
    assert read_columns(events, [canonical_name(first)]).shape == (5, 1)


@pytest.mark.parametrize(("given", "says"), [("met.pt", "write met, or missinget0.pt$"), ("ht.eta", "write ht$")])
def test_an_observable_has_no_parts(given: str, says: str) -> None:
    with pytest.raises(UnknownNameError, match=f"is an observable without parts: {says}"):
        read_columns(EventRecord(samples.handmade()), [given])


def test_set_reads() -> None:
    arrays = Set(["jet0.pt", "jet.size"]).read(EventRecord(samples.handmade()))
    np.testing.assert_array_equal(arrays["values"], [[100.0, 2.0], [80.0, 3.0], [30.0, 1.0], [np.nan, 0.0]])
    assert arrays["values"].dtype == np.float64


def test_set_declares_itself() -> None:
    made = Set(["jet0,jet1.delta_phi", "met"])
    declared = json.loads(json.dumps(made.declaration()))
    assert declared["features"] == [{"name": "jet0,jet1.delta_phi", "unit": "rad"}, {"name": "met", "unit": "GeV"}]
    assert (declared["kind"], declared["padding"], declared["steps"]) == ("set", "none", [])
    assert from_config(json.loads(json.dumps(made.get_config()))) == made
    assert branches(made.needed) == {"jet": False, "missinget": False}
