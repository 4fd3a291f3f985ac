from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from hml_jupyter import sharing
from hml_jupyter.sharing import in_pieces, of_each


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Also where there is one core."""
    threads = sharing._threads
    threads.cache_clear()
    monkeypatch.setattr(sharing, "usable_cores", lambda: 2)
    yield
    threads()[0].shutdown()
    threads.cache_clear()


@pytest.mark.parametrize(
    ("events", "pieces"), [(0, []), (1, [1]), (9, [9]), (10, [10]), (11, [10, 1]), (35, [10, 10, 10, 5])]
)
def test_every_event_is_worked_on_once(events: int, pieces: list[int]) -> None:
    times, sizes = np.zeros(events, int), {}

    def work(rows: slice) -> None:
        times[rows] += 1
        sizes[rows.start] = rows.stop - rows.start

    in_pieces(work, events, 10)
    assert (times == 1).all()
    assert [sizes[start] for start in sorted(sizes)] == pieces


def test_another_thread_works_too() -> None:
    met = threading.Barrier(2, timeout=60)
    in_pieces(lambda _: met.wait() and None, 2, 1)
    assert not met.broken


def test_another_thread_works_again_after_an_error() -> None:
    met = threading.Barrier(2, timeout=60)

    def fails(rows: slice) -> None:
        met.wait()
        msg = f"piece {rows.start}"
        raise ValueError(msg)

    for _ in range(3):
        with pytest.raises(ValueError, match="piece 0"):
            in_pieces(fails, 2, 1)


def test_the_error_of_the_first_piece_is_raised() -> None:
    """The second piece fails first: the first one waits for it."""
    failed, done = threading.Event(), []

    def work(rows: slice) -> None:
        if rows.start == 0:
            failed.wait(60)
        done.append(rows.start)
        if rows.start < 2:
            failed.set()
            msg = f"piece {rows.start}"
            raise ValueError(msg)

    with pytest.raises(ValueError, match="piece 0"):
        in_pieces(work, 100, 1)
    assert sorted(done)[:2] == [0, 1]
    assert len(done) < 100


def test_pieces_of_pieces_wait_for_no_thread() -> None:
    """Both threads are in pieces that are cut again."""
    times, met = np.zeros((2, 30), int), threading.Barrier(2, timeout=60)

    def work(rows: slice) -> None:
        def inner(columns: slice) -> None:
            times[rows, columns] += 1

        met.wait()
        in_pieces(inner, 30, 10)

    in_pieces(work, 2, 1)
    assert (times == 1).all()


def test_an_interrupt_ends_the_work() -> None:
    """The other thread finishes the piece that it has, and takes no other."""
    met, main, done = threading.Barrier(2, timeout=60), threading.current_thread(), []

    def work(rows: slice) -> None:
        if rows.start < 2:
            met.wait()
        if threading.current_thread() is main:
            raise KeyboardInterrupt
        done.append(rows.start)

    with pytest.raises(KeyboardInterrupt):
        in_pieces(work, 10**9, 1)
    assert len(done) < 10**6
    in_pieces(lambda rows: done.append(-rows.start), 3, 1)
    assert {-1, -2} <= {*done}


def test_no_thread_is_lost_where_another_cannot_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second of three others does not start: the first ends its piece and takes no other, and all three are free again."""
    met, done = threading.Event(), []

    class Pool(ThreadPoolExecutor):
        def submit(self, *args: Any) -> Any:
            if self._threads:
                met.wait(60)
                msg = "can't start new thread"
                raise RuntimeError(msg)
            return super().submit(*args)

    free = threading.Semaphore(3)

    def work(rows: slice) -> None:
        met.set()
        done.append(rows.start)

    with Pool(3) as pool:
        monkeypatch.setattr(sharing, "_threads", lambda: (pool, free))
        with pytest.raises(RuntimeError, match="can't start new thread"):
            in_pieces(work, 10**9, 1)
        assert [free.acquire(blocking=False) for _ in range(4)] == [True, True, True, False]
        ended = len(done)
    assert 0 < ended == len(done)


def test_no_events_need_no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "_threads", None)
    in_pieces(lambda _: pytest.fail("there is no event"), 0, 10)


def test_of_each_gives_them_in_order() -> None:
    """The first waits for the second."""
    second = threading.Event()

    def work(item: int) -> int:
        if item == 5:
            second.wait(60)
        second.set()
        return 10 * item

    assert of_each(work, [5, 3, 4]) == [50, 30, 40]
    assert of_each(work, []) == []
