from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import awkward as ak
import pytest

from hml_jupyter import chunks, executors, progress, runs
from hml_jupyter.errors import ArgumentError, DamagedError, PathError, ProcessError, UnknownNameError
from hml_jupyter.process import Process

ZZ = Process("p p > z z", decays=["z > j j", "z > vl vl~"], name="zz", settings={"pt_min_pdg": {23: 200}})


@pytest.fixture
def one_thread() -> Iterator[Executor]:
    """Generation in this process, which has imported everything."""
    with ThreadPoolExecutor(1) as executor:
        executors.set_executor(executor)
        yield executor
    executors.set_executor(None)


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_EVENTS", 4)


@pytest.mark.usefixtures("one_thread")
def test_generate_and_load(study: Path) -> None:
    run = runs.generate(ZZ, events=6, seed=1, path="study/runs/zz")
    assert (run.n_events, run.sum_of_weights, run.seed, run.generator, run.detector) == (6, 6.0, 1, "pythia8", "cms")
    assert run.cross_section == pytest.approx(0.0325, rel=0.5)
    assert 0 < run.error < run.cross_section
    assert run.process == ZZ
    assert len(run.events()) == 6
    assert ak.fields(run.events(["Jet.PT"])) == ["Jet"]
    assert "chunk 1: 2 events" in run.log
    assert "PhaseSpace:pTHatMin = 200.0" in run.log
    assert "pythia8mc" in run.versions
    assert sorted(f.name for f in run.folder.iterdir()) == ["events.parquet", "log.txt", "result.json"]
    again = runs.Run.load("study/runs/zz")
    assert again.fingerprint == run.fingerprint
    assert again.events().Jet.PT.tolist() == run.events().Jet.PT.tolist()
    assert str(run) == str(again)


@pytest.mark.usefixtures("one_thread")
def test_generate_the_same_call_loads(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[progress.Report] = []
    first = runs.generate(ZZ, events=2, seed=1, path="zz")
    monkeypatch.setattr(chunks, "write_run", None)
    with progress.listening(heard.append):
        second = runs.generate(ZZ, events=2, seed=1, path="zz")
    assert first.fingerprint == second.fingerprint
    assert [r.text for r in heard if r.is_notice] == ["zz: loaded, its recipe has not changed"]


def test_generate_does_not_depend_on_workers(study: Path) -> None:
    two = runs.generate(ZZ, events=10, seed=3)
    with ThreadPoolExecutor(1) as executor:
        executors.set_executor(executor)
        one = runs.generate(ZZ, events=10, seed=3)
    executors.set_executor(None)
    assert one.fingerprint == two.fingerprint
    assert (one.cross_section, one.error, one.log) == (two.cross_section, two.error, two.log)
    assert one.events().tolist() == two.events().tolist()


@pytest.mark.usefixtures("one_thread")
def test_generate_seeds_matter_and_less_is_a_beginning(study: Path) -> None:
    long, short, other = (runs.generate(ZZ, events=n, seed=s) for n, s in ((8, 1), (4, 1), (4, 2)))
    assert long.events()[:4].tolist() == short.events().tolist()
    assert short.events().MissingET.MET.tolist() != other.events().MissingET.MET.tolist()


def test_generate_interrupted_keeps_chunks_and_ends_workers(study: Path) -> None:
    def interrupt(report: progress.Report) -> None:
        if report.data.get("done", 0) >= 4:
            raise KeyboardInterrupt

    heard: list[Any] = []
    with progress.listening(interrupt), pytest.raises(KeyboardInterrupt):
        runs.generate(ZZ, events=12, seed=1, path="study/runs/zz")
    assert multiprocessing.active_children() == []
    assert not (study / "study/runs/zz").exists()
    with progress.listening(lambda r: heard.append(r.data["done"])), ThreadPoolExecutor(1) as executor:
        executors.set_executor(executor)
        resumed = runs.generate(ZZ, events=12, seed=1, path="study/runs/zz")
        whole = runs.generate(ZZ, events=12, seed=1)
    executors.set_executor(None)
    assert heard[0] == 4
    assert resumed.fingerprint == whole.fingerprint


@pytest.mark.usefixtures("one_thread")
def test_generate_damaged(study: Path) -> None:
    run = runs.generate(ZZ, events=2, seed=1, path="zz")
    file = run.folder / "events.parquet"
    file.write_bytes(file.read_bytes()[:-7])
    with pytest.raises(DamagedError, match=r"zz/events.parquet is not what was saved"):
        runs.Run.load("zz")


@pytest.mark.parametrize("number", [0, -5, 2.5, "10", True, None])
def test_generate_event_numbers(number: Any) -> None:
    with pytest.raises(ArgumentError, match="events must be a whole number of at least 1"):
        runs.generate(ZZ, events=number, seed=1)


@pytest.mark.parametrize("seed", [-1, 0.5, None])
def test_generate_seed(seed: Any) -> None:
    with pytest.raises(ArgumentError, match="seed must be a whole number of at least 0"):
        runs.generate(ZZ, events=1, seed=seed)


def test_generate_names() -> None:
    with pytest.raises(UnknownNameError, match="unknown generator 'pythia'; near names: pythia8"):
        runs.generate(ZZ, seed=1, generator="pythia")
    with pytest.raises(UnknownNameError, match="unknown detector 'cmss'; near names: cms"):
        runs.generate(ZZ, seed=1, detector="cmss")
    with pytest.raises(ProcessError, match="does not make"):
        runs.generate("p p > h z", seed=1)
    with pytest.raises(ArgumentError, match="belong to the Process"):
        runs.generate(ZZ, seed=1, settings={"ptj": 20})


@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"detector": ["cms"]}, "unknown detector"),
        ({"n_events": 10}, "unknown option of generate 'n_events'; near names: events"),
        ({"path": 3}, "path=3 must be a text"),
        ({"events": "10"}, "events must be a whole number of at least 1, not '10'"),
    ],
)
def test_generate_bad_input(study: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises((ArgumentError, UnknownNameError, PathError), match=message):
        runs.generate("p p > z z", **{"seed": 1, **options})
    assert not any(study.iterdir())


def test_generate_positional() -> None:
    with pytest.raises(ArgumentError, match=r"takes 1 argument without a name: generate\(process, .*events=..., seed="):
        runs.generate("p p > z z", 100, seed=1)  # type: ignore[call-arg, misc]
    with pytest.raises(ProcessError, match="a process is missing"):
        runs.generate("", seed=1)


@pytest.mark.parametrize("given", [None, 3, "zz", ["zz"]])
def test_summary_of_what_is_no_run(given: Any) -> None:
    with pytest.raises(ArgumentError, match=r"a list of runs, hml.summary\(\[zz, qcd\]\); .* is none"):
        runs.summary(given)


def test_generate_text_and_summary(study: Path) -> None:
    run = runs.generate("p p > j j", settings={"ptj": 200}, events=2, seed=1, detector=None)
    row = runs.summary([run]).rows[0]
    assert (row.name, row.n_events, row.generator) == ("p p > j j", 2, "pythia8")
    assert row.cross_section == run.cross_section
    with pytest.raises(ArgumentError, match="list of runs"):
        runs.summary(["zz"])
