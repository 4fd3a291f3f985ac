"""The entries of a study in their order, saved beside it after every change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .cells import Entry, dependents
from .errors import RecordError, StudyLockedError
from .studies import claim_study, lock_study, study_name

__all__ = ["Ledger"]


class Ledger:
    """What is recorded of one study, whose folder is made if it is missing."""

    def __init__(self, study: Path) -> None:
        from .sidecar import read_sidecar  # nbformat loads JSON Schema: seconds

        self.study = study
        self.name = study_name(study)
        claim_study(study)
        self._lock, self.read_only = lock_study(study)
        try:
            self.entries, state = read_sidecar(study)
        except BaseException:
            self.close()
            raise
        if state.get("study", self.name) != self.name:
            self.entries = [e.relocated(str(state["study"]), self.name) for e in self.entries]
        self._next = 1 + max([int(state.get("next", 1)) - 1, *(int(e.record_id) for e in self.entries)])
        self._listeners: list[Callable[[], None]] = []

    def close(self) -> None:
        """Let another kernel record into the study."""
        if self._lock:
            self._lock.release()

    def observe(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every change."""
        self._listeners.append(listener)

    def unobserve(self, listener: Callable[[], None]) -> None:
        """Call `listener` no more."""
        self._listeners = [known for known in self._listeners if known != listener]

    def tell(self) -> None:
        """Let everybody who observes look again."""
        for listener in tuple(self._listeners):
            listener()

    def get(self, record_id: str) -> Entry:
        """Return an entry by its id."""
        for entry in self.entries:
            if entry.record_id == record_id:
                return entry
        msg = f"there is no recorded step {record_id}"
        raise RecordError(msg)

    @property
    def targets(self) -> dict[str, Entry]:
        """The variables that the record binds, each with its latest entry."""
        return {e.target: e for e in self.entries if e.target}

    def dependents(self, entry: Entry) -> list[Entry]:
        """Return the later entries that use the result of `entry`, directly or through others."""
        return dependents(self.entries, entry)

    def _put(self, entry: Entry) -> None:
        places = [i for i, e in enumerate(self.entries) if e.record_id == entry.record_id]
        self.entries[places[0]] = entry

    def _writable(self) -> None:
        if self.read_only:
            raise StudyLockedError(self.read_only)

    def _save(self) -> None:
        from .sidecar import write_sidecar

        if not self.read_only:
            write_sidecar(self.study, self.entries, {"study": self.name, "next": self._next})
        self.tell()
