"""A kernel that is killed at a bad moment: what was recorded is intact, nothing half is taken for a whole, the next call completes."""

from __future__ import annotations

import importlib
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor
from pathlib import Path

import pytest

from hml_jupyter.journal import Journal
from hml_jupyter.provenance import Recipe, Written, open_result, produce
from tests.test_provenance import Number, load


def again(value: int) -> Number:
    def write(folder: Path) -> Written:
        (folder / "number.txt").write_text(str(value))
        return Written(f"{value}" * 8, {"value": value})

    return produce("study/data/a", Recipe("make", 1, {"value": value}), write, load)


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def kernel(folder: Path, moment: str, value: int) -> None:
    """What the kernel does that is killed: it dies in the function that is named."""
    os.chdir(folder)
    module, name = moment.split(":")
    place = importlib.import_module(f"hml_jupyter.{module}")
    owner, _, method = name.rpartition(".")
    setattr(getattr(place, owner) if owner else place, method, die)
    again(value)


def killed(moment: str, value: int) -> None:
    """Let a process die at a moment; it is forked from a clean one, which has imported everything."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=kernel, args=(Path.cwd(), moment, value))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL


@pytest.mark.parametrize(
    "moment",
    ["os:fsync", "records:write_json", "records:sync", "provenance:put_aside", "provenance:sync", "provenance:mark_study",
     "aside:sync", "provenance:seal"],
)  # fmt: skip
def test_killed_while_saving(study: Path, moment: str) -> None:
    again(1)
    if moment == "os:fsync":
        moment = "canonical:os.fsync"
    killed(moment, 2)
    if Path("study/data/a").exists():
        assert open_result("study/data/a", "make", load).value in (1, 2)
    assert again(2).value == 2
    assert again(1).value == 1
    assert not list(Path("study").rglob("*.half"))
    assert set(json.loads(Path("study/data/a/result.json").read_text())["files"]) == {"number.txt"}
    assert not Path("study/data/.partial").exists()


def test_killed_between_the_old_and_the_new_computes_nothing_again(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again(1)
    killed("aside:sync", 2)
    assert not Path("study/data/a").exists()
    monkeypatch.setattr("hml_jupyter.provenance.seal", lambda *_: pytest.fail("computed again"))
    assert again(2).value == 2


GENERATE = """
import hml_jupyter as hml
from hml_jupyter import chunks
from pathlib import Path
from hml_jupyter.journal import open_journal
journal = open_journal(Path("study"))
chunks.CHUNK_EVENTS = 100
hml.generate("p p > z z", events=600, seed=1, path="study/runs/zz")
"""


def test_killed_while_generating(study: Path, one_thread: Executor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hml_jupyter.chunks.CHUNK_EVENTS", 100)
    with subprocess.Popen([sys.executable, "-c", GENERATE], start_new_session=True) as kernel:
        try:
            until(lambda: len(list(Path("study/runs").glob(".partial/*/chunk-*.json"))) >= 1)
            workers = children(kernel.pid)
            assert workers
            assert Journal(Path("study").resolve()).read_only
        finally:
            kernel.kill()
    until(lambda: not any(map(alive, workers)))
    journal = Journal(Path("study").resolve())
    assert journal.read_only is None
    journal.close()
    assert not Path("study/runs/zz").exists()
    kept = {f: f.stat().st_mtime_ns for f in Path("study/runs").glob(".partial/*/chunk-*.json")}
    assert kept
    import hml_jupyter as hml

    run = hml.generate("p p > z z", events=600, seed=1, path="study/runs/zz")
    assert run.n_events == len(run.events()) == 600
    assert run.fingerprint == hml.generate("p p > z z", events=600, seed=1).fingerprint
    assert sorted(f.name for f in Path("study/runs/zz").iterdir()) == sorted([*run.record["files"], "result.json"])


def until(condition: object, seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.05)


def children(pid: int) -> list[int]:
    found = [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(p) for p in (task / "children").read_text().split()]
    return sorted(set(found))


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:1]
