from __future__ import annotations

from typing import Any

import awkward as ak
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from hml_jupyter.errors import ArgumentError, UnknownNameError
from hml_jupyter.tables import by_name

COLUMNS = {"x": [1.0, 2.0], "y": [3.0, 4.0], "z": [5, 6]}


@pytest.mark.parametrize(
    "table",
    [
        COLUMNS,
        pd.DataFrame(COLUMNS),
        pa.table(COLUMNS),
        np.array([(1.0, 3.0, 5), (2.0, 4.0, 6)], [("x", float), ("y", "f4"), ("z", int)]),
        {"x": ak.Array([1.0, 2.0]), "y": np.array([3.0, 4.0]), "z": (5, 6)},
    ],
    ids=["dict", "frame", "arrow", "structured", "mixed"],
)
def test_columns_are_taken_by_their_names(table: Any) -> None:
    found = by_name(table, ["z", "x"], "theirs")
    assert (found.tolist(), found.dtype) == ([[5.0, 1.0], [6.0, 2.0]], np.float64)
    with pytest.raises(UnknownNameError, match=r"unknown column of the table that theirs scores: 'w'; known: x, y, z"):
        by_name(table, ["w"], "theirs")


@pytest.mark.parametrize("plain", [[[1.0, 2.0]], np.ones((3, 2)), None, "events.root", pd.DataFrame(np.ones((3, 2)))])
def test_what_has_no_names_stays_as_it_is(plain: Any) -> None:
    assert by_name(plain, ["x", "y"], "theirs") is plain


def test_missing_values_are_nan() -> None:
    frame = pd.DataFrame({"x": pd.array([1, None], "Int64")})
    assert np.isnan(by_name(frame, ["x"], "theirs")).ravel().tolist() == [False, True]


def test_what_is_no_number_for_each_event_is_refused() -> None:
    with pytest.raises(ArgumentError, match="theirs takes one number for each event; the column x has several"):
        by_name({"x": [[1.0, 2.0], [3.0, 4.0]]}, ["x"], "theirs")
    with pytest.raises(UnknownNameError, match=r"its column x holds .*, no numbers"):
        by_name(pd.DataFrame({"x": ["a", "b"], "y": [1.0, 2.0]}), ["x"], "theirs")
