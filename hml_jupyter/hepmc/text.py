"""The text of HepMC files, cut into events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from ..errors import FileFormatError

__all__ = ["EXPECTED", "Piece", "pieces"]

EXPECTED = "a HepMC file"
END = b"END_EVENT_LISTING"
BLOCK = 1 << 20
#: Letters at the beginning of the lines inside an event.
LETTERS = frozenset(b"EPVUWATNCHF")


@dataclass(frozen=True)
class Piece:
    """The text of one event, or of what comes before the first."""

    name: str
    """Of the file, for messages."""
    number: int
    """From 1; 0 for what comes before the first event."""
    line: int
    """Of its first line in the file, from 1."""
    text: bytes

    def rows(self) -> Iterator[tuple[int, bytes]]:
        """Yield the lines of the event with their places in the file.

        Raises
        ------
        FileFormatError
            A line that begins with no letter of the format.
        """
        for line, row in enumerate(self.text.splitlines(), start=self.line):
            if row[:7] == b"HepMC::":
                return
            if row and (row[0] not in LETTERS or row[1:2] != b" "):
                raise self.damaged(line, f"{shown(row)} is no line of an event")
            if row:
                yield line, row

    def damaged(self, line: int, reason: str) -> FileFormatError:
        """Return the error for an event that cannot be read."""
        return FileFormatError(
            f"{self.name}: expected {EXPECTED}; event {self.number} (line {line}) cannot be read: {reason}; "
            "the file is damaged, copy or make it again"
        )


def shown(row: bytes) -> str:
    """Return the beginning of a line for a message."""
    return repr(row[:60].decode("utf-8", "replace").strip())


def pieces(name: str, stream: IO[bytes]) -> Iterator[Piece]:
    """Yield what comes before the first event, then each event.

    Parameters
    ----------
    name : str
        Of the file, for messages.
    stream : binary stream
        Its content, unpacked; at most a block and an event of it are in memory.

    Raises
    ------
    FileFormatError
        The line at the end of every file is missing.
    """
    number, line, rest = 0, 1, b""
    while block := stream.read(BLOCK):
        *whole, rest = (rest + block).split(b"\nE ")
        for text in whole:
            piece = Piece(name, number, line, (b"E " if number else b"") + text + b"\n")
            yield piece
            number, line = number + 1, line + piece.text.count(b"\n")
    piece = Piece(name, number, line, (b"E " if number else b"") + rest)
    if END not in piece.text.rstrip()[-200:].rsplit(b"\n", 1)[-1]:
        where = f"event {number} (line {line})" if number else "its first lines"
        msg = (
            f"{name}: expected {EXPECTED}; it ends in {where} without {END.decode()}: it is cut short, or the generator was stopped; "
            "make it again, or copy it again"
        )
        raise FileFormatError(msg)
    yield piece
