"""How fast a preserved network is: ``python -m tests.benchmarks.bench_preserve``.

Throughput of ``.score`` over Keras' ``predict`` in batches of 10,000, which gets the same events as float32, all that it takes;
ours are given as float64, as float32 and as a dataset, and are checked on the way. The calls take turns, so that all of them meet
the same load. Smaller networks follow, and what NumPy takes on one core for the products of matrices alone.
Then single events beside a bare onnxruntime call; preserving and verifying in a warm process.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

import hml_jupyter as hml

from .common import Seconds, timed

BATCH = 10_000


def in_turn(calls: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, list[Seconds]]:
    """Return how long each call took in each round."""
    for call in (*calls.values(), *calls.values()):
        call()
    found: dict[str, list[Seconds]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            found[name].append(timed(call))
    return found


def compare(events: int, predict: Callable[[], Any], calls: Mapping[str, Callable[[], Any]], rounds: int) -> None:
    """Print medians, and the medians of the ratios to `predict` in the same round."""
    found = in_turn({"predict": predict, **calls}, rounds)
    print(f"{events} events, batch {BATCH}, {rounds} rounds, load {os.getloadavg()[0]:.1f} of {os.cpu_count()}:")
    for name, times in found.items():
        wall, cpu = (1e3 * statistics.median(column) for column in zip(*times, strict=True))
        pairs = list(zip(found["predict"], times, strict=True))
        ratio, of_cpu = (statistics.median(one[i] / other[i] for one, other in pairs) for i in (0, 1))
        print(f"  {name:14} {wall:8.2f} ms ({cpu:.2f} ms of processors), throughput {ratio:.2f} ({of_cpu:.2f})")


def table(shift: float, seed: int) -> Any:
    rng = np.random.default_rng(seed)
    return hml.open_table({f"x{i}": rng.normal(shift, 1, 20_000) for i in range(6)}, cross_section=1.0)


def smaller(dataset: Any, hidden: tuple[int, ...]) -> None:
    """Compare a network of other layers, and the products of its matrices alone."""
    name = "_".join(map(str, hidden))
    model = hml.train(hml.MLP(hidden=hidden), dataset, epochs=1, seed=1, path=f"mlp_{name}").model
    bundle = hml.preserve(hml.Training.load(f"mlp_{name}"), path=f"bundle_{name}")
    X = np.random.default_rng(3).normal(size=(BATCH, 6)).astype(np.float32)
    layers = [each.kernel.numpy() for each in model.layers if hasattr(each, "kernel")]

    def products() -> None:
        found = X
        for each in layers:
            found = found @ each

    print(f"hidden={hidden}: ", end="")
    calls = {"score": lambda: bundle.score(X), "products alone": products}
    with threadpool_limits(1):  # NumPy's other threads would wait busily while the next call runs
        compare(BATCH, lambda: model.predict(X, batch_size=BATCH, verbose=0), calls, 101)


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
    rng, model = np.random.default_rng(3), mlp_again.model
    for events, rounds in ((BATCH, 101), (100 * BATCH, 15)):
        X = rng.normal(size=(events, 6))
        single = X.astype(np.float32)
        compare(
            events,
            lambda X=single: model.predict(X, batch_size=BATCH, verbose=0),
            {"score float64": lambda X=X: bundle.score(X), "score float32": lambda X=single: bundle.score(X)},
            rounds,
        )
    for hidden in ((16,), (32, 32), (64, 64)):
        smaller(dataset, hidden)
    single = dataset.X.astype(np.float32)
    compare(
        dataset.n_events,
        lambda: model.predict(single, batch_size=BATCH, verbose=0),
        {"score dataset": lambda: bundle.score(dataset)},
        51,
    )
    one = rng.normal(size=(1, 6))
    network = bundle.run(0, "onnx")
    score = statistics.median(timed(lambda: bundle.score(one)).wall for _ in range(2000))
    bare = statistics.median(timed(lambda: network(one)).wall for _ in range(2000))
    print(f"one event: score {1e3 * score:.3f} ms, of that the network {1e3 * bare:.3f} ms (asked: 0.1 ms)")


if __name__ == "__main__":
    main()
