from __future__ import annotations

import math

import awkward as ak
import numpy as np
import pytest
import samples

from hml_jupyter.errors import ArgumentError, UnknownNameError
from hml_jupyter.expressions import parse_cut, render
from hml_jupyter.observables import (
    CATALOGUE,
    canonical_cut,
    canonical_name,
    observable,
    observables,
    range_of,
    unit_of,
)
from hml_jupyter.observables.catalogue import rows


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
        ("ScalarHT0.HT", "ht"),
        ("Jet[PT > 30].HT", "jet[pt > 30].ht"),
        ("Jet0.PT/Jet1.PT", "jet0.pt / jet1.pt"),
        ("(FatJet0.M)", "fatjet0.mass"),
        ("MAX(met)".lower(), "max(met)"),
        ("MLP.score", "mlp.score"),
        ("bdt_2.score", "bdt_2.score"),
        ("muon0,MissingET0.mT", "muon0,missinget0.mt"),
        ("fatjet0.C2", "fatjet0.c2"),
        ("fatjet0.energy_correlator_2", "fatjet0.energy_correlator2"),
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
        "jet0.ht",
        "jet0.thrust",
        "jet,fatjet.sphericity",
        "jet0.dphi_min",
        "jet0,jet1,jet2.mt",
        "score",
        "jet[pt > 3].score",
        "mlp:3.score",
        "jet0.pt / jet1.delta_r",
    ],
)
def test_wrong_objects_are_refused(text: str) -> None:
    with pytest.raises(ArgumentError, match="is of"):
        canonical_name(text)


def test_filter_takes_observables_of_one_element() -> None:
    with pytest.raises(ArgumentError, match="one element"):
        canonical_name("jet[delta_r > 3]0.pt")


def test_observables_is_complete() -> None:
    table = observables().rows
    assert len({row.name for row in table}) == len(table) == len(CATALOGUE)
    pair = [{"PT": 50.0, "Eta": 0.1, "Phi": phi, "IsolationVar": 0.1} for phi in (1.0, 3.0)]
    leptons = ak.Array([pair] * 20)
    events = ak.with_field(samples.events(20, seed=1), leptons, "Muon")
    events = ak.with_field(events, ak.Array([[{"PID": 23, "Status": 2}]] * 20), "Particle")
    events = ak.with_field(events, ak.with_field(events.Event, events.Event.Weight * 2, "m_jj"), "Event")
    for row in table:
        assert row.doc, row.name
        assert row.source, row.name
        assert row.group, row.name
        assert row.unit in ("", "GeV", "rad", "e")
        assert canonical_name(row.example) == row.example
        if row.objects != "method":
            values = observable(events, row.example)
            assert len(values) == 20
            low, high = row.range
            assert low is None or np.nanmin(values) >= low
            assert high is None or np.nanmax(values) <= high


HEP_ML_LAB = {
    "px": "Px MomentumX momentum_x px",
    "py": "Py MomentumY momentum_y py",
    "pz": "Pz MomentumZ momentum_z pz",
    "energy": "E Energy energy e",
    "pt": "Pt TransverseMomentum transverse_momentum pt PT pT",
    "eta": "Eta Pseudorapidity pseudorapidity eta",
    "phi": "Phi AzimuthalAngle azimuthal_angle phi",
    "mass": "M Mass mass m",
    "charge": "Charge charge",
    "b_tag": "BTag b_tag",
    "tau_tag": "TauTag tau_tag",
    "tau2": "tau2 Tau2 TAU2 tau_2",
    "tau31": "tau31 Tau31 tau_31",
}


@pytest.mark.parametrize(("name", "aliases"), HEP_ML_LAB.items())
def test_names_of_hep_ml_lab(name: str, aliases: str) -> None:
    for alias in aliases.split():
        assert canonical_name(f"FatJet0.{alias}") == f"fatjet0.{name}"
        assert canonical_name(f"fatjet1:3.{alias}") == f"fatjet1:3.{name}"


def test_names_of_hep_ml_lab_of_other_objects() -> None:
    for alias in ("InvariantMass", "InvMass", "InvM", "invariant_mass", "inv_mass", "inv_m"):
        assert canonical_name(f"jet0,jet1.{alias}") == "jet0,jet1.invariant_mass"
        assert canonical_name(f"jet0.{alias}") == "jet0.invariant_mass"
    for alias in ("AngularDistance", "angular_distance", "DeltaR", "delta_r"):
        assert canonical_name(f"Jet0,FatJet0.Constituents:100.{alias}") == "jet0,fatjet0.constituents:100.delta_r"
    for alias in ("Size", "size"):
        assert canonical_name(f"Jet.{alias}") == "jet.size"


def test_case_rules_are_those_of_hep_ml_lab() -> None:
    assert canonical_name("FATJET0.mass") == "fatjet0.mass"
    for text in ("jet0.MASS", "jet0.Px_", "jet0.btag", "jet0,jet1.DELTA_R"):
        with pytest.raises(UnknownNameError):
            canonical_name(text)


def test_no_name_has_two_meanings() -> None:
    for row in CATALOGUE:
        for name in (row.name, *row.aliases):
            if row.pattern is None:
                assert [each.name for each in CATALOGUE if each.match(name)] == [row.name]


def test_range_of() -> None:
    assert range_of("jet0.phi") == (-math.pi, math.pi)
    assert range_of("fatjet0.tau21") == (0, None)
    assert range_of("jet0.eta") == range_of("2 * jet0.phi") == (None, None)


def test_rows_of_filters_and_arithmetic() -> None:
    nodes = [parse_cut("jet[c2 > 0.1]0.pt / met > 1"), parse_cut("met > 1")]
    assert [row.name for row in rows(nodes)] == ["pt", "c2", "met"]


def test_events_may_be_a_slice() -> None:
    events = samples.events(50, seed=2)
    assert observable(events[10:20], "jet.size").tolist() == observable(events, "jet.size")[10:20].tolist()
    assert isinstance(observable(events, "jet.pt"), ak.Array)
