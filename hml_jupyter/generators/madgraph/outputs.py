"""What MadGraph leaves on disk: runs, their cards and cross sections, and how to clean up after an interrupt."""

from __future__ import annotations

import ast
import math
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ...errors import FileFormatError, GeneratorError, PathError, UnknownNameError
from ...lhe import LheHead, read_lhe_head
from . import cards

__all__ = [
    "Output",
    "block",
    "check_cards",
    "check_sigma",
    "clean",
    "clean_compiled",
    "definitions_of",
    "event_file",
    "find_runs",
    "model_of",
    "processes_of",
    "read_output",
]

#: Half a unit of the last digit: the log has four digits, the banner six.
_LOG_ROUNDING, _BANNER_ROUNDING = 6e-4, 6e-6
EVENTS = "unweighted_events.lhe"


class Output(NamedTuple):
    """A finished run of MadGraph."""

    name: str
    """Its name, ``"run_01"``."""
    lhe: Path
    """Its events; of a multi-run all of them."""
    head: LheHead
    """Header and cross section of that file."""
    seed: int
    """``iseed`` that was used."""
    detector: Path | None
    """Delphes' file, if it ran."""


def find_runs(folder: Path) -> dict[str, Path]:
    """Return the runs of an output: name -> folder. The parts of a multi-run belong to it and are not listed."""
    place = folder / "Events"
    if not place.is_dir():
        raise PathError(_no_output(folder))
    runs = {f.name: f for f in sorted(place.iterdir()) if f.is_dir() and event_file(f)}
    return {name: f for name, f in runs.items() if not _is_part(name, runs)}


def _is_part(name: str, runs: Mapping[str, Path]) -> bool:
    """Tell whether a run is a part of a multi-run: ``run_01_0`` of ``run_01``, where the first part is there too."""
    whole, _, number = name.rpartition("_")
    return number.isdigit() and whole in runs and f"{whole}_0" in runs


def _no_output(folder: Path) -> str:
    """Return what may have been meant by a place that is no output."""
    if not folder.exists():
        return f"there is no folder {str(folder)!r}, seen from {Path.cwd().name}"
    around = next((up for up in folder.absolute().parents[:3] if (up / "Events").is_dir()), None)
    if around is not None:
        return f"{folder} is inside an output of MadGraph: give that one, {str(around)!r}"
    files = [folder] if folder.is_file() else sorted(folder.glob("*.lhe*"))
    mend = f"; an LHE file is showered with hml.shower({str(files[0])!r}, seed=...)" if files else ""
    return f"{folder} is no output of MadGraph: it has no folder Events{mend}"


def read_output(folder: Path, name: str | None = None) -> Output:
    """Return a run of an output, the only one if `name` is None.

    Raises
    ------
    PathError
        It is no output of MadGraph, has no run, or several and none is named.
    UnknownNameError
        There is no such run.
    GeneratorError
        Its banner and its events do not agree.
    """
    runs = find_runs(folder)
    if not runs:
        msg = f"{folder} has no run with events (Events/*/{EVENTS}.gz)"
        raise PathError(msg)
    if name is None and len(runs) > 1:
        msg = f"{folder} has several runs, name one: run={' or '.join(repr(r) for r in runs)}"
        raise PathError(msg)
    name = name or next(iter(runs))
    parts = {f.name: f for f in (folder / "Events").iterdir() if f.is_dir() and event_file(f)}
    if name not in parts:
        raise UnknownNameError("run", name, runs)
    lhe = event_file(parts[name])
    assert lhe is not None
    head = read_lhe_head(lhe)
    check_sigma(head, None)
    values = cards.run_values(block(head.text, "MGRunCard"))
    delphes = sorted(parts[name].glob("*delphes_events.root"))
    return Output(name, lhe, head, int(_number(values.get("iseed", "0"), "iseed")), delphes[-1] if delphes else None)


def block(header: str, name: str) -> str:
    """Return the text of one block of an LHE header or banner, without its CDATA marks; empty if it is not there.

    Examples
    --------
    >>> block("<MGVersion> 3.5.7 </MGVersion>", "MGVersion")
    ' 3.5.7 '
    """
    inside, end, _ = header.partition(f"<{name}>")[2].partition(f"</{name}>")
    return inside.replace("<![CDATA[", "").replace("]]>", "") if end else ""


def processes_of(header: str) -> tuple[str, ...]:
    r"""Return the process lines of a header's process card, without comments and options of the command.

    Examples
    --------
    >>> processes_of("<MG5ProcCard>generate p p > z # Z\nadd process p p > z j --diagram_filter</MG5ProcCard>")
    ('p p > z', 'p p > z j')
    """
    lines = (line.partition("#")[0].strip() for line in block(header, "MG5ProcCard").splitlines())
    starts = ("generate ", "add process ")
    found = (line.removeprefix(s) for line in lines for s in starts if line.startswith(s))
    return tuple(re.sub(r"\s--\w[\w=.-]*", "", line).strip() for line in found)


def model_of(header: str) -> str:
    r"""Return the model of a header's process card, the last that is imported.

    Examples
    --------
    >>> model_of("<MG5ProcCard>import model sm\nimport model heft\ngenerate g g > h</MG5ProcCard>")
    'heft'
    """
    named: list[str] = re.findall(r"^\s*import model (\S+)", block(header, "MG5ProcCard"), re.MULTILINE)
    return named[-1] if named else "sm"


def definitions_of(header: str) -> dict[str, str]:
    r"""Return the groups of particles of a header's process card.

    Examples
    --------
    >>> definitions_of("<MG5ProcCard>define l = e- mu-\ndefine v ve vm</MG5ProcCard>")
    {'l': 'e- mu-', 'v': 've vm'}
    """
    found = re.findall(r"^\s*define (\S+?)\s*(?:=|\s)\s*(.+?)\s*(?:#.*)?$", block(header, "MG5ProcCard"), re.MULTILINE)
    return dict(found)


def check_sigma(head: LheHead, logged: tuple[float, float] | None) -> None:
    """Compare the cross section of ``<init>`` with the banner's and, if it is given, the log's.

    Raises
    ------
    GeneratorError
        They differ by more than their rounding.

    Notes
    -----
    The banner of a decayed run may have the undecayed cross section (MadSpin without spin correlations leaves it there).
    """
    found = re.search(r"Integrated weight \(pb\)\s*:\s*(\S+)", block(head.text, "MGGenerationInfo"))
    if block(head.text, "madspin"):
        found = None
    others = {"banner": (_number(found[1], "the banner"), _BANNER_ROUNDING)} if found else {}
    if logged is not None:
        others["log"] = (logged[0], _LOG_ROUNDING)
    for where, (sigma, rounding) in others.items():
        if abs(sigma - head.cross_section) > rounding * abs(head.cross_section):
            msg = (
                f"the events say {head.cross_section:.6g} pb and the {where} {sigma:.6g} pb: they do not belong together. "
                "Run it again in another folder; if it stays, report it with the log"
            )
            raise GeneratorError(msg)


def check_cards(head: LheHead, asked: Mapping[str, Any]) -> None:
    """Compare the run card in an LHE header with the values that were asked for.

    Raises
    ------
    GeneratorError
        MadGraph ran with another value.
    """
    values = cards.run_values(block(head.text, "MGRunCard"))
    for name, value in asked.items():
        if name.lower() in values and not _same(values[name.lower()], value):
            msg = f"MadGraph ran with {name} = {values[name.lower()]} where {value} was asked for; it may not take {name} for this process"
            raise GeneratorError(msg)


def clean(output: Path, run: str) -> None:
    """Remove what an interrupted run leaves in an output, so that the output can be used again."""
    (output / "RunWeb").unlink(missing_ok=True)
    for folder in [output / "Events" / run, output / "HTML" / run, *output.glob("SubProcesses/P*/G*")]:
        shutil.rmtree(folder, ignore_errors=True)


def clean_compiled(output: Path) -> None:
    """Remove what compilers have made in an output, so that the next launch compiles all of it."""
    for pattern in ("lib/lib*.a", "Source/**/*.o", "SubProcesses/P*/*.o"):
        for file in output.glob(pattern):
            file.unlink()


def _number(text: str, what: str) -> float:
    try:
        value = float(text)
        if math.isfinite(value):
            return value
    except ValueError:
        pass
    msg = f"expected a number in {what} of the run, not {text[:40]!r}; its header is damaged"
    raise FileFormatError(msg)


def event_file(folder: Path) -> Path | None:
    """Return the events of a run, which MadSpin may have left unpacked; None if there are none."""
    return next((f for f in (folder / f"{EVENTS}.gz", folder / EVENTS) if f.is_file()), None)


def _same(written: str, asked: Any) -> bool:
    if isinstance(asked, Mapping):
        try:
            kept = {str(k): float(v) for k, v in ast.literal_eval(written).items()}
        except (ValueError, SyntaxError, AttributeError, TypeError):
            return False
        return {str(k): float(v) for k, v in asked.items()}.items() <= kept.items()
    if isinstance(asked, str) and cards.card_number(asked) is not None:
        return _same(written, cards.card_number(asked))
    if isinstance(asked, bool) or not isinstance(asked, int | float):
        return written.strip("'\". ").lower() == str(asked).lower()
    number = cards.card_number(written)
    return number is not None and abs(number - asked) <= 1e-6 * abs(asked)
