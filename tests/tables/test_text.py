from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from hml_jupyter.errors import FileFormatError
from hml_jupyter.tables import open_table
from hml_jupyter.tables.text import CsvReader


def write(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_kinds_of_columns(study: Path) -> None:
    table = open_table(
        write(study, 'pt,n,ok,empty,"jet, type"\n1,1,true,,light\n,2.5,false,,"b, c"\nnan,-inf,true,,x\n')
    )
    assert table.names == ("pt", "n", "ok", "empty")
    assert table.left_out == {"jet, type": "string"}
    found = table.read()
    assert np.array_equal(found["pt"], [1.0, np.nan, np.nan], equal_nan=True)
    assert found["n"].tolist() == [1.0, 2.5, -np.inf]
    assert found["ok"].tolist() == [True, False, True]
    assert np.isnan(found["empty"]).all()


def test_names_with_blanks_and_the_sign_of_numpy(study: Path) -> None:
    np.savetxt("table.csv", [[1.0, 2.0], [3.0, 4.0]], delimiter=", ", header="pt, eta", comments="# ")
    assert Path("table.csv").read_text().startswith("# pt, eta")
    found = open_table("table.csv").read()
    assert {name: values.tolist() for name, values in found.items()} == {"pt": [1.0, 3.0], "eta": [2.0, 4.0]}


def test_a_byte_order_mark(study: Path) -> None:
    (study / "table.csv").write_bytes("\ufeffpt,eta\n1,2\n".encode())
    assert open_table("table.csv").names == ("pt", "eta")


def test_whole_numbers_that_turn_into_others_far_below(study: Path) -> None:
    lines = 400_000
    table = open_table(write(study, "x\n" + "1234\n" * lines + "0.5\n"))
    assert table.read(["x"], lines)["x"].tolist() == [0.5]


def test_text_among_numbers_names_the_place(study: Path) -> None:
    path = write(study, "x,y\n" + "1,2\n" * 400_000 + "oops,2\n")
    with pytest.raises(FileFormatError, match=r"table.csv: expected a CSV file.*oops"):
        open_table(path).read()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "the first line is empty"),
        ("\n1,2\n", "the first line is empty"),
        ("1.5,2.5\n3,4\n", "the first line has numbers, no names"),
        ("a,,c\n1,2,3\n", "column 2 of the first line has no name"),
        ("a;b\n1;2\n", "separated by semicolons"),
        ("a\tb\n1\t2\n", "separated by tabs"),
        ("a,b,a\n1,2,3\n", "'a' is there twice"),
        ("a, a\n1,2\n", "'a' is there twice"),
        ("name\nx\n", "no column holds numbers"),
        ("a,b\n1,2\n3\n", "Expected 2 columns, got 1"),
    ],
)
def test_what_is_no_table(study: Path, text: str, why: str) -> None:
    with pytest.raises(FileFormatError, match=why):
        open_table(write(study, text)).read()


def test_a_table_without_rows(study: Path) -> None:
    table = open_table(write(study, "a,b\n"))
    assert table.n_rows == 0
    assert table.read()["a"].shape == (0,)


def test_gzip_is_known_by_its_content(study: Path) -> None:
    path = study / "table.csv"
    path.write_bytes(gzip.compress(b"a\n1\n2\n"))
    assert open_table(path).read()["a"].tolist() == [1.0, 2.0]


def test_reads_go_on_and_go_back(study: Path) -> None:
    reader = CsvReader(write(study, "a,b\n" + "".join(f"{k},{-k}\n" for k in range(1000))))
    with reader.session() as read:
        assert read(["a"], 10, 12)["a"].tolist() == [10.0, 11.0]
        assert read(["a"], 500, 501)["a"].tolist() == [500.0]
        assert read(["a"], 3, 4)["a"].tolist() == [3.0]
        assert read(["b"], 4, 6)["b"].tolist() == [-4.0, -5.0]
