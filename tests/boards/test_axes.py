from __future__ import annotations

import numpy as np
import pytest
from rows import dataset_of

import hml_jupyter as hml
from hml_jupyter.boards.axes import axis
from hml_jupyter.cuts import Cut


@pytest.mark.parametrize(("start", "width"), [(1.7e9, 100.0), (1e6, 2e-2), (-1e6, 2e-2), (0.0, 1e-12), (0.0, 1e12)])
def test_places_are_as_fine_as_the_values_need(start: float, width: float) -> None:
    made = axis(start + np.linspace(0, width, 1000))
    for numbers, n in ((made.edges, 20), (made.places, 100)):
        assert len(numbers) > n
        assert (np.diff(numbers) > 0).all()
    assert np.isin(made.edges, made.places).all()
    steps = np.diff(made.places)
    np.testing.assert_allclose(steps, steps[0], rtol=1e-2)


def test_axis_of_given_bins_and_ranges() -> None:
    values = np.linspace(0, 199, 1000)
    assert axis(values, bins=4).edges.tolist() == [0, 50, 100, 150, 200]
    assert axis(values, bins=2, span=(10, 20)).edges.tolist() == [10, 15, 20]
    assert len(axis(values, span=(10, 20)).edges) == 41
    assert axis([np.nan]).edges[[0, -1]].tolist() == [0, 1]
    for odd in (
        1.6e9 + values,
        91.1876 + 1e-7 * values,
        np.append(values, 1.7e308),
        [-1.7e308, 1.7e308],
        [5e-324, 0.5e-320],
    ):
        made = axis(odd)
        assert (np.diff(made.places) > 0).all()
        assert set(made.edges) <= set(made.places)
    many = np.random.default_rng(1).exponential(10, 500_000)
    assert axis(many).edges[-1] >= np.quantile(many, 0.995)


def test_edges_are_numbers_that_people_write() -> None:
    assert axis([0.5], bins=10, span=(0, 1)).edges.tolist() == [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    assert axis([0.5], bins=3, span=(0, 100)).edges[1] == pytest.approx(100 / 3, rel=1e-6)


def test_places_that_no_number_tells_apart_are_one() -> None:
    made = axis([1e10], span=(1e10, 1e10 + 1e-5))
    assert (np.diff(made.edges) > 0).all()
    assert (np.diff(made.places) > 0).all()
    assert np.isin(made.edges, made.places).all()


def test_a_column_of_time_stamps_can_be_cut_on() -> None:
    rng = np.random.default_rng(1)
    rows = [(t, 1.0, k % 2, 1.0) for k, t in enumerate((1.7e9 + rng.uniform(0, 100, 200)).tolist())]
    board = hml.board(dataset_of(rows), luminosity=None)
    assert sum(board.state()["views"][0]["sums"][0]) == 100
    found = board.index("fatjet0.mass")
    place = len(found.places) // 2
    passing = Cut(f"fatjet0.mass < {found.places.tolist()[place]!r}")(board.dataset)
    assert found.rows[-1, 0, :, : place + 1].sum() == passing.sum()
