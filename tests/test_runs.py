from __future__ import annotations

import gzip
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import awkward as ak
import fake_madgraph
import pytest
import spectra

from hml_jupyter import chunks, executors, progress, runs
from hml_jupyter.errors import (
    ArgumentError,
    DamagedError,
    FileFormatError,
    MissingProgramError,
    PathError,
    ProcessError,
    UnknownNameError,
)
from hml_jupyter.events import read_events
from hml_jupyter.process import Process

TT = Process("p p > t t~", name="tt")
PARTONS: dict[str, Any] = {"generator": "madgraph5", "shower": None, "detector": None}
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
    assert repr(run.log) == str(run.log)
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
    with pytest.raises(ArgumentError, match=r"events must be (an integer )?(at least|from) 1"):
        runs.generate(ZZ, events=number, seed=1)


@pytest.mark.parametrize("seed", [-1, 0.5, None])
def test_generate_seed(seed: Any) -> None:
    with pytest.raises(ArgumentError, match=r"seed must be (an integer )?from 0"):
        runs.generate(ZZ, events=1, seed=seed)


def test_generate_names() -> None:
    with pytest.raises(UnknownNameError, match="unknown generator 'pythia'; near names: pythia8"):
        runs.generate(ZZ, seed=1, generator="pythia")
    with pytest.raises(UnknownNameError, match="unknown detector 'cmss'; near names: cms"):
        runs.generate(ZZ, seed=1, detector="cmss")
    with pytest.raises(ProcessError, match="does not make"):
        runs.generate("p p > t t~ z", seed=1)
    with pytest.raises(ArgumentError, match="belong to the Process"):
        runs.generate(ZZ, seed=1, settings={"ptj": 20})


@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"detector": ["cms"]}, "unknown detector"),
        ({"n_events": 10}, "unknown option of generate 'n_events'; near names: events"),
        ({"path": 3}, "path=3 must be a text"),
        ({"events": "10"}, "events must be an integer from 1 to 1000000000; got '10'"),
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


@pytest.mark.usefixtures("fake")
def test_generate_partons_with_madgraph(study: Path) -> None:
    run = runs.generate(TT, events=20, seed=42, path="study/runs/tt", **PARTONS)
    assert (run.n_events, run.seed, run.generator, run.detector) == (20, 42, "madgraph5", None)
    assert 500 < run.cross_section < 501
    assert run.error == pytest.approx(run.cross_section / 100, rel=1e-5)
    assert run.lhe == run.folder / "events.lhe.gz"
    assert run.collider == "p p 13 TeV"
    assert run.versions["MG5_aMC@NLO"] == "3.5.7"
    assert "--- launch run_01" in run.log
    assert run.process == TT
    assert ak.fields(run.events()) == ["Event", "Particle"]
    assert run.events(["Particle.PT"])["Particle", "PT"][0, 2:].tolist() == pytest.approx([50.0, 50.0])
    with pytest.raises(UnknownNameError, match=r"unknown column 'Particle.Pt'; near names: Particle.PT"):
        run.events(["Particle.Pt"])
    again = runs.Run.load("study/runs/tt")
    assert (again.fingerprint, again.lhe) == (run.fingerprint, run.lhe)
    row = runs.summary([again]).rows[0]
    assert (row.name, row.process, row.generator, row.collider) == ("tt", "p p > t t~", "madgraph5", "p p 13 TeV")


@pytest.mark.usefixtures("fake", "one_thread")
def test_generate_with_madgraph_and_shower(study: Path) -> None:
    run = runs.generate(TT, events=6, seed=42, generator="madgraph5", detector=None, path="study/runs/tt")
    assert (run.n_events, run.sum_of_weights > 0, run.detector) == (6, True, None)
    assert 500 < run.cross_section < 501
    assert run.lhe is not None
    assert "Jet" in run.events().fields
    assert "--- launch run_01" in run.log
    assert "chunk 1: 2 events" in run.log
    assert repr(run.log) == str(run.log)
    assert "chunk-000000-4.json" not in {f.name for f in run.folder.iterdir()}
    again = runs.shower(run, seed=7, detector=None, events=4, path="study/runs/again")
    assert (again.n_events, again.seed, again.cross_section) == (4, 7, run.cross_section)
    assert again.lhe is None
    assert again.process == TT
    assert [i["fingerprint"] for i in again.record["recipe"]["inputs"].values()] == [run.fingerprint]
    assert runs.Run.load("study/runs/again").fingerprint == again.fingerprint


@pytest.mark.usefixtures("fake")
def test_generate_with_madgraph_recipes(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = runs.generate(TT, events=5, seed=42, path="tt", **PARTONS)
    arguments = run.record["recipe"]["arguments"]
    assert set(arguments) == {"process", "events", "seed", "generator", "detector", "shower"}
    monkeypatch.setenv("MG5_DIR", "/nowhere")
    assert runs.generate(TT, events=5, seed=42, path="tt", **PARTONS).fingerprint == run.fingerprint
    with pytest.raises(MissingProgramError, match="MG5_DIR='/nowhere'"):
        runs.generate(TT, events=6, seed=42, path="other", **PARTONS)
    assert not (study / "other").exists()


@pytest.mark.usefixtures("fake", "one_thread")
def test_generate_with_madgraph_interrupted_in_the_shower(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options: dict[str, Any] = {"events": 12, "seed": 42, "generator": "madgraph5", "detector": None, "path": "tt"}

    def interrupt(report: progress.Report) -> None:
        if report.data.get("done", 0) >= 4:
            raise KeyboardInterrupt

    with progress.listening(interrupt), pytest.raises(KeyboardInterrupt):
        runs.generate(TT, **options)
    monkeypatch.setenv("MG5_DIR", "/nowhere")
    resumed = runs.generate(TT, **options)
    assert resumed.n_events == 12


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"generator": "pythia8", "madspin": "onshell"}, "madspin belongs to generator='madgraph5'"),
        ({"generator": "pythia8", "cards": ["x"]}, "cards belongs to generator='madgraph5'"),
        ({"generator": "pythia8", "multi_run": 2}, "multi_run belongs to generator='madgraph5'"),
        ({"generator": "pythia8", "shower": None}, "shower=None belongs to generator='madgraph5'"),
        ({"shower": "pythia"}, "unknown shower 'pythia'; near names: pythia8"),
        ({"shower": None}, "shower=None .* give detector=None too"),
        ({"shower": "mg5"}, "shower='mg5' goes with MadGraph's own detector='delphes' or None"),
        ({"shower": "mg5", "detector": "delfes"}, "unknown detector 'delfes'; near names: delphes"),
        ({"madspin": "onshell"}, "madspin='onshell' has nothing to decay"),
        ({"madspin": "full", "process": ZZ}, "unknown madspin 'full'; known: madspin, onshell, none"),
        ({"multi_run": 0}, "multi_run must be from 1"),
        ({"events": 2_500_000}, "at most 1_000_000 events in a run: give multi_run=3"),
        ({"cards": "run.dat"}, "cards must be a list of file names"),
    ],
)
def test_generate_options_that_do_not_go_together(study: Path, options: dict[str, Any], message: str) -> None:
    given = {"process": TT, "seed": 1, "generator": "madgraph5", **options}
    with pytest.raises((ArgumentError, UnknownNameError, ProcessError), match=message):
        runs.generate(given.pop("process"), **given)
    assert not any(study.iterdir())


def test_generate_matching_is_refused(study: Path) -> None:
    process = Process("p p > z j", settings={"ptj": 20, "ickkw": 1})
    with pytest.raises(ArgumentError, match="ickkw=1 matches partons and jets, which needs their scale"):
        runs.generate(process, seed=1, generator="madgraph5")
    with pytest.raises(ArgumentError, match="ktdurham > 0 asks for CKKW-L merging"):
        runs.generate(Process("p p > z j", settings={"ptj": 20, "ktdurham": 30}), seed=1, generator="madgraph5")


def test_parts_without_events_are_refused(study: Path) -> None:
    with pytest.raises(ArgumentError, match="multi_run=5 parts need at least as many events"):
        runs.generate("p p > t t~", events=2, seed=1, generator="madgraph5", multi_run=5)


@pytest.mark.usefixtures("fake", "one_thread")
def test_the_bar_of_madgraph_and_shower_runs_once(study: Path) -> None:
    heard: list[float] = []
    with progress.listening(lambda report: heard.append(report.fraction or 0.0)):
        runs.generate("p p > t t~", events=5, seed=1, generator="madgraph5")
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


@pytest.mark.parametrize("generator", runs.GENERATORS)
def test_jets_that_the_shower_makes_too_are_refused(study: Path, generator: str) -> None:
    process = Process(["p p > z", "p p > z j"], settings={"ptj": 20})
    with pytest.raises(ArgumentError, match="differ by jets only"):
        runs.generate(process, seed=1, generator=generator)


def test_lines_with_as_many_jets_are_summed() -> None:
    process = Process(["p p > w+ j", "p p > w- j", "p p > z"], settings={"ptj": 20})
    assert process.jets() == ((("w+",), 1), (("w-",), 1), (("z",), 0))
    assert runs.check_generate(process, 10, "madgraph5").shower == "pythia8"


@pytest.mark.usefixtures("one_thread")
def test_generate_from_an_slha_file(study: Path) -> None:
    card = study / "param_card.dat"
    card.write_text(spectra.text())
    gluinos = Process("p p > go go", model="MSSM_SLHA2", name="gluinos")
    options: dict[str, Any] = {
        "events": 6,
        "seed": 1,
        "detector": None,
        "cards": ["param_card.dat"],
        "path": "study/runs/go",
    }
    run = runs.generate(gluinos, **options)
    assert run.cross_section == pytest.approx(0.0054, rel=0.5)
    assert run.process == gluinos
    assert (run.folder / "cards" / "param_card.dat").read_text() == spectra.text()
    assert run.record["recipe"]["inputs"]["card 0"]["path"] == "param_card.dat"
    assert runs.Run.load("study/runs/go").fingerprint == run.fingerprint
    heard: list[str] = []
    with progress.listening(lambda report: heard.append(report.text)):
        card.write_text(spectra.text().replace("DECAY 1000021 5.0", "DECAY 1000021 0.1"))
        other = runs.generate(gluinos, **options)
    assert other.recipe != run.recipe
    assert any("go (1000021) would form hadrons" in text for text in heard)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"give it as the param card"),
        ("Block MASS\n 1000021 nan\n", "line 2 of the SLHA file"),
        ("Block MASS\n 1000021 1500\n", "no mass of dl"),
        ("Block MASS\n 6 173\nSUSY:all = on\n", "line 3 of the SLHA file, 'SUSY:all = on' is no SLHA"),
        ("PartonLevel:MPI = off\n", "a pythia8 card belongs to generator='madgraph5'"),
        ("Block MASS\n" + 2_000_001 * "#", "larger than 2 MB"),
    ],
)
def test_generate_without_a_good_slha_file(study: Path, content: str | None, message: str) -> None:
    if content is not None:
        (study / "card.dat").write_text(content)
    process = Process("p p > go go", model="MSSM_SLHA2")
    with pytest.raises((ArgumentError, ProcessError, FileFormatError, PathError), match=message):
        runs.generate(process, seed=1, cards=["card.dat"] if content is not None else [])
    assert not (study / "study").exists()


@pytest.mark.usefixtures("fake")
def test_generate_own_cards(study: Path) -> None:
    (study / "madspin.dat").write_text("decay t > w+ b\nlaunch\n")
    run = runs.generate(TT, events=10, seed=1, cards=["madspin.dat"], **PARTONS)
    assert 100 <= run.cross_section < 101
    with pytest.raises(ArgumentError, match="the decays are given twice"):
        runs.generate(ZZ, events=10, seed=1, cards=["madspin.dat"], **PARTONS)
    with pytest.raises(PathError, match=r"none.dat"):
        runs.generate(TT, events=10, seed=1, cards=["none.dat"], **PARTONS)


@pytest.mark.usefixtures("one_thread")
def test_shower_of_a_file(study: Path) -> None:
    fake_madgraph.write_lhe(study / "mine", 6, 1, "generate p p > t t~", {"nevents": "6"})
    file = "mine/unweighted_events.lhe.gz"
    run = runs.shower(file, seed=3, detector=None, path="study/runs/mine")
    assert (run.n_events, run.seed, run.generator) == (6, 3, "lhe")
    assert (run.label, run.text, run.collider) == ("p p > t t~", "p p > t t~", "p p 13 TeV")
    assert run.versions["MG5_aMC@NLO"] == "3.5.7"
    with pytest.raises(ArgumentError, match="has 6 events, 7 were asked for"):
        runs.shower(file, seed=3, events=7)
    with pytest.raises(ArgumentError, match="kept no LHE file"):
        runs.shower(run, seed=3)
    with pytest.raises(UnknownNameError, match="unknown detector"):
        runs.shower(file, seed=3, detector="delphes")


def test_shower_of_something_else(study: Path) -> None:
    with pytest.raises(PathError, match=r"none.lhe' does not exist"):
        runs.shower("none.lhe", seed=1)
    with pytest.raises(PathError, match="expected the path of an LHE file"):
        runs.shower(7, seed=1)  # type: ignore[arg-type]
    (study / "text.lhe").write_text("no events")
    with pytest.raises(FileFormatError, match=r"text.lhe: expected an LHE file"):
        runs.shower("text.lhe", seed=1)
    fake_madgraph.write_lhe(study / "matched", 3, 1, "generate p p > z j", {"ickkw": "1"})
    with pytest.raises(ProcessError, match=r"made for matching .*xqcut is not there"):
        runs.shower("matched/unweighted_events.lhe.gz", seed=1)


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "sigma", "error", "n_events", "seed"),
    [("run_01", 503.6, 2.8, 100, 42), ("run_02", 504.2, 2.0, 200, 48), ("run_02_0", 503.7, 2.9, 100, 48)],
)
def test_from_madgraph_real(
    shared: Path, study: Path, name: str, sigma: float, error: float, n_events: int, seed: int
) -> None:
    run = runs.Run.from_madgraph(shared / "mg5_pp2tt", name)
    assert (run.cross_section, run.error) == (pytest.approx(sigma, abs=0.05), pytest.approx(error, abs=0.05))
    assert (run.n_events, run.seed, run.generator, run.detector) == (n_events, seed, "madgraph5", None)
    assert run.sum_of_weights == pytest.approx(n_events * run.cross_section, rel=1e-5)
    assert (run.text, run.collider, run.versions["MG5_aMC@NLO"]) == ("p p > t t~", "p p 13 TeV", "3.5.2")
    events = run.events()
    assert len(events) == n_events
    assert set(ak.num(events.Weight, axis=1)) == {len(events.Weight[0])}
    assert len(events.Weight[0]) > 100


@pytest.mark.shared_data
def test_from_madgraph_names_the_runs(shared: Path) -> None:
    with pytest.raises(PathError, match="several runs, name one: run='run_01' or 'run_02'"):
        runs.Run.from_madgraph(shared / "mg5_pp2tt")
    with pytest.raises(UnknownNameError, match="unknown run 'run_3'; near names: run_02, run_01"):
        runs.Run.from_madgraph(shared / "mg5_pp2tt", "run_3")


@pytest.mark.parametrize(
    ("lines", "process"),
    [
        ("generate p p > t t~", Process("p p > t t~", beams=(27.5, 920.0))),
        ("import model heft\ngenerate p p > h", Process("p p > h", model="heft", beams=(27.5, 920.0))),
        (
            "define l = e+ e-\ndefine j = g u c d s u~ c~ d~ s~\ngenerate p p > z, z > l l",
            Process("p p > z, z > l l", define={"l": "e+ e-"}, beams=(27.5, 920.0)),
        ),
        (
            "import model unknown_ufo\ngenerate p p > x1 x1",
            Process("p p > x1 x1", model="unknown_ufo", beams=(27.5, 920.0)),
        ),
        ("generate p p > t t~ [QCD]", None),
    ],
)
def test_from_madgraph_tells_the_process(study: Path, lines: str, process: Process | None) -> None:
    fake_madgraph.write_lhe(study / "out/Events/run_01", 2, 1, lines, {"iseed": "5"})
    file = study / "out/Events/run_01/unweighted_events.lhe.gz"
    text = gzip.decompress(file.read_bytes()).decode().replace("6.5e3 6.5e3", "27.5 920.0")
    assert "27.5 920.0" in text
    file.write_bytes(gzip.compress(text.encode()))
    run = runs.Run.from_madgraph("out")
    assert run.process == process
    assert run.collider == "p p 27.5 x 920 GeV"


def test_from_madgraph_changed(study: Path) -> None:
    fake_madgraph.write_lhe(study / "out/Events/run_01", 3, 1, "generate p p > something strange", {"iseed": "5"})
    run = runs.Run.from_madgraph("out")
    assert (run.process, run.text, run.seed, run.collider) == (None, "p p > something strange", 5, "p p 13 TeV")
    with pytest.raises(PathError, match="no Feynman diagrams"):
        run.diagrams()
    file = study / "out/Events/run_01/unweighted_events.lhe.gz"
    file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(DamagedError, match="has changed since the run was opened"):
        run.events()
    file.unlink()
    with pytest.raises(PathError, match="not there any more"):
        run.lhe  # noqa: B018


@pytest.mark.usefixtures("fake", "one_thread")
@pytest.mark.parametrize("options", [{"detector": "cms", "generator": "madgraph5"}, PARTONS])
def test_to_root(study: Path, options: dict[str, Any]) -> None:
    run = runs.generate(TT, events=5, seed=1, **options)
    file = run.to_root("tt.root")
    branch = "Particle" if options is PARTONS else "Jet"
    assert read_events(file)[branch].PT.tolist() == run.events()[branch].PT.tolist()


def test_load_something_else(study: Path) -> None:
    with pytest.raises(PathError, match="does not exist"):
        runs.Run.load("nothing")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: runs.generate("p p > z"), "generate needs seed=..."),
        (lambda: runs.generate("p p > z", seed=1, parameters={"mt": 170}), r"it belongs to hml.Process\(...\)"),
        (lambda: runs.shower("out", seed=1), r"'out' is a folder: give the LHE file, 'out/Events/run_01/unweighted"),
        (lambda: runs.shower("nothere.lhe", seed=1), "'nothere.lhe' does not exist, seen from .*near names: there.lhe"),
        (
            lambda: runs.Run.from_madgraph("out/Events/run_01"),
            "is inside an output of MadGraph: give that one, '.*out'",
        ),
        (lambda: runs.Run.from_madgraph("there.lhe"), r"is showered with hml.shower\('there.lhe', seed=...\)"),
        (lambda: runs.Run.from_madgraph("none"), "there is no folder 'none'"),
        (lambda: runs.Run.from_madgraph(42), "expected the path of an output of MadGraph, not 42"),
        (lambda: runs.Run.from_madgraph("out", 1), "takes the name of a run"),
        (lambda: runs.Run.from_madgraph("out").events("Jet.PT"), "columns must be a list"),
        (lambda: read_events(runs.Run.from_madgraph("out")), "a Run has its own"),
    ],
)
def test_messages_say_what_may_be_meant(study: Path, call: Any, message: str) -> None:
    fake_madgraph.write_lhe(study / "out/Events/run_01", 2, 1, "generate p p > t t~", {})
    (study / "there.lhe").write_text("")
    with pytest.raises((ArgumentError, PathError, UnknownNameError), match=message):
        call()


def test_runs_of_one_output_have_names(study: Path) -> None:
    for name in ("run_01", "run_02"):
        fake_madgraph.write_lhe(study / "out/Events" / name, 2, 1, "generate p p > t t~", {})
    opened = [runs.Run.from_madgraph("out", name) for name in ("run_01", "run_02")]
    assert [row.name for row in runs.summary(opened).rows] == ["out/run_01", "out/run_02"]


@pytest.mark.usefixtures("fake")
def test_cuts_that_madgraph_makes_by_itself_are_told(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    process = Process("p p > t t~ j", settings={"ptj1min": 30})
    runs.generate(process, events=3, seed=1, **PARTONS)
    assert "MadGraph also cuts by default: ptj 20; give these settings" in capsys.readouterr().out
    runs.generate(TT, events=3, seed=1, **PARTONS)
    assert "by default" not in capsys.readouterr().out


def test_runs_of_any_name_are_found(study: Path) -> None:
    for name in ("signal", "run", "run_01", "run_01_0", "run_01_1"):
        fake_madgraph.write_lhe(study / "out/Events" / name, 2, 1, "generate p p > t t~", {})
    with pytest.raises(PathError, match="name one: run='run' or 'run_01' or 'signal'"):
        runs.Run.from_madgraph("out")
    assert runs.Run.from_madgraph("out", "signal").name == "out/signal"
    assert runs.Run.from_madgraph("out", "run_01_1").n_events == 2


@pytest.mark.usefixtures("fake")
def test_cards_that_nobody_reads_or_that_match_are_refused(study: Path) -> None:
    Path("shower.dat").write_text("PartonLevel:MPI = off\n")
    Path("run.dat").write_text("  100 = nevents\n  6500 = ebeam1\n  1 = ickkw\n")
    with pytest.raises(ArgumentError, match="a pythia8 card is among the cards"):
        runs.generate("p p > t t~", seed=1, generator="madgraph5", cards=["shower.dat"])
    with pytest.raises(ArgumentError, match="ickkw=1 matches partons and jets, which needs their scale"):
        runs.generate("p p > z j", settings={"ptj": 20}, seed=1, generator="madgraph5", cards=["run.dat"])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{sigma}", "nan", "the cross section is nan pb"),
        ("2212 2212", "inf 2212", "a number that is none"),
        ("0 0 247000 247000 -4 1", "0 0 247000 247000 -4 -5", "announces -5 subprocesses"),
        ("5 = iseed", "abc = iseed", "expected a number in iseed"),
        ("</LesHouchesEvents>", "<event>\n 9 1 1.0 1 1 1\n</event>\n</LesHouchesEvents>", "announces 9 particles"),
        ("</LesHouchesEvents>", "<event>\n 0 1 1.0 1 1 1\n</event>\n</LesHouchesEvents>", "announces 0 particles"),
    ],
)
def test_from_madgraph_of_a_damaged_file(study: Path, old: str, new: str, message: str) -> None:
    fake_madgraph.write_lhe(study / "out/Events/run_01", 2, 1, "generate p p > t t~", {"iseed": "5"})
    file = study / "out/Events/run_01/unweighted_events.lhe.gz"
    text = gzip.decompress(file.read_bytes()).decode()
    sigma = text.partition("<init>")[2].split("\n")[2].split()[0]
    old = old.format(sigma=sigma)
    assert old in text
    file.write_bytes(gzip.compress(text.replace(old, new).encode()))
    with pytest.raises(FileFormatError, match=message):
        runs.Run.from_madgraph("out")


def test_from_madgraph_with_something_else_for_delphes(study: Path) -> None:
    fake_madgraph.write_lhe(study / "out/Events/run_01", 2, 1, "generate p p > t t~", {})
    (study / "out/Events/run_01/tag_1_delphes_events.root").write_text("nothing")
    with pytest.raises(FileFormatError, match="expected Delphes' events"):
        runs.Run.from_madgraph("out")


def test_lhe_that_would_fill_the_memory(study: Path) -> None:
    for name, text in (("line", "x" * 3_000_000), ("event", "<event>\n" + "1\n" * 200_000)):
        head = "<LesHouchesEvents>\n<init>\n2212 2212 1 1 0 0 0 0 1 1\n1 1 1 1\n</init>\n"
        Path(f"{name}.lhe").write_text((head if name == "event" else "<LesHouchesEvents>\n") + text)
        with pytest.raises(FileFormatError, match=r"a line of more than|does not end"):
            runs.shower(f"{name}.lhe", seed=1)
