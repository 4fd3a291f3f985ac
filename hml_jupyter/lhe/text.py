"""The text of LHE files: opened, cut into header and events."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ..errors import FileFormatError

__all__ = ["event_texts", "head_lines", "init_line", "opened"]

#: Bytes of a line and of the header, and lines of an event, at most: beyond them it is no LHE file, or one that would fill the memory.
LONGEST_LINE, LARGEST_HEAD, LONGEST_EVENT = 2**20, 2**26, 100_000
#: How lines begin that may come before the first.
BEFORE = (b"", b"<?xml")


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes] | gzip.GzipFile]:
    """Open a file for reading its bytes, unpacked if it is gzipped.

    Raises
    ------
    FileFormatError
        While it is read: it cannot be, or not to its end.
    """
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if packed else path.open("rb") as stream:
            yield stream
    except (OSError, EOFError, zlib.error) as error:
        msg = f"{path.name}: expected an LHE file; it cannot be read ({error}); it may be cut short"
        raise FileFormatError(msg) from error


def _lines(stream: IO[bytes] | gzip.GzipFile, path: Path) -> Iterator[bytes]:
    """Yield lines; a file that is not one of lines must not fill the memory."""
    while line := stream.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            msg = f"{path.name}: expected an LHE file; it has a line of more than {LONGEST_LINE} bytes"
            raise FileFormatError(msg)
        yield line


def head_lines(stream: IO[bytes] | gzip.GzipFile, path: Path) -> list[bytes]:
    """Return the lines from ``<LesHouchesEvents>``, which Pythia8 wants first, up to ``</init>``.

    Raises
    ------
    FileFormatError
        It begins otherwise, or has no ``<init>``.
    """
    lines: list[bytes] = []
    size, begun = 0, False
    for line in _lines(stream, path):
        size += len(line)
        begun = begun or b"<LesHouchesEvents" in line
        if begun:
            lines.append(line)
        if begun and line.lstrip().startswith(b"</init>"):
            return lines
        if size > LARGEST_HEAD or not (begun or line.lstrip()[:5] in BEFORE):
            break
    lacks = "it has no <init>, and may be cut short" if begun else "it does not begin with <LesHouchesEvents>"
    msg = f"{path.name}: expected an LHE file; {lacks}"
    raise FileFormatError(msg)


def init_line(lines: Sequence[bytes]) -> int:
    """Return the index of the line ``<init>``."""
    return next((i for i, line in enumerate(lines) if line.lstrip().startswith((b"<init>", b"<init "))), len(lines))


def event_texts(stream: IO[bytes] | gzip.GzipFile, path: Path) -> Iterator[bytes]:
    """Yield each event, from ``<event>`` to ``</event>``, what stands between events left out.

    Raises
    ------
    FileFormatError
        The line at the end of every file, or of an event, is missing.
    """
    lines = _lines(stream, path)
    number = 0
    for line in lines:
        start = line.lstrip()
        if start.startswith((b"<event>", b"<event ")):
            number += 1
            yield b"".join((line, *_rest(lines, number, path)))
        elif start.startswith(b"</LesHouchesEvents>"):
            for _ in lines:  # to the end: there a packed file is checked
                pass
            return
    msg = f"{path.name}: expected an LHE file; it ends before its last line, </LesHouchesEvents>: it is cut short"
    raise FileFormatError(msg)


def _rest(lines: Iterator[bytes], number: int, path: Path) -> list[bytes]:
    """Return the lines of an event after its first one."""
    rest: list[bytes] = []
    for line in lines:
        start = line.lstrip()
        rest.append(line)
        if start.startswith(b"</event>"):
            return rest
        if start.startswith((b"<event>", b"<event ", b"</LesHouchesEvents>")) or len(rest) > LONGEST_EVENT:
            break
    msg = f"{path.name}: expected an LHE file; event {number} does not end: the file is cut short or damaged, copy or make it again"
    raise FileFormatError(msg)
