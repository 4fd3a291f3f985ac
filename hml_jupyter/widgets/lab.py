"""The Lab: a study in a notebook, every click a recorded cell."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

import anywidget
import traitlets

from .. import __version__, progress
from ..cells import Entry
from ..errors import RecordError
from ..executors import usable_cores
from ..journal import Journal, open_journal
from ..pack import packed_name, unpack
from ..studies import MARK, inside
from .base import Bench, Panel, Values
from .cuts import Cuts
from .kernel import Hooks, Run, is_rerun, running_cell, shell
from .models import thinned
from .observables import Observables
from .preserving import Preserving
from .processes import Processes
from .record import Record
from .recording import Recording
from .replies import reply_to
from .training import Training

__all__ = ["Lab"]

_STATIC = Path(__file__).parent.parent / "static"


class Lab(anywidget.AnyWidget):
    """Configure, generate, cut and train by mouse or keyboard; the notebook keeps the calls.

    Parameters
    ----------
    study : str
        The study's folder, relative to the notebook. It is made if it is missing; one that exists is opened again. A packed study,
        ``"study.zip"``, is unpacked here first.

    Raises
    ------
    PathError
        The folder is outside the working folder, cannot be written, or is not a study.

    Examples
    --------
    In a cell of a notebook::

        lab = hml.Lab("study")
        lab
    """

    _esm = _STATIC / "lab.js"
    _css = _STATIC / "lab.css"

    study = traitlets.Unicode(help="The study's folder as it was given.").tag(sync=True)
    version = traitlets.Unicode(__version__, help="Version of the kernel's side.").tag(sync=True)
    tab = traitlets.Unicode("processes", help="The panel that is shown.").tag(sync=True)
    drafts = traitlets.Dict(help="What was typed into the forms, by panel; kept over a page reload.").tag(sync=True)
    header = traitlets.Dict(help="Cores, way of recording, why read-only, what runs.").tag(sync=True)
    counts = traitlets.Dict(help="The small text of each tab.").tag(sync=True)
    processes = traitlets.Dict(help="State of the panel.").tag(sync=True)
    observables = traitlets.Dict(help="State of the panel.").tag(sync=True)
    cuts = traitlets.Dict(help="State of the panel.").tag(sync=True)
    training = traitlets.Dict(help="State of the panel.").tag(sync=True)
    preserve = traitlets.Dict(help="State of the panel.").tag(sync=True)
    record = traitlets.Dict(help="State of the panel.").tag(sync=True)

    _ip: Any = None
    _made_by: Run | None = None
    _observes = False

    def __init__(self, study: Any, **options: Any) -> None:
        study = os.fspath(study) if isinstance(study, os.PathLike) else study
        if isinstance(study, str) and study.lower().endswith(".zip"):
            study = _unpacked(study)
        inside(study, "the study ")
        self._ip = shell()
        self._busy = threading.RLock()
        self.journal: Journal = open_journal(Path(study))
        self._running: Entry | None = None
        namespace = self._ip.user_ns if self._ip else {}
        self.bench = Bench(self.journal, PurePosixPath(study).as_posix(), namespace)
        self.panels: dict[str, Panel] = {
            kind.name: kind(self.bench) for kind in (Processes, Observables, Cuts, Training, Preserving, Record)
        }
        self._recording = Recording(self.bench, self.panels, self._ip, self._changed, self._say)
        self._made_by = running_cell(self._ip)
        for lab in self._earlier():
            lab.close()
        super().__init__(study=self.journal.name, **options)
        self.on_msg(self._hear)
        self.comm.on_close(lambda _: self.close())
        self.journal.observe(self.refresh)
        self._observes = True
        if self._ip:
            Hooks.of(self._ip).listeners.append(self)
        self.refresh()

    def close(self) -> None:
        """End the widget; the record stays."""
        if self._ip and self in Hooks.of(self._ip).listeners:
            Hooks.of(self._ip).listeners.remove(self)
        if self._observes:
            self.journal.unobserve(self.refresh)
        super().close()

    def _earlier(self) -> list[Lab]:
        """Return the Labs of this study that an earlier run of this cell has made: nobody sees them any more."""
        known = Hooks.of(self._ip).listeners if self._ip and self._made_by else ()
        return [
            lab
            for lab in known
            if isinstance(lab, Lab) and lab.journal is self.journal and is_rerun(lab._made_by, self._made_by)
        ]

    def __repr__(self) -> str:
        """Tell what is recorded, for places without a page."""
        return f"Lab({self.study!r}): {len(self.journal.entries)} recorded cells"

    # cells --------------------------------------------------------------------------------------------------------

    def cell_started(self, entry: Entry | None) -> None:
        """Show that a cell runs."""
        self._running = entry
        if entry is not None and entry.target:
            self.bench.notes.pop(entry.target, None)
        self._set_header()

    def cell_progressed(self, entry: Entry | None, report: progress.Report, rate: str | None, left: str | None) -> None:
        """Send progress to the page; the traits stay as they are."""
        if report.is_notice:
            if entry is not None and entry.target:
                self.bench.notes.setdefault(entry.target, []).append(report.text)
            self.send({"type": "notice", "text": report.text, "panel": entry.panel if entry else None})
            return
        self.send(
            {
                "type": "progress",
                "record_id": entry.record_id if entry else None,
                "panel": entry.panel if entry else None,
                "fraction": report.fraction,
                "text": report.text,
                "rate": rate,
                "left": left,
                "history": thinned(curves) if (curves := report.data.get("curves")) else None,
            }
        )

    def cell_finished(self, entry: Entry | None, status: str, error: str | None) -> None:
        """Bring the result of a cell to its panel."""
        self._running = None
        if entry is not None and status == "interrupted":
            self._recording.forget_unmade(entry)
        self.refresh()
        if entry is not None:
            message = {"type": "result", "record_id": entry.record_id, "panel": entry.panel, "status": status}
            self.send({**message, "error": error})

    def refresh(self) -> None:
        """Send every panel's state, where it has changed."""
        with self._busy, self.hold_trait_notifications():
            for name, panel in self.panels.items():
                setattr(self, name, self._state(panel))
            self.counts = {name: panel.count() for name, panel in self.panels.items()}
            self._set_header()

    def _state(self, panel: Panel) -> dict[str, Any]:
        """Return a panel's state; one that cannot be computed must not take the others along."""
        try:
            return panel.state()
        except Exception as error:
            self.log.exception("the state of the panel %s failed", panel.name)
            return {"empty": f"This panel cannot be shown: {error}", "go": "record"}

    def _changed(self) -> None:
        self.refresh()

    def _say(self, text: str, panel: str | None) -> None:
        self.send({"type": "notice", "panel": panel, "text": text})

    def _set_header(self) -> None:
        running = self._running
        text = running.source.split("\n")[0] if running else ""
        self.header = {
            "cores": usable_cores(),
            "way": self._recording.way,
            "way_text": WAYS[self._recording.way],
            "read_only": self.journal.read_only,
            "running": {"record_id": running.record_id, "panel": running.panel, "text": text} if running else None,
        }

    # messages -----------------------------------------------------------------------------------------------------

    def _hear(self, _: Any, content: Any, __: Any) -> None:
        """Answer a request of the page."""
        with self._busy:
            found = reply_to(content, self._answer, self.log)
        if found:
            self.send(*found)

    def _answer(self, panel: str, action: str, values: Values) -> Any:
        handler: Callable[[Values], Any] | None
        if panel == "lab":
            handler = self._recording.requests.get(action)
        elif panel in self.panels:
            handler = self.panels[panel].check if action == "check" else self.panels[panel].requests.get(action)
        else:
            handler = None
        if handler is None:
            msg = f"the Lab has no request {panel}/{action}"
            raise RecordError(msg)
        return handler(values)


#: How the page records, in words.
WAYS: dict[str | None, str] = {
    None: "not shown in a notebook yet",
    "A": "recording into this notebook",
    "C": "no notebook to write into: the cells are kept beside the study, under Record",
}


def _unpacked(file: str) -> str:
    """Return the study of a packed one; what was unpacked here before, and perhaps changed since, stays as it is."""
    name = packed_name(file)
    if (Path(name) / MARK).is_file():
        progress.notice(f"{name} is here already and is opened as it is; {file} is not unpacked again")
        return name
    return unpack(file, Path.cwd()).name
