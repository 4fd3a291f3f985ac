from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from hml_jupyter.errors import FileFormatError, MissingProgramError, UnknownNameError
from hml_jupyter.tables import hdf5, open_table, rows


def test_group_of_arrays(study: Path) -> None:
    with h5py.File("t.h5", "w") as file:
        file["events/pt"] = np.arange(4, dtype=">f4")
        file["events/image"] = np.arange(8).reshape(4, 2)
        file["events/name"] = [b"a", b"b", b"c", b"d"]
    table = open_table("t.h5")
    assert (set(table.names), table.vectors, set(table.left_out)) == ({"pt", "image"}, ("image",), {"name"})
    found = table.read(None, 1, 3)
    assert found["pt"].tolist() == [1.0, 2.0]
    assert found["pt"].dtype.isnative
    assert found["image"].tolist() == [[2, 3], [4, 5]]
    assert open_table("t.h5:events").options == {"key": "events"}


def test_table_of_records(study: Path) -> None:
    array = np.zeros(6, dtype=[("pt", "f8"), ("tau", "f4", (2,)), ("name", "S2")])
    array["pt"] = np.arange(6)
    with h5py.File("t.h5", "w") as file:
        file["a/b/jets"] = array
    table = open_table("t.h5")
    assert (table.names, table.vectors, set(table.left_out)) == (("pt", "tau"), ("tau",), {"name"})
    assert table.read(["pt"], 4, 6)["pt"].tolist() == [4.0, 5.0]
    assert table.read(["tau"], 4, 6)["tau"].shape == (2, 2)


def test_one_array(study: Path) -> None:
    with h5py.File("t.h5", "w") as file:
        file["X"] = np.arange(6.0).reshape(3, 2)
    assert open_table("t.h5", columns=["a", "b"]).read(["b"])["b"].tolist() == [1.0, 3.0, 5.0]
    with pytest.raises(FileFormatError, match="give them: columns="):
        open_table("t.h5")


def test_several_tables(study: Path) -> None:
    with h5py.File("t.h5", "w") as file:
        for name in ("zz", "qcd"):
            file[f"{name}/pt"], file[f"{name}/eta"] = np.ones(2), np.zeros(2)
    with pytest.raises(FileFormatError, match=r"several tables, qcd, zz; say which: 't.h5:qcd'"):
        open_table("t.h5")
    assert open_table("t.h5:zz").n_rows == 2
    with pytest.raises(UnknownNameError, match="unknown table 'qdc'; near names: qcd"):
        open_table("t.h5:qdc")


def test_no_table(study: Path) -> None:
    with h5py.File("t.h5", "w") as file:
        file.create_group("empty")
    with pytest.raises(FileFormatError, match="found none"):
        open_table("t.h5")


def test_numbers_in_other_files_are_refused(study: Path) -> None:
    with h5py.File("other.h5", "w") as file:
        file["x"], file["y"] = np.ones(3), np.ones(3)
    Path("raw").write_bytes(b"\0" * 24)
    with h5py.File("link.h5", "w") as file:
        file["x"] = np.ones(3)
        file["y"] = h5py.ExternalLink("other.h5", "/y")
    with h5py.File("raw.h5", "w") as file:
        file["x"] = np.ones(3)
        file.create_dataset("y", shape=(3,), dtype="f8", external=[("raw", 0, 24)])
    with h5py.File("virtual.h5", "w") as file:
        layout = h5py.VirtualLayout((3,), "f8")
        layout[:] = h5py.VirtualSource("other.h5", "x", (3,))
        file["x"] = np.ones(3)
        file.create_virtual_dataset("y", layout)
    for name, why in (("link", "a link into another file"), ("raw", "in other files"), ("virtual", "in other files")):
        with pytest.raises(FileFormatError, match=why):
            open_table(f"{name}.h5")
    with pytest.raises(FileFormatError, match="a link into another file"):
        open_table("link.h5:y")


def test_objects_are_refused(study: Path) -> None:
    with h5py.File("t.h5", "w") as file:
        file["x"] = np.ones(2)
        file.create_dataset("lists", data=[np.ones(1), np.ones(2)], dtype=h5py.vlen_dtype("f8"))
    table = open_table("t.h5")
    assert set(table.left_out) == {"lists"}
    with pytest.raises(FileFormatError, match="'lists' is not of numbers but of object"):
        table.read(["lists"])


def test_only_the_rows_are_read(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[slice] = []
    read = rows.Rows._read

    def spy(self: rows.Rows, source: Any, piece: slice) -> Any:
        asked.append(piece)
        return read(self, source, piece)

    monkeypatch.setattr(rows.Rows, "_read", spy)
    with h5py.File("t.h5", "w") as file:
        file["jet_features"], file["particle_features"] = np.ones((9, 4)), np.ones((9, 30, 4))
    open_table("t.h5").read(["part_ptrel", "part_mask"], 3, 5)
    assert asked == [slice(3, 5)]


def test_jetnet(study: Path) -> None:
    particles = np.arange(2 * 30 * 4, dtype=np.float32).reshape(2, 30, 4)
    with h5py.File("g.hdf5", "w") as file:
        file["particle_features"], file["jet_features"] = particles, np.arange(8.0).reshape(2, 4)
    table = open_table("g.hdf5")
    assert table.names == (*hdf5.JETNET["jet_features"], *hdf5.JETNET["particle_features"])
    assert table.read(["jet_mass"])["jet_mass"].tolist() == [2.0, 6.0]
    assert np.array_equal(table.read(["part_phirel"])["part_phirel"], particles[:, :, 1])
    with h5py.File("g.hdf5", "a") as file:
        del file["jet_features"]
        file["jet_features"] = np.ones((2, 9))
    with pytest.raises(FileFormatError, match=r"expected jet_features of JetNet.*found the shape \(2, 9\)"):
        open_table("g.hdf5")


def test_a_compression_that_is_not_known_here(study: Path) -> None:
    with h5py.File("t.h5", "w") as file:
        file["x"] = np.ones(4)
        made = file.create_dataset("y", shape=(4,), dtype="f8", chunks=(4,), compression="gzip")
        made[:] = 1.0
    # the number of the filter, 1 for gzip, becomes one that nobody has
    data = Path("t.h5").read_bytes()
    place = data.rindex(b"deflate") - 8
    Path("t.h5").write_bytes(data[:place] + (31_999).to_bytes(2, "little") + data[place + 2 :])
    with pytest.raises(MissingProgramError, match=r"pip install 'hml_jupyter\[hdf5\]'"):
        open_table("t.h5").read(["y"])
