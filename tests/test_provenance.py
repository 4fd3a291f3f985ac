from __future__ import annotations

import _thread
import json
import os
import shutil
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hml_jupyter import progress
from hml_jupyter.errors import ArgumentError, DamagedError, GeneratorError, PathError
from hml_jupyter.provenance import (
    Recipe,
    Result,
    Written,
    fingerprint,
    open_result,
    owner,
    partial_folder,
    produce,
    put_aside,
)


class Number(Result):
    def __init__(self, value: int) -> None:
        self.value = value


class Maker:
    """Writes a number and counts how often it was asked to."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, path: str | None, value: int, *, verb: str = "make", **inputs: Any) -> Number:
        def write(folder: Path) -> Written:
            self.calls += 1
            (folder / "number.txt").write_text(str(value))
            return Written(fingerprint({"value": np.array([value])}, {}), {"value": value})

        return produce(path, Recipe(verb, 1, {"value": value}, inputs), write, load)


def load(folder: Path) -> Number:
    return Number(int((folder / "number.txt").read_text()))


@pytest.fixture
def make(study: Path) -> Maker:
    return Maker()


def test_same_recipe_is_loaded_and_says_so(make: Maker, capsys: pytest.CaptureFixture[str]) -> None:
    first = make("study/data/a", 1)
    again = make("study/data/a", 1)
    assert make.calls == 1
    assert again.value == 1
    assert again.fingerprint == first.fingerprint
    assert "loaded" in capsys.readouterr().out


def test_in_memory_lives_as_long_as_the_result(make: Maker) -> None:
    result = make(None, 3)
    assert result.path is None
    assert (result.folder / "number.txt").read_text() == "3"
    assert not Path("study").exists()


def test_other_recipe_replaces_and_the_old_one_comes_back_without_computing(make: Maker) -> None:
    make("study/data/a", 1)
    assert make("study/data/a", 2).value == 2
    assert make("study/data/a", 1).value == 1
    assert make.calls == 2
    assert load(Path("study/data/a")).value == 1


@pytest.mark.parametrize(("who", "told"), [(None, True), ("cell:ab12", True), ("0001", False)])
def test_what_takes_the_place_of_another_result_says_where_that_goes(make: Maker, who: str | None, told: bool) -> None:
    heard: list[progress.Report] = []
    token = owner.set(who)
    try:
        make("study/data/a", 1)
        with progress.listening(heard.append):
            make("study/data/a", 2)
    finally:
        owner.reset(token)
    notices = [each.text for each in heard if each.is_notice]
    assert len(notices) == told
    for text in notices:
        assert text.startswith(
            "study/data/a was made by another call, or an earlier version, and is made anew; the earlier one goes to study/.undone/"
        )
        place = text.partition("goes to ")[2].partition(",")[0]
        assert load(Path(place)).value == 1


def test_put_aside_and_back(make: Maker) -> None:
    make("study/data/a", 1)
    put_aside(Path("study/data/a").absolute())
    assert not Path("study/data/a").exists()
    make("study/data/a", 1)
    assert make.calls == 1


@pytest.mark.parametrize("path", ["/tmp/a", "../a", "a/../../b", "", ".", "a\\b"])
def test_path_stays_inside_the_working_folder(make: Maker, path: str) -> None:
    with pytest.raises(PathError, match="inside the working folder"):
        make(path, 1)


def test_link_that_leads_out_is_refused(make: Maker, tmp_path_factory: pytest.TempPathFactory) -> None:
    Path("out").symlink_to(tmp_path_factory.mktemp("elsewhere"))
    with pytest.raises(PathError, match="inside the working folder"):
        make("out/a", 1)


def test_another_verb_does_not_take_a_path(make: Maker) -> None:
    make("study/data/a", 1)
    with pytest.raises(PathError, match="taken"):
        make("study/data/a", 1, verb="other")
    assert load(Path("study/data/a")).value == 1


def test_another_entry_does_not_take_a_path(make: Maker) -> None:
    token = owner.set("0001")
    make("study/data/a", 1)
    owner.reset(token)
    with pytest.raises(PathError, match="recorded entry 0001"):
        make("study/data/a", 2)
    assert make("study/data/a", 1).value == 1


def test_foreign_folder_is_refused(make: Maker) -> None:
    Path("study/data/a").mkdir(parents=True)
    Path("study/data/a/notes.txt").write_text("mine")
    with pytest.raises(PathError, match="not a result of hml_jupyter"):
        make("study/data/a", 1)
    assert Path("study/data/a/notes.txt").read_text() == "mine"


@pytest.mark.parametrize("content", ["2", None])
def test_damage_is_found(make: Maker, content: str | None) -> None:
    make("study/data/a", 1)
    file = Path("study/data/a/number.txt")
    if content is None:
        file.unlink()
    else:
        file.write_text(content)
    with pytest.raises(DamagedError, match=r"number\.txt"):
        make("study/data/a", 1)
    with pytest.raises(DamagedError):
        open_result("study/data/a", "make", load)


def test_damaged_record_is_found(make: Maker) -> None:
    make("study/data/a", 1)
    Path("study/data/a/result.json").write_text("{")
    with pytest.raises(DamagedError, match="cannot be read"):
        make("study/data/a", 1)


def test_newer_schema_is_refused(make: Maker) -> None:
    make("study/data/a", 1)
    file = Path("study/data/a/result.json")
    file.write_text(json.dumps(json.loads(file.read_text()) | {"schema": 99}))
    with pytest.raises(DamagedError, match="newer version"):
        open_result("study/data/a", "make", load)


def test_interrupt_keeps_the_work_and_nothing_half(study: Path) -> None:
    seen: list[list[str]] = []

    def write(folder: Path) -> Written:
        seen.append(sorted(f.name for f in folder.iterdir()))
        (folder / "chunk-0").write_text("0")
        if len(seen) == 1:
            raise KeyboardInterrupt
        (folder / "number.txt").write_text("7")
        return Written("f", {})

    recipe = Recipe("make", 1, {})
    with pytest.raises(KeyboardInterrupt):
        produce("study/data/a", recipe, write, load)
    assert not Path("study/data/a").exists()
    assert partial_folder("study/data/a") is not None
    assert produce("study/data/a", recipe, write, load).value == 7
    assert seen == [[], ["chunk-0"]]
    assert partial_folder("study/data/a") is None


def test_an_argument_that_only_stops_shares_the_work(study: Path) -> None:
    folders = []

    def write(folder: Path) -> Written:
        folders.append(folder.name)
        raise KeyboardInterrupt

    for stop in (None, 7):
        with pytest.raises(KeyboardInterrupt):
            produce("study/models/a", Recipe("train", 1, {"stop_after": stop}, stops=("stop_after",)), write, load)
    assert folders[0] == folders[1]


@pytest.mark.parametrize("error", [MemoryError, RuntimeError, ArgumentError, GeneratorError, KeyboardInterrupt])
def test_error_keeps_what_is_finished(study: Path, error: type[BaseException]) -> None:
    seen: list[list[str]] = []

    def write(folder: Path) -> Written:
        seen.append(sorted(f.name for f in folder.iterdir()))
        (folder / "number.txt").write_text("7")
        if len(seen) == 1:
            raise error
        return Written("f", {})

    recipe = Recipe("make", 1, {})
    with pytest.raises(error):
        produce("study/data/a", recipe, write, load)
    assert produce("study/data/a", recipe, write, load).value == 7
    assert seen == [[], ["number.txt"]]


@pytest.mark.parametrize("error", [ValueError, ArgumentError, KeyboardInterrupt])
def test_error_before_anything_is_written_leaves_nothing(study: Path, error: type[BaseException]) -> None:
    def write(folder: Path) -> Written:
        raise error

    with pytest.raises(error):
        produce("study/data/a", Recipe("make", 1, {}), write, load)
    assert list(Path("study/data").iterdir()) == []


def test_a_call_that_is_refused_leaves_nothing(make: Maker) -> None:
    make("study/data/a", 1)
    with pytest.raises(PathError, match="is taken"):
        produce("study/data/a", Recipe("other", 1, {}), lambda _: Written("f", {}), load)
    assert [f.name for f in Path("study/data").iterdir()] == ["a"]


@pytest.mark.parametrize("path", ["study/data/a", None])
def test_scratch_is_removed_when_the_record_is_on_disk(
    study: Path, path: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(folder: Path) -> Written:
        for name in ("chunk-0", "chunk-1", "number.txt"):
            (folder / name).write_text("7")
        return Written("f", {}, scratch=("chunk-*",))

    if path:
        with monkeypatch.context() as patch:
            patch.setattr("hml_jupyter.records.write_json", interrupt)
            with pytest.raises(KeyboardInterrupt):
                produce(path, Recipe("make", 1, {}), write, load)
        left = partial_folder(path)
        assert left is not None
        assert sorted(f.name for f in left.iterdir()) == ["chunk-0", "chunk-1", "number.txt"]
    made = produce(path, Recipe("make", 1, {}), write, load)
    assert sorted(f.name for f in made.folder.iterdir()) == ["number.txt", "result.json"]
    assert list(made.record["files"]) == ["number.txt"]


def test_scratch_of_a_kernel_that_was_killed_before_it_tidied_up(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(folder: Path) -> Written:
        (folder / "number.txt").write_text("7")
        (folder / "chunk-0").write_text("")
        return Written("f", {}, scratch=("chunk-*",))

    with monkeypatch.context() as patch:
        patch.setattr("hml_jupyter.provenance.keep_recorded", interrupt)
        with pytest.raises(KeyboardInterrupt):
            produce("study/data/a", Recipe("make", 1, {}), write, load)
    monkeypatch.setattr("hml_jupyter.provenance.seal", interrupt)
    made = produce("study/data/a", Recipe("make", 1, {}), write, load)
    assert sorted(f.name for f in made.folder.iterdir()) == ["number.txt", "result.json"]


def interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("fails", ["write", "load"])
def test_an_error_in_memory_leaves_no_folder(study: Path, monkeypatch: pytest.MonkeyPatch, fails: str) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(study))

    def write(folder: Path) -> Written:
        (folder / "number.txt").write_text("7")
        if fails == "write":
            raise ValueError
        return Written("f", {})

    with pytest.raises((ValueError, KeyboardInterrupt)):
        produce(None, Recipe("make", 1, {}), write, interrupt if fails == "load" else load)
    assert list(study.iterdir()) == []


def test_stale_when_an_input_is_made_anew(make: Maker) -> None:
    a = make("study/data/a", 1)
    b = make("study/data/b", 5, parent=a)
    assert b.stale == ()
    make("study/data/a", 2)
    assert b.stale == ("study/data/a (parent) has been made anew since",)
    make("study/data/a", 1)
    assert b.stale == ()


def test_stale_of_a_result_that_was_loaded_from_elsewhere(make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    a = make("study/data/a", 1)
    make("study/data/b", 5, parent=a)
    make("study/data/a", 2)
    reason = ("study/data/a (parent) has been made anew since",)
    assert open_result(Path("study/data/b").absolute(), "make", load).stale == reason
    (elsewhere := Path("notes/deep")).mkdir(parents=True)
    monkeypatch.chdir(elsewhere)
    assert open_result("../../study/data/b", "make", load).stale == reason
    monkeypatch.chdir(Path.cwd().parents[1] / "study" / "data")
    assert open_result("b", "make", load).stale == reason
    assert open_result("../data/../../study/data/b", "make", load).stale == reason


@pytest.mark.parametrize("record", ["{", "[]", '{"schema": 1}', None])
def test_stale_where_an_input_is_damaged_or_gone(make: Maker, record: str | None) -> None:
    b = make("study/data/b", 5, parent=make("study/data/a", 1))
    if record is None:
        shutil.rmtree("study/data/a")
        assert b.stale == ("study/data/a (parent) is not there any more",)
    else:
        Path("study/data/a/result.json").write_text(record)
        assert b.stale[0].startswith("study/data/a (parent) cannot be read: a/result.json cannot be read (")


def test_stale_where_a_result_took_the_place_of_its_input(make: Maker) -> None:
    a = make("study/data/a", 1)
    assert make("study/data/a", 2, parent=a).stale == ("study/data/a (parent) has been made anew since",)


def test_in_memory_is_never_stale(make: Maker) -> None:
    made = make(None, 5, parent=make("study/data/a", 1))
    make("study/data/a", 2)
    assert made.in_memory
    assert made.stale == ()


def test_an_input_that_is_damaged_is_refused(make: Maker) -> None:
    a = make("study/data/a", 1)
    make("study/data/b", 5, parent=a)
    Path("study/data/a/number.txt").write_text("12")
    for _ in "twice":
        with pytest.raises(DamagedError, match=r"a/number\.txt is not what was saved; move the folder away"):
            make("study/data/c", 5, parent=a)
    Path("study/data/a/number.txt").unlink()
    with pytest.raises(DamagedError, match=r"a/number\.txt is missing"):
        make("study/data/c", 5, parent=a)
    assert not Path("study/data/c").exists()


@pytest.mark.parametrize("path", ["study/data/a", None])
def test_an_input_that_is_gone_is_refused(make: Maker, path: str | None) -> None:
    a = make(path, 1)
    shutil.rmtree(a.folder)
    with pytest.raises(PathError, match=rf"{a.folder} is not there; run the cell that made it again"):
        make("study/data/b", 5, parent=a)


def test_an_input_that_is_older_than_the_disk_is_refused(make: Maker) -> None:
    a = make("study/data/a", 1)
    new = make("study/data/a", 2)
    with pytest.raises(
        DamagedError, match=r"a has been made anew .* the object in memory is older .*study/data/a; run"
    ):
        make("study/data/b", 5, parent=a)
    make("study/data/b", 5, parent=new)
    make("study/data/a", 1)
    assert make("study/data/b", 6, parent=a).value == 6


def test_an_input_is_read_again_only_where_its_files_were_touched(make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    a = make("study/data/a", 1)
    monkeypatch.setattr(
        "hml_jupyter.records.file_sha256", lambda file: read.append(file.name) or a.record["files"][file.name]
    )
    a.check_unchanged()
    assert read == []
    os.utime("study/data/a/number.txt", ns=(1, 1))
    a.check_unchanged()
    a.check_unchanged()
    assert read == ["number.txt"]


@pytest.fixture
def other(study: Path) -> Iterator[threading.Event]:
    """Another kernel, as a thread, that computes study/data/a until the event is set."""
    begun, go = threading.Event(), threading.Event()

    def slow(folder: Path) -> Written:
        begun.set()
        assert go.wait(30)
        (folder / "number.txt").write_text("1")
        return Written("f", {})

    first = threading.Thread(target=produce, args=("study/data/a", Recipe("make", 1, {"value": 1}, {}), slow, load))
    first.start()
    assert begun.wait(30)
    yield go
    go.set()
    first.join()


def test_the_second_kernel_waits_and_loads(make: Maker, other: threading.Event) -> None:
    heard: list[str] = []

    def hear(report: progress.Report) -> None:
        heard.append(report.text)
        other.set()

    with progress.listening(hear):
        assert make("study/data/a", 1).value == 1
    assert make.calls == 0
    waits, *rest = [text for text in heard if "loaded" not in text]
    assert waits.startswith("study/data/a: another kernel is computing the same result; waiting")
    assert rest == []
    assert sorted(f.name for f in Path("study/data/a").iterdir()) == ["number.txt", "result.json"]
    assert not Path("study/data/.partial").exists()


def test_waiting_for_another_kernel_can_be_interrupted(make: Maker, other: threading.Event) -> None:
    def interrupt(_: progress.Report) -> None:
        threading.Timer(0.2, _thread.interrupt_main).start()

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a worker of pytest-xdist ignores it
    try:
        with progress.listening(interrupt), pytest.raises(KeyboardInterrupt):
            make("study/data/a", 1)
    finally:
        signal.signal(signal.SIGINT, before)
    assert not other.is_set()
    other.set()
    assert make("study/data/a", 1).value == 1
    assert make.calls == 0


def test_study_is_marked_with_its_environment(make: Maker) -> None:
    make("study/data/a", 1)
    assert json.loads(Path("study/study.json").read_text())["schema"] == 1
    assert "numpy==" in Path("study/environment.txt").read_text()


def test_fingerprint_speaks_of_content() -> None:
    base = fingerprint({"x": np.arange(3), "y": np.ones(2)}, {"unit": "GeV"})
    assert base == fingerprint({"y": np.ones(2), "x": np.arange(3)}, {"unit": "GeV"})
    assert base != fingerprint({"x": np.arange(3), "y": np.ones(2)}, {"unit": "MeV"})
    assert base != fingerprint({"x": np.arange(3).astype(">i4"), "y": np.ones(2)}, {"unit": "GeV"})
    assert base != fingerprint({"x": np.arange(3).reshape(3, 1), "y": np.ones(2)}, {"unit": "GeV"})


@pytest.mark.parametrize("path", [None, "study/data/a"])
@pytest.mark.parametrize("gone", [False, True])
def test_an_input_that_changes_while_it_is_read(path: str | None, gone: bool, study: Path) -> None:
    file = study / "input.txt"
    file.write_text("as it was hashed")

    def write(folder: Path) -> Written:
        (folder / "number.txt").write_text("1")
        if gone:
            file.unlink()
        else:
            file.write_text("as it was read")
        return Written(fingerprint({}, {}), {})

    with pytest.raises(
        DamagedError, match=r"input.txt has changed while it was read; nothing is kept of it, call again"
    ):
        produce(path, Recipe("make", 1, {}, {"input": file}), write, load)
    assert not (study / "study" / "data" / "a").exists()
    assert partial_folder("study/data/a") is None
