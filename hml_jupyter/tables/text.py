"""CSV files, plain or gzipped: a line of names, then lines of numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
from pyarrow import csv

from ..errors import FileFormatError
from ..streams import GZIP, unpacked
from .arrow import to_array
from .reader import Array, Contents, Read, guarded, refuse_repeated

__all__ = ["CsvReader"]

EXPECTED = "a CSV file, comma separated, with the names of its columns in the first line"
#: The first line is no longer.
HEADER = 1 << 20


@dataclass(frozen=True)
class CsvReader:
    """Reads a CSV file from its beginning to where the wanted rows end."""

    path: Path

    def look(self) -> Contents:
        """Return the columns, and count the rows by going through the file once."""
        self._check_header()
        with guarded(self.path, EXPECTED, pa.ArrowInvalid, OSError, EOFError), self._stream(None) as stream:
            schema = stream.schema
        types = {field.name: _wanted(field.type) for field in schema}
        names = tuple(name for name, kind in types.items() if kind is not None)
        left_out = {field.name: str(field.type) for field in schema if types[field.name] is None}
        if not names:
            msg = f"{self.path.name}: expected {EXPECTED}; no column holds numbers"
            raise FileFormatError(msg)
        with guarded(self.path, EXPECTED, pa.ArrowInvalid, OSError, EOFError), self._stream(names[:1]) as stream:
            n_rows = sum(len(batch) for batch in stream)
        return Contents(n_rows, names, (), left_out)

    @contextmanager
    def session(self) -> Iterator[Read]:
        """Open the file for reads that go on where the one before ended."""
        with _Forward(self) as forward:
            yield forward.read

    def _check_header(self) -> None:
        with unpacked(self.path, EXPECTED) as stream:
            line = stream.readline(HEADER)
        try:
            names = [name.strip().strip('"') for name in line.decode("utf-8-sig").strip().split(",")]
        except UnicodeDecodeError as error:
            msg = f"{self.path.name}: expected {EXPECTED}; the first line is no text"
            raise FileFormatError(msg) from error
        reason = _reason(names)
        if reason:
            msg = f"{self.path.name}: expected {EXPECTED}; {reason}"
            raise FileFormatError(msg)
        refuse_repeated(self.path.name, names)

    @contextmanager
    def _stream(self, names: Sequence[str] | None) -> Iterator[csv.CSVStreamingReader]:
        """Open the file; a column that begins with whole numbers may go on with others."""
        types = None if names is None else self._types(names)
        with self.path.open("rb") as raw:
            packed = raw.read(len(GZIP)) == GZIP
        convert = csv.ConvertOptions(include_columns=names, column_types=types)
        with (
            pa.input_stream(str(self.path), compression="gzip" if packed else None) as source,
            csv.open_csv(source, convert_options=convert) as stream,
        ):
            yield stream

    def _types(self, names: Sequence[str]) -> dict[str, pa.DataType]:
        with self._stream(None) as stream:
            found = {field.name: _wanted(field.type) for field in stream.schema}
        return {name: found[name] for name in names}


class _Forward:
    """A file that is read onwards; going back starts anew."""

    def __init__(self, reader: CsvReader) -> None:
        self.reader = reader
        self.names: tuple[str, ...] = ()
        self.at = 0
        self.rest: list[pa.RecordBatch] = []
        self.opened: Any = None
        self.stream: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.opened is not None:
            self.opened.__exit__(None, None, None)
            self.opened = None

    def read(self, names: Sequence[str], start: int, stop: int) -> dict[str, Array]:
        """Return columns of the rows `start` to `stop`."""
        with guarded(self.reader.path, EXPECTED, pa.ArrowInvalid, OSError, EOFError):
            if self.opened is None or tuple(names) != self.names or start < self.at:
                self._restart(names)
            for _ in self._next(start - self.at):
                pass
            table = pa.Table.from_batches(list(self._next(stop - start)), schema=self.stream.schema)
        return {name: to_array(table[name]) for name in names}

    def _restart(self, names: Sequence[str]) -> None:
        self.__exit__()
        self.names, self.at, self.rest = tuple(names), 0, []
        self.opened = self.reader._stream(names)
        self.stream = self.opened.__enter__()

    def _next(self, count: int) -> Iterator[pa.RecordBatch]:
        """Yield the next so many rows, fewer at the end of the file."""
        while count:
            batch = self.rest.pop() if self.rest else next(iter(self.stream), None)
            if batch is None:
                return
            part = batch[:count]
            count -= len(part)
            self.at += len(part)
            if len(part) < len(batch):
                self.rest.append(batch[len(part) :])
            yield part


def _wanted(kind: pa.DataType) -> pa.DataType | None:
    if pa.types.is_boolean(kind):
        return kind
    is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_null(kind)
    return pa.float64() if is_number else None


def _reason(names: Sequence[str]) -> str:
    """Return why a first line is none of names."""
    if not any(names):
        return "the first line is empty"
    if not all(names):
        return f"column {names.index('') + 1} of the first line has no name"
    for mark, called in ((";", "semicolons"), ("\t", "tabs")):
        if len(names) == 1 and mark in names[0]:
            return f"its columns are separated by {called}; write it with commas, and with points in the numbers"
    if all(map(_is_a_number, names)):
        return "the first line has numbers, no names; put names above them"
    return ""


def _is_a_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
