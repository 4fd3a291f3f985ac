"""What MadGraph's terminal log says: how far it is, and what went wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from ...errors import (
    ArgumentError,
    GeneratorError,
    HmlError,
    MissingProgramError,
    PathError,
    ProcessError,
    ZeroCrossSectionError,
)

__all__ = [
    "Position",
    "Progress",
    "branching_ratio",
    "compilation_failed",
    "cross_section",
    "error_in",
    "overlooked_in",
    "plain",
    "unfinished",
]

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Position(NamedTuple):
    """How far a run is."""

    stage: str
    """What is being done."""
    fraction: float
    """Share of the whole that is done, 0 to 1."""
    done: int = 0
    """Finished jobs of the stage."""
    total: int = 0
    """Jobs of the stage; 0 where there are none to count."""


#: What a line begins with -> stage, share of the time of its program that is over when it begins, and over when it ends.
_STAGES: tuple[tuple[re.Pattern[str], str, float, float], ...] = tuple(
    (re.compile(pattern), stage, first, last)
    for pattern, stage, first, last in (
        (r"INFO: (Checking for minimal orders|Trying process)", "finding diagrams", 0.05, 0.30),
        (r"INFO: initialize a new directory", "writing code", 0.30, 0.70),
        (r"ALOHA: aloha starts", "writing helicity amplitudes", 0.70, 0.95),
        (r"Output to directory", "writing code", 0.95, 1.0),
        (r"INFO: compile directory|compile Source Directory", "compiling", 0.05, 0.40),
        (r"INFO: Running Survey", "survey", 0.40, 0.55),
        (r"INFO: Refine results", "refine", 0.55, 0.90),
        (r"INFO: Combining Events", "combining events", 0.90, 0.95),
        (r"INFO: Running Systematics", "systematics", 0.93, 0.98),
        (r"INFO: Storing parton level", "storing", 0.98, 1.0),
        (r"INFO:\s+Running MadSpin", "decaying: matrix elements", 0.05, 0.50),
        (r"INFO:\s+Estimating the maximum weight", "decaying: largest weight", 0.50, 0.75),
        (r"INFO: Decaying the events", "decaying events", 0.75, 1.0),
        (r".*Running Pythia8", "shower", 0.05, 0.70),
        (r".*Running Delphes", "detector", 0.70, 1.0),
    )
)
_JOBS = re.compile(r"INFO:\s+Idle: (\d+),\s+Running: (\d+),\s+Completed: (\d+)")
_PROBE = re.compile(r"INFO: Event (\d+)/(\d+) :")


class Progress:
    """Reads a log line by line and knows how far the program is.

    Examples
    --------
    >>> progress = Progress()
    >>> progress.read("INFO: Running Survey ")
    Position(stage='survey', fraction=0.4, done=0, total=0)
    >>> progress.read("INFO:  Idle: 1,  Running: 1,  Completed: 2 [ 0.5s ]")
    Position(stage='survey', fraction=0.475, done=2, total=4)
    """

    def __init__(self) -> None:
        self.position = Position("starting", 0.0)
        self._first, self._last = 0.0, 0.0

    def read(self, line: str) -> Position | None:
        """Return the new position if `line` tells of one."""
        line = plain(line)
        for pattern, stage, first, last in _STAGES:
            if pattern.match(line):
                return self._enter(stage, first, last)
        if jobs := _JOBS.match(line):
            waiting, running, finished = (int(n) for n in jobs.groups())
            return self._count(finished, waiting + running + finished)
        if probe := _PROBE.match(line):
            return self._count(int(probe[1]), int(probe[2]))
        return None

    def _enter(self, stage: str, first: float, last: float) -> Position | None:
        if stage == self.position.stage or first < self.position.fraction:
            return None
        self._first, self._last = first, last
        self.position = Position(stage, first)
        return self.position

    def _count(self, done: int, total: int) -> Position | None:
        share = done / total if total else 0.0
        fraction = max(self.position.fraction, self._first + share * (self._last - self._first))
        self.position = Position(self.position.stage, round(fraction, 4), done, total)
        return self.position


class Failure(NamedTuple):
    """A failure that is known by a line of the log."""

    sign: re.Pattern[str]
    """What the line contains."""
    error: Callable[[str], HmlError]
    """Kind of error."""
    message: str
    """Cause and mend; ``{0}`` is what the pattern captured."""


_COMPILATION = re.compile("A compilation Error occurs|Compilation failed|Error: Unable to compile")
_EMBEDDED = "generator='pythia8' needs no installation"
#: What MadGraph passes over, to go on and make something else than was asked.
OVERLOOKED = tuple(
    Failure(re.compile(sign), error, message)
    for sign, error, message in (
        (r'"(?!OFF")(\w+)" not valid option for "(shower|detector)"', MissingProgramError,
         ("{0} is not available as MadGraph's {1}, which would have left it out: give MadGraph the command 'install {0}', or take "
         "the embedded ones, shower='pythia8' and detector='cms'")),
        (r"invalid set command (?:run_card |param_card )?(.+?)\s*$", ArgumentError,
         "MadGraph does not know {0!r}, a card's name and value: check the name in settings or parameters, and a parameter's block"),
    )
)  # fmt: skip
#: What ends a run; the first that is found in the log is reported.
FAILURES = tuple(
    Failure(re.compile(sign), error, message)
    for sign, error, message in (
        (r"No particle (\S+) in model", ProcessError,
         "the model has no particle {0!r}: correct its name in the process, or take the model that has it"),
        (r"No Fortran Compiler detected", MissingProgramError,
         ("MadGraph found no Fortran compiler for the code it wrote: install gfortran (apt install gfortran; conda install -c "
         f"conda-forge fortran-compiler) and run the same call again; {_EMBEDDED}")),
        (r"Survey return zero cross section|Zero result detected", ZeroCrossSectionError,
         ("MadGraph finds a cross section of zero: the cuts in settings leave nothing, a particle in the s-channel has no width in "
         "parameters, or the parton densities are zero for a beam (b quarks with maxjetflavor = 4). Loosen the cuts first")),
        (r"No amplitudes? generated", ProcessError,
         "MadGraph finds no diagram for this process in this model: check charges, flavours and coupling orders (QED=..., QCD=...)"),
        (r"Model not found locally", ProcessError,
         "MadGraph does not find the model: give the name of one in its folder models, or the path of a UFO folder"),
        (r"InvalidCmd : (\S+) can not be mapped to (.+?)\s*$", ArgumentError,
         "MadGraph cannot read {0!r} as {1}: correct that value in settings"),
        (r"Another instance of the program is currently running|AlreadyRunning", PathError,
         "another MadGraph is running in this folder: wait for it, or end it"),
        (r"No space left on device", PathError, "the disk is full: make room and run the same call again, finished stages are kept"),
        (r"lhapdf executable \(\S+\) is not found", MissingProgramError,
         "these settings need LHAPDF, which this MadGraph does not have: take pdlabel='nn23lo1', or install lhapdf (conda-forge has it)"),
        (r"InvalidRunCard : (.+?)\.?\s*$", ArgumentError, "MadGraph refuses the run card: {0}. Correct that value in settings"),
        (r"InvalidCardEdition : value '(.*?)' for entry '(\S+)' is not valid", ArgumentError,
         "MadGraph does not take {1} = {0}; its log lists what it takes. Correct that value in settings"),
        (_COMPILATION.pattern, GeneratorError,
         "the code that MadGraph wrote does not compile; the log has the compiler's words"),
        (r"Nothing to decay", ProcessError,
         "MadSpin has nothing to decay: the particles in decays are not among those the process makes"),
    )
)  # fmt: skip
_GENERAL = re.compile(r"(?:interrupted (?:in sub-command:|with error:)|Error detected in|command not executed)")
_DETAIL = re.compile(r"^(?:\w*(?:Error|Cmd|Exception)|str|KeyError) : (.+)")


def error_in(lines: Iterable[str]) -> HmlError | None:
    """Return the error that a log tells of; None if it tells of none.

    MadGraph ends with exit code 0 whatever happened: only its words and its files count.

    Parameters
    ----------
    lines : iterable of str
        The log.

    Examples
    --------
    >>> error_in(["InvalidCmd : No particle foo in model"])
    ProcessError("the model has no particle 'foo': correct its name in the process, or take the model that has it")
    """
    told = [plain(line) for line in lines]
    found = _first(OVERLOOKED + FAILURES, told)
    if found or not unfinished(told):
        return found
    detail = next((match[1] for line in told if (match := _DETAIL.match(line))), "see the log")
    return GeneratorError(f"MadGraph stopped: {detail}")


def overlooked_in(lines: Iterable[str]) -> HmlError | None:
    """Return the error of a log that MadGraph itself has passed over; None if there is none.

    Examples
    --------
    >>> overlooked_in(["WARNING: invalid set command mass 99 3 "])
    ArgumentError("MadGraph does not know 'mass 99 3', a card's name and value: check the name in settings or parameters, and a parameter's block")
    """
    return _first(OVERLOOKED, [plain(line) for line in lines])


def unfinished(lines: Iterable[str]) -> bool:
    """Tell whether commands of the script were not executed."""
    return any(_GENERAL.search(plain(line)) for line in lines)


def compilation_failed(lines: Iterable[str]) -> bool:
    """Tell whether the code that MadGraph wrote did not compile."""
    return any(_COMPILATION.search(line) for line in lines)


def cross_section(lines: Iterable[str]) -> tuple[float, float] | None:
    """Return the last cross section in a log and its error, pb.

    Examples
    --------
    >>> cross_section(["     Cross-section :   1.961 +- 0.01227 pb"])
    (1.961, 0.01227)
    """
    found = None
    for line in lines:
        match = re.match(r"\s*Cross-section :\s*(\S+) \+- (\S+) pb", plain(line))
        found = (float(match[1]), float(match[2])) if match else found
    return found


def branching_ratio(lines: Iterable[str]) -> float | None:
    """Return the branching ratio MadSpin tells, that of all decays together; None where it tells none.

    Examples
    --------
    >>> branching_ratio(["INFO: Branching ratio to allowed decays: 0.221079 "])
    0.221079
    """
    found = (re.search(r"Branching ratio to allowed decays: (\S+)", plain(line)) for line in lines)
    return next((float(match[1]) for match in found if match), None)


def plain(line: str) -> str:
    """Return a line without colours and line end."""
    return _COLOUR.sub("", line).rstrip("\r\n")


def _first(failures: Iterable[Failure], told: list[str]) -> HmlError | None:
    for failure in failures:
        found = next((match for line in told if (match := failure.sign.search(line))), None)
        if found:
            return failure.error(failure.message.format(*found.groups()))
    return None
