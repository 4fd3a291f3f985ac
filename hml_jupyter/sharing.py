"""Work on arrays that is shared among the cores, a piece at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache
from threading import Event, Semaphore
from typing import TypeVar

from .executors import usable_cores

__all__ = ["in_pieces", "of_each"]

Given = TypeVar("Given")
Found = TypeVar("Found")


def in_pieces(work: Callable[[slice], None], n: int, step: int) -> None:
    """Call `work` for `step` of n rows at a time, in this thread and in others.

    NumPy, boost-histogram and onnxruntime compute outside of Python's lock. Of several pieces that fail, the error of the first is raised.

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
    if n <= step:
        if n:
            work(slice(0, n))
        return
    starts = iter(range(0, n, step))
    failed: dict[int, Exception] = {}
    ended = Event()

    def share() -> None:
        # what is taken is worked on: no piece before one that fails is left out
        while not ended.is_set() and (start := next(starts, None)) is not None:
            try:
                work(slice(start, min(start + step, n)))
            except Exception as error:  # noqa: BLE001 (it is raised below)
                failed[start] = error
                ended.set()

    pool, free = _threads()
    with ExitStack() as after:
        try:
            for _ in range(-(-n // step) - 1):
                if not free.acquire(blocking=False):
                    break  # the others are in pieces of their own
                after.callback(free.release)
                after.callback(_end, pool.submit(share))
            share()
        finally:
            ended.set()
    if failed:
        raise failed[min(failed)]


def of_each(work: Callable[[Given], Found], items: Sequence[Given]) -> list[Found]:
    """Return what `work` gives for each of the items, in their order; as `in_pieces`, one item at a time.

    Examples
    --------
    >>> of_each(len, ["a", "bc", ""])
    [1, 2, 0]
    """
    found: dict[int, Found] = {}

    def some(rows: slice) -> None:
        found[rows.start] = work(items[rows.start])

    in_pieces(some, len(items), 1)
    return [found[i] for i in range(len(items))]


def _end(helper: Future[None]) -> None:
    # a thread that has not begun may be lost in a fork: it is not waited for
    if not helper.cancel():
        helper.result()


@cache
def _threads() -> tuple[ThreadPoolExecutor, Semaphore]:
    """Return threads that stay, and how many are free: to start one takes as long as to score thousands of events."""
    others = usable_cores() - 1
    return ThreadPoolExecutor(max(others, 1), "hml-pieces"), Semaphore(others)
