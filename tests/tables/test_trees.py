from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import awkward as ak
import numpy as np
import pytest
import uproot

from hml_jupyter.errors import FileFormatError, UnknownNameError
from hml_jupyter.tables import open_table
from hml_jupyter.tables.trees import tree_names

COLUMNS = {
    "pt": np.array([1.0, 2.0, 3.0], np.float32),
    "part_px": ak.Array([[1.0, 2.0], [], [3.0]]),
    "image": np.ones((3, 2, 3), np.float32),
}


def tree(path: str) -> None:
    with uproot.recreate(path) as file:
        file.mktree("tree", {"pt": "f4", "part_px": "var * float64", "image": np.dtype(("f4", (2, 3)))})
        file["tree"].extend(COLUMNS)


def ntuple(path: str) -> None:
    with uproot.recreate(path) as file:
        file.mkrntuple("tree", COLUMNS)


@pytest.mark.parametrize("write", [tree, ntuple])
def test_numbers_lists_and_arrays(study: Path, write: Callable[[str], None]) -> None:
    write("t.root")
    table = open_table("t.root")
    assert set(table.names) - {"npart_px"} == {"pt", "part_px", "image"}
    assert set(table.vectors) == {"part_px", "image"}
    found = table.read(None, 1, 3)
    assert found["pt"].tolist() == [2.0, 3.0]
    assert found["pt"].dtype == np.dtype("=f4")
    assert found["part_px"].tolist() == [[], [3.0]]
    assert found["image"].shape == (2, 2, 3)


def test_several_trees(study: Path) -> None:
    with uproot.recreate("t.root") as file:
        file["zz"] = {"x": np.arange(3)}
        file["sub/qcd"] = {"x": np.arange(5)}
        file["about"] = "text"
    assert tree_names(Path("t.root")) == ["zz", "sub/qcd"]
    with pytest.raises(FileFormatError, match=r"several trees, zz, sub/qcd; say which: 't.root:zz'"):
        open_table("t.root")
    table = open_table("t.root:sub/qcd")
    assert (table.n_rows, table.label, table.identity) == (5, "t.root:sub/qcd", Path("t.root"))
    assert table.options == {"key": "sub/qcd"}
    with pytest.raises(UnknownNameError, match=r"unknown tree 'z'; near names: zz\. t\.root has zz, sub/qcd"):
        open_table("t.root:z")


def test_no_tree(study: Path) -> None:
    with uproot.recreate("t.root") as file:
        file["about"] = "text"
    with pytest.raises(FileFormatError, match="found no tree"):
        open_table("t.root")


@pytest.mark.parametrize("how", ["mktree", "mkrntuple"])
def test_names_are_never_expressions(study: Path, how: str) -> None:
    names = ["x + 1", "sin(x)", "x", "a.b"]
    with uproot.recreate("t.root") as file:
        getattr(file, how)("tree", {name: np.full(2, float(k)) for k, name in enumerate(names)})
    found = open_table("t.root").read(["sin(x)", "x + 1", "a.b"])
    assert {name: values.tolist() for name, values in found.items()} == {
        "sin(x)": [1.0, 1.0],
        "x + 1": [0.0, 0.0],
        "a.b": [3.0, 3.0],
    }


def test_other_kinds_are_left_out(study: Path) -> None:
    records = ak.Array([{"pt": 1.0}, {"pt": 2.0}])
    deep = ak.Array([[[1.0], []], []])
    with uproot.recreate("t.root") as file:
        file.mkrntuple("tree", {"x": np.arange(2), "name": ak.Array(["a", "b"]), "jet": records, "deep": deep})
    table = open_table("t.root")
    assert table.names == ("x",)
    assert table.left_out == {"name": "string", "jet": "{pt: float64}", "deep": "var * var * float64"}
    with uproot.recreate("t.root") as file:
        file.mkrntuple("tree", {"name": ak.Array(["a", "b"])})
    with pytest.raises(FileFormatError, match=r"expected a ROOT file with a flat tree; it has name \(string\)"):
        open_table("t.root")
