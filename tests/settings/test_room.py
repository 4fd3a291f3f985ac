from __future__ import annotations

from typing import Any

import pytest

from hml_jupyter.errors import ProcessError
from hml_jupyter.process import Process
from hml_jupyter.settings import RUN_CARD, check_room


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"dsqrt_shat": 20_000}, "'dsqrt_shat': 20000 GeV leaves nothing: ecm is 13000 GeV"),
        ({"mmjj": 13_001}, "'mmjj': 13001 GeV leaves nothing: ecm is 13000 GeV"),
        ({"htjmin": 14_000.5}, "'htjmin': 14000.5 GeV leaves nothing: ecm"),
        ({"mxx_min_pdg": {6: 13_001}}, "'mxx_min_pdg': {6: 13001} GeV leaves nothing: ecm is 13000 GeV"),
        ({"ptj": 6600}, "'ptj': 6600 GeV leaves nothing: a pT is at most half of ecm, 6500 GeV"),
        ({"misset": 7000}, "'misset': 7000 GeV leaves nothing: a pT"),
        ({"pt_min_pdg": {23: 200, 6: 7000}}, "'pt_min_pdg': {6: 7000} GeV leaves nothing: a pT"),
        ({"ej": 13_001}, "'ej': 13001 GeV leaves nothing: the beams have 13000 GeV together"),
        ({"mmjj": 500, "mmjjmax": 400}, "'mmjj': 500 GeV leaves nothing: 'mmjjmax' is 400 GeV"),
        ({"drjj": 2, "drjjmax": 2}, "'drjj': 2 leaves nothing: 'drjjmax' is 2"),
        ({"etajmin": 3, "etaj": 2.5}, "'etajmin': 3 leaves nothing: 'etaj' is 2.5"),
        ({"eta_min_pdg": {6: 3}, "eta_max_pdg": {6: 2}}, "'eta_min_pdg': {6: 3} leaves nothing: 'eta_max_pdg' is 2"),
    ],
)
def test_check_room(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ProcessError) as caught:
        check_room(settings, 13_000, 13_000)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "settings",
    [
        {"dsqrt_shat": 13_000, "ptj": 6500, "ej": 13_000},
        {"mmjj": 500, "mmjjmax": -1, "etajmin": 3, "etaj": -1},
        {"pt_min_pdg": {23: 200}, "pt_max_pdg": {24: 100}, "drjj": 0.4, "lpp1": 1, "ickkw": 1},
    ],
)
def test_check_room_leaves_what_may_be(settings: dict[str, Any]) -> None:
    check_room(settings, 13_000, 13_000)


def test_check_room_of_unequal_beams() -> None:
    # 7000 GeV on 112 GeV: ecm is 2 sqrt(7000 * 112) = 1770.9 GeV, and a particle may have all 7112 GeV
    check_room({"ej": 7000}, 1770.9, 7112)
    with pytest.raises(ProcessError, match="ecm is"):
        check_room({"mmjj": 2000}, 1770.9, 7112)


def test_every_cut_may_have_its_default() -> None:
    check_room({name: s.default for name, s in RUN_CARD.items()}, 13_000, 13_000)


def test_process_refuses_cuts_above_its_energy() -> None:
    with pytest.raises(ProcessError, match="'dsqrt_shat': 20000 GeV leaves nothing: ecm is 13000 GeV"):
        Process("p p > t t~", settings={"dsqrt_shat": 20_000})
    assert Process("p p > t t~", settings={"dsqrt_shat": 20_000}, ecm=100_000).to_pythia()
