"""The index behind a drag: ``python -m tests.benchmarks.bench_board [events] [repeats]``.

Two classes, six observables of normal numbers, weights that differ from event to event, and weights that are alike in each class. The
index of one observable (five other histograms) is compared with boost-histogram's own threaded, weighted fills of the same two-dimensional
histograms, class by class, pair by pair in one run. Then the same with cuts, what a release costs, and how many bytes go to the page.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import boost_histogram as bh
import numpy as np

import hml_jupyter as hml
from hml_jupyter.boards import Board, board
from hml_jupyter.boards.state import index_value
from hml_jupyter.datasets import Dataset
from hml_jupyter.executors import usable_cores
from hml_jupyter.selection import select

from .common import machine, report, timed

NAMES = tuple(f"jet{k}.pt" for k in range(6))
CUTS = ["jet1.pt >= -0.513", "jet2.pt < 0.733"]


def dataset_of(n: int, *, alike: bool) -> Dataset:
    rng = np.random.default_rng(0)
    sources = {}
    for name in ("a", "b"):
        columns = {each: np.clip(rng.normal(size=n // 2), -4.999, 4.999) for each in NAMES}
        weights = np.ones(n // 2) if alike else rng.uniform(0.5, 1.5, n // 2)
        sources[name] = hml.open_table({**columns, "weight": weights}, weight="weight", cross_section=1.0)
    return hml.build_dataset(sources, hml.Set(list(NAMES)), signal="a", seed=1)


def filled(shown: Board) -> None:
    """Fill what the index holds by boost-histogram alone."""
    dataset, axes = shown.dataset, shown.axes
    half = len(dataset.y) // 2
    for rows in (slice(0, half), slice(half, None)):
        weights, grabbed = dataset.weights[rows], dataset.column(NAMES[0])[rows]
        places = axes[NAMES[0]].places
        for name in NAMES[1:]:
            edges = axes[name].edges
            made = bh.Histogram(
                bh.axis.Regular(len(places) - 1, places[0], places[-1]),
                bh.axis.Regular(len(edges) - 1, edges[0], edges[-1]),
                storage=bh.storage.Weight(),
            )
            made.fill(grabbed, dataset.column(name)[rows], weight=weights, threads=usable_cores())


def milliseconds(what: str, work: Callable[[], Any], repeats: int) -> None:
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - begin))
    print(f"{what:>44s}: {statistics.median(times):8.1f} ms ({min(times):.1f} to {max(times):.1f})")


def main(n: int, repeats: int) -> None:
    machine()
    print(f"{n} events, {repeats} repeats")
    for alike in (False, True):
        shown = board(dataset_of(n, alike=alike), luminosity=139)
        milliseconds("first index, codes and all", lambda shown=shown: shown.index(NAMES[0]), 1)  # type: ignore[misc]
        filled(shown)
        ours, theirs = [], []
        for _ in range(repeats):
            theirs.append(timed(lambda shown=shown: filled(shown)))  # type: ignore[misc]
            ours.append(timed(lambda shown=shown: shown.index(NAMES[0])))  # type: ignore[misc]
        what = "weights alike in a class" if alike else "weights that differ"
        report(f"index, {what}", ours, theirs, "1.5")
        milliseconds("index without cuts", lambda shown=shown: shown.index(NAMES[0]), repeats)  # type: ignore[misc]
        found = shown.index(NAMES[0])
        _, buffers = index_value(found, list(found.views))
        print(f"{'payload':>44s}: {sum(map(len, buffers)) / 1e6:.2f} MB of at most 2")
        shown.set(CUTS)
        milliseconds("index with two cuts between places", lambda shown=shown: shown.index(NAMES[0]), repeats)  # type: ignore[misc]
        milliseconds("state of the board", shown.state, repeats)
        milliseconds("select, in memory", lambda shown=shown: select(shown.dataset, CUTS), repeats)  # type: ignore[misc]
        milliseconds("best threshold", lambda shown=shown: shown.best(NAMES[0], "lower"), max(1, repeats // 3))  # type: ignore[misc]
        milliseconds("box", lambda shown=shown: shown.box(*NAMES[:2]), repeats)  # type: ignore[misc]


if __name__ == "__main__":
    given = [int(float(text)) for text in sys.argv[1:]]
    main(*(given + [10_000_000, 5][len(given) :]))
