"""What the benchmarks share."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, NamedTuple

from hml_jupyter.process import Process

PROCESSES = {
    "zz": Process("p p > z z", decays=["z > j j", "z > vl vl~"], settings={"pt_min_pdg": {23: 200}}),
    "qcd": Process("p p > j j", settings={"ptj": 200}),
}


class Seconds(NamedTuple):
    """How long something took."""

    wall: float
    cpu: float


class Here(Executor):
    """Runs every task at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def timed(function: Callable[[], Any]) -> Seconds:
    wall, cpu = time.perf_counter(), time.process_time()
    function()
    return Seconds(time.perf_counter() - wall, time.process_time() - cpu)


def report(name: str, ours: list[Seconds], theirs: list[Seconds], limit: str) -> None:
    """Print the medians of both and of the ratios, pair by pair."""
    for clock in Seconds._fields:
        a, b = ([getattr(each, clock) for each in both] for both in (ours, theirs))
        ratios = [x / y for x, y in zip(a, b, strict=True)]
        print(
            f"{name:>28s} {clock:>4s}: {statistics.median(a):8.3f} s over {statistics.median(b):8.3f} s, "
            f"ratio {statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f}); to reach: {limit}"
        )


def machine() -> None:
    print(f"{os.cpu_count()} cores, load {', '.join(f'{load:.1f}' for load in os.getloadavg())}")
