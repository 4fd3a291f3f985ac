"""MLM matching of events of MadGraph5_aMC@NLO 3.5.7: p p > z and p p > z j with xqcut 15 GeV."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import fake_madgraph
import pytest

from hml_jupyter import chunks, executors, runs
from hml_jupyter.errors import ArgumentError, GeneratorError, ProcessError
from hml_jupyter.generators.matching import Matching
from hml_jupyter.lhe import read_lhe_head
from hml_jupyter.process import Process
from hml_jupyter.runs.showering import matching_of

SAMPLE = Path(__file__).parent / "golden" / "z_jets_matched.lhe.gz"
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
    assert matching_of(head, "z") == Matching(22.5, 1, 4, 1.0)
    assert matching_of(head, "z", 30) == Matching(30.0, 1, 4, 1.0)
    with pytest.raises(ArgumentError, match=r"q_cut must be at least 22.5; got 20"):
        matching_of(head, "z", 20)


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


def test_matching_does_not_depend_on_chunks_that_keep_nothing(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_EVENTS", 1)
    run = runs.shower(file, seed=1, detector="cms", events=12)
    assert 0 < run.n_events < 12
    assert len(run.events(["Jet.PT"])) == run.n_events


def test_matching_that_keeps_nothing_is_told(file: str) -> None:
    # every event has a jet above 10 MeV that its hard process has not
    nothing = Matching(0.01, 5, 4, 1.0)
    sample = [gzip.decompress(SAMPLE.read_bytes())]
    with pytest.raises(GeneratorError, match="matching keeps none of 60 events"):
        chunks.write_showered(Path(), None, lambda *_: sample, 60, 1, "lhe", None, (1.0, 0.1), nothing)


@pytest.mark.parametrize(
    ("card", "message"),
    [
        ({"ktdurham": "30"}, "made for CKKW-L merging"),
        ({"ickkw": "1"}, "does not tell xqcut"),
        ({"ickkw": "1", "xqcut": "abc"}, "does not tell xqcut"),
    ],
)
def test_files_that_cannot_be_matched(study: Path, card: dict[str, str], message: str) -> None:
    fake_madgraph.write_lhe(study / "made", 3, 1, "generate p p > z\nadd process p p > z j", card)
    with pytest.raises(ProcessError, match=message):
        runs.shower("made/unweighted_events.lhe.gz", seed=1)


def test_q_cut_is_for_matched_samples(study: Path) -> None:
    fake_madgraph.write_lhe(study / "made", 3, 1, "generate p p > t t~", {})
    with pytest.raises(ArgumentError, match="was not made for matching"):
        runs.shower("made/unweighted_events.lhe.gz", seed=1, q_cut=20)


@pytest.mark.parametrize(
    ("process", "options", "message"),
    [
        (LINES, {}, "differ by jets only.*'ickkw': 1"),
        (LINES, {"ickkw": 1}, "needs their scale"),
        ("p p > z j", {"ktdurham": 30}, "ktdurham > 0 asks for CKKW-L merging"),
    ],
)
def test_what_generate_refuses(process: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        runs.check_generate(Process(process, settings={"ptj": 20, **options}), 10, "madgraph5")


def test_generate_takes_what_can_be_matched() -> None:
    process = Process(LINES, settings={"ickkw": 1, "xqcut": 20})
    assert runs.check_generate(process, 10, "madgraph5").shower == "pythia8"
    assert runs.check_generate(process, 10, "madgraph5", shower=None, detector=None).shower is None
