from __future__ import annotations

import numpy as np
import pytest
import samples

import hml_jupyter as hml
from hml_jupyter.datasets import Dataset, build_dataset
from hml_jupyter.errors import ArgumentError, EmptySelectionError, UnknownNameError
from hml_jupyter.representations import Set
from hml_jupyter.selection import cutflow, select


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    sources = {"zz": samples.Run(400, 1, "signal"), "qcd": samples.Run(500, 2, "background")}
    return build_dataset(sources, Set(["fatjet0.mass", "met"]), signal="zz", observables=["jet.size"], seed=1)


def test_best_threshold_is_the_best_of_all(dataset: Dataset) -> None:
    board = hml.board(dataset, ["fatjet0.mass", "met"], uncertainty=0.05)
    for side in ("lower", "upper"):
        best = board.best("fatjet0.mass", side)
        sign = ">=" if side == "lower" else "<"
        flow = cutflow(dataset, [f"fatjet0.mass {sign} {best.value!r}"], uncertainty=0.05)
        found = flow.rows[-1].significance
        assert found is not None
        assert found.value == pytest.approx(best.significance.value, rel=1e-9)
        column = dataset.column("fatjet0.mass")
        for value in np.sort(column[~np.isnan(column)])[::20].tolist():
            tried = cutflow(dataset, [f"fatjet0.mass {sign} {value!r}"], uncertainty=0.05).rows[-1].significance
            assert tried is not None
            assert (tried.value or 0.0) <= best.significance.value * (1 + 1e-9)  # type: ignore[operator]


def test_no_best_threshold(dataset: Dataset) -> None:
    board = hml.board(dataset, cuts=["fatjet0.mass >= 50"])
    with pytest.raises(EmptySelectionError, match="there is no best threshold on met"):
        hml.board(select(dataset, [f"met > {np.sort(dataset.column('met')).tolist()[-3]!r}"])).best("met", "lower")
    with pytest.raises(UnknownNameError, match="column"):
        board.best("jet0.pt", "lower")
    with pytest.raises(ArgumentError, match="needs a luminosity"):
        hml.board(dataset, luminosity=None).best("met", "lower")
    with pytest.raises(ArgumentError, match="side='low' must be 'lower' or 'upper'"):
        board.best("met", "low")


def test_signal_alone_has_no_best_threshold() -> None:
    with pytest.raises(
        ArgumentError, match=r"the best threshold needs signal and background, and all .* signal \(zz\)"
    ):
        hml.board(samples.alone()).best("met", "lower")


@pytest.mark.parametrize("side", ["lower", "upper"])
def test_best_threshold_beside_infinities_keeps_what_it_says(dataset: Dataset, side: str) -> None:
    column = np.resize([-np.inf, 1.0, 2.0, np.inf], 400)
    sources = {"zz": {"x": column[:100], "w": np.ones(100)}, "qcd": {"x": column, "w": np.ones(400)}}
    runs = {name: hml.open_table(table, weight="w", cross_section=1.0) for name, table in sources.items()}
    board = hml.board(build_dataset(runs, Set(["column.x"]), signal="zz", seed=1))
    best = board.best("column.x", side)
    board.move([("column.x", side, best.value)])
    assert board.significance is not None
    assert board.significance.s == pytest.approx(best.significance.s)
    assert board.significance.b == pytest.approx(best.significance.b)


def test_the_threshold_of_the_score_is_a_value_of_the_column(dataset: Dataset) -> None:
    for side in ("lower", "upper"):
        best = hml.board(dataset).best("fatjet0.mass", side)
        last = best.significance.threshold
        assert last in dataset.column("fatjet0.mass")
        assert best.value <= last if side == "lower" else best.value > last
