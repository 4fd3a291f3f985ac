from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import samples

import hml_jupyter as hml
from hml_jupyter.datasets import Dataset
from hml_jupyter.errors import ArgumentError, UnknownNameError

RATIO = "fatjet0.mass / (met + 1)"


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return hml.build_dataset(
        {"zz": samples.Run(200, 1, "signal"), "qcd": samples.Run(300, 2, "background")},
        hml.Set(["fatjet0.mass", "met"]),
        signal="zz",
        observables=["fatjet0.tau21", "met / ht"],
        observed={"data": samples.events(50, 3)},
        seed=1,
    )


def test_arithmetic_of_columns_is_a_column(dataset: Dataset) -> None:
    mass, met = dataset.column("fatjet0.mass"), dataset.column("met")
    np.testing.assert_array_equal(dataset.column("FatJet0.Mass/(MET + 1)"), mass / (met + 1))
    assert dataset.column_name("FatJet0.Mass/(MET + 1)") == RATIO
    assert [dataset.unit(name) for name in (RATIO, "met * met", "max(met, fatjet0.mass)", "-fatjet0.tau21")] == [
        *("", "GeV^2", "GeV", "")
    ]
    np.testing.assert_array_equal(dataset.column("2 * (met / ht)"), 2 * dataset.column("met / ht"))
    observed = dataset.observed
    np.testing.assert_array_equal(
        observed.column(RATIO), observed.column("fatjet0.mass") / (observed.column("met") + 1)
    )
    assert not dataset.column(RATIO).flags.writeable
    assert RATIO not in dataset.column_names


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("met / jet0.pt", UnknownNameError, "unknown column 'jet0.pt'; .*met / jet0.pt is computed from columns"),
        ("met / mlp.score", UnknownNameError, r"hml.score\(dataset, mlp, name='mlp'\) adds it"),
        ("met + fatjet0.tau21", ArgumentError, "joins GeV with a pure number"),
        ("3 + 4", UnknownNameError, r"unknown column '3 \+ 4'"),
        ("met /", UnknownNameError, "unknown column 'met /'; near names: met"),
        ("met > 3", UnknownNameError, "unknown column 'met > 3'"),
        ("__import__('os')", UnknownNameError, "unknown column"),
    ],
)
def test_what_cannot_be_computed(name: str, error: Any, message: str, dataset: Dataset) -> None:
    for ask in (dataset.column, dataset.unit, dataset.observed.column, lambda name: hml.board(dataset, [name])):
        with pytest.raises(error, match=message):
            ask(name)


def test_a_board_has_arithmetic(dataset: Dataset) -> None:
    board = hml.board(dataset, [RATIO, "met"], bins={RATIO: 10}, ranges={RATIO: (0, 5)}, maps=[(RATIO, "met")])
    board.move([(RATIO, "lower", 0.5)])
    assert board.cuts == (f"{RATIO} >= 0.5",)
    assert board.cutflow == hml.cutflow(dataset, [f"{RATIO} >= 0.5"], luminosity=139)
    passing = dataset.column(RATIO) >= 0.5
    counted = board.histograms["met"].values(flow=True).sum()
    assert counted == pytest.approx(dataset.expected[passing].sum())
    assert board.index(RATIO).observable == RATIO
    assert board.best(RATIO, "lower").observable == RATIO
    assert hml.plot(board).axes
    assert hml.plot(dataset, columns=[RATIO]).axes[0].get_xlabel() == RATIO


def test_a_workspace_has_arithmetic(dataset: Dataset) -> None:
    made = hml.workspace(dataset, column="FatJet0.Mass / (MET+1)", bins=[0, 1, 100], luminosity=1)
    (channel,) = made.channels
    assert channel.column == RATIO
    values, weights = dataset.column(RATIO), dataset.yields(1)
    for k, name in enumerate(dataset.classes):
        low = weights[(dataset.y == k) & (values < 1)].sum()
        assert channel.expected[name][0] == pytest.approx(low)


def test_of_a_column_of_a_table_no_unit_is_known() -> None:
    tables = {name: hml.open_table({"x": np.arange(20.0), "y": np.ones(20)}) for name in ("a", "b")}
    data = hml.build_dataset(tables, hml.Set(["column.x", "column.y"]), signal="a", seed=1)
    np.testing.assert_array_equal(data.column("column.x + 2 * column.y"), data.column("x") + 2)
    assert data.unit("column.x + column.y") == ""
