"""A fixed set of observables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError
from ..expressions import Observable, parse_observable
from ..observables import canonical_name, unit_of
from .base import Readable, Representation, register

__all__ = ["Set", "canonical_names", "read_columns"]


@register
@dataclass(frozen=True)
class Set(Representation):
    """A fixed set of observables, one number each for an event.

    Parameters
    ----------
    observables : sequence of str
        One value each event: ``"fatjet0.mass"``, ``"jet0,jet1.delta_r"``, ``"jet.size"``. Kept in this order.

    Raises
    ------
    ExpressionError, UnknownNameError
        A name that cannot be read, or that no observable has.
    ArgumentError
        No observable, or the same one twice.

    Examples
    --------
    >>> Set(["FatJet0.M", "jet0,jet1.delta_r"]).names
    ('fatjet0.mass', 'jet0,jet1.delta_r')
    """

    kind: ClassVar[str] = "set"

    observables: tuple[str, ...]
    """Names, canonical."""

    def __init__(self, observables: Sequence[str]) -> None:
        object.__setattr__(self, "observables", canonical_names(observables, "Set"))
        if not self.observables:
            msg = "a Set needs at least one observable"
            raise ArgumentError(msg)

    @property
    def names(self) -> tuple[str, ...]:
        """Canonical names, in order."""
        return self.observables

    @property
    def units(self) -> dict[str, str]:
        """Unit of each observable; empty for a pure number."""
        return {name: unit_of(name) for name in self.observables}

    @property
    def needed(self) -> tuple[Observable, ...]:
        """The observables, parsed."""
        return tuple(map(parse_observable, self.observables))

    def read(
        self,
        events: Readable,
        told: Counter[str] | None = None,  # noqa: ARG002 (NaN says it all)
    ) -> dict[str, npt.NDArray[Any]]:
        """Return ``values``, (n, k) float64, NaN where an object is missing; see `read_columns`."""
        return {"values": read_columns(events, self.observables)}

    def declaration(self) -> dict[str, Any]:
        """Return what the columns mean, as plain JSON."""
        return {
            "kind": self.kind,
            "arrays": {"values": {"axes": ["event", "observable"], "dtype": "float64"}},
            "features": [{"name": name, "unit": unit} for name, unit in self.units.items()],
            "order": "the observables as they were asked for",
            "padding": "none",
            "missing": "NaN where an object is missing",
            "phi": "rad, in [-pi, pi); differences wrapped",
            "steps": [],
        }


def canonical_names(names: Sequence[str], where: str) -> tuple[str, ...]:
    """Return canonical names; refuse one that appears twice, and a text where a list is meant."""
    if isinstance(names, str):
        msg = f"{where} takes a list of observables: [{names!r}]"
        raise ArgumentError(msg)
    if not isinstance(names, list | tuple):
        msg = f"{where} takes a list of observables, ['fatjet0.mass', 'met'], which keeps its order; got {names!r}"
        raise ArgumentError(msg)
    canonical = [canonical_name(name) for name in names]
    for name in canonical:
        if canonical.count(name) > 1:
            given = ", ".join(repr(text) for text, each in zip(names, canonical, strict=True) if each == name)
            msg = f"{where} has the observable {name!r} twice: {given}"
            raise ArgumentError(msg)
    return tuple(canonical)


def read_columns(events: Readable, names: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return the values of `names`, (n, k), NaN where an object is missing.

    Raises
    ------
    ArgumentError
        An observable has several values in an event.
    """
    columns = []
    for name in names:
        values = events.read(parse_observable(name))
        if not isinstance(values, np.ndarray):
            msg = f"{name!r} has a value for each element, a column needs one each event; take one, as in jet0.pt"
            raise ArgumentError(msg)
        columns.append(values)
    return np.stack(columns, axis=1) if columns else np.empty((len(events), 0))
