from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hml_jupyter.errors import ArgumentError
from hml_jupyter.methods import MLP
from hml_jupyter.methods.losses import EPSILON, LOSSES, soft_histogram, soft_significance
from hml_jupyter.methods.sample import Part, Sample
from hml_jupyter.metrics import asimov


def single(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def test_a_soft_histogram_keeps_the_weights() -> None:
    rng = np.random.default_rng(1)
    score, weights = rng.random(1000, np.float32), rng.random(1000, np.float32)
    soft = np.asarray(soft_histogram(score, weights))
    hard = np.histogram(score, np.linspace(0, 1, 11), weights=weights)[0]
    assert soft.sum() == pytest.approx(weights.sum(), rel=1e-5)
    np.testing.assert_allclose(soft, hard, rtol=0.2)


def test_a_soft_histogram_is_a_gaussian_of_half_a_bin() -> None:
    from scipy.stats import norm

    edges = np.linspace(0, 1, 11)
    edges[[0, -1]] = -np.inf, np.inf
    wanted = np.diff(norm.cdf(edges, loc=0.62, scale=0.05))
    np.testing.assert_allclose(np.asarray(soft_histogram(single(0.62), single(1.0))), wanted, atol=1e-6)


@pytest.mark.parametrize("uncertainty", [0.0, 0.1, 0.5])
@pytest.mark.parametrize("expected", [(50.0, 1000.0), (1e-3, 1e7), (30.0, 2.0)])
def test_the_significance_of_soft_bins(expected: tuple[float, float], uncertainty: float) -> None:
    rng = np.random.default_rng(2)
    y = (np.arange(400) % 2).astype(np.float32)
    score = np.clip(rng.normal(0.3 + 0.4 * y, 0.2), 0, 1).astype(np.float32)
    squared = float(soft_significance(y, score, np.ones_like(y), expected, uncertainty))
    s, b = (
        total * np.asarray(soft_histogram(score, side / side.sum()), float)
        for total, side in zip(expected, (y, 1 - y), strict=True)
    )
    b += expected[1] / 201
    assert squared == pytest.approx((asimov(s, b, uncertainty * b) ** 2).sum(), rel=2e-3)


def test_a_batch_without_signal_stays_finite() -> None:
    zeros = np.zeros(8, np.float32)
    squared = float(soft_significance(zeros, zeros + 0.5, zeros + 1, (50.0, 1000.0), 0.1))
    assert 0 < squared < (50.0 * 10 * EPSILON) ** 2


def toy(seed: int, n: int = 4000) -> Part:
    """A signal of 50 events of 1050, most of it like the background, and a fifth apart from it."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 2
    X = rng.normal(0, 1, (n, 2))
    pure = (y == 1) & (rng.random(n) < 0.2)
    X[(y == 1) & ~pure, 0] += 1.0
    X[pure] = rng.normal([-2.0, 2.5], 0.3, (pure.sum(), 2))
    return Part(X, y, np.ones(n), np.where(y == 1, 0.05, 1.0) / (n / 2))


def best_cut(score: np.ndarray, part: Part, uncertainty: float) -> float:
    """The largest significance over thresholds that leave half a background event."""
    order = np.argsort(-score)
    size, y = 1000 * part.expected[order], part.y[order]
    s, b = np.cumsum(size * y), np.cumsum(size * (1 - y))
    return float(asimov(s, b, uncertainty * b)[b > 0.5].max())


def test_significance_beats_cross_entropy_where_the_background_is_uncertain() -> None:
    train, fresh = toy(2), toy(5, 50_000)
    found = {}
    for loss in ("cross_entropy", "significance"):
        options: Any = {"hidden": (16,), "learning_rate": 0.02, "batch_size": 1000, "luminosity": 1.0}
        method = MLP(loss=loss, uncertainty=0.5, **options)
        learner = method.learner(Sample(train, None), seed=1, epochs=60)
        learner.advance(0, 60)
        found[loss] = best_cut(method.scores(learner.model(), fresh.X), fresh, 0.5)
    assert found["significance"] > 1.1 * found["cross_entropy"]


def test_significance_begins_with_cross_entropy() -> None:
    options: Any = {"hidden": (2,), "batch_size": 500}
    sample = Sample(toy(1), None)
    curves = [
        MLP(loss=loss, **options).learner(sample, seed=1, epochs=10).advance(0, 3)["loss"] for loss in LOSSES[::2]
    ]
    assert curves[0][:2] == pytest.approx(curves[1][:2], rel=1e-5)
    assert curves[0][2] != pytest.approx(curves[1][2], rel=0.1)


def test_squared_is_the_mean_square() -> None:
    part = toy(1, 200)
    method = MLP(hidden=(2,), loss="squared", learning_rate=1e-7, batch_size=200)
    learner = method.learner(Sample(part, None), seed=1)
    (loss,) = learner.advance(0, 1)["loss"]
    assert loss == pytest.approx(np.mean((method.scores(learner.model(), part.X) - part.y) ** 2), rel=1e-4)


def test_significance_needs_cross_sections() -> None:
    with pytest.raises(ArgumentError, match="the cross section of zz is not known: build the dataset from runs"):
        MLP(loss="significance").learner(Sample(toy(1, 200), None, unknown=("zz",)), seed=1)
