from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hml_jupyter.widgets.lab import Lab
from hml_jupyter.widgets.recording import THE_RECORD
from tests.widgets.bench import Page, build, forget, form, new_shell, study_of
from tests.widgets.test_lab import cut


def steps(page: Page) -> list[str]:
    return [source.split(" = ")[0] for source in page.sources[1:]]


def test_two_notebooks_on_one_kernel_write_one_record(page: Page) -> None:
    page.commit("processes", "generate", **form("zz"))
    other = Page(page.shell, Lab("study"), "other.ipynb")
    other.apply(other.attached["ops"])
    assert steps(other) == ["zz"]

    other.commit("processes", "generate", **form("qcd"))
    page.commit("observables", "build", **build())
    assert steps(page) == ["zz", "qcd", "dataset"]
    cut(other, 50.0)
    assert steps(other) == ["zz", "qcd", "dataset", "selected"]
    assert [e.status for e in page.lab.journal.entries] == ["done"] * 4

    cut(page, 60.0)  # amends what the other notebook shows as it was
    cut(other, 70.0)
    assert "70.0" in other.sources[-1]
    assert len(page.lab.journal.entries) == 4
    other.lab.close()


def test_unsaved_cells_of_a_page_without_its_study_are_taken_over(
    with_runs: Path, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.commit("processes", "generate", **form("zz"))
    page.commit("processes", "generate", **form("qcd"))
    forget()
    shutil.rmtree("study")
    for file in Path().glob("study.record.*"):
        file.unlink()
    again = new_shell()
    monkeypatch.setattr("hml_jupyter.widgets.lab.shell", lambda: again)
    later = Page(again, Lab("study"), page.notebook, page.cells)
    assert later.attached["ops"] == []
    assert [(e.target, e.status) for e in later.lab.journal.entries] == [("zz", "not run"), ("qcd", "not run")]
    assert later.lab.record["not_run"] == 2
    later.commit("processes", "generate", **form("zz", name="more", events="20"))
    assert steps(later) == ["zz", "qcd", "more"]
    later.lab.close()


def test_the_record_itself_is_no_place_to_go_on(page: Page) -> None:
    there = Page(page.shell, Lab("study"), "study.record.ipynb")
    said: list[dict[str, object]] = []
    there.lab.send = lambda content, _=None: said.append(content)  # type: ignore[method-assign]
    there.lab._recording.attached({"way": "A", "notebook": "deep/study.record.ipynb", "cells": []})
    assert THE_RECORD in [message.get("text") for message in said]
    there.lab.close()


def test_a_failed_step_can_be_run_again(page: Page) -> None:
    study_of(page)
    folder = Path("study/data/dataset")
    folder.rename("away")
    page.shell.user_ns.pop("zz")
    page.run(next(c["id"] for c in page.cells if "build_dataset" in c["source"]))
    assert page.lab.record["not_run"] == 1
    page.run(page.cells[1]["id"])
    assert page.commit("record", "run_missing")[0].startswith("dataset = ")
    assert page.lab.record["not_run"] == 0


def test_names_of_an_edited_chain_do_not_pile_up(page: Page) -> None:
    study_of(page)
    for cuts in ('["fatjet0.mass >= 50.0"]', '["fatjet0.mass >= 60.0"]', '["fatjet0.mass >= 70.0"]'):
        if cuts.endswith('50.0"]'):
            cut(page, 50.0)
        else:
            first = next(e for e in page.lab.journal.entries if e.target == "selected")
            text = first.source.replace('["fatjet0.mass >= 50.0"]', cuts)
            page.commit("record", "edit", record_id=first.record_id, text=text)
    assert [e.target for e in page.lab.journal.entries][-3:] == ["selected", "selected_2", "selected_3"]
