from __future__ import annotations

import shutil
from pathlib import Path

import fake_madgraph
import pytest

from hml_jupyter.errors import FileFormatError, GeneratorError, PathError, UnknownNameError
from hml_jupyter.generators.madgraph import outputs
from hml_jupyter.lhe import read_lhe_head

CARD = {"nevents": "3", "iseed": "42", "ptj": "20.0", "use_syst": "True", "pt_min_pdg": "{'__type__': 0, '23': 200.0}"}


def make(folder: Path, *names: str) -> Path:
    for name in names:
        fake_madgraph.write_lhe(folder / "Events" / name, 3, 42, "generate p p > t t~", CARD)
    return folder


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "sigma", "error", "n_events", "seed"),
    [
        ("run_01", 503.647, 2.824566, 100, 42),
        ("run_02", 504.184, 1.97083, 200, 48),
        ("run_02_1", 504.706, 2.672285, 100, 54),
    ],
)
def test_read_real_output(shared: Path, name: str, sigma: float, error: float, n_events: int, seed: int) -> None:
    found = outputs.read_output(shared / "mg5_pp2tt", name)
    assert (found.head.cross_section, found.head.error, found.seed) == (sigma, error, seed)
    assert found.head.energies == (6500.0, 6500.0)
    assert outputs.processes_of(found.head.text) == ("p p > t t~",)


@pytest.mark.shared_data
def test_find_runs_real(shared: Path) -> None:
    assert list(outputs.find_runs(shared / "mg5_pp2tt")) == ["run_01", "run_02"]


def test_read_output(tmp_path: Path) -> None:
    folder = make(tmp_path, "run_01")
    found = outputs.read_output(folder)
    assert (found.name, found.seed, found.detector) == ("run_01", 42, None)
    make(folder, "run_02", "run_02_0", "run_02_1", "run_02_decayed_1")
    with pytest.raises(PathError, match="several runs, name one: run='run_01' or 'run_02' or 'run_02_decayed_1'"):
        outputs.read_output(folder)
    with pytest.raises(UnknownNameError, match="unknown run 'run_3'; near names: run_02"):
        outputs.read_output(folder, "run_3")


def test_read_output_of_something_else(tmp_path: Path) -> None:
    with pytest.raises(PathError, match="no output of MadGraph: it has no folder Events"):
        outputs.read_output(tmp_path)
    (tmp_path / "Events" / "run_01").mkdir(parents=True)
    with pytest.raises(PathError, match="has no run with events"):
        outputs.read_output(tmp_path)
    (tmp_path / "Events" / "run_01" / "unweighted_events.lhe.gz").write_bytes(b"\x1f\x8b nothing")
    with pytest.raises(FileFormatError, match="may be cut short"):
        outputs.read_output(tmp_path)


def test_check_sigma(tmp_path: Path) -> None:
    make(tmp_path, "run_01")
    head = read_lhe_head(tmp_path / "Events/run_01/unweighted_events.lhe.gz")
    outputs.check_sigma(head, (float(f"{head.cross_section:.4g}"), 1.0))
    with pytest.raises(GeneratorError, match=r"the events say 500.64 pb and the log 501.5 pb"):
        outputs.check_sigma(head._replace(cross_section=500.64, text=""), (501.5, 1.0))
    with pytest.raises(GeneratorError, match="the banner"):
        outputs.check_sigma(head._replace(cross_section=head.cross_section * 1.001), None)


def test_check_sigma_of_a_decayed_run(tmp_path: Path) -> None:
    make(tmp_path, "run_01")
    head = read_lhe_head(tmp_path / "Events/run_01/unweighted_events.lhe.gz")
    decayed = head._replace(cross_section=20.0, text=head.text.replace("</header>", "<madspin>x</madspin>\n</header>"))
    outputs.check_sigma(decayed, (20.001, 0.0))
    with pytest.raises(GeneratorError, match="the log"):
        outputs.check_sigma(decayed, (21.0, 0.0))


def test_check_cards(tmp_path: Path) -> None:
    make(tmp_path, "run_01")
    head = read_lhe_head(tmp_path / "Events/run_01/unweighted_events.lhe.gz")
    asked = {"nevents": 3, "iseed": 42, "ptj": 20, "use_syst": True, "pt_min_pdg": {23: 200}, "hidden": 1}
    outputs.check_cards(head, asked)
    for name, value in (("nevents", 4), ("use_syst", False), ("pt_min_pdg", {23: 100}), ("ptj", "twenty")):
        with pytest.raises(GeneratorError, match=f"MadGraph ran with {name} = .* where .* was asked for"):
            outputs.check_cards(head, {name: value})


def test_clean(tmp_path: Path) -> None:
    make(tmp_path, "run_01", "run_02")
    (tmp_path / "RunWeb").touch()
    (tmp_path / "SubProcesses/P1_gg/G1").mkdir(parents=True)
    outputs.clean(tmp_path, "run_02")
    assert [f.name for f in (tmp_path / "Events").iterdir()] == ["run_01"]
    assert not (tmp_path / "RunWeb").exists()
    assert [f.name for f in (tmp_path / "SubProcesses").rglob("*")] == ["P1_gg"]
    shutil.rmtree(tmp_path / "Events")
    outputs.clean(tmp_path, "run_02")
