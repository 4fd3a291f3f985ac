"""Reading our runs over bare pyarrow for the same columns: ``python -m tests.benchmarks.bench_reading [events] [repeats]``.

The run is one of 2000 events, many times over.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pyarrow.parquet as pq

from hml_jupyter import chunks, runfile
from hml_jupyter.events import RUN_FILE, read_run
from hml_jupyter.generators.pythia import ChunkTask

from .common import PROCESSES, machine, report, timed

SOME = ["FatJet.PT", "FatJet.Mass", "FatJet.Tau", "Jet.PT", "Jet.Eta", "Jet.Phi", "MissingET.MET"]
#: The same in Parquet's names.
LEAVES = ["Jet.list.element.PT", "Jet.list.element.Eta", "Jet.list.element.Phi", "FatJet.list.element.PT",
          "FatJet.list.element.Mass", "FatJet.list.element.Tau", "MissingET.list.element.MET"]  # fmt: skip


def main(events: int = 100_000, repeats: int = 7) -> None:
    machine()
    size = chunks.CHUNK_EVENTS
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for index in range(4):
            chunks._keep(folder, f"chunk-{index}", chunks.make(ChunkTask(PROCESSES["zz"], "cms", 1, index, size)))
        runfile.join_run(folder, [f"chunk-{index % 4}" for index in range(events // size)])
        print(f"{(folder / RUN_FILE).stat().st_size / events:.0f} bytes an event")
        for name, ours, theirs in (("some columns", SOME, LEAVES), ("all columns", None, None)):
            a, b = [], []
            for _ in range(repeats + 1):
                b.append(timed(lambda: pq.ParquetFile(folder / RUN_FILE).read(theirs)))  # noqa: B023
                a.append(timed(lambda: read_run(folder, ours)))  # noqa: B023
            report(f"{name}, {events} events", a[1:], b[1:], "<= 1.5")
    machine()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
