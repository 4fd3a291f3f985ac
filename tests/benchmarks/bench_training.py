"""What training costs: ``python -m tests.benchmarks.bench_training``.

A network of two layers of 64 on 200,000 events with 6 columns, batches of 1,024, against `keras.Model.fit` on the same arrays,
both after compilation; beside it a plain JAX loop. What checkpoints and live curves add. Trees on 100,000 events against
scikit-learn's GradientBoostingClassifier, with as many trees.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from hml_jupyter import progress
from hml_jupyter.methods import MLP, BoostedDecisionTree
from hml_jupyter.methods.backend import keras, single
from hml_jupyter.methods.sample import Part, Sample
from hml_jupyter.methods.training import _learn

from .common import Seconds, machine, report, timed

EVENTS, COLUMNS, BATCH, EPOCHS, REPEATS = 200_000, 6, 1024, 3, 5
TREES = 100


def part(events: int, seed: int) -> Part:
    rng = np.random.default_rng(seed)
    y = np.arange(events) % 2
    X = rng.normal(100, 30, (events, COLUMNS))
    X[y == 1, 0] += 20
    X[y == 1, 1] = X[y == 1, 2] + rng.normal(0, 15, events // 2)
    return Part(X, y, np.ones(events), np.ones(events))


def bare_fit(train: Part) -> Callable[[], Any]:
    method = MLP(batch_size=BATCH)
    model = method.build(Sample(train, None), 1)
    k = keras()
    model.compile(
        optimizer=k.optimizers.Adam(1e-3),
        loss=k.losses.BinaryCrossentropy(),
        weighted_metrics=[k.metrics.BinaryAccuracy()],
    )
    arrays = single(train.X), single(train.y)
    weights = single(train.weights)
    return lambda: model.fit(*arrays, sample_weight=weights, batch_size=BATCH, epochs=EPOCHS, verbose=0)


def bare_jax(train: Part) -> Callable[[], Any]:
    """Adam on the same network, a jitted step for each batch."""
    import jax
    import jax.numpy as jnp

    rng = np.random.default_rng(1)
    sizes = [COLUMNS, 64, 64, 1]
    first = [
        (single(rng.normal(0, (2 / (a + b)) ** 0.5, (a, b))), np.zeros(b, np.float32))
        for a, b in itertools.pairwise(sizes)
    ]
    mean, spread = single(train.X.mean(axis=0)), single(train.X.std(axis=0))

    def loss(layers: Any, X: Any, y: Any, w: Any) -> Any:
        flow = (X - mean) / spread
        for kernel, bias in layers[:-1]:
            flow = jax.nn.relu(flow @ kernel + bias)
        logit = (flow @ layers[-1][0] + layers[-1][1])[:, 0]
        return jnp.mean(w * (jnp.logaddexp(0, logit) - y * logit))

    @jax.jit
    def step(state: Any, X: Any, y: Any, w: Any) -> Any:
        layers, m, v, t = state
        value, gradient = jax.value_and_grad(loss)(layers, X, y, w)
        t = t + 1
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, gradient)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, gradient)
        rate = 1e-3 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        layers = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-7), layers, m, v)
        return (layers, m, v, t), value

    arrays = single(train.X), single(train.y), single(train.weights)

    def run() -> None:
        zeros = jax.tree.map(np.zeros_like, first)
        state = (first, zeros, zeros, np.float32(0))
        for epoch in range(EPOCHS):
            order = np.random.default_rng(epoch).permutation(EVENTS)
            for start in range(0, EVENTS, BATCH):
                rows = order[start : start + BATCH]
                state, value = step(state, *(a[rows] for a in arrays))
        jax.block_until_ready(value)

    return run


def ours(train: Part, *, curves: bool = False, kept: bool = False) -> Callable[[], Any]:
    """The learner alone; or with checkpoints, and with somebody who listens to the curves."""
    method = MLP(batch_size=BATCH)
    learner = method.learner(Sample(train, None), seed=1, epochs=EPOCHS)
    heard: list[Any] = []

    def run() -> None:
        if not kept:
            learner.advance(0, EPOCHS)
            return
        with tempfile.TemporaryDirectory() as folder:
            if not curves:
                _learn(method, learner, Path(folder), EPOCHS, EPOCHS)
                return
            with progress.listening(heard.append):
                _learn(method, learner, Path(folder), EPOCHS, EPOCHS)

    return run


def networks() -> None:
    train = part(EVENTS, 1)
    ways = {
        "bare": bare_fit(train),
        "jax": bare_jax(train),
        "learner": ours(train),
        "kept": ours(train, kept=True),
        "curves": ours(train, kept=True, curves=True),
    }
    for run in ways.values():
        run()
    took: dict[str, list[Seconds]] = {name: [] for name in ways}
    for _ in range(REPEATS):
        for name, run in ways.items():
            took[name].append(timed(run))
    report("learner over bare fit", took["learner"], took["bare"], "at most 1.1")
    report("with checkpoints", took["kept"], took["bare"], "at most 1.1")
    report("curves over none", took["curves"], took["kept"], "at most 1.05")
    report("plain JAX over bare fit", took["jax"], took["bare"], "none")


def trees() -> None:
    from sklearn.ensemble import GradientBoostingClassifier
    from sklearn.metrics import roc_auc_score

    train, test = part(100_000, 1), part(100_000, 2)
    plain = GradientBoostingClassifier(n_estimators=TREES, random_state=1)
    method = BoostedDecisionTree(n_estimators=TREES)

    def grow() -> Any:
        learner = method.learner(Sample(train, None), seed=1)
        step = method.step(TREES)
        for done in range(0, TREES, step):
            learner.advance(done, done + step)
        return learner.model()

    theirs = [timed(lambda: plain.fit(train.X, train.y, sample_weight=train.weights))]
    mine = [timed(grow) for _ in range(3)]
    report("trees over scikit-learn's", [min(mine)], theirs, "at most 0.1")
    aucs = [
        roc_auc_score(test.y, method.scores(grow(), test.X)),
        roc_auc_score(test.y, plain.predict_proba(test.X)[:, 1]),
    ]
    print(f"{'AUC':>28s}: {aucs[0]:.4f} and theirs {aucs[1]:.4f}")


def main() -> None:
    machine()
    networks()
    trees()


if __name__ == "__main__":
    main()
