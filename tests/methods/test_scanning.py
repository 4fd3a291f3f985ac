from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hml_jupyter.cuts import Cut
from hml_jupyter.methods.objectives import OBJECTIVES, Objective, columns
from hml_jupyter.methods.sample import Part
from hml_jupyter.methods.scanning import SIDES, UNCUT, Range, scan
from hml_jupyter.methods.searching import Counted


def counted(rows: list[tuple[float, int, float]], objective: Objective) -> Counted:
    x, y, weights = (np.array(each) for each in zip(*rows, strict=True))
    return Counted.of(Part(x[:, None].astype(float), y, np.abs(weights), weights), objective, 0.001)


def masks(x: np.ndarray, side: str) -> Iterator[np.ndarray]:
    """Everything that cuts of a kind can keep, the events themselves counted."""
    edges = [-np.inf, *np.unique(x)[1:], np.inf]
    for low, high in itertools.combinations(edges, 2):
        inside = (x >= low) & (x < high)
        if side in ("window", "any") or (side == "lower" and high == np.inf) or (side == "upper" and low == -np.inf):
            yield inside
        if side == "outside":
            yield ~inside
    yield np.ones(len(x), bool)


def worth(events: Counted, mask: np.ndarray) -> float:
    return events.objective.gain(columns(events.part.y[mask] == 1, events.weights[mask]).sum(axis=1), events.total)


weights = st.floats(-1, 4).filter(lambda w: abs(w) > 0.01)
samples = st.lists(st.tuples(st.integers(-3, 9), st.integers(0, 1), weights), min_size=1, max_size=40)


@given(samples, st.sampled_from(OBJECTIVES), st.sampled_from(SIDES), st.floats(0, 6))
def test_the_best_of_all_cuts_is_found(rows: Any, name: str, side: str, floor: float) -> None:
    """Weights of both signs, ties, floors: against a recount of every cut."""
    events = counted(rows, Objective(name, 0.1, floor))
    x = events.part.X[:, 0]
    found, gain = events.scan(0, (), side)
    best = max(worth(events, mask) for mask in masks(x, side))
    assert gain == pytest.approx(best, rel=1e-8, abs=1e-9)
    assert worth(events, found.passes(x)) == pytest.approx(gain, rel=1e-8, abs=1e-9)


def peak(n: int, seed: int = 1) -> list[tuple[float, int, float]]:
    rng = np.random.default_rng(seed)
    x = np.concatenate([rng.normal(90, 8, n), 20 + rng.exponential(50, n)])
    return list(zip(x.tolist(), [1] * n + [0] * n, rng.uniform(0.5, 1.5, 2 * n).tolist(), strict=True))


@pytest.mark.parametrize("name", OBJECTIVES)
@pytest.mark.parametrize("side", ["window", "outside"])
def test_pairs_of_many_places(name: str, side: str) -> None:
    """More values than the pairs of the grid: no edge can be moved for the better, and the pair is nearly the best of all."""
    rows = [(x, y if side == "window" else 1 - y, w) for x, y, w in peak(100)]
    events = counted(rows, Objective(name))
    x = events.part.X[:, 0]
    found, gain = events.scan(0, (), side)
    edges = [-np.inf, *np.unique(x)[1:], np.inf]
    moved = [Range(e, found.high, found.outside) for e in edges] + [Range(found.low, e, found.outside) for e in edges]
    assert max(worth(events, each.passes(x)) for each in moved) == pytest.approx(gain, rel=1e-9)
    every = np.array([*masks(x, side)], dtype=float)
    best = events.objective.gains(columns(events.part.y == 1, events.weights) @ every.T, events.total).max()
    assert best - 0.02 * abs(best) <= gain <= best + 1e-9


@pytest.mark.parametrize("start", [Range(280.0, 300.0), Range(1e4, 2e4), Range(-2.0, -1.0), Range(85.0, 85.01)])
def test_the_search_goes_on_from_a_window(start: Range) -> None:
    """It cannot get worse by that, wherever the window is."""
    events = counted(peak(300), Objective("s/sqrt(b)"))
    found, gain = events.scan(0, (), "window", start)
    assert gain >= events.scan(0, (), "window")[1]
    assert events.scan(0, (), "window", found) == (found, gain)


def test_a_threshold_comes_before_a_window_that_is_no_better() -> None:
    events = counted([(1.0, 0, 1.0), (2.0, 1, 1.0), (3.0, 1, 1.0)], Objective("accuracy"))
    assert events.scan(0, (), "any")[0] == Range(low=2.0)


@pytest.mark.parametrize("side", ["window", "outside"])
def test_a_window_without_an_edge_is_a_threshold(side: str) -> None:
    events = counted([(1.0, 0, 1.0), (2.0, 1, 1.0), (3.0, 1, 1.0)], Objective("accuracy"))
    found, gain = events.scan(0, (), side)
    assert (found.cuts("met"), gain) == (["met >= 2.0"], 1.0)


@pytest.mark.parametrize("side", SIDES)
def test_nothing_to_cut(side: str) -> None:
    events = counted([(7.0, 0, 1.0), (7.0, 1, 1.0)], Objective("accuracy"))
    assert events.scan(0, (), side) == (UNCUT, 0.5)
    assert scan(*np.zeros((3, 0)), events.total, side, Objective("significance")) == (UNCUT, -np.inf)


class Columns:
    """A column as a dataset has it."""

    column_names = ("met",)

    def __init__(self, values: np.ndarray) -> None:
        self.values, self.n_events = values.astype(np.float64), len(values)

    def column(self, _: str) -> np.ndarray:
        return self.values


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("side", SIDES)
def test_the_texts_keep_the_events_that_were_counted(dtype: type, side: str) -> None:
    """Values that differ in their last digit only, and ties."""
    rng = np.random.default_rng(3)
    places = rng.integers(0, 40, 300)
    x = np.array([np.nextafter(dtype(-0.1), dtype(1)) * dtype(1.0) + np.spacing(dtype(0.1)) * dtype(k) for k in places])
    y = ((rng.normal(places, 8) > 20) ^ (side == "upper")).astype(int)
    assert len(np.unique(x)) == len(np.unique(places))
    events = counted(list(zip(x.tolist(), y.tolist(), [1.0] * 300, strict=True)), Objective("cross_entropy"))
    found, _ = events.scan(0, (), side)
    assert found.is_cut
    kept = np.logical_and.reduce([Cut(text)(Columns(x)) for text in found.cuts("met")])  # type: ignore[arg-type]
    np.testing.assert_array_equal(kept, found.passes(x.astype(float)))
