from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hml_jupyter.errors import FileFormatError
from hml_jupyter.tables import open_table


def structured(n: int = 5) -> np.ndarray[Any, Any]:
    array = np.zeros(n, dtype=[("pt", ">f4"), ("n", "i2"), ("tau", "f8", (3,)), ("name", "U3")])
    array["pt"], array["n"], array["tau"] = np.arange(n), -np.arange(n), np.arange(3 * n).reshape(n, 3)
    return array


@pytest.mark.parametrize("name", ["t.npy", "t.npz"])
def test_structured_array(study: Path, name: str) -> None:
    np.save(name, structured()) if name == "t.npy" else np.savez(name, structured())
    table = open_table(name)
    assert (table.names, table.vectors, table.left_out) == (("pt", "n", "tau"), ("tau",), {"name": "<U3"})
    found = table.read(None, 2, 4)
    assert found["pt"].tolist() == [2.0, 3.0]
    assert found["pt"].dtype == np.dtype("=f4")
    assert found["tau"].tolist() == [[6.0, 7.0, 8.0], [9.0, 10.0, 11.0]]


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("name", ["t.npy", "t.npz"])
def test_plain_array_with_names(study: Path, name: str, order: str) -> None:
    array = np.asarray(np.arange(12.0).reshape(4, 3), order=order)  # type: ignore[call-overload]
    np.save(name, array) if name == "t.npy" else np.savez_compressed(name, array)
    table = open_table(name, columns=("a", "b", "c"))
    assert table.options == {"columns": ["a", "b", "c"]}
    assert table.read(["c", "a"], 1, 3) == {"c": pytest.approx([5.0, 8.0]), "a": pytest.approx([3.0, 6.0])}


def test_archive_of_columns_and_images(study: Path) -> None:
    images = np.arange(5 * 2 * 3).reshape(5, 2, 3)
    np.savez("t.npz", pt=np.arange(5.0), image=images, name=np.array(list("abcde")))
    table = open_table("t.npz")
    assert (table.names, table.vectors, set(table.left_out)) == (("pt", "image"), ("image",), {"name"})
    assert np.array_equal(table.read(["image"], 3, 5)["image"], images[3:])


@pytest.mark.parametrize("name", ["t.npy", "t.npz"])
def test_objects_are_refused_and_never_unpickled(study: Path, name: str) -> None:
    array = np.array([Trap(), Trap()], dtype=object)
    np.save(name, array) if name == "t.npy" else np.savez(name, x=array)
    with pytest.raises(FileFormatError, match=r"t\.np[yz]: .*(bjects|allow_pickle)"):
        open_table(name).read()


class Trap:
    """Unpickling it would fail the test."""

    def __reduce__(self) -> tuple[Any, ...]:
        return pytest.fail, ("a pickle was executed",)


def test_columns_of_different_lengths(study: Path) -> None:
    np.savez("t.npz", a=np.zeros(3), b=np.zeros(4))
    with pytest.raises(FileFormatError, match="these differ: a 3, b 4"):
        open_table("t.npz")


def test_strange_members(study: Path) -> None:
    with zipfile.ZipFile("t.npz", "w") as archive:
        archive.writestr("../../evil.txt", b"x")
    with pytest.raises(FileFormatError, match=r"expected arrays of NumPy.*evil.txt"):
        open_table("t.npz")
    with zipfile.ZipFile("t.npz", "w"):
        pass
    with pytest.raises(FileFormatError, match="found nothing"):
        open_table("t.npz")


def test_a_shape_that_is_not_true(study: Path) -> None:
    np.save("x.npy", np.zeros(10))
    data = Path("x.npy").read_bytes().replace(b"(10,), }", b"(9**9,)}").replace(b"(9**9,)}", b"(99,), }")
    with zipfile.ZipFile("t.npz", "w") as archive:
        archive.writestr("x.npy", data)
    with pytest.raises(FileFormatError, match="not as long as its shape"):
        open_table("t.npz")


def test_an_archive_by_the_name_of_an_array(study: Path) -> None:
    np.savez("t.npz", x=np.zeros(3))
    Path("t.npz").rename("t.npy")
    with pytest.raises(FileFormatError, match=r"its name should end in \.npz"):
        open_table("t.npy")
