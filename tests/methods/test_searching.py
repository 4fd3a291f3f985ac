from __future__ import annotations

import numpy as np
import pytest

from hml_jupyter.methods.objectives import OBJECTIVES, Objective, better
from hml_jupyter.methods.sample import Part
from hml_jupyter.methods.scanning import UNCUT, Range
from hml_jupyter.methods.searching import Counted, _drawn, joint, next_range


def correlated(n: int = 400) -> Part:
    """Two observables that tell nearly the same, and one that tells something else."""
    rng = np.random.default_rng(5)
    y = np.arange(2 * n) % 2
    x = rng.normal(2.0 * y, 1.5)
    X = np.column_stack([x, x + rng.normal(0, 0.3, 2 * n), rng.normal(1.5 * y, 1.5)])
    return Part(X, y, np.ones(2 * n), np.ones(2 * n))


def ranges(events: Counted, topology: str, side: str = "lower") -> list[Range]:
    found: list[Range] = []
    for _ in range(3):
        found.append(next_range(events, found, [side] * 3, topology)[0])
    return found


@pytest.mark.parametrize("name", OBJECTIVES)
def test_sequential_cuts_are_cumulative(name: str) -> None:
    events = Counted.of(correlated(), Objective(name), 0.001)
    sequential, parallel = (ranges(events, topology) for topology in ("sequential", "parallel"))
    assert sequential[0] == parallel[0]
    assert sequential[1:] != parallel[1:]
    X = events.part.X
    for place in (1, 2):
        left = np.logical_and.reduce([each.passes(X[:, i]) for i, each in enumerate(sequential[:place])])
        tried = [Range(low=low) for low in X[left, place]]
        best = max(events.gain([*sequential[:place], each]) for each in [*tried, UNCUT])
        assert events.gain(sequential[: place + 1]) == pytest.approx(best, rel=1e-9)
    assert events.gain(sequential) > events.gain(parallel)


@pytest.mark.parametrize("name", OBJECTIVES)
@pytest.mark.parametrize("side", ["lower", "any"])
def test_no_single_cut_of_the_joint_ones_can_be_bettered(name: str, side: str) -> None:
    events = Counted.of(correlated(150), Objective(name), 0.001)
    starts = [ranges(events, topology, side) for topology in ("sequential", "parallel")]
    found = joint(events, starts[0], [side] * 3)
    gain = events.gain(found)
    assert gain >= max(map(events.gain, starts)) - 1e-9
    for i in range(3):
        values = np.unique(events.part.X[:, i])
        for low in values[::3]:
            tried = [*found[:i], Range(low=low), *found[i + 1 :]]
            assert events.gain(tried) <= gain + 1e-9


def test_joint_is_better_than_both_where_cuts_share_the_work() -> None:
    events = Counted.of(correlated(), Objective("s/sqrt(s+b)"), 0.001)
    starts = [ranges(events, topology) for topology in ("sequential", "parallel")]
    found = joint(events, starts[0], ["lower"] * 3)
    assert better(events.gain(found), max(map(events.gain, starts)))
    lows = [np.unique(events.part.X[:, i])[::40] for i in range(3)]
    grid = max(
        events.gain([Range(low=a), Range(low=b), Range(low=c)]) for a in lows[0] for b in lows[1] for c in lows[2]
    )
    assert events.gain(found) > grid


def test_enough_restarts_find_the_best_of_all_windows() -> None:
    found = []
    for sample in range(8):
        rng = np.random.default_rng(sample)
        part = Part(rng.normal(size=(60, 2)).round(1), rng.integers(0, 2, 60), np.ones(60), np.ones(60))
        events = Counted.of(part, Objective("accuracy"), 1.0)
        sequential: list[Range] = []
        for _ in range(2):
            sequential.append(next_range(events, sequential, ["window"] * 2, "sequential")[0])
        kept = [windows(column) for column in part.X.T]
        best = (kept[0] * np.where(part.y == 1, 1, -1) @ kept[1].T).max()
        ends = [joint(events, sequential, ["window"] * 2, restarts=n, seed=1) for n in (0, 40)]
        found.append([events.gain(each) for each in ends] + [((part.y == 0).sum() + best) / 60])
    alone, restarted, brute = np.array(found).T
    assert restarted == pytest.approx(brute, abs=1e-12)
    assert (alone <= brute + 1e-12).all()
    assert (alone < brute - 1e-12).any()


def windows(x: np.ndarray) -> np.ndarray:
    """Return what every window keeps, (m, n)."""
    ends = [*np.unique(x), np.inf]
    return np.array([(x >= low) & (x < high) for low in ends for high in ends if low < high], float)


@pytest.mark.parametrize("side", ["upper", "outside", "window"])
def test_a_drawn_cut_has_the_side_that_is_asked_for(side: str) -> None:
    """Values that are nearly all the same are drawn twice."""
    values, rng = np.repeat([1.0, 2.0], [20, 1]), np.random.default_rng(1)
    for _ in range(50):
        low, high, outside = _drawn(values, side, rng)
        assert not np.isfinite(low) if side == "upper" else (low < high) or not np.isfinite(low)
        assert not np.isfinite(low) or outside == (side == "outside")
