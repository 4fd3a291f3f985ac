from __future__ import annotations

from pathlib import Path

import pytest

from hml_jupyter import progress
from hml_jupyter.errors import PathError
from hml_jupyter.provenance import owner
from hml_jupyter.widgets.kernel import Hooks, duration
from hml_jupyter.widgets.lab import Lab
from tests.widgets.bench import Page
from tests.widgets.test_lab import form


def hooks(page: Page) -> Hooks:
    return Hooks.of(page.shell)


def test_owner_is_the_cell_and_nothing_is_left_behind(page: Page) -> None:
    page.shell.user_ns["owner"] = owner
    for code in ("seen = owner.get()", "raise KeyboardInterrupt", "1 +", "get_ipython().run_cell('2')"):
        page.shell.run_cell(code, cell_id="abc")
        assert not progress._listeners
        assert not hooks(page)._running
    assert page.shell.user_ns["seen"] == "cell:abc"
    page.shell.run_cell("get_ipython().run_cell('1'); seen = owner.get()", cell_id="outer")
    assert page.shell.user_ns["seen"] == "cell:outer"
    page.shell.run_cell("seen = owner.get()", cell_id="hml-study-0042")
    assert page.shell.user_ns["seen"] == "0042"
    assert owner.get() is None


def test_step_that_goes_while_it_runs_is_no_harm(page: Page) -> None:
    page.commit("processes", "generate", **form("zz"))
    journal, text = page.lab.journal, page.cells[-1]["source"]
    page.shell.user_ns["journal"] = journal
    page.shell.run_cell(text + "\njournal.undo()", cell_id=page.cells[-1]["id"])
    assert page.lab.header["running"] is None
    page.shell.run_cell("1", cell_id="x")
    assert not hooks(page)._running


def test_record_that_cannot_be_written_is_told(
    page: Page, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page.commit("processes", "generate", **form("zz"))

    def full(*_: object) -> None:
        msg = "the record cannot be written"
        raise PathError(msg)

    with monkeypatch.context() as patch:
        patch.setattr("hml_jupyter.ledger.write_sidecar", full)
        page.shell.run_cell(page.cells[-1]["source"], cell_id=page.cells[-1]["id"])
    assert "the record cannot be written" in capsys.readouterr().out
    assert page.lab.header["running"] is None


@pytest.mark.parametrize("given", [3, None, "a\0b", "a\nb", "~\\x", "x/.."])
def test_study_that_is_no_folder(page: Page, given: object) -> None:
    with pytest.raises(PathError, match="inside the working folder"):
        Lab(given)


def test_study_may_be_a_path(page: Page) -> None:
    other = Lab(Path("study"))
    assert other.journal is page.lab.journal
    other.close()


def test_two_studies_keep_their_cells_apart(page: Page) -> None:
    other = Page(page.shell, Lab("st-udy/a"))
    third = Page(page.shell, Lab("st/udy-a"))
    other.commit("processes", "generate", **form("zz", events="20", name="one"))
    third.commit("processes", "generate", **form("zz", events="20", name="two"))
    assert [e.status for e in other.lab.journal.entries + third.lab.journal.entries] == ["done", "done"]
    assert len({c["id"] for c in other.cells + third.cells}) == 4
    other.lab.close()
    third.lab.close()


def test_durations() -> None:
    assert [duration(s) for s in (-1, 59.4, 61)] == ["0 s", "59 s", "1 min 1 s"]
