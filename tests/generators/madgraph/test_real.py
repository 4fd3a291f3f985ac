"""The driver against the real MadGraph5_aMC@NLO, wherever it is; it takes minutes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import awkward as ak
import pytest

from hml_jupyter import progress
from hml_jupyter.errors import ArgumentError, MissingProgramError, ProcessError, ZeroCrossSectionError
from hml_jupyter.generators.madgraph import Job, diagrams, make_events
from hml_jupyter.generators.madgraph.program import find_program
from hml_jupyter.lhe import read_lhe
from hml_jupyter.process import Process
from hml_jupyter.runs import Run, generate

pytestmark = pytest.mark.madgraph

TT = Process("p p > t t~")
ZZ = Process("p p > z z", decays=["z > j j", "z > vl vl~"], settings={"pt_min_pdg": {23: 200}})
MUONS = Process("e+ e- > mu+ mu-", ecm=250)


@pytest.fixture(autouse=True)
def _installation_is_not_touched() -> object:
    folder = find_program().root / "input"
    before = {f.name: f.read_bytes() for f in folder.iterdir() if f.is_file()}
    yield
    assert {f.name: f.read_bytes() for f in folder.iterdir() if f.is_file()} == before


def sub(place: Path, name: str) -> Path:
    (place / name).mkdir()
    return place / name


def of_this_run(folder: Path) -> list[str]:
    """Return the command lines of processes that work in `folder`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            text = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            where = str((process / "cwd").readlink())
            state = (process / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state != "Z" and int(process.name) != os.getpid() and (str(folder) in text or where.startswith(str(folder))):
            found.append(text)
    return found


def test_top_pairs_twice_and_in_parts(tmp_path: Path) -> None:
    first = make_events(sub(tmp_path, "a"), Job(TT, 200, 42))
    # the reference is a run of 3.5.2 with 100 events, 503.6 +- 2.8 pb
    assert first.cross_section == pytest.approx(503.6, abs=12)
    assert 0 < first.error < 6
    assert first.n_events == 200
    again = make_events(sub(tmp_path, "b"), Job(TT, 200, 42))
    assert again.sha256 == first.sha256
    heard: list[progress.Report] = []
    with progress.listening(heard.append):
        parts = make_events(sub(tmp_path, "c"), Job(TT, 200, 43, multi_run=2))
    assert parts.n_events == 200
    assert parts.cross_section == pytest.approx(503.6, abs=12)
    assert parts.sha256 != first.sha256
    fractions = [r.fraction for r in heard if r.fraction is not None]
    assert fractions == sorted(fractions)
    assert any("survey run_01_1" in r.text for r in heard)
    assert len(diagrams.draw(tmp_path / "a" / "diagrams", "tt")) >= 2
    events = read_lhe(tmp_path / "c" / parts.lhe)
    first_half, second_half = events.Particle.PT[:100, 2].tolist(), events.Particle.PT[100:, 2].tolist()
    assert not set(first_half) & set(second_half)


def test_both_z_decay_by_their_own_chain(tmp_path: Path) -> None:
    made = make_events(sub(tmp_path, "a"), Job(ZZ, 300, 42, spin_mode="madspin"))
    # 0.143 to 0.147 pb before the decay, times 2 x 0.2211 / 2
    assert made.cross_section == pytest.approx(0.0318, abs=0.002)
    particles = read_lhe(tmp_path / "a" / made.lhe).Particle
    final = abs(particles.PID[particles.Status == 1])
    assert ak.all(ak.sum(final < 6, axis=1) == 2)
    assert ak.all(ak.sum((final == 12) | (final == 14) | (final == 16), axis=1) == 2)
    # MadSpin gives each Z a mass of its own and keeps the energy, so the cut at 200 GeV is not sharp any more
    assert ak.all(particles.PT[particles.PID == 23] > 190)
    other = make_events(sub(tmp_path, "b"), Job(ZZ, 300, 42, spin_mode="none"))
    assert other.cross_section == pytest.approx(made.cross_section, rel=0.05)
    assert other.sha256 != made.sha256


def test_interrupt_leaves_nothing_and_the_next_call_goes_on(tmp_path: Path) -> None:
    job = Job(ZZ, 100, 7, spin_mode="madspin")
    folder = sub(tmp_path, "a")
    output = folder / "mg5" / "output"
    for stage in ("compiling", "survey", "decaying: largest weight"):

        def interrupt(report: progress.Report, stage: str = stage) -> None:
            if report.data.get("stage") == stage:
                raise KeyboardInterrupt

        with progress.listening(interrupt), pytest.raises(KeyboardInterrupt):
            make_events(folder, job)
        assert of_this_run(folder) == []
        assert not (output / "RunWeb").exists()
        left = sorted(f.name for f in (output / "Events").iterdir() if f.is_dir())
        assert left == (["run_01"] if stage.startswith("decaying") else [])
    resumed = make_events(folder, job)
    started = [line for line in (folder / "madgraph.log").read_text().splitlines() if line.startswith("--- ")]
    assert started == [
        "--- output",
        "--- launch run_01",
        "--- launch run_01",
        "--- launch run_01",
        "--- decay run_01",
        "--- decay run_01",
    ]
    assert resumed.sha256 == make_events(sub(tmp_path, "b"), job).sha256


def test_killed_kernel_leaves_nothing(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from hml_jupyter import progress\n"
        "from hml_jupyter.generators.madgraph import Job, make_events; from hml_jupyter.process import Process\n"
        "with progress.listening(lambda r: print(r.data['stage'], flush=True)):\n"
        "    make_events(Path(sys.argv[1]), Job(Process('p p > t t~'), 100, 1))\n"
    )
    kernel = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert kernel.stdout is not None
    with kernel.stdout:
        while "compiling" not in kernel.stdout.readline():
            assert kernel.poll() is None
        assert of_this_run(tmp_path)
        kernel.send_signal(signal.SIGKILL)
        kernel.wait()
    deadline = time.monotonic() + 30
    while of_this_run(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert of_this_run(tmp_path) == []


def test_failures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = Process("p p > z z", settings={"mxx_min_pdg": {23: 12_999}})
    with pytest.raises(ZeroCrossSectionError, match="Loosen the cuts first"):
        make_events(sub(tmp_path, "zero"), Job(nothing, 10, 1))
    with pytest.raises(ProcessError, match="no diagram for this process"):
        make_events(sub(tmp_path, "none"), Job(Process("e+ e- > u c", ecm=250), 10, 1))
    unknown = Process("e+ e- > mu+ mu-", ecm=250)
    object.__setattr__(unknown, "parameters", {"mass 99": 3.0})
    with pytest.raises(ArgumentError, match=r"MadGraph does not know 'mass 99 3\.0'"):
        make_events(sub(tmp_path, "card"), Job(unknown, 10, 1))
    with pytest.raises(MissingProgramError, match="shower='mg5' is not available"):
        make_events(sub(tmp_path, "shower"), Job(TT, 10, 1, shower="mg5"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingProgramError, match="install gfortran"):
        make_events(sub(tmp_path, "fortran"), Job(TT, 10, 1))


def test_generate_and_open_from_outside(study: Path) -> None:
    run = generate(MUONS, events=100, seed=3, generator="madgraph5", shower=None, detector=None, path="study/runs/mumu")
    assert (run.n_events, run.seed, run.generator, run.collider) == (100, 3, "madgraph5", "e+ e- 250 GeV")
    # 4 pi alpha^2 / 3 s alone gives 1.4 pb at 250 GeV; photon and Z, with cuts, 2 pb
    assert run.cross_section == pytest.approx(1.7, abs=0.3)
    assert run.lhe is not None
    assert ak.all(ak.sum(abs(run.events().Particle.PID) == 13, axis=1) == 2)
    again = Run.load("study/runs/mumu")
    assert again.events(["Particle.PT"]).tolist() == run.events(["Particle.PT"]).tolist()
    assert len(again.diagrams()) >= 1
    place = study / "made elsewhere" / "Events" / "run_05"
    place.mkdir(parents=True)
    shutil.copy(run.lhe, place / "unweighted_events.lhe.gz")
    outside = Run.from_madgraph("made elsewhere")
    assert (outside.cross_section, outside.error, outside.seed) == (run.cross_section, run.error, 3)
    assert outside.fingerprint == run.fingerprint


def test_an_own_card_that_matches_stays_in_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    process = Process(["p p > z", "p p > z j"], settings={"xqcut": 15})
    plain = generate(process, events=10, seed=1, generator="madgraph5", shower=None, detector=None, path="plain")
    card = (tmp_path / "plain/cards/run_card.dat").read_text()
    assert " 0 = ickkw" in card.replace("\t", " ")
    (tmp_path / "run.dat").write_text(card.replace("0 = ickkw", "1 = ickkw").replace("0\t= ickkw", "1\t= ickkw"))
    run = generate(process, events=500, seed=1, generator="madgraph5", cards=["run.dat"], detector=None)
    # p p > z alone has 42 130 +- 50 pb
    assert run.cross_section == pytest.approx(42_130, abs=3 * run.error)
    assert run.error < 0.05 * run.cross_section < plain.cross_section


def test_matched_tops_do_not_depend_on_who_decays_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    decays = ["t > w+ b, w+ > j j", "t~ > w- b~, w- > l- vl~"]
    process = Process(["p p > t t~", "p p > t t~ j"], decays=decays, settings={"ickkw": 1, "xqcut": 20})
    for mode in ("madspin", "none"):
        run = generate(process, events=500, seed=1, generator="madgraph5", madspin=mode, detector=None)
        # 503.6 pb of top pairs, times BR(W > u d, c s) BR(W > e nu, mu nu) = 0.674 * 0.2166
        assert run.cross_section == pytest.approx(503.6 * 0.146, rel=0.25)
