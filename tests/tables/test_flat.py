from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import awkward as ak
import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import uproot

from hml_jupyter.errors import ArgumentError, FileFormatError, PathError, UnknownNameError
from hml_jupyter.tables import FlatTable, is_table, open_table

N = 1000
NUMBERS: dict[str, Any] = {"x": np.linspace(-1.0, 1.0, N), "n": np.arange(N), "is_b": np.arange(N) % 2 == 0}


def root(path: Path) -> None:
    with uproot.recreate(path) as file:
        file.mktree("tree", {"x": "f8", "n": "i8", "is_b": "bool"})
        for first in range(0, N, 100):
            file["tree"].extend({name: values[first : first + 100] for name, values in NUMBERS.items()})


def hdf5(path: Path) -> None:
    with h5py.File(path, "w") as file:
        for name, values in NUMBERS.items():
            file[name] = values


def structured() -> np.ndarray[Any, Any]:
    return pd.DataFrame(NUMBERS).to_records(index=False).view(np.ndarray)


#: End of a file's name -> writes the same numbers to it.
WRITERS: dict[str, Callable[[Path], Any]] = {
    ".csv": lambda path: pd.DataFrame(NUMBERS).to_csv(path, index=False),
    ".csv.gz": lambda path: pd.DataFrame(NUMBERS).to_csv(path, index=False),
    ".parquet": lambda path: pq.write_table(pa.table(NUMBERS), path, row_group_size=100),
    ".npz": lambda path: np.savez(path, **NUMBERS),
    ".npy": lambda path: np.save(path, structured()),
    ".h5": hdf5,
    ".root": root,
}


@pytest.mark.parametrize("suffix", WRITERS)
def test_open_table_of_a_file(study: Path, suffix: str) -> None:
    WRITERS[suffix](study / f"table{suffix}")
    table = open_table(f"table{suffix}")
    assert is_table(f"table{suffix}")
    assert table.n_rows == N
    assert set(table.names) == set(NUMBERS)
    assert table.identity == Path(f"table{suffix}")
    assert (table.vectors, table.left_out, table.options) == ((), {}, {})
    piece = table.read(["n", "x"], 150, 350)
    assert list(piece) == ["n", "x"]
    for name, values in piece.items():
        assert np.array_equal(values, NUMBERS[name][150:350])
    assert table.read(["is_b"])["is_b"].dtype == np.bool_
    assert np.array_equal(table.read()["is_b"], NUMBERS["is_b"])


@pytest.mark.parametrize("suffix", WRITERS)
def test_batches_are_the_rows_in_order(study: Path, suffix: str) -> None:
    WRITERS[suffix](study / f"table{suffix}")
    pieces = list(open_table(f"table{suffix}").batches(["x"], rows=300, start=50))
    assert [len(piece["x"]) for piece in pieces] == [300, 300, 300, 50]
    assert np.array_equal(np.concatenate([piece["x"] for piece in pieces]), NUMBERS["x"][50:])


@pytest.mark.parametrize("suffix", WRITERS)
def test_read_of_no_rows(study: Path, suffix: str) -> None:
    WRITERS[suffix](study / f"table{suffix}")
    table = open_table(f"table{suffix}")
    assert [len(values) for values in table.read(None, 7, 7).values()] == [0, 0, 0]
    assert len(table.read(["x"], N, N + 5)["x"]) == 0
    assert len(table.read(["x"], 9, 3)["x"]) == 0
    assert table.read([]) == {}


@pytest.mark.parametrize("suffix", [suffix for suffix in WRITERS if suffix != ".csv"])
def test_a_cut_file_is_refused(study: Path, suffix: str) -> None:
    path = study / f"table{suffix}"
    WRITERS[suffix](path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2 + 3])
    with pytest.raises(FileFormatError, match=f"table{suffix}"):
        open_table(path).read()


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_file_of_something_else_is_refused(study: Path, suffix: str) -> None:
    path = study / f"table{suffix}"
    path.write_bytes(b"\x00\x01 nothing of the kind\n" * 3)
    with pytest.raises(FileFormatError, match=f"table{suffix}: expected"):
        open_table(path).read()


def test_a_table_of_a_file_goes_to_another_process(study: Path) -> None:
    root(study / "table.root")
    table = open_table("table.root")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        found = executor.submit(table.read, ["x"], 10, 12).result()
    assert np.array_equal(found["x"], NUMBERS["x"][10:12])


@pytest.mark.parametrize("source", [NUMBERS, pd.DataFrame(NUMBERS), pa.table(NUMBERS), structured()])
def test_open_table_in_memory(source: Any) -> None:
    table = open_table(source, "memory")
    assert is_table(source)
    assert (table.label, table.n_rows, table.names) == ("memory", N, tuple(NUMBERS))
    assert table.identity == open_table(NUMBERS).identity
    assert np.array_equal(table.read(["n"], 3, 5)["n"], [3, 4])
    copy: FlatTable = pickle.loads(pickle.dumps(table))  # noqa: S301 our own
    assert np.array_equal(copy.read(["x"])["x"], NUMBERS["x"])


def test_identity_is_of_the_content() -> None:
    lists = ak.Array([[1.0], [2.0, 3.0]])
    tables = [{"a": lists}, {"a": ak.Array([[1.0, 2.0], [3.0]])}, {"b": lists}, {"a": lists, "b": [1, 2]}]
    assert len({open_table(each).identity for each in tables}) == len(tables)
    assert open_table({"a": lists[:1]}).identity == open_table({"a": ak.Array([[1.0]])}).identity


def test_open_table_of_a_plain_array() -> None:
    array = np.arange(6.0).reshape(3, 2)
    table = open_table(array, columns=["pt", "eta"])
    assert np.array_equal(table.read(["eta"])["eta"], [1.0, 3.0, 5.0])
    with pytest.raises(FileFormatError, match="give them: columns="):
        open_table(array)
    with pytest.raises(FileFormatError, match=r"columns= gives 1 names, the array has 2 columns"):
        open_table(array, columns=["pt"])
    with pytest.raises(ArgumentError, match="this table has names"):
        open_table(NUMBERS, columns=["pt"])


def test_open_table_of_something_else(study: Path) -> None:
    with pytest.raises(ArgumentError, match="a table is a path, a DataFrame"):
        open_table(3)
    WRITERS[".csv"](study / "table.csv")
    with pytest.raises(PathError, match=r"near names there: table\.csv"):
        open_table("tabel.csv")
    (study / "events.lhe").write_text("")
    with pytest.raises(FileFormatError, match="expected a table in a file that ends in"):
        open_table("events.lhe")
    assert not is_table("events.lhe")
    assert not is_table(3)


def test_read_of_what_is_not_there() -> None:
    table = open_table({"fj_mass": [1.0], "name": ["a"]}, "jets")
    with pytest.raises(UnknownNameError, match=r"unknown column 'fj_mas'; near names: fj_mass. It is missing in jets"):
        table.read(["fj_mas"])
    with pytest.raises(FileFormatError, match="jets: the column 'name' is not of numbers"):
        table.read(["name"])
    with pytest.raises(ArgumentError, match="as a list"):
        table.read("fj_mass")
    with pytest.raises(ArgumentError, match="start must be at least 0"):
        table.read(None, -1)
    with pytest.raises(ArgumentError, match="rows must be at least 1"):
        next(table.batches(rows=0))


def test_a_file_whose_name_has_a_colon(study: Path) -> None:
    root(study / "a.root:b")
    hdf5(study / "a.root:b.h5")
    assert open_table("a.root:b.h5").identity == Path("a.root:b.h5")


@pytest.mark.shared_data
def test_delphes_is_no_table(shared: Path) -> None:
    file = shared / "delphes-3.4.2-10-events.root"
    assert not is_table(file)
    with pytest.raises(FileFormatError, match=r"hml\.read_events reads it"):
        open_table(file)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"weight": "wait"}, UnknownNameError, "unknown column 'wait'; near names: weight"),
        ({"weight": "name"}, FileFormatError, "the column 'name' is not of numbers"),
        ({"weight": "several"}, ArgumentError, "one number in each row, or False for none, not 'several'"),
        ({"weight": True}, ArgumentError, "or False for none, not True"),
        ({"weight": np.ones(2)}, ArgumentError, "or False for none"),
        ({"cross_section": 0}, ArgumentError, "a positive number of pb, or 'weights' where it is their sum, not 0"),
        ({"cross_section": np.nan}, ArgumentError, "a positive number of pb"),
        ({"cross_section": True}, ArgumentError, "a positive number of pb"),
        ({"cross_section": "weight"}, ArgumentError, "not 'weight'"),
        ({"cross_section": np.ones(2)}, ArgumentError, "a positive number of pb"),
        ({"weights": "w"}, UnknownNameError, "unknown option of open_table 'weights'; near names: weight"),
    ],
)
def test_open_table_refuses(options: dict[str, Any], error: type[Exception], message: str) -> None:
    table = {"weight": [1.0, 2.0], "name": ["a", "b"], "several": np.ones((2, 3))}
    with pytest.raises(error, match=message):
        open_table(table, **options)
