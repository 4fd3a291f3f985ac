from __future__ import annotations

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
