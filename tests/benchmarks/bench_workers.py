"""Two workers over one: ``python -m tests.benchmarks.bench_workers [events] [repeats]``. Needs two free cores.

The workers are up before the clock starts, and have imported what they need.
"""

from __future__ import annotations

import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from hml_jupyter import chunks, executors
from hml_jupyter.generators.pythia import ChunkTask

from .common import PROCESSES, machine, report, timed


def run(workers: int, events: int, seed: int) -> object:
    process = PROCESSES["zz"]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool, tempfile.TemporaryDirectory() as folder:
        list(pool.map(chunks.make, [ChunkTask(process, "cms", seed, 1000 + i, 2) for i in range(4 * workers)]))
        executors.set_executor(pool)
        return timed(lambda: chunks.write_run(Path(folder), process, events, seed, "pythia8", "cms"))


def main(events: int = 4000, repeats: int = 3) -> None:
    machine()
    one, two = [], []
    for repeat in range(repeats):
        one.append(run(1, events, repeat))
        two.append(run(2, events, repeat))
    report(f"zz, {events} events, 1 / 2", one, two, "wall >= 1.8")  # type: ignore[arg-type]
    machine()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
