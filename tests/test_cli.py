from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from hml_jupyter import __version__, progress
from hml_jupyter.cli import _bars, main

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
        main(["lab", "--no-browser"])
    assert (study / TUTORIAL).is_file()
    [command] = started
    assert command[:4] == [sys.executable, "-m", "jupyter", "lab"]
    assert f"--LabApp.default_url=/lab/tree/{TUTORIAL}" in command
    assert "--no-browser" in command

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
    with _bars():
        progress.report(0.5, "a stage with a name that is much longer than the line is wide, in words and in letters")
        progress.notice("loaded")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].strip() == "loaded"
    assert "━" * 12 in lines[-1]
    assert lines[-1].rstrip()[-1].isdigit(), "the time that is left is cut off"
