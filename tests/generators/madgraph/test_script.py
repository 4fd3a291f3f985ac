from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hml_jupyter.errors import ArgumentError
from hml_jupyter.generators.madgraph import outputs, script
from hml_jupyter.generators.madgraph.seeds import LARGEST, seeds
from hml_jupyter.process import Process
from hml_jupyter.settings import RUN_CARD

OUT = Path("/place/output")
ZZ = Process("p p > z z", decays=["z > j j", "z > vl vl~"], settings={"pt_min_pdg": {23: 200}})


def test_output_script() -> None:
    lines = script.output_script(ZZ, OUT, 2).splitlines()
    assert lines[:5] == [
        "set automatic_html_opening False",
        "set notification_center False",
        "set auto_update 0 --no_save",
        "set run_mode 2",
        "set nb_core 2",
    ]
    assert lines[-3:] == ["import model sm", "generate p p > z z", "output /place/output -nojpeg"]


def test_launch_script() -> None:
    process = Process(
        "p p > z z", ecm=14_000, settings={"pt_min_pdg": {23: 200}, "use_syst": False}, parameters={"mass 23": 91.2}
    )
    lines = script.launch_script(process, OUT, "run_01", 100, seeds(42), 1).splitlines()
    assert lines[5:12] == [
        "launch /place/output -n run_01",
        "shower=OFF",
        "detector=OFF",
        "analysis=OFF",
        "madspin=OFF",
        "reweight=OFF",
        "done",
    ]
    assert lines[12:] == [
        "set param_card mass 23 91.2",
        "set run_card pt_min_pdg {23: 200}",
        "set run_card use_syst False",
        "set run_card nevents 100",
        "set run_card iseed 42",
        f"set run_card python_seed {seeds(42).python}",
        "set run_card ebeam1 7000.0",
        "set run_card ebeam2 7000.0",
        "done",
    ]


def test_lines_are_not_matched_unless_it_is_asked_for() -> None:
    lines = ["p p > z", "p p > z j"]
    for settings, ickkw in (({"ptj": 20}, 0), ({"ptj": 20, "ickkw": 1, "xqcut": 20}, 1)):
        text = script.launch_script(Process(lines, settings=settings), OUT, "run_01", 100, seeds(42), 1)
        assert [line for line in text.splitlines() if "ickkw" in line] == [f"set run_card ickkw {ickkw}"]


@pytest.mark.parametrize("ickkw", ["0", "1"])
def test_an_own_card_decides_whether_lines_are_matched(ickkw: str) -> None:
    process = Process(["p p > z", "p p > z j"], settings={"xqcut": 20})
    text = script.launch_script(process, OUT, "run_01", 100, seeds(42), 1, {"ickkw": ickkw})
    assert "ickkw" not in text


def test_decay_and_shower_script() -> None:
    assert script.decay_script("run_01", 1).splitlines()[-1] == "decay_events run_01 -from_cards"
    lines = script.shower_script("run_01_decayed_1", 1, "delphes").splitlines()
    assert lines[-2:] == ["pythia8 run_01_decayed_1 --no_default", "delphes --no_default"]
    assert "delphes" not in script.shower_script("run_01", 1, None)


def test_madspin_card_has_a_line_for_each_decay() -> None:
    lines = script.madspin_card(ZZ, seeds(42), "onshell").splitlines()
    assert lines == [
        f"set seed {seeds(42).madspin}",
        "set spinmode onshell",
        "decay z > j j",
        "decay z > vl vl~",
        "launch",
    ]


def test_own_cards_keep_everything_but_their_seed() -> None:
    own = seeds(42)
    assert script.own_madspin_card("set seed 3\ndecay z > j j\nlaunch\n", own).splitlines() == [
        f"set seed {own.madspin}",
        "decay z > j j",
        "launch",
    ]
    assert script.pythia8_card("Random:seed = 3\nPartonLevel:MPI = off", own).splitlines() == [
        "PartonLevel:MPI = off",
        "Random:setSeed = on",
        f"Random:seed = {own.pythia}",
    ]
    assert script.delphes_card("set RandomSeed 3\nset ExecutionPath {\n}", own).splitlines() == [
        f"set RandomSeed {own.delphes}",
        "set ExecutionPath {",
        "}",
    ]


@pytest.mark.parametrize("text", ["a\nlaunch", "a; launch", "!ls", "`ls`", "", " ", "a\x00", "'a'"])
def test_launch_script_value_is_no_command(text: str) -> None:
    with pytest.raises(ArgumentError, match="cannot stand in a card"):
        script._value("run_tag", text)


@given(st.text())
def test_launch_script_value_is_one_line(text: str) -> None:
    try:
        written = script._value("run_tag", text)
    except ArgumentError:
        return
    assert len(f"set {written}".splitlines()) == 1
    assert not set(written) & set(";!`")


@given(st.integers(0, 10**9), st.integers(0, 50))
def test_seeds_are_in_range(seed: int, part: int) -> None:
    own = seeds(seed, part)
    assert all(1 <= s <= LARGEST for s in own[:3])
    assert 1 <= own.pythia <= 900_000_000
    assert own == seeds(seed, part)
    assert own != seeds(seed, part + 1)


def test_seeds_of_parts_are_not_those_of_neighbours() -> None:
    used = {seeds(seed, part).madevent for seed in range(40, 60) for part in range(5)}
    assert len(used) == 100
    assert seeds(0).madevent != 0
    assert seeds(LARGEST + 1).madevent <= LARGEST


@pytest.mark.parametrize("name", RUN_CARD)
def test_every_kind_of_setting_can_be_written(name: str) -> None:
    values = {
        "per_pdg": {6: 500.0},
        "pdg_switch": {"default": True, 6: False},
        "parameters": {"x": 1.0},
        "text": "word",
    }
    setting = RUN_CARD[name]
    value = values.get(setting.kind, setting.choices[0] if setting.choices else 1)

    process = Process("p p > t t~")
    object.__setattr__(process, "settings", {name: value})
    [line] = [x for x in script.launch_script(process, OUT, "r", 1, seeds(1), 1).splitlines() if f" {name} " in x]
    assert line.startswith(f"set run_card {name} ")
    assert outputs._same(line.split(" ", 3)[3], value)
