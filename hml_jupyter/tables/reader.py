"""What every way of reading a table gives, and how it says that a file cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeAlias

import awkward as ak
import numpy as np
import numpy.typing as npt

from ..errors import FileFormatError, HmlError

__all__ = [
    "ARRAY",
    "LIST",
    "NUMBER",
    "Array",
    "Contents",
    "Read",
    "Reader",
    "first_line",
    "guarded",
    "is_number",
    "kind_of",
    "native",
    "refuse_repeated",
]

Array: TypeAlias = Any
"""NumPy (n,) or (n, ...), or awkward (n, var) where the lists of a column differ in length."""

Read: TypeAlias = Callable[[Sequence[str], int, int], dict[str, Array]]
"""Reads columns of the rows from the first number up to the second."""


#: What a column holds in each row: one number, an array, a list of changing length.
NUMBER, ARRAY, LIST = "number", "array", "list"


class Contents(NamedTuple):
    """What is in a table."""

    n_rows: int
    """Number of rows."""
    names: tuple[str, ...]
    """Columns of numbers, as the source calls them and in its order; those with lists too."""
    vectors: tuple[str, ...] = ()
    """Those of `names` that hold a list or an array in each row."""
    left_out: Mapping[str, str] = {}
    """Columns that are not numbers -> what they hold."""


class Reader(Protocol):
    """A way of reading one source; that of a file is small and can be sent to another process."""

    def look(self) -> Contents:
        """Return what is there, without reading the numbers."""

    def session(self) -> AbstractContextManager[Read]:
        """Open the source once for several reads."""


@contextmanager
def guarded(path: Path, expected: str, *errors: type[Exception]) -> Iterator[None]:
    """Turn what a library says of a damaged file into a FileFormatError that names the file and what was expected.

    Parameters
    ----------
    path : Path
        The file.
    expected : str
        What it should be.
    *errors : type
        What the library raises; anything by default, since some meet every kind of error in damaged bytes.
    """
    kinds = errors or (Exception,)
    try:
        yield
    except HmlError:
        raise
    except kinds as error:
        msg = f"{path.name}: expected {expected}; it cannot be read ({first_line(error)}); copy or make it again"
        raise FileFormatError(msg) from error


def first_line(error: BaseException) -> str:
    """Return the first line of what an error says."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)[:160]


def is_number(dtype: np.dtype[Any]) -> bool:
    """Tell whether values of a type are real numbers or truth values.

    Examples
    --------
    >>> is_number(np.dtype("f4")), is_number(np.dtype("U3")), is_number(np.dtype("O"))
    (True, False, False)
    """
    return dtype.kind in "biuf"


def kind_of(kind: Any) -> str:
    """Return what a column of an awkward type holds in each row; empty for what is no number.

    Parameters
    ----------
    kind : awkward type
        Of a row.

    Examples
    --------
    >>> [kind_of(ak.Array(each).type.content) for each in ([1, 2], [[1], []], [["a"]], ["a", None], [[[1]]], [{"pt": 1}])]
    ['number', 'list', '', '', '', '']
    """
    kind = _present(kind)
    is_list, depth = isinstance(kind, ak.types.ListType), 0
    while isinstance(kind, ak.types.ListType | ak.types.RegularType) and "__array__" not in kind.parameters:
        kind, depth = _present(kind.content), depth + 1
    if not isinstance(kind, ak.types.NumpyType) or not is_number(np.dtype(kind.primitive)) or (is_list and depth > 1):
        return ""
    return LIST if is_list else ARRAY if depth else NUMBER


def _present(kind: Any) -> Any:
    return kind.content if isinstance(kind, ak.types.OptionType) else kind


def native(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return values in memory of their own, in the byte order of this machine."""
    return np.array(values, dtype=values.dtype.newbyteorder("="), order="C")


def refuse_repeated(label: str, names: Iterable[str]) -> None:
    """Refuse columns or members of which two have the same name."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            msg = f"{label}: {name!r} is there twice; give each its own name"
            raise FileFormatError(msg)
        seen.add(name)
