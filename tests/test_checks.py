from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hml_jupyter.checks import MOST_SEED, content, flag, number, place, seed, whole
from hml_jupyter.errors import ArgumentError, PathError


def test_flag() -> None:
    assert flag("on", True) is True
    assert flag("on", False) is False
    for value in ("no", 0, 1, None, np.True_):
        with pytest.raises(ArgumentError, match="on must be True or False; got "):
            flag("on", value)


def test_whole() -> None:
    assert whole("n", np.int32(3), 1) == 3
    assert type(whole("n", np.int32(3))) is int


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (0, "n must be from 1 to 9; got 0"),
        (10, "n must be from 1 to 9; got 10"),
        (2.0, "n must be an integer from 1 to 9, as 2; got 2.0"),
        (2.5, "n must be an integer from 1 to 9; got 2.5"),
        (float("inf"), "n must be an integer from 1 to 9; got inf"),
        (float("nan"), "n must be an integer from 1 to 9; got nan"),
        (True, "n must be an integer from 1 to 9; got True"),
        ("3", "n must be an integer from 1 to 9; got '3'"),
    ],
)
def test_whole_refuses(value: Any, message: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        whole("n", value, 1, 9)
    assert str(caught.value) == message


def test_seed_has_one_bound() -> None:
    assert (seed(0), seed(MOST_SEED)) == (0, 2**32 - 1)
    for wrong in (-1, 2**32, 1.0, None):
        with pytest.raises(ArgumentError, match=r"seed must be .*from 0 to 4294967295"):
            seed(wrong)


def test_number() -> None:
    assert number("x", np.float32(0.5)) == 0.5
    assert type(number("x", 2)) is float
    for wrong in (float("nan"), float("inf"), 10**400, 1j, np.complex128(1), True, "1", None):
        with pytest.raises(ArgumentError, match="x must be a number at least 0; got"):
            number("x", wrong, 0)


@pytest.mark.parametrize("given", [None, 5, b"x", [], "a\0b", "\ud800"])
def test_place_refuses_what_is_no_path(given: Any) -> None:
    with pytest.raises(PathError, match="expected the path of a table, not"):
        place("a table", given)


def test_content(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"12345")
    assert content(file, 5) == b"12345"
    with pytest.raises(OSError, match="it has more than 4 bytes"):
        content(file, 4)
    with pytest.raises(OSError, match="it is no plain file"):
        content(tmp_path, 5)
