"""`CutNetwork` over the method of G. Watts' talk: ``python -m tests.benchmarks.bench_cut_network [epochs of the network's baseline]``.

The talk's samples and its method (github.com/gordonwatts/diff-prog-intro), written plainly in JAX, with Adam in ten lines of its own:
optax is not installed here. Compilation is left out on both sides. The last table is the bias of the estimators of the gradient of a
hard cut.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from scipy.stats import multivariate_normal

import hml_jupyter as hml
from hml_jupyter.methods.backend import keras
from hml_jupyter.methods.sample import Sample, training_sample

from .common import machine

SIGNAL = multivariate_normal([1.5, 2.0], [[0.5, 0.2], [0.2, 0.5]])
BACKGROUND = multivariate_normal([0.0, 0.0], [[9.0, 0.0], [0.0, 9.0]])
#: Adam's learning rate in the talk.
RATE = 0.002
EPOCHS = 5000
STARTS = ((1, 1), (60, 60), (-60, -60), (60, -60), (-60, 60), (-7.5, 11.0), (4.0, -2.0))
#: What s signal and b background events of 10,000 each are worth.
OBJECTIVES: dict[str, Callable[[Any, Any], Any]] = {
    "accuracy": lambda s, b: (s + 10_000 - b) / 20_000,
    "s/sqrt(b)": lambda s, b: s / np.sqrt(np.maximum(b, 1e-9)),
    "s/sqrt(s+b)": lambda s, b: s / np.sqrt(np.maximum(s + b, 1e-9)),
}
Pair = tuple[Any, Any]


def small() -> Pair:
    """Return the 10,000 + 10,000 of the talk's samples.py: two one-dimensional samples come first."""
    rng = np.random.RandomState(19680801)
    rng.normal(5.0, 1.0, 10_000)
    rng.normal(0.0, 4.0, 10_000)
    means = ([1.5, 2.0], [[0.5, 0.2], [0.2, 0.5]]), ([0.0, 0.0], [[9.0, 0.0], [0.0, 9.0]])
    signal, background = (rng.multivariate_normal(*each, [10_000]) for each in means)
    return signal, background


def large() -> tuple[Pair, Any]:
    """Return the 40,000 + 40,000 of the talk's cut_then_nn.ipynb, and the key that it goes on with."""
    jax.config.update("jax_threefry_partitionable", False)
    key = jax.random.PRNGKey(1234)
    given = jnp.array([1.5, 2.0]), jnp.array([[0.5, 0.2], [0.2, 0.5]])
    signal = jax.random.multivariate_normal(key, *given, [40_000])
    key, _ = jax.random.split(key)
    background = jax.random.multivariate_normal(key, jnp.zeros(2), 9 * jnp.eye(2), [40_000])
    return (np.asarray(signal, float), np.asarray(background, float)), key


def sample_of(pair: Pair) -> Sample:
    tables = {
        name: hml.open_table({"x": each[:, 0], "y": each[:, 1]}, name, cross_section=1.0)
        for name, each in zip(("signal", "background"), pair, strict=True)
    }
    columns = hml.Set(["column.x", "column.y"])
    return training_sample(hml.build_dataset(tables, columns, signal="signal", seed=1, split=(1.0, 0.0, 0.0)))


def adam(gradients: Any, state: Any) -> tuple[Any, Any]:
    """Return the step of Adam, as in Kingma and Ba, and its state."""
    mean, square, done = state
    done += 1
    mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, gradients)
    square = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, square, gradients)
    first, second = 1 - 0.9**done, 1 - 0.999**done
    step = jax.tree.map(lambda m, v: -RATE * (m / first) / (jnp.sqrt(v / second) + 1e-8), mean, square)
    return step, (mean, square, done)


def descend(loss: Callable[[Any], Any], parameters: Any, epochs: int) -> tuple[Any, float, float]:
    """Return the parameters after so many full-batch epochs of the talk, the last loss, and the seconds without compilation."""

    @jax.jit
    def epoch(parameters: Any, state: Any) -> Any:
        value, gradients = jax.value_and_grad(loss)(parameters)
        step, state = adam(gradients, state)
        return jax.tree.map(jnp.add, parameters, step), state, value

    zero = jax.tree.map(jnp.zeros_like, parameters)
    state, value = (zero, zero, 0.0), jnp.zeros(())
    jax.block_until_ready(epoch(parameters, state))
    start = time.perf_counter()
    for _ in range(epochs):
        parameters, state, value = epoch(parameters, state)
    jax.block_until_ready(value)
    return parameters, float(value), time.perf_counter() - start


def soft(cuts: Any, X: Any) -> Any:
    return jnp.prod(1 / (1 + jnp.exp(-(X - cuts))), axis=1)


def fitted(method: Any, sample: Sample, epochs: int, seed: int = 1) -> tuple[Any, float]:
    """Return the trained model, and the seconds without compilation."""
    learner = method.learner(sample, seed=seed, epochs=epochs)
    untrained = learner.state()
    learner.advance(0, 1)
    learner.restore(untrained)
    start = time.perf_counter()
    learner.advance(0, epochs)
    return learner.model(), time.perf_counter() - start


def counts(pair: Pair, cuts: Any) -> list[int]:
    return [int((each > np.array(cuts)).all(axis=1).sum()) for each in pair]


def thresholds(texts: Any) -> list[float]:
    """Return the thresholds on x and y."""
    found = {text.split(" ")[0]: float(text.split(" ")[2]) for text in texts}
    return [found.get("column.x", -np.inf), found.get("column.y", -np.inf)]


def brute_force(pair: Pair) -> dict[str, float]:
    """Return the best of each objective over all pairs of thresholds from -12 to 12, 0.01 apart."""
    edges = np.append(np.arange(-12, 12, 0.01), np.inf)
    above = [np.histogram2d(*each.T, [edges, edges])[0][::-1, ::-1].cumsum(0).cumsum(1) for each in pair]
    return {name: float(value(*above)[above[1] >= 10].max()) for name, value in OBJECTIVES.items()}


def bench_cuts() -> None:
    pair = small()
    sample, best = sample_of(pair), brute_force(pair)
    print("brute force:", ", ".join(f"{name} {value:.4f}" for name, value in best.items()))
    X = jnp.asarray(np.concatenate(pair[::-1]), jnp.float32)
    y = jnp.repeat(jnp.array([0.0, 1.0]), 10_000)

    def talk(cuts: Any) -> Any:
        return -(y * jax.nn.log_softmax(jax.nn.sigmoid(soft(cuts, X)))).sum()

    baseline = []
    for start in ((1.0, 1.0), (60.0, 60.0)):
        cuts, loss, seconds = descend(talk, jnp.array(start), EPOCHS)
        baseline.append(seconds)
        reached = {name: value(*counts(pair, cuts)) / best[name] for name, value in OBJECTIVES.items()}
        told = ", ".join(f"{name} {share:.4f}" for name, share in reached.items())
        print(
            f"the talk from {start}: {EPOCHS} epochs, {seconds:.2f} s, loss {loss:.2f}, cuts {np.round(cuts, 4)}; of the best: {told}"
        )
    for function in ("sigmoid", "erf"):
        for name, value in OBJECTIVES.items():
            shares, annealed, seconds = [], [], []
            for x, y0 in STARTS:
                method = hml.CutNetwork(cuts=[f"x > {x}", f"y > {y0}"], objective=name, function=function)
                model, wall = fitted(method, sample, method.schedule(None))
                seconds.append(wall)
                for found, texts in ((shares, model.cuts), (annealed, model.soft)):
                    found.append(value(*counts(pair, thresholds(texts))) / best[name])
            epochs, wall = method.schedule(None), statistics.median(seconds)
            print(
                f"{function:>8s} {name:>12s}: of the best, from {len(STARTS)} starts: {min(shares):.4f} to {max(shares):.4f} (>= 0.995), "
                f"annealed alone {min(annealed):.4f} to {max(annealed):.4f}; {epochs} gradients, 1/{EPOCHS / epochs:.0f} (<= 1/20); "
                f"{wall:.2f} s, 1/{statistics.median(baseline) / wall:.1f}"
            )


def network_of(key: Any) -> list[Pair]:
    """Return the first weights of haiku's MLP([2, 15, 30, 15, 1]) on two inputs."""
    found = []
    for fan_in, units in zip((2, 2, 15, 30, 15), (2, 15, 30, 15, 1), strict=True):
        key, own = jax.random.split(key)
        found.append((jax.random.truncated_normal(own, -2.0, 2.0, (fan_in, units)) / np.sqrt(fan_in), jnp.zeros(units)))
    return found


def score(parameters: Any, X: Any) -> Any:
    flow = X
    for kernel, bias in parameters["network"][:-1]:
        flow = jax.nn.relu(flow @ kernel + bias)
    kernel, bias = parameters["network"][-1]
    return soft(parameters["cuts"], X) * jax.nn.sigmoid(flow @ kernel + bias)[:, 0]


def bench_network(epochs: int) -> None:
    pair, key = large()
    sample = sample_of(pair)
    rng = np.random.default_rng(7)
    fresh = np.concatenate([each.rvs(200_000, random_state=rng) for each in (SIGNAL, BACKGROUND)])
    truth = np.repeat([1.0, 0.0], 200_000)
    s, b = SIGNAL.pdf(fresh), BACKGROUND.pdf(fresh)
    bayes = float(np.mean((s / (s + b) - truth) ** 2))
    X, y = jnp.asarray(np.concatenate(pair), jnp.float32), jnp.repeat(jnp.array([1.0, 0.0]), 40_000)
    first = {"cuts": jnp.ones(2), "network": network_of(jax.random.split(key)[0])}
    found, loss, seconds = descend(lambda p: jnp.sum((y - score(p, X)) ** 2), first, epochs)
    theirs = float(np.mean((np.asarray(score(found, jnp.asarray(fresh, jnp.float32))) - truth) ** 2))
    seconds *= 8000 / epochs
    print(f"analytic optimum on 400,000 fresh events: squared loss {bayes:.6f}")
    print(
        f"the talk, {epochs} epochs: sum of squares {loss:.2f}, fresh {theirs:.6f}, {theirs / bayes:.4f} of the optimum; 8000 epochs take {seconds:.0f} s"
    )
    options: dict[str, Any] = {"loss": "squared", "learning_rate": 0.005, "decay": "cosine"}
    cases = [
        ("network first", 30, hml.MLP(hidden=(32, 32), batch_size=1000, **options)),
        ("joint", 60, hml.MLP(hidden=(32, 32), batch_size=1000, **options)),
        ("network first", 150, hml.MLP(hidden=(2, 15, 30, 15), batch_size=500, **options)),
    ]
    for mode, ours, network in cases:
        for seed in (1, 2, 3):
            method = hml.CutNetwork(cuts=["x > 1", "y > 1"], network=network, mode=mode)
            model, wall = fitted(method, sample, ours, seed)
            squared = float(np.mean((method.scores(model, fresh) - truth) ** 2))
            print(
                f"{mode}, {network.hidden}, {ours} epochs, seed {seed}: fresh {squared:.6f}, {squared / theirs:.4f} of the talk's (<= 1), "
                f"{squared / bayes:.4f} of the optimum (<= 1.01); {wall:.2f} s, 1/{seconds / wall:.0f} (<= 1/20); {', '.join(model.cuts)}"
            )


def bench_estimators(events: int = 20_000, draws: int = 200) -> None:
    """Print bias and spread of the gradient of a squared loss with respect to a cut on x, over that of its expectation with a hard cut.

    The expectation is exact: a probability of the two normal distributions, of which the finite difference is taken.
    """
    at, step = np.array([0.3, 0.9]), 1e-3
    sides = [multivariate_normal(-each.mean, each.cov) for each in (SIGNAL, BACKGROUND)]

    def expected(x: float) -> float:
        passed = [each.cdf(-np.array([x, at[1]]), rng=np.random.default_rng(1)) for each in sides]
        return 0.5 * float(1 - passed[0] + passed[1])

    exact = (expected(at[0] + step) - expected(at[0] - step)) / (2 * step)
    print(f"gradient of the expected hard loss at {at.tolist()}: {exact:.5f}")
    from hml_jupyter.methods.cut_layers import Cuts

    y = jnp.repeat(jnp.array([1.0, 0.0]), events // 2)
    rng = np.random.default_rng(1)
    for estimator in ("annealed", "straight_through", "bernoulli"):
        layer = Cuts([0, 1], ["lower", "lower"], at.tolist(), estimator=estimator)
        layer.build((None, 2))

        @jax.jit
        def gradient(places: Any, state: Any, X: Any, layer: Any = layer) -> Any:
            def loss(places: Any) -> Any:
                weight, after = layer.stateless_call([places], state, X, training=True)
                return jnp.mean((weight[:, 0] - y) ** 2), after

            found, after = jax.grad(loss, has_aux=True)(places)
            return found[0], after

        for width in (1.0, 0.3, 0.1, 0.02):
            layer.width.assign(width)
            state, found = [v.value for v in layer.non_trainable_variables], []
            for _ in range(draws):
                X = np.concatenate([each.rvs(events // 2, random_state=rng) for each in (SIGNAL, BACKGROUND)])
                value, state = gradient(layer.places.value, state, jnp.asarray(X, jnp.float32))
                found.append(float(value))
            bias, spread = np.mean(found) / exact - 1, np.std(found) / abs(exact)
            print(
                f"{estimator:>17s}, width {width:4.2f}: bias {bias:+7.1%} +- {spread / np.sqrt(draws):.1%}, spread of one estimate {spread:.1%}"
            )


def main(epochs: int = 8000) -> None:
    machine()
    keras()
    bench_cuts()
    bench_estimators()
    bench_network(epochs)
    machine()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
