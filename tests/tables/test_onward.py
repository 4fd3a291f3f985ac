from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hml_jupyter.errors import FileFormatError
from hml_jupyter.tables import kept_open, open_table
from hml_jupyter.tables.onward import Onward


def test_kept_open(study: Path) -> None:
    Path("a.csv").write_text("x,y\n" + "".join(f"{k},{2 * k}\n" for k in range(10)))
    table = kept_open(open_table("a.csv"))
    assert isinstance(table.reader, Onward)
    assert table.reader.look().n_rows == 10
    found = [table.read(["y"], start, start + 5)["y"].tolist() for start in (0, 5)]
    assert found == [[0.0, 2.0, 4.0, 6.0, 8.0], [10.0, 12.0, 14.0, 16.0, 18.0]]
    assert table.read(["x"], 0, 1)["x"].tolist() == [0.0]


def test_others_are_as_they_are(study: Path) -> None:
    np.savez("a.npz", x=np.arange(3.0))
    table = open_table("a.npz")
    assert kept_open(table) is table


def test_after_an_error_it_is_opened_again(study: Path) -> None:
    Path("a.csv").write_text("x\n" + "1\n" * 600_000)
    table = kept_open(open_table("a.csv"))
    Path("a.csv").write_text("x\n" + "1\n" * 600_000 + "three\n")
    with pytest.raises(FileFormatError, match=r"a\.csv"):
        table.read(["x"])
    assert table.read(["x"], 0, 2)["x"].tolist() == [1.0, 1.0]
