"""Recorded cells: what an entry of the journal is, and what is to be done to its cell."""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from .calls import IMPORT_CELL, Call
from .errors import RecordError
from .public import hml_name

__all__ = [
    "IMPORT_ID",
    "SCHEMA",
    "Change",
    "Entry",
    "cell_id",
    "cell_metadata",
    "dependents",
    "operations",
    "python_of",
    "recorded",
    "sha256",
]

SCHEMA = 1
TAG = "hml-recorded"
#: The id of the cell that imports hml_jupyter.
IMPORT_ID = "0000"
_RECORD_ID = re.compile("[0-9]{4,8}")
#: What ``ast.parse`` raises for text that is no Python.
NO_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)
#: Cell magics that run the cell like any other.
_RUNNING = ("%%time", "%%capture", "%%prun")


def sha256(text: str) -> str:
    """Return the hash of a cell's text."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Entry:
    """One recorded cell."""

    record_id: str
    """``"0001"``, unique in the study and never given again."""
    panel: str
    """Where the action came from."""
    key: str
    """What the action acts on; an action of equal key may amend the newest entry."""
    source: str
    """The text as it was recorded."""
    earlier: tuple[str, ...] = ()
    """Texts that this entry had before it was amended, the oldest first."""
    status: str = "not run"
    """``not run``, ``waiting``, ``running``, ``done``, ``failed`` or ``interrupted``, in this kernel."""
    cell: str = "missing"
    """``here``, ``edited`` or ``missing`` in the notebook."""
    edited: str | None = None
    """The text that the user made of it and ran."""
    output: Mapping[str, Any] = field(default_factory=dict)
    """Mime bundle of the result."""
    error: str | None = None
    """Why it failed."""
    ran: bool = False
    """Whether this text has given a result before; if it fails now, the step is no mistake that goes without a trace."""

    @classmethod
    def of_cell(cls, cell: Mapping[str, Any]) -> Entry:
        """Return the entry of a cell that a front end has told of."""
        panel, key = (str(cell.get(name) or "record") for name in ("panel", "key"))
        return cls(str(cell["record_id"]), panel, key, str(cell.get("source") or ""), status="not run", ran=True)

    @property
    def text(self) -> str:
        """The text that counts: the user's, if the cell was edited and run."""
        return self.edited or self.source

    @property
    def sha256(self) -> str:
        """Hash of the recorded text."""
        return sha256(self.source)

    @property
    def call(self) -> Call | None:
        """The call that the cell makes; None where an edited cell makes none, or several."""
        return _call_of(self.text)

    @property
    def is_call(self) -> bool:
        """Whether the text is one call and nothing else, so that it may be run unasked wherever it comes from."""
        try:
            return bool(Call.parse(self.text))
        except RecordError:
            return False

    @property
    def target(self) -> str | None:
        """The variable that the entry binds."""
        return self.call.target if self.call else None

    @property
    def path(self) -> str | None:
        """The folder that the entry writes."""
        found = self.call.options.get("path") if self.call else None
        return found if isinstance(found, str) else None

    @property
    def record(self) -> dict[str, Any]:
        """What the output says of the result: recipe, fingerprint, summary."""
        return dict(self.output.get("application/vnd.hml.record+json") or {})

    @property
    def names(self) -> frozenset[str]:
        """The variables that the text uses."""
        nodes = (node for statement in _statements(self.text) for node in ast.walk(statement))
        return frozenset(n.id for n in nodes if isinstance(n, ast.Name))

    def changed(self, **changes: Any) -> Entry:
        """Return the entry with other values."""
        return replace(self, **changes)

    def amended(self, source: str, panel: str, key: str) -> Entry:
        """Return the entry with another text; the one it had is kept for the undo, unless it never worked."""
        same = source == self.source
        keeps = not same and (self.status != "failed" or self.ran)
        earlier = (*self.earlier, self.source) if keeps else self.earlier
        changes = {"source": source, "panel": panel, "key": key, "earlier": earlier, "edited": None, "error": None}
        return replace(self, **changes, status="waiting", output={}, ran=same and self.ran)  # type: ignore[arg-type]

    def taken_back(self) -> Entry:
        """Return the entry with the text that it had before it was amended."""
        kept = {"source": self.earlier[-1], "earlier": self.earlier[:-1], "edited": None, "error": None}
        return replace(self, **kept, status="waiting", output={}, ran=True)  # type: ignore[arg-type]

    def ended(self, status: str, text: str | None, output: Mapping[str, Any] | None, error: str | None) -> Entry:
        """Return the entry after a run of its cell; what it gave before is remembered if it gives nothing now."""
        if status != "done":
            return replace(self, status=status, error=error, output=self.output if self.ran else {})
        edited = self.edited
        if text is not None:
            edited = None if text.strip() == self.source.strip() else text.strip()
        return replace(self, status=status, error=error, output=dict(output or {}), edited=edited, ran=True)

    def relocated(self, was: str, now: str) -> Entry:
        """Return the entry of a study that has another path now."""

        def move(text: str) -> str:
            return text.replace(
                json.dumps(f"{was}/", ensure_ascii=False)[:-1], json.dumps(f"{now}/", ensure_ascii=False)[:-1]
            )

        def moved(text: str) -> str:
            with suppress(RecordError):
                if Call.parse(text).render() == text:
                    return Call.parse(move(text)).render()
            return move(text)

        edited = moved(self.edited) if self.edited else None
        return replace(self, source=moved(self.source), edited=edited, earlier=tuple(map(moved, self.earlier)))


def python_of(text: str) -> str:
    r"""Return the Python in a cell: lines that only IPython reads are comments in it.

    Examples
    --------
    >>> print(python_of("%%time\nzz = 1"))
    # %%time
    zz = 1
    """
    try:
        ast.parse(text)
    except NO_PYTHON:
        lines = text.split("\n")
        first = lines[0].split()
        other = bool(first) and first[0].startswith("%%") and first[0] not in _RUNNING
        return "\n".join(f"# {line}" if other or line.startswith(("%", "!")) else line for line in lines)
    return text


def _statements(text: str) -> list[ast.stmt]:
    try:
        return ast.parse(python_of(text)).body
    except NO_PYTHON:
        return []


@lru_cache(maxsize=1024)  # every panel asks for the calls of every entry after every change
def _call_of(text: str) -> Call | None:
    try:
        return Call.parse(text)
    except RecordError:
        return _call_among(python_of(text))


def _call_among(text: str) -> Call | None:
    """Return the one call of a function that is assigned, or the one that is shown, among the statements of a cell."""
    statements = _statements(text)
    for kind in (ast.Assign, ast.Expr):
        found = [s for s in statements if isinstance(s, kind) and (_function(s.value) or "").islower()]
        if found:
            used = {n.id for n in ast.walk(found[0]) if isinstance(n, ast.Name)}
            needed = [s for s in statements if isinstance(s, ast.ImportFrom) and used & {a.name for a in s.names}]
            with suppress(RecordError):
                return Call.parse("\n".join(ast.get_source_segment(text, s) or "" for s in [*needed, *found]))
            return None
    return None


def _function(node: ast.expr) -> str | None:
    """Return ``f`` of ``hml.f(...)``."""
    return hml_name(node.func) if isinstance(node, ast.Call) else None


def recorded(cells: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the cells of a front end that carry a record's number; a notebook may say anything."""
    return [cell for cell in cells if _RECORD_ID.fullmatch(str(cell.get("record_id")))]


def cell_metadata(study: str, entry: Entry) -> dict[str, Any]:
    """Return the metadata of an entry's cell."""
    ours = {"schema": SCHEMA, "study": study, "record_id": entry.record_id, "panel": entry.panel, "key": entry.key}
    return {"tags": [TAG], "hml_jupyter": {**ours, "sha256": sha256(entry.source)}}


@dataclass(frozen=True)
class Change:
    """What is to be done to one cell of the notebook."""

    kind: str
    """``upsert`` or ``remove``."""
    entry: Entry
    """The entry whose cell it is, as it shall be."""
    expected_sha256: str | None = None
    """Hash of the text that may be overwritten; None for a new cell."""
    run: bool = True
    """Whether the cell is run afterwards."""

    def op(self, study: str, order: Iterable[str]) -> dict[str, Any]:
        """Return the change as the notebook plugin takes it."""
        return {
            "kind": self.kind,
            "record_id": self.entry.record_id,
            "cell_id": cell_id(study, self.entry.record_id),
            "source": self.entry.text,
            "metadata": cell_metadata(study, self.entry),
            "expected_sha256": self.expected_sha256,
            "after": list(order),
            "run": self.run,
        }


def cell_id(study: str, record_id: str) -> str:
    """Return the id of a recorded cell; the same in every notebook."""
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in study)[:40]
    if safe != study:  # two studies must not share an id
        safe = f"{safe[:31]}-{sha256(study)[:8]}"
    return f"hml-{safe}-{record_id}"


def dependents(entries: Sequence[Entry], entry: Entry) -> list[Entry]:
    """Return the later entries that use the result of `entry`, directly or through others."""
    names, found = {entry.target} - {None}, []
    for later in entries[list(entries).index(entry) + 1 :]:
        if names & later.names:
            names.add(later.target)
            found.append(later)
    return found


def operations(
    study: str, entries: Sequence[Entry], changes: Sequence[Change], *, imported: bool
) -> list[dict[str, Any]]:
    """Return changes as the notebook plugin takes them, the import cell first where it is missing."""
    order = [cell_id(study, IMPORT_ID), *(cell_id(study, e.record_id) for e in entries)]
    found = []
    for change in changes:
        own = cell_id(study, change.entry.record_id)
        before = order[: order.index(own)] if own in order else order
        found.append(change.op(study, before))
    if found and not imported:
        first = Entry(IMPORT_ID, "lab", "import", IMPORT_CELL)
        found.insert(0, Change("upsert", first).op(study, []))
    return found
