"""Building datasets: ``python -m tests.benchmarks.bench_datasets [flat | stream] [events] [repeats]``.

flat: a Set of 5 observables of events in flat ROOT with Delphes' names, over bare ``uproot.arrays`` of the same branches, in one
process. stream: peak memory and time of a build that reads piece by piece, here and by two workers.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import awkward as ak
import pyarrow.parquet as pq
import uproot

from hml_jupyter.datasets import build_dataset
from hml_jupyter.datasets.pieces import RootPiece
from hml_jupyter.expressions import parse_observable
from hml_jupyter.representations import Set, read_columns
from hml_jupyter.rootfile import to_root

from .. import samples
from .common import machine, report, timed

NAMES = ("fatjet0.mass", "fatjet0.tau21", "jet0,jet1.delta_r", "met", "jet.size")
LEAVES = ("FatJet.Mass", "FatJet.Tau1", "FatJet.Tau2", "Jet.Eta", "Jet.Phi", "MissingET.MET", "Event.Weight")
MIB = 2**20


def flat(events: int = 200_000, repeats: int = 7) -> None:
    """Reading and computing over reading."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "events.root"
        to_root(_events(events), file)
        nodes = [parse_observable(name) for name in NAMES]

        def ours() -> Any:
            return read_columns(RootPiece(file, 0, events).read(nodes, "events"), NAMES)

        def theirs() -> Any:
            with uproot.open(file) as root:
                return root["Delphes"].arrays(LEAVES)

        a, b = [], []
        for _ in range(repeats + 1):
            b.append(timed(theirs))
            a.append(timed(ours))
        report(f"Set of 5, {events} events", a[1:], b[1:], "<= 2 (HEP ML Lab 0.4.3: 11)")


def stream(events: int = 10_000_000) -> None:
    """Memory of a build."""
    for pooled in (False, True):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
            print(pool.submit(_stream, events, pooled).result())


class _Run(samples.Run):
    """A run of many events: a few, many times over."""

    def __init__(self, folder: Path, events: int, kind: str) -> None:
        super().__init__(10, 1, kind)
        table = ak.to_arrow_table(_events(20_000, kind), extensionarray=False, list_to32=True)
        folder.mkdir()
        with pq.ParquetWriter(folder / "events.parquet", table.schema) as writer:
            for _ in range(events // len(table)):
                writer.write_table(table, row_group_size=5000)
        self.folder, self.n_events, self.sum_of_weights = folder, events, float(events)


def _stream(events: int, pooled: bool) -> str:
    from hml_jupyter.datasets import making

    making.FEW = 0 if pooled else 10**9
    with tempfile.TemporaryDirectory() as place:
        runs = {kind: _Run(Path(place) / kind, events // 2, kind) for kind in ("signal", "background")}
        before = _peak()
        began = time.perf_counter()
        dataset = build_dataset(runs, Set(NAMES), signal="signal", require="jet.size > 1", seed=1)
        built, peak = time.perf_counter() - began, _peak()
        kept = sum(array.nbytes for array in (dataset.X, dataset.y, dataset.weights, dataset.split, dataset.event))
        return (
            f"{'workers' if pooled else 'here':>8s}: {events} events, {dataset.n_events} kept, {built:.0f} s, peak of the caller "
            f"{peak / MIB:.0f} MiB (before {before / MIB:.0f}), of the largest worker {_peak_of_children() / MIB:.0f} MiB; "
            f"all arrays {kept / MIB:.0f} MiB, peak with them read {_peak() / MIB:.0f} MiB; to reach: < 2048"
        )


def _events(events: int, kind: str = "signal") -> ak.Array:
    """Return random events without constituents, which no observable here needs."""
    found = samples.events(events, 1, kind)
    for branch in ("Jet", "FatJet"):
        found[branch] = ak.without_field(found[branch], "Constituents")
    return found


def _peak() -> float:
    return 1024.0 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _peak_of_children() -> float:
    return 1024.0 * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


def main(what: str = "flat", *numbers: str) -> None:
    machine()
    chosen: Callable[..., None] = {"flat": flat, "stream": stream}[what]
    chosen(*map(int, numbers))
    machine()


if __name__ == "__main__":
    main(*sys.argv[1:])
