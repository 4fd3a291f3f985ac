from __future__ import annotations

from typing import Any

import pytest

from hml_jupyter import settings
from hml_jupyter.errors import ArgumentError, ProcessError, UnknownNameError
from hml_jupyter.particles import parse_process
from hml_jupyter.settings import RUN_CARD, SETTINGS


def check(name: str, value: Any, text: str = "p p > z z", **options: bool) -> None:
    settings.check_setting(name, value, *parse_process(text), **options)


def test_run_card_is_documented() -> None:
    assert len(RUN_CARD) >= 150
    assert all(s.doc and s.kind for s in RUN_CARD.values())
    assert SETTINGS["ptj"] == "smallest pT of every jet, GeV"
    assert all(name == name.lower() for name in RUN_CARD)
    assert all(set(s.acts_on) <= set("jbalnHJL") for s in RUN_CARD.values())


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("ptl", 0, "p p > e+ e-"),
        ("etal", -1, "p p > e+ e-"),
        ("drll", 0, "p p > e+ e-"),
        ("mmll", 60.0, "p p > mu+ mu-"),
        ("ptj2min", 30, "p p > j j"),
        ("htjmin", 30, "p p > z j"),
        ("ptheavy", 200, "p p > t t~"),
        ("mmnl", 20, "p p > w+ w-, w+ > e+ ve, w- > e- ve~"),
        ("mxx_min_pdg", {6: 500}, "p p > t t~"),
        ("mxx_only_part_antipart", {"default": False, 6: True}, "p p > t t~"),
        ("dynamical_scale_choice", 3, "p p > t t~"),
        ("use_syst", False, "p p > t t~"),
        ("polbeam1", -80, "e+ e- > t t~"),
        ("lhaid", 303400, "p p > t t~"),
        ("pdlabel", "lhapdf", "p p > t t~"),
        ("bias_parameters", {"ptj_bias_enhancement_power": 4.0}, "p p > j j"),
    ],
)
def test_check_setting_takes(name: str, value: Any, text: str) -> None:
    check(name, value, text)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("use_syst", "False", "True or False"),
        ("use_syst", 1, "True or False"),
        ("dynamical_scale_choice", 7, "one of -1, 0, 1"),
        ("lhaid", 1.5, "whole number"),
        ("lhaid", -1, "whole number"),
        ("pdlabel", "lhapdf\nset x", "one word"),
        ("run_tag", "a b", "one word"),
        ("polbeam1", 120, "number"),
        ("scale", -5, "number of at least 0 GeV"),
        ("scale", float("nan"), "number"),
        ("pt_min_pdg", {23: -1}, "positive pT"),
        ("pt_min_pdg", {-24: 100}, "dictionary of PDG id"),
        ("pt_min_pdg", {"23": 100}, "dictionary of PDG id"),
        ("pt_min_pdg", {}, "dictionary of PDG id"),
        ("mxx_only_part_antipart", {6: 1}, "dictionary such as"),
        ("bias_parameters", {"a b": 1.0}, "dictionary of names"),
        ("dsqrt_shat", 0, "positive number"),
        ("nevents", 10, "events=... of generate"),
        ("ebeam1", 6500, "ecm="),
    ],
)
def test_check_setting_refuses_values(name: str, value: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        check(name, value)


@pytest.mark.parametrize(
    ("name", "value", "text", "message"),
    [
        ("etaj", -1.0, "p p > z z", "no jets"),
        ("drjj", 0.4, "p p > z j", "no 2 jets"),
        ("ptl", 20, "p p > z z, z > e+ e-", "'cut_decays': True"),
        ("ptb", 20, "p p > j j", "no b quarks"),
        ("pt_min_pdg", {5: 20}, "p p > b b~", "with 'ptb'"),
        ("pt_min_pdg", {22: 20}, "p p > z a", "with 'pta'"),
        ("misset", 20, "p p > z z", "no neutrinos"),
    ],
)
def test_check_setting_that_does_nothing(name: str, value: Any, text: str, message: str) -> None:
    with pytest.raises(ProcessError, match=message):
        check(name, value, text)


def test_check_setting_on_products_with_cut_decays() -> None:
    check("ptl", 20, "p p > z z, z > e+ e-", cut_decays=True)


def test_check_parameters() -> None:
    assert settings.check_parameters({"MT": 172.5, "mass  25": 125, "WT": "auto"}, "sm", hadrons=True) == {"MT": 172.5, "mass 25": 125, "WT": "auto"}  # fmt: skip
    assert settings.check_parameters({"cW": 1e-3, "NPcoup 3": 0}, "Other_UFO", hadrons=True)
    assert settings.check_parameters({"aS": 0.12}, "sm", hadrons=False) == {"aS": 0.12}


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"mtt": 1.0}, UnknownNameError, r"unknown parameter of the model 'sm' 'mtt'; near names: mt"),
        ({"mass 99": 1.0}, UnknownNameError, "mass 99"),
        ({"mc": 1.0}, UnknownNameError, "unknown parameter"),
        ({"mass 24": 80.4}, ProcessError, "follows from aewm1, gf and mz"),
        ({"aS": 0.12}, ProcessError, "parton densities"),
        ({"mt": 171.0, "mass 6": 172.0}, ArgumentError, "given twice"),
        ({"mt": -3}, ArgumentError, "cannot be negative"),
        ({"decay 6": -1.0}, ArgumentError, "cannot be negative"),
        ({"mt": 0.173}, ArgumentError, "0.173 TeV are 173"),
        ({"mt": "172"}, ArgumentError, "must be a number"),
        ({"mt": "auto"}, ArgumentError, "must be a number"),
        ({"mt": True}, ArgumentError, "must be a number"),
        ({"mt\nset": 1.0}, ArgumentError, "not a name"),
        ({3: 1.0}, ArgumentError, "not a name"),
        ([], ArgumentError, "dictionary"),
    ],
)
def test_check_parameters_refuses(parameters: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        settings.check_parameters(parameters, "sm", hadrons=True)
