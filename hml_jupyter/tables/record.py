"""Columns of a table as observables: found by the text of what is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import awkward as ak
import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError, UnknownNameError
from ..expressions import Observable, Sum, Value, number, render
from .reader import Array

__all__ = ["WEIGHTS", "TableRecord", "column_of", "find_weight", "is_weight"]

#: Columns that hold the weight of an event, upper and lower case alike.
WEIGHTS = (
    "weight",
    "weights",
    "event_weight",
    "eventweight",
    "evt_weight",
    "mc_weight",
    "mcweight",
    "gen_weight",
    "genweight",
)


class TableRecord:
    """Looks observables up among the columns of a table, as `hml_jupyter.observables.Events` does in events.

    Parameters
    ----------
    columns : mapping of str to array
        Name -> n numbers, or lists of numbers, as `FlatTable.read` gives them.
    label : str
        Where they come from, for messages.
    names : mapping of str to str, optional
        Text of an observable -> the column that it means: ``{"fatjet0.mass": "fj_mass"}``.
    weight : str or False, optional
        The column with the weights of the events; else the one that is called so (`WEIGHTS`), else 1. False: they are 1.

    Raises
    ------
    UnknownNameError
        `names` or `weight` say a column that is not there.
    ArgumentError
        Several columns may be the weights, or the one that is cannot be.

    Examples
    --------
    >>> from hml_jupyter.expressions import parse_cut, parse_observable, truth
    >>> record = TableRecord({"m_jj": np.array([90.0, 20.0]), "fatjet0.tau21": np.array([0.2, 0.6])}, "ntuple.root")
    >>> record.read(parse_observable("m_jj"))
    array([90., 20.])
    >>> record.read(parse_observable("m_jj / 2"))
    array([45., 10.])
    >>> truth(parse_cut("m_jj > 50 and fatjet0.tau21 < 0.4"), record)
    array([ True, False])
    """

    def __init__(
        self,
        columns: Mapping[str, Array],
        label: str,
        *,
        names: Mapping[str, str] | None = None,
        weight: str | Literal[False] | None = None,
    ) -> None:
        self.columns, self.source = dict(columns), label
        self.names = dict(names or {})
        for column in self.names.values():
            self._check(column)
        self._weight = find_weight(list(self.columns), label, weight)
        if self._weight is not None:
            self._check(self._weight)
        self._lists: list[tuple[str, npt.NDArray[np.int64]]] = []

    def __len__(self) -> int:
        """Count the rows."""
        return len(next(iter(self.columns.values()), ()))

    def __call__(self, observable: Observable) -> Value:
        """Return the values for a cut: one each event, or one for each element of a list."""
        values = self.read(observable)
        return Value(values) if isinstance(values, np.ndarray) else Value(values, self._collection(observable, values))

    def read(self, node: Sum) -> Array:
        """Return the values as float64: NumPy (n,) with NaN, or a jagged array; arithmetic is computed unless it is a column.

        Raises
        ------
        UnknownNameError
            No column is called so; near names are listed.
        """
        text = render(node)
        if not isinstance(node, Observable) and text not in {*self.columns, *self.names}:
            with np.errstate(all="ignore"):
                return number(node, self).array
        name = column_of(text, self.columns, self.source, names=self.names)
        values = self.columns[name]
        if isinstance(values, np.ndarray) and values.ndim == 1:
            return values.astype(np.float64)
        if isinstance(values, np.ndarray) and values.ndim > 2:
            msg = f"{self.source}: {name!r} has an array of shape {values.shape[1:]} in each row; an observable is a number or a list"
            raise ArgumentError(msg)
        return ak.values_astype(ak.from_regular(ak.Array(values)), np.float64)

    @property
    def weights(self) -> npt.NDArray[np.float64]:
        """(n,) weight of each event; 1 where the table has none."""
        if self._weight is None:
            return np.ones(len(self))
        values = self.columns[self._weight]
        if not isinstance(values, np.ndarray) or values.ndim != 1:
            msg = f"{self.source}: the weight {self._weight!r} has several values in a row; one each is needed"
            raise ArgumentError(msg)
        return values.astype(np.float64)

    def where(self, mask: npt.NDArray[np.bool_]) -> TableRecord:
        """Return the rows where `mask` holds."""
        if mask.all():
            return self
        kept = {name: values[mask] for name, values in self.columns.items()}
        return TableRecord(kept, self.source, names=self.names, weight=self._weight or False)

    def _check(self, column: str) -> str:
        if column not in self.columns:
            raise UnknownNameError("column", column, self.columns, hint=f"It is missing in {self.source}")
        return column

    def _collection(self, observable: Observable, values: Any) -> str:
        """Return what the lists are of: columns whose lists are equally long in every row are of the same elements."""
        lengths = np.asarray(ak.to_numpy(ak.num(values)), dtype=np.int64)
        for name, known in self._lists:
            if np.array_equal(known, lengths):
                return name
        name = ",".join(map(render, observable.objects)) or observable.name
        self._lists.append((name, lengths))
        return name


def column_of(text: str, columns: Iterable[str], label: str, *, names: Mapping[str, str] | None = None) -> str:
    """Return the column that an observable means: the one given for it, of that name, or of that name in other case.

    What is written ``column.m_jj`` is the column ``m_jj``.

    Parameters
    ----------
    text : str
        The observable, as `render` writes it.
    columns : iterable of str
        Names of columns.
    label : str
        Where they are, for messages.
    names : mapping of str to str, optional
        Text of an observable -> its column.

    Raises
    ------
    UnknownNameError
        There is none, or two that differ only in case; near names are listed.

    Examples
    --------
    >>> column_of("fatjet0.mass", ["FatJet0.Mass", "met"], "table.csv")
    'FatJet0.Mass'
    >>> column_of("column.m_jj", ["m_jj", "m_jj_up"], "table.csv")
    'm_jj'
    """
    present = list(columns)
    if names and text in names:
        return names[text]
    text = text if text in present else text.removeprefix("column.")
    if text in present:
        return text
    found = [name for name in present if name.lower() == text.lower()]
    if len(found) == 1:
        return found[0]
    hint = f"{label} has the columns {', '.join(present[:20])}"
    raise UnknownNameError("column", text, dict.fromkeys([*present, *(names or ())]), hint=hint)


def find_weight(names: Sequence[str], label: str, said: str | Literal[False] | None = None) -> str | None:
    """Return the column that holds the weights: the one that the user has said, or by its name; None if there is none.

    Parameters
    ----------
    names : sequence of str
        Names of columns.
    label : str
        Where they are, for messages.
    said : str or False, optional
        The column, or False for none.

    Raises
    ------
    ArgumentError
        Several may be.

    Examples
    --------
    >>> find_weight(["Jet_pt", "genWeight"], "nano.root")
    'genWeight'
    """
    if said is not None:
        return said or None
    found = [name for name in names if is_weight(name)]
    if len(found) > 1:
        msg = f"{label}: {' and '.join(found)} may be the weights of the events; hml.open_table(..., weight={found[0]!r}) says which"
        raise ArgumentError(msg)
    return found[0] if found else None


def is_weight(name: str) -> bool:
    """Tell whether a column is called as weights are.

    Examples
    --------
    >>> is_weight("genWeight"), is_weight("weight_up")
    (True, False)
    """
    return name.lower() in WEIGHTS
