"""shower(): the embedded shower and detector for events of any LHE file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .. import checks, chunks, provenance
from ..canonical import canonical
from ..errors import ArgumentError, PathError, ProcessError, near
from ..generators.madgraph import outputs
from ..generators.matching import VERSION as MATCHING_VERSION
from ..lhe import LheHead, lhe_pieces, read_lhe_head, sum_lhe
from ..particles import NAMES
from ..provenance import Recipe, Written
from ..registry import named
from .merging import check_header, matching_of
from .options import check_detector
from .outside import described
from .run import Run

__all__ = ["check_lhe", "shower"]

VERSION = 2
#: PDG ids of beams that Pythia8 takes: leptons, photons, protons and neutrons.
BEAMS = frozenset((*range(11, 17), 22, 2112, 2212))
_QNUMBERS = re.compile(r"(?im)^\s*block\s+qnumbers\s+(\d+)")


@named
def shower(
    lhe_or_run: str | os.PathLike[str] | Run,
    *,
    seed: int,
    detector: str | None = "cms",
    events: int | None = None,
    q_cut: float | None = None,
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
    q_cut : float, optional
        Scale in GeV at which a matched sample (MadGraph's ``ickkw = 1``) is matched, by MLM; 1.5 times its ``xqcut`` by
        default, and at least. A result that depends on it by more than a few percent is no result.
    path : str, optional
        Folder for the result, as in `generate`.

    Returns
    -------
    Run
        Its cross section is that of the LHE file; of a matched sample that of the events that pass.

    Raises
    ------
    ArgumentError, UnknownNameError
        The file has fewer events; a name that does not exist.
    ProcessError
        The events ask for CKKW-L or FxFx merging, which is not made here, are no one sample that can be matched, or have
        particles that Pythia8 does not know.
    PathError, FileFormatError
        There is no such file, it is no whole LHE file, or an event cannot be showered; the message names event and particle.
    """
    check_detector(detector)
    seed = checks.seed(seed)
    file = _file(lhe_or_run)
    head, sums = read_lhe_head(file), sum_lhe(file, showered=True)
    _check_beams(head, file.name)
    _check_known(sums.ids, head, file.name)
    source = lhe_or_run if isinstance(lhe_or_run, Run) else None
    process = source.process if source is not None else None
    matching = matching_of(file, head, q_cut, process)
    wanted = sums.n_events if events is None else checks.whole("events", events, 1)
    if not 0 < wanted <= sums.n_events:
        msg = (
            f"{file.name} has no events"
            if not sums.n_events
            else f"{file.name} has {sums.n_events} events, {wanted} were asked for"
        )
        raise ArgumentError(msg)
    about = described(head)
    if source is not None:
        about |= {"label": source.label, "process": canonical(process), "collider": source.collider}
    sigma = (about.pop("cross_section"), about.pop("error"))

    def pieces(size: int, first: int) -> Iterator[bytes]:
        return lhe_pieces(file, size, first, wanted)

    def write(folder: Path) -> Written:
        generator = source.generator if source is not None else "lhe"
        written = chunks.write_showered(folder, process, pieces, wanted, seed, generator, detector, sigma, matching)
        how = {"shower": "pythia8", **({"q_cut": matching.q_cut} if matching else {})}
        return Written(written.fingerprint, {**written.summary, **about, **how}, written.scratch)

    arguments: dict[str, Any] = {"events": wanted, "seed": seed, "detector": detector}
    if matching:
        arguments |= {"q_cut": matching.q_cut, "matching": MATCHING_VERSION}
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


def _check_beams(head: LheHead, name: str) -> None:
    if not set(map(abs, head.beams)) <= BEAMS:
        msg = f"{name} has beams of the particles {head.beams[0]} and {head.beams[1]}; showered are those of {', '.join(map(str, sorted(BEAMS)))}, and their antiparticles"
        raise ProcessError(msg)


def _check_known(ids: frozenset[int], head: LheHead, name: str) -> None:
    """Refuse particles that neither Pythia8 nor the header knows: it loses every event with one."""
    others = ids - {*NAMES.values()}
    if not others:
        return
    from ..generators.starting import unknown

    told = {int(pdg) for pdg in _QNUMBERS.findall(outputs.block(head.text, "slha"))}
    lost = [str(pdg) for pdg in unknown(others) if abs(pdg) not in told]
    if lost:
        msg = (
            f"{name} has particles that Pythia8 does not know: {', '.join(lost[:5])}{', ...' if lost[5:] else ''}; the <slha> block of its "
            f"header has to tell what they are (BLOCK QNUMBERS {lost[0].lstrip('-')}), as MadGraph writes it for models of its own"
        )
        raise ProcessError(msg)


def check_lhe(file: Path) -> LheHead:
    """Return the head of an LHE file; refuse one that cannot be showered.

    Raises
    ------
    ProcessError, FileFormatError
        It was made for a merging that is not made here, or is no LHE file.
    """
    head = read_lhe_head(file)
    check_header(head, file.name)
    return head
