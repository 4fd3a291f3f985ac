from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hml_jupyter.errors import ArgumentError
from hml_jupyter.methods.cut_objectives import OF_CUTS, Counted, each_loss, loss_of, targets
from hml_jupyter.methods.cut_texts import Threshold
from hml_jupyter.methods.sample import Part, Sample
from hml_jupyter.metrics import asimov

rng = np.random.default_rng(1)
Y = np.arange(400) % 2
X = rng.normal(0, 1, (400, 2)) + Y[:, None]
#: 3 and 500 events at 1 fb^-1.
PART = Part(X, Y, np.ones(400), np.where(Y == 1, 1.5e-5, 2.5e-3))
SAMPLE = Sample(PART, None, ("a", "b"))
WEIGHT = rng.random((400, 1)).astype("float32")


@pytest.mark.parametrize("objective", OF_CUTS)
def test_loss_of_soft_cuts(objective: str) -> None:
    found = float(loss_of(objective, SAMPLE, 1.0)(targets(objective, PART).astype("float32"), WEIGHT))
    p = WEIGHT[:, 0].astype(float)
    s, b = 3 * p[Y == 1].mean(), 500 * p[Y == 0].mean() + 2.5
    expected = {
        "accuracy": 0.5 * (1 - p[Y == 1].mean() + p[Y == 0].mean()),
        "squared": np.mean((p - Y) ** 2),
        "cross_entropy": -np.mean(np.log(np.where(Y == 1, p, 1 - p))),
        "s/sqrt(b)": -np.log(s / np.sqrt(b)),
        "s/sqrt(s+b)": -np.log(s / np.sqrt(s + b)),
        "significance": -np.log(asimov(s, b)),
    }
    assert found == pytest.approx(expected[objective], rel=1e-4)


def test_significance_of_a_far_cut_is_finite() -> None:
    loss = loss_of("significance", SAMPLE, 1.0)
    y = targets("significance", PART).astype("float32")
    far, near = (float(loss(y, np.full_like(WEIGHT, each))) for each in (1e-30, 1e-12))
    assert np.isfinite(far)
    assert near < far


def test_expected_events_need_cross_sections() -> None:
    with pytest.raises(ArgumentError, match=r"objective='s/sqrt\(b\)' counts expected events.*of qcd is not known"):
        loss_of("s/sqrt(b)", replace(SAMPLE, unknown=("qcd",)), 1.0)


@pytest.mark.parametrize("loss", ["squared", "cross_entropy"])
def test_refit_of_cuts_before_a_network(loss: str) -> None:
    """Against all pairs of thresholds on a grid."""
    score = np.clip(0.5 + 0.3 * X.sum(axis=1), 0.01, 0.99)
    events = Counted.of(PART, loss, 1.0, score)
    start = [Threshold(name, "lower", -9.0) for name in ("a", "b")]
    cuts, _ = events.refit(list(X.T), start)

    def total(first: float, second: float) -> float:
        kept = (X[:, 0] >= first) & (X[:, 1] >= second)
        return float(each_loss(loss, Y, np.where(kept, score, 0.0)).mean())

    grid = np.append(np.linspace(-3, 3, 61), -np.inf)
    assert total(cuts[0].value, cuts[1].value) <= 1.003 * min(total(a, b) for a in grid for b in grid)


def test_a_useless_threshold_becomes_none() -> None:
    events = Counted.of(PART, "accuracy", 1.0)
    cuts, gain = events.refit(
        [X[:, 0], np.full(400, 70.1)], [Threshold("a", "lower", 0.0), Threshold("b", "upper", 90.0)]
    )
    assert np.isfinite(cuts[0].value)
    assert cuts[1].value == np.inf
    assert gain == pytest.approx(np.mean((X[:, 0] >= cuts[0].value) == Y))
