from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hml_jupyter import journal as journals
from hml_jupyter.errors import DamagedError, PathError, StudyLockedError
from hml_jupyter.journal import Journal, open_journal
from hml_jupyter.studies import lock_study
from tests.journals import done, select, train


@pytest.fixture
def journal(study: Path) -> Iterator[Journal]:
    found = Journal(Path("study").resolve())
    yield found
    found.close()


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


def test_what_another_kernel_writes_until_it_lets_go_is_read(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    def lock(study: Path) -> Any:
        done(journal, journal.commit(select("a > 1"), panel="cuts", key="k"))
        journal.close()
        return lock_study(study)

    monkeypatch.setattr("hml_jupyter.ledger.lock_study", lock)
    later = Journal(Path("study").resolve())
    assert (later.read_only, [e.target for e in later.entries]) == (None, ["selected"])
    later.close()


def test_record_that_cannot_be_read_holds_no_lock(study: Path) -> None:
    Path("study.record.ipynb").write_text("{")
    with pytest.raises(DamagedError):
        Journal(Path("study").resolve())
    Path("study.record.ipynb").unlink()
    found = Journal(Path("study").resolve())
    assert found.read_only is None
    found.close()


def test_unobserve(journal: Journal) -> None:
    heard: list[str] = []
    one, two = (lambda: heard.append("one")), (lambda: heard.append("two"))
    journal.observe(one)
    journal.observe(two)
    journal.unobserve(one)
    journal.unobserve(one)
    journal.tell()
    assert heard == ["two"]
