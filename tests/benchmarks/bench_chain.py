"""The whole embedded chain over bare ``Pythia.nextBatch`` of as many events of the same process.

``python -m tests.benchmarks.bench_chain [events] [repeats]``. Both start from nothing and initialise; the chain generates,
showers, clusters, simulates and writes, in one process.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pythia8mc

from hml_jupyter import chunks, executors
from hml_jupyter.generators import pythia, starting, vetoes
from hml_jupyter.process import Process

from .common import PROCESSES, Here, machine, report, timed


def chain(process: Process, events: int, seed: int) -> None:
    starting.interactions.cache_clear()
    starting._read.cache_clear()
    with tempfile.TemporaryDirectory() as folder:
        chunks.write_run(Path(folder), process, events, seed, "pythia8", "cms")


def bare(process: Process, events: int, seed: int) -> None:
    started = pythia8mc.Pythia("", False)
    for line in (
        *process.to_pythia(),
        *pythia.ALWAYS,
        "Print:quiet = on",
        "Random:setSeed = on",
        f"Random:seed = {seed}",
    ):
        assert started.readString(line)
    hooks = vetoes.hooks_for(process)
    assert hooks is None or started.setUserHooksPtr(hooks)
    assert started.init()
    done = 0
    while done < events:
        done += len(started.nextBatch(min(pythia.BATCH, events - done)))


def main(events: int = 2000, repeats: int = 3) -> None:
    machine()
    executors.set_executor(Here())
    for name, process in PROCESSES.items():
        chain(process, 20, 1)  # imports
        ours, theirs = [], []
        for repeat in range(repeats):
            theirs.append(timed(lambda: bare(process, events, repeat + 1)))  # noqa: B023
            ours.append(timed(lambda: chain(process, events, repeat + 1)))  # noqa: B023
        report(f"{name}, {events} events", ours, theirs, "<= 1.25")
    machine()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
