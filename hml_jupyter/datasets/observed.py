"""Observed data beside the simulated classes: counted, never weighted."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ..cuts import Cut
from ..representations import Representation
from .described import Described
from .store import Arrays, Masked

__all__ = ["OBSERVED", "Observed", "locked", "passing"]

#: File of the observed events.
OBSERVED = "observed.parquet"


class Observed:
    """Observed events, with the columns of their dataset; blinded ones are not among them.

    Made by ``build_dataset(..., observed={"data": ...})``; a selection's are those that pass its cuts.
    """

    def __init__(self, described: Described, arrays: Arrays) -> None:
        self._described, self._arrays = described, arrays

    @property
    def names(self) -> tuple[str, ...]:
        """The observed samples, in the order of `y`."""
        return self._described.observed_names

    @property
    def column_names(self) -> tuple[str, ...]:
        """All columns, as the dataset has them."""
        return self._described.column_names

    @property
    def per(self) -> str | None:
        """The collection whose objects have a row each; None for a row each event."""
        return self._described.per

    @property
    def kind(self) -> str:
        """``"set"``, ``"image"`` or ``"graph"``."""
        return self._described.kind

    @property
    def representation(self) -> Representation:
        """What a row is."""
        return self._described.representation

    @cached_property
    def X(self) -> Any:
        """What a method sees, n rows: as of a dataset."""
        if self.kind == "set":
            return locked(np.column_stack([self.column(name) for name in self._described.names]))
        arrays = self._described._description.arrays
        return self.representation.expand({name: locked(self._arrays[name]) for name in arrays})

    @property
    def n_events(self) -> int:
        """Number of rows n: events, or jets where each jet has a row."""
        return self._arrays.n_rows

    @property
    def y(self) -> npt.NDArray[np.int64]:
        """(n,) index of the sample in `names`."""
        return locked(self._arrays["class"])

    def column(self, name: str) -> npt.NDArray[np.float64]:
        """Return the values of a column or side column, or of arithmetic of them, (n,).

        Raises
        ------
        UnknownNameError
            There is no such column.
        """
        return locked(self._described._values(name, self._arrays))

    def unit(self, name: str) -> str:
        """Return the unit of a column or side column."""
        return self._described.unit(name)

    def __repr__(self) -> str:
        """Return one line."""
        blind = self._described.blind
        left_out = f", without blinded ones ({' or '.join(blind)})" if blind else ""
        return f"<{self.n_events} observed {self._described.row} of {', '.join(self.names)}{left_out}>"


def locked(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return a view that cannot be written to: results do not change."""
    view = array.view()
    view.flags.writeable = False
    return view


def passing(observed: Observed, arrays: Arrays, cuts: Sequence[Cut]) -> Masked:
    """Return those of the `arrays` of observed events that pass all cuts."""
    mask = np.ones(observed.n_events, bool)
    for cut in cuts:
        mask &= cut(observed)
    return Masked(arrays, mask)
