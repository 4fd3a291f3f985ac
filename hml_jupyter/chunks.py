"""Making a run in chunks: fixed sizes, seeds by index, any executor, resumed after an interrupt."""

from __future__ import annotations

import io
import math
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from . import progress
from .canonical import canonical, fingerprint, read_json, write_json, write_text
from .errors import GeneratorError, HmlError
from .events import columns
from .executors import death, get_executor, submit, tasks_under_way
from .generators.matching import Matching, conclude
from .generators.pythia import ChunkTask, make_chunk
from .process import Process
from .provenance import Written
from .runfile import PARQUET, join_run
from .slha import Spectrum

__all__ = ["CHUNK_EVENTS", "LOG_FILE", "combine", "make", "write_run", "write_showered"]

#: Events in a chunk. It fixes the content; small enough for progress and resuming, large enough for Pythia's start.
CHUNK_EVENTS = 500
LOG_FILE = "log.txt"
#: A task is given out so many times again if it is lost with its worker.
RETRIES = 2
#: Bytes of an event in a chunk that comes back, roughly.
EVENT_BYTES = 4000


class Made(NamedTuple):
    """A finished chunk as it comes back from a worker."""

    parquet: bytes
    facts: dict[str, Any]


class _Plan(NamedTuple):
    """Which chunks a run has and which of them are there already."""

    folder: Path
    sizes: list[int]
    names: list[str]
    missing: list[int]
    label: str


def write_run(
    folder: Path,
    process: Process,
    n_events: int,
    seed: int,
    generator: str,
    detector: str | None,
    spectrum: Spectrum | None = None,
) -> Written:
    """Generate what is missing in `folder`, join the chunks by index, and return the numbers of the run."""
    plan = _plan(folder, n_events, process.label)
    _make(plan, (ChunkTask(process, detector, seed, i, plan.sizes[i], spectrum=spectrum) for i in plan.missing))
    facts = _facts(plan)
    sigma = combine([(f["n_events"], f["cross_section"], f["error"]) for f in facts])
    return _written(plan, facts, process, seed, generator, detector, sigma)


def write_showered(
    folder: Path,
    process: Process | None,
    pieces: Callable[[int, int], Iterable[bytes]],
    n_events: int,
    seed: int,
    generator: str,
    detector: str | None,
    sigma: tuple[float, float],
    matching: Matching | None = None,
) -> Written:
    """Shower what is missing in `folder` of the events of an LHE file, join the chunks, and return the numbers of the run.

    Parameters
    ----------
    folder : Path
        Where the chunks and the run are written.
    process : Process or None
        What the events are of, if that is known.
    pieces : callable
        ``pieces(size, first)`` gives the events as complete small LHE files of `size` events each, without the first so many.
    n_events : int
        How many of them.
    seed : int
        Of shower and detector.
    generator, detector : str
        Names for the summary; `detector` measures the events.
    sigma : tuple of float
        Cross section and error of the run, pb.
    matching : Matching, optional
        How the events are matched; the cross section becomes that of the events that pass.

    Notes
    -----
    The run has the events that could be showered; sigma stays, or with `matching` becomes the part of it that passes. The
    log has the numbers that were tried and accepted.
    """
    plan = _plan(folder, n_events, process.label if process is not None else "LHE events")
    _make(plan, _showers(plan, process, pieces, seed, detector, matching))
    facts = _facts(plan)
    if matching is not None:
        sigma = conclude(facts, sigma, matching.q_cut, n_events)
    return _written(plan, facts, process, seed, generator, detector, sigma)


def combine(estimates: list[tuple[int, float, float]]) -> tuple[float, float]:
    """Return the cross section of a run and its error from (events, cross section, error) of its chunks.

    The mean weighted with the numbers of events, which unlike inverse variances do not correlate with the estimates.

    Examples
    --------
    >>> combine([(100, 2.0, 0.3), (300, 4.0, 0.1)])
    (3.5, 0.10606601717798213)
    """
    total = sum(n for n, _, _ in estimates)
    value = math.fsum(n * s for n, s, _ in estimates) / total
    return value, math.sqrt(math.fsum((n * e) ** 2 for n, _, e in estimates)) / total


def make(task: ChunkTask) -> Made:
    """Make one chunk, in a worker."""
    import awkward as ak
    import pyarrow.parquet as pq

    chunk = make_chunk(task)
    table = ak.to_arrow_table(chunk.events, extensionarray=False, list_to32=True)
    buffer = io.BytesIO()
    pq.write_table(table, buffer, **PARQUET)
    facts = {
        "n_events": len(chunk.events),
        "sum_of_weights": float(ak.sum(ak.values_astype(chunk.events.Event.Weight, "float64"))),
        "cross_section": chunk.cross_section,
        "error": chunk.error,
        "fingerprint": fingerprint(columns(chunk.events), {"index": task.index}),
        "log": chunk.log,
        "passed": chunk.passed,
        "failed": chunk.failed,
    }
    return Made(buffer.getvalue(), facts)


def _plan(folder: Path, n_events: int, label: str) -> _Plan:
    sizes = [min(CHUNK_EVENTS, n_events - first) for first in range(0, n_events, CHUNK_EVENTS)]
    names = [f"chunk-{index:06d}-{size}" for index, size in enumerate(sizes)]
    missing = [i for i, name in enumerate(names) if not (folder / f"{name}.json").is_file()]
    return _Plan(folder, sizes, names, missing, label)


def _showers(
    plan: _Plan,
    process: Process | None,
    pieces: Callable[[int, int], Iterable[bytes]],
    seed: int,
    detector: str | None,
    matching: Matching | None,
) -> Iterator[ChunkTask]:
    """Yield the tasks of missing chunks; the file is read as far as they are asked for."""
    if not plan.missing:
        return
    missing, first = set(plan.missing), plan.missing[0]
    for index, piece in zip(range(first, len(plan.sizes)), pieces(CHUNK_EVENTS, first), strict=False):
        if index in missing:
            missing.remove(index)
            yield ChunkTask(process, detector, seed, index, plan.sizes[index], lhe=piece, matching=matching)
    if missing:
        msg = f"the LHE file has ended before its event {CHUNK_EVENTS * min(missing) + 1} of {sum(plan.sizes)}; it may be cut short"
        raise GeneratorError(msg)


def _make(plan: _Plan, tasks: Iterable[ChunkTask]) -> None:
    total = sum(plan.sizes)
    done = total - sum(plan.sizes[i] for i in plan.missing)

    def tell() -> None:
        progress.report(done / total, f"generating {plan.label}", done=done, total=total, unit="events")

    tell()
    if plan.missing:
        with get_executor(len(plan.missing)) as executor:
            for index, made in _run(executor, tasks):
                _keep(plan.folder, plan.names[index], made)
                done += plan.sizes[index]
                tell()


def _run(executor: Executor, tasks: Iterable[ChunkTask]) -> Iterator[tuple[int, Made]]:
    """Yield chunks as they are finished, with a bounded number of them under way.

    A task is decided by what is in it. One that ends in anything else than our own errors, because its worker has died or
    its result got lost, is given out again.
    """
    waiting = iter(tasks)
    running: dict[Future[Made], ChunkTask] = {}
    lost: Counter[int] = Counter()
    most = tasks_under_way(CHUNK_EVENTS * EVENT_BYTES)
    try:
        while True:
            for task in islice(waiting, most - len(running)):
                running[submit(executor, make, task)] = task
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                task = running[future]
                problem = future.exception() if not future.cancelled() else CancelledError()
                if problem is not None:
                    lost[task.index] += 1
                    _check_lost(task, problem, lost[task.index])
                    running[submit(executor, make, task)] = task
                del running[future]
                if problem is None:
                    yield task.index, future.result()
    except BrokenExecutor as error:
        msg = f"a worker process died while it generated events ({death(executor)}){_suspects([*running.values()])}. What is finished is kept: call again"
        raise GeneratorError(msg) from error
    finally:
        for future in running:
            future.cancel()


def _suspects(tasks: list[ChunkTask]) -> str:
    """Tell where in an LHE file the event may be that a worker has died of; empty without one."""
    first = [CHUNK_EVENTS * task.index for task in tasks if task.lhe is not None]
    last = [CHUNK_EVENTS * task.index + task.n_events for task in tasks if task.lhe is not None]
    if not first:
        return ""
    return f"; if it does so again, look at the events {min(first) + 1} to {max(last)} of the LHE file"


def _check_lost(task: ChunkTask, problem: BaseException, times: int) -> None:
    """Raise what a task has failed with, unless another try may help."""
    if isinstance(problem, HmlError | BrokenExecutor):
        raise problem
    if times > RETRIES:
        msg = f"chunk {task.index} was lost {times} times ({type(problem).__name__}: {problem}). What is finished is kept: call again"
        raise GeneratorError(msg) from problem


def _keep(folder: Path, name: str, made: Made) -> None:
    half = folder / f".{name}.half"
    with half.open("wb") as stream:
        stream.write(made.parquet)
        stream.flush()
        os.fsync(stream.fileno())
    half.replace(folder / f"{name}.parquet")
    write_json(folder / f"{name}.json", made.facts)


def _facts(plan: _Plan) -> list[dict[str, Any]]:
    return [read_json(plan.folder / f"{name}.json") for name in plan.names]


def _written(
    plan: _Plan,
    facts: list[dict[str, Any]],
    process: Process | None,
    seed: int,
    generator: str,
    detector: str | None,
    sigma: tuple[float, float],
) -> Written:
    """Join the chunks and return the numbers of the run. They stay until the result is sealed: an interrupt loses nothing."""
    join_run(plan.folder, plan.names)
    write_text(plan.folder / LOG_FILE, "".join(fact["log"] for fact in facts))
    numbers = {
        "cross_section": sigma[0],
        "error": sigma[1],
        "n_events": sum(f["n_events"] for f in facts),
        "sum_of_weights": math.fsum(f["sum_of_weights"] for f in facts),
    }
    how = {"seed": seed, "generator": generator, "detector": detector}
    described = {"label": plan.label, "process": canonical(process), **how}
    content = fingerprint({}, {"chunks": [f["fingerprint"] for f in facts], **numbers})
    return Written(content, {**described, **numbers}, ("chunk-*",))
