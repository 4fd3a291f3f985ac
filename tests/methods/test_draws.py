from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hml_jupyter.methods.draws import Ranks, _mixed, noise
from hml_jupyter.methods.surrogate_layers import Unranked


def test_splitmix() -> None:
    """The first two outputs of the generator with seed 0, as its authors publish them."""
    first = _mixed(np.zeros(1, np.uint64))
    assert hex(int(first[0])) == "0xe220a8397b1dcdaf"
    assert hex(int(_mixed(np.full(1, 0x9E3779B97F4A7C15, np.uint64))[0])) == "0x6e789e6aa1b965f4"


def test_noise_belongs_to_an_event() -> None:
    X = np.random.default_rng(1).normal(size=(1000, 3))
    order = np.random.default_rng(2).permutation(1000)
    whole = noise(X, 7)
    np.testing.assert_array_equal(noise(X[order], 7), whole[order])
    np.testing.assert_array_equal(noise(X[:10], 7), whole[:10])
    np.testing.assert_array_equal(noise(X.astype(np.float32), 7), whole)
    assert not (noise(X, 8) == whole).any()
    assert not (noise(X[:, ::-1], 7) == whole).any()


def test_equal_events_have_noise_of_their_own() -> None:
    found = noise(np.zeros((5000, 1)), 1)
    assert len(np.unique(found[:, 0])) > 4990
    np.testing.assert_array_equal(noise([[0.0], [-0.0]], 1), found[:2])
    assert noise(np.zeros((0, 2)), 1).shape == (0, 2)


@pytest.mark.parametrize("X", [np.zeros((20_000, 2)), np.arange(20_000.0)[:, None], np.eye(2)[np.arange(20_000) % 2]])
def test_noise_is_uniform_and_normal(X: object) -> None:
    uniform, normal = noise(X, 3).T  # type: ignore[arg-type]
    assert stats.kstest(uniform, "uniform").pvalue > 0.01
    assert stats.kstest(normal, "norm").pvalue > 0.01
    assert abs(np.corrcoef(uniform, normal)[0, 1]) < 0.02
    assert abs(np.corrcoef(uniform[1:], uniform[:-1])[0, 1]) < 0.02
    single = uniform.astype(np.float32)
    np.testing.assert_array_equal(single, uniform)
    assert 0 < single.min() < single.max() < 1


def test_ranks() -> None:
    """Three scores with the weights 1, 2 and 1 in the middle of 1,000 others: ranks at shares by hand."""
    others = np.concatenate([np.linspace(0, 0.3, 500), np.linspace(0.7, 1, 500)])
    scores, weights = np.concatenate([[0.5, 0.4, 0.6], others]), np.concatenate([[200.0, 100.0, 100.0], np.ones(1000)])
    ranks = Ranks.of(scores, weights)
    assert (ranks.low, ranks.high) == (-np.inf, np.inf)
    shares = stats.norm.cdf(ranks([0.4, 0.5, 0.6, 0.45, 0.45], [0.5, 0.5, 0.5, 0.0, 1.0]))
    np.testing.assert_allclose(shares, np.array([550, 700, 850, 600, 600]) / 1400)
    assert ranks([0.0, 1.0], 0.5).max() == ranks.limit == pytest.approx(-stats.norm.ppf(0.5 / 1003))


def test_ranks_of_ends_that_many_events_have_are_apart() -> None:
    ranks = Ranks.of(np.concatenate([np.zeros(10), np.linspace(0.2, 0.8, 101), np.ones(10)]), np.ones(121))
    assert (ranks.low, ranks.high) == (0.0, 1.0)
    np.testing.assert_allclose(ranks([0.0, 0.5, 1.0], 0.5), [-ranks.limit - 2, 0, ranks.limit + 2], atol=1e-12)
    assert (np.abs(ranks([0.0, 1.0], 1e-9)) > ranks.limit + 1).all()
    two = Ranks.of([0.0, 0.0, 1.0, 1.0, 1.0], np.ones(5))
    back = Unranked(*two.curve())
    assert np.asarray(back(two([0.0, 1.0], 0.7)[:, None].astype("float32"))).tolist() == [[0.0], [1.0]]


def test_scores_that_many_events_have_come_back_as_they_are() -> None:
    rng = np.random.default_rng(1)
    scores = rng.beta(2, 3, 4000)
    for value, share in ((0.5, 0.2), (0.0, 0.3), (1.0, 0.2)):
        scores = np.where(rng.random(4000) < share, value, scores)
    ranks = Ranks.of(scores, np.ones(4000))
    back = np.asarray(Unranked(*ranks.curve())(ranks(scores, rng.random(4000))[:, None].astype("float32")))[:, 0]
    assert (back[scores == 0] == 0).all()
    piled = np.isin(scores, [0, 0.5, 1])
    np.testing.assert_allclose(back[piled], scores[piled], atol=1e-6)
    np.testing.assert_allclose(back[~piled], scores[~piled], atol=0.03)
    assert np.abs(back - scores).mean() < 5e-4


@given(st.lists(st.floats(0, 1), min_size=2, max_size=40).filter(lambda each: len(set(each)) > 1), st.integers(0, 99))
def test_the_way_back_rises_and_ends_where_the_scores_do(scores: list[float], seed: int) -> None:
    weights = np.random.default_rng(seed).uniform(0.1, 2, len(scores))
    ranks, back = Ranks.of(scores, weights).curve()
    assert (np.diff(ranks) > 0).all()
    assert (np.diff(back) >= 0).all()
    assert (back[0], back[-1]) == (min(scores), max(scores))
