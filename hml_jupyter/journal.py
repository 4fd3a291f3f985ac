"""The journal of a study: which calls were made, in which order, and how they are taken back.

One Lab, one journal, one ordered run of cells. The journal knows neither widgets nor notebooks: it is told what stands in
the notebook, decides, and answers with the changes to make there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .aside import set_aside
from .calls import Call
from .cells import IMPORT_ID, Change, Entry, operations, recorded
from .errors import PathError, RecordError
from .ledger import Ledger
from .notebooks import Notebooks
from .studies import inside

__all__ = ["Journal", "open_journal"]


class Journal(Ledger):
    """The recorded calls of one study, whose folder is made if it is missing."""

    def __init__(self, study: Path) -> None:
        super().__init__(study)
        self._notebooks = Notebooks()
        self._prior: dict[str, Entry] = {}
        self._changed: list[str] = []
        """Whose texts are new, the last one at the end; what was recorded before this kernel comes before."""
        self._undone: list[tuple[str, Entry]] = []
        self._dropped: dict[str, Entry] = {}
        self.order_differs = False

    # what comes in ----------------------------------------------------------------------------------------------

    def newest(self, key: str) -> Entry | None:
        """Return the entry that an action of `key` amends: the newest of all, unedited, with this key or failed."""
        last = self.entries[-1] if self.entries else None
        if last is None or last.cell == "edited" or last.edited is not None:
            return None
        return last if last.key == key or (last.status == "failed" and not last.ran and not last.earlier) else None

    def view(self, key: str) -> Entry | None:
        """Return the unedited entry that a view of `key` amends, wherever it stands: nothing depends on it."""
        found = [e for e in self.entries if e.key == key and e.cell != "edited" and e.edited is None]
        return found[-1] if found else None

    def commit(self, call: Call, *, panel: str, key: str, amend: bool = True, view: bool = False) -> list[Change]:
        """Record a call and return what is to be done in the notebook."""
        self._writable()
        source = call.render()
        self._undone.clear()
        last = (self.view(key) if view else self.newest(key)) if amend else None
        if last is not None:
            return [self._replace(last, last.amended(source, panel, key))]
        entry = Entry(f"{self._next:04d}", panel, key, source, status="waiting")
        before, self.entries = self.entries, [*self.entries, entry]
        try:
            self._save()
        except PathError:
            self.entries = before
            raise
        self._next += 1
        self._changed.append(entry.record_id)
        return [Change("upsert", entry)]

    def _replace(self, old: Entry, new: Entry) -> Change:
        """Give an entry another text; what it was is remembered, should the notebook refuse."""
        self._put(new)
        try:
            self._save()
        except PathError:
            self._put(old)
            raise
        self._prior[old.record_id] = old
        self._note(old, new)
        return Change("upsert", new, expected_sha256=old.sha256)

    def _note(self, old: Entry, new: Entry) -> None:
        """Keep the order of changes: an earlier text that is new is a change, one that is gone is none any more."""
        if len(new.earlier) > len(old.earlier):
            self._changed.append(new.record_id)
        elif len(new.earlier) < len(old.earlier) and new.record_id in self._changed:
            del self._changed[len(self._changed) - 1 - self._changed[::-1].index(new.record_id)]

    def _latest(self) -> Entry:
        """Return the entry that was changed last."""
        return [*self.entries, *(e for changed in self._changed for e in self.entries if e.record_id == changed)][-1]

    def revise(self, record_id: str, call: Call) -> Entry:
        """Give an entry another call, wherever it stands."""
        self._writable()
        old = self.get(record_id)
        self._replace(old, old.amended(call.render(), old.panel, old.key))
        return self.get(record_id)

    def roll_back(self, record_id: str) -> list[Change]:
        """Take a failed change out of the notebook: the entry gets its earlier text, or goes with what was to use it.

        A text that has worked before stays, with its error: running a cell again is no change.
        """
        entry = self.get(record_id)
        if entry.status != "failed" or entry.ran:
            return []
        if entry.earlier:
            return [self._replace(entry, entry.taken_back())] if entry is self._latest() else []
        gone = [entry, *self.dependents(entry)]
        if any(e.ran for e in gone):
            return []
        self.entries = [e for e in self.entries if e not in gone]
        self._save()
        return [Change("remove", e, expected_sha256=e.sha256, run=False) for e in reversed(gone)]

    def started(self, record_id: str) -> None:
        """Note that the cell of an entry runs."""
        self._put(self.get(record_id).changed(status="running", error=None))
        self.tell()

    def finished(
        self,
        record_id: str,
        status: str,
        *,
        text: str | None = None,
        output: Mapping[str, Any] | None = None,
        error: str | None = None,
    ) -> None:
        """Note how the run of an entry's cell ended.

        `status` is ``done``, ``failed``, ``interrupted`` or ``not run``; a `text` that is not the recorded one makes the
        entry an edited one; `output` is the mime bundle of the result.
        """
        self._put(self.get(record_id).ended(status, text, output, error))
        self._save()

    def placed(self, record_id: str, notebook: str = "") -> None:
        """Note that an entry's cell stands in a notebook."""
        entry = self.get(record_id)
        self._notebooks.placed(notebook, record_id, edited=entry.edited is not None)
        self._put(entry.changed(cell=self._notebooks.state(record_id)))

    def removed(self, record_id: str, notebook: str = "") -> None:
        """Note that an entry's cell was taken out of a notebook."""
        self._notebooks.removed(notebook, record_id)

    def displaced(self, record_id: str) -> None:
        """Take back a change that came too late: the user had edited the cell meanwhile."""
        self._restore({record_id})
        if record_id not in {e.record_id for e in self.entries}:  # the cell of the import
            return
        entry = self.get(record_id)
        if entry.status == "waiting":
            now, entry = entry, self._prior.pop(record_id, entry)
            self._note(now, entry)
        self._put(entry.changed(cell="edited"))
        self._save()

    def notebook_has(self, cells: Iterable[Mapping[str, Any]], notebook: str = "", *, gone: bool = True) -> None:
        """Take note of the recorded cells in a notebook: ``record_id`` and ``edited`` of each, in its order.

        With `gone`, a cell that was here and is not any more was deleted by the user: its entry is dropped, unless later
        entries use its result.
        """
        come, went = self._notebooks.look(notebook, cells)
        self._next = max(self._next, self._notebooks.highest + 1)
        differed, self.order_differs = self.order_differs, not self._notebooks.in_order
        before = list(self.entries)
        self._restore(come)
        for entry in list(self.entries):
            if gone and entry.record_id in went and not self.dependents(entry) and not self.read_only:
                self._drop(entry)
                self._forget_undone(entry.record_id)
            else:
                self._put(entry.changed(cell=self._notebooks.state(entry.record_id)))
        if before != self.entries:
            self._save()
        elif differed != self.order_differs:
            self.tell()

    def adopt(self, cells: Iterable[Mapping[str, Any]]) -> None:
        """Take recorded cells of a notebook that the record does not know: its study was left behind, or never saved."""
        known = {IMPORT_ID, *self._dropped, *(e.record_id for e in self.entries)}
        found = [Entry.of_cell(cell) for cell in recorded(cells) if cell["record_id"] not in known]
        if found and not self.read_only:
            self.entries = sorted([*self.entries, *found], key=lambda e: e.record_id)
            self._save()

    def unwritten(self, notebook: str) -> list[Change]:
        """Return what brings into a notebook the cells that another notebook of this kernel has recorded since."""
        new = [e for e in self.entries if not self._notebooks.has_had(notebook, e.record_id)]
        return [Change("upsert", e, run=False) for e in new]

    def missing(self, notebook: str) -> list[Entry]:
        """Return the entries that have no cell in a notebook now."""
        return [e for e in self.entries if e.record_id not in self._notebooks.cells(notebook)]

    # undo -------------------------------------------------------------------------------------------------------

    def undo(self, record_id: str | None = None) -> list[Change]:
        """Take back the newest change, or one entry with all that use it."""
        self._writable()
        if not self.entries:
            msg = "there is nothing to undo"
            raise RecordError(msg)
        entry = self._latest() if record_id is None else self.get(record_id)
        gone = [entry, *self.dependents(entry)]
        for e in gone:
            if e.cell == "edited" or e.edited is not None:
                msg = f"step {e.record_id} was edited in the notebook, and undo takes no edited cell away; delete that cell yourself"
                raise RecordError(msg)
        if record_id is None and entry.earlier:
            change = self._replace(entry, entry.taken_back())
            self._undone.append(("amendment", entry))
            return [change]
        changes = []
        for e in reversed(gone):
            self._drop(e)
            self._undone.append(("entry", e))
            changes.append(Change("remove", e, expected_sha256=e.sha256, run=False))
        self._save()
        return changes

    def redo(self) -> list[Change]:
        """Bring back what was undone last."""
        self._writable()
        if not self._undone:
            msg = "there is nothing to redo"
            raise RecordError(msg)
        kind, entry = self._undone.pop()
        entry = entry.changed(status="waiting", error=None)
        if kind == "amendment":
            return [self._replace(self.get(entry.record_id), entry)]
        self._dropped.pop(entry.record_id, None)
        self._take_back(entry)
        self._save()
        return [Change("upsert", entry)]

    @property
    def next_undo(self) -> str | None:
        """The text that an undo takes back."""
        return self._latest().source if self.entries else None

    @property
    def next_redo(self) -> str | None:
        """The text that a redo brings back."""
        return self._undone[-1][1].source if self._undone else None

    def ops(self, changes: Iterable[Change], notebook: str = "", *, imported: bool = True) -> list[dict[str, Any]]:
        """Return changes as the notebook plugin takes them; the import cell is run where it was not `imported` yet."""
        imported = imported and IMPORT_ID in self._notebooks.cells(notebook)
        return operations(self.name, self.entries, list(changes), imported=imported)

    # inside -----------------------------------------------------------------------------------------------------

    def _take_back(self, entry: Entry) -> None:
        """Put a dropped entry where its number says."""
        self.entries.append(entry.changed(status="not run"))
        self.entries.sort(key=lambda e: e.record_id)
        self._changed.append(entry.record_id)

    def _restore(self, record_ids: Iterable[str]) -> None:
        """Take dropped entries back whose cells stand in the notebook again, or still."""
        for record_id in record_ids:
            if record_id in self._dropped:
                self._take_back(self._dropped.pop(record_id))
                self._forget_undone(record_id)

    def _drop(self, entry: Entry) -> None:
        """Take an entry out; its folder waits in ``.undone``."""
        self.entries.remove(entry)
        self._changed = [record_id for record_id in self._changed if record_id != entry.record_id]
        self._dropped[entry.record_id] = entry
        if entry.path:
            set_aside(self.study, self.name, entry.path, entry.record_id)

    def _forget_undone(self, record_id: str) -> None:
        """Take a step out of what a redo brings back: the notebook has decided about it."""
        self._undone = [(kind, e) for kind, e in self._undone if e.record_id != record_id]


_open: dict[Path, Journal] = {}


def open_journal(study: Path) -> Journal:
    """Return the journal of a study; the same one for every Lab of this kernel.

    Raises
    ------
    PathError
        The folder is outside the working folder, a link leads it there, or it is not a study.
    """
    place = inside(study.as_posix(), "the study ")
    known = _open.get(place)
    if known is None or known.read_only:  # the kernel that recorded may have ended meanwhile
        _open[place] = Journal(place)
    return _open[place]
