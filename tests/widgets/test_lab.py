from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell

from hml_jupyter.errors import PathError
from hml_jupyter.widgets.lab import Lab
from tests.widgets.bench import Page, Refused, build, forget, form, new_shell, study_of


def moved_to(value: float | None, observable: str = "fatjet0.mass", side: str = "low") -> dict[str, Any]:
    """What the page commits when a threshold is let go."""
    return {"dataset": "dataset", "moves": [{"observable": observable, "side": side, "value": value}]}


def cut(page: Page, value: float | None, observable: str = "fatjet0.mass", side: str = "low") -> list[str]:
    return page.commit("cuts", "set", **moved_to(value, observable, side))


def train(page: Page, name: str = "bdt", dataset: str = "dataset", **options: str) -> list[str]:
    values = {"method": "BoostedDecisionTree", "options": {"n_estimators": "5", **options}, "dataset": dataset}
    return page.commit("training", "train", **values, seed="42", name=name)


def test_the_whole_study_is_golden(page: Page, golden: Callable[[str, str], None]) -> None:
    study_of(page)
    cut(page, 50.0)
    cut(page, 130.0, side="high")
    train(page, dataset="selected")
    cut(page, 60.0)
    page.commit("training", "compare", targets=["bdt"])
    text = "\n\n".join(c["source"] for c in page.cells) + "\n"
    golden("study.py", text)
    assert "\n\n".join(f"{c.source}" for c in nbformat.read("study.record.ipynb", 4).cells) + "\n" == text


def test_drag_again_amends_and_after_a_training_appends(page: Page) -> None:
    study_of(page)
    cut(page, 50.0)
    first = page.shell.user_ns["selected"].fingerprint
    cut(page, 70.0)
    assert [s for s in page.sources if "select(" in s] == [
        'selected = hml.select(dataset, ["fatjet0.mass >= 70.0"], path="study/data/selected")'
    ]
    assert page.shell.user_ns["selected"].fingerprint != first
    train(page, dataset="selected")
    cut(page, 90.0)
    assert len([s for s in page.sources if "select(" in s]) == 2
    assert "selected_2" in page.shell.user_ns
    assert page.shell.user_ns["bdt"].stale == ()


def test_undo_and_redo_over_two_panels(page: Page) -> None:
    study_of(page)
    cut(page, 50.0)
    train(page, dataset="selected")
    before = (page.sources, page.shell.user_ns["bdt"].fingerprint)
    for _ in range(2):
        page.commit("record", "undo")
    assert not Path("study/models/bdt").exists()
    assert not {"bdt", "selected"} & set(page.shell.user_ns)
    for _ in range(2):
        page.commit("record", "redo")
    assert (page.sources, page.shell.user_ns["bdt"].fingerprint) == before


def test_edited_cell_is_kept_and_a_new_one_appended(page: Page) -> None:
    study_of(page)
    cut(page, 50.0)
    page.cells[-1]["source"] = page.cells[-1]["source"].replace("50.0", "55.0")
    edited = page.sources[-1]
    cut(page, 70.0)
    assert page.sources[-2] == edited
    assert page.sources[-1].startswith("selected_2 = hml.select(dataset")


def test_deleted_cell_is_told_to_the_journal(page: Page) -> None:
    study_of(page)
    cut(page, 50.0)
    del page.cells[-1]
    page.ask("lab", "cells", **page.seen())
    assert [e.target for e in page.lab.journal.entries] == ["zz", "qcd", "dataset"]
    assert not Path("study/data/selected").exists()
    assert "selected" not in page.shell.user_ns


def test_run_all_records_nothing_and_loads(page: Page, capsys: pytest.CaptureFixture[str]) -> None:
    study_of(page)
    cut(page, 50.0)
    sources = page.sources
    for cell in list(page.cells):
        assert page.run(cell["id"]) == "ok"
    assert page.sources == sources
    assert capsys.readouterr().out.count("loaded") >= 4


def test_study_opens_again_in_a_new_notebook(
    page: Page, shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    study_of(page)
    cut(page, 50.0)
    sources = page.sources
    page.lab.close()
    forget()
    fresh = new_shell()
    monkeypatch.setattr("hml_jupyter.widgets.lab.shell", lambda: fresh)
    lab = Lab("study")
    again = Page(fresh, lab)
    again.apply(again.attached["ops"])
    assert again.sources == sources
    assert fresh.user_ns["selected"].n_events == shell.user_ns["selected"].n_events
    assert {e.status for e in lab.journal.entries} == {"done"}
    lab.close()


def test_two_labs_share_a_study(page: Page) -> None:
    other = Page(page.shell, Lab("study"))
    page.commit("processes", "generate", **form("zz"))
    assert other.lab.processes["runs"][0]["target"] == "zz"
    assert other.lab.journal is page.lab.journal
    other.lab.close()


def test_two_studies_in_one_kernel_do_not_share_names(page: Page) -> None:
    page.commit("processes", "generate", **form("zz"))
    other = Page(page.shell, Lab("other"))
    with pytest.raises(Refused, match="taken"):
        other.commit("processes", "generate", **form("zz"))
    other.lab.close()


def test_way_c_runs_the_same_text(with_runs: Path, shell: InteractiveShell) -> None:
    lab = Lab("study")
    page = Page(shell, lab)
    page.ask("lab", "attached", way="C", notebook=None, host=None, cells=[])
    assert page.ask("lab", "commit", panel="processes", action="generate", values=form("zz"), cells=None) == {"ops": []}
    assert shell.user_ns["zz"].n_events == 400
    assert lab.journal.entries[0].status == "done"
    lab.close()


@pytest.mark.parametrize("study", ["/tmp/x", "..", "../x", "", ".", "a/../../b"])
def test_study_stays_inside_the_working_folder(study: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PathError):
        Lab(study)


@pytest.mark.parametrize(
    ("panel", "action"),
    [("lab", "nonsense"), ("processes", "__init__"), ("nobody", "check"), ("cuts", "state"), ("record", "change")],
)
def test_unknown_requests_are_refused_by_name(page: Page, panel: str, action: str) -> None:
    with pytest.raises(Refused, match="no request"):
        page.ask(panel, action)


def test_outcomes_of_nonsense_do_no_harm(page: Page) -> None:
    page.commit("processes", "generate", **form("zz"))
    for outcomes in ([None], [3], [{"record_id": "9999", "outcome": "edited"}], [{}]):
        page.ask("lab", "applied", outcomes=outcomes)
        page.ask("lab", "ran", outcomes=outcomes)
    assert len(page.lab.journal.entries) == 1


def test_results_reach_the_panel(page: Page) -> None:
    page.commit("processes", "generate", **form("zz"))
    result = next(m for m in page.sent if m["type"] == "result")
    assert (result["panel"], result["status"], result["error"]) == ("processes", "done", None)
    assert page.lab.counts["processes"] == "1 run"
    assert page.lab.processes["runs"][0]["cross_section"]


def test_failing_cell_is_rolled_back_and_told(page: Page) -> None:
    study_of(page)
    cut(page, 50.0)
    (Path("study/data/dataset") / "result.json").write_text("{}")
    page.shell.user_ns["dataset"].column("met")
    entries = len(page.lab.journal.entries)
    page.commit("observables", "build", **build(name="other", require="fatjet.size > 0"))
    assert len(page.lab.journal.entries) == entries + 1
    Path("study/data/bad").mkdir()
    with pytest.raises(Refused, match="taken"):
        page.commit("observables", "build", **build(name="bad"))
