"""The Record panel: the timeline, and the way back."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from typing import Any, ClassVar

from ..calls import Call
from ..cells import Change, Entry
from ..display import count, number, with_error
from ..errors import HmlError, RecordError
from ..provenance import Result
from ..studies import sidecar_paths
from .base import Action, FieldError, Panel, Values

__all__ = ["Record"]

#: Steps whose result is not there, and which can be run again.
UNMADE = ("not run", "failed", "interrupted")


class Record(Panel):
    """Every recorded cell in order; undo, redo, edit, replay."""

    name: ClassVar[str] = "record"

    def __init__(self, bench: Any) -> None:
        super().__init__(bench)
        self._replay: dict[str, Any] | None = None
        self.requests = {
            "undo_plan": self.undo_plan,
            "check_edit": self.check_edit,
            "replay": self.replay,
            "export": self.export,
        }

    def count(self) -> str:
        """Return how many cells are recorded."""
        cells = len(self.bench.journal.entries)
        return f"{cells} cell{'' if cells == 1 else 's'}" if cells else ""

    def state(self) -> dict[str, Any]:
        """Return the timeline."""
        journal = self.bench.journal
        undo, redo = journal.next_undo, journal.next_redo
        return {
            "entries": [self._row(number, entry) for number, entry in enumerate(journal.entries, 1)],
            "undo": {"text": undo} if undo else None,
            "redo": {"text": redo} if redo else None,
            "sidecar": sidecar_paths(journal.study)[0].name,
            "order_differs": journal.order_differs,
            "replay": self._replay,
            "not_run": sum(e.status in UNMADE for e in journal.entries),
        }

    def action(self, name: str, values: Values) -> Action:
        """Refuse: the panel changes the record, it adds no call of its own."""
        msg = f"the Record panel writes no call for {name!r} {dict(values)}"
        raise RecordError(msg)

    def change(self, name: str, values: Values) -> list[Change]:
        """Carry out an action on the record and return what is to be done in the notebook."""
        journal = self.bench.journal
        if name == "undo":
            record_id = values.get("record_id")
            return journal.undo(str(record_id) if record_id else None)
        if name == "redo":
            return journal.redo()
        if name == "run_missing":
            return self._run_missing()
        if name == "edit":
            plan = self._plan(values)
            return [c for old, call in plan for c in journal.commit(call, panel=old.panel, key=old.key, amend=False)]
        msg = f"the Record panel has no action {name!r}"
        raise RecordError(msg)

    def foreign(self) -> list[Entry]:
        """Return the steps that are to be run and hold more than a call of ours: that is for the user to run."""
        return [e for e in self.bench.journal.entries if e.status in UNMADE and not e.is_call]

    def _run_missing(self) -> list[Change]:
        missing = [e for e in self.bench.journal.entries if e.status in UNMADE]
        ours = [e for e in missing if e.is_call]
        if missing and not ours:
            raise RecordError(left_out(missing))
        # an edited cell that has its recorded text again is run as it stands
        now = [e.changed(edited=None) if e.cell == "here" else e for e in ours]
        return [Change("upsert", e, expected_sha256=e.sha256) for e in now]

    def undo_plan(self, values: Values) -> dict[str, Any]:
        """Return the steps that go when one is taken back."""
        journal = self.bench.journal
        if values.get("record_id"):
            entry = journal.get(str(values["record_id"]))
            return {"entries": [e.source for e in (entry, *journal.dependents(entry))]}
        return {"entries": [journal.next_undo] if journal.next_undo else []}

    def check_edit(self, values: Values) -> dict[str, Any]:
        """Return the cells that an edited step would append, or what is wrong with it."""
        try:
            return {"errors": {}, "plan": [call.render() for _, call in self._plan(values)]}
        except HmlError as error:
            return {"errors": {getattr(error, "field", "text"): str(error)}, "plan": []}

    def export(self, _: Values) -> dict[str, Any]:
        """Return where the complete notebook and script are; they are written after every step."""
        notebook, script = sidecar_paths(self.bench.journal.study)
        if not notebook.exists():
            msg = "nothing is recorded yet"
            raise RecordError(msg)
        return {"path": notebook.name, "script": script.name}

    def replay(self, _: Values) -> dict[str, Any]:
        """Replay the record in a fresh kernel and an empty folder, beside this kernel."""
        if self._replay and self._replay.get("running"):
            return {"text": self._replay["text"], "rows": []}
        self.export({})
        self._replay = {"text": "replaying in a fresh kernel ...", "ok": True, "rows": [], "running": True}
        threading.Thread(target=self._replay_in_process, daemon=True).start()
        self.bench.journal.tell()
        return {"text": self._replay["text"], "rows": []}

    def _replay_in_process(self) -> None:
        notebook = sidecar_paths(self.bench.journal.study)[0]
        command = [sys.executable, "-m", "hml_jupyter", "replay", str(notebook), "--json", "--while-open"]
        pipe = subprocess.PIPE  # the one to its input closes when this kernel ends, however it ends
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True) as process:
            said = process.stdout.read().strip().splitlines() if process.stdout else []
        verdicts = [line for line in said if line.startswith('{"text"')]
        if verdicts:
            self._replay = {**json.loads(verdicts[-1]), "running": False}
        else:
            text = said[-1] if said else "the replay ended without a word"
            self._replay = {"text": text, "ok": False, "rows": [], "running": False}
        self.bench.journal.tell()

    def _plan(self, values: Values) -> list[tuple[Entry, Call]]:
        """Return the changed call and, after it, what depended on it, each with a new target and path."""
        journal = self.bench.journal
        old = journal.get(str(values.get("record_id")))
        try:
            new = Call.parse(str(values.get("text", "")))
        except RecordError as error:
            raise FieldError("text", str(error)) from error
        if old.call is None or new.function != old.call.function:
            msg = f"an edited step stays a call of hml.{old.call.function if old.call else '...'}"
            raise FieldError("text", msg)
        if old.target and not new.target:
            msg = f"give the result a name, as in {old.target} = hml.{new.function}(...): later steps may use it"
            raise FieldError("text", msg)
        names: dict[str, str] = {}
        plan = []
        for entry, call in [(old, new), *((e, e.call) for e in journal.dependents(old) if e.call)]:
            if entry is not old and names.keys().isdisjoint(call.references):
                continue  # it uses the result through a variable of the user's
            target = self._fresh(call.target, call, names) if call.target else None
            plan.append((entry, call.moved(target, names)))
            if entry.target and target:
                names[entry.target] = target
        return plan

    def _fresh(self, target: str, call: Call, names: dict[str, str]) -> str:
        path = str(call.options.get("path", ""))
        base = target.rstrip("0123456789").rstrip("_") if target[-1].isdigit() and "_" in target else target
        folder = path.split("/")[-2] if path.count("/") else "data"
        return self.bench.fresh(base, folder, besides=names.values())

    def _row(self, number: int, entry: Entry) -> dict[str, Any]:
        record = entry.record
        value = self.bench.namespace.get(entry.target) if entry.target else None
        return {
            "record_id": entry.record_id,
            "n": number,
            "code": entry.text,
            "panel": entry.panel,
            "status": entry.status,
            "summary": summary_text(record),
            "fingerprint": str(record.get("fingerprint") or "")[:8],
            "stale": list(value.stale) if isinstance(value, Result) and entry.status == "done" else [],
            "cell": entry.cell,
            "error": entry.error,
        }


def left_out(entries: list[Entry]) -> str:
    """Say which steps the user has to run."""
    numbers = ", ".join(e.record_id for e in entries)
    return f"not run: step {numbers} holds more than one call of hml; look at that cell and run it yourself"


def summary_text(record: dict[str, Any]) -> str:
    """Return the first words of what a result is, from its record."""
    summary = record.get("summary") or {}
    if "cross_section" in summary:
        return f"{with_error(summary['cross_section'], summary['error'])} pb"
    if "events" in summary:
        of = f" of {count(summary['of'])}" if "of" in summary else ""
        return f"{count(summary['events'])}{of} events"
    if "loss" in summary:
        return f"{summary['method']}, loss {number(summary['loss'], 3)}"
    if "networks" in summary:
        inputs = f", inputs: {summary['inputs']}" if summary["inputs"] else ""
        return f"networks: {summary['networks']}{inputs}"
    return str(record.get("verb") or "")
