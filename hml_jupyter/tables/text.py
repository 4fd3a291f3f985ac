"""CSV files, plain or gzipped: a line of names, then lines of numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
#: What pyarrow raises of damaged files.
BROKEN = (pa.ArrowException, OSError, EOFError)
#: The first line is no longer.
HEADER = 1 << 20


@dataclass(frozen=True)
class CsvReader:
    """Reads a CSV file from its beginning to where the wanted rows end."""

    path: Path

    def look(self) -> Contents:
        """Return the columns, and count the rows by going through the file once."""
        self._check_header()
        with guarded(self.path, EXPECTED, *BROKEN):
            kinds = self._kinds()
        numbers = {name: raw for name, (raw, kind) in kinds.items() if _wanted(kind) is not None}
        left_out = {name: str(kind) for name, (_, kind) in kinds.items() if name not in numbers}
        if not numbers:
            msg = f"{self.path.name}: expected {EXPECTED}; no column holds numbers"
            raise FileFormatError(msg)
        first = next(iter(numbers))
        with guarded(self.path, EXPECTED, *BROKEN), self._stream({first: kinds[first]}) as stream:
            n_rows = sum(len(batch) for batch in stream)
        return Contents(n_rows, tuple(numbers), (), left_out)

    @contextmanager
    def session(self) -> Iterator[Read]:
        """Open the file for reads that go on where the one before ended."""
        with _Forward(self) as forward:
            yield forward.read

    def _check_header(self) -> None:
        with unpacked(self.path, EXPECTED) as stream:
            line = stream.readline(HEADER)
        try:
            names = [_clean(name) for name in line.decode("utf-8-sig").strip().split(",")]
        except UnicodeDecodeError as error:
            msg = f"{self.path.name}: expected {EXPECTED}; the first line is no text"
            raise FileFormatError(msg) from error
        reason = _reason(names)
        if reason:
            msg = f"{self.path.name}: expected {EXPECTED}; {reason}"
            raise FileFormatError(msg)

    def _kinds(self) -> dict[str, tuple[str, pa.DataType]]:
        """Return each column without blanks around its name -> its name as it stands, and the type that it begins with."""
        with self._stream(None) as stream:
            fields = list(stream.schema)
        names = [_clean(field.name) for field in fields]
        refuse_repeated(self.path.name, names)
        return {name: (field.name, field.type) for name, field in zip(names, fields, strict=True)}

    @contextmanager
    def _stream(self, columns: Mapping[str, tuple[str, pa.DataType]] | None) -> Iterator[csv.CSVStreamingReader]:
        """Open the file; a column that begins with whole numbers may go on with others."""
        with self.path.open("rb") as raw:
            packed = raw.read(len(GZIP)) == GZIP
        wanted = None if columns is None else {name: _wanted(kind) for name, kind in columns.values()}
        convert = csv.ConvertOptions(include_columns=wanted and list(wanted), column_types=wanted)
        with (
            pa.input_stream(str(self.path), compression="gzip" if packed else None) as source,
            csv.open_csv(source, convert_options=convert) as stream,
        ):
            yield stream


class _Forward:
    """A file that is read onwards; going back starts anew."""

    def __init__(self, reader: CsvReader) -> None:
        self.reader = reader
        self.names: tuple[str, ...] = ()
        self.at = 0
        self.rest: list[pa.RecordBatch] = []
        self.opened: Any = None
        self.stream: Any = None
        self.kinds: dict[str, tuple[str, pa.DataType]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.opened is not None:
            self.opened.__exit__(None, None, None)
            self.opened = None

    def read(self, names: Sequence[str], start: int, stop: int) -> dict[str, Array]:
        """Return columns of the rows `start` to `stop`."""
        with guarded(self.reader.path, EXPECTED, *BROKEN):
            if self.opened is None or tuple(names) != self.names or start < self.at:
                self._restart(names)
            for _ in self._next(start - self.at):
                pass
            table = pa.Table.from_batches(list(self._next(stop - start)), schema=self.stream.schema)
        return {name: to_array(table[self.kinds[name][0]]) for name in names}

    def _restart(self, names: Sequence[str]) -> None:
        self.__exit__()
        self.names, self.at, self.rest = tuple(names), 0, []
        self.kinds = self.kinds or self.reader._kinds()
        self.opened = self.reader._stream({name: self.kinds[name] for name in names})
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


def _clean(name: str) -> str:
    """Return a name without blanks and quotes around it, and without the sign that NumPy puts before a first line."""
    return name.strip().removeprefix("#").strip().strip('"')


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
