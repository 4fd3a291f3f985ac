from __future__ import annotations

import awkward as ak
import pytest
import samples

from hml_jupyter.errors import ArgumentError, UnknownNameError
from hml_jupyter.expressions import parse_cut, render
from hml_jupyter.observables import CATALOGUE, canonical_cut, canonical_name, observable, observables, unit_of


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("FatJet0.M", "fatjet0.mass"),
        ("jet0.PT", "jet0.pt"),
        ("jet0.E", "jet0.energy"),
        ("jet0,jet1.AngularDistance", "jet0,jet1.delta_r"),
        ("fatjet0.TAU_21", "fatjet0.tau21"),
        ("jet.Size", "jet.size"),
        ("MissingET0.MET", "met"),
        ("HT", "ht"),
        ("jet[PT > 30 and abs(Eta)<2.5]0.BTag", "jet[pt > 30 and abs(eta) < 2.5]0.b_tag"),
    ],
)
def test_canonical_name(text: str, canonical: str) -> None:
    assert canonical_name(text) == canonical
    assert canonical_name(canonical) == canonical


def test_canonical_cut() -> None:
    assert render(canonical_cut("FatJet0.M>70 | Jet1.E<3")) == "fatjet0.mass > 70 or jet1.energy < 3"
    assert canonical_cut("met > 3") == parse_cut("met > 3")


@pytest.mark.parametrize(
    ("text", "unit"), [("jet0.pt", "GeV"), ("jet0.phi", "rad"), ("fatjet0.tau21", ""), ("met", "GeV")]
)
def test_unit_of(text: str, unit: str) -> None:
    assert unit_of(text) == unit


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("jet0.masss", "jet0.mass"),
        ("fatjet0.tau61", "fatjet0.tau21"),
        ("jet0,jet1.deltar", "jet0,jet1.delta_r"),
        ("mett", "met"),
    ],
)
def test_unknown_observable_names_near_ones(text: str, near: str) -> None:
    with pytest.raises(UnknownNameError, match=near):
        canonical_name(text)


def test_objects_in_max_without_parentheses_are_explained() -> None:
    with pytest.raises(UnknownNameError, match=r"max\(\(jet0,jet1.delta_r\), 0.4\)"):
        canonical_cut("max(jet0,jet1.delta_r, 3) > 2")


@pytest.mark.parametrize(
    "text",
    [
        "jet0.delta_r",
        "jet0,jet1.pt",
        "jet0.size",
        "jet.invariant_mass",
        "delta_r",
        "jet0.met",
        "jet0,jet1,jet2.delta_r",
    ],
)
def test_wrong_objects_are_refused(text: str) -> None:
    with pytest.raises(ArgumentError, match="is of"):
        canonical_name(text)


def test_filter_takes_observables_of_one_element() -> None:
    with pytest.raises(ArgumentError, match="one element"):
        canonical_name("jet[delta_r > 3]0.pt")


def test_observables_is_complete() -> None:
    rows = observables().rows
    assert len({row.name for row in rows}) == len(rows) == len(CATALOGUE)
    events = samples.events(20, seed=1)
    for row in rows:
        assert row.doc, row.name
        assert row.source, row.name
        assert row.group, row.name
        assert row.unit in ("", "GeV", "rad", "e")
        assert len(observable(events, row.example)) == 20


def test_no_name_has_two_meanings() -> None:
    for row in CATALOGUE:
        for name in (row.name, *row.aliases):
            if row.pattern is None:
                assert [each.name for each in CATALOGUE if each.match(name)] == [row.name]


def test_events_may_be_a_slice() -> None:
    events = samples.events(50, seed=2)
    assert observable(events[10:20], "jet.size").tolist() == observable(events, "jet.size")[10:20].tolist()
    assert isinstance(observable(events, "jet.pt"), ak.Array)
