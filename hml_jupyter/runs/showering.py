"""shower(): the embedded shower and detector for events of any LHE file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .. import checks, chunks, provenance
from ..canonical import canonical
from ..errors import ArgumentError, PathError, ProcessError, near
from ..generators.madgraph import cards, outputs
from ..lhe import LheHead, lhe_pieces, read_lhe_head, sum_lhe
from ..provenance import Recipe, Written
from ..registry import named
from .options import MATCHES, check_detector, is_on
from .outside import described
from .run import Run

__all__ = ["check_lhe", "shower"]

VERSION = 1


@named
def shower(
    lhe_or_run: str | os.PathLike[str] | Run,
    *,
    seed: int,
    detector: str | None = "cms",
    events: int | None = None,
    path: str | None = None,
) -> Run:
    """Shower events of a hard process with the embedded Pythia8 and measure them.

    Parameters
    ----------
    lhe_or_run : str, path or Run
        Any LHE file (``.lhe`` or ``.lhe.gz``), or a run that kept its own.
    seed : int
        Of shower and detector.
    detector : str or None
        As in `generate`.
    events : int, optional
        The first so many; all by default.
    path : str, optional
        Folder for the result, as in `generate`.

    Returns
    -------
    Run
        Its cross section is that of the LHE file.

    Raises
    ------
    ArgumentError, UnknownNameError
        The file has fewer events; a name that does not exist.
    ProcessError
        The events ask for matching, which is not made here.
    PathError, FileFormatError
        There is no such file, or it is no whole LHE file.
    """
    check_detector(detector)
    seed = checks.seed(seed)
    file = _file(lhe_or_run)
    head, sums = check_lhe(file), sum_lhe(file)
    wanted = sums.n_events if events is None else checks.whole("events", events, 1)
    if not 0 < wanted <= sums.n_events:
        msg = (
            f"{file.name} has no events"
            if not sums.n_events
            else f"{file.name} has {sums.n_events} events, {wanted} were asked for"
        )
        raise ArgumentError(msg)
    source = lhe_or_run if isinstance(lhe_or_run, Run) else None
    process = source.process if source is not None else None
    about = described(head)
    if source is not None:
        about |= {"label": source.label, "process": canonical(process), "collider": source.collider}
    sigma = (about.pop("cross_section"), about.pop("error"))

    def pieces(size: int, first: int) -> Iterator[bytes]:
        return lhe_pieces(file, size, first, wanted)

    def write(folder: Path) -> Written:
        generator = source.generator if source is not None else "lhe"
        written = chunks.write_showered(folder, process, pieces, wanted, seed, generator, detector, sigma)
        return Written(written.fingerprint, {**written.summary, **about, "shower": "pythia8"}, written.scratch)

    arguments: dict[str, Any] = {"events": wanted, "seed": seed, "detector": detector}
    inputs = {"events": source if source is not None else file}
    recipe = Recipe("shower", VERSION, arguments, inputs, stops=("events",))
    return provenance.produce(path, recipe, write, lambda _: Run())


def _file(given: Any) -> Path:
    if isinstance(given, Run):
        if given.lhe is None:
            msg = f"{given!r} kept no LHE file: its hard process was made by the embedded generator; generate it again with other options instead"
            raise ArgumentError(msg)
        return given.lhe
    file = checks.place("an LHE file (or a Run that kept its own)", given)
    if file.is_dir():
        files = [*sorted(file.glob("*.lhe*")), *sorted(file.glob("Events/*/*.lhe*"))]
        mend = f"give the LHE file, {str(files[0])!r}" if files else "give the LHE file in it"
        msg = f"{str(given)!r} is a folder: {mend}; an output of MadGraph is opened with hml.Run.from_madgraph"
        raise PathError(msg)
    if not file.is_file():
        beside = near(file.name, [other.name for other in file.parent.glob("*")] if file.parent.is_dir() else [])
        others = f"; near names: {', '.join(beside)}" if beside else ""
        msg = f"the LHE file {str(given)!r} does not exist, seen from {Path.cwd().name}{others}"
        raise PathError(msg)
    return file


def check_lhe(file: Path) -> LheHead:
    """Return the head of an LHE file; refuse one that was made for matching.

    Raises
    ------
    ProcessError, FileFormatError
        It was, or is no LHE file.
    """
    head = read_lhe_head(file)
    values = cards.run_values(outputs.block(head.text, "MGRunCard"))
    merged = next((name for name in MATCHES if is_on(values.get(name))), None)
    if merged:
        msg = (
            f"{file.name} was made for matching ({merged} = {values[merged]}): showered as it is, its jets would be counted twice. "
            "Matching is not made here yet; generate it without, or shower it with MadGraph's own Pythia8"
        )
        raise ProcessError(msg)
    return head
