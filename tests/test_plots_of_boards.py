from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import samples

import hml_jupyter as hml
from hml_jupyter.cuts import Cut
from hml_jupyter.datasets import Dataset
from hml_jupyter.plots.boards import panels_of_board
from hml_jupyter.plots.spectra import Panel


def build(**options: Any) -> Dataset:
    runs = {"zz": samples.Run(400, 1, "signal"), "qcd": samples.Run(500, 2, "background")}
    return hml.build_dataset(runs, hml.Set(["fatjet0.mass", "met"]), signal="zz", seed=1, **options)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return build()


def panel(dataset: Dataset, name: str = "met", **options: Any) -> Panel:
    return panels_of_board(hml.board(dataset, [name], **options).state())[0]


def test_significance_is_that_of_the_board_wherever_a_threshold_stands(dataset: Dataset) -> None:
    options: dict[str, Any] = {"uncertainty": 0.5, "bins": {"met": 8}, "ranges": {"met": (0, 80)}}
    cuts = ["fatjet0.mass >= 40", "met < 55.5"]
    shown = panel(dataset, cuts=cuts, **options).lower
    assert shown is not None
    for side, steps in zip(("lower", "upper"), shown.steps.values(), strict=True):
        for k in (1, 3, 5):
            board = hml.board(dataset, ["met"], cuts=cuts, uncertainty=0.5)
            board.move([("met", side, 10.0 * k)])
            assert board.significance is not None
            expected = np.nan if board.significance.value is None else board.significance.value
            assert steps[k] == pytest.approx(expected, nan_ok=True)


def test_areas_hold_the_flows_but_not_what_is_missing(dataset: Dataset) -> None:
    shown = panel(dataset, "fatjet0.mass", bins=5, ranges={"fatjet0.mass": (60, 100)})
    mass = dataset.column("fatjet0.mass")
    for k, name in enumerate(dataset.classes):
        own = mass[(dataset.y == k) & ~np.isnan(mass)]
        np.testing.assert_allclose(shown.counts[name], np.histogram(own, shown.edges)[0] / len(own))


def test_ratio_without_data_is_signal_over_background(dataset: Dataset) -> None:
    shown = panel(dataset, bins=4, ranges={"met": (0, 40)}, below="ratio", cuts=["met >= 10"]).lower
    assert shown is not None
    of = [np.histogram(dataset.column("met")[m], 4, (0, 40), weights=dataset.weights[m])[0]
          for m in (dataset.is_signal, ~dataset.is_signal)]  # fmt: skip
    values = np.array(shown.points["zz"].values)
    assert np.isnan(values[0])
    np.testing.assert_allclose(values[1:], (of[0] / of[1])[1:])


@pytest.mark.parametrize("below", ["significance", "ratio", "none"])
def test_signal_alone_has_nothing_below(below: str) -> None:
    board = hml.board(samples.alone(), ["met"], below=below, maps=[("fatjet0.mass", "met")], cuts=["met >= 10"])
    shown = panels_of_board(board.state())[0]
    assert shown.lower is None
    assert sum(shown.counts["zz"]) == pytest.approx(1.0, abs=0.05)
    axes = hml.plot(board).axes
    assert [ax.get_xlabel() for ax in axes] == ["met [GeV]", "fatjet0.mass [GeV]"]


def test_ratio_of_data_is_to_background_that_is_as_blind() -> None:
    dataset = build(observed={"data": samples.events(300, 5, "background")}, blind="fatjet0.mass > 90")
    shown = panel(dataset, bins=4, ranges={"met": (0, 40)}, below="ratio", how="stacked")
    assert shown.apart
    seen = ~dataset.is_signal & ~Cut("fatjet0.mass > 90")(dataset)
    sums = np.histogram(dataset.column("met")[seen], shown.edges, weights=dataset.weights[seen])[0] * 139e3
    np.testing.assert_allclose(shown.counts["qcd"], sums)
    counts = np.histogram(dataset.observed.column("met"), shown.edges)[0]
    assert shown.lower is not None
    np.testing.assert_allclose(shown.lower.points["data"].values, counts / sums)
    assert shown.lower.label == "data / bkg."


def test_thresholds_are_drawn(dataset: Dataset) -> None:
    shown = panel(dataset, cuts=["met >= 12.5", "met <= 50"])
    above = float(np.nextafter(50.0, np.inf))
    assert shown.marks == [12.5, above]
    assert shown.cut_away == [(-np.inf, 12.5), (above, np.inf)]


def test_maps_are_drawn_with_their_box(dataset: Dataset) -> None:
    pair = ("fatjet0.mass", "met")
    board = hml.board(dataset, maps=[pair, pair[::-1]], cuts=["fatjet0.mass >= 60", "met < 40"])
    figure = hml.plot(board)
    maps = [ax for ax in figure.axes if ax.collections and ax.get_ylabel().startswith(("met", "fatjet0"))]
    (box,) = maps[0].patches
    assert (box.get_x(), box.get_y(), box.get_height()) == (60.0, 0.0, 40.0)
    shades, squares = maps[0].collections
    assert np.sum(shades.get_array()) == pytest.approx(np.sum(board.box(*pair)[1, 1, 1:-1, 1:-1]))
    assert len(squares.get_sizes()) == 48**2
    assert len(maps) == 2


def test_a_board_without_luminosity_is_drawn_as_shapes(dataset: Dataset) -> None:
    figure = hml.plot(hml.board(dataset, ["met"], luminosity=None))
    assert figure.axes[0].get_ylabel() == "fraction of events per bin"
