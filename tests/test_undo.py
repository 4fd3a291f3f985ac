from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hml_jupyter.calls import Call, Ref
from hml_jupyter.errors import RecordError
from hml_jupyter.journal import Journal
from tests.journals import cells, done, result, select, texts, train


@pytest.fixture
def journal(study: Path) -> Iterator[Journal]:
    found = Journal(Path("study").resolve())
    yield found
    found.close()


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


def board(**look: str) -> Call:
    return Call("board", (Ref("dataset"), ["met"]), look, "board")


def test_undo_takes_the_last_change_back_wherever_it_stands(journal: Journal) -> None:
    done(journal, journal.commit(board(), panel="cuts", key="b", view=True))
    done(journal, journal.commit(select("a > 1"), panel="cuts", key="k"))
    done(journal, journal.commit(board(how="stacked"), panel="cuts", key="b", view=True))
    done(journal, journal.commit(train(), panel="training", key="t"))
    done(journal, journal.commit(board(how="overlaid"), panel="cuts", key="b", view=True))
    steps = [texts(journal)]
    assert "overlaid" in (journal.next_undo or "")
    kinds = []
    while journal.entries:
        changes = journal.undo()
        kinds += [(change.kind, change.entry.record_id) for change in changes]
        done(journal, changes)
        steps.append(texts(journal))
    assert kinds == [("upsert", "0001"), ("remove", "0003"), ("upsert", "0001"), ("remove", "0002"), ("remove", "0001")]
    assert "stacked" in steps[1][0]
    assert "how" not in steps[3][0]
    for texts_then in reversed(steps[:-1]):
        done(journal, journal.redo())
        assert texts(journal) == texts_then
    assert "overlaid" in (journal.next_undo or "")


def test_a_view_that_the_notebook_refused_is_no_change(journal: Journal) -> None:
    done(journal, journal.commit(board(), panel="cuts", key="b", view=True))
    done(journal, journal.commit(train(), panel="training", key="t"))
    journal.commit(board(how="stacked"), panel="cuts", key="b", view=True)
    journal.displaced("0001")
    assert [c.entry.record_id for c in journal.undo()] == ["0002"]


def test_a_view_that_fails_gets_its_earlier_text_back(journal: Journal) -> None:
    done(journal, journal.commit(board(), panel="cuts", key="b", view=True))
    done(journal, journal.commit(train(), panel="training", key="t"))
    journal.commit(board(how="stacked"), panel="cuts", key="b", view=True)
    journal.finished("0001", "failed", error="too large")
    assert [c.kind for c in journal.roll_back("0001")] == ["upsert"]
    assert "how" not in texts(journal)[0]
    assert [c.entry.record_id for c in journal.undo()] == ["0002"]


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
