from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

import pytest

from hml_jupyter.errors import PathError
from hml_jupyter.provenance import Recipe, Written, open_result, produce
from hml_jupyter.studies import _tell_no_locks, claim_study, inside, lock_study, writable
from tests.test_provenance import Number, load


def make(path: Any, value: int = 1) -> Number:
    def write(folder: Path) -> Written:
        (folder / "number.txt").write_text(str(value))
        return Written("f", {})

    return produce(path, Recipe("make", 1, {"value": value}), write, load)


def refuse(number: int) -> Any:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, "No space left on device" if number == errno.ENOSPC else "Read-only file system")

    return fail


@pytest.mark.parametrize("path", [3, "a\0b", "a\nb", "~/../x", "/", "./..", "study/../../x"])
def test_path_that_is_none(study: Path, path: Any) -> None:
    with pytest.raises(PathError, match="stay inside"):
        make(path)


def test_inside(study: Path) -> None:
    assert inside("study/runs/zz") == study.resolve() / "study" / "runs" / "zz"
    assert inside("./study") == study.resolve() / "study"
    assert list(study.iterdir()) == []
    (study / "out").symlink_to("/")
    (study / "in").symlink_to("study")
    assert inside("in") == study.resolve() / "study"
    for wrong in ("", ".", "..", "/tmp/a", "a/../../b", "a\\b", "a\nb", "out", "out/a", Path("a"), 3):
        with pytest.raises(
            PathError, match=r"^the study .* must be a text, relative and stay inside the working folder"
        ):
            inside(wrong, "the study ")


def test_name_too_long(study: Path) -> None:
    with pytest.raises(PathError, match="cannot be written"):
        make("study/runs/" + "a" * 300)


@pytest.mark.parametrize("place", ["study", "study/data", "study/data/.partial"])
def test_file_in_the_way(study: Path, place: str) -> None:
    Path(place).parent.mkdir(parents=True, exist_ok=True)
    Path(place).write_text("mine")
    with pytest.raises(PathError, match="cannot be written"):
        make("study/data/a")
    assert Path(place).read_text() == "mine"


@pytest.mark.parametrize("moment", ["records.write_json", "records.sync", "aside.sync", "provenance.put_aside"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_disk_that_is_full_loses_nothing(
    study: Path, monkeypatch: pytest.MonkeyPatch, moment: str, number: int
) -> None:
    make("study/data/a", 1)
    with monkeypatch.context() as patch:
        patch.setattr(f"hml_jupyter.{moment}", refuse(number))
        with pytest.raises(PathError, match=r"cannot be written .*(No space|Read-only)"):
            make("study/data/a", 2)
    if Path("study/data/a").exists():
        assert open_result("study/data/a", "make", load).value == 1
    assert make("study/data/a", 2).value == 2
    assert make("study/data/a", 1).value == 1


def test_result_of_a_neighbour_is_not_cleaned_up(study: Path) -> None:
    work = Path(f"study/data/.partial/a-b-{'0' * 16}")
    work.mkdir(parents=True)
    make("study/data/a")
    assert work.exists()


def test_study_that_cannot_be_written(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hml_jupyter.studies.write_json", refuse(errno.EROFS))
    with pytest.raises(PathError, match=r"study folder study cannot be written .Read-only"):
        claim_study(Path("study").resolve())


def test_foreign_folder_is_named_once(study: Path) -> None:
    Path("study").mkdir()
    Path("study/thesis.tex").write_text("x")
    with pytest.raises(PathError, match=r"^study holds other files \(thesis.tex\)"):
        claim_study(Path("study").resolve())


def test_lock(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Path("study").resolve()
    place.mkdir()
    lock, why = lock_study(place)
    assert (lock is not None, why) == (True, None)
    assert "another kernel" in str(lock_study(place)[1])
    assert lock is not None
    lock.release()
    monkeypatch.setattr("hml_jupyter.studies.FileLock.acquire", refuse(errno.EROFS))
    assert "cannot be written" in str(lock_study(place)[1])


@pytest.mark.parametrize("error", [OSError(errno.ENOSYS, ""), OSError(errno.ENOLCK, "")])
def test_file_system_without_locks_is_told_once(
    study: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    def unable(*_: object, **__: object) -> None:
        raise error

    _tell_no_locks.cache_clear()
    monkeypatch.setattr("hml_jupyter.studies.FileLock.acquire", unable)
    place = Path("study").resolve()
    place.mkdir()
    assert lock_study(place) == (None, None)
    assert capsys.readouterr().out.startswith("this file system has no locks, so two kernels are not kept apart: ")
    assert lock_study(place) == (None, None)
    assert make("study/data/a").value == 1
    assert capsys.readouterr().out == ""


def test_unicode_and_quotes(study: Path) -> None:
    assert writable('é "x"/data/a').parent.is_dir()
    assert make('é "x"/data/a').path == 'é "x"/data/a'
    assert json.loads(Path('é "x"/study.json').read_text())["kind"] == "study"


@pytest.mark.parametrize("path", ["~", "~/x", "~user/x"])
def test_a_home_folder_is_refused(study: Path, path: str) -> None:
    with pytest.raises(PathError, match=r"path='~.*' begins with ~, which stands for no folder here"):
        writable(path)
    assert not list(study.glob("~*"))


@pytest.mark.parametrize("path", ["models/a/b", "models/a/b/c", "link/b"])
def test_a_place_inside_another_result(study: Path, path: str) -> None:
    make("models/a", 1)
    (study / "link").symlink_to(study / "models" / "a")
    before = sorted((study / "models" / "a").rglob("*"))
    with pytest.raises(PathError, match=r"path='.*' lies in 'models/a', which is the folder of another result"):
        make(path, 2)
    assert sorted((study / "models" / "a").rglob("*")) == before
