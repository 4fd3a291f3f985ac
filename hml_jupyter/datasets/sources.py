"""Where the events of a class come from: a run, a file, or events in memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias, runtime_checkable

import awkward as ak
import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError, PathError
from ..events import MODEL
from ..expressions import Observable
from ..observables import branches
from ..provenance import Result, fingerprint

__all__ = ["Generated", "Source", "SourceLike", "event_weights", "needed_columns", "open_source"]


@runtime_checkable
class Generated(Protocol):
    """What a run tells: events, their number and sum of weights, cross section and its error in pb."""

    @property
    def sum_of_weights(self) -> float:
        """Of all generated events."""

    @property
    def cross_section(self) -> float:
        """In pb."""

    @property
    def error(self) -> float:
        """Of the cross section, pb."""

    def events(self, columns: Sequence[str] | None = None) -> ak.Array:
        """Return all events, or some of their columns."""


SourceLike: TypeAlias = "Generated | str | os.PathLike[str] | ak.Array"


@dataclass(frozen=True)
class Source:
    """The events of a class."""

    label: str
    """For messages: ``'zz' (study/runs/zz)``."""
    events: Callable[[Sequence[str] | None], ak.Array]
    """Reads them; at least the columns that it is given."""
    identity: Result | Path | str
    """What goes into the recipe."""
    cross_section: float | None = None
    """pb; None where it is not known."""
    error: float | None = None
    """pb."""
    sum_of_weights: float | None = None
    """Of the generated events; None: the sum over what is read."""


def open_source(name: str, value: SourceLike) -> Source:
    """Return the source of class `name`.

    Raises
    ------
    ArgumentError
        `value` is none of the things that hold events.
    PathError
        A path that does not exist.
    """
    if isinstance(value, str | os.PathLike):
        return _from_path(name, Path(value))
    if isinstance(value, ak.Array):
        return Source(f"{name!r}", lambda _: value, events_fingerprint(value))
    if isinstance(value, Generated):
        where = getattr(value, "path", None)
        label = f"{name!r} ({where})" if where else f"{name!r}"
        identity = value if isinstance(value, Result) else events_fingerprint(value.events())
        return Source(label, value.events, identity, value.cross_section, value.error, value.sum_of_weights)
    msg = f"the source of {name!r} must be a Run, a path or events, not a {type(value).__name__}"
    raise ArgumentError(msg)


def event_weights(events: ak.Array) -> npt.NDArray[np.float64]:
    """Return the weight of each event, (n,); 1 where the events carry none."""
    if "Event" not in events.fields or "Weight" not in events["Event"].fields:
        return np.ones(len(events))
    weight = events["Event"]["Weight"]
    while weight.ndim > 1:
        weight = ak.firsts(weight)
    return np.asarray(ak.to_numpy(ak.fill_none(weight, np.nan)), dtype=np.float64)


def needed_columns(observables: Sequence[Observable]) -> list[str] | None:
    """Return the columns of the event model behind `observables`; None where a branch is not in the model."""
    by_lower = {name.lower(): name for name in MODEL}
    found = {"Event.Weight"}
    for branch, parts in branches(observables).items():
        if branch not in by_lower:
            return None
        name = by_lower[branch]
        fields = (each for each in MODEL[name] if parts or not each.startswith("Constituents."))
        found.update(f"{name}.{each}" for each in fields)
    return sorted(found)


def events_fingerprint(events: ak.Array) -> str:
    """Return the hash of the content of events in memory."""
    form, length, buffers = ak.to_buffers(ak.to_packed(events))
    arrays = {name: np.asarray(buffer) for name, buffer in buffers.items()}
    return fingerprint(arrays, {"form": _plain(form.to_dict()), "length": int(length)})


def _plain(form: Any) -> Any:
    if isinstance(form, Mapping):
        return {key: _plain(value) for key, value in form.items() if value is not None}
    return [_plain(each) for each in form] if isinstance(form, list | tuple) else form


def _from_path(name: str, path: Path) -> Source:
    if path.is_dir():
        from ..runs import Run

        return open_source(name, Run.load(path.as_posix()))
    if not path.is_file():
        msg = f"the source of {name!r} is missing: there is no file or folder {path}"
        raise PathError(msg)
    return Source(f"{name!r} ({path})", lambda _: _read(path), path)


def _read(path: Path) -> ak.Array:
    from ..events import read_events

    return read_events(path)
