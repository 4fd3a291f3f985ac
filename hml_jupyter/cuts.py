"""Cuts: texts that select events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from .errors import ArgumentError, UnknownNameError
from .expressions import Cut as Node
from .expressions import Observable, Value, parse_observable, render, replaced, truth, used
from .observables import Events, canonical_cut, is_output
from .tables import TableRecord

if TYPE_CHECKING:
    import awkward as ak

__all__ = ["Columns", "Cut", "how_to_score"]


class Columns(Protocol):
    """Something with named columns, one value each event; a dataset is one."""

    @property
    def column_names(self) -> tuple[str, ...]:
        """Canonical names."""

    @property
    def n_events(self) -> int:
        """Number of values in each column."""

    def column(self, name: str) -> npt.NDArray[np.float64]:
        """Return the values of a column, (n,)."""


@dataclass(frozen=True)
class Cut:
    """A cut, read once and applied to events or to the columns of a dataset.

    Parameters
    ----------
    text : str
        In the grammar of :mod:`hml_jupyter.expressions`: ``"fatjet0.mass > 70 and any (jet.b_tag == 1)"``.

    Raises
    ------
    ExpressionError
        The text does not follow the grammar; the message shows the place.
    UnknownNameError
        No such observable.

    Examples
    --------
    >>> import awkward as ak
    >>> cut = Cut("any jet.pt > 30")
    >>> cut(ak.Array([{"Jet": [{"PT": 50.0}, {"PT": 20.0}]}, {"Jet": []}]))
    array([ True, False])
    """

    text: str
    """As it was given."""

    def __post_init__(self) -> None:
        """Read the text now: what cannot be read is no cut."""
        _ = self.node

    def __str__(self) -> str:
        """Return the canonical text."""
        return render(self.node)

    @cached_property
    def node(self) -> Node:
        """The parsed cut, with canonical names."""
        return canonical_cut(self.text)

    @property
    def names(self) -> tuple[str, ...]:
        """The observables in it, canonical, in order."""
        return tuple(render(each) for each in used(self.node))

    def needs(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Return what the cut has to find among `columns`, in order: observables, and arithmetic that is a column.

        Examples
        --------
        >>> Cut("jet0.pt / met > 2 and ht > 300").needs(["jet0.pt / met"])
        ('jet0.pt / met', 'ht')
        """
        return tuple(map(render, used(self._among(columns))))

    def __call__(self, events: ak.Array | Columns | Events | TableRecord) -> npt.NDArray[np.bool_]:
        """Return which events pass.

        Parameters
        ----------
        events : ak.Array or Dataset
            n events, or a dataset, of which columns and side columns can be used.

        Returns
        -------
        numpy.ndarray
            bool, shape (n,). A comparison with a missing object (NaN) is false.

        Raises
        ------
        UnknownNameError
            A branch that the events lack, or an observable that is no column of the dataset.
        """
        if isinstance(events, Events):
            return truth(self.node, events)
        if isinstance(events, TableRecord):
            return truth(self._among(tuple(events.names)), events)
        if hasattr(events, "column_names"):
            return self._on_columns(events)
        if not hasattr(events, "fields"):
            msg = f"a cut is applied to events or to a dataset, not to a {type(events).__name__}"
            raise ArgumentError(msg)
        return truth(self.node, Events(events))

    def _on_columns(self, columns: Columns) -> npt.NDArray[np.bool_]:
        for name in self.needs(columns.column_names):
            if name not in columns.column_names:
                raise UnknownNameError("column", name, columns.column_names, hint=_how_to_get(name, columns))

        def lookup(observable: Observable) -> Value:
            return Value(columns.column(observable.name))

        return truth(self._among(columns.column_names), lookup)

    def _among(self, columns: Sequence[str]) -> Node:
        """Return the cut with whatever is a column, arithmetic too, in place of what it is computed from."""
        return replaced(self.node, {parse_observable(name): Observable(name) for name in columns})


def _how_to_get(name: str, columns: Columns) -> str:
    scored = how_to_score(name, columns.column_names)
    if scored:
        return scored
    return f"A cut may use {', '.join(columns.column_names)}; others go into observables= of build_dataset"


def how_to_score(name: str, columns: Sequence[str]) -> str:
    """Return how a column of a score or of an output of a network comes into a dataset; empty for other names.

    Examples
    --------
    >>> how_to_score("mlp.score", ["met"])
    "hml.score(dataset, mlp, name='mlp') adds it"
    >>> how_to_score("tagger.score", ["met", "tagger.p_b", "tagger.p_c"])
    'Of tagger there are tagger.p_b, tagger.p_c'
    """
    method, _, output = name.rpartition(".")
    node = None if output == "score" else parse_observable(name)
    if output != "score" and not (isinstance(node, Observable) and is_output(node)):
        return ""
    outputs = [each for each in columns if each.startswith(f"{method}.")]
    if outputs:
        return f"Of {method} there are {', '.join(outputs)}"
    adds = f"hml.score(dataset, {method}, name={method!r}) adds it"
    return adds if output == "score" else f"If it is an output of a network, {adds}"
