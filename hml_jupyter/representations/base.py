"""What every representation has: names, units, arrays of events, a declaration, and a plain form that is read back."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from .. import progress
from ..errors import ArgumentError
from ..expressions import Sum
from ..registry import Registry, named

__all__ = ["REPRESENTATIONS", "Readable", "Representation", "from_config", "register"]

#: What there is to come from JSON: kind -> class.
REPRESENTATIONS: Registry[type[Representation]] = Registry("kind of representation")


class Readable(Protocol):
    """Something with observables that can be read; events are, and rows of a table."""

    source: str

    def __len__(self) -> int:
        """Count the events."""

    def read(self, node: Sum) -> Any:
        """Return the values: NumPy (n,) with NaN, or a jagged array."""


class Representation(ABC):
    """What a method sees of an event: frozen options, no data. Subclasses are frozen dataclasses with :func:`register`."""

    kind: ClassVar[str]
    """``"set"``, ``"image"`` or ``"graph"``."""

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """Names along the last axis of the arrays: columns, channels or node features."""

    @property
    @abstractmethod
    def units(self) -> dict[str, str]:
        """Unit of each of `names`; empty for a pure number."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Observables whose values are the arrays, column by column, so that cuts and plots have them; only a set has any."""
        return ()

    @property
    def per(self) -> str | None:
        """The collection whose objects have a row each; None for a row each event."""
        return None

    @property
    @abstractmethod
    def needed(self) -> tuple[Sum, ...]:
        """What is read of the events; :func:`hml_jupyter.observables.branches` tells the branches behind it."""

    def rows(self, events: Readable) -> npt.NDArray[np.int64] | None:  # noqa: ARG002 (one each)
        """Return how many rows each event has, (n,); None for one each."""
        return None

    @abstractmethod
    def read(self, events: Readable, told: Counter[str] | None = None) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays that are stored, by name; the first axis is the event. NaN marks a missing object.

        Parameters
        ----------
        events : Events
            n events, or for a set rows of a table.
        told : Counter, optional
            What is missing, left out or could not be done -> number of events, which are added; for events that are read in pieces,
            with :meth:`tell` for all of them. Without it notices tell.
        """

    @abstractmethod
    def expand(self, stored: Mapping[str, npt.NDArray[Any]]) -> Any:
        """Return what a method sees, from the arrays of :meth:`read`."""

    @abstractmethod
    def declaration(self) -> dict[str, Any]:
        """Return what the arrays mean as plain JSON: order, padding, units, phi convention, steps with their numbers."""

    def tell(self, told: Mapping[str, int], events: int, source: str = "") -> None:
        """Tell of how many of so many `events` of a source each text of `told` is true."""
        where = f" of {source}" if source else ""
        for text, count in told.items():
            if count:
                progress.notice(f"{self.title}: {count} of {events} events{where} {text}")

    @property
    def title(self) -> str:
        """What notices call it."""
        return self.kind

    def get_config(self) -> dict[str, Any]:
        """Return the options as plain JSON; :func:`from_config` reads it."""
        options = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}  # type: ignore[arg-type]
        return {"kind": self.kind, **_plain(options)}


R = TypeVar("R", bound=type[Representation])


def register(cls: R) -> R:
    """Enter a frozen dataclass into `REPRESENTATIONS`; its misspelt options raise with near names."""
    cls.__init__ = named(cls.__init__, cls.__name__)  # type: ignore[method-assign]
    REPRESENTATIONS.add(cls.kind, cls)
    return cls


def from_config(config: Mapping[str, Any]) -> Representation:
    """Return the representation that ``get_config`` described.

    Parameters
    ----------
    config : mapping
        ``kind`` and the options; lists stand for tuples, as in JSON.

    Raises
    ------
    ArgumentError
        It names no kind, or an option has a value that it cannot have.
    UnknownNameError
        There is no such kind, or the kind has no such option.

    Examples
    --------
    >>> from hml_jupyter.representations import Set, from_config
    >>> from_config(Set(["met"]).get_config())
    Set(observables=('met',), per=None)
    """
    options = dict(config)
    kind = options.pop("kind", None)
    if kind is None:
        msg = (
            f"a representation is described by its kind ({', '.join(REPRESENTATIONS)}) and its options; got {config!r}"
        )
        raise ArgumentError(msg)
    return REPRESENTATIONS[kind](**options)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.item() if isinstance(value, np.generic) else value
