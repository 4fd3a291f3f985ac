"""LHE files as streams: header, cross section, counts, cutting and joining, one event in memory at a time."""

from __future__ import annotations

import gzip
import hashlib
import math
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import NamedTuple

from ..errors import FileFormatError
from .checks import check_event, check_showered, damaged
from .text import event_texts, head_lines, init_line, opened

__all__ = ["LheHead", "LheSums", "join_lhe", "lhe_pieces", "read_lhe_head", "sum_lhe"]

_END = b"</LesHouchesEvents>\n"
#: Numbers in the first line of ``<init>``, and kinds of weights (IDWTUP) by their size.
BEAM_NUMBERS, WEIGHTS = 10, (1, 2, 3, 4)
#: GeV; nothing is accelerated to more.
LARGEST_BEAM = 1e9


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
    ids: frozenset[int]
    """PDG ids of their particles."""


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
    with opened(path) as stream:
        lines = head_lines(stream, path)
    try:
        beams, processes = _init_numbers([line.split() for line in lines[init_line(lines) + 1 :]])
    except (IndexError, ValueError, OverflowError) as problem:
        msg = f"{path.name}: expected an LHE file; its <init> cannot be read ({problem}); copy or make it again"
        raise FileFormatError(msg) from problem
    sigma = math.fsum(row[0] for row in processes)
    error = math.hypot(*(row[1] for row in processes))
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


def _init_numbers(rows: Sequence[Sequence[bytes]]) -> tuple[list[float], list[list[float]]]:
    """Return the numbers of the beams and of each subprocess; refuse those with which nothing can be done."""
    if not rows or len(rows[0]) < BEAM_NUMBERS:
        raise ValueError(
            f"its first line has {BEAM_NUMBERS} numbers: beams, energies, parton densities, weights, processes"
        )
    beams = [float(word) for word in rows[0][:BEAM_NUMBERS]]
    if not all(map(math.isfinite, beams)):
        raise ValueError("its first line has a number that is none")
    if not all(0 < energy <= LARGEST_BEAM for energy in beams[2:4]):
        raise ValueError(f"the energies of the beams are {beams[2]:g} and {beams[3]:g} GeV")
    if abs(beams[8]) not in WEIGHTS:
        raise ValueError(f"its weights are of the kind {beams[8]:g}, and the accord has 1 to 4, and -1 to -4")
    given = rows[1 : 1 + int(beams[9])]
    announced = f"it announces {beams[9]:g} subprocesses"
    if int(beams[9]) < 1 or len(given) < beams[9] or any(row[:1] == [b"</init>"] for row in given):
        raise ValueError(announced + " and has others")
    processes = [[float(word) for word in row[:4]] for row in given]
    sigma = sum(row[0] for row in processes)
    if not 0 < sigma < math.inf or not all(0 <= row[1] < math.inf for row in processes):
        raise ValueError(f"the cross section is {sigma:g} pb; it must be positive, and its error not negative")
    return beams, processes


def sum_lhe(path: Path, *, showered: bool = False) -> LheSums:
    """Read a file to its end, check its events and return numbers of them, without holding them in memory.

    Parameters
    ----------
    path : Path
        ``.lhe`` or gzipped.
    showered : bool
        Refuse what the accord has and Pythia8 cannot shower too.

    Raises
    ------
    FileFormatError
        It is cut short, is no LHE file, or has an event that cannot be; the message names event and particle.
    """
    hashed = hashlib.sha256()
    number, weights, ids = 0, 0.0, set[int]()
    with opened(path) as stream:
        lines = head_lines(stream, path)
        hashed.update(b"".join(lines[init_line(lines) :]))
        for number, event in enumerate(event_texts(stream, path), 1):
            hashed.update(event)
            particles = check_event(event, number, path.name)
            if showered:
                check_showered(event, particles, number, path.name)
            ids.update([particle.pdg for particle in particles])
            weights += _weight(event, number, path)
    return LheSums(number, weights, hashed.hexdigest(), frozenset(ids))


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
    with opened(path) as stream:
        head = b"".join(head_lines(stream, path))
        events = islice(event_texts(stream, path), first * size, stop)
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
            with opened(path) as stream:
                lines = head_lines(stream, path)
                if index == 0:
                    out.writelines(_with_sigma(lines, sigma, error))
                out.writelines(event_texts(stream, path))
        out.write(_END)
    return sigma, error


def _weight(event: bytes, number: int, path: Path) -> float:
    words = event.split(b"\n", 2)[1].split()
    try:
        _, _, weight, *others = map(float, words)
        if len(words) < 6 or not math.isfinite(sum(others, weight)):
            raise ValueError("it has six finite numbers: particles, process, weight, scale and two couplings")
    except ValueError as error:
        raise damaged(path.name, number, f"its first line cannot be read ({error})") from error
    return weight


def _with_sigma(lines: list[bytes], sigma: float, error: float) -> list[bytes]:
    """Return a head whose ``<init>`` has one subprocess line with these numbers."""
    first = init_line(lines) + 1
    beams, subprocess = lines[first].split(), lines[first + 1].split()
    dropped = int(beams[9])
    top = b" ".join([*beams[:9], b"1"]) + b"\n"
    only = b" ".join([b"%.9e" % sigma, b"%.9e" % error, *subprocess[2:4]]) + b"\n"
    return [*lines[:first], top, only, *lines[first + 1 + dropped :]]
