from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import uproot

from hml_jupyter.errors import ArgumentError, MissingProgramError, PathError
from hml_jupyter.tables import Frame, open_table, to_hdf5, to_numpy, to_pandas, to_root
from hml_jupyter.tables.exports import OURS, STEP

N = 7
FRAME = Frame(
    columns={
        "fatjet0.mass": np.array([90.0, np.nan, 1.0, 2.0, 3.0, 4.0, 5.0]),
        "jet0,jet1.delta_r": np.linspace(0, 3, N),
        "jet[pt / met > 2]0.pt": np.arange(7.0),
    },
    y=np.array([0, 1, 1, 0, 0, 1, 1]),
    weights=np.linspace(0.1, 0.7, N),
    split=np.array([0, 0, 0, 1, 1, 2, 2], np.int8),
    event=np.arange(100, 100 + N),
    classes=("zz", "qcd"),
    units={"fatjet0.mass": "GeV"},
    about={"cross_section": 1.5, "cuts": ["met > 20"]},
)
WITH_IMAGES = replace(FRAME, arrays={"image": np.arange(N * 6, dtype=np.float32).reshape(N, 2, 3)})


def check(source: Any, frame: Frame) -> None:
    """The export opens again with the same names and numbers."""
    table = open_table(source)
    assert set(table.names) == {*frame.columns, *frame.arrays, *OURS}
    found = table.read()
    for name, values in {**frame.columns, **frame.arrays, "class": frame.y, "weight": frame.weights}.items():
        assert np.array_equal(found[name], values, equal_nan=True)
        assert found[name].dtype == values.dtype
    assert np.array_equal(found["split"], frame.split)
    assert np.array_equal(found["event"], frame.event)


@pytest.mark.parametrize("frame", [FRAME, WITH_IMAGES])
def test_to_numpy(study: Path, frame: Frame) -> None:
    array = to_numpy(frame)
    assert array.dtype.names == (*frame.columns, *frame.arrays, *OURS)
    check(array, frame)
    np.save("t.npy", array)
    check("t.npy", frame)


def test_to_pandas() -> None:
    found = to_pandas(FRAME)
    assert list(found.columns) == [*FRAME.columns, *OURS]
    assert found.attrs["units"]["fatjet0.mass"] == "GeV"
    assert found.attrs["classes"] == ["zz", "qcd"]
    check(found, FRAME)
    with pytest.raises(ArgumentError, match="no place for image"):
        to_pandas(WITH_IMAGES)


def test_to_pandas_without_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingProgramError, match=r"pip install 'hml_jupyter\[pandas\]'"):
        to_pandas(FRAME)


@pytest.mark.parametrize("frame", [FRAME, WITH_IMAGES])
def test_to_root(study: Path, frame: Frame) -> None:
    assert to_root(frame, "t.root") == Path("t.root")
    check("t.root", frame)
    with uproot.open("t.root") as file:
        assert "fatjet0_mass" in file["events"].keys()  # noqa: SIM118
        assert "jet0_jet1_delta_r" in file["events"].keys()  # noqa: SIM118
        about = json.loads(str(file["hml_jupyter"]))
    assert about["names"]["fatjet0.mass"] == "fatjet0_mass"
    assert about["units"]["fatjet0.mass"] == "GeV"
    assert about["classes"] == ["zz", "qcd"]
    assert about["about"] == {"cross_section": 1.5, "cuts": ["met > 20"]}


@pytest.mark.parametrize("frame", [FRAME, WITH_IMAGES])
def test_to_hdf5(study: Path, frame: Frame) -> None:
    assert to_hdf5(frame, "t.h5") == Path("t.h5")
    check("t.h5", frame)
    with h5py.File("t.h5") as file:
        assert file["fatjet0.mass"].attrs["unit"] == "GeV"
        assert json.loads(file.attrs["hml_jupyter"])["classes"] == ["zz", "qcd"]


@pytest.mark.parametrize("write", [to_root, to_hdf5])
def test_more_than_one_step(study: Path, write: Any) -> None:
    n = STEP + 3
    part = np.zeros(n, np.int8)
    frame = Frame({"x": np.arange(n, dtype=float)}, np.zeros(n, int), np.ones(n), part, np.arange(n), ("a",))
    check(write(frame, "t.root" if write is to_root else "t.h5"), frame)


@pytest.mark.parametrize("write", [to_root, to_hdf5])
def test_no_events(study: Path, write: Any) -> None:
    none = np.zeros(0)
    frame = Frame({"x": none}, none.astype(np.int64), none, none.astype(np.int8), none.astype(np.int64), ("a",))
    check(write(frame, "t.root" if write is to_root else "t.h5"), frame)


@pytest.mark.parametrize(("write", "name"), [(to_root, "t.root"), (to_hdf5, "t.h5")])
def test_only_our_own_files_are_replaced(study: Path, write: Any, name: str) -> None:
    write(FRAME, name)
    write(WITH_IMAGES, name)
    check(name, WITH_IMAGES)
    Path(name).write_bytes(b"precious")
    with pytest.raises(PathError, match="is no export of hml_jupyter"):
        write(FRAME, name)
    assert Path(name).read_bytes() == b"precious"
    with pytest.raises(PathError, match="there is no folder"):
        write(FRAME, f"nowhere/{name}")
    assert [path.name for path in study.iterdir()] == [name]


def test_frames_that_do_not_fit() -> None:
    with pytest.raises(ArgumentError, match="a column is called 'weight'"):
        replace(FRAME, columns={"weight": FRAME.weights})
    with pytest.raises(ArgumentError, match=r"'met' is of shape \(3,\); it should have 7 rows"):
        replace(FRAME, columns={"met": np.zeros(3)})
    with pytest.raises(ArgumentError, match=r"'met' is of shape \(7, 2\)"):
        replace(FRAME, columns={"met": np.zeros((7, 2))})
