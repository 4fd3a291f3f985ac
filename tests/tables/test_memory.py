from __future__ import annotations

from typing import Any

import awkward as ak
import numpy as np
import pandas as pd
import pytest

from hml_jupyter.errors import ArgumentError, FileFormatError
from hml_jupyter.tables import open_table


def test_kinds_of_a_frame() -> None:
    frame = pd.DataFrame(
        {
            "pt": [1.0, 2.0],
            "n": pd.array([1, None], dtype="Int64"),
            "whole": pd.array([1, 2], dtype="Int32"),
            "name": ["a", "b"],
            "day": pd.to_datetime(["2024-01-01", "2024-01-02"]),
            7: [True, False],
        }
    )
    table = open_table(frame)
    assert table.names == ("pt", "n", "whole", "7")
    assert set(table.left_out) == {"name", "day"}
    found = table.read()
    assert np.array_equal(found["n"], [1.0, np.nan], equal_nan=True)
    assert found["whole"].dtype == np.int32
    assert found["7"].tolist() == [True, False]


def test_lists_and_arrays() -> None:
    lists = ak.Array([[1.0, 2.0], [], [3.0]])
    table = open_table({"part_pt": lists, "image": np.ones((3, 2, 2)), "met": ak.Array([1.0, None, 3.0])})
    assert table.vectors == ("part_pt", "image")
    found = table.read(None, 1, 3)
    assert found["part_pt"].tolist() == [[], [3.0]]
    assert found["image"].shape == (2, 2, 2)
    assert np.array_equal(found["met"], [np.nan, 3.0], equal_nan=True)


def test_a_copy_is_read() -> None:
    values = np.arange(3.0)
    table = open_table({"x": values})
    table.read()["x"][:] = -1.0
    assert values.tolist() == [0.0, 1.0, 2.0]


@pytest.mark.parametrize(
    ("source", "error", "why"),
    [
        ({}, FileFormatError, "expected columns of numbers; found none"),
        ({"a": ["x"]}, FileFormatError, "expected columns of numbers; found a"),
        ({"a": 1.0}, ArgumentError, "'a' is one value"),
        ({1: [1.0]}, ArgumentError, "called by texts, not 1"),
        ({"a": [1.0], "b": [1.0, 2.0]}, FileFormatError, "these differ: a 1, b 2"),
        ({"a": ak.Array([{"pt": 1.0}])}, FileFormatError, "no column of numbers"),
        ({"a": ak.Array([[[1.0]]])}, FileFormatError, "no column of numbers"),
        ({"a": ak.Array(["x", "y"])}, FileFormatError, "no column of numbers"),
        (np.array([object()]), FileFormatError, "Python objects"),
        (np.zeros((2, 2, 2)), FileFormatError, "a table is a structured array"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), FileFormatError, "'a' is there twice"),
    ],
)
def test_what_is_no_table(source: Any, error: type[Exception], why: str) -> None:
    with pytest.raises(error, match=why):
        open_table(source)
