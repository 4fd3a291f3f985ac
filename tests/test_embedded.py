from __future__ import annotations

from typing import Any

import pytest

from hml_jupyter.embedded import LEPTON_PROCESSES, PROCESSES
from hml_jupyter.errors import ProcessError
from hml_jupyter.particles import GROUPS, NAMES, names_of
from hml_jupyter.process import Process

CUTS = {"j": {"ptj": 50}, "a": {"pta": 50}, "b": {"ptb": 50}}
HADRON_LEVEL_OFF = ("PDFinProcess:nQuarkIn = 4", "PartonLevel:all = off", "Random:setSeed = on", "Random:seed = 3")


def options(final: str) -> dict[str, Any]:
    beyond = final in ("zp", "wp+", "wp-", "gr")
    cuts = next((CUTS[x] for x in ("j", "a", "b") if x in final.split()), {})
    return {
        "settings": cuts,
        "model": "pythia8" if beyond else "sm",
        "decays": ["h > b b~"] if final in ("h w+", "h w-") else [],
    }


def hard_events(process: Process, n: int) -> list[list[int]]:
    """PDG ids of what comes out of the hard process."""
    import pythia8mc

    pythia = pythia8mc.Pythia("", False)
    lines = ("Print:quiet = on", *process.to_pythia(), *HADRON_LEVEL_OFF)
    assert [line for line in lines if not pythia.readString(line)] == []
    assert pythia.init()
    found = []
    while len(found) < n:
        if pythia.next():
            entries = [pythia.process[i] for i in range(5, pythia.process.size())]
            found.append([p.id() for p in entries if (p.mother1(), p.mother2()) == (3, 4)])
    return found


def agree(ids: list[int], final: str) -> bool:
    """Tell whether there is one particle for each name."""
    names = names_of("pythia8")
    left = list(ids)
    for name in sorted(final.split(), key=lambda n: len(names.ids(n))):
        match = next((i for i in left if i in names.ids(name)), None)
        if match is None:
            return False
        left.remove(match)
    return not left


@pytest.mark.parametrize("final", PROCESSES)
def test_processes_produce_what_they_are_called(final: str) -> None:
    process = Process(f"p p > {final}", **options(final))
    events = hard_events(process, 8)
    assert all(agree(ids, final) for ids in events), events


@pytest.mark.parametrize("final", LEPTON_PROCESSES)
def test_lepton_processes_produce_what_they_are_called(final: str) -> None:
    events = hard_events(Process(f"e+ e- > {final}", ecm=500), 4)
    assert all(agree(ids, final) for ids in events), events


def test_both_charges_are_made_where_both_are_asked_for() -> None:
    events = hard_events(Process(["p p > w+ j", "p p > w- j"], settings={"ptj": 50}), 30)
    assert {i for ids in events for i in ids if abs(i) == 24} == {24, -24}


def test_processes_are_keyed_by_sorted_final_states() -> None:
    for table in (PROCESSES, LEPTON_PROCESSES):
        assert all(" ".join(sorted(key.split())) == key for key in table)
    assert {name for key in PROCESSES for name in key.split()} <= {*NAMES, *GROUPS, "zp", "wp+", "wp-", "gr"}


@pytest.mark.parametrize("text", ["p p > z", "p p > a z", "p p > t t~"])
def test_alpha_is_refused_where_other_couplings_follow_from_it(text: str) -> None:
    settings = {"pta": 50} if "a" in text.split() else {}
    with pytest.raises(ProcessError, match="acts on photons alone"):
        Process(text, settings=settings, parameters={"aewm1": 130}).to_pythia()
