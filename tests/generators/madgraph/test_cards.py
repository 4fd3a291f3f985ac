from __future__ import annotations

from pathlib import Path

import pytest

from hml_jupyter.errors import ArgumentError, PathError
from hml_jupyter.generators.madgraph import cards
from hml_jupyter.process import Process

TEXTS = {
    "run": "#* a run card *\n  100 = nevents ! number\n  6500.0 = ebeam1 ! GeV\n 6500 = ebeam2\n",
    "param": "######\nBlock mass\n   6 1.730000e+02 # MT\nDECAY 6 1.5\n",
    "madspin": "set max_weight_ps_point 400\ndecay z > j j\nlaunch\n",
    "pythia8": "! a comment\nMain:numberOfEvents = -1\nPartonLevel:MPI = off\n",
    "delphes": "set MaxEvents 10\nset ExecutionPath {\n  FastJetFinder\n}\nmodule FastJetFinder FastJetFinder {\n}\n",
}


@pytest.mark.parametrize("kind", TEXTS)
def test_kind_of(kind: str) -> None:
    assert cards.kind_of(TEXTS[kind]) == kind


@pytest.mark.shared_data
def test_kind_of_real_cards(shared: Path) -> None:
    text = (shared / "mg5_pp2zz_real" / "run_card.dat").read_text()
    assert cards.kind_of(text) == "run"
    assert cards.run_values(text)["ebeam1"] == "6500.0"
    assert cards.kind_of((shared / "mg5_pp2zz_real" / "proc_card_mg5.dat").read_text()) is None


def test_read_cards(study: Path) -> None:
    for kind, text in TEXTS.items():
        (study / f"{kind}.txt").write_text(text)
    assert cards.read_cards([f"{kind}.txt" for kind in TEXTS]) == TEXTS
    with pytest.raises(ArgumentError, match=r"run.txt is a second run card"):
        cards.read_cards(["run.txt", "run.txt"])
    with pytest.raises(PathError, match=r"card 'none.txt' cannot be read"):
        cards.read_cards(["none.txt"])
    (study / "letter.txt").write_text("Dear all\n")
    with pytest.raises(
        ArgumentError, match=r"letter.txt is none of the cards .* param, run, madspin, pythia8, delphes"
    ):
        cards.read_cards(["letter.txt"])


def test_check_run_card() -> None:
    cards.check_run_card(TEXTS["run"], Process("p p > z z"))
    with pytest.raises(ArgumentError, match="ebeam1 = 6500 GeV, the process 7000 GeV"):
        cards.check_run_card(TEXTS["run"], Process("p p > z z", ecm=14_000))
    with pytest.raises(ArgumentError, match="'x', which is no energy"):
        cards.check_run_card(" x = ebeam1\n 1 = nevents", Process("p p > z z"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1", 1.0), ("2.0d1", 20.0), ("1.0D-2", 0.01), (1, 1.0), (True, 1.0), ("x", None), ("nan", None), (None, None)],
)
def test_card_number(value: object, expected: float | None) -> None:
    assert cards.card_number(value) == expected
