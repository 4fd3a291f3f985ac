from __future__ import annotations

import copy
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hml_jupyter.canonical import canonical
from hml_jupyter.errors import ArgumentError, HmlError, ProcessError, UnknownNameError
from hml_jupyter.process import Process
from hml_jupyter.settings import RUN_CARD


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
    # the products of a chain are those of a particle near its mass, as in MadGraph
    assert inline.to_pythia() == (*apart.to_pythia(), "23:mMin = 54.5669", "23:mMax = 127.809")
    wide = Process("p p > z z, z > j j, z > vl vl~", settings={"bwcutoff": 20}, parameters={"mz": 90, "wz": 2})
    assert wide.to_pythia()[-2:] == ("23:mMin = 50", "23:mMax = 130")
    assert "mMin" not in str(Process("p p > z h, z > j j").to_pythia())


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
    assert chain.cut_into == {23}
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
    with pytest.raises(ProcessError, match="leaves nothing"):
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
    how = r"does not make 'p p > z z h'\. It makes p p > j j, z z, .*MadGraph may make it \('generate p p > z z h'\)"
    with pytest.raises(ProcessError, match=how):
        Process("p p > z z h").to_pythia()
    with pytest.raises(ProcessError, match="does not make 'e- p > e- z'"):
        Process("e- p > e- z").to_pythia()
    with pytest.raises(ProcessError, match="with 'j' redefined"):
        Process("p p > j j", define={"j": "g u d u~ d~ b b~"}, settings={"ptj": 200}).to_pythia()
    with pytest.raises(ProcessError, match="'p p > t t~' in the model 'MSSM_SLHA2'"):
        Process("p p > t t~", model="MSSM_SLHA2").to_pythia()


def test_to_pythia_no_cut_on_a_single_particle() -> None:
    with pytest.raises(ProcessError, match="does nothing for 'p p > z'"):
        Process("p p > z", settings={"pt_min_pdg": {23: 200}}).to_pythia()


def test_process_of_several_lines() -> None:
    both = Process(["p p > w+ j", "p p > w-  j"], settings={"ptj": 100})
    assert both.process == ("p p > w+ j", "p p > w- j")
    assert both.text == "p p > w+ j; p p > w- j"
    assert both.to_madgraph() == ("import model sm", "generate p p > w+ j", "add process p p > w- j")
    assert both.to_pythia() == Process("p p > w j", define={"w": "w+ w-"}, settings={"ptj": 100}).to_pythia()
    assert not [line for line in both.to_pythia() if "onMode" in line]
    assert copy.deepcopy(both) == both
    assert Process(["p p > z z"]).process == "p p > z z"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["p p > z z", "p p >  z z"], "same process twice"),
        (["p p > z z", "e+ e- > z z"], "different beams"),
        ([], "a process is missing"),
        (["p p > z z", ""], "a process is missing"),
        (["p p > w+ j"], "diverges"),
    ],
)
def test_process_of_lines_that_do_not_go_together(lines: list[str], message: str) -> None:
    with pytest.raises(ProcessError, match=message):
        Process(lines)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["p p > w+ z", "p p > w+ w-"], "only one charge of W"),
        (["p p > z z, z > e+ e-", "p p > z h, z > j j"], "decays differently in different lines"),
        (["p p > z h, (h > z z, z > e+ e-)"], "all z would decay by"),
        (["p p > w+ h"], "only one charge of W"),
        (["p p > z z QED=2"], "'QED<=2' .* needs generator='madgraph5'"),
        (["p p > w+{0} w-"], "no choice of diagrams"),
    ],
)
def test_to_pythia_of_what_one_table_of_decays_cannot_do(lines: list[str], message: str) -> None:
    process = Process(lines)
    assert len(process.to_madgraph()) == 1 + len(lines)
    with pytest.raises(ProcessError, match=message):
        process.to_pythia()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("p p > t t~ [QCD]", "only leading order"),
        ("p p > a", "single massless particle"),
        ("p p > a a", r"diverges without a pT cut on its photons.*'pta'"),
        ("p p > t t~, w+ > j j", "no w\\+ comes out"),
        ("z > j j", "two beams come before"),
    ],
)
def test_process_that_cannot_be(text: str, message: str) -> None:
    with pytest.raises(ProcessError, match=message):
        Process(text)


def test_process_beams() -> None:
    assert Process("p p > z z", beams=(6500, 4000)).ecm == pytest.approx(10198.04)
    assert Process("p p > z z", beams=(6500, 4000)).to_pythia()[:3] == ("Beams:frameType = 2", "Beams:eA = 6500.0", "Beams:eB = 4000.0")  # fmt: skip
    assert Process("p p > z z", beams=(7000, 7000)).to_pythia()[0] == "Beams:eCM = 14000.0"
    assert Process("e+ e- > z h", ecm=240).energies == (120, 120)
    lines = Process("e+ e- > z h", ecm=240).to_pythia()
    assert lines[:4] == ("Beams:eCM = 240.0", "Beams:idA = -11", "Beams:idB = 11", "PDF:lepton = off")
    assert "Beams:idB = -2212" in Process("p p > z z", ecm=1960, settings={"lpp2": -1}).to_pythia()
    with pytest.raises(ArgumentError, match="give the energies once"):
        Process("p p > z z", beams=(6500, 4000), ecm=14_000)
    for beams in ((1, 2, 3), (6500,), 6500, (6500, "x"), (0, 1)):
        with pytest.raises(ArgumentError, match="energies of the two beams"):
            Process("p p > z z", beams=beams)  # type: ignore[arg-type]


def test_to_madgraph_names_the_model_and_the_groups() -> None:
    process = Process("p p > l+ vl", define={"l+": ["e+", "mu+", "ta+"]}, model="sm-no_b_mass", settings={"ptl": 0})
    assert process.to_madgraph() == ("import model sm-no_b_mass", "define l+ = e+ mu+ ta+", "generate p p > l+ vl")
    with pytest.raises(ProcessError, match="model='heft'"):
        Process("p p > h").to_madgraph()
    with pytest.raises(ProcessError, match="needs a UFO model"):
        Process("p p > zp", model="pythia8").to_madgraph()


def test_process_of_an_unknown_model_is_checked_for_syntax() -> None:
    dark = Process(
        "p p > Xd Xd~ j", model="DMsimp_s_spin1", settings={"ptj": 100, "misset": 50}, parameters={"gSXd": 1.0}
    )
    assert dark.to_madgraph()[1] == "generate p p > Xd Xd~ j"
    with pytest.raises(ProcessError, match="diverges"):
        Process("p p > Xd Xd~ j", model="DMsimp_s_spin1")


def test_product_cuts_need_cut_decays_where_madgraph_does() -> None:
    # MG5 3.5.7: 1.97 pb with and without 'ptj' 100, the cut acts with cut_decays
    text = "p p > z z, z > j j, z > vl vl~"
    with pytest.raises(ProcessError, match=r"'ptj' does nothing here.*'cut_decays': True"):
        Process(text, settings={"ptj": 100})
    deep = Process(text, settings={"ptj": 100, "cut_decays": True})
    assert deep.to_madgraph()[-1] == f"generate {text}"
    with pytest.raises(ProcessError, match="MadGraph makes all its cuts on the products, those by default too"):
        deep.to_pythia()
    with pytest.raises(ProcessError, match="no decays are written as a chain"):
        Process("p p > z j", settings={"ptj": 100, "cut_decays": True})


def test_product_cuts_of_three_particles() -> None:
    fusion = Process("p p > h j j $$ w+ w- z", settings={"ptj": 20})
    assert fusion.product_cuts == {"ptj": 20}
    assert not [line for line in fusion.to_pythia() if "pTHat" in line]


@pytest.mark.parametrize(
    ("text", "settings", "expected"),
    [
        ("p p > a a", {"pta": 50, "ptamax": 500}, ("PhaseSpace:pTHatMin = 50.0", "PhaseSpace:pTHatMax = 500.0")),
        ("p p > t t~", {"mxx_min_pdg": {6: 800}}, ("PhaseSpace:mHatMin = 800.0",)),
        ("p p > j j", {"mmjj": 800}, ("PhaseSpace:mHatMin = 800.0",)),
        ("p p > z", {"dsqrt_shat": 60}, ("PhaseSpace:mHatMin = 60.0",)),
        ("p p > b b~", {"ptb": 30}, ("PhaseSpace:pTHatMin = 30.0",)),
    ],
)
def test_to_pythia_cuts(text: str, settings: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert set(expected) <= set(Process(text, settings=settings).to_pythia())


@pytest.mark.parametrize(
    ("text", "settings", "message"),
    [
        ("p p > j j", {"ptj": 20, "etaj": 2.5}, "does not honour 'etaj'.*hml.Cut"),
        ("p p > z z", {"use_syst": False}, "does not honour 'use_syst'.*belongs to MadGraph"),
        ("p p > h t t~", {"pt_min_pdg": {6: 100}}, "does not honour 'pt_min_pdg'"),
        ("p p > t t~, t > w+ b", {"ptb": 30, "cut_decays": True}, "does not honour 'cut_decays'"),
        ("p p > z, z > mu+ mu-", {"cut_decays": True}, "does not honour 'cut_decays'"),
        ("p p > h z, z > mu+ mu-", {"bwcutoff": 20}, "does not honour 'bwcutoff'"),
        ("p p > z z", {"lpp1": 2}, "takes protons"),
        ("p p > z z", {"bwcutoff": 20}, "does not honour 'bwcutoff'"),
    ],
)
def test_to_pythia_refuses_settings_it_cannot_honour(text: str, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ProcessError, match=message):
        Process(text, settings=settings).to_pythia()


@pytest.mark.parametrize(
    ("lines", "settings"),
    [
        (["p p > z j", "p p > w+ j"], {"ptj": 20, "pt_min_pdg": {23: 100}}),
        (["p p > t t~", "p p > z z"], {"mxx_min_pdg": {6: 500}}),
    ],
)
def test_cuts_by_pdg_id_are_of_their_line(lines: list[str], settings: dict[str, Any]) -> None:
    both = Process(lines, settings=settings)
    assert both.to_madgraph()[-1].startswith("add process")
    with pytest.raises(ProcessError, match="different cuts for the lines"):
        both.to_pythia()


def test_a_cut_on_the_z_does_not_make_w_and_jet_finite() -> None:
    with pytest.raises(ProcessError, match=r"'p p > w\+ j' diverges"):
        Process(["p p > z j", "p p > w+ j"], settings={"pt_min_pdg": {23: 100}})


@pytest.mark.parametrize(
    "text", ["p p > z, z > ta+ ta-, ta- > mu- vm~ vt", "p p > z, z > j j a", "p p > z h, h > mu+ mu- a"]
)
def test_to_pythia_refuses_decays_that_it_cannot_choose(text: str) -> None:
    with pytest.raises(ProcessError, match=r"has no decay '.*' that can be chosen"):
        Process(text).to_pythia()


def test_to_pythia_parameters() -> None:
    lines = Process("p p > t t~", parameters={"mt": 172.5, "decay 6": 1.3}).to_pythia()
    assert lines[-3:] == ("6:m0 = 172.5", "6:mWidth = 1.3", "6:doForceWidth = on")
    photons = Process("p p > a a", settings={"pta": 50}, parameters={"aEWM1": 128})
    assert photons.to_pythia()[-1] == "StandardModel:alphaEMmZ = force 0.0078125"
    with pytest.raises(ProcessError, match="does not honour the parameter 'ymt'"):
        Process("p p > t t~", parameters={"ymt": 160.0}).to_pythia()


def test_canonical_leaves_new_options_out() -> None:
    assert set(canonical(Process("p p > z z"))) == {"class", "process", "decays", "name", "ecm", "settings"}
    assert canonical(Process("p p > z z", parameters={"mz": 91}))["parameters"] == {"mz": 91}


HOSTILE = (
    "\n",
    "\r",
    ";",
    "!",
    "#",
    '"',
    "'",
    "\\",
    "`",
    "$(ls)",
    "&&",
    "|",
    " import os",
    "\nlaunch",
    "\nset ptj 0",
    "--x",
    "@1",
)
texts = (
    st.text(max_size=8)
    | st.sampled_from(HOSTILE)
    | st.builds("{}{}".format, st.sampled_from(HOSTILE), st.text(max_size=5))
)
FIELDS = {
    "process": lambda x: {"process": f"p p > z z{x}"},
    "line": lambda x: {"process": ["p p > z z", f"p p > w+ {x} w-"]},
    "particle": lambda x: {"process": f"p p > {x} z", "model": "Other_UFO"},
    "decay": lambda x: {"decays": [f"z > j j{x}"]},
    "chain": lambda x: {"process": f"p p > z z, z > j{x} j"},
    "name": lambda x: {"name": x},
    "model": lambda x: {"model": f"sm{x}"},
    "define": lambda x: {"define": {"l": f"e+ {x}"}},
    "group": lambda x: {"define": {f"l{x}": "e+ e-"}},
    "parameter": lambda x: {"parameters": {f"mt{x}": 1.0}},
    "value": lambda x: {"parameters": {"mt": x}},
    "setting": lambda x: {"settings": {f"use_syst{x}": False}},
    "run_tag": lambda x: {"settings": {"run_tag": x}},
    "number": lambda x: {"settings": {"dsqrt_shat": x}},
    "per_pdg": lambda x: {"settings": {"pt_min_pdg": {x: 200}}},
}


@pytest.mark.parametrize("field", FIELDS)
@given(hostile=texts)
@example(hostile="\nlaunch")
@example(hostile="; import model x")
def test_process_is_one_command_a_line_whatever_it_is_given(field: str, hostile: str) -> None:
    try:
        process = Process(**{"process": "p p > z z", **FIELDS[field](hostile)})
    except HmlError:
        return
    lines = process.to_madgraph()
    assert len(lines) == 1 + len(process.define) + len(process._texts)
    words = [line.split()[0] for line in lines]
    assert words == ["import", *["define"] * len(process.define), "generate", *["add"] * (len(process._texts) - 1)]
    assert all(line.isprintable() and not set(line) & set(";!#\"'\\`&") for line in lines)
    given = [
        *process.parameters,
        *process.settings,
        process.label,
        *process.decays,
        str(process.settings.get("run_tag")),
    ]
    assert all(text.isprintable() for text in given)
    assert set(process.settings) <= set(RUN_CARD)


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("p p > zp", {}, "zp is a particle of model='pythia8'"),
        ("p p > higgs", {}, "higgs is written h"),
        ("p p > ttbar", {}, "ttbar is written t t~"),
        ("e+ e- > z z", {}, "needs its energy: ecm=13000 GeV is that of protons"),
        ("p p > z", {"define": {"l": "e+ e-"}}, "no process and no decay uses it"),
    ],
)
def test_messages_say_what_may_be_meant(text: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises((ProcessError, ArgumentError, UnknownNameError), match=message):
        Process(text, **options)


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("p p > l+ l-", {}, "For pairs of leptons take 'p p' > z with decays"),
        ("p p > z", {"model": "pythia8", "parameters": {"gzp": 1}}, "the particle 32, which does not come out"),
        ("p p > zp", {"model": "pythia8", "parameters": {"gzp": 0}}, "must be positive"),
    ],
)
def test_to_pythia_says_what_may_be_meant(text: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ProcessError, match=message):
        Process(text, **options).to_pythia()


@pytest.mark.parametrize(
    ("text", "define"),
    [
        ("p p > q q", {"q": "u u~ g"}),
        ("p p > gam gam", {"gam": "a"}),
        ("u u~ > g g", {}),
        ("q q > j j", {"q": "d d~"}),
    ],
)
def test_massless_particles_need_a_cut_by_any_name(text: str, define: dict[str, str]) -> None:
    with pytest.raises(ProcessError, match="diverges without a pT cut"):
        Process(text, define=define)


@pytest.mark.parametrize(
    "options",
    [
        {"ecm": 10**400},
        {"beams": (1e300, 1e300)},
        {"settings": {1: 2}},
        {"settings": {None: 2}},
        {"settings": {"dsqrt_shat": 10**400}},
        {"parameters": {"mt": 10**400}},
        {"parameters": {"default": 1.0}},
        {"parameters": {"mt": np.array([1.0, 2.0])}},
    ],
)
def test_odd_values_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises((ArgumentError, ProcessError, UnknownNameError)):
        Process("p p > t t~", **options)


def test_beams_are_kept_as_they_can_be_compared() -> None:
    assert hash(Process("p p > t t~", beams=[6500, 6500])) == hash(Process("p p > t t~", beams=(6500, 6500)))
