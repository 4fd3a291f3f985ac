from __future__ import annotations

import copy
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from hml_jupyter.errors import ArgumentError, ProcessError, UnknownNameError
from hml_jupyter.process import PROCESSES, Process


def test_process_zz() -> None:
    zz = Process("p p >  z z", decays=["z > j j", "z > vl vl~"], name="zz", settings={"pt_min_pdg": {23: 200}})
    assert zz.text == "p p > z z, z > j j, z > vl vl~"
    assert zz.label == "zz"
    assert zz.particles == ("z", "z")
    assert zz.pt_min == 200
    assert copy.deepcopy(zz) == zz
    assert isinstance(hash(zz), int)


def test_process_inline_chain_is_the_same_physics() -> None:
    inline = Process("p p > z z, z > j j, z > vl vl~")
    apart = Process("p p > z z", decays=["z > j j", "z > vl vl~"])
    assert inline.chains == apart.chains
    assert inline.to_pythia() == apart.to_pythia()


def test_process_is_frozen_and_keeps_its_own_settings() -> None:
    given = {"ptj": 200}
    qcd = Process("p p > j j", settings=given)
    given["ptj"] = 1
    assert qcd.pt_min == 200
    with pytest.raises(FrozenInstanceError):
        qcd.name = "qcd"  # type: ignore[misc]


@pytest.mark.parametrize("text", ["p p > j j", "p p > z j", "p p > j z, z > l+ l-"])
def test_process_qcd_needs_a_cut(text: str) -> None:
    with pytest.raises(ProcessError, match=r"diverges without a pT cut.*'ptj'"):
        Process(text)


def test_process_cuts_act_on_the_process_as_written() -> None:
    chain = Process("p p > z z, z > j j, z > vl vl~", settings={"htjmin": 200, "misset": 100})
    assert chain.pt_min == 100  # the Z that goes into neutrinos carries the missing pT
    assert chain.product_cuts == {"htjmin": 200, "misset": 100}
    for name in ("htjmin", "misset", "ptj"):
        with pytest.raises(
            ProcessError, match=r"does nothing here.*before its particles decay.*write the decays as a chain"
        ):
            Process("p p > z z", decays=["z > j j", "z > vl vl~"], settings={name: 200})
    with pytest.raises(ProcessError, match=r"'misset' does nothing here.*has no neutrinos"):
        Process("p p > z z, z > j j", settings={"misset": 200})


def test_process_misset_is_a_hard_pt_only_for_one_invisible_particle() -> None:
    cut = {"misset": 100}
    assert Process("p p > z z, z > vl vl~", settings=cut).pt_min is None
    assert Process("p p > w+ w-, w+ > j j, w- > l- vl~", settings=cut).pt_min is None
    assert Process("p p > z z, z > vl vl~, z > l+ l-", settings=cut).pt_min == 100


def test_process_htjmin_of_two_jets_is_twice_their_pt() -> None:
    assert Process("p p > j j", settings={"htjmin": 400}).pt_min == 200
    assert Process("p p > z j, z > vl vl~", settings={"htjmin": 400}).pt_min == 400
    assert Process("p p > j j", settings={"htjmin": 400}).product_cuts == {}


def test_process_unknown_setting_lists_near_names() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown setting 'pt_j'; near names: ptj"):
        Process("p p > j j", settings={"pt_j": 200})


def test_process_unknown_particle() -> None:
    with pytest.raises(UnknownNameError, match="unknown particle 'zz'"):
        Process("p p > zz")


def test_process_pt_min_pdg_in_a_chain_is_refused_with_what_works() -> None:
    with pytest.raises(ProcessError, match=r"silently ignored by MadGraph.*decays=\[...\]"):
        Process("p p > z z, z > j j, z > vl vl~", settings={"pt_min_pdg": {23: 200}})


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("p p > z z", {"ptj": 200}),
        ("p p > z z", {"pt_min_pdg": {24: 200}}),
        ("p p > j j", {"pt_min_pdg": {1: 200}}),
        ("p p > z z", {"pt_min_pdg": {"23": 200}}),
    ],
)
def test_process_settings_that_do_nothing(text: str, settings: dict[str, object]) -> None:
    with pytest.raises(ProcessError, match="does nothing here"):
        Process(text, settings=settings)


@pytest.mark.parametrize("cut", [0, -1, float("nan"), float("inf"), "200", True, None])
def test_process_cuts_are_positive_numbers(cut: object) -> None:
    with pytest.raises(ArgumentError, match="positive pT"):
        Process("p p > j j", settings={"ptj": cut})
    with pytest.raises(ArgumentError, match="positive pT"):
        Process("p p > z z", settings={"pt_min_pdg": {23: cut}})


def test_process_cuts_that_leave_nothing() -> None:
    with pytest.raises(ProcessError, match="leave nothing"):
        Process("p p > z z", settings={"pt_min_pdg": {23: 300}, "pt_max_pdg": {23: 250}})
    with pytest.raises(ProcessError, match="leave nothing"):
        Process("p p > j j", settings={"ptj": 6500})


@pytest.mark.parametrize("ecm", [0, -13_000, float("inf"), "13 TeV", True])
def test_process_ecm(ecm: float) -> None:
    with pytest.raises(ArgumentError, match="ecm must be a positive energy"):
        Process("p p > z z", ecm=ecm)


@pytest.mark.parametrize("text", ["", "  "])
def test_process_that_is_missing(text: str) -> None:
    with pytest.raises(ProcessError, match=r"^a process is missing: .* as in 'p p > z z'"):
        Process(text)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"process": "p p -> z z"}, "write '>' where it has '->'"),
        ({"decays": ["z -> j j"]}, "'z -> j j': write '>'"),
        ({"decays": 3}, "decays a list of texts"),
        ({"decays": [3]}, "decays a list of texts"),
        ({"ecm": 13}, "ecm=13 is in GeV.*; 13 TeV are ecm=13000"),
        ({"ecm": 13.6}, "13.6 TeV are ecm=13600"),
        ({"setings": {"ptj": 200}}, "unknown option of Process 'setings'; near names: settings"),
    ],
)
def test_process_bad_input(given: dict[str, Any], message: str) -> None:
    with pytest.raises((ArgumentError, ProcessError, UnknownNameError), match=message):
        Process(**{"process": "p p > z z", **given})


def test_process_argument_kinds() -> None:
    with pytest.raises(ArgumentError, match="list of texts"):
        Process("p p > z z", decays="z > j j")
    with pytest.raises(ArgumentError, match="dictionary"):
        Process("p p > z z", settings=["ptj"])  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="printable"):
        Process("p p > z z", name="a\nb")
    with pytest.raises(ProcessError, match="give the decays once"):
        Process("p p > z z, z > j j", decays=["z > j j"])


def test_to_pythia_cut_is_the_transverse_momentum_of_both() -> None:
    lines = Process("p p > z z", settings={"pt_min_pdg": {23: 200}, "pt_max_pdg": {23: 300}}).to_pythia()
    assert "PhaseSpace:pTHatMin = 200.0" in lines
    assert "PhaseSpace:pTHatMax = 300.0" in lines
    assert "WeakZ0:gmZmode = 2" in lines


def test_to_pythia_lists_what_exists() -> None:
    with pytest.raises(ProcessError, match=r"does not make 'p p > z h'; it makes p p > j j, p p > z z"):
        Process("p p > z h").to_pythia()
    with pytest.raises(ProcessError, match="does not make"):
        Process("e+ e- > z z").to_pythia()


def test_to_pythia_no_cut_on_a_single_particle() -> None:
    with pytest.raises(ProcessError, match="does nothing for 'p p > z'"):
        Process("p p > z", settings={"pt_min_pdg": {23: 200}}).to_pythia()


def test_processes_are_keyed_by_sorted_final_states() -> None:
    assert all(" ".join(sorted(key.split())) == key for key in PROCESSES)
