from __future__ import annotations

import errno
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from hml_jupyter import journal as journals
from hml_jupyter.calls import Call, Ref
from hml_jupyter.cells import Change
from hml_jupyter.errors import DamagedError, PathError, RecordError, StudyLockedError
from hml_jupyter.journal import Journal, open_journal


@pytest.fixture
def journal(study: Path) -> Iterator[Journal]:
    found = Journal(Path("study").resolve())
    yield found
    found.close()


def select(cut: str, target: str = "selected") -> Call:
    return Call("select", (Ref("dataset"), [cut]), {"path": f"study/data/{target}"}, target)


def train(on: str = "selected", target: str = "bdt") -> Call:
    return Call("train", (Ref(on),), {"path": f"study/models/{target}"}, target)


def done(journal: Journal, changes: list[Change]) -> None:
    """Play the notebook: the cells stand there and have run."""
    for change in changes:
        if change.kind == "upsert":
            journal.started(change.entry.record_id)
            journal.finished(change.entry.record_id, "done", text=change.entry.source)
            journal.placed(change.entry.record_id)


def cells(journal: Journal, *edited: str) -> list[dict[str, Any]]:
    return [{"record_id": e.record_id, "edited": e.record_id in edited} for e in journal.entries]


def texts(journal: Journal) -> list[str]:
    return [e.source.split("\n")[0] for e in journal.entries]


def test_newest_entry_of_the_same_key_is_amended(journal: Journal) -> None:
    done(journal, journal.commit(select("a > 1"), panel="cuts", key="select:dataset"))
    changes = journal.commit(select("a > 2"), panel="cuts", key="select:dataset")
    assert len(journal.entries) == 1
    assert changes[0].expected_sha256 is not None
    assert "a > 2" in journal.entries[0].source


def test_entry_that_is_not_the_newest_is_left_alone(journal: Journal) -> None:
    done(journal, journal.commit(select("a > 1"), panel="cuts", key="select:dataset"))
    done(journal, journal.commit(train(), panel="training", key="train:bdt"))
    changes = journal.commit(select("a > 2", "selected_2"), panel="cuts", key="select:dataset")
    assert [e.record_id for e in journal.entries] == ["0001", "0002", "0003"]
    assert changes[0].expected_sha256 is None


def test_edited_cell_is_never_amended(journal: Journal) -> None:
    done(journal, journal.commit(select("a > 1"), panel="cuts", key="select:dataset"))
    journal.notebook_has(cells(journal, "0001"))
    assert journal.newest("select:dataset") is None
    journal.commit(select("a > 2", "selected_2"), panel="cuts", key="select:dataset")
    assert len(journal.entries) == 2


def test_undo_takes_back_amendments_then_the_entry(journal: Journal) -> None:
    for cut in ("a > 1", "a > 2", "a > 3"):
        done(journal, journal.commit(select(cut), panel="cuts", key="k"))
    for cut in ("a > 2", "a > 1"):
        changes = journal.undo()
        assert [c.kind for c in changes] == ["upsert"]
        assert cut in journal.entries[0].source
        done(journal, changes)
    assert [c.kind for c in journal.undo()] == ["remove"]
    assert journal.entries == []
    with pytest.raises(RecordError, match="nothing to undo"):
        journal.undo()
    for cut in ("a > 1", "a > 2", "a > 3"):
        done(journal, journal.redo())
        assert cut in journal.entries[0].source
    with pytest.raises(RecordError, match="nothing to redo"):
        journal.redo()


def test_undo_over_two_panels(journal: Journal) -> None:
    done(journal, journal.commit(select("a > 1"), panel="cuts", key="k"))
    done(journal, journal.commit(train(), panel="training", key="t"))
    journal.undo()
    journal.undo()
    assert journal.entries == []
    done(journal, journal.redo())
    done(journal, journal.redo())
    assert texts(journal) == ['selected = hml.select(dataset, ["a > 1"], path="study/data/selected")',
                              'bdt = hml.train(selected, path="study/models/bdt")']  # fmt: skip


def test_new_commit_forgets_the_redo(journal: Journal) -> None:
    done(journal, journal.commit(select("a > 1"), panel="cuts", key="k"))
    journal.undo()
    journal.commit(train(), panel="training", key="t")
    with pytest.raises(RecordError):
        journal.redo()


def test_undo_of_an_early_entry_takes_its_dependents_along(journal: Journal) -> None:
    done(journal, journal.commit(select("a > 1"), panel="cuts", key="k"))
    done(journal, journal.commit(train(), panel="training", key="t"))
    done(journal, journal.commit(Call("compare", ([Ref("bdt")],)), panel="training", key="c"))
    done(journal, journal.commit(select("b > 1", "other"), panel="cuts", key="k2"))
    assert [e.target for e in journal.dependents(journal.entries[0])] == ["bdt", None]
    changes = journal.undo("0001")
    assert [c.entry.record_id for c in changes] == ["0003", "0002", "0001"]
    assert [e.target for e in journal.entries] == ["other"]


def test_deleted_cell_drops_its_entry_and_comes_back(journal: Journal) -> None:
    done(journal, journal.commit(select("a > 1"), panel="cuts", key="k"))
    done(journal, journal.commit(select("b > 1", "other"), panel="cuts", key="k2"))
    everything = cells(journal)
    journal.notebook_has(everything[1:])
    assert [e.target for e in journal.entries] == ["other"]
    journal.notebook_has(everything)
    assert [e.target for e in journal.entries] == ["selected", "other"]


def test_deleted_cell_that_later_ones_use_is_kept_in_the_record(journal: Journal) -> None:
    done(journal, journal.commit(select("a > 1"), panel="cuts", key="k"))
    done(journal, journal.commit(train(), panel="training", key="t"))
    journal.notebook_has(cells(journal)[1:])
    assert [(e.target, e.cell) for e in journal.entries] == [("selected", "missing"), ("bdt", "here")]


def test_failed_amendment_rolls_back(journal: Journal) -> None:
    done(journal, journal.commit(select("a > 1"), panel="cuts", key="k"))
    journal.commit(select("a > 99"), panel="cuts", key="k")
    journal.finished("0001", "failed", error="no event left")
    changes = journal.roll_back("0001")
    assert "a > 1" in changes[0].entry.source
    assert journal.entries[0].earlier == ()


def test_failed_new_entry_rolls_back(journal: Journal) -> None:
    journal.commit(select("a > 1"), panel="cuts", key="k")
    journal.finished("0001", "failed", error="no")
    assert [c.kind for c in journal.roll_back("0001")] == ["remove"]
    assert journal.entries == []


def test_sidecar_is_a_complete_notebook_without_failures(journal: Journal) -> None:
    done(journal, journal.commit(select("a > 1"), panel="cuts", key="k"))
    journal.commit(train(), panel="training", key="t")
    journal.finished("0002", "failed", error="no")
    notebook = nbformat.read("study.record.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert [c.source.split("\n")[0] for c in notebook.cells] == ["import hml_jupyter as hml", texts(journal)[0]]
    assert notebook.cells[1].metadata.tags == ["hml-recorded"]
    script = Path("study.record.py").read_text()
    compile(script, "study.record.py", "exec")
    assert str(Path.cwd()) not in script + Path("study.record.ipynb").read_text()


def test_study_opens_again(journal: Journal) -> None:
    done(journal, journal.commit(select("a > 1"), panel="cuts", key="k"))
    done(journal, journal.commit(select("a > 2"), panel="cuts", key="k"))
    journal.close()
    again = Journal(Path("study").resolve())
    assert [(e.source, e.earlier, e.status) for e in again.entries] == [
        (e.source, e.earlier, "not run") for e in journal.entries
    ]
    assert again.commit(train(), panel="training", key="t")[0].entry.record_id == "0002"
    again.close()


def test_ids_are_not_given_twice(journal: Journal) -> None:
    journal.commit(select("a > 1"), panel="cuts", key="k")
    journal.undo()
    assert journal.commit(train(), panel="training", key="t")[0].entry.record_id == "0002"


def test_second_kernel_reads_only(journal: Journal) -> None:
    other = Journal(Path("study").resolve())
    assert other.read_only
    with pytest.raises(StudyLockedError):
        other.commit(train(), panel="training", key="t")
    journal.close()
    free = Journal(Path("study").resolve())
    assert free.read_only is None
    free.close()


def test_two_labs_of_one_kernel_share_the_journal(study: Path) -> None:
    one = open_journal(Path("study"))
    assert open_journal(Path("study")) is one
    one.close()
    journals._open.clear()


def test_edited_and_run_cell_is_what_the_record_keeps(journal: Journal) -> None:
    done(journal, journal.commit(select("a > 1"), panel="cuts", key="k"))
    journal.finished("0001", "done", text=select("a > 7").render())
    assert "a > 7" in nbformat.read("study.record.ipynb", as_version=4).cells[1].source
    journal.close()
    again = Journal(Path("study").resolve())
    assert again.entries[0].text == select("a > 7").render()
    assert again.newest("k") is None
    again.close()


def test_order_of_cells_is_watched(journal: Journal) -> None:
    done(journal, journal.commit(select("a > 1"), panel="cuts", key="k"))
    done(journal, journal.commit(train(), panel="training", key="t"))
    journal.notebook_has(cells(journal)[::-1])
    assert journal.order_differs


def test_ops_bring_the_import_cell_once(journal: Journal) -> None:
    changes = journal.commit(select("a > 1"), panel="cuts", key="k")
    ops = journal.ops(changes)
    assert [op["source"].split("\n")[0] for op in ops] == ["import hml_jupyter as hml", texts(journal)[0]]
    assert ops[1]["after"] == ["hml-study-0000"]
    journal.notebook_has([{"record_id": "0000", "edited": False}, *cells(journal)])
    assert len(journal.ops(changes)) == 1


@pytest.mark.parametrize("kind", ["file", "foreign"])
def test_study_that_is_not_ours_is_refused(study: Path, kind: str) -> None:
    if kind == "file":
        Path("study").write_text("x")
    else:
        Path("study").mkdir()
        Path("study/thesis.tex").write_text("x")
    with pytest.raises(PathError, match="study"):
        Journal(Path("study").resolve())
    assert kind == "file" or Path("study/thesis.tex").read_text() == "x"


@pytest.mark.parametrize("content", ["", "{}", '{"cells": 3}', "[]"])
def test_damaged_sidecar_is_refused_and_kept(study: Path, content: str) -> None:
    Path("study.record.ipynb").write_text(content)
    with pytest.raises(DamagedError, match=r"study\.record\.ipynb"):
        Journal(Path("study").resolve())
    assert Path("study.record.ipynb").read_text() == content


def test_step_that_worked_is_not_lost_when_its_cell_fails_again(journal: Journal) -> None:
    done(journal, journal.commit(select("a > 1"), panel="cuts", key="k"))
    done(journal, journal.commit(train(), panel="training", key="t"))
    for record_id in ("0001", "0002"):
        journal.started(record_id)
        journal.finished(record_id, "failed", error="NameError: name 'dataset' is not defined")
        assert journal.roll_back(record_id) == []
    assert len(nbformat.read("study.record.ipynb", as_version=4).cells) == 3
    assert journal.newest("k") is None
    journal.commit(select("b > 1", "other"), panel="cuts", key="other")
    assert texts(journal)[:2] == [select("a > 1").render().split("\n")[0], train().render().split("\n")[0]]


def test_reopened_step_that_fails_stays_in_the_record(journal: Journal) -> None:
    done(journal, journal.commit(train(), panel="training", key="t"))
    journal.close()
    again = Journal(Path("study").resolve())
    again.finished("0001", "failed", error="the file is gone")
    assert again.roll_back("0001") == []
    again.close()
    assert len(Journal(Path("study").resolve()).entries) == 1


def test_same_text_again_that_fails_is_not_rolled_back_further(journal: Journal) -> None:
    for cut in ("a > 1", "a > 2", "a > 2"):
        journal.commit(select(cut), panel="cuts", key="k")
        journal.finished("0001", "done")
    journal.commit(select("a > 2"), panel="cuts", key="k")
    journal.finished("0001", "failed", error="damaged")
    assert journal.roll_back("0001") == []
    assert "a > 2" in journal.entries[0].source


def test_failed_amendment_leaves_the_earlier_text_in_the_sidecar(journal: Journal) -> None:
    done(journal, journal.commit(select("a > 1"), panel="cuts", key="k"))
    journal.commit(select("a > 99"), panel="cuts", key="k")
    journal.finished("0001", "failed", error="no event left")
    assert "a > 1" in nbformat.read("study.record.ipynb", as_version=4).cells[1].source


def test_undo_after_a_roll_back_takes_the_entry(journal: Journal) -> None:
    done(journal, journal.commit(select("a > 1"), panel="cuts", key="k"))
    journal.commit(select("a > 99"), panel="cuts", key="k")
    journal.finished("0001", "failed", error="no event left")
    done(journal, journal.roll_back("0001"))
    assert [c.kind for c in journal.undo()] == ["remove"]


def test_undo_takes_no_edited_cell_away(journal: Journal) -> None:
    for cut in ("a > 1", "a > 2"):
        done(journal, journal.commit(select(cut), panel="cuts", key="k"))
    done(journal, journal.commit(train(), panel="training", key="t"))
    journal.notebook_has(cells(journal, "0002"))
    for record_id in (None, "0001", "0002"):
        with pytest.raises(RecordError, match="edited"):
            journal.undo(record_id)
    assert len(journal.entries) == 2
    journal.notebook_has(cells(journal))
    journal.finished("0002", "done", text=train().render().replace("train(", "train( "))
    with pytest.raises(RecordError, match="edited"):
        journal.undo()


def test_change_that_finds_its_cell_edited_leaves_everything_as_it_was(journal: Journal) -> None:
    for cut in ("a > 1", "a > 2", "a > 3"):
        done(journal, journal.commit(select(cut), panel="cuts", key="k"))
    before = journal.entries[0]
    for change in (lambda: journal.commit(select("a > 4"), panel="cuts", key="k"), journal.undo):
        change()
        journal.displaced("0001")
        now = journal.entries[0]
        assert (now.source, now.earlier, now.status, now.cell) == (before.source, before.earlier, "done", "edited")
        journal.notebook_has(cells(journal))


def test_two_notebooks_have_one_journal(journal: Journal) -> None:
    done(journal, journal.commit(select("a > 1"), panel="cuts", key="k"))
    first = cells(journal)
    journal.notebook_has(first, "a.ipynb", gone=False)
    assert [e.record_id for e in journal.missing("b.ipynb")] == ["0001"]
    journal.notebook_has([], "b.ipynb", gone=False)
    journal.notebook_has([], "b.ipynb")  # what was never there is not deleted there
    assert [e.record_id for e in journal.entries] == ["0001"]

    journal.placed("0001", "b.ipynb")
    for change in journal.commit(train(), panel="training", key="t"):
        journal.placed(change.entry.record_id, "b.ipynb")
    assert [c.entry.record_id for c in journal.unwritten("a.ipynb")] == ["0002"]
    assert journal.unwritten("b.ipynb") == []
    journal.notebook_has(first, "a.ipynb")
    assert [e.record_id for e in journal.entries] == ["0001", "0002"]

    journal.notebook_has(first, "b.ipynb")  # deleted in one notebook
    assert [e.record_id for e in journal.entries] == ["0001"]


def test_adopt_takes_cells_that_the_record_does_not_know(journal: Journal) -> None:
    unknown = {"record_id": "0007", "panel": "cuts", "key": "k", "source": select("a > 1").render(), "edited": False}
    journal.adopt([unknown, {"record_id": "0000"}, {"record_id": "../x", "source": "bad"}])
    journal.notebook_has([unknown], "a.ipynb", gone=False)
    (entry,) = journal.entries
    assert (entry.record_id, entry.target, entry.status, entry.cell) == ("0007", "selected", "not run", "here")
    assert journal.commit(train(), panel="training", key="t")[0].entry.record_id == "0008"


def test_numbers_of_pasted_cells_are_not_given_again(journal: Journal) -> None:
    journal.notebook_has([{"record_id": "0041", "edited": False}])
    assert journal.commit(train(), panel="training", key="t")[0].entry.record_id == "0042"


def test_undone_cell_that_the_user_brings_back_is_not_redone_twice(journal: Journal) -> None:
    done(journal, journal.commit(select("a > 1"), panel="cuts", key="k"))
    everything = cells(journal)
    journal.undo()
    journal.removed("0001")
    journal.notebook_has(everything)
    assert len(journal.entries) == 1
    with pytest.raises(RecordError, match="nothing to redo"):
        journal.redo()


def test_redo_forgets_a_cell_that_was_deleted(journal: Journal) -> None:
    for cut in ("a > 1", "a > 2"):
        done(journal, journal.commit(select(cut), panel="cuts", key="k"))
    done(journal, journal.undo())
    journal.notebook_has([])
    assert journal.entries == []
    with pytest.raises(RecordError, match="nothing to redo"):
        journal.redo()


def test_edited_cell_of_several_lines_still_depends(journal: Journal) -> None:
    done(journal, journal.commit(select("a > 1"), panel="cuts", key="k"))
    done(journal, journal.commit(train(), panel="training", key="t"))
    journal.finished("0002", "done", text="small = selected\nbdt = hml.train(small)")
    assert journal.dependents(journal.entries[0]) == [journal.entries[1]]


def result(path: str, owner: str | None = None) -> Path:
    folder = Path(path)
    folder.mkdir(parents=True)
    record = {"schema": 1, "owner": owner, "recipe": {"sha256": "ab" * 32}, "files": {"x": "0"}}
    (folder / "result.json").write_text(json.dumps(record))
    return folder


@pytest.mark.parametrize("study_path", ["study", "deep/er/study"])
def test_undo_puts_the_folder_aside(study: Path, study_path: str) -> None:
    journal = Journal(Path(study_path).resolve())
    call = Call("select", (Ref("dataset"), ["a > 1"]), {"path": f"{study_path}/data/selected"}, "selected")
    done(journal, journal.commit(call, panel="cuts", key="k"))
    folder = result(f"{study_path}/data/selected", "0001")
    journal.undo()
    assert not folder.exists()
    assert list(Path(study_path, ".undone").iterdir())
    journal.close()


@pytest.mark.parametrize(
    ("path", "owner"), [("study/data/mine", "0007"), ("elsewhere/mine", None), ("study/../elsewhere/mine", None)]
)
def test_undo_moves_no_folder_of_others(journal: Journal, path: str, owner: str | None) -> None:
    folder = result(path, owner)
    call = Call("select", (Ref("dataset"), ["a > 1"]), {"path": path}, "mine")
    done(journal, journal.commit(call, panel="cuts", key="k"))
    journal.undo()
    assert folder.exists()


@pytest.mark.parametrize("damage", ["{", None])
def test_undo_leaves_a_folder_that_it_cannot_read(journal: Journal, damage: str | None) -> None:
    done(journal, journal.commit(select("a > 1"), panel="cuts", key="k"))
    file = result("study/data/selected") / "result.json"
    file.write_text(damage) if damage else file.unlink()
    assert [c.kind for c in journal.undo()] == ["remove"]
    assert Path("study/data/selected").exists()


def test_study_that_moved_opens_with_its_new_paths(journal: Journal) -> None:
    done(journal, journal.commit(select("a > 1"), panel="cuts", key="k"))
    done(journal, journal.commit(select("a > 2"), panel="cuts", key="k"))
    journal.close()
    Path("thesis").mkdir()
    Path("study").rename("thesis/zz")
    Path("study.record.ipynb").rename("thesis/zz.record.ipynb")
    again = Journal(Path("thesis/zz").resolve())
    entry = again.entries[0]
    assert entry.path == "thesis/zz/data/selected"
    assert entry.source == entry.call.render() if entry.call else False
    assert '"thesis/zz/data/selected"' in entry.earlier[0]
    again.close()


def test_record_that_cannot_be_written_records_nothing(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    done(journal, journal.commit(select("a > 1"), panel="cuts", key="k"))
    before = list(journal.entries)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("hml_jupyter.sidecar.write_text", full)
        for call, key in ((select("a > 2"), "k"), (train(), "t")):
            with pytest.raises(PathError, match="No space left on device"):
                journal.commit(call, panel="p", key=key)
            assert journal.entries == before
    assert journal.commit(train(), panel="training", key="t")[0].entry.record_id == "0002"


def test_read_only_study_is_writable_once_the_other_kernel_is_gone(study: Path) -> None:
    code = "from pathlib import Path; from hml_jupyter.journal import Journal; j = Journal(Path('study').resolve())"
    command = [sys.executable, "-c", f"{code}; print(j.read_only, flush=True); input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "None\n"
        assert open_journal(Path("study")).read_only
        other.kill()
    found = open_journal(Path("study"))
    assert found.read_only is None
    found.close()
    journals._open.clear()


def test_link_out_of_the_working_folder_is_no_study(study: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    Path("study").symlink_to(outside)
    with pytest.raises(PathError, match="inside the working folder"):
        open_journal(Path("study"))
    assert list(outside.iterdir()) == []
