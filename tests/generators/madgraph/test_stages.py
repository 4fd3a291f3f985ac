from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from hml_jupyter import progress
from hml_jupyter.errors import ArgumentError, GeneratorError, MissingProgramError, ProcessError, ZeroCrossSectionError
from hml_jupyter.generators.madgraph import Job, make_events, script
from hml_jupyter.generators.madgraph.seeds import seeds
from hml_jupyter.lhe import read_lhe_head, sum_lhe
from hml_jupyter.process import Process

TT = Process("p p > t t~", settings={"pt_min_pdg": {6: 100}})
DECAYED = Process("p p > t t~", decays=["t > w+ b", "t~ > w- b~"])


def plan(monkeypatch: pytest.MonkeyPatch, **what: Any) -> None:
    monkeypatch.setenv("FAKE_MADGRAPH", json.dumps(what))


def calls(folder: Path) -> list[str]:
    """Return the scripts that were run, of work that is not finished."""
    return (folder / "mg5" / "calls.txt").read_text().split()


@pytest.mark.usefixtures("fake")
def test_make_events(tmp_path: Path) -> None:
    made = make_events(tmp_path, Job(TT, 30, 42))
    assert (made.lhe, made.n_events, made.version, made.results) == ("events.lhe.gz", 30, "3.5.7", [])
    head = read_lhe_head(tmp_path / made.lhe)
    assert (made.cross_section, made.error) == (head.cross_section, head.error)
    assert made.sum_of_weights == pytest.approx(30 * made.cross_section)
    assert made.sha256 == sum_lhe(tmp_path / made.lhe).sha256
    kept = sorted(f.relative_to(tmp_path).as_posix() for f in tmp_path.rglob("*") if f.is_file())
    assert kept == [
        "cards/param_card.dat",
        "cards/proc_card_mg5.dat",
        "cards/run_01_banner.txt",
        "cards/run_card.dat",
        "diagrams/P1_gg_ttx_matrix1.ps",
        "events.lhe.gz",
        "madgraph.json",
        "madgraph.log",
    ]
    assert "42 = iseed" in (tmp_path / "cards/run_card.dat").read_text()
    assert "--- launch run_01\n" in (tmp_path / "madgraph.log").read_text()


@pytest.mark.usefixtures("fake")
def test_make_events_with_spaces_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "temporary files"
    (folder / "run").mkdir(parents=True)
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    monkeypatch.setattr("hml_jupyter.generators.madgraph.program._SCRATCH", (tmp_path,))
    made = make_events(folder / "run", Job(TT, 5, 42))
    assert made.n_events == 5
    assert [f.name for f in folder.iterdir()] == ["run"]


@pytest.mark.usefixtures("fake")
def test_make_events_again_asks_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_events(tmp_path, Job(TT, 10, 42))
    monkeypatch.setenv("MG5_DIR", "/nowhere")
    assert make_events(tmp_path, Job(TT, 10, 42)) == made


@pytest.mark.usefixtures("fake")
def test_make_events_reproducible(tmp_path: Path) -> None:
    first, again, other = (make_events(_folder(tmp_path / str(i)), Job(TT, 10, s)) for i, s in enumerate((42, 42, 43)))
    assert first.sha256 == again.sha256 != other.sha256


@pytest.mark.usefixtures("fake")
def test_make_events_decayed(tmp_path: Path) -> None:
    made = make_events(tmp_path, Job(DECAYED, 10, 42, spin_mode="onshell"))
    assert 95 < made.cross_section < 105
    card = (tmp_path / "cards/madspin_card.dat").read_text()
    assert card == script.madspin_card(DECAYED, seeds(42), "onshell")


@pytest.mark.usefixtures("fake")
def test_make_events_multi_run(tmp_path: Path) -> None:
    made = make_events(tmp_path, Job(TT, 20, 42, multi_run=3))
    assert made.n_events == 20
    banners = sorted((tmp_path / "cards").glob("run_01_?_banner.txt"))
    numbers = [line for b in banners for line in b.read_text().splitlines() if "nevents" in line or "iseed" in line]
    assert [int(line.split()[0]) for line in numbers[::2]] == [7, 7, 6]
    assert [int(line.split()[0]) for line in numbers[1::2]] == [seeds(42, i).madevent for i in range(3)]
    with gzip.open(tmp_path / "events.lhe.gz", "rt") as events:
        weights = [float(line.split()[2]) for line in events if line.startswith(" 4 1 ")]
    assert made.cross_section == pytest.approx(sum(weights) / 20)


@pytest.mark.usefixtures("fake")
def test_make_events_own_cards(tmp_path: Path) -> None:
    run_card = "  7 = nevents\n  9 = iseed\n  6500.0 = ebeam1\n  11.5 = ptl\n"
    param_card = "Block mass\n  6 171.0 # MT\n"
    madspin_card = "set seed 5\ndecay t > w+ b\n"
    own = {"run": run_card, "param": param_card, "madspin": madspin_card}
    make_events(tmp_path, Job(TT, 10, 42, spin_mode="card", cards=own))
    banner = (tmp_path / "madgraph.log").read_text()
    assert "set run_card nevents 10" in banner
    assert (tmp_path / "cards/param_card.dat").read_text() == param_card
    assert (tmp_path / "cards/madspin_card.dat").read_text().splitlines() == [
        f"set seed {seeds(42).madspin}",
        "decay t > w+ b",
        "launch",
    ]
    with pytest.raises(ArgumentError, match="ebeam1 = 6500 GeV, the process 7000 GeV"):
        make_events(_folder(tmp_path / "x"), Job(Process("p p > t t~", ecm=14_000), 10, 42, cards=own))


def test_make_events_own_shower(tmp_path: Path, fake: Path) -> None:
    with pytest.raises(MissingProgramError, match="shower='mg5' is not available"):
        make_events(_folder(tmp_path / "x"), Job(TT, 10, 42, shower="mg5"))
    for file in ("HEPTools/pythia8/bin/pythia8-config", "HEPTools/MG5aMC_PY8_interface/MG5aMC_PY8_interface"):
        (fake / file).parent.mkdir(parents=True)
        (fake / file).touch()
    made = make_events(tmp_path, Job(TT, 10, 42, shower="mg5"))
    assert made.results == ["run_01_tag_1_pythia8_events.hepmc.gz"]
    card = (tmp_path / "cards/pythia8_card.dat").read_text().splitlines()
    assert card[-2:] == ["Random:setSeed = on", f"Random:seed = {seeds(42).pythia}"]
    assert (tmp_path / made.results[0]).is_file()


@pytest.mark.usefixtures("fake")
def test_make_events_interrupted_resumes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job(TT, 20, 42, multi_run=2)
    plan(monkeypatch, hang="run_01_1")

    def interrupt(report: progress.Report) -> None:
        if "refine run_01_1" in report.text:
            raise KeyboardInterrupt

    with progress.listening(interrupt), pytest.raises(KeyboardInterrupt):
        make_events(tmp_path, job)
    output = tmp_path / "mg5" / "output"
    assert [f.name for f in (output / "Events").iterdir()] == ["run_01_0"]
    assert not (output / "RunWeb").exists()
    assert calls(tmp_path) == ["output", "launch_run_01_0", "launch_run_01_1"]
    plan(monkeypatch)
    heard: list[progress.Report] = []
    with progress.listening(heard.append):
        resumed = make_events(tmp_path, job)
    assert heard[0].fraction is not None
    assert heard[0].fraction > 0.5
    assert resumed.sha256 == make_events(_folder(tmp_path / "x"), job).sha256
    log = (tmp_path / "madgraph.log").read_text()
    assert [line for line in log.splitlines() if line.startswith("--- ")] == [
        "--- output",
        "--- launch run_01_0",
        "--- launch run_01_1",
        "--- launch run_01_1",
    ]


def test_make_events_another_version_begins_anew(tmp_path: Path, fake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan(monkeypatch, zero=True)
    with pytest.raises(ZeroCrossSectionError, match="Loosen the cuts"):
        make_events(tmp_path, Job(TT, 10, 42))
    assert calls(tmp_path) == ["output", "launch_run_01"]
    with pytest.raises(ZeroCrossSectionError):
        make_events(tmp_path, Job(TT, 10, 42))
    assert calls(tmp_path) == ["output", "launch_run_01", "launch_run_01"]
    (fake / "VERSION").write_text("version = 3.6.0\n")
    with pytest.raises(ZeroCrossSectionError):
        make_events(tmp_path, Job(TT, 10, 42))
    assert calls(tmp_path) == ["output", "launch_run_01"]


@pytest.mark.usefixtures("fake")
def test_make_events_failures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan(monkeypatch, other_sigma=True)
    with pytest.raises(GeneratorError, match=r"and the log 400.1 pb: they do not belong together"):
        make_events(_folder(tmp_path / "a"), Job(TT, 10, 42))
    plan(monkeypatch)
    with pytest.raises(ArgumentError, match="MadGraph does not know 'nonsense 3'"):
        make_events(_folder(tmp_path / "b"), Job(_other(parameters={"nonsense": 3}), 10, 42))
    assert not list((tmp_path / "b/mg5/output/Events").iterdir())
    with pytest.raises(ProcessError, match="no particle 'foo'"):
        make_events(_folder(tmp_path / "c"), Job(_other(line="p p > foo"), 10, 42))
    assert (tmp_path / "c" / "madgraph.log").is_file()


@pytest.mark.usefixtures("fake")
def test_make_events_compiles_again_on_one_core(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MadGraph's makefiles on several cores may write into one library at a time."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    plan(monkeypatch, race=True)
    make_events(tmp_path, Job(TT, 10, 42))
    log = (tmp_path / "madgraph.log").read_text().splitlines()
    assert [line for line in log if line.startswith("set nb_core")] == [
        "set nb_core 2",
        "set nb_core 2",
        "set nb_core 1",
    ]


@pytest.mark.usefixtures("fake")
def test_make_events_where_make_would_break(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "my study; 'x'")
    made = make_events(folder, Job(TT, 10, 42))
    assert made.sha256 == make_events(_folder(tmp_path / "x"), Job(TT, 10, 42)).sha256
    assert not (folder / "mg5").exists()


def _folder(place: Path) -> Path:
    place.mkdir()
    return place


def _other(**changed: Any) -> Any:
    """Return a process that ours would refuse, for what only MadGraph sees."""

    class Other:
        process = "x"
        label, ecm, energies, decays, model = "x", 13_000, (6500.0, 6500.0), (), "sm"

        def __init__(self) -> None:
            self.settings: dict[str, Any] = {}
            self.parameters: dict[str, Any] = changed.get("parameters", {})

        def to_madgraph(self) -> tuple[str, ...]:
            return ("import model sm", f"generate {changed.get('line', 'p p > t t~')}")

    return Other()
