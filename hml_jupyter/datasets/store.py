"""The arrays of a dataset in their files: written as they come, read when they are used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from ..canonical import Blocks

__all__ = ["EVENTS", "INDEX", "Arrays", "Joined", "Masked", "Store", "Writer", "write_arrays"]

Array = npt.NDArray[Any]

#: File of the columns and of other arrays of the representation; file of class, weight, split and number of each row.
EVENTS, INDEX = "events.parquet", "index.parquet"
#: Rows that are hashed at once.
BLOCK = 65_536
#: Numbers repeat nowhere: without dictionaries Parquet is as small and several times as fast.
PARQUET = {"compression": "zstd", "use_dictionary": False}


class Arrays(Protocol):
    """Arrays with one row for each event (or jet), by name."""

    @property
    def n_rows(self) -> int:
        """Number of rows."""

    def __getitem__(self, name: str) -> Array:
        """Return an array, (n, ...)."""


class Store:
    """The arrays in some files of a folder; each is read once, when it is asked for.

    Parameters
    ----------
    folder : Path
        Where the files are.
    files : sequence of str
        Their names; those that are not there hold nothing.
    check : callable
        Called before anything is read: it raises where the files are not those that were opened.
    """

    def __init__(self, folder: Path, files: Sequence[str], check: Callable[[], None] = lambda: None) -> None:
        self._folder, self._names, self._check = folder, files, check
        self._read: dict[str, Array] = {}

    @cached_property
    def _files(self) -> dict[str, pq.ParquetFile]:
        """Name of an array -> the file that holds it."""
        self._check()
        opened = [pq.ParquetFile(self._folder / name) for name in self._names if (self._folder / name).is_file()]
        return {name: file for file in opened for name in file.schema_arrow.names}

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return int(next(iter(self._files.values())).metadata.num_rows)

    def __getitem__(self, name: str) -> Array:
        """Return an array, (n, ...)."""
        if name not in self._read:
            self._check()
            # a name with dots asks Parquet for those that begin like it, too
            table = self._files[name].read([name])
            self._read[name] = _to_numpy(table.column(name), self._shape(name))
        return self._read[name]

    def __contains__(self, name: str) -> bool:
        """Tell whether there is such an array."""
        return name in self._files

    def blocks(self, names: Sequence[str]) -> Blocks:
        """Return columns side by side, (n, k), in blocks."""

        def read() -> Iterator[Array]:
            batches = (self._files[name].iter_batches(BLOCK, columns=[name]) for name in names)
            for several in zip(*batches, strict=True):
                yield np.stack([each.column(n).to_numpy() for n, each in zip(names, several, strict=True)], axis=1)

        return Blocks(np.float64, (self.n_rows, len(names)), read())

    def array_blocks(self, name: str) -> Blocks:
        """Return one array in blocks."""
        shape = self._shape(name)
        field = self._files[name].schema_arrow.field(name).type
        dtype = (field.value_type if shape else field).to_pandas_dtype()
        batches = self._files[name].iter_batches(BLOCK, columns=[name])
        return Blocks(dtype, (self.n_rows, *shape), (_to_numpy(each.column(name), shape) for each in batches))

    def _shape(self, name: str) -> tuple[int, ...]:
        """Return the shape of a row."""
        metadata = self._files[name].schema_arrow.field(name).metadata or {}
        text = metadata.get(b"shape", b"").decode()
        return tuple(map(int, text.split(","))) if text else ()


class Masked:
    """The rows of other arrays where a mask holds."""

    def __init__(self, parent: Arrays, mask: npt.NDArray[np.bool_]) -> None:
        self._parent, self._mask = parent, mask
        self._read: dict[str, Array] = {}

    @cached_property
    def n_rows(self) -> int:
        """Number of rows."""
        return int(self._mask.sum())

    def __getitem__(self, name: str) -> Array:
        """Return an array, (n, ...)."""
        if name not in self._read:
            self._read[name] = self._parent[name][self._mask]
        return self._read[name]


class Joined:
    """Arrays with more of them beside; of equal names the added one counts."""

    def __init__(self, added: Store | Mapping[str, Array], parent: Arrays) -> None:
        self._added, self._parent = added, parent

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return self._parent.n_rows

    def __getitem__(self, name: str) -> Array:
        """Return an array, (n, ...)."""
        return self._added[name] if name in self._added else self._parent[name]


class Writer:
    """Writes a file of arrays piece by piece."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._writer is not None:
            self._writer.close()

    def write(self, arrays: Mapping[str, Array]) -> None:
        """Append rows; every piece has the same arrays."""
        fields = {name: _to_arrow(array) for name, array in arrays.items()}
        schema = pa.schema([_field(name, fields[name], array.shape[1:]) for name, array in arrays.items()])
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._file, schema, **PARQUET)
        self._writer.write_table(pa.Table.from_arrays(list(fields.values()), schema=schema))


def write_arrays(file: Path, arrays: Mapping[str, Array]) -> None:
    """Write a file of arrays at once."""
    with Writer(file) as writer:
        writer.write(arrays)


def _field(name: str, values: pa.Array, shape: tuple[int, ...]) -> pa.Field:
    return pa.field(name, values.type, metadata={"shape": ",".join(map(str, shape))} if shape else None)


def _to_arrow(array: Array) -> pa.Array:
    flat = pa.array(np.ascontiguousarray(array).reshape(-1))
    if array.ndim == 1:
        return flat
    return pa.FixedSizeListArray.from_arrays(flat, int(np.prod(array.shape[1:])))


def _to_numpy(column: Any, shape: tuple[int, ...]) -> Array:
    if not shape:
        return np.asarray(column.to_numpy())
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    return np.asarray(column.flatten().to_numpy(zero_copy_only=False)).reshape(-1, *shape)
