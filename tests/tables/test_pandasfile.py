from __future__ import annotations

import gzip
import pickle
from pathlib import Path

import h5py
import numpy as np
import pytest

from hml_jupyter.errors import FileFormatError
from hml_jupyter.tables import open_table
from hml_jupyter.tables.pandasfile import names_in_pickle

GOLDEN = Path(__file__).parents[1] / "golden"


def unpacked(folder: Path, name: str) -> Path:
    """A file that pandas 2.3.3 wrote with PyTables 3.11.1: four rows of 14 columns."""
    path = folder / name
    path.write_bytes(gzip.decompress((GOLDEN / f"{name}.gz").read_bytes()))
    return path


@pytest.mark.parametrize("name", ["pandas-table.h5", "pandas-fixed.h5"])
def test_files_of_pandas(study: Path, name: str) -> None:
    table = open_table(unpacked(study, name))
    particles = [f"{quantity}_{k}" for k in range(3) for quantity in ("E", "PX", "PY", "PZ")]
    assert table.names == (*particles, "ttv", "is_signal_new")
    assert table.n_rows == 4
    found = table.read(["is_signal_new", "PY_0", "E_1"], 1, 4)
    assert found["PY_0"].tolist() == [8.0, 12.0, 16.0]
    assert found["PY_0"].dtype == np.float32
    assert found["E_1"].tolist() == [13.0, 0.0, 0.0]
    assert found["is_signal_new"].tolist() == [1, 0, 1]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_names_in_pickle(protocol: int) -> None:
    names = ["E_0", "été", "x" * 300]
    assert names_in_pickle(pickle.dumps(names, protocol), "names") == names


@pytest.mark.parametrize("value", [{"a": 1}, ["a", 1], ["a", ["b"], print], [b"a"], 7])
def test_names_in_pickle_of_something_else(value: object) -> None:
    with pytest.raises(FileFormatError, match="a pickle of something else"):
        names_in_pickle(pickle.dumps(value), "names")


@pytest.mark.parametrize("data", [b"", b"(lp0\n", b"\xff\xfe", pickle.dumps(["a", "b"], 4)[:-3]])
def test_names_in_a_damaged_pickle(data: bytes) -> None:
    with pytest.raises(FileFormatError):
        names_in_pickle(data, "names")


def test_damaged_layouts(study: Path) -> None:
    path = unpacked(study, "pandas-table.h5")
    with h5py.File(path, "a") as file:
        file["table/table"].attrs["values_block_0_kind"] = np.bytes_(b"(lp0\nVE_0\np1\na.")
    with pytest.raises(FileFormatError, match="values_block_0 has 12 columns and 1 names"):
        open_table(path)
    with h5py.File(path, "a") as file:
        del file["table/table"]
    with pytest.raises(FileFormatError, match="expected the table of a DataFrame"):
        open_table(path)
    path = unpacked(study, "pandas-fixed.h5")
    with h5py.File(path, "a") as file:
        del file["table/block1_items"]
    with pytest.raises(FileFormatError, match="block 1 is missing"):
        open_table(path)
