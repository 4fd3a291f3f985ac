"""Memory of a long run: ``python -m tests.benchmarks.bench_memory [events]``.

A worker's peak after several chunks of QCD, and that of joining a run of so many events out of chunks (one, many times over).
"""

from __future__ import annotations

import resource
import shutil
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from hml_jupyter import chunks, executors
from hml_jupyter.generators.pythia import ChunkTask

from .common import PROCESSES, machine


def peak() -> float:
    """Return the largest resident memory of this process so far, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def several(events: int) -> list[float]:
    peaks = []
    for index in range(max(1, events // chunks.CHUNK_EVENTS)):
        chunks.make(ChunkTask(PROCESSES["qcd"], "cms", 1, index, chunks.CHUNK_EVENTS))
        peaks.append(peak())
    return peaks


def join(events: int) -> float:
    process = PROCESSES["qcd"]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        made = chunks.make(ChunkTask(process, "cms", 1, 0, chunks.CHUNK_EVENTS))
        chunks._keep(folder, "one", made)
        for index in range(events // chunks.CHUNK_EVENTS):
            name = f"chunk-{index:06d}-{chunks.CHUNK_EVENTS}"
            (folder / f"{name}.parquet").hardlink_to(folder / "one.parquet")
            shutil.copyfile(folder / "one.json", folder / f"{name}.json")
        before = peak()
        chunks.write_run(folder, process, events, 1, "pythia8", "cms")
        size = len(made.parquet) / chunks.CHUNK_EVENTS
        print(f"{size:.0f} bytes an event in a file; joined {events} events; caller's peak before: {before:.0f} MiB")
    return peak()


def main(events: int = 1_000_000) -> None:
    machine()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        peaks = pool.submit(several, 3000).result()
        print(f"worker: peak {peaks[0]:.0f} MiB after one chunk, {peaks[-1]:.0f} MiB after {len(peaks)}")
        print(f"caller: peak {pool.submit(join, events).result():.0f} MiB")
    print(
        f"under way to our own pool: {executors.tasks_under_way(chunks.CHUNK_EVENTS * chunks.EVENT_BYTES)} chunks at most"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
