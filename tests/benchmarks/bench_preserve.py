"""How fast a preserved network is: ``python -m tests.benchmarks.bench_preserve``.

Throughput of ``.score`` over Keras' ``predict`` on the same events, in batches of 10,000 and in one call; single events beside
a bare onnxruntime call; preserving and verifying in a warm process.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import hml_jupyter as hml

BATCH, ROUNDS = 10_000, 15


def clock(function: Callable[[], Any]) -> float:
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


def side_by_side(one: Callable[[], Any], other: Callable[[], Any], rounds: int = ROUNDS) -> tuple[float, float, float]:
    """Return the medians of both, and the median of their ratios, measured in turn."""
    for warm in (one, other, one, other):
        warm()
    times = [(clock(one), clock(other)) for _ in range(rounds)]
    return (
        statistics.median(a for a, _ in times),
        statistics.median(b for _, b in times),
        statistics.median(a / b for a, b in times),
    )


def table(shift: float, seed: int) -> Any:
    rng = np.random.default_rng(seed)
    return hml.open_table({f"x{i}": rng.normal(shift, 1, 20_000) for i in range(6)}, cross_section=1.0)


def main() -> None:
    os.chdir(tempfile.mkdtemp())
    inputs = hml.Set([f"column.x{i}" for i in range(6)])
    dataset = hml.build_dataset({"s": table(0.5, 1), "b": table(0.0, 2)}, inputs, signal="s", seed=1, path="data")
    mlp = hml.train(hml.MLP(hidden=(64, 64)), dataset, epochs=1, seed=1, path="mlp")
    hml.preserve(mlp, path="warm")
    mlp_again = hml.train(hml.MLP(hidden=(64, 64)), dataset, epochs=1, seed=2, path="mlp2")
    began = time.perf_counter()
    bundle = hml.preserve(mlp_again, path="bundle")
    written = time.perf_counter()
    assert bundle.verify().ok
    print(f"preserve {written - began:.2f} s, verify {time.perf_counter() - written:.2f} s (asked: 5 s together)")
    rng = np.random.default_rng(3)
    for events in (BATCH, 100 * BATCH):
        X = rng.normal(size=(events, 6))
        single = X.astype(np.float32)
        keras, ours, ratio = side_by_side(
            lambda s=single: mlp_again.model.predict(s, batch_size=BATCH, verbose=0),
            lambda X=X: bundle.score(X),
            ROUNDS if events == BATCH else 5,
        )
        print(
            f"{events} events, batch {BATCH}: predict {keras:.4f} s, score {ours:.4f} s, ratio {ratio:.2f} (asked: 3)"
        )
    one = rng.normal(size=(1, 6))
    network = bundle.run(0, "onnx")
    score = statistics.median(clock(lambda: bundle.score(one)) for _ in range(2000))
    bare = statistics.median(clock(lambda: network(one)) for _ in range(2000))
    print(f"one event: score {1e3 * score:.3f} ms, of that the network {1e3 * bare:.3f} ms (asked: 0.1 ms)")


if __name__ == "__main__":
    main()
