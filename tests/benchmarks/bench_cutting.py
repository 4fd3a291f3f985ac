"""Lower and upper cuts on a million events x 6 observables, over `np.argsort` of the six columns; other searches beside it."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from hml_jupyter.methods import CutAndCount
from hml_jupyter.methods.objectives import OBJECTIVES, Objective
from hml_jupyter.methods.sample import Part, Sample
from hml_jupyter.methods.searching import Counted

from .common import machine, report, timed

EVENTS, OBSERVABLES, REPEATS = 1_000_000, 6, 5


def events() -> Part:
    rng = np.random.default_rng(1)
    y = rng.integers(0, 2, EVENTS)
    X = rng.normal(y[:, None] * np.linspace(0.3, 1.5, OBSERVABLES), 1.0, (EVENTS, OBSERVABLES))
    return Part(X, y, np.ones(EVENTS), np.where(y == 1, 1e-6, 1e-2) * rng.uniform(0.5, 1.5, EVENTS))


def scanned(part: Part, name: str) -> None:
    """Find the best lower and the best upper cut of each column."""
    counted = Counted.of(part, Objective(name), 139.0)
    for side in ("lower", "upper"):
        for place in range(OBSERVABLES):
            counted.scan(place, (), side)


def searched(part: Part, options: dict[str, Any]) -> None:
    method = CutAndCount(**options)
    learner = method.learner(Sample(part, None, tuple(f"column.x{i}" for i in range(OBSERVABLES))), seed=1)
    learner.advance(0, OBSERVABLES)
    learner.model()


def main() -> None:
    machine()
    part = events()
    for name in OBJECTIVES:
        ours, theirs = [], []
        for _ in range(REPEATS):
            ours.append(timed(lambda name=name: scanned(part, name)))
            theirs.append(timed(lambda: [np.argsort(column) for column in part.X.T]))
        report(f"lower, upper: {name}", ours, theirs, "none set")
    for options in ({"topology": "parallel"}, {"topology": "sequential"}, {"topology": "joint"}):
        start = time.perf_counter()
        searched(part, options)
        print(f"{options['topology']:>12s}, all kinds of cuts, significance: {time.perf_counter() - start:6.1f} s")


if __name__ == "__main__":
    main()
