from __future__ import annotations

import awkward as ak
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hml_jupyter as hml
from hml_jupyter.bounds import moved
from hml_jupyter.datasets import Dataset
from hml_jupyter.errors import ArgumentError
from hml_jupyter.selection import cutflow
from hml_jupyter.thresholds import Axis, axis, threshold

RNG = np.random.default_rng(5)


def events(mean: float, n: int) -> ak.Array:
    masses, pts = RNG.normal(mean, 20.0, n), RNG.exponential(100.0, n)
    return ak.Array([{"FatJet": [{"Mass": m, "PT": p}]} for m, p in zip(masses, pts, strict=True)])


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    sources = {"zz": events(90.0, 300), "qcd": events(50.0, 500)}
    return hml.build_dataset(sources, hml.Set(["fatjet0.mass", "fatjet0.pt"]), signal="zz", seed=1)


@pytest.mark.parametrize("side", ["lower", "upper"])
@pytest.mark.parametrize(
    "cuts", [(), ("fatjet0.pt >= 40.0",), ("fatjet0.mass >= 30.0", "fatjet0.pt < 200", "fatjet0.mass < 120.0")]
)
def test_every_place_is_what_the_cutflow_gives(dataset: Dataset, side: str, cuts: tuple[str, ...]) -> None:
    axes = {name: axis(dataset.column(name)) for name in dataset.column_names}
    found = threshold(dataset, "fatjet0.mass", side, axes, cuts=cuts, luminosity=None)
    places = axes["fatjet0.mass"].places
    rest = 0 if side == "lower" else len(places) - 1
    for place in range(0, len(places), 7):
        value = None if place == rest else float(places[place])
        flow = cutflow(dataset, moved(cuts, "fatjet0.mass", side, value), luminosity=None)
        after = [[row.counts[c].events for c in dataset.classes] for row in flow.rows]
        assert found.events[-1][:, place].tolist() == after[-1]
        assert found.views["fatjet0.pt"].shape == (2, len(places), len(axes["fatjet0.pt"].edges) - 1)


def test_a_cut_of_the_user_stays_while_a_handle_moves(dataset: Dataset) -> None:
    mine = "fatjet0.mass >= 60 and fatjet0.pt > 50"
    axes = {"fatjet0.mass": Axis(places := np.array([0.0, 50.0, 100.0]), places)}
    found = threshold(dataset, "fatjet0.mass", "lower", axes, cuts=(mine,), luminosity=None)
    assert found.position == 1
    assert found.events[0][:, 0].tolist() == [
        r.events for r in cutflow(dataset, [mine], luminosity=None).rows[-1].counts.values()
    ]


def test_side_that_is_none(dataset: Dataset) -> None:
    with pytest.raises(ArgumentError, match="'lower' or 'upper'"):
        threshold(dataset, "fatjet0.mass", "left", {})


@given(st.floats(-1e3, 1e3), st.floats(0.01, 50.0), st.integers(2, 60))
def test_the_largest_value_is_in_the_histogram(low: float, width: float, n: int) -> None:
    values = np.linspace(low, low + width, n)
    edges = axis(values).edges
    assert edges[0] <= values.min()
    assert values.max() < edges[-1]
