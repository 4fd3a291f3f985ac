"""Observables of events over the same formulas in NumPy on flat arrays: ``python -m tests.benchmarks.bench_observables [events] [repeats]``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import awkward as ak
import numpy as np

from hml_jupyter import progress
from hml_jupyter.observables import observable

from .common import machine, report, timed

Floats = Any


def events(n: int) -> ak.Array:
    """None to five jets each, float32 as in every file."""
    rng = np.random.default_rng(1)
    counts = rng.integers(0, 6, n)
    total = int(counts.sum())
    columns = {
        "PT": 20 + rng.exponential(50, total),
        "Eta": rng.normal(0, 1.5, total),
        "Phi": rng.uniform(-np.pi, np.pi, total),
        "Mass": rng.exponential(10, total),
    }
    jets = ak.unflatten(ak.zip({name: column.astype(np.float32) for name, column in columns.items()}), counts)
    return ak.zip({"Jet": jets}, depth_limit=1)


def flat(jets: ak.Array) -> Callable[[str, int], Floats]:
    """The columns of the file and where each event begins in them; NaN where it has no such jet."""
    columns = {name: np.asarray(ak.flatten(jets[name])) for name in jets.fields}
    counts = np.asarray(ak.num(jets))
    starts = np.cumsum(counts) - counts

    def of(name: str, index: int) -> Floats:
        there = counts > index
        return np.where(there, columns[name][np.where(there, starts + index, 0)].astype(np.float64), np.nan)

    return of


def delta_r(of: Callable[[str, int], Floats]) -> Floats:
    away = (of("Phi", 0) - of("Phi", 1) + np.pi) % (2 * np.pi) - np.pi
    return np.hypot(of("Eta", 0) - of("Eta", 1), away)


def invariant_mass(of: Callable[[str, int], Floats]) -> Floats:
    total: list[Floats] = [0.0] * 4
    for index in (0, 1):
        pt, eta, phi, mass = (of(name, index) for name in ("PT", "Eta", "Phi", "Mass"))
        parts = (
            np.sqrt(mass**2 + (pt * np.cosh(eta)) ** 2),
            pt * np.cos(phi),
            pt * np.sin(phi),
            pt * np.sinh(eta),
        )
        total = [sum_ + part for sum_, part in zip(total, parts, strict=True)]
    e, x, y, z = total
    return np.sqrt(np.maximum(e**2 - x**2 - y**2 - z**2, 0.0))


def mass(of: Callable[[str, int], Floats]) -> Floats:
    return of("Mass", 0) + 0.0


NAMES = {"jet0,jet1.delta_r": delta_r, "jet0,jet1.invariant_mass": invariant_mass, "jet0.mass": mass}


def main(n: int = 500_000, repeats: int = 7) -> None:
    machine()
    sample = events(n)
    of = flat(sample.Jet)
    prepared = {(field, index): of(field, index) for field in sample.Jet.fields for index in (0, 1)}

    def ready(field: str, index: int) -> Floats:
        return prepared[field, index]

    def read(name: str) -> Floats:
        with progress.listening(lambda _: None):
            return observable(sample, name)

    for name, formula in NAMES.items():
        np.testing.assert_allclose(read(name), formula(of), rtol=1e-9, atol=1e-9)
        for label, source in (("columns of all jets", of), ("one value each event", ready)):
            a, b = [], []
            for _ in range(repeats + 1):
                b.append(timed(lambda: formula(source)))  # noqa: B023
                a.append(timed(lambda: read(name)))  # noqa: B023
            report(f"{name}, {label}", a[1:], b[1:], "<= 1.5")
    machine()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
