"""Work on many events, a piece at a time, shared among the cores."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache
from threading import Event, Semaphore

from ..executors import usable_cores

__all__ = ["PIECE", "in_pieces"]

#: Events with a number in each column that are worked on at once: their numbers stay in a processor's cache from the first
#: check to the last layer.
PIECE = 4 * 4096


def in_pieces(work: Callable[[slice], None], events: int, step: int = PIECE) -> None:
    """Call `work` for `step` events at a time, in this thread and in others: numpy and onnxruntime compute outside of Python's lock.

    Of several pieces that fail, the error of the first is raised.

    Examples
    --------
    >>> import numpy as np
    >>> found = np.zeros(5)
    >>> def work(rows: slice) -> None:
    ...     found[rows] = rows.stop
    >>> in_pieces(work, 5, 2)
    >>> found.tolist()
    [2.0, 2.0, 4.0, 4.0, 5.0]
    """
    if events <= step:
        if events:
            work(slice(0, events))
        return
    starts = iter(range(0, events, step))
    failed: dict[int, Exception] = {}
    ended = Event()

    def share() -> None:
        # what is taken is worked on: no piece before one that fails is left out
        while not ended.is_set() and (start := next(starts, None)) is not None:
            try:
                work(slice(start, min(start + step, events)))
            except Exception as error:  # noqa: BLE001 (it is raised below)
                failed[start] = error
                ended.set()

    pool, free = _threads()
    with ExitStack() as after:
        try:
            for _ in range(-(-events // step) - 1):
                if not free.acquire(blocking=False):
                    break  # the others are in pieces of their own
                after.callback(free.release)
                after.callback(_end, pool.submit(share))
            share()
        finally:
            ended.set()
    if failed:
        raise failed[min(failed)]


def _end(helper: Future[None]) -> None:
    # a thread that has not begun may be lost in a fork: it is not waited for
    if not helper.cancel():
        helper.result()


@cache
def _threads() -> tuple[ThreadPoolExecutor, Semaphore]:
    """Return threads that stay, and how many are free: to start one takes as long as to score thousands of events."""
    others = usable_cores() - 1
    return ThreadPoolExecutor(max(others, 1), "hml-pieces"), Semaphore(others)
