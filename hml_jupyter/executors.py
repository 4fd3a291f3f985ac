"""Where parallel work runs; results never depend on it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import parent_process
from multiprocessing.connection import wait
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any, TypeVar

from .errors import ArgumentError

__all__ = ["death", "get_executor", "set_executor", "submit", "tasks_under_way", "usable_cores"]

#: Tasks that wait in our own pool beside those that run.
AHEAD = 8
#: Results of as many bytes may be under way to an executor that the user has set; how many workers it has is not known.
UNDER_WAY = 512 * 2**20

#: What a worker's signal means beside a crash.
_KILLED: dict[int, str] = {signal.SIGKILL: "the system kills a process so when memory runs out"}

T = TypeVar("T")
R = TypeVar("R")

_chosen: Executor | None = None


class _Worker(SpawnProcess):
    """A process that starts without the user's script: spawn would run it again, and workers only need this package."""

    def start(self) -> None:
        main = sys.modules["__main__"]
        hidden: dict[str, Any] = {n: main.__dict__[n] for n in ("__file__", "__spec__") if n in main.__dict__}
        main.__dict__.pop("__file__", None)
        main.__spec__ = None
        try:
            with _interrupts_held():
                super().start()
        finally:
            main.__dict__.update(hidden)


class _Spawn(SpawnContext):
    Process = _Worker


def set_executor(executor: Executor | None) -> None:
    """Choose where parallel work runs from now on.

    Parameters
    ----------
    executor : concurrent.futures.Executor or None
        For instance Dask's ``client.get_executor()``; it stays yours, nothing here closes it, and calls are refused once you
        have. None goes back to a pool of processes, one for each core, that is started for each call and closed after it.

    Raises
    ------
    ArgumentError
        It is not an executor.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> set_executor(ThreadPoolExecutor(1))
    >>> set_executor(None)
    """
    global _chosen  # noqa: PLW0603 (one choice for the kernel)
    if executor is not None and not callable(getattr(executor, "submit", None)):
        msg = f"set_executor needs a concurrent.futures.Executor or None, not {executor!r}"
        raise ArgumentError(msg)
    _chosen = executor


@contextmanager
def get_executor(tasks: int | None = None) -> Iterator[Executor]:
    """Give the executor for one call.

    Parameters
    ----------
    tasks : int, optional
        How many tasks there will be; no more processes than that are started.

    Notes
    -----
    The default pool is started by spawn (JAX may be loaded here, and a forked copy of it hangs). Its workers ignore the
    keyboard: the interrupt belongs to the caller, who ends them on the way out. They end themselves when the caller is killed.
    """
    if _chosen is not None:
        yield _chosen
        return
    workers = max(1, min(usable_cores(), tasks or usable_cores()))
    pool = ProcessPoolExecutor(workers, mp_context=_Spawn(), initializer=_quiet_worker)
    try:
        yield pool
    except BaseException:
        _end(pool)
        raise
    pool.shutdown()


def submit(executor: Executor, function: Callable[[T], R], task: T) -> Future[R]:
    """Give a task to an executor.

    Raises
    ------
    ArgumentError
        It takes none: the user has closed it since `set_executor`.
    """
    try:
        return executor.submit(function, task)
    except BrokenExecutor:  # a worker has died, which is another matter
        raise
    except RuntimeError as error:
        msg = (
            f"the executor that was given to hml.set_executor takes no work ({error}): give a new one, or "
            "hml.set_executor(None) for processes that are started for each call"
        )
        raise ArgumentError(msg) from error


def death(executor: Executor) -> str:
    """Tell how a worker of a broken pool has ended: its signal or exit code, and what that means, as far as it is known.

    Parameters
    ----------
    executor : concurrent.futures.Executor
        From `get_executor`. If it is our own pool, its other workers are ended; one that the user has set is left alone.
    """
    codes: set[int | None] = set()
    if executor is not _chosen and isinstance(executor, ProcessPoolExecutor):
        workers = list((executor._processes or {}).values())
        executor.shutdown(cancel_futures=True)  # its thread ends the others by SIGTERM
        codes = {worker.exitcode for worker in workers} - {None, 0, -signal.SIGTERM}
    if len(codes) != 1:
        return "there may be too little memory, or it has crashed"
    code = codes.pop() or 0
    if code > 0:
        return f"exit code {code}"
    return f"signal {-code}, {signal.strsignal(-code)}: {_KILLED.get(-code, 'it has crashed')}"


def tasks_under_way(size: int) -> int:
    """Return how many tasks should be submitted at once: enough for all workers, few enough for the memory of this process.

    Parameters
    ----------
    size : int
        Bytes of one result, roughly.
    """
    return usable_cores() + AHEAD if _chosen is None else max(usable_cores() + AHEAD, UNDER_WAY // size)


def usable_cores() -> int:
    """Return the number of processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold interrupts back; a worker inherits that and is deaf to them from its first moment, the caller gets them afterwards."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _quiet_worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this worker when the kernel is gone: one that was killed could not tell its pool."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _end(pool: ProcessPoolExecutor) -> None:
    """Stop the pool's workers at once; what they were doing is lost, what they had returned is not."""
    for process in list((pool._processes or {}).values()):
        process.terminate()
    # the pool's own thread reaps them; two that wait for one process would lose its end
    pool.shutdown(cancel_futures=True)
