from __future__ import annotations

from pathlib import Path

import awkward as ak
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import samples

from hml_jupyter.errors import FileFormatError
from hml_jupyter.tables import open_table, parquet


def test_lists_missing_values_and_other_kinds(study: Path) -> None:
    columns = {
        "pt": [1.0, None, 3.0],
        "n": [1, None, 3],
        "ok": [True, None, False],
        "part_pt": [[1.0, 2.0], None, []],
        "four": pa.array([[1, 2], [3, 4], [5, 6]], pa.list_(pa.int32(), 2)),
        "big": pa.array([[1.0], [], [2.0]], pa.large_list(pa.float32())),
        "kind": ["a", "b", "c"],
        "deep": [[[1.0]], [[2.0]], []],
    }
    pq.write_table(pa.table(columns), "t.parquet")
    table = open_table("t.parquet")
    assert table.vectors == ("part_pt", "four", "big")
    assert set(table.left_out) == {"kind", "deep"}
    found = table.read()
    for name in ("pt", "n"):
        assert np.array_equal(found[name], [1.0, np.nan, 3.0], equal_nan=True)
    assert np.array_equal(found["ok"], [1.0, np.nan, 0.0], equal_nan=True)
    assert found["part_pt"].tolist() == [[1.0, 2.0], [], []]
    assert found["four"].tolist() == [[1, 2], [3, 4], [5, 6]]
    assert found["big"].tolist() == [[1.0], [], [2.0]]
    assert table.read(["part_pt"], 1, 3)["part_pt"].tolist() == [[], []]


def test_names_with_points(study: Path) -> None:
    pq.write_table(pa.table({"fatjet0": [1.0, 2.0], "fatjet0.mass": [3.0, 4.0]}), "t.parquet")
    table = open_table("t.parquet")
    assert table.read(["fatjet0.mass"])["fatjet0.mass"].tolist() == [3.0, 4.0]
    assert {name: values.tolist() for name, values in table.read(["fatjet0"]).items()} == {"fatjet0": [1.0, 2.0]}


def test_only_the_row_groups_of_the_rows_are_read(study: Path) -> None:
    pq.write_table(pa.table({"x": np.arange(100)}), "t.parquet", row_group_size=10)
    metadata = pq.read_metadata("t.parquet")
    assert parquet._groups(metadata, 25, 41) == ([2, 3, 4], 20)
    assert parquet._groups(metadata, 30, 40) == ([3], 30)
    assert parquet._groups(metadata, 100, 100) == ([], 100)


def test_a_large_row_group_is_unpacked_in_steps(study: Path) -> None:
    n = 3 * parquet.BATCH
    pq.write_table(pa.table({"x": np.arange(n)}), "t.parquet", row_group_size=n)
    assert np.array_equal(open_table("t.parquet").read(["x"], n - 10, n)["x"], np.arange(n - 10, n))


def test_the_events_of_a_run_are_no_table(study: Path) -> None:
    ak.to_parquet(samples.handmade(), "events.parquet")
    with pytest.raises(FileFormatError, match="given as its folder"):
        open_table("events.parquet")
