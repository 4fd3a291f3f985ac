"""The conversation with the notebook: what is to be done to its cells, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..cells import Change, Entry
from ..errors import RecordError
from ..provenance import Result
from ..studies import sidecar_paths
from .base import Bench, Panel, Values
from .record import Record, left_out

__all__ = ["Recording"]

THE_RECORD = (
    "This notebook is the record itself, which is written anew after every step: "
    "save it under another name (File, Save Notebook As) before you go on in it."
)


class Recording:
    """Between the page's commits and the journal.

    Parameters
    ----------
    bench : Bench
        Journal and variables.
    panels : mapping
        By name; they turn values into calls.
    ip : InteractiveShell or None
        Runs the text where there is no notebook to write into.
    changed, say : callable
        Show the new state; tell the user a line.
    """

    def __init__(
        self,
        bench: Bench,
        panels: Mapping[str, Panel],
        ip: Any,
        changed: Callable[[], None],
        say: Callable[[str, str | None], None],
    ) -> None:
        self.bench, self.panels, self.ip = bench, panels, ip
        self.journal = bench.journal
        self.changed, self.say = changed, say
        self.way: str | None = None
        self.requests: dict[str, Callable[[Values], Any]] = {
            "attached": self.attached,
            "cells": self.cells,
            "commit": self.commit,
            "applied": self.applied,
            "ran": self.ran,
        }

    def attached(self, values: Values) -> dict[str, Any]:
        """Hear that a view has found its notebook, or that there is none."""
        self.way = "A" if values.get("way") == "A" else "C"
        notebook, cells = _seen(values)
        self.journal.adopt(cells)
        self.journal.notebook_has(cells, notebook, gone=False)
        if notebook.split("/")[-1] == sidecar_paths(self.journal.study)[0].name:
            self.say(THE_RECORD, None)
        self.changed()
        if self.way != "A" or self.journal.read_only:
            return {"ops": []}
        missing = self.journal.missing(notebook)
        runs = not any(e.status == "not run" and e not in missing for e in self.journal.entries)
        changes = []
        for entry in missing:
            runs = runs and entry.is_call  # text of a file that is not one of our calls is shown, never run
            changes.append(Change("upsert", entry, run=runs and entry.status != "running"))
        return {"ops": self._ops(changes, notebook)}

    def cells(self, values: Values) -> dict[str, Any]:
        """Hear which recorded cells stand in the notebook now."""
        notebook, cells = _seen(values)
        bound = dict(self.journal.targets)
        self.journal.notebook_has(cells, notebook)
        for target in bound.keys() - self.journal.targets.keys():
            self._forget(bound[target])
        return {}

    def commit(self, values: Values) -> dict[str, Any]:
        """Record an action and say what is to be done in the notebook."""
        notebook, cells = _seen(values)
        here = values.get("cells") is None
        if not here:
            self.journal.notebook_has(cells, notebook)
        late = [] if here else self.journal.unwritten(notebook)
        changes = self._changes(str(values.get("panel")), str(values.get("action")), values.get("values") or {})
        for change in changes:
            if change.kind == "remove":
                self._forget(change.entry)
        if here:
            self._run_here(changes)
            return {"ops": []}
        known = {change.entry.record_id for change in changes}
        late = [change for change in late if change.entry.record_id not in known]
        return {"ops": self._ops([*late, *changes], notebook)}

    def _changes(self, name: str, action: str, wanted: Values) -> list[Change]:
        panel = self.panels.get(name)
        if panel is None:
            msg = f"the Lab has no panel {name}"
            raise RecordError(msg)
        if isinstance(panel, Record):
            changes = panel.change(action, wanted)
            if action == "run_missing" and panel.foreign():
                self.say(left_out(panel.foreign()), name)
            return changes
        made = panel.actions(action, wanted)
        return [
            change
            for one in made
            for change in self.journal.commit(one.call, panel=name, key=one.key, amend=one.amend, view=one.view)
        ]

    def _ops(self, changes: list[Change], notebook: str) -> list[dict[str, Any]]:
        return self.journal.ops(changes, notebook, imported="hml" in self.bench.namespace)

    def _run_here(self, changes: list[Change]) -> None:
        """Without a notebook to write into: the kernel runs the same text (way C)."""
        if self.ip is None:
            msg = "there is no kernel to run the call in"
            raise RecordError(msg)
        if "hml" not in self.ip.user_ns:
            self.ip.run_cell("import hml_jupyter as hml")
        for place, change in enumerate(changes):
            if change.kind == "upsert" and change.run and not self._runs(change.entry):
                self._stop([later.entry for later in changes[place + 1 :]])
                self._run_here(self.journal.roll_back(change.entry.record_id))
                return

    def _runs(self, entry: Entry) -> bool:
        return bool(self.ip.run_cell(entry.text, silent=False).success)

    def _stop(self, entries: list[Entry]) -> None:
        """Note that steps were not reached."""
        for entry in entries:
            self.journal.finished(entry.record_id, "not run")
            self.forget_unmade(entry)

    def applied(self, values: Values) -> dict[str, Any]:
        """Hear what the plugin has changed in the notebook; a cell that it found edited stays as it is."""
        for outcome in _outcomes(values):
            record_id, what = str(outcome.get("record_id")), outcome.get("outcome")
            if what == "edited":
                self.journal.displaced(record_id)
                self.say("that cell was edited meanwhile: it is kept", None)
            elif what in ("inserted", "amended") and self._entry(outcome):
                self.journal.placed(record_id, _seen(values)[0])
            elif what == "removed":
                self.journal.removed(record_id, _seen(values)[0])
        self.changed()
        return {}

    def ran(self, values: Values) -> dict[str, Any]:
        """Every cell of a commit has run, or was never reached; what failed is taken back."""
        back: list[Change] = []
        for outcome in _outcomes(values):
            entry = self._entry(outcome)
            if entry is None:
                continue
            if entry.status in ("waiting", "running") and outcome.get("ran") in ("error", "aborted"):
                self._stop([entry])
            elif entry.status == "failed":
                back += self.journal.roll_back(entry.record_id)
        self.changed()
        return {"ops": self._ops(back, _seen(values)[0])} if back else {}

    def _entry(self, outcome: Values) -> Entry | None:
        known = {e.record_id: e for e in self.journal.entries}
        return known.get(str(outcome.get("record_id")))

    def forget_unmade(self, entry: Entry) -> None:
        """Let go of the variable of a call that gave nothing: it would be the result of an earlier text."""
        if not entry.ran:
            self._forget(entry)

    def _forget(self, entry: Entry) -> None:
        """Let go of the variable of an entry, if it holds what the entry made."""
        place = entry.path or _loaded(entry)
        if entry.target and place and _path(self.bench.namespace.get(entry.target)) == place:
            del self.bench.namespace[entry.target]


def _seen(values: Values) -> tuple[str, list[Mapping[str, Any]]]:
    """Return the notebook that a page speaks of, and its recorded cells."""
    cells = values.get("cells") or []
    return str(values.get("notebook") or ""), [cell for cell in cells if isinstance(cell, Mapping)]


def _loaded(entry: Entry) -> str | None:
    """Return the folder that an entry loads a result of others from."""
    call = entry.call
    if call is None or call.function != "load_preserved" or not call.arguments:
        return None
    return call.arguments[0] if isinstance(call.arguments[0], str) else None


def _path(value: Any) -> str | None:
    """Return where a result is kept; None for anything else that a variable may hold."""
    return value.path if isinstance(value, Result) else None


def _outcomes(values: Values) -> list[Mapping[str, Any]]:
    return [outcome for outcome in values.get("outcomes") or [] if isinstance(outcome, Mapping)]
