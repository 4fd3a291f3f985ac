"""MLM matching of events of MadGraph5_aMC@NLO 3.5.7: p p > z with up to one and up to two jets, xqcut 15 GeV."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import fake_madgraph
import lhe_text
import numpy as np
import pytest

from hml_jupyter import chunks, executors, runs
from hml_jupyter.errors import ArgumentError, GeneratorError, ProcessError
from hml_jupyter.generators.matching import VERSION, Matching
from hml_jupyter.lhe import read_lhe_head
from hml_jupyter.process import Process
from hml_jupyter.runs.merging import matching_of

SAMPLE = Path(__file__).parent / "golden" / "z_jets_matched.lhe.gz"
#: Two jets, and b quarks as partons and jets (sm-no_b_mass).
TWO_JETS = Path(__file__).parent / "golden" / "z_2jets_5flavours_matched.lhe.gz"
LINES = ["p p > z", "p p > z j"]


@pytest.fixture
def file(study: Path) -> Iterator[str]:
    """The sample in the working folder; chunks are made here."""
    shutil.copyfile(SAMPLE, "z.lhe.gz")
    with ThreadPoolExecutor(1) as here:
        executors.set_executor(here)
        yield "z.lhe.gz"
    executors.set_executor(None)


def test_the_header_says_how() -> None:
    head = read_lhe_head(SAMPLE)
    assert matching_of(SAMPLE, head) == Matching(22.5, 1, 4, 1.0)
    assert matching_of(SAMPLE, head, 30) == Matching(30.0, 1, 4, 1.0)
    with pytest.raises(ArgumentError, match=r"q_cut must be at least 22.5; got 20"):
        matching_of(SAMPLE, head, 20)


def test_matched_events_and_their_cross_section(file: str, capfd: pytest.CaptureFixture[str]) -> None:
    run = runs.shower(file, seed=1, detector=None)
    said = capfd.readouterr().out
    head = read_lhe_head(SAMPLE)
    # about a third of the events has a jet that the other multiplicity makes as well
    assert 25 < run.n_events < 55
    assert said == f"matching at 22.5 GeV keeps {run.n_events} of 60 events\n"
    share = run.n_events / 60
    assert run.cross_section == pytest.approx(head.cross_section * share)
    assert run.error == pytest.approx(run.cross_section * ((1 - share) / run.n_events) ** 0.5, rel=0.01)
    assert len(run.events()) == run.n_events
    # MG5 3.5.7's leading order of p p > z alone is 42 130 pb
    assert run.cross_section == pytest.approx(42_130, abs=3 * run.error)


def test_two_jets_of_five_flavours(file: str) -> None:
    head = read_lhe_head(TWO_JETS)
    assert matching_of(TWO_JETS, head) == Matching(22.5, 2, 5, 1.0)
    # MG5 3.5.7's leading order of p p > z alone with five flavours is 43 440 pb
    for q_cut in (22.5, 40.0):
        run = runs.shower(TWO_JETS, seed=1, detector=None, q_cut=q_cut)
        assert run.cross_section == pytest.approx(43_440, abs=3 * run.error)
        assert 0.05 < run.error / run.cross_section < 0.1


def test_matching_does_not_depend_on_chunks_that_keep_nothing(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_EVENTS", 1)
    run = runs.shower(file, seed=1, detector="cms", events=12)
    assert 0 < run.n_events < 12
    assert len(run.events(["Jet.PT"])) == run.n_events


def test_matching_that_keeps_nothing_is_told(file: str) -> None:
    head, events = lhe_text.parts(SAMPLE)
    with_jet = [event for event in events if lhe_text.n_partons(event) == 1][:5]
    with pytest.raises(GeneratorError, match="matching keeps none of 5 events"):
        runs.shower(lhe_text.write("jets.lhe", head, with_jet), seed=1, detector=None, q_cut=1000.0)


def test_matching_stands_in_the_log_and_the_recipe(file: str) -> None:
    run = runs.shower(file, seed=1, detector=None, events=5, q_cut=25, path="z")
    assert {f"  {line}" for line in Matching(25.0, 1, 4, 1.0).lines} <= set(run.log.splitlines())
    arguments = run.record["recipe"]["arguments"]
    assert (arguments["q_cut"], arguments["matching"]) == (25.0, VERSION)


def test_jets_that_no_emission_made_are_left_alone(file: str) -> None:
    """MadGraph gives the light quark of single top the scale of the collision."""
    head, events = lhe_text.parts(SAMPLE)
    with_jet = [event for event in events if lhe_text.n_partons(event) == 1]
    kept = [
        runs.shower(lhe_text.write(name, head, changed), seed=1, detector=None).n_events
        for name, changed in (("as.lhe", with_jet), ("scaled.lhe", [lhe_text.scaled(e, 13_000) for e in with_jet]))
    ]
    assert kept[0] < kept[1] == len(with_jet)


def test_jets_beside_decayed_particles_keep_their_scale(file: str) -> None:
    """MadSpin counts the particles that have scales in its own way."""
    head, events = lhe_text.parts(SAMPLE)
    with_jet = [event for event in events if lhe_text.n_partons(event) == 1]
    kept = [
        runs.shower(lhe_text.write(name, head, changed), seed=1, detector=None).n_events
        for name, changed in (("as.lhe", with_jet), ("decayed.lhe", [lhe_text.decayed(e) for e in with_jet]))
    ]
    assert kept[1] == pytest.approx(kept[0], abs=4)
    assert kept[1] < len(with_jet)


def test_share_that_passes_is_of_weights(file: str) -> None:
    head, events = lhe_text.parts(SAMPLE)
    light = [lhe_text.weighted(e, 0.1) if lhe_text.n_partons(e) else e for e in events]
    run = runs.shower(lhe_text.write("light.lhe", head, light), seed=1, detector=None)
    kept = np.asarray(run.events(["Event.Weight"]).Event.Weight[:, 0])
    tried = [float(event.split("\n")[1].split()[2]) for event in light]
    share = kept.sum() / sum(tried)
    sigma = read_lhe_head(SAMPLE).cross_section
    assert run.cross_section == pytest.approx(sigma * share, rel=1e-5)
    assert abs(share - len(kept) / 60) > 0.03
    passed = np.array([0.1] * int(np.sum(kept < 0.5 * kept.max())) + [1.0] * int(np.sum(kept > 0.5 * kept.max())))
    all2 = sum((w / max(tried)) ** 2 for w in tried)
    error2 = (passed**2).sum() * (1 - share) ** 2 + (all2 - (passed**2).sum()) * share**2
    assert run.error == pytest.approx(run.cross_section * error2**0.5 / passed.sum(), rel=0.01)


def test_negative_weights_cancel(file: str) -> None:
    head, events = lhe_text.parts(SAMPLE)
    signs = [lhe_text.weighted(event, -1.0 if index % 10 == 0 else 1.0) for index, event in enumerate(events)]
    run = runs.shower(lhe_text.write("signs.lhe", head, signs), seed=1, detector=None)
    kept = np.asarray(run.events(["Event.Weight"]).Event.Weight[:, 0])
    share = np.sign(kept).sum() / (60 - 12)
    assert run.cross_section == pytest.approx(read_lhe_head(SAMPLE).cross_section * share, rel=1e-5)


@pytest.mark.parametrize("size", [60, 1])
def test_events_that_cannot_be_showered_are_not_vetoed(file: str, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    head, events = lhe_text.parts(SAMPLE)
    half = [lhe_text.broken(event) if index % 2 else event for index, event in enumerate(events)]
    failed = sum(a != b for a, b in zip(half, events, strict=True))
    monkeypatch.setattr(chunks, "CHUNK_EVENTS", size)
    with pytest.raises(GeneratorError, match=rf"stopped after \d+ of {size} events of the LHE file"):
        runs.shower(lhe_text.write("half.lhe", head, half), seed=1, detector=None)
    assert failed > 10


def test_single_events_that_cannot_be_showered_are_taken_out(file: str, capfd: pytest.CaptureFixture[str]) -> None:
    head, events = lhe_text.parts(SAMPLE)
    first = next(index for index, event in enumerate(events) if lhe_text.broken(event) != event)
    events[first] = lhe_text.broken(events[first])
    run = runs.shower(lhe_text.write("one.lhe", head, events), seed=1, detector=None)
    assert (
        capfd.readouterr().out == f"matching at 22.5 GeV keeps {run.n_events} of 60 events; 1 could not be showered\n"
    )
    assert run.cross_section == pytest.approx(read_lhe_head(SAMPLE).cross_section * run.n_events / 59)
    assert "; 1 could not be showered" in run.log


def test_two_threads_take_turns(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a process of its own: it is the first events there that two threads could wait for each other at."""
    shutil.copyfile(SAMPLE, "z.lhe.gz")
    code = """
import faulthandler, os
from concurrent.futures import ThreadPoolExecutor
faulthandler.dump_traceback_later(120, exit=True)
from hml_jupyter import chunks, executors, runs
chunks.CHUNK_EVENTS = 15
terminal, free = os.fstat(1), os.dup(1)
with ThreadPoolExecutor(2) as two:
    executors.set_executor(two)
    run = runs.shower("z.lhe.gz", seed=1, detector=None, events=45)
assert (os.fstat(1).st_dev, os.fstat(1).st_ino) == (terminal.st_dev, terminal.st_ino)
assert os.dup(1) == free + 1
print(run.n_events)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first, last = done.stdout.splitlines()
    assert first == f"matching at 22.5 GeV keeps {last} of 45 events"
    monkeypatch.setattr(chunks, "CHUNK_EVENTS", 15)
    with ThreadPoolExecutor(1) as here:
        executors.set_executor(here)
        assert runs.shower("z.lhe.gz", seed=1, detector=None, events=45).n_events == int(last)
    executors.set_executor(None)


def test_q_cut_is_for_matched_samples(study: Path) -> None:
    fake_madgraph.write_lhe(study / "made", 3, 1, "generate p p > t t~", {})
    with pytest.raises(ArgumentError, match="was not made for matching"):
        runs.shower("made/unweighted_events.lhe.gz", seed=1, q_cut=20)


@pytest.mark.parametrize(
    ("process", "options", "message"),
    [
        (["p p > z", "p p > z j", "p p > w+"], {"ickkw": 1, "xqcut": 20}, "cannot be matched as one sample"),
        (LINES, {}, "differ by jets only.*'ickkw': 1"),
        (LINES, {"ickkw": 1}, "needs their scale"),
        ("p p > z j", {"ktdurham": 30}, "ktdurham > 0 asks for CKKW-L merging"),
    ],
)
def test_what_generate_refuses(process: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises((ArgumentError, ProcessError), match=message):
        runs.check_generate(Process(process, settings={"ptj": 20, **options}), 10, "madgraph5")


def test_generate_takes_what_can_be_matched() -> None:
    process = Process(LINES, settings={"ickkw": 1, "xqcut": 20})
    assert runs.check_generate(process, 10, "madgraph5").shower == "pythia8"
    assert runs.check_generate(process, 10, "madgraph5", shower=None, detector=None).shower is None


OWN_CARD = """  10000 = nevents
  0 = iseed
  6500.0 = ebeam1
  6500.0 = ebeam2
  1 = ickkw
  2.0d1 = xqcut
  20.0 = ptj
"""


@pytest.mark.usefixtures("fake")
def test_an_own_card_that_matches_stays_in_force(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("run.dat").write_text(OWN_CARD)
    process = Process(LINES, settings={"ptj1min": 5, "ptj": 5})
    options: dict[str, Any] = {"events": 5, "seed": 1, "generator": "madgraph5", "cards": ["run.dat"], "path": "z"}
    # the stand-in makes tops without jets, of which all pass
    run = runs.generate(process, detector=None, **options)
    assert run.lhe is not None
    assert matching_of(run.lhe, read_lhe_head(run.lhe), process=process) == Matching(30.0, 1, 4, 1.0)
    assert "matching at 30 GeV keeps" in capsys.readouterr().out
    assert run.record["recipe"]["arguments"]["matching"] == VERSION


@pytest.mark.usefixtures("fake")
def test_no_cut_on_jets_is_offered_where_they_are_matched(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("run.dat").write_text(OWN_CARD)
    process = Process(["p p > t t~ a", "p p > t t~ a j"], settings={"xqcut": 20, "pta": 10})
    runs.generate(process, events=3, seed=1, generator="madgraph5", cards=["run.dat"], shower=None, detector=None)
    assert "by default" not in capsys.readouterr().out
