"""Images and graphs: ``python -m tests.benchmarks.bench_images [events] [repeats]``.

Events are those of a few chunks of boosted Z bosons, many times over. CPU seconds of one core: the whole of an image, its steps, and the
whole without the clustering of subjets, which is FastJet's; then the stored nodes of a graph and its edges. Memory is the peak of
NumPy over the arrays that are kept.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import awkward as ak

from hml_jupyter import chunks, progress
from hml_jupyter.events import read_run
from hml_jupyter.generators.pythia import ChunkTask
from hml_jupyter.observables import Events
from hml_jupyter.representations import Graph, Image, frames, image
from hml_jupyter.runfile import join_run

from .common import PROCESSES, machine, timed

IMAGE = Image(
    "fatjet0.constituents", subjets=("kt", 0.3, 0.0), origin="subjet0", axis="subjet1", flip=True, scale="log"
)
CLOUD = Graph("fatjet0.constituents", edges=("knn", 8), edge_features=["delta_r", "kt"])
OBJECTS = Graph(
    ["jet", "electron", "muon", "missinget0"], edges="complete", edge_features=["invariant_mass"], max_nodes=12
)

#: Where the steps are looked up.
STEPS = {
    image: ("read_features", "pixelate", "normalise"),
    frames: ("leading_subjets", "centroid", "translate", "principal_axis", "rotate", "flip"),
}


def sample(events: int) -> ak.Array:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for index in range(2):
            task = ChunkTask(PROCESSES["zz"], "cms", 1, index, chunks.CHUNK_EVENTS)
            chunks._keep(folder, f"chunk-{index}", chunks.make(task))
        join_run(folder, [f"chunk-{index % 2}" for index in range(events // chunks.CHUNK_EVENTS)])
        record = read_run(folder)
    return record[ak.num(record.FatJet) > 0]


def clocked(spent: dict[str, float]) -> None:
    """Count the CPU seconds of every step."""

    def counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            start = time.process_time()
            try:
                return function(*args, **options)
            finally:
                spent[name] += time.process_time() - start

        return call

    for module, names in STEPS.items():
        for name in names:
            setattr(module, name, counted(name, getattr(module, name)))


def show(name: str, seconds: float, events: int) -> None:
    print(f"{name:>44s}: {seconds / events * 1e6:7.2f} us an event, {events / max(seconds, 1e-9):10,.0f} events/s")


def repeated(name: str, function: Callable[[], Any], events: int, repeats: int) -> None:
    show(name, statistics.median(timed(function).cpu for _ in range(repeats)), events)


def memory(name: str, function: Callable[[], dict[str, Any]]) -> None:
    tracemalloc.start()
    kept = sum(each.nbytes for each in function().values())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(
        f"{name:>44s}: peak {peak / 2**20:.0f} MiB, kept {kept / 2**20:.0f} MiB, ratio {peak / kept:.2f}; to reach: <= 3"
    )


def main(events: int = 20_000, repeats: int = 3) -> None:
    machine()
    record = sample(events)
    n = len(record)
    print(
        f"{n} events, {ak.mean(ak.num(record.FatJet.Constituents[:, 0], axis=1)):.0f} constituents in the leading fat jet"
    )
    with progress.listening(lambda _: None):
        memory("image", lambda: IMAGE.read(Events(record)))
        memory("graph", lambda: CLOUD.read(Events(record)))
        spent: dict[str, float] = defaultdict(float)
        clocked(spent)
        whole = []
        for _ in range(repeats):
            whole.append(timed(lambda: IMAGE.read(Events(record))).cpu)
        show("image", statistics.median(whole), n)
        for name, seconds in spent.items():
            show(f"of it {name}", seconds / repeats, n)
        show("without leading_subjets (>= 20,000)", (sum(whole) - spent["leading_subjets"]) / repeats, n)
        for name, graph in (("constituents, 32 nodes, 8 nearest", CLOUD), ("objects, 12 nodes, complete", OBJECTS)):
            stored = graph.read(Events(record))
            repeated(f"{name}: read", lambda: graph.read(Events(record)), n, repeats)  # noqa: B023
            repeated(f"{name}: expand", lambda: graph.expand(stored), n, repeats)  # noqa: B023
    machine()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
