"""The Lab: a study in a notebook, every click a recorded cell."""

from __future__ import annotations

import os
import threading
import traceback
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

import anywidget
import traitlets

from .. import __version__, progress
from ..cells import Change, Entry
from ..errors import HmlError, PathError, RecordError
from ..journal import Journal, open_journal
from .base import Bench, Panel, Values
from .cuts import Cuts
from .kernel import Hooks, shell
from .observables import Observables
from .processes import Processes
from .record import Record
from .training import Training

__all__ = ["Lab"]

_STATIC = Path(__file__).parent.parent / "static"


class Lab(anywidget.AnyWidget):
    """Configure, generate, cut and train by mouse or keyboard; the notebook keeps the calls.

    Parameters
    ----------
    study : str
        The study's folder, relative to the notebook. It is made if it is missing; one that exists is opened again.

    Raises
    ------
    PathError
        The folder is outside the working folder, cannot be written, or is not a study.

    Examples
    --------
    >>> lab = Lab("study")  # doctest: +SKIP
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
    record = traitlets.Dict(help="State of the panel.").tag(sync=True)

    _ip: Any = None

    def __init__(self, study: str, **options: Any) -> None:
        pure = PurePosixPath(study)
        if not study or pure.is_absolute() or ".." in pure.parts or "\\" in study or pure == PurePosixPath("."):
            msg = f"the study {study!r} must be a folder inside the working folder"
            raise PathError(msg)
        self._ip = shell()
        self._busy = threading.RLock()
        self.journal: Journal = open_journal(Path(study))
        self._way: str | None = None
        self._running: Entry | None = None
        namespace = self._ip.user_ns if self._ip else {}
        self.bench = Bench(self.journal, pure.as_posix(), namespace)
        self.panels: dict[str, Panel] = {
            kind.name: kind(self.bench) for kind in (Processes, Observables, Cuts, Training, Record)
        }
        super().__init__(study=self.journal.name, **options)
        self.on_msg(self._hear)
        self.journal.observe(self.refresh)
        if self._ip:
            Hooks.of(self._ip).listeners.append(self)
        self.refresh()

    def close(self) -> None:
        """End the widget; the record stays."""
        if self._ip and self in Hooks.of(self._ip).listeners:
            Hooks.of(self._ip).listeners.remove(self)
        super().close()

    def __repr__(self) -> str:
        """Tell what is recorded, for places without a page."""
        return f"Lab({self.study!r}): {len(self.journal.entries)} recorded cells"

    # cells --------------------------------------------------------------------------------------------------------

    def cell_started(self, entry: Entry | None) -> None:
        """Show that a cell runs."""
        self._running = entry
        self._set_header()

    def cell_progressed(self, entry: Entry | None, report: progress.Report, rate: str | None, left: str | None) -> None:
        """Send progress to the page; the traits stay as they are."""
        if report.is_notice:
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
                "curves": report.data.get("curves"),
            }
        )

    def cell_finished(self, entry: Entry | None, status: str, error: str | None) -> None:
        """Bring the result of a cell to its panel."""
        self._running = None
        self.refresh()
        if entry is not None:
            offer = self.panels[entry.panel].offer(entry) if status == "interrupted" and entry.panel in self.panels else None
            message = {"type": "result", "record_id": entry.record_id, "panel": entry.panel, "status": status}
            self.send({**message, "error": error, "offer": offer})

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

    def _set_header(self) -> None:
        running = self._running
        text = running.source.split("\n")[0] if running else ""
        self.header = {
            "cores": os.cpu_count(),
            "memory": None,
            "way": self._way,
            "way_text": WAYS[self._way],
            "read_only": self.journal.read_only,
            "running": {"record_id": running.record_id, "panel": running.panel, "text": text} if running else None,
        }

    # messages -----------------------------------------------------------------------------------------------------

    def _hear(self, _: Any, content: Any, __: Any) -> None:
        """Answer a request of the page; whatever goes wrong is shown where it was asked."""
        if not isinstance(content, dict) or content.get("type") != "request":
            return
        reply: dict[str, Any] = {"type": "reply", "id": content.get("id"), "ok": True}
        buffers: list[Any] = []
        try:
            with self._busy:
                value = self._answer(str(content["panel"]), str(content["action"]), content.get("values") or {})
            if isinstance(value, tuple):
                value, buffers = value
            reply["value"] = value
        except HmlError as error:
            reply |= {"ok": False, "error": str(error), "field": getattr(error, "field", None)}
        except Exception as error:
            text = "".join(traceback.format_exception_only(error)).strip()
            reply |= {"ok": False, "error": f"unexpected: {text}", "field": None}
            self.log.exception("a request of the page failed")
        self.send(reply, buffers)

    def _answer(self, panel: str, action: str, values: Values) -> Any:
        if panel == "lab":
            handlers: dict[str, Callable[[Values], Any]] = {
                "attached": self._attached,
                "cells": self._cells,
                "commit": self._commit,
                "applied": self._applied,
                "ran": self._ran,
            }
            handler = handlers.get(action)
        elif panel in self.panels:
            handler = self.panels[panel].check if action == "check" else self.panels[panel].requests.get(action)
        else:
            handler = None
        if handler is None:
            msg = f"the Lab has no request {panel}/{action}"
            raise RecordError(msg)
        return handler(values)

    def _attached(self, values: Values) -> dict[str, Any]:
        """Hear that a view has found its notebook, or that there is none."""
        self._way = "A" if values.get("way") == "A" else "C"
        self.journal.notebook_has(values.get("cells") or [], gone=False)
        self.refresh()
        if self._way != "A" or self.journal.read_only:
            return {"ops": []}
        missing = [e for e in self.journal.entries if e.cell == "missing"]
        waiting = any(e.status == "not run" and e.cell != "missing" for e in self.journal.entries)
        changes = [Change("upsert", e, run=not waiting and e.status != "running") for e in missing]
        return {"ops": self.journal.ops(changes)}

    def _cells(self, values: Values) -> dict[str, Any]:
        bound = dict(self.journal.targets)
        self.journal.notebook_has(values.get("cells") or [])
        for target in bound.keys() - self.journal.targets.keys():
            self._forget(bound[target])
        return {}

    def _commit(self, values: Values) -> dict[str, Any]:
        """Record an action and say what is to be done in the notebook."""
        cells = values.get("cells")
        if cells is not None:
            self.journal.notebook_has(cells)
        name, wanted = str(values.get("panel")), values.get("values") or {}
        if name == "record":
            changes = self._record_panel.change(str(values.get("action")), wanted)
        else:
            if name not in self.panels:
                msg = f"the Lab has no panel {name}"
                raise RecordError(msg)
            action = self.panels[name].action(str(values.get("action")), wanted)
            changes = self.journal.commit(action.call, panel=name, key=action.key, amend=action.amend)
        for change in changes:
            if change.kind == "remove":
                self._forget(change.entry)
        if cells is None:
            self._run_here(changes)
            return {"ops": []}
        return {"ops": self.journal.ops(changes)}

    @property
    def _record_panel(self) -> Record:
        panel = self.panels["record"]
        assert isinstance(panel, Record)
        return panel

    def _run_here(self, changes: list[Change]) -> None:
        """Without a notebook to write into: the kernel runs the same text (way C)."""
        if self._ip is None:
            msg = "there is no kernel to run the call in"
            raise RecordError(msg)
        if "hml" not in self._ip.user_ns:
            self._ip.run_cell("import hml_jupyter as hml")
        for change in changes:
            if change.kind == "upsert" and change.run:
                self._ip.run_cell(change.entry.source, silent=False)

    def _applied(self, values: Values) -> dict[str, Any]:
        """Hear what the plugin has changed in the notebook; a cell that it found edited stays as it is."""
        for outcome in values.get("outcomes") or []:
            entry = self._entry(outcome)
            if entry is None:
                continue
            if outcome.get("outcome") == "edited":
                self.journal.displaced(entry.record_id)
                self.send({"type": "notice", "panel": entry.panel, "text": "that cell was edited meanwhile: it is kept"})
            elif outcome.get("outcome") in ("inserted", "amended"):
                self.journal.placed(entry.record_id)
        self.refresh()
        return {}

    def _ran(self, values: Values) -> dict[str, Any]:
        """Every cell of a commit has run, or was never reached; what failed is taken back."""
        back: list[Change] = []
        for outcome in values.get("outcomes") or []:
            entry = self._entry(outcome)
            if entry is None:
                continue
            if entry.status in ("waiting", "running") and outcome.get("ran") in ("error", "aborted"):
                self.journal.finished(entry.record_id, "not run")
            elif entry.status == "failed":
                back += self.journal.roll_back(entry.record_id)
        self.refresh()
        return {"ops": self.journal.ops(back)} if back else {}

    def _entry(self, outcome: Any) -> Entry | None:
        known = {e.record_id: e for e in self.journal.entries}
        return known.get(str(outcome.get("record_id"))) if isinstance(outcome, dict) else None

    def _forget(self, entry: Entry) -> None:
        if entry.target:
            self.bench.namespace.pop(entry.target, None)


#: How the page records, in words.
WAYS: dict[str | None, str] = {
    None: "not shown in a notebook yet",
    "A": "recording into this notebook",
    "C": "no notebook to write into: the cells are kept beside the study, under Record",
}
