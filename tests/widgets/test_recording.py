from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from typing import Any

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell

from hml_jupyter.errors import PathError
from hml_jupyter.widgets.lab import Lab
from tests.widgets.bench import Page, Refused, build, forget, form, new_shell, study_of
from tests.widgets.test_lab import cut, moved_to, train


def selects(page: Page) -> list[str]:
    return [s for s in page.sources if "select(" in s]


def agree(page: Page) -> None:
    """Kernel variable, folder and cell say the same."""
    for entry in page.lab.journal.entries:
        if entry.status == "done" and entry.target in page.shell.user_ns and entry.path:
            value = page.shell.user_ns[entry.target]
            again: dict[str, Any] = dict(page.shell.user_ns)
            assert entry.call is not None
            assert entry.call.run(again).recipe == value.recipe


def test_failed_amendment_is_rolled_back_everywhere(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    study_of(page)
    cut(page, 50.0)
    before = page.shell.user_ns["selected"].fingerprint
    monkeypatch.setattr("hml_jupyter.boards.Board.checked", lambda _, cuts: tuple(cuts))
    cut(page, 1e9)
    assert selects(page) == ['selected = hml.select(dataset, ["fatjet0.mass >= 50.0"], path="study/data/selected")']
    assert page.shell.user_ns["selected"].fingerprint == before
    assert page.lab.journal.entries[-1].status == "done"
    agree(page)
    page.commit("record", "undo")
    assert selects(page) == []


def test_way_c_rolls_back_too(with_runs: Path, shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(shell, Lab("study"))

    def commit(panel: str, action: str, **values: Any) -> None:
        page.ask("lab", "commit", panel=panel, action=action, values=values, cells=None)

    commit("processes", "generate", **form("zz"))
    commit("processes", "generate", **form("qcd"))
    commit("observables", "build", **build())
    commit("cuts", "set", **moved_to(50.0))
    monkeypatch.setattr("hml_jupyter.boards.Board.checked", lambda _, cuts: tuple(cuts))
    commit("cuts", "set", **moved_to(1e9))
    last = page.lab.journal.entries[-1]
    assert (last.status, "50.0" in last.source) == ("done", True)
    page.lab.close()


def test_rerun_that_fails_loses_no_step_to_another_panel(page: Page) -> None:
    study_of(page)
    train(page)
    sources = page.sources
    kept = page.shell.user_ns.pop("dataset")
    page.run(page.cells[-1]["id"])
    assert page.lab.journal.entries[-1].status == "failed"
    page.shell.user_ns["dataset"] = kept
    cut(page, 50.0)
    assert page.sources[: len(sources)] == sources
    assert "hml.train(" in Path("study.record.py").read_text()


def test_an_interrupt_that_comes_too_late_cuts_nothing_short(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    finished = page.lab.cell_finished
    told: list[str] = []

    def interrupted(entry: Any, status: str, error: str | None) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        finished(entry, status, error)
        told.append(status)

    monkeypatch.setattr(page.lab, "cell_finished", interrupted)
    page.shell.run_cell("1 + 1")
    assert told == ["done"]
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)


def test_interrupt_leaves_no_variable_of_an_earlier_text(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    study_of(page)
    cut(page, 50.0)

    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("hml_jupyter.select", interrupted)
        cut(page, 70.0)
    assert page.lab.journal.entries[-1].status == "interrupted"
    assert "selected" not in page.shell.user_ns
    cut(page, 80.0)
    assert page.shell.user_ns["selected"].all_cuts == ("fatjet0.mass >= 80",)
    for expected in ("70.0", "50.0"):
        page.commit("record", "undo")
        assert expected in selects(page)[0]
    agree(page)


def test_edited_cell_that_was_run_is_not_undone(page: Page) -> None:
    study_of(page)
    cut(page, 50.0)
    cell = page.cells[-1]
    cell["source"] = cell["source"].replace("50.0", "55.0")
    assert page.run(cell["id"]) == "ok"
    sources = page.sources
    with pytest.raises(Refused, match="edited"):
        page.commit("record", "undo")
    assert page.sources == sources
    assert page.shell.user_ns["selected"].all_cuts == ("fatjet0.mass >= 55",)
    assert "55.0" in Path("study.record.py").read_text()
    agree(page)


def test_pasted_copies(page: Page) -> None:
    study_of(page)
    cut(page, 50.0)
    text = page.cells[-1]["source"]
    assert page.shell.run_cell(text, cell_id="pasted").success
    other = page.shell.run_cell(text.replace("50.0", "60.0"), cell_id="pasted")
    assert isinstance(other.error_in_exec, PathError)
    assert "recorded entry 0004" in str(other.error_in_exec)
    assert page.lab.journal.entries[-1].status == "done"
    agree(page)


def test_import_cell_that_was_deleted_comes_back(page: Page) -> None:
    page.commit("processes", "generate", **form("zz"))
    page.cells = [c for c in page.cells if c["record_id"] != "0000"]
    page.ask("lab", "cells", **page.seen())
    assert len(page.lab.journal.entries) == 1
    page.commit("processes", "generate", **form("qcd"))
    assert page.sources[0] == "import hml_jupyter as hml"


def test_messages_out_of_order_do_no_harm(page: Page) -> None:
    study_of(page)
    values = moved_to(50.0)
    ops = page.ask("lab", "commit", panel="cuts", action="set", values=values, **page.seen())["ops"]
    late = [{"record_id": op["record_id"], "outcome": "inserted", "ran": "ok"} for op in ops]
    page.ask("lab", "ran", outcomes=late)
    page.apply(ops)
    for action in ("applied", "ran", "applied"):
        page.ask("lab", action, outcomes=late)
    assert [e.status for e in page.lab.journal.entries] == ["done"] * 4
    agree(page)


def test_second_commit_before_the_first_has_run(page: Page) -> None:
    study_of(page)
    both = [
        page.ask("lab", "commit", panel="cuts", action="set", values=moved_to(v), **page.seen())["ops"]
        for v in (50.0, 60.0)
    ]
    for ops in both:
        page.apply(ops)
    assert len(selects(page)) == 1
    agree(page)


def test_aborted_amendment_is_not_run_and_binds_nothing(page: Page) -> None:
    study_of(page)
    cut(page, 50.0)
    values = moved_to(60.0)
    ops = page.ask("lab", "commit", panel="cuts", action="set", values=values, **page.seen())["ops"]
    outcomes = [{"record_id": op["record_id"], "outcome": page._place(op), "ran": "aborted"} for op in ops]
    page.ask("lab", "applied", outcomes=outcomes)
    page.ask("lab", "ran", outcomes=outcomes)
    assert page.lab.journal.entries[-1].status == "not run"
    assert "selected" not in page.shell.user_ns
    page.commit("record", "run_missing")
    assert page.shell.user_ns["selected"].all_cuts == ("fatjet0.mass >= 60",)


def test_thresholds_that_are_no_numbers(page: Page) -> None:
    study_of(page)
    sources = page.sources
    for value in ("nan", "inf", "-inf", "1e400", "", "1e5000", "0x10", "None"):
        with pytest.raises(Refused, match="number"):
            cut(page, value)  # type: ignore[arg-type]
        assert page.sources == sources, value


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "__import__"), ("name", "_zz"), ("name", "a" * 300), ("name", "a\0b"), ("name", "../zz"),
     ("events", "9" * 30), ("events", "1" * 5000), ("ecm", "inf"), ("ecm", "nan"), ("seed", "9" * 30), ("name", "zé"),
     ("process", "p p > z z\u2028import os"), ("process", "p" * 100_000)],
)  # fmt: skip
def test_forms_with_nonsense_name_the_field(page: Page, field: str, value: str) -> None:
    assert list(page.ask("processes", "check", **form("zz", **{field: value}))["errors"]) == [field]


def test_study_that_moved_goes_on(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    study_of(page)
    cut(page, 50.0)
    page.lab.close()
    forget()
    Path("thesis").mkdir()
    for old in ("study", "study.record.ipynb", "study.record.py"):
        shutil.move(old, Path("thesis", old.replace("study", "zz vs qcd")))
    fresh = new_shell()
    monkeypatch.setattr("hml_jupyter.widgets.lab.shell", lambda: fresh)
    again = Page(fresh, Lab("thesis/zz vs qcd"))
    again.apply(again.attached["ops"])
    assert [e.status for e in again.lab.journal.entries] == ["done"] * 4
    assert not Path("study").exists()
    cut(again, 60.0)
    again.commit("record", "undo")
    again.commit("record", "undo")
    assert not Path("thesis/zz vs qcd/data/selected").exists()
    again.lab.close()


def test_foreign_text_in_a_record_is_shown_and_never_run(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    study_of(page)
    page.lab.close()
    forget()
    file = Path("study.record.ipynb")
    notebook = nbformat.read(file, as_version=4)
    notebook.cells[1].source = "open('harm', 'w')"
    nbformat.write(notebook, file)
    fresh = new_shell()
    monkeypatch.setattr("hml_jupyter.widgets.lab.shell", lambda: fresh)
    again = Page(fresh, Lab("study"))
    assert [op["run"] for op in again.attached["ops"]] == [True, False, False, False]
    assert not Path("harm").exists()
    again.lab.close()


def test_variable_of_the_user_in_place_of_a_result_stays(page: Page) -> None:
    page.commit("processes", "generate", **form("zz"))
    page.commit("processes", "generate", **form("qcd"))
    page.shell.run_cell("zz, kept = hml.Run.load('study/runs/qcd'), zz")
    page.commit("record", "undo", record_id="0001")
    assert "zz" in page.shell.user_ns
    page.commit("record", "undo")
    assert "qcd" not in page.shell.user_ns
