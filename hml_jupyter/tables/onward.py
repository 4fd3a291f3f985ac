"""Tables that are read from their beginning to their end: the file stays open from one piece to the next."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from .flat import FlatTable
from .reader import Contents, Read, Reader
from .text import CsvReader

__all__ = ["Onward", "kept_open"]


class Onward:
    """Reads with another reader, whose source it opens once and keeps open; it cannot be sent to another process.

    Parameters
    ----------
    reader : Reader
        What it reads with.
    """

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._opened = ExitStack()
        self._read: Read | None = None
        weakref.finalize(self, self._opened.close)

    def look(self) -> Contents:
        """Return what is there."""
        return self.reader.look()

    @contextmanager
    def session(self) -> Iterator[Read]:
        """Give the function that reads, the one that was given before."""
        if self._read is None:
            self._read = self._opened.enter_context(self.reader.session())
        try:
            yield self._read
        except BaseException:
            self._read = None
            self._opened.close()
            raise


def kept_open(table: FlatTable) -> FlatTable:
    """Return a table whose next piece is read without going through the pieces before it again; others are returned as they are.

    Examples
    --------
    >>> from hml_jupyter.tables import open_table
    >>> table = open_table({"m_jj": [90.0]})
    >>> kept_open(table) is table
    True
    """
    return replace(table, reader=Onward(table.reader)) if isinstance(table.reader, CsvReader) else table
