"""NumPy's files, ``.npy`` and ``.npz``, some rows at a time; nothing in them is ever unpickled."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from ..errors import FileFormatError
from . import blocks
from .reader import Contents, Read, guarded, refuse_repeated

__all__ = ["Member", "NpyReader", "NpzReader", "members"]

SUFFIX = ".npy"
#: Bytes of the text that describes an array, at most; a structured one with many fields needs some.
HEADER = 1 << 18
EXPECTED = "an array of NumPy (.npy)"
EXPECTED_ARCHIVE = "arrays of NumPy (.npz)"
#: What a file that is none of these, or is cut short, makes zipfile and NumPy say.
BROKEN = (ValueError, OSError, EOFError, KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class NpyReader:
    """Maps an array from its file."""

    path: Path
    columns: tuple[str, ...] | None = None

    def look(self) -> Contents:
        """Return the columns of a structured array, or of a 2-d one with names that were given."""
        return blocks.contents(self.path.name, self._found())

    @contextmanager
    def session(self) -> Iterator[Read]:
        """Map the file."""
        found = self._found()
        yield lambda names, start, stop: blocks.read(found, names, start, stop)

    def _found(self) -> dict[str, blocks.Column]:
        with guarded(self.path, EXPECTED, *BROKEN):
            array = np.load(self.path, mmap_mode="r", allow_pickle=False, max_header_size=HEADER)
        if not isinstance(array, np.ndarray):
            msg = f"{self.path.name}: expected {EXPECTED}; found an archive of several; its name should end in .npz"
            raise FileFormatError(msg)
        return blocks.columns_of_array(self.path.name, array, self.columns)


@dataclass(frozen=True)
class NpzReader:
    """Reads rows of the arrays in an archive."""

    path: Path
    columns: tuple[str, ...] | None = None

    def look(self) -> Contents:
        """Return the arrays as columns, or the columns of the only one."""
        with self._opened() as found:
            return blocks.contents(self.path.name, found)

    @contextmanager
    def session(self) -> Iterator[Read]:
        """Open the archive."""
        with self._opened() as found:
            yield lambda names, start, stop: blocks.read(found, names, start, stop)

    @contextmanager
    def _opened(self) -> Iterator[dict[str, blocks.Column]]:
        with guarded(self.path, EXPECTED_ARCHIVE, *BROKEN), zipfile.ZipFile(self.path) as archive:
            found = members(archive, self.path.name)
            only = next(iter(found.values())) if len(found) == 1 else None
            if only is not None and only.dtype.names is not None:
                yield only.fields()
            elif only is not None and self.columns is not None and len(only.shape) == 2:
                yield blocks.matrix_columns(self.path.name, only.shape, only.dtype, only.rows, self.columns)
            else:
                block = blocks.Sliced(found)
                yield {name: blocks.Column(block, name, each.dtype, each.shape) for name, each in found.items()}


class Member:
    """An array in an archive, which is cut by rows without being read whole.

    Parameters
    ----------
    archive : zipfile.ZipFile
        Open.
    info : zipfile.ZipInfo
        Which member.
    label : str
        Of the file, for messages.

    Raises
    ------
    FileFormatError
        It is no array of numbers, or not as long as it says.
    """

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, label: str) -> None:
        self.archive, self.info, self.label = archive, info, label
        with guarded(Path(label), f"{EXPECTED} as {info.filename}", *BROKEN), archive.open(info) as stream:
            self.shape, fortran, self.dtype = _header(stream)
            self.begin = stream.tell()
        self.is_fortran = fortran and len(self.shape) > 1
        if self.dtype.hasobject:
            msg = f"{label}: {info.filename} holds Python objects, which are not read; write numbers"
            raise FileFormatError(msg)
        if self.begin + prod(self.shape) * self.dtype.itemsize != info.file_size:
            msg = (
                f"{label}: {info.filename} is not as long as its shape {self.shape} says; it is damaged, make it again"
            )
            raise FileFormatError(msg)

    def __getitem__(self, rows: slice) -> npt.NDArray[Any]:
        """Return some rows."""
        return self.rows(rows.start, rows.stop)

    def rows(self, start: int, stop: int) -> npt.NDArray[Any]:
        """Return the rows `start` to `stop`."""
        if self.is_fortran:
            return self._bytes(0, prod(self.shape)).reshape(self.shape, order="F")[start:stop]
        width = prod(self.shape[1:])
        return self._bytes(start * width, (stop - start) * width).reshape(stop - start, *self.shape[1:])

    def fields(self) -> dict[str, blocks.Column]:
        """Return the fields of a structured array as columns."""
        empty = np.empty(0, self.dtype)
        block = _Fields(self)
        return {
            name: blocks.Column(block, name, column.dtype, (self.shape[0], *column.shape[1:]))
            for name, column in blocks.columns_of_array(self.label, empty, None).items()
        }

    def _bytes(self, first: int, count: int) -> npt.NDArray[Any]:
        size = self.dtype.itemsize
        with self.archive.open(self.info) as stream:
            stream.seek(self.begin + first * size)
            data = stream.read(count * size)
        if len(data) != count * size:
            msg = f"{self.label}: {self.info.filename} is cut short; copy or make it again"
            raise FileFormatError(msg)
        return np.frombuffer(data, dtype=self.dtype)


class _Fields:
    """The fields of a structured array, which lie row by row."""

    def __init__(self, member: Member) -> None:
        self.member = member

    def read(self, keys: Sequence[str], start: int, stop: int) -> dict[str, npt.NDArray[Any]]:
        piece = self.member.rows(start, stop)
        return {key: piece[key] for key in keys}


def members(archive: zipfile.ZipFile, label: str) -> dict[str, Member]:
    """Return the arrays of an archive of NumPy.

    Raises
    ------
    FileFormatError
        It has none, a name twice, or something that is no array of numbers.
    """
    infos = archive.infolist()
    strange = [info.filename for info in infos if not info.filename.endswith(SUFFIX)]
    if strange or not infos:
        msg = f"{label}: expected {EXPECTED_ARCHIVE}; found {', '.join(strange[:4]) or 'nothing'}"
        raise FileFormatError(msg)
    refuse_repeated(label, (info.filename for info in infos))
    return {info.filename.removesuffix(SUFFIX): Member(archive, info, label) for info in infos}


def _header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    version = np.lib.format.read_magic(stream)
    readers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    if version not in readers:
        msg = f"version {version[0]}.{version[1]} of the format is not read here"
        raise ValueError(msg)
    return readers[version](stream, max_header_size=HEADER)
