from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import samples
from hypothesis import given, settings
from hypothesis import strategies as st
from rows import dataset_of

from hml_jupyter.binning import binning
from hml_jupyter.errors import ArgumentError, UnknownNameError
from hml_jupyter.histograms import fill, threshold_cut

inf, nan = np.inf, np.nan
EDGES = [0.0, 1.0, 2.5, 4.0]
VIEW = [-1.0, 1.0, 2.0]


values = st.sampled_from([nan, inf, -inf, -0.5, 0.0, 0.5, 1.0, 2.5, 3.0, 4.0, 4.5])
rows = st.lists(st.tuples(values, values, st.integers(0, 1), st.floats(-2, 2)), min_size=1, max_size=40)


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
        fill(dataset, "jet0.pt", [0, 1])
    with pytest.raises(ArgumentError, match="passing"):
        fill(dataset, "met", [0, 1], passing=np.ones(3, bool))
    with pytest.raises(ArgumentError, match="side"):
        threshold_cut("met", "left", 1.0)
