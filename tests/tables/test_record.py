from __future__ import annotations

import awkward as ak
import numpy as np
import pytest

from hml_jupyter.errors import ArgumentError, ExpressionError, UnknownNameError
from hml_jupyter.expressions import parse_cut, parse_observable, truth
from hml_jupyter.tables import TableRecord
from hml_jupyter.tables.record import column_of, find_weight

COLUMNS = {
    "fatjet0.mass": np.array([90.0, 20.0, np.nan]),
    "n_jets": np.array([2, 3, 1]),
    "is_b": np.array([True, False, True]),
    "MET": np.array([10.0, 20.0, 30.0]),
    "part_pt": ak.Array([[3.0, 1.0], [], [2.0]]),
    "part_eta": ak.Array([[0.5, 3.0], [], [3.0]]),
    "sv_pt": ak.Array([[1.0], [2.0], []]),
    "tau": np.array([[1, 2], [3, 4], [5, 6]]),
}


def record(**more: object) -> TableRecord:
    return TableRecord({**COLUMNS, **more}, "ntuple.root")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fatjet0.mass > 50", [True, False, False]),
        ("fatjet0.mass != 50", [True, True, False]),
        ("n_jets >= 2 and is_b == 1", [True, False, False]),
        ("met > 15 and n_jets in [1, 2]", [False, False, True]),
        ("any part_pt > 2", [True, False, False]),
        ("part_pt > 1.5", [False, True, True]),
        ("any (part_pt > 2 and abs(part_eta) < 2.5)", [True, False, False]),
        ("any (part_pt < 2 and abs(part_eta) < 2.5)", [False, False, False]),
        ("any (part_pt > 2) or any (sv_pt > 1)", [True, True, False]),
        ("max(tau) > 3", [False, True, True]),
        ("part_pt < n_jets and max(part_pt) > 0", [False, False, False]),
    ],
)
def test_cuts(text: str, expected: list[bool]) -> None:
    assert truth(parse_cut(text), record()).tolist() == expected


def test_lists_of_different_lengths_do_not_mix() -> None:
    with pytest.raises(ExpressionError, match="elements of part_pt with those of sv_pt"):
        truth(parse_cut("any part_pt > sv_pt"), record())


def test_read() -> None:
    found = record()
    assert len(found) == 3
    assert np.array_equal(found.read(parse_observable("fatjet0.mass")), COLUMNS["fatjet0.mass"], equal_nan=True)
    assert found.read(parse_observable("is_b")).dtype == np.float64
    assert found.read(parse_observable("part_pt")).tolist() == [[3.0, 1.0], [], [2.0]]
    assert found.read(parse_observable("tau")).tolist() == [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]


def test_unknown_names() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown column 'fatjet0.mas'; near names: fatjet0\.mass") as error:
        record().read(parse_observable("fatjet0.mas"))
    assert "ntuple.root has the columns fatjet0.mass, n_jets" in str(error.value)
    with pytest.raises(UnknownNameError):
        record(met=np.zeros(3)).read(parse_observable("Met"))
    assert record(met=np.zeros(3)).read(parse_observable("met")).tolist() == [0.0, 0.0, 0.0]
    with pytest.raises(UnknownNameError):
        TableRecord(COLUMNS, "x", names={"met": "nothing"})


def test_names_that_are_given() -> None:
    found = TableRecord({"fj-mass": np.array([80.0])}, "x", names={"fatjet0.mass": "fj-mass"})
    assert column_of("fatjet0.mass", found.columns, "x", names=found.names) == "fj-mass"
    assert truth(parse_cut("fatjet0.mass > 70"), found).tolist() == [True]


def test_images_are_no_observable() -> None:
    with pytest.raises(ArgumentError, match=r"an array of shape \(2, 2\) in each row"):
        record(image=np.ones((3, 2, 2))).read(parse_observable("image"))


def test_weights() -> None:
    assert record().weights.tolist() == [1.0, 1.0, 1.0]
    assert record(genWeight=np.array([1, -1, 2])).weights.tolist() == [1.0, -1.0, 2.0]
    assert TableRecord(COLUMNS, "x", weight="MET").weights.tolist() == [10.0, 20.0, 30.0]
    with pytest.raises(UnknownNameError, match="unknown column 'w'"):
        TableRecord(COLUMNS, "x", weight="w")
    with pytest.raises(ArgumentError, match="has several values in a row"):
        _ = TableRecord(COLUMNS, "x", weight="tau").weights


def test_where() -> None:
    found = TableRecord(COLUMNS, "x", weight="MET").where(np.array([True, False, True]))
    assert (len(found), found.source) == (2, "x")
    assert found.weights.tolist() == [10.0, 30.0]
    assert found.read(parse_observable("part_pt")).tolist() == [[3.0, 1.0], [2.0]]


def test_find_weight() -> None:
    assert find_weight(["pt", "weight_up"], "x") is None
    assert find_weight(["Weight"], "x") == "Weight"
    with pytest.raises(ArgumentError, match="weight and genWeight may be the weights"):
        find_weight(["weight", "genWeight"], "x")
