"""Making a run in chunks: fixed sizes, seeds by index, any executor, resumed after an interrupt."""

from __future__ import annotations

import io
import math
import os
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from . import progress
from .canonical import canonical, fingerprint, read_json, write_json, write_text
from .errors import GeneratorError
from .events import RUN_FILE, columns
from .executors import get_executor
from .process import Process
from .provenance import Written

__all__ = ["CHUNK_EVENTS", "LOG_FILE", "combine", "write_run"]

#: Events in a chunk. It fixes the content; small enough for progress and resuming, large enough for Pythia's half second of start.
CHUNK_EVENTS = 250
LOG_FILE = "log.txt"
#: Chunks that wait in the executor beside those that run.
AHEAD = 8


class Made(NamedTuple):
    """A finished chunk as it comes back from a worker."""

    parquet: bytes
    facts: dict[str, Any]


def write_run(
    folder: Path, process: Process, n_events: int, seed: int, generator: str, detector: str | None
) -> Written:
    """Generate what is missing in `folder`, join the chunks by index, and return the numbers of the run."""
    sizes = [min(CHUNK_EVENTS, n_events - first) for first in range(0, n_events, CHUNK_EVENTS)]
    names = [f"chunk-{index:06d}-{size}" for index, size in enumerate(sizes)]
    missing = [i for i, name in enumerate(names) if not (folder / f"{name}.json").is_file()]
    done = n_events - sum(sizes[i] for i in missing)
    label = process.label
    progress.report(done / n_events, f"generating {label}", done=done, total=n_events, unit="events")
    tasks = [(process, detector, seed, i, sizes[i]) for i in missing]
    if missing:
        with get_executor(len(missing)) as executor:
            for index, made in _run(executor, tasks):
                _keep(folder, names[index], made)
                done += sizes[index]
                progress.report(done / n_events, f"generating {label}", done=done, total=n_events, unit="events")
    facts = [read_json(folder / f"{name}.json") for name in names]
    _join(folder, names)
    write_text(folder / LOG_FILE, "".join(fact["log"] for fact in facts))
    cross_section, error = combine([(f["n_events"], f["cross_section"], f["error"]) for f in facts])
    numbers = {
        "cross_section": cross_section,
        "error": error,
        "n_events": n_events,
        "sum_of_weights": math.fsum(f["sum_of_weights"] for f in facts),
    }
    for leftover in folder.glob("chunk-*"):
        leftover.unlink()
    content = fingerprint({}, {"chunks": [f["fingerprint"] for f in facts], **numbers})
    described = {
        "label": label,
        "process": canonical(process),
        "seed": seed,
        "generator": generator,
        "detector": detector,
    }
    return Written(content, {**described, **numbers})


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


def make(process: Process, detector: str | None, seed: int, index: int, n_events: int) -> Made:
    """Make one chunk, in a worker."""
    import awkward as ak
    import pyarrow.parquet as pq

    from .generators.pythia import ChunkTask, make_chunk

    chunk = make_chunk(ChunkTask(process, detector, seed, index, n_events))
    table = ak.to_arrow_table(chunk.events, extensionarray=False, list_to32=True)
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    facts = {
        "n_events": n_events,
        "sum_of_weights": float(ak.sum(ak.values_astype(chunk.events.Event.Weight, "float64"))),
        "cross_section": chunk.cross_section,
        "error": chunk.error,
        "fingerprint": fingerprint(columns(chunk.events), {"index": index}),
        "log": chunk.log,
    }
    return Made(buffer.getvalue(), facts)


def _run(executor: Executor, tasks: list[tuple[Any, ...]]) -> Iterator[tuple[int, Made]]:
    """Yield chunks as they are finished, with a bounded number of them under way."""
    waiting = iter(tasks)
    running: dict[Future[Made], int] = {}
    try:
        while True:
            for task in islice(waiting, (os.cpu_count() or 1) + AHEAD - len(running)):
                running[executor.submit(make, *task)] = task[3]
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                index = running.pop(future)
                yield index, future.result()
    except BrokenExecutor as error:
        msg = "a worker process died while it generated events; there may be too little memory"
        raise GeneratorError(msg) from error
    finally:
        for future in running:
            future.cancel()


def _keep(folder: Path, name: str, made: Made) -> None:
    half = folder / f".{name}.half"
    half.write_bytes(made.parquet)
    half.replace(folder / f"{name}.parquet")
    write_json(folder / f"{name}.json", made.facts)


def _join(folder: Path, names: list[str]) -> None:
    """Write one Parquet file with a row group for each chunk, reading one at a time."""
    import pyarrow.parquet as pq

    schema = pq.read_schema(folder / f"{names[0]}.parquet")
    with pq.ParquetWriter(folder / RUN_FILE, schema, compression="zstd") as writer:
        for name in names:
            writer.write_table(pq.read_table(folder / f"{name}.parquet").cast(schema))
