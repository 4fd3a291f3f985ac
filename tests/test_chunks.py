from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from generators.test_pythia import lhe
from hypothesis import given
from hypothesis import strategies as st

from hml_jupyter import chunks, executors
from hml_jupyter.errors import ArgumentError, GeneratorError
from hml_jupyter.events import read_run

SIGMA = st.floats(1e-3, 1e6)


class Here(Executor):
    """Runs every task at once, and remembers them."""

    def __init__(self) -> None:
        self.tasks: list[Any] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.tasks += args
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@pytest.fixture
def here() -> Iterator[Here]:
    executor = Here()
    executors.set_executor(executor)
    yield executor
    executors.set_executor(None)


def test_combine_is_the_mean_weighted_with_events() -> None:
    value, error = chunks.combine([(250, 2.0, 0.2), (250, 4.0, 0.2), (100, 3.0, 0.0)])
    assert value == pytest.approx(3.0)
    assert error == pytest.approx((2 * (250 * 0.2) ** 2) ** 0.5 / 600)


@given(st.lists(st.tuples(st.integers(1, 250), SIGMA, SIGMA), min_size=1, max_size=8))
def test_combine_lies_between(estimates: list[tuple[int, float, float]]) -> None:
    value, error = chunks.combine(estimates)
    sigmas = [s for _, s, _ in estimates]
    assert min(sigmas) * (1 - 1e-9) <= value <= max(sigmas) * (1 + 1e-9)
    assert error <= max(e for _, _, e in estimates) * (1 + 1e-9)


def test_half_written_chunks_are_made_again(study: Path, here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_EVENTS", 2)
    whole = chunks.write_showered(study, None, pieces(4, []), 4, 3, "lhe", None, (500.0, 2.8))
    (study / "chunk-000000-2.json").unlink()
    (study / "chunk-000000-2.parquet").write_bytes(b"half")
    (study / ".chunk-000001-2.half").write_bytes(b"half")
    again = chunks.write_showered(study, None, pieces(4, []), 4, 3, "lhe", None, (500.0, 2.8))
    assert again == whole
    assert [task.index for task in here.tasks] == [0, 1, 0]


def pieces(n: int, asked: list[tuple[int, int]]) -> Any:
    """Tops in pieces, as a reader of LHE files gives them."""

    def give(size: int, first: int) -> Iterable[bytes]:
        asked.append((size, first))
        sizes = [min(size, n - start) for start in range(0, n, size)]
        return (lhe(count) for count in sizes[first:])

    return give


def test_an_executor_that_was_closed(study: Path, here: Here) -> None:
    with ThreadPoolExecutor(1) as pool:
        executors.set_executor(pool)
    with pytest.raises(ArgumentError, match="takes no work"):
        chunks.write_showered(study, None, pieces(4, []), 4, 3, "lhe", None, (500.0, 2.8))


def test_write_showered(study: Path, here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_EVENTS", 2)
    asked: list[tuple[int, int]] = []
    written = chunks.write_showered(study, None, pieces(5, asked), 5, 3, "lhe", None, (500.0, 2.8))
    assert asked == [(2, 0)]
    assert (written.summary["cross_section"], written.summary["error"]) == (500.0, 2.8)
    assert (written.summary["n_events"], written.summary["sum_of_weights"]) == (5, 2500.0)
    assert written.summary["process"] is None
    assert len(read_run(study)) == 5
    assert [task.n_events for task in here.tasks] == [2, 2, 1]
    # what is there is not made again, and the file is read from where it matters
    (study / "chunk-000001-2.json").unlink()
    again = chunks.write_showered(study, None, pieces(5, asked), 5, 3, "lhe", None, (500.0, 2.8))
    assert again == written
    assert asked[1:] == [(2, 1)]
    assert [task.index for task in here.tasks[3:]] == [1]


class Losing(Here):
    """Loses tasks on their first `times` ways."""

    def __init__(self, times: int, problem: Exception | None) -> None:
        super().__init__()
        self.times, self.problem = times, problem

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        if self.tasks.count(args[0]) >= self.times:
            return super().submit(fn, *args, **kwargs)
        self.tasks += args
        future: Future[Any] = Future()
        if self.problem is None:
            future.cancel()
            future.set_running_or_notify_cancel()
        else:
            future.set_exception(self.problem)
        return future


@pytest.mark.parametrize(
    ("times", "problem", "goes"),
    [
        (2, ValueError("not enough values to unpack"), True),
        (1, None, True),
        (3, ValueError("not enough values to unpack"), False),
        (1, GeneratorError("nothing passes the cuts"), False),
        (1, BrokenExecutor("gone"), False),
    ],
)
def test_tasks_that_are_lost_are_given_out_again(
    study: Path, monkeypatch: pytest.MonkeyPatch, times: int, problem: Exception | None, goes: bool
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_EVENTS", 2)
    monkeypatch.setattr(executors, "_chosen", Losing(times, problem), raising=True)
    if goes:
        written = chunks.write_showered(study, None, pieces(4, []), 4, 3, "lhe", None, (500.0, 2.8))
        assert written.summary["n_events"] == 4
    else:
        with pytest.raises(GeneratorError, match=r"nothing passes|call again"):
            chunks.write_showered(study, None, pieces(4, []), 4, 3, "lhe", None, (500.0, 2.8))


def test_a_worker_that_dies_tells_where(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_EVENTS", 2)
    monkeypatch.setattr(executors, "_chosen", Losing(9, BrokenExecutor("gone")))
    with pytest.raises(
        GeneratorError, match=r"too little memory, or it has crashed\); .* events 1 to 6 of the LHE file"
    ):
        chunks.write_showered(study, None, lambda *_: [b"", lhe(2), lhe(2)], 6, 3, "lhe", None, (500.0, 2.8))


@pytest.mark.usefixtures("here")
def test_write_showered_needs_all_events(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_EVENTS", 2)
    with pytest.raises(GeneratorError, match="ended before its event 3 of 6; it may be cut short"):
        chunks.write_showered(study, None, pieces(2, []), 6, 3, "lhe", None, (500.0, 2.8))
