"""Which recorded cells stand in which notebook: one kernel may serve several, and a study one journal in all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .cells import IMPORT_ID, recorded

__all__ = ["Notebooks"]


class Notebooks:
    """The recorded cells of each notebook, as it told them last."""

    def __init__(self) -> None:
        self._cells: dict[str, dict[str, bool]] = {}
        self._seen: dict[str, set[str]] = {}

    def look(self, notebook: str, cells: Iterable[Mapping[str, Any]]) -> tuple[set[str], set[str]]:
        """Take note of the cells of a notebook: ``record_id`` and ``edited`` of each, in its order.

        Returns
        -------
        tuple of set of str
            What has come since it was looked at last, and what has gone.
        """
        before = self.cells(notebook)
        now = {str(cell["record_id"]): bool(cell["edited"]) for cell in recorded(cells)}
        self._cells[notebook] = now
        self._seen.setdefault(notebook, set()).update(now)
        return now.keys() - before.keys(), before.keys() - now.keys()

    def placed(self, notebook: str, record_id: str, *, edited: bool = False) -> None:
        """Note that a cell stands there, as recorded or as the user has `edited` it."""
        self._cells.setdefault(notebook, {})[record_id] = edited
        self._seen.setdefault(notebook, set()).add(record_id)

    def removed(self, notebook: str, record_id: str) -> None:
        """Note that a cell was taken out; when it comes again, the user has brought it back."""
        self.cells(notebook).pop(record_id, None)

    def cells(self, notebook: str) -> dict[str, bool]:
        """Return the record ids of a notebook's cells in its order, and whether the user has edited each."""
        return self._cells.get(notebook, {})

    def has_had(self, notebook: str, record_id: str) -> bool:
        """Return whether a cell stands or stood in a notebook; one that was deleted there is not written again."""
        return record_id in self._seen.get(notebook, ())

    def state(self, record_id: str) -> str:
        """Return ``here``, ``edited`` or ``missing``."""
        found = [cells[record_id] for cells in self._cells.values() if record_id in cells]
        return "missing" if not found else "edited" if any(found) else "here"

    @property
    def in_order(self) -> bool:
        """Whether every notebook has the cells in the order of the record."""
        orders = [[i for i in cells if i != IMPORT_ID] for cells in self._cells.values()]
        return all(ids == sorted(ids) for ids in orders)

    @property
    def highest(self) -> int:
        """The highest number that a recorded cell has in any notebook."""
        return max((int(i) for seen in self._seen.values() for i in seen), default=0)
