"""Work on many events, a piece at a time, shared among the cores."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import Event

from ..executors import usable_cores

__all__ = ["PIECE", "in_pieces"]

#: Events with a number in each column that are worked on at once: their numbers stay in a processor's cache from the first
#: check to the last layer.
PIECE = 5 * 2048


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
    if 0 < events <= step:
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

    helpers = [_pool().submit(share) for _ in range(min(usable_cores(), -(-events // step)) - 1)]
    try:
        share()
    finally:
        ended.set()
        for helper in helpers:
            # one that has not begun is not waited for: its thread may be busy, or be lost in a fork
            if not helper.cancel():
                helper.result()
    if failed:
        raise failed[min(failed)]


@cache
def _pool() -> ThreadPoolExecutor:
    """Return threads that stay: to start one takes as long as to score thousands of events."""
    return ThreadPoolExecutor(usable_cores() - 1, "hml-pieces")
