from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import hml_jupyter as hml
from hml_jupyter import __version__, progress
from hml_jupyter.calls import Call
from hml_jupyter.cli import _bars, main
from hml_jupyter.datasets import example
from hml_jupyter.replay import Replay

TUTORIAL = "01_z_vs_qcd.ipynb"


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.strip() == __version__


def test_quickstart_with_too_few_events(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["quickstart", "--events", "10"]) == 2
    assert "at least 200" in capsys.readouterr().err
    assert not list(study.iterdir())


def test_quickstart_leaves_a_study_and_its_record(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["quickstart", "--events", "200"]) == 0
    said = capsys.readouterr().out
    assert all(word in said for word in ("cross section", "cutflow", "comparison", "study.record.ipynb"))
    record = (study / "study.record.ipynb").read_text()
    results = {file: file.stat().st_mtime_ns for file in (study / "study").rglob("result.json")}
    assert {file.parent.name for file in results} == {"zz", "qcd", "dataset", "selected", "bdt", "mlp"}

    assert main(["quickstart", "--events", "200"]) == 0
    assert {file: file.stat().st_mtime_ns for file in (study / "study").rglob("result.json")} == results
    assert (study / "study.record.ipynb").read_text() == record


def test_lab_copies_the_tutorials_and_opens_the_first(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []

    def becomes(program: str, command: list[str]) -> None:
        started.append(command)
        raise SystemExit(0)

    monkeypatch.setattr(os, "execv", becomes)
    with pytest.raises(SystemExit):
        main(["lab", "--no-browser", "--port", "8899"])
    assert (study / TUTORIAL).is_file()
    assert (study / "madgraph_z/Events/run_01/unweighted_events.lhe.gz").is_file()
    [command] = started
    assert command[:4] == [sys.executable, "-m", "jupyter", "lab"]
    assert f"--LabApp.default_url=/lab/tree/{TUTORIAL}" in command
    assert {"--no-browser", "--port=8899"} <= set(command)

    (study / TUTORIAL).write_text("mine")
    with pytest.raises(SystemExit):
        main(["lab"])
    assert (study / TUTORIAL).read_text() == "mine"
    assert "--no-browser" not in started[-1]


def test_replay_of_what_is_not_there(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "missing.ipynb"]) == 2
    assert "missing.ipynb" in capsys.readouterr().err
    assert main(["replay", "missing.ipynb", "--inputs", "no-equals-sign"]) == 2
    assert "NAME=PATH" in capsys.readouterr().err


def test_replay_for_a_kernel_that_is_gone_ends(study: Path) -> None:
    shown = {"text/plain": "x", "application/vnd.hml.record+json": {"fingerprint": "f"}}
    output = nbformat.v4.new_output("execute_result", shown, execution_count=1)
    notebook = nbformat.v4.new_notebook()
    notebook.cells.append(nbformat.v4.new_code_cell("import time\nwhile True: time.sleep(9)", outputs=[output]))
    nbformat.write(notebook, "endless.ipynb")
    command = [sys.executable, "-m", "hml_jupyter", "replay", "endless.ipynb", "--json", "--while-open"]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert ended.returncode == 130
    assert "interrupted" in ended.stderr


def test_bars_end_full(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    stage = "a stage with a name that is much longer than the line is wide, in words and in letters"
    with _bars():
        progress.report(0.5, stage)
        progress.notice("loaded")
    lines = capsys.readouterr().out.splitlines()
    assert [each.strip() for each in lines[:2]] == [f"{stage} ...", "loaded"]
    assert "━" * 12 in lines[-1]
    assert lines[-1].rstrip()[-1].isdigit(), "the time that is left is cut off"


def test_a_training_is_two_lines_of_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    dataset = example(90)
    with _bars():
        hml.train(hml.BoostedDecisionTree(n_estimators=30), dataset, seed=1)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["preparing the events ...", "training BoostedDecisionTree ..."]
    assert [line.partition(" ━")[0].strip() for line in lines[2:]] == [
        "preparing the events",
        "training BoostedDecisionTree",
    ]


def test_inputs_are_given_one_by_one_before_or_after_the_notebook(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def replayed(notebook: Path, *, inputs: dict[str, str]) -> Replay:
        asked.append((notebook.name, inputs))
        return Replay(notebook.name, ())

    monkeypatch.setattr(sys.modules["hml_jupyter.replay"], "replay", replayed)
    both = {"a": "b", "c/d": "e=f"}
    for command in (
        ["--inputs", "a=b", "--inputs", "c/d=e=f", "n.ipynb"],
        ["n.ipynb", "--inputs", "a=b", "--inputs", "c/d=e=f"],
    ):
        assert main(["replay", *command]) == 0
    assert asked == [("n.ipynb", both)] * 2


def test_interrupt_says_what_goes_on(
    study: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["hml_jupyter.replay"], "replay", interrupted)
    monkeypatch.setattr("hml_jupyter.quickstart.quickstart", interrupted)
    assert main(["replay", "n.ipynb"]) == 130
    assert capsys.readouterr().err == "hml: interrupted\n"
    assert main(["quickstart"]) == 130
    assert "the same command goes on" in capsys.readouterr().err


@pytest.mark.parametrize("given", ["deep/zz/", "./deep//zz"])
def test_quickstart_writes_the_study_as_cells_name_it(
    study: Path, given: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[str] = []

    def run(_: object, __: str, ___: str, call: Call, ____: object) -> str:
        ran.append(str(call.options.get("path", "")))
        return "table"

    monkeypatch.setattr("hml_jupyter.quickstart._run", run)
    assert main(["quickstart", "--study", given]) == 0
    assert {path.rpartition("/")[0] for path in ran if path} == {
        f"deep/zz/{kind}" for kind in ("runs", "data", "models")
    }
    said = capsys.readouterr().out
    assert all(text in said for text in ("here: deep/zz/ (", 'hml.Lab("deep/zz")', "deep/zz.record.ipynb"))
