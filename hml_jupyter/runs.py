"""Runs: generated events with their cross section, made in chunks and kept in a folder."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from . import chunks, provenance
from .calls import named
from .errors import ArgumentError, UnknownNameError
from .events import read_run
from .process import Process
from .provenance import Recipe, Result
from .registry import Shown

if TYPE_CHECKING:
    from pathlib import Path

    import awkward as ak

__all__ = ["Run", "RunSummary", "SummaryRow", "generate", "summary"]

#: Raised when the same arguments give other events.
VERSION = 1
#: Largest number of events, and largest seed.
MOST = 1_000_000_000
GENERATORS = ("pythia8",)


class Run(Result):
    """Generated events, their cross section, and how they were made."""

    @property
    def cross_section(self) -> float:
        """Cross section times branching ratios, pb."""
        return float(self._summary["cross_section"])

    @property
    def error(self) -> float:
        """Statistical error of the cross section, pb."""
        return float(self._summary["error"])

    @property
    def n_events(self) -> int:
        """Number of generated events."""
        return int(self._summary["n_events"])

    @property
    def sum_of_weights(self) -> float:
        """Sum of the weights of all generated events; the cross section belongs to it."""
        return float(self._summary["sum_of_weights"])

    @property
    def seed(self) -> int:
        """Seed of the call."""
        return int(self._summary["seed"])

    @property
    def generator(self) -> str:
        """Name of the generator."""
        return str(self._summary["generator"])

    @property
    def detector(self) -> str | None:
        """Name of the detector; None for the truth."""
        name: str | None = self._summary["detector"]
        return name

    @property
    def process(self) -> Process:
        """What was generated."""
        stored = dict(self._summary["process"])
        by_pdg = {
            k: {int(i): cut for i, cut in v.items()} if isinstance(v, Mapping) else v
            for k, v in stored["settings"].items()
        }
        return Process(
            stored["process"], decays=stored["decays"], name=stored["name"], ecm=stored["ecm"], settings=by_pdg
        )

    @property
    def versions(self) -> dict[str, str]:
        """Versions of the programs it was made with."""
        return dict(self.record["versions"])

    @property
    def log(self) -> str:
        """What the generator was told and said, chunk by chunk."""
        return (self.folder / chunks.LOG_FILE).read_text(encoding="utf-8")

    def events(self, columns: Sequence[str] | None = None) -> ak.Array:
        """Return the events.

        Parameters
        ----------
        columns : sequence of str, optional
            Branches or fields such as ``["Jet.PT", "MissingET"]``; all by default.

        Raises
        ------
        UnknownNameError
            A column that is not in the event model.
        """
        return read_run(self.folder, columns)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Run:
        """Open a saved run.

        Raises
        ------
        PathError, DamagedError, FileFormatError
            There is none, its files have changed, or it is another kind of result.
        """
        return provenance.open_result(path, "generate", lambda _: cls())

    def __repr__(self) -> str:
        """Name what was generated and how much of it."""
        s = self._summary
        return f"<Run {s['label']!r}: {self.n_events} events, {self.cross_section:.4g} +- {self.error:.2g} pb>"

    @property
    def _summary(self) -> dict[str, Any]:
        values: dict[str, Any] = self.record["summary"]
        return values


@named
def generate(
    process: Process | str,
    *,
    decays: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    ecm: float = 13_000,
    events: int = 10_000,
    seed: int,
    generator: str = "pythia8",
    detector: str | None = "cms",
    path: str | None = None,
) -> Run:
    """Generate events of a process.

    Parameters
    ----------
    process : Process or str
        The process; `decays`, `settings` and `ecm` (GeV) complete a text, as in `Process`.
    events : int
        How many.
    seed : int
        Everything random comes from it; the content is the same for any number of workers.
    generator : str
        ``"pythia8"``: leading order, shower, multiparton interactions and hadrons by the embedded Pythia8.
    detector : str or None
        ``"cms"``: parametric detector with the numbers of the Delphes CMS card; None: particles as generated.
    path : str, optional
        Folder for the result, relative to the working folder. The same call loads it instead of computing again.

    Returns
    -------
    Run
        Events and cross section in pb.

    Raises
    ------
    ArgumentError, ProcessError, UnknownNameError
        Before anything runs: a number that is not positive, a process that is not made, a name that does not exist.
    GeneratorError
        The generator fails.

    Notes
    -----
    An interrupt keeps the finished chunks; the next call with the same arguments goes on from them.
    """
    from .generators.detector import DETECTORS

    what = _process(process, decays, settings, ecm)
    if generator not in GENERATORS:
        raise UnknownNameError("generator", str(generator), GENERATORS)
    if detector not in list(DETECTORS):
        raise UnknownNameError("detector", str(detector), [str(d) for d in DETECTORS])
    n_events, seed = _whole("events", events, 1), _whole("seed", seed, 0)
    what.to_pythia()
    arguments = {"process": what, "events": n_events, "seed": seed, "generator": generator, "detector": detector}
    recipe = Recipe("generate", VERSION, arguments, stops=("events",))

    def write(folder: Path) -> provenance.Written:
        return chunks.write_run(folder, what, n_events, seed, generator, detector)

    return provenance.produce(path, recipe, write, lambda _: Run())


class SummaryRow(NamedTuple):
    """One run in a summary."""

    name: str
    """Name of the process, or the process."""
    process: str
    """The process with its decays."""
    cross_section: float
    """pb."""
    error: float
    """Its statistical error, pb."""
    n_events: int
    """Generated events."""
    seed: int
    """Seed of the call."""
    generator: str
    """Generator and detector."""


@dataclass(frozen=True)
class RunSummary(Shown):
    """A table of runs."""

    rows: tuple[SummaryRow, ...]
    """One for each run, in the given order."""


@named
def summary(runs: Any) -> RunSummary:
    """Return a table of runs: cross sections, numbers of events, seeds.

    Parameters
    ----------
    runs : list of Run
        One run alone is a table too.

    Raises
    ------
    ArgumentError
        Something in `runs` is not a Run.
    """
    listed = [runs] if isinstance(runs, Run) or not isinstance(runs, Iterable) else list(runs)
    for run in listed:
        if not isinstance(run, Run):
            msg = f"summary needs a list of runs, hml.summary([zz, qcd]); {run!r} is none"
            raise ArgumentError(msg)
    return RunSummary(tuple(_row(run) for run in listed))


def _row(run: Run) -> SummaryRow:
    p = run.process
    how = f"{run.generator}, {run.detector}" if run.detector else run.generator
    name = PurePosixPath(run.path).name if run.path else p.label
    return SummaryRow(name, p.text, run.cross_section, run.error, run.n_events, run.seed, how)


def _process(process: Process | str, decays: Sequence[str], settings: Mapping[str, Any] | None, ecm: float) -> Process:
    if not isinstance(process, Process):
        return Process(process, decays=decays, ecm=ecm, settings=settings or {})
    if decays or settings or not math.isclose(ecm, 13_000):
        msg = "decays, settings and ecm belong to the Process that is given; change them there"
        raise ArgumentError(msg)
    return process


def _whole(name: str, value: Any, least: int) -> int:
    if isinstance(value, bool) or not hasattr(value, "__index__") or value < least:
        msg = f"{name} must be a whole number of at least {least}, not {value!r}"
        raise ArgumentError(msg)
    if value > MOST:
        msg = f"{name}={value} is too large; it can be at most {MOST:_}"
        raise ArgumentError(msg)
    return int(value)
