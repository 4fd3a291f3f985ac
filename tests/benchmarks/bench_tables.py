"""Reading a flat ROOT tree over bare uproot: ``python -m tests.benchmarks.bench_tables [rows] [columns] [repeats]``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import uproot

from hml_jupyter.tables import open_ntuple, open_table

from .common import machine, report, timed


def bare(path: Path, names: list[str]) -> Any:
    with uproot.open(path) as file:
        return file["events"].arrays(names, library="np")


def write(path: Path, names: list[str], rows: int) -> None:
    rng = np.random.default_rng(1)
    with uproot.recreate(path) as file:
        tree = file.mktree("events", dict.fromkeys(names, "f4"))
        for first in range(0, rows, 20_000):
            tree.extend({name: rng.normal(size=min(20_000, rows - first)).astype("f4") for name in names})


def main(rows: int = 200_000, columns: int = 5, repeats: int = 15) -> None:
    machine()
    names = ["jet_pt", "jet_eta", "jet_phi", "jet_mass", *(f"x{k}" for k in range(4, columns))]
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "flat.root"
        write(path, names, rows)
        table = open_table(path)
        ways = {
            "open and read": lambda: open_table(path).read(names),
            "read": lambda: table.read(names),
            "batches of 50,000": lambda: list(table.batches(names)),
        }
        for name, ours in ways.items():
            a, b = [], []
            for _ in range(repeats + 1):
                b.append(timed(lambda: bare(path, names)))
                a.append(timed(ours))
            report(f"{name}, {rows} rows x {columns}", a[1:], b[1:], "<= 1.5")
        ntuple = open_ntuple(table)
        a, b = [], []
        for _ in range(repeats + 1):
            b.append(timed(lambda: bare(path, names)))
            a.append(timed(ntuple.events))
        report(f"events, {rows} rows x {columns}", a[1:], b[1:], "<= 5")
    machine()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
