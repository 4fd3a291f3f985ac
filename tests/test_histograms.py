from __future__ import annotations

from typing import Any

import awkward as ak
import numpy as np
import pytest
import samples
from hypothesis import given, settings
from hypothesis import strategies as st

from hml_jupyter.binning import binning
from hml_jupyter.cuts import Cut
from hml_jupyter.datasets import Dataset, build_dataset
from hml_jupyter.datasets.table import Description
from hml_jupyter.errors import ArgumentError, UnknownNameError
from hml_jupyter.histograms import fill, index, threshold_cut
from hml_jupyter.representations import Set
from hml_jupyter.selection import select

inf, nan = np.inf, np.nan
EDGES = [0.0, 1.0, 2.5, 4.0]
VIEW = [-1.0, 1.0, 2.0]


def dataset_of(rows: list[tuple[float, float, int, float]]) -> Dataset:
    """Rows of fatjet0.mass, met, class and weight."""
    x, view, y, weights = (np.array(each) for each in zip(*rows, strict=True))
    names = ("fatjet0.mass", "met")
    description = Description(
        names, (), dict.fromkeys(names, "GeV"), ("a", "b", "c"), ("a",), None, 1, (0.6, 0.2, 0.2), {}, {}
    )
    arrays = {"class": y.astype(np.int64), "weight": weights.astype(float), "split": np.zeros(len(y), np.int8)}
    return Dataset(description, Held({names[0]: x.astype(float), names[1]: view.astype(float), **arrays}))


class Held(dict[str, Any]):
    """Arrays in memory."""

    @property
    def n_rows(self) -> int:
        return len(self["class"])


values = st.sampled_from([nan, inf, -inf, -0.5, 0.0, 0.5, 1.0, 2.5, 3.0, 4.0, 4.5])
rows = st.lists(st.tuples(values, values, st.integers(0, 1), st.floats(-2, 2)), min_size=1, max_size=40)


@settings(max_examples=60)
@given(rows, st.data())
def test_index_agrees_with_counting_again(events: list[tuple[float, float, int, float]], data: st.DataObject) -> None:
    dataset = dataset_of(events)
    passing = np.array(data.draw(st.lists(st.booleans(), min_size=len(events), max_size=len(events))))
    made = index(dataset, "fatjet0.mass", EDGES, {"met": VIEW, "fatjet0.mass": EDGES}, passing=passing)
    low_edges = [-inf, *VIEW]
    high_edges = [*VIEW, inf]
    for i, edge in enumerate(EDGES):
        for side in ("lower", "upper"):
            slices = slice(i + 1, None) if side == "lower" else slice(None, i + 1)
            kept = passing & Cut(threshold_cut("fatjet0.mass", side, edge))(dataset)
            for k in range(3):
                mine = kept & (dataset.y == k)
                assert made.events[k, slices].sum() == mine.sum()
                assert made.totals[k, slices].sum() == pytest.approx(dataset.weights[mine].sum(), abs=1e-12)
                assert made.total_variances[k, slices].sum() == pytest.approx(
                    (dataset.weights[mine] ** 2).sum(), abs=1e-12
                )
                view = dataset.column("met")
                for v, (low, high) in enumerate(zip(low_edges, high_edges, strict=True)):
                    last = v == len(low_edges) - 1
                    inside = mine & (view >= low) & ((view < high) | (last & (view == inf)))
                    w = dataset.weights[inside]
                    assert made.counts["met"][k, slices, v].sum() == pytest.approx(w.sum(), abs=1e-12)
                    assert made.variances["met"][k, slices, v].sum() == pytest.approx((w**2).sum(), abs=1e-12)
    missing = passing & np.isnan(dataset.column("fatjet0.mass"))
    assert made.missing.tolist() == [int((missing & (dataset.y == k)).sum()) for k in range(3)]


@settings(max_examples=60)
@given(rows)
def test_fill_agrees_with_numpy(events: list[tuple[float, float, int, float]]) -> None:
    dataset = dataset_of(events)
    made = fill(dataset, "met", VIEW)
    for k, name in enumerate(dataset.classes):
        chosen = (dataset.y == k) & (dataset.column("met") < VIEW[-1])  # numpy closes the last bin, we do not
        w = dataset.weights[chosen]
        expected = np.histogram(dataset.column("met")[chosen], VIEW, weights=w)[0]
        np.testing.assert_allclose(made[name, :].values(), expected, atol=1e-12)
        squares = np.histogram(dataset.column("met")[chosen], VIEW, weights=w**2)[0]
        np.testing.assert_allclose(made[name, :].variances(), squares, atol=1e-12)


def test_fill_names_axes_and_units() -> None:
    made = fill(samples.dataset(100), "fatjet0.mass", [0, 50, 100])
    assert list(made.axes[0]) == ["zz", "qcd"]
    assert made.axes[1].label == "fatjet0.mass [GeV]"
    assert made.axes[1].traits.underflow


def test_whole_numbers_stand_on_edges_and_agree_with_select() -> None:
    events = ak.Array([samples.event(jets=[{"PT": 30.0}] * n) for n in (0, 1, 1, 2, 3, 3)])
    dataset = build_dataset({"a": events, "b": events}, Set(["jet.size"]), signal="a", split=(0, 0, 1), seed=1)
    edges = binning(dataset.column("jet.size"))
    assert edges.tolist() == [0, 1, 2, 3, 4]
    made = index(dataset, "jet.size", edges, {})
    for i, edge in enumerate(edges[:-1]):
        for side, left in (("lower", made.events[:, i + 1 :]), ("upper", made.events[:, : i + 1])):
            if left.sum():
                selected = select(dataset, [threshold_cut("jet.size", side, edge)])
                assert np.bincount(selected.y, minlength=2).tolist() == left.sum(axis=1).tolist()


def test_index_of_a_selection_and_of_passing_events() -> None:
    dataset = samples.dataset(300)
    cut = Cut("met > 20")
    selected = select(dataset, ["met > 20"])
    edges = binning(dataset.column("fatjet0.mass"))
    one = index(dataset, "fatjet0.mass", edges, {"met": [0, 50, 100]}, passing=cut(dataset))
    other = index(selected, "fatjet0.mass", edges, {"met": [0, 50, 100]})
    np.testing.assert_allclose(one.counts["met"], other.counts["met"], rtol=1e-12)


@pytest.mark.parametrize(
    ("given_values", "bins", "expected"),
    [
        ([1, 2, 2, 3], 40, [1, 2, 3, 4]),
        ([0, 1, nan, inf], 40, [0, 1, 2]),
        (np.linspace(0, 199, 1000), 4, [0, 50, 100, 150, 200]),
        ([5, 5, 5], 40, [5, 6]),
    ],
)
def test_binning(given_values: Any, bins: int, expected: list[float]) -> None:
    assert binning(given_values, bins=bins).tolist() == expected


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True, width=32), max_size=50), st.integers(1, 60))
def test_binning_always_rises_and_covers_the_bulk(given_values: list[float], bins: int) -> None:
    edges = binning(given_values, bins=bins)
    assert (np.diff(edges) > 0).all()
    finite = np.array(given_values)[np.isfinite(given_values)] if given_values else np.array([])
    if len(finite):
        assert ((finite >= edges[0]) & (finite < edges[-1])).mean() >= 0.95
        assert len(edges) - 1 <= max(2 * bins + 2, 51)


def test_the_largest_value_lies_below_the_last_edge() -> None:
    assert binning([4.0, 4.01])[-1] > 4.01  # 4.01 / 0.00025 is a little less than 16040


def test_binning_leaves_far_tails_out() -> None:
    rng = np.random.default_rng(1)
    given_values = np.append(rng.exponential(1.0, 10_000), 1e6)
    assert binning(given_values)[-1] < 10


def test_bad_input() -> None:
    dataset = samples.dataset(100)
    for edges in ([1.0], [1.0, 1.0], [2.0, 1.0], [0.0, nan], [0.0, inf], [[0.0, 1.0]]):
        with pytest.raises(ArgumentError, match="edges"):
            fill(dataset, "met", edges)
    with pytest.raises(ArgumentError, match="bins"):
        binning([1.0], bins=0)
    with pytest.raises(UnknownNameError, match="column"):
        index(dataset, "jet0.pt", [0, 1], {})
    with pytest.raises(UnknownNameError, match="column"):
        index(dataset, "met", [0, 1], {"jet0.pt": [0, 1]})
    with pytest.raises(ArgumentError, match="passing"):
        index(dataset, "met", [0, 1], {}, passing=np.ones(3, bool))
    with pytest.raises(ArgumentError, match="side"):
        threshold_cut("met", "left", 1.0)
