from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from hml_jupyter import progress
from hml_jupyter.calls import Call, Ref
from hml_jupyter.errors import PathError
from hml_jupyter.provenance import owner
from hml_jupyter.registry import SHOWS, Shown
from hml_jupyter.widgets import kernel
from hml_jupyter.widgets import lab as labs
from hml_jupyter.widgets.kernel import Hooks, Run, duration, is_rerun, running_cell
from hml_jupyter.widgets.lab import Lab
from tests.widgets.bench import Page, form


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
        patch.setattr("hml_jupyter.sidecar.write_sidecar", full)
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


class Picture(Shown):
    """A result whose drawing is counted, and may fail."""

    drawn = 0


@pytest.fixture
def drawing(study: Path, shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> Page:
    """A page whose only step shows a picture."""

    def show(picture: Picture) -> dict[str, Any]:
        picture.drawn += 1
        return {"text/plain": "a picture"}

    monkeypatch.setitem(SHOWS, "Picture", show)
    monkeypatch.setattr("hml_jupyter.cutflow", lambda given: given)
    shell.user_ns["picture"] = Picture()
    return Page(shell, Lab("study"))


def show(page: Page) -> str:
    changes = page.lab.journal.commit(Call("cutflow", (Ref("picture"),)), panel="cuts", key="k")
    page.apply(page.lab.journal.ops(changes))
    return page.lab.journal.entries[-1].status


def test_result_is_drawn_once_for_the_page_and_the_record(drawing: Page) -> None:
    assert show(drawing) == "done"
    assert drawing.lab.journal.entries[-1].output == {"text/plain": "a picture"}
    assert drawing.shell.user_ns["picture"].drawn == 1


def test_result_that_cannot_be_shown_has_ended(
    drawing: Page, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: Picture) -> dict[str, Any]:
        raise ZeroDivisionError

    monkeypatch.setitem(SHOWS, "Picture", broken)
    assert show(drawing) == "done"
    assert drawing.lab.journal.entries[-1].output == {}
    assert "the result of step 0001 cannot be shown" in capsys.readouterr().out
    assert drawing.lab.header["running"] is None


def test_running_cell_is_what_the_front_end_names(shell: InteractiveShell) -> None:
    class Front:
        def __init__(self, parent: dict[str, Any]) -> None:
            self.parent = parent

        def get_parent(self) -> dict[str, Any]:
            return self.parent

    here = Front({"metadata": {"cellId": "c"}, "header": {"msg_id": "m"}})
    assert running_cell(here) == Run("c", "m")
    assert running_cell(Front({"header": {"msg_id": "m"}})) is None
    assert running_cell(Front({})) is None
    assert running_cell(shell) is None


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [(("c", "1"), ("c", "2"), True), (("c", "1"), ("c", "1"), False), (("c", "1"), ("d", "2"), False)],
)
def test_is_rerun(before: tuple[str, str], now: tuple[str, str], expected: bool) -> None:
    assert is_rerun(Run(*before), Run(*now)) == expected
    assert not is_rerun(None, Run(*now))


def test_lab_that_is_made_again_in_its_cell_replaces_the_old(
    study: Path, shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = iter([Run("a", "1"), Run("a", "1"), Run("b", "2"), Run("a", "3"), None, None])
    monkeypatch.setattr(labs, "running_cell", lambda _: next(runs))
    made = [Lab("study") for _ in range(6)]
    left = [lab for lab in made if lab.comm is not None]
    assert left == made[2:]
    assert Hooks.of(shell).listeners == left
    assert len(made[0].journal._listeners) == len(left)
    for lab in left:
        lab.close()
    assert made[0].journal._listeners == []


def test_lab_whose_page_has_closed_it_is_told_nothing_any_more(study: Path, shell: InteractiveShell) -> None:
    lab, journal = Lab("study"), None
    journal = lab.journal
    lab.comm.handle_close({"content": {}})
    assert Hooks.of(shell).listeners == []
    assert journal._listeners == []


def test_progress_tells_the_time_that_a_program_expects(page: Page) -> None:
    page.shell.user_ns["progress"] = progress
    page.shell.run_cell("progress.report(0.5, 'compiling', remaining=130.0)", cell_id="abc")
    told = [m for m in page.sent if m["type"] == "progress"]
    assert [(m["fraction"], m["left"], m["rate"]) for m in told] == [(0.5, "2 min 10 s left", None)]


def test_the_speed_holds_until_it_is_told_again_what_is_done() -> None:
    running = kernel._Running(None, None)

    def speed(now: float, **data: Any) -> tuple[str | None, str | None]:
        return kernel._speed(running, progress.Report(0.5, "", data=data), now)

    total = {"total": 10, "unit": "epochs"}
    assert speed(100.0, done=0.5, **total) == (None, None)
    assert speed(101.0, done=1.5, **total) == ("1 epochs/s", "8 s left")
    assert speed(102.0) == ("1 epochs/s", "8 s left")
    assert speed(103.0, done=None, **total) == ("1 epochs/s", "8 s left")
    assert speed(104.0, remaining=3) == (None, "3 s left")
