"""Tables as the events of a class: rows with columns, or events where the names of the columns follow a convention."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

import awkward as ak

from ..errors import ArgumentError, ExpressionError, FileFormatError, HmlError
from ..expressions import Node, Observable, mentioned, parse_observable, render, replaced, used
from ..observables import CATALOGUE, canonical_name, fields_of, is_column
from ..tables import (
    FlatTable,
    Ntuple,
    TableRecord,
    column_of,
    find_weight,
    is_table,
    is_weight,
    kept_open,
    open_ntuple,
    open_table,
)
from ..tables.memory import MemoryReader, identity
from ..tables.reader import kind_of
from .pieces import EventRecord, Piece

__all__ = ["NtuplePiece", "Opened", "TablePiece", "is_flat", "open_rows"]

#: A row of numbers is so many times smaller than an event with its objects.
SMALLER = 5


class Opened(NamedTuple):
    """A table that is read piece by piece."""

    pieces: tuple[Piece, ...]
    """What is read one after the other."""
    identity: Path | str
    """The file; of a table in memory the hash of its content."""
    options: dict[str, Any]
    """What else says which numbers they are, for a recipe."""
    weight: str | None
    """The column with the weights; None where all are 1."""
    is_plain: bool
    """Whether the rows are numbers without objects."""
    cross_section: float | Literal["weights"] | None = None
    """pb; ``"weights"`` for the sum of the weights; None where it is not known."""


@dataclass(frozen=True)
class TablePiece:
    """Rows of a table of numbers."""

    table: FlatTable
    names: Mapping[str, str]
    """Observable -> the column that is called so."""
    weight: str | None
    first: int
    stop: int
    here: bool
    """Whether only this process can read it."""

    def read(self, nodes: Sequence[Node], label: str) -> TableRecord:
        """Return the rows with the columns behind `nodes`."""
        present = [*self.table.names, *self.table.left_out]
        ours = {parse_observable(text): Observable(text) for text in self.names}
        asked = dict.fromkeys(render(each) for node in nodes for each in used(replaced(node, ours)))
        wanted = [column_of(text, present, label, names=self.names) for text in asked]
        arrays = self.table.read([*wanted, *filter(None, [self.weight])], self.first, self.stop)
        names = {text: column for text, column in self.names.items() if column in arrays}
        return TableRecord(arrays, label, names=names, weight=self.weight or False)


@dataclass(frozen=True)
class NtuplePiece:
    """Rows of a table that are events."""

    ntuple: Ntuple
    first: int
    stop: int
    here: bool
    """Whether only this process can read it."""

    def read(self, nodes: Sequence[Node], label: str) -> EventRecord:
        """Return the events with the columns behind `nodes`."""
        found = fields_of(nodes, self.ntuple.naming.event)
        columns = None if found is None else ["Event.Weight", *found]
        return EventRecord(self.ntuple.events(columns, self.first, self.stop), label)


def open_rows(source: Any, label: str, rows: int) -> Opened | None:
    """Return a table as the events of a class; None for what is no table.

    Parameters
    ----------
    source : path, table or Ntuple
        What `hml_jupyter.tables.open_table` opens, or has opened; jagged arrays of an ntuple in an awkward array.
    label : str
        For messages.
    rows : int
        So many events are read at once; more where they are plain numbers.

    Raises
    ------
    FileFormatError, PathError, UnknownNameError
        A file that is no table, or has changed since it was opened; no such tree in it; weights that are no numbers.
    ArgumentError
        Columns that no table has; names that follow several conventions; several columns that may be the weights.
    """
    if isinstance(source, Ntuple):
        table = _current(source.table, label)
        _refuse_text_weights(table)
        return _events(replace(source, table=table), rows)
    if isinstance(source, FlatTable):
        table = _current(source, label)
    elif isinstance(source, ak.Array) and is_flat(source):
        table = open_table(dict(zip(source.fields, ak.unzip(source), strict=True)), label)
    elif is_table(source):
        table = open_table(source, label)
    else:
        return None
    _refuse_text_weights(table)
    try:
        return _events(open_ntuple(table), rows)
    except FileFormatError:  # its names follow no convention
        return _plain(table, rows)


def is_flat(events: ak.Array) -> bool:
    """Whether an array has columns of numbers or of lists of numbers, and no objects.

    Examples
    --------
    >>> is_flat(ak.Array({"m_jj": [90.0, 91.0]})), is_flat(ak.Array([{"Jet": [{"PT": 50.0}]}]))
    (True, False)
    """
    return bool(events.fields) and all(kind_of(events[name].type.content) for name in events.fields)


def _events(ntuple: Ntuple, rows: int) -> Opened:
    """Return an ntuple whose columns of one number each are all fields of Event."""
    table, naming = ntuple.table, ntuple.naming
    columns = tuple(name for name in table.names if name not in table.vectors)
    here = _only_here(table)
    opened = replace(ntuple, table=kept_open(table), naming=replace(naming, event=columns))
    pieces = tuple(NtuplePiece(opened, first, stop, here) for first, stop in _ranges(table.n_rows, rows))
    options = {**table.options, "naming": naming.convention}
    return Opened(pieces, table.identity, options, ntuple.weight, False, _cross_section(table, ntuple.weight))


def _plain(table: FlatTable, rows: int) -> Opened:
    weight = find_weight(table.names, table.label, table.weight)
    names, here = _observables(table.names), _only_here(table)
    opened = kept_open(table)
    pieces = tuple(
        TablePiece(opened, names, weight, first, stop, here) for first, stop in _ranges(table.n_rows, rows * SMALLER)
    )
    return Opened(pieces, table.identity, dict(table.options), weight, True, _cross_section(table, weight))


def _refuse_text_weights(table: FlatTable) -> None:
    """Refuse a table whose weights cannot be read: without them all events would count the same."""
    texts = [name for name in table.left_out if is_weight(name)]
    if table.weight is None and texts and not any(map(is_weight, table.names)):
        msg = (
            f"{table.label}: the column {texts[0]!r} would hold the weights of the events, and is not of numbers but of "
            f"{table.left_out[texts[0]]}: hml.open_table(..., weight='w') names another one, weight=False says that there are none"
        )
        raise FileFormatError(msg)


def _cross_section(table: FlatTable, weight: str | None) -> float | Literal["weights"] | None:
    if table.cross_section == "weights" and weight is None:
        msg = f"{table.label}: cross_section='weights' is the sum of the weights, and it has none: weight= names their column"
        raise ArgumentError(msg)
    return table.cross_section


def _ranges(n_rows: int, rows: int) -> list[tuple[int, int]]:
    return [(first, min(first + rows, n_rows)) for first in range(0, max(n_rows, 1), rows)]


def _only_here(table: FlatTable) -> bool:
    return isinstance(table.reader, MemoryReader) or kept_open(table) is not table


def _current(table: FlatTable, label: str) -> FlatTable:
    """Return a table that was opened before, as it is now.

    Raises
    ------
    FileFormatError
        Its file has other rows or columns now.
    """
    label = f"{label} ({table.label})"
    found = table.reader.look()
    if (found.n_rows, found.names) != (table.n_rows, table.names):
        msg = f"{label} has changed since it was opened; open it again"
        raise FileFormatError(msg)
    if isinstance(table.identity, Path):
        return replace(table, label=label)
    with table.reader.session() as read:
        return replace(table, label=label, identity=identity(found, read))


def _observables(columns: Iterable[str]) -> dict[str, str]:
    """Return the columns that are called as an observable is: canonical text -> column."""
    found: dict[str, list[str]] = {}
    for name in columns:
        text = _canonical(name)
        if text is not None:
            found.setdefault(text, []).append(name)
    return {
        text: text if text in several else several[0] for text, several in found.items() if _is_clear(text, several)
    }


def _is_clear(text: str, columns: Sequence[str]) -> bool:
    return text in columns or len(columns) == 1


def _canonical(name: str) -> str | None:
    """Return the observable that the name of a column is; None if it is none."""
    try:
        node = parse_observable(name)
    except ExpressionError:
        return None
    # what has no row would be looked up with near names, which takes long for many columns
    if not all(is_column(each) or any(entry.match(each.name) for entry in CATALOGUE) for each in mentioned(node)):
        return None
    try:
        return canonical_name(name)
    except HmlError:
        return None
