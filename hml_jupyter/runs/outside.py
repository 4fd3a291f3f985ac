"""Runs that MadGraph made elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import checks, provenance
from ..canonical import canonical, write_text
from ..errors import ArgumentError, FileFormatError, HmlError, ProcessError
from ..generators.madgraph import cards, outputs
from ..lhe import LheHead, sum_lhe
from ..particles import GROUPS, NAMES
from ..process import Process
from ..provenance import Recipe, Written
from .run import energy_text

if TYPE_CHECKING:
    from .run import Run

__all__ = ["described", "open_madgraph", "process_of_head", "read_process"]

_NAMES = {2212: "p", -2212: "p~", 11: "e-", -11: "e+", 13: "mu-", -13: "mu+", 22: "a"}


def open_madgraph(kind: type[Run], folder: Any, name: Any) -> Run:
    """Return a run of an output of MadGraph; see `Run.from_madgraph`."""
    folder = checks.place("an output of MadGraph", folder)
    if not isinstance(name, str | None):
        msg = f"from_madgraph takes the name of a run, run='run_01', not {name!r}"
        raise ArgumentError(msg)
    found = outputs.read_output(Path(folder), name)
    sums = sum_lhe(found.lhe)
    file = found.detector or found.lhe
    n_events, weights = (
        (sums.n_events, sums.sum_of_weights) if found.detector is None else _delphes_sums(found.detector)
    )
    stamps = {key: (f.stat().st_size, f.stat().st_mtime_ns) for key, f in (("file", file), ("lhe", found.lhe))}
    outside = {"file": file.resolve(), "lhe": found.lhe.resolve(), "stamps": stamps}
    summary = {
        **described(found.head),
        "name": Path(folder).resolve().name + (f"/{name}" if name else ""),
        "seed": found.seed,
        "generator": "madgraph5",
        "detector": "delphes" if found.detector else None,
        "n_events": n_events,
        "sum_of_weights": weights,
    }

    def write(place: Path) -> Written:
        write_text(place / "madgraph.log", found.head.text)
        for picture in Path(folder).glob("SubProcesses/P*/matrix*.ps"):
            if picture.is_symlink() or not picture.is_file():
                continue
            (place / "diagrams").mkdir(exist_ok=True)
            shutil.copy(picture, place / "diagrams" / f"{picture.parent.name}_{picture.name}")
        return Written(sums.sha256, summary)

    def load(_: Path) -> Run:
        run = kind()
        run._outside = outside
        return run

    inputs = {"events": found.lhe, **({"detector": found.detector} if found.detector else {})}
    return provenance.produce(None, Recipe("from_madgraph", 1, {"run": found.name}, inputs), write, load)


def described(head: LheHead) -> dict[str, Any]:
    """Return what an LHE header says about a run: label, process, collider, cross section, error, version."""
    lines = outputs.processes_of(head.text)
    label = "; ".join(lines) or "events of an LHE file"
    beams = " ".join(_NAMES.get(pdg, str(pdg)) for pdg in head.beams)
    return {
        "label": label,
        "process": canonical(process_of_head(head)),
        "collider": f"{beams} {energy_text(head.energies, sum(head.energies))}",
        "cross_section": head.cross_section,
        "error": head.error,
        "madgraph": outputs.block(head.text, "MGVersion").strip() or head.generator,
    }


def process_of_head(head: LheHead) -> Process | None:
    """Return the process of an LHE header if ours can say it."""
    try:
        return read_process(head)
    except HmlError:
        return None


def read_process(head: LheHead) -> Process:
    """Return the process of an LHE header; only those settings of the run card that it cannot do without.

    Raises
    ------
    HmlError
        It has none, or one that ours cannot say; the message says why.
    """
    lines = outputs.processes_of(head.text)
    if not lines:
        msg = "its header has no process lines"
        raise ProcessError(msg)
    one, two = head.energies
    energies: dict[str, Any] = {"ecm": one + two} if one == two else {"beams": (one, two)}
    matched = cards.card_number(cards.run_values(outputs.block(head.text, "MGRunCard")).get("xqcut", "0"))
    settings = {"xqcut": matched} if matched else {}
    texts = lines if len(lines) > 1 else lines[0]
    own = _own_groups(lines, outputs.definitions_of(head.text))
    return Process(texts, define=own, model=outputs.model_of(head.text), settings=settings, **energies)


def _own_groups(lines: Sequence[str], defined: Mapping[str, str]) -> dict[str, str]:
    """Return the groups that the lines use, and those that these are made of, without MadGraph's usual ones."""
    named = {group: _names(members) for group, members in defined.items()}
    used = {word for line in lines for word in line.replace(",", " ").split()}
    for group in reversed(named):
        used |= {*named[group].split()} if group in used else set()
    return {group: members for group, members in named.items() if group in used and not _is_usual(group, members)}


def _names(members: str) -> str:
    """Return members with names for the PDG ids that MadGraph writes where it makes quarks of five flavours jets."""
    names = {str(pdg): name for name, pdg in NAMES.items()}
    return " ".join(names.get(member, member) for member in members.split())


def _is_usual(group: str, members: str) -> bool:
    return {NAMES.get(name) for name in members.split()} == {*GROUPS.get(group, ())}


def _delphes_sums(file: Path) -> tuple[int, float]:
    import awkward as ak
    import uproot

    try:
        with uproot.open(file) as opened:
            weights = opened["Delphes"]["Event.Weight"].array()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"{file.name}: expected Delphes' events; it cannot be read ({str(error).splitlines()[0][:100] if str(error) else error})"
        raise FileFormatError(msg) from error
    return len(weights), float(ak.sum(weights))
