from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from hml_jupyter.calls import Call, Ref
from hml_jupyter.journal import Journal
from tests.journals import done, select, texts, train


@pytest.fixture
def journal(study: Path) -> Iterator[Journal]:
    found = Journal(Path("study").resolve())
    yield found
    found.close()


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


def chain(journal: Journal) -> None:
    """An edited step, what depends on it, and a step of its own."""
    done(journal, journal.commit(select("a > 1"), panel="cuts", key="k"))
    journal.commit(select("a > 2", "selected_2"), panel="cuts", key="k", amend=False)
    journal.commit(train("selected_2", "bdt_2"), panel="training", key="t", amend=False)
    journal.commit(Call("compare", ([Ref("bdt_2")],)), panel="training", key="c", amend=False)


def test_failed_chain_goes_with_what_was_to_use_it(journal: Journal) -> None:
    chain(journal)
    journal.commit(select("b > 1", "other"), panel="cuts", key="o", amend=False)
    journal.finished("0002", "failed", error="no")
    kept = nbformat.read("study.record.ipynb", as_version=4).cells
    assert [c.source.split(" = ")[0] for c in kept[1:]] == ["selected", "other"]
    changes = journal.roll_back("0002")
    assert [(c.kind, c.entry.record_id) for c in changes] == [
        ("remove", "0004"),
        ("remove", "0003"),
        ("remove", "0002"),
    ]
    assert [e.target for e in journal.entries] == ["selected", "other"]


def test_failed_middle_of_a_chain_keeps_what_worked(journal: Journal) -> None:
    chain(journal)
    journal.finished("0002", "done")
    journal.finished("0003", "failed", error="no")
    assert [c.entry.record_id for c in journal.roll_back("0003")] == ["0004", "0003"]
    assert [e.target for e in journal.entries] == ["selected", "selected_2"]


def test_failed_step_that_later_ones_have_used_stays(journal: Journal) -> None:
    chain(journal)
    journal.finished("0003", "done")
    journal.finished("0002", "failed", error="no")
    assert journal.roll_back("0002") == []
    assert len(journal.entries) == 4
