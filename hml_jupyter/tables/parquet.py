"""Plain Parquet tables, some rows at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import FileFormatError
from . import arrow
from .reader import Array, Contents, Read, guarded, refuse_repeated

__all__ = ["ParquetReader"]

EXPECTED = "a Parquet table of numbers"
#: Rows of a row group that are unpacked at once.
BATCH = 1 << 16


@dataclass(frozen=True)
class ParquetReader:
    """Reads the row groups in which the wanted rows are."""

    path: Path

    def look(self) -> Contents:
        """Return the columns and the number of rows, from the footer."""
        with guarded(self.path, EXPECTED, pa.ArrowException, OSError), pq.ParquetFile(self.path) as file:
            refuse_repeated(self.path.name, file.schema_arrow.names)
            found = arrow.contents(file.schema_arrow, file.metadata.num_rows)
        if not found.names:
            told = ", ".join(f"{name} ({kind})"[:60] for name, kind in list(found.left_out.items())[:6])
            msg = f"{self.path.name}: expected {EXPECTED}; found {told or 'no column'}; the events of a run are given as its folder"
            raise FileFormatError(msg)
        return found

    @contextmanager
    def session(self) -> Iterator[Read]:
        """Open the file."""
        with guarded(self.path, EXPECTED, pa.ArrowException, OSError), pq.ParquetFile(self.path) as file:
            yield lambda names, start, stop: _read(file, names, start, stop)


def _read(file: pq.ParquetFile, names: Sequence[str], start: int, stop: int) -> dict[str, Array]:
    groups, first = _groups(file.metadata, start, stop)
    taken: list[pa.RecordBatch] = []
    at = first
    if groups:
        for batch in file.iter_batches(BATCH, row_groups=groups, columns=list(names)):
            part = batch[max(start - at, 0) : max(stop - at, 0)]
            at += len(batch)
            if len(part):
                taken.append(part.select(list(names)))
            if at >= stop:
                break
    fields = [file.schema_arrow.field(name) for name in names]
    table = pa.Table.from_batches(taken, schema=taken[0].schema if taken else pa.schema(fields))
    return {name: arrow.to_array(table[name]) for name in names}


def _groups(metadata: pq.FileMetaData, start: int, stop: int) -> tuple[list[int], int]:
    """Return the row groups that hold the rows, and the number of the first row in them."""
    ends = list(accumulate(metadata.row_group(k).num_rows for k in range(metadata.num_row_groups)))
    begins = [0, *ends[:-1]]
    groups = [k for k, (a, b) in enumerate(zip(begins, ends, strict=True)) if a < stop and b > start]
    return groups, begins[groups[0]] if groups else start
