from __future__ import annotations

import pytest
import spectra

from hml_jupyter.errors import ProcessError
from hml_jupyter.process import Process
from hml_jupyter.susy import Plan

TOP, BOTTOM = (6, 1000022), (5, 1000024)


def plan(text: str | list[str], **options: object) -> Plan:
    return Process(text, model="MSSM_SLHA2", **options).supersymmetric(spectra.spectrum())  # type: ignore[arg-type]


def test_plan() -> None:
    made = plan("p p > go go")
    assert "SUSY:gg2gluinogluino = on" in made.lines
    assert "PhaseSpace:useBreitWigners = off" in made.lines
    assert made.states == {(1000021, 1000021)}
    assert {1000021, 1000006, 1000024} <= made.decaying
    assert 1000022 not in made.decaying
    assert (made.only, made.own, made.early) == ({}, {}, ())


def test_plan_of_chains() -> None:
    both = plan("p p > t1 t1~, t1 > t n1, t1~ > t~ n1")
    assert " -0.3 2 5 1000024" in both.slha
    assert both.only == {}
    one = plan("p p > t1 t1~, t1 > t n1")
    assert "-0.3" not in one.slha
    assert one.only == {1000006: {TOP}}
    each = plan("p p > t1 t1~, t1 > t n1, t1~ > b~ x1-")
    assert each.only == {1000006: {TOP}, -1000006: {(-1000024, -5)}}
    deep = plan("p p > go go, (go > t1 t~, (t1 > t n1, (t > w+ b, w+ > l+ vl)))")
    assert " -0.5 2 -1000006 6" in deep.slha
    assert deep.only[24] == {(-11, 12), (-13, 14)}
    assert deep.only[6] == {(5, 24)}


def test_plan_of_own_chains() -> None:
    own = plan("p p > go go, go > t1 t~, go > t1~ t").own
    assert own == {1000021: (((-6, 1000006),), ((-1000006, 6),))}
    squarks = plan(["p p > ul~ ul~"], decays=["ul~ > u~ n1"])
    assert squarks.own == {}


def test_plan_with_other_masses() -> None:
    made = plan("p p > go go", parameters={"mass 1000021": 1800, "mass 6": 170})
    assert " 1000021 1800.0" in made.slha
    assert made.masses["mass 6"] == 170


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("p p > t1 t1~, (t1 > t n1, (t > w+ b, w+ > j j)), (t1~ > b~ x1-, x1- > w- n1)", {}),
        ("p p > go go, (go > t t1~, (t1~ > b~ x1-, (x1- > w- n1, w- > j j)))", {}),
        ("p p > x1+ n2", {"decays": ["x1+ > w+ n1", "w+ > j j", "n2 > z n1"]}),
        (["p p > go ul", "p p > go go"], {"decays": ["go > t1 t~"]}),
    ],
)
def test_plan_takes(text: str | list[str], options: dict[str, object]) -> None:
    assert plan(text, **options).states


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("p p > go go, go > j j n1", {}, r"no decay 'go > j j n1' of go .* \(PDG ids\) -6 1000006; -1000006 6"),
        ("p p > go go, go > g n1", {}, "no decay 'go > g n1'"),
        ("p p > go go", {"ecm": 2000}, "have together 3000 GeV, more than ecm=2000 GeV"),
        # the free stop gives W as well
        (["p p > x1+ x1-", "p p > t1 t1~"], {"decays": ["x1+ > w+ n1", "w+ > j j"]},
         r"w\+ \(24\) decays by a chain, and comes out of the decays of t1 \(1000006\) too"),
    ],
)  # fmt: skip
def test_plan_refuses(text: str | list[str], options: dict[str, object], message: str) -> None:
    with pytest.raises(ProcessError, match=message):
        plan(text, **options)


def test_plan_without_spectrum() -> None:
    process = Process("p p > go go", model="MSSM_SLHA2")
    with pytest.raises(ProcessError, match=r"from an SLHA file: give it .* cards=\['param_card.dat'\]"):
        process.to_pythia()
