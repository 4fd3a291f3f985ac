"""LHE files as streams: header, cross section, counts, cutting and joining, one event in memory at a time."""

from __future__ import annotations

import gzip
import hashlib
import math
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice, pairwise
from pathlib import Path
from typing import IO, NamedTuple

from ..errors import FileFormatError

__all__ = ["LheHead", "LheSums", "join_lhe", "lhe_pieces", "read_lhe_head", "sum_lhe"]

_END = b"</LesHouchesEvents>\n"
#: Bytes of a line and of the header, and lines of an event, at most: beyond them it is no LHE file, or one that would fill the memory.
LONGEST_LINE, LARGEST_HEAD, LONGEST_EVENT = 2**20, 2**26, 100_000


class LheHead(NamedTuple):
    """What an LHE file says before its events."""

    text: str
    """Everything up to ``</init>``, line by line as it stands there."""
    beams: tuple[int, int]
    """PDG ids of the beams."""
    energies: tuple[float, float]
    """Their energies, GeV."""
    cross_section: float
    """Sum over the subprocesses, pb."""
    error: float
    """Its statistical error, pb."""
    generator: str
    """Who made it, as far as the file says."""


class LheSums(NamedTuple):
    """What comes out of reading a whole file."""

    n_events: int
    """Number of events."""
    sum_of_weights: float
    """Sum of their weights."""
    sha256: str
    """Hash of ``<init>`` and events; the header, with its dates and places, is not in it."""


def read_lhe_head(path: Path) -> LheHead:
    """Return the header and the numbers of ``<init>``.

    Parameters
    ----------
    path : Path
        ``.lhe`` or gzipped.

    Raises
    ------
    FileFormatError
        It is no LHE file, or ends before its events.
    """
    with _opened(path) as stream:
        lines = _head_lines(stream, path)
    rows = [line.split() for line in lines[_init(lines) + 1 :]]
    try:
        beams = [float(word) for word in rows[0][:10]]
        processes = [[float(word) for word in row[:4]] for row in rows[1 : 1 + int(beams[9])]]
        sigma = math.fsum(row[0] for row in processes)
        error = math.hypot(*(row[1] for row in processes))
        if not all(map(math.isfinite, (*beams, sigma, error))) or not processes:
            raise ValueError("a number that is none, or no subprocess")
    except (IndexError, ValueError, OverflowError) as problem:
        msg = f"{path.name}: expected an LHE file; its <init> cannot be read ({problem})"
        raise FileFormatError(msg) from problem
    text = b"".join(lines).decode("utf-8", "replace")
    maker = text.partition("<generator")[2].partition("</generator>")[0]
    words = maker.replace("=", " ").replace("'", " ").replace('"', " ").split()
    named = {key: value for key, value in pairwise(words) if key in ("name", "version")}
    return LheHead(
        text,
        (int(beams[0]), int(beams[1])),
        (beams[2], beams[3]),
        sigma,
        error,
        " ".join(named[key] for key in ("name", "version") if key in named),
    )


def sum_lhe(path: Path) -> LheSums:
    """Read a file to its end and return numbers of its events, without holding them in memory.

    Raises
    ------
    FileFormatError
        It is cut short, or is no LHE file.
    """
    hashed = hashlib.sha256()
    number, weights = 0, 0.0
    with _opened(path) as stream:
        lines = _head_lines(stream, path)
        hashed.update(b"".join(lines[_init(lines) :]))
        for event in _events(stream, path):
            hashed.update(event)
            number += 1
            weights += _weight(event, path)
    return LheSums(number, weights, hashed.hexdigest())


def lhe_pieces(path: Path, size: int, first: int = 0, stop: int | None = None) -> Iterator[bytes]:
    """Yield the events of a file as complete small LHE files.

    Parameters
    ----------
    path : Path
        ``.lhe`` or gzipped.
    size : int
        Events in each piece; the last one may have fewer.
    first : int
        Pieces before this one are skipped.
    stop : int, optional
        Events after so many are left out.

    Notes
    -----
    Read as a stream: one piece is in memory at a time. Each has the whole header, with the masses that Pythia8 reads there.
    """
    with _opened(path) as stream:
        head = b"".join(_head_lines(stream, path))
        events = islice(_events(stream, path), first * size, stop)
        while piece := list(islice(events, size)):
            yield b"".join((head, *piece, _END))


def join_lhe(paths: Sequence[Path], target: Path) -> tuple[float, float]:
    """Write the events of several files of one process as one file; return its cross section and error, pb.

    Parameters
    ----------
    paths : sequence of Path
        Parts of a multi-run: the same process with other seeds.
    target : Path
        Gzipped LHE file with the header of the first.

    Notes
    -----
    Cross section and error are means weighted with the numbers of events, which unlike inverse variances do not correlate
    with the estimates. Event weights stay as they are: their mean is the mean of the cross sections.
    """
    heads = [read_lhe_head(path) for path in paths]
    counts = [sum_lhe(path).n_events for path in paths]
    total = sum(counts)
    if not total:
        msg = f"{paths[0].name}: expected LHE files with events; found none"
        raise FileFormatError(msg)
    sigma = math.fsum(n * head.cross_section for n, head in zip(counts, heads, strict=True)) / total
    error = math.hypot(*(n * head.error for n, head in zip(counts, heads, strict=True))) / total
    with gzip.open(target, "wb", compresslevel=6) as out:
        for index, path in enumerate(paths):
            with _opened(path) as stream:
                lines = _head_lines(stream, path)
                if index == 0:
                    out.writelines(_with_sigma(lines, sigma, error))
                out.writelines(_events(stream, path))
        out.write(_END)
    return sigma, error


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes] | gzip.GzipFile]:
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


def _head_lines(stream: IO[bytes] | gzip.GzipFile, path: Path) -> list[bytes]:
    lines: list[bytes] = []
    size = 0
    for line in _lines(stream, path):
        lines.append(line)
        size += len(line)
        if line.lstrip().startswith(b"</init>"):
            return lines
        if (len(lines) == 1 and b"<LesHouchesEvents" not in line) or size > LARGEST_HEAD:
            break
    msg = f"{path.name}: expected an LHE file; it has no <init> and may be cut short"
    raise FileFormatError(msg)


def _init(lines: Sequence[bytes]) -> int:
    return next((i for i, line in enumerate(lines) if line.lstrip().startswith((b"<init>", b"<init "))), len(lines))


def _events(stream: IO[bytes] | gzip.GzipFile, path: Path) -> Iterator[bytes]:
    event: list[bytes] = []
    for line in _lines(stream, path):
        start = line.lstrip()
        if start.startswith(b"<event"):
            event = [line]
        elif event:
            event.append(line)
            if start.startswith(b"</event>"):
                yield b"".join(_whole(event, path))
                event = []
            elif len(event) > LONGEST_EVENT:
                msg = f"{path.name}: expected an LHE file; one of its events does not end"
                raise FileFormatError(msg)
        elif start.startswith(b"</LesHouchesEvents>"):
            for _ in _lines(stream, path):  # to the end: there a packed file is checked
                pass
            return
    msg = f"{path.name}: expected an LHE file; it ends before its last line, </LesHouchesEvents>: it is cut short"
    raise FileFormatError(msg)


def _whole(event: list[bytes], path: Path) -> list[bytes]:
    """Return the lines of an event; refuse one that has not the particles that it announces."""
    words = event[1].split() if len(event) > 1 else []
    announced = int(words[0]) if words and words[0].isdigit() else 0
    if announced < 1 or len(event) < announced + 3:
        msg = f"{path.name}: expected an LHE file; an event announces {words[0].decode('utf-8', 'replace') if words else 'no'} particles and has others"
        raise FileFormatError(msg)
    return event


def _weight(event: bytes, path: Path) -> float:
    try:
        weight = float(event.split(b"\n", 2)[1].split()[2])
        if not math.isfinite(weight):
            raise ValueError("its weight is no number")
        return weight
    except (IndexError, ValueError) as error:
        msg = f"{path.name}: expected an LHE file; the first line of an event cannot be read ({error})"
        raise FileFormatError(msg) from error


def _with_sigma(lines: list[bytes], sigma: float, error: float) -> list[bytes]:
    """Return a head whose ``<init>`` has one subprocess line with these numbers."""
    first = _init(lines) + 1
    beams, subprocess = lines[first].split(), lines[first + 1].split()
    dropped = int(beams[9])
    top = b" ".join([*beams[:9], b"1"]) + b"\n"
    only = b" ".join([b"%.9e" % sigma, b"%.9e" % error, *subprocess[2:4]]) + b"\n"
    return [*lines[:first], top, only, *lines[first + 1 + dropped :]]
