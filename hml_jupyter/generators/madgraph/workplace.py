"""The folder MadGraph works in: which stages are finished there, running one more, how far the whole is."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ... import progress
from ...canonical import read_json, write_json
from ...errors import PathError
from ...executors import usable_cores
from . import driver, log, outputs
from .program import Program, environment, is_plain, scratch

__all__ = ["LOG_FILE", "Workplace"]

LOG_FILE = "madgraph.log"
#: Without Python's asserts, as MadGraph restarts itself otherwise, through a shell; without warnings about its own code.
_PYTHON_OPTIONS = ("-O", "-W", "ignore::DeprecationWarning")


class Workplace:
    """A folder for one result's work, kept until the result is whole."""

    output: Path
    """MadGraph's output: code, cards, runs."""
    cores: int
    """Cores it may use."""

    def __init__(self, folder: Path, program: Program, shares: Mapping[str, float], label: str) -> None:
        """Open the workplace of a result; what another MadGraph has left there is removed.

        Parameters
        ----------
        folder : Path
            The result's.
        program : Program
            MadGraph.
        shares : mapping of str to float
            Every stage, in order, and its share of the time; together 1.
        label : str
            For progress.
        """
        self.folder, self.program, self._shares, self._label = folder, program, shares, label
        self.place = _place(folder)
        self.output = self.place / "output"
        self.cores = usable_cores()
        self._notes = self.place / "stages.json"
        self._about = [str(program.root), program.version]
        known = read_json(self._notes) if self._notes.is_file() else {}
        if known.get("program") != self._about:
            shutil.rmtree(self.place, ignore_errors=True)
        _make_own(self.place)
        self._finished: list[str] = known["finished"] if known.get("program") == self._about else []
        self._began, self._start = time.monotonic(), self._done()

    def finished(self, stage: str) -> bool:
        """Tell whether a stage has been finished here, now or before an interrupt."""
        return stage in self._finished

    def finish(self, stage: str) -> None:
        """Note that a stage is finished: its files have been checked."""
        self._finished.append(stage)
        write_json(self._notes, {"program": self._about, "finished": self._finished})

    def remove(self) -> None:
        """Remove the folder with everything in it."""
        shutil.rmtree(self.place, ignore_errors=True)

    def mg5(self, stage: str, text: str, run: str | None = None) -> list[str]:
        """Give MadGraph a script and return what it said; `run` is what it makes, removed if it does not come to its end."""
        return self._run(stage, text, self.program.root / "bin" / "mg5_aMC", self.place, run)

    def madevent(self, stage: str, text: str, run: str) -> list[str]:
        """Give the program of the output a script, likewise."""
        return self._run(stage, text, self.output / "bin" / "madevent", self.output, run)

    def _run(self, stage: str, text: str, program: Path, folder: Path, run: str | None) -> list[str]:
        file = self.place / f"{stage.replace(' ', '_')}.mg5"
        file.write_text(text, encoding="utf-8")
        with (self.folder / LOG_FILE).open("a", encoding="utf-8") as kept:
            kept.write(f"--- {stage}\n{text}---\n")
        reader = log.Progress()

        def hear(line: str) -> None:
            position = reader.read(line)
            if position is not None:
                self._report(stage, position)

        command = [self.program.python, *_PYTHON_OPTIONS, str(program), str(file)]
        try:
            return driver.run(command, folder, environment(self.program, self.place), self.folder / LOG_FILE, hear)
        except BaseException:
            if run is None:
                shutil.rmtree(self.output, ignore_errors=True)
            else:
                outputs.clean(self.output, run)
            raise

    def _report(self, stage: str, position: log.Position) -> None:
        fraction = min(self._done() + position.fraction * self._shares[stage], 0.999)
        elapsed, gained = time.monotonic() - self._began, fraction - self._start
        jobs = f", {position.done} of {position.total} jobs" if position.total else ""
        part = f" {stage.rsplit(maxsplit=1)[-1]}" if len(self._shares) > 2 and " " in stage else ""
        remaining: dict[str, Any] = {"remaining": elapsed * (1 - fraction) / gained} if gained > 0.02 else {}
        text = f"generating {self._label}: {position.stage}{part}{jobs}"
        progress.report(fraction, text, stage=position.stage, **remaining)

    def _done(self) -> float:
        return sum(self._shares.get(stage, 0.0) for stage in self._finished)


def _place(folder: Path) -> Path:
    """Return where MadGraph works: in the result's folder, or elsewhere if that has a name its shell scripts and make break at."""
    place = folder.resolve() / "mg5"
    if is_plain(place):
        return place
    name = hashlib.sha256(str(place).encode()).hexdigest()[:16]
    return scratch() / f"hml-mg5-{os.getuid()}-{name}"


def _make_own(place: Path) -> None:
    """Make a folder that nobody else can write to; refuse one that is somebody else's."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if place.is_symlink() or place.lstat().st_uid != os.getuid():
        msg = f"{place} belongs to another user; MadGraph would work there"
        raise PathError(msg)
