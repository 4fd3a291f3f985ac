"""A run: events, their cross section, and how they were made."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from .. import chunks, provenance
from ..errors import ArgumentError, DamagedError, FileFormatError, PathError
from ..events import RUN_FILE, read_events, read_run, run_batches
from ..finding import find_saved
from ..process import Process
from ..provenance import Result

if TYPE_CHECKING:
    import awkward as ak

    from ..generators.madgraph.diagrams import Diagrams

__all__ = ["VERBS", "Run", "collider_of", "energy_text"]

#: Functions that make runs.
VERBS = ("generate", "shower")
MADGRAPH_LOG = "madgraph.log"


class Run(Result):
    """Generated events, their cross section, and how they were made."""

    _outside: Mapping[str, Any] | None = None
    """Of a run that lies in another program's folder: its ``file``, ``lhe`` and their ``stamps``."""

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
    def process(self) -> Process | None:
        """What was generated; None where only another program's text tells of it, see `text`."""
        if self._summary["process"] is None:
            return None
        stored = {k: v for k, v in self._summary["process"].items() if k != "class"}
        stored["settings"] = {
            k: {int(i) if i.lstrip("-").isdigit() else i: cut for i, cut in v.items()} if isinstance(v, Mapping) else v
            for k, v in stored["settings"].items()
        }
        if stored.get("beams"):
            stored["beams"] = tuple(stored["beams"])
        return Process(stored.pop("process"), **stored)

    @property
    def text(self) -> str:
        """The process with its decays."""
        process = self.process
        return self.label if process is None else process.text

    @property
    def label(self) -> str:
        """Short name for tables: the name of the process, else the process."""
        return str(self._summary["label"])

    @property
    def name(self) -> str:
        """Name in tables: the folder it is in, its own or that of the program that made it, else its label."""
        own = PurePosixPath(self.path).name if self.path else self._summary.get("name")
        return str(own or self.label)

    @property
    def collider(self) -> str:
        """Beams and energy, ``"p p 13 TeV"``."""
        process = self.process
        known = self._summary.get("collider") or (collider_of(process) if process is not None else "")
        return str(known)

    @property
    def versions(self) -> dict[str, str]:
        """Versions of the programs it was made with."""
        made_by = self._summary.get("madgraph")
        return {**self.record["versions"], **({"MG5_aMC@NLO": str(made_by)} if made_by else {})}

    @property
    def lhe(self) -> Path | None:
        """The LHE file it was made from, with all weights; None if it kept none."""
        if self._outside is not None:
            return self._unchanged("lhe")
        name = self._summary.get("lhe")
        return self.folder / name if name else None

    @property
    def log(self) -> str:
        """What the generators were told and said."""
        files = (self.folder / name for name in (MADGRAPH_LOG, chunks.LOG_FILE))
        return Log("".join(file.read_text(encoding="utf-8", errors="replace") for file in files if file.is_file()))

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

        Notes
        -----
        A run without a shower has the particles of the hard process, as `read_events` gives them of an LHE file.
        """
        from .columns import select_columns

        if isinstance(columns, str):
            msg = f"columns must be a list: events([{columns!r}])"
            raise ArgumentError(msg)

        if self._outside is not None:
            return select_columns(read_events(self._unchanged("file")), columns)
        if (self.folder / RUN_FILE).is_file():
            return read_run(self.folder, columns)
        import awkward as ak

        parts = [read_events(self.folder / name) for name in self._summary["files"]]
        return select_columns(parts[0] if len(parts) == 1 else ak.concatenate(parts), columns)

    def to_root(self, path: str | os.PathLike[str]) -> Path:
        """Export the events as a flat ROOT file with Delphes' names, which `read_events` reads back.

        Parameters
        ----------
        path : str or path
            The file. An earlier export is replaced, any other file is not.

        Raises
        ------
        PathError
            Its folder does not exist, or the place belongs to another file.
        """
        from ..rootfile import to_root

        numbers = ("cross_section", "error", "n_events", "sum_of_weights", "seed", "generator", "detector")
        about = {"process": self.text, "collider": self.collider, **{name: self._summary[name] for name in numbers}}
        inside = self._outside is None and (self.folder / RUN_FILE).is_file()
        return to_root(run_batches(self.folder) if inside else self.events(), path, about=about)

    def diagrams(self) -> Diagrams:
        """Return the Feynman diagrams that MadGraph drew; a notebook shows them.

        Raises
        ------
        PathError
            The run has none: only those of ``generator="madgraph5"`` have.
        MissingProgramError
            Ghostscript, which turns them into pictures, is not installed.
        """
        from ..generators.madgraph.diagrams import draw

        return draw(self.folder / "diagrams", self.label)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Run:
        """Open a saved run.

        Raises
        ------
        PathError, DamagedError
            There is none, its files have changed, or it is another kind of result.
        """
        verb = find_saved("a saved run", path)[1]["recipe"]["verb"]
        if verb not in VERBS:
            msg = f"{path} was made by {verb}, not by {' or '.join(VERBS)}"
            raise FileFormatError(msg)
        return provenance.open_result(path, verb, lambda _: cls())

    @classmethod
    def from_madgraph(cls, folder: str | os.PathLike[str], run: str | None = None) -> Run:
        """Open a run of MadGraph5_aMC@NLO that was made elsewhere; nothing of it is copied or changed.

        Parameters
        ----------
        folder : str or path
            An output of MadGraph: the folder with ``Events``.
        run : str, optional
            Name of the run, ``"run_01"``; needed if there are several. That of a multi-run has the events of all its parts.

        Returns
        -------
        Run
            With Delphes' events where Delphes ran, else the particles of the hard process.

        Raises
        ------
        PathError
            The folder is no output of MadGraph, or holds several runs and none is named; they are listed.
        UnknownNameError
            There is no such run.
        GeneratorError
            Cross sections of header and banner differ.
        """
        from .outside import open_madgraph

        return open_madgraph(cls, folder, run)

    def __repr__(self) -> str:
        """Name what was generated and how much of it."""
        s = self._summary
        return f"<Run {s['label']!r}: {self.n_events} events, {self.cross_section:.4g} +- {self.error:.2g} pb>"

    def _unchanged(self, name: str) -> Path:
        assert self._outside is not None
        file: Path = self._outside[name]
        if not file.is_file():
            msg = f"{file} is not there any more; open the run again"
            raise PathError(msg)
        now = file.stat()
        if (now.st_size, now.st_mtime_ns) != self._outside["stamps"][name]:
            msg = f"{file} has changed since the run was opened; open it again"
            raise DamagedError(msg)
        return file

    @property
    def _summary(self) -> dict[str, Any]:
        values: dict[str, Any] = self.record["summary"]
        return values


class Log(str):
    """A text that shows itself line by line."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return the text as it is."""
        return str(self)


def collider_of(process: Process) -> str:
    """Return beams and energy of a process.

    Examples
    --------
    >>> collider_of(Process("p p > z z")), collider_of(Process("e+ e- > mu+ mu-", ecm=250))
    ('p p 13 TeV', 'e+ e- 250 GeV')
    """
    first = process.process if isinstance(process.process, str) else process.process[0]
    return f"{first.partition('>')[0].strip()} {energy_text(process.beams, process.ecm)}"


def energy_text(beams: tuple[float, float] | None, ecm: float) -> str:
    """Return collision energy, or that of both beams where they differ, GeV given.

    Examples
    --------
    >>> energy_text(None, 13_000), energy_text((27.5, 920.0), 318.1)
    ('13 TeV', '27.5 x 920 GeV')
    """
    if beams is not None and beams[0] != beams[1]:
        return f"{beams[0]:g} x {beams[1]:g} GeV"
    return f"{ecm / 1000:g} TeV" if ecm >= 1000 else f"{ecm:g} GeV"
