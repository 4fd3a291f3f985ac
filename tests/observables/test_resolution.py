from __future__ import annotations

from typing import Any

import awkward as ak
import numpy as np
import pytest
import samples

from hml_jupyter import progress
from hml_jupyter.cuts import Cut
from hml_jupyter.errors import ArgumentError, UnknownNameError
from hml_jupyter.expressions import parse_observable, truth
from hml_jupyter.observables import Events, branches, canonical_cut, observable


def values(name: str) -> Any:
    found = observable(samples.handmade(), name)
    return [None if isinstance(v, float) and np.isnan(v) else v for v in found.tolist()]


def passing(text: str) -> list[bool]:
    result: list[bool] = truth(canonical_cut(text), Events(samples.handmade())).tolist()
    return result


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("jet0.pt", [100.0, 80.0, 30.0, None]),
        ("jet2.pt", [None, 25.0, None, None]),
        ("jet.pt", [[100.0, 60.0], [80.0, 40.0, 25.0], [30.0], []]),
        ("jet1:.pt", [[60.0], [40.0, 25.0], [], []]),
        ("jet1:2.pt", [[60.0], [40.0], [], []]),
        ("jet[abs(eta) < 2.5]0.pt", [100.0, 40.0, 30.0, None]),
        ("jet[pt > jet1.pt].pt", [[100.0], [80.0], [], []]),
        ("jet[pt > 2 * met].size", [0.0, 1.0, 1.0, 0.0]),
        ("fatjet0.constituents.pt", [[200.0, 100.0], [], [], []]),
        ("fatjet0.constituents1.eta", [0.2, None, None, None]),
        ("fatjet0.constituents[charge != 0].pt", [[200.0], [], [], []]),
        ("fatjet0.constituents.size", [2.0, None, None, None]),
        ("fatjet.constituents.pt", [[[200.0, 100.0]], [], [], []]),
        ("fatjet.constituents0.pt", [[200.0], [], [], []]),
        ("fatjet.constituents:1.pt", [[[200.0]], [], [], []]),
        ("fatjet.constituents[pt > 3 * met].pt", [[[200.0]], [], [], []]),
        ("fatjet.constituents.size", [[2.0], [], [], []]),
    ],
)
def test_values(name: str, expected: list[Any]) -> None:
    assert values(name) == expected


MUON = {"PT": 20.0, "Eta": 1.0, "Phi": 0.0}


@pytest.mark.parametrize(
    "muons",
    [
        [MUON, MUON],  # a record for each event
        [{name: [value] for name, value in MUON.items()}] * 2,  # a list of each field for each event
        [[MUON], [MUON]],
    ],
)
def test_objects_may_be_a_record_or_lists_of_fields(muons: list[Any]) -> None:
    events = ak.Array([{"Muon": each} for each in muons])
    assert observable(events, "muon.pt").tolist() == [[20.0], [20.0]]
    assert observable(events, "muon0.pt").tolist() == [20.0, 20.0]
    assert observable(events, "muon.size").tolist() == [1.0, 1.0]
    assert observable(events, "muon,muon.delta_r").tolist() == [[[0.0]], [[0.0]]]
    assert Cut("muon0.pt > 10 and muon.size == 1")(events[:0]).tolist() == []


def test_an_object_may_be_missing() -> None:
    events = ak.Array([{"Muon": MUON}, {"Muon": None}])
    assert observable(events, "muon.size").tolist() == [1.0, 0.0]
    fields = ak.Array([{"Muon": {"PT": [20.0, 10.0], "Eta": [1.0, 0.0]}}, {"Muon": {"PT": [], "Eta": []}}])
    assert observable(fields, "max(muon.pt)").tolist() == pytest.approx([20.0, np.nan], nan_ok=True)


def test_lists_of_fields_have_one_length() -> None:
    events = ak.Array([{"Muon": {"PT": [20.0, 10.0], "Eta": [1.0]}}])
    with pytest.raises(ArgumentError, match="Muon has lists of different lengths in an event: PT, Eta need one value"):
        observable(events, "muon.pt")
    lacking = ak.Array([{"Muon": {"PT": [20.0], "Eta": None}}, {"Muon": {"PT": [5.0], "Eta": [0.0]}}])
    with pytest.raises(ArgumentError, match="Muon has lists of different lengths"):
        observable(lacking, "muon.pt")


def test_values_of_two_collections_are_all_pairs() -> None:
    found = observable(samples.handmade(), "jet,fatjet.delta_eta")
    assert ak.to_list(ak.num(found, axis=1)) == [2, 3, 1, 0]
    assert found[0].tolist() == [[pytest.approx(0.4)], [pytest.approx(-0.6)]]


def test_values_of_a_collection_and_a_single_object() -> None:
    found = observable(samples.handmade(), "jet,jet0.delta_eta")
    assert found[1].tolist() == [0.0, pytest.approx(-1.8), pytest.approx(-6.8)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("any (jet.pt > 30 and jet.b_tag == 1)", [True, True, False, False]),
        ("any (jet.pt > 50 and jet.b_tag == 1)", [True, False, False, False]),
        ("any (jet.pt > 50) and any (jet.b_tag == 1)", [True, True, False, False]),
        ("all jet.pt > 26", [True, False, True, True]),
        ("jet1.charge != jet0.charge", [True, False, False, False]),
        ("fatjet0.constituents.pt > 1", [True, False, False, False]),
        ("fatjet.constituents.pt > 1", [True, True, True, True]),
        ("any fatjet.constituents.pt > 150", [True, False, False, False]),
        ("any jet,fatjet.delta_r < 3.03", [True, False, False, False]),
        ("jet.size > 1 and fatjet.size == 0", [False, True, False, False]),
        ("not jet0.pt > 50", [False, False, True, True]),
    ],
)
def test_truth(text: str, expected: list[bool]) -> None:
    assert passing(text) == expected


def test_branches_that_are_records_and_not_lists() -> None:
    events = ak.Array([{"MissingET": {"MET": 5.0}}, {"MissingET": {"MET": 7.0}}])
    assert observable(events, "met").tolist() == [5.0, 7.0]


def test_no_events() -> None:
    empty = samples.events(5, seed=1)[:0]
    assert observable(empty, "jet0,jet1.delta_r").shape == (0,)
    assert observable(empty, "fatjet0.tau21").shape == (0,)


def test_fields_that_may_be_missing() -> None:
    events = ak.Array([{"Jet": [{"PT": 5.0}, {"PT": None}]}])
    assert np.isnan(observable(events, "jet1.pt")[0])


def test_unknown_branch_names_the_source() -> None:
    with pytest.raises(UnknownNameError, match=r"near names: jet.*missing in 'zz' \(a.root\)"):
        Events(samples.handmade(), "'zz' (a.root)").read(parse_observable("jett0.pt"))


def test_unknown_field_and_part() -> None:
    with pytest.raises(UnknownNameError, match="field of 'jet'"):
        observable(samples.handmade(), "jet0.tau21")
    with pytest.raises(UnknownNameError, match="part of 'fatjet'"):
        observable(samples.handmade(), "fatjet0.subjets.pt")


def test_filter_with_a_collection_is_refused() -> None:
    with pytest.raises(ArgumentError, match="compares with the collection"):
        observable(samples.handmade(), "jet[pt > fatjet.pt].pt")


def test_missing_objects_are_told() -> None:
    heard: list[progress.Report] = []
    with progress.listening(heard.append):
        observable(samples.handmade(), "jet1.pt")
        observable(samples.handmade(), "jet.size")
    assert [each.text for each in heard if each.is_notice] == [
        "jet1.pt: 2 of 4 events have no value (NaN): an object is missing"
    ]


def test_branches_of_filters_and_homes() -> None:
    assert branches([parse_observable("jet[pt > fatjet0.constituents0.pt]0.eta"), parse_observable("ht")]) == {
        "jet": False,
        "scalarht": False,
        "fatjet": True,
    }


@pytest.mark.parametrize("given", [samples.dataset(20), {"zz": 1}, "study/runs/zz"])
def test_what_is_no_events(given: Any) -> None:
    with pytest.raises(ArgumentError, match=r"events are wanted, as hml.read_events gives them, not a .*; a "):
        observable(given, "jet0.pt")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("jet0.pt", [None, None]),
        ("jet0,jet1.invariant_mass", [None, None]),
        ("fatjet0.tau21", [None, None]),
        ("jet.b_tag", [[], []]),
        ("jet[pt > 30].size", [0.0, 0.0]),
        ("jet,fatjet.delta_r", [[], []]),
        ("fatjet0.constituents.pt", [[], []]),
        ("fatjet.constituents0.pt", [[], []]),
        ("fatjet0.constituents.size", [None, None]),
    ],
)
def test_a_collection_that_is_empty_in_every_event(name: str, expected: list[Any]) -> None:
    found = observable(ak.Array([{"Jet": [], "FatJet": []}] * 2), name)
    assert [None if isinstance(v, float) and np.isnan(v) else v for v in found.tolist()] == expected


def test_constituents_that_are_empty_in_every_event() -> None:
    events = ak.Array([{"FatJet": [{"PT": 300.0, "Constituents": []}]}, {"FatJet": []}])
    assert observable(events, "fatjet.constituents.pt").tolist() == [[[]], []]
    with pytest.raises(UnknownNameError, match="unknown field of 'fatjet' 'Mass'"):
        observable(events, "fatjet0.mass")


def test_none_is_no_object() -> None:
    events = samples.handmade()
    masked = ak.with_field(events, ak.mask(events.Jet, events.Jet.PT > 50), "Jet")
    for text in ("jet.size", "jet0.pt", "jet1.pt", "jet[pt > 20].size"):
        expected = Events(events).read(
            parse_observable(text.replace("jet", "jet[pt > 50]").replace("[pt > 50][pt > 20]", "[pt > 50]"))
        )
        np.testing.assert_array_equal(Events(masked).read(parse_observable(text)), expected)
    lost = ak.with_field(events, ak.mask(events.Jet, [True, False, True, True]), "Jet")
    assert Events(lost).read(parse_observable("jet.size")).tolist() == [2.0, 0.0, 1.0, 0.0]
    assert Cut("any jet.pt > 0")(lost).tolist() == [True, False, True, False]
