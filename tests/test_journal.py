from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from hml_jupyter.errors import PathError
from hml_jupyter.journal import Journal
from tests.journals import cells, done, select, texts, train


@pytest.fixture
def journal(study: Path) -> Iterator[Journal]:
    found = Journal(Path("study").resolve())
    yield found
    found.close()


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


def test_ids_are_not_given_twice(journal: Journal) -> None:
    journal.commit(select("a > 1"), panel="cuts", key="k")
    journal.undo()
    assert journal.commit(train(), panel="training", key="t")[0].entry.record_id == "0002"


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


def test_edited_cell_of_several_lines_still_depends(journal: Journal) -> None:
    done(journal, journal.commit(select("a > 1"), panel="cuts", key="k"))
    done(journal, journal.commit(train(), panel="training", key="t"))
    journal.finished("0002", "done", text="small = selected\nbdt = hml.train(small)")
    assert journal.dependents(journal.entries[0]) == [journal.entries[1]]


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
