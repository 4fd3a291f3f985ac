from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell

from hml_jupyter.widgets.lab import Lab
from tests.widgets.bench import Page, Refused, forget, new_shell

#: A step that takes no time: what is recorded here are the cells, not the physics.
STEPS = (
    ("a", 'a = hml.select(source, ["x > 1"], path="study/data/a")\na'),
    ("b", 'b = hml.select(a, ["x > 2"], path="study/data/b")\nb'),
    ("", "hml.cutflow(b)"),
)


class Stub:
    """A result that remembers how it was made."""

    def __init__(self, *given: Any, **options: Any) -> None:
        self.given, self.options = given, options


@pytest.fixture
def steps(study: Path, shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> Page:
    """A notebook with a chain of three recorded steps that have run."""
    stub(monkeypatch)
    shell.user_ns["source"] = 1
    page = Page(shell, Lab("study"))
    for _, text in STEPS:
        page.apply(page.lab.journal.ops(commit(page, text)))
    return page


def stub(monkeypatch: pytest.MonkeyPatch, failing: str = "never") -> None:
    def select(source: Any, cuts: list[str], *, path: str) -> Stub:
        if failing in cuts[0]:
            raise ValueError(failing)
        return Stub(source, cuts)

    monkeypatch.setattr("hml_jupyter.select", select)
    monkeypatch.setattr("hml_jupyter.cutflow", Stub)


def commit(page: Page, text: str) -> list[Any]:
    from hml_jupyter.calls import Call

    return page.lab.journal.commit(Call.parse(text), panel="cuts", key=text[:1], amend=False)


def reopened(page: Page, monkeypatch: pytest.MonkeyPatch) -> Page:
    """Open the study in a new kernel and a new notebook; nothing has run yet."""
    page.lab.close()
    forget()
    fresh = new_shell()
    fresh.user_ns["source"] = 1
    monkeypatch.setattr("hml_jupyter.widgets.lab.shell", lambda: fresh)
    return Page(fresh, Lab("study"))


def statuses(page: Page) -> list[tuple[str | None, str]]:
    return [(e.target, e.status) for e in page.lab.journal.entries]


def test_views_of_an_edited_step_keep_no_name(steps: Page) -> None:
    text = STEPS[0][1].replace("> 1", "> 5")
    plan = steps.ask("record", "check_edit", record_id="0001", text=text)["plan"]
    assert [p.split("(")[0] for p in plan] == ["a_2 = hml.select", "b_2 = hml.select", "hml.cutflow"]
    steps.commit("record", "edit", record_id="0001", text=text)
    assert steps.cells[-1]["source"] == "hml.cutflow(b_2)"
    steps.commit("record", "edit", record_id="0003", text="hml.cutflow(b, luminosity=3.0)")
    assert steps.cells[-1]["source"] == "hml.cutflow(b, luminosity=3.0)"
    with pytest.raises(Refused, match="give the result a name"):
        steps.commit("record", "edit", record_id="0001", text=text.split(" = ")[1].split("\n")[0])


@pytest.mark.parametrize("failing", ["> 5", "> 2"])
def test_chain_that_fails_leaves_a_record_that_runs(steps: Page, failing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stub(monkeypatch, failing)
    steps.commit("record", "edit", record_id="0001", text=STEPS[0][1].replace("> 1", "> 5"))
    made = [] if failing == "> 5" else [("a_2", "done")]
    assert statuses(steps) == [("a", "done"), ("b", "done"), (None, "done"), *made]
    assert len(steps.cells) == len(steps.lab.journal.entries) + 1
    assert len(nbformat.read("study.record.ipynb", as_version=4).cells) == len(steps.cells)


def test_way_c_stops_a_chain_at_the_first_failure(steps: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    stub(monkeypatch, "> 5")
    ran: list[str] = []
    run = steps.shell.run_cell
    monkeypatch.setattr(steps.shell, "run_cell", lambda text, **more: ran.append(text) or run(text, **more))
    values = {"record_id": "0001", "text": STEPS[0][1].replace("> 1", "> 5")}
    steps.ask("lab", "commit", panel="record", action="edit", values=values, cells=None)
    assert [text.split(" = ")[0] for text in ran] == ["a_2"]
    assert statuses(steps) == [("a", "done"), ("b", "done"), (None, "done")]


def test_chain_that_is_interrupted_can_go_on(steps: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("hml_jupyter.select", interrupted)
    values = {"record_id": "0001", "text": STEPS[0][1].replace("> 1", "> 5")}
    steps.ask("lab", "commit", panel="record", action="edit", values=values, cells=None)
    assert statuses(steps)[3:] == [("a_2", "interrupted"), ("b_2", "not run"), (None, "not run")]
    stub(monkeypatch)
    steps.ask("lab", "commit", panel="record", action="run_missing", values={}, cells=None)
    assert {status for _, status in statuses(steps)} == {"done"}


def test_edited_step_is_opened_again_as_the_user_wrote_it(steps: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    edited = STEPS[1][1].replace("> 2", "> 7")
    steps.cells[2]["source"] = edited
    assert steps.run(steps.cells[2]["id"]) == "ok"
    again = reopened(steps, monkeypatch)
    again.apply(again.attached["ops"])
    assert again.cells[2]["source"] == edited
    assert again.states()[2]["edited"]
    assert again.shell.user_ns["b"].given[1] == ["x > 7"]
    entry = again.lab.journal.get("0002")
    assert (entry.status, entry.edited, entry.cell) == ("done", edited, "edited")
    with pytest.raises(Refused, match="edited"):
        again.commit("record", "undo", record_id="0002")


def test_edited_step_comes_into_another_notebook_as_the_user_wrote_it(steps: Page) -> None:
    edited = STEPS[0][1].replace("> 1", "> 7")
    steps.cells[1]["source"] = edited
    steps.run(steps.cells[1]["id"])
    other = Page(steps.shell, Lab("study"), "other.ipynb")
    other.apply(other.attached["ops"])
    assert other.cells[1]["source"] == edited
    assert steps.cells[1]["source"] == edited
    other.lab.close()


def test_more_than_a_call_is_never_run_unasked(steps: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    steps.cells[2]["source"] = STEPS[1][1] + "\nopen('harm', 'w').close()"
    assert steps.run(steps.cells[2]["id"]) == "ok"
    assert steps.lab.journal.get("0002").target == "b"
    assert [e.record_id for e in steps.lab.journal.dependents(steps.lab.journal.get("0001"))] == ["0002", "0003"]
    Path("harm").unlink()
    again = reopened(steps, monkeypatch)
    assert [op["run"] for op in again.attached["ops"]] == [True, True, False, False]
    again.apply(again.attached["ops"])
    again.shell.user_ns["b"] = 1
    again.commit("record", "run_missing")
    assert statuses(again) == [("a", "done"), ("b", "not run"), (None, "done")]
    said = [m["text"] for m in again.sent if m["type"] == "notice"]
    assert "step 0002 holds more than one call" in said[-1]
    with pytest.raises(Refused, match="step 0002 holds more than one call"):
        again.commit("record", "run_missing")
    assert not Path("harm").exists()


def test_cell_that_has_its_text_again_runs_as_it_stands(steps: Page) -> None:
    cell = steps.cells[1]
    cell["source"] = STEPS[0][1].replace("> 1", "> 7")
    steps.run(cell["id"])
    cell["source"] = STEPS[0][1]
    steps.shell.user_ns.pop("source")
    steps.run(cell["id"])
    assert steps.lab.journal.get("0001").status == "failed"
    steps.shell.user_ns["source"] = 1
    steps.commit("record", "run_missing")
    assert cell["source"] == STEPS[0][1]
    assert steps.lab.journal.get("0001").edited is None


def test_variable_of_the_user_is_never_taken_away(steps: Page) -> None:
    mine = object()
    steps.shell.user_ns["a"] = mine
    steps.commit("record", "undo", record_id="0001")
    assert steps.lab.journal.entries == []
    assert steps.shell.user_ns["a"] is mine
