"""Where the events of a class come from: a run, a file, or events in memory."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, runtime_checkable

import awkward as ak
import numpy as np

from ..errors import ArgumentError, PathError, near
from ..provenance import Result, fingerprint
from ..representations import Representation
from ..runfile import RUN_FILE, run_groups
from ..tables.files import path_and_key
from .pieces import PIECE, FilePiece, MemoryPiece, Piece, RootPiece, RunPiece
from .tabular import Opened, open_rows

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from ..tables import FlatTable, Ntuple

__all__ = ["Generated", "Source", "SourceLike", "open_source"]


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


SourceLike: TypeAlias = "Generated | str | os.PathLike[str] | ak.Array | FlatTable | Ntuple | Mapping[str, Any] | np.ndarray | pa.Table | pd.DataFrame"
#: What holds the events of a class.
KINDS = (
    "a Run, the path of a run, of events or of a table (.csv, .parquet, .npz, .npy, .h5, .root, 'file.root:tree'), events, "
    "or a table: a DataFrame, a dictionary of arrays, a structured array, a pyarrow Table"
)


@dataclass(frozen=True)
class Source:
    """The events of a class."""

    label: str
    """For messages: ``'zz' (study/runs/zz)``."""
    pieces: tuple[Piece, ...]
    """What is read one after the other."""
    identity: Result | Path | str
    """What goes into the recipe."""
    cross_section: float | Literal["weights"] | None = None
    """pb; ``"weights"`` for the sum of the weights; None where it is not known."""
    error: float | None = None
    """pb."""
    sum_of_weights: float | None = None
    """Of the generated events; None: the sum over what is read."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """What else goes into the recipe."""
    weight: str | None = None
    """The column of a table with the weights."""
    is_plain: bool = False
    """Whether it is a table of numbers without objects."""

    def check(self, representation: Representation) -> None:
        """Refuse a plain table where particles are needed."""
        if self.is_plain and (representation.per or not representation.columns):
            what = (
                f"a row for each {representation.per}"
                if representation.per
                else f"{type(representation).__name__}(...)"
            )
            msg = f"{what} needs the particles of events, and {self.label} is a table of observables: take its run or its file"
            raise ArgumentError(msg)


def open_source(name: str, value: SourceLike) -> Source:
    """Return the source of class `name`.

    Raises
    ------
    ArgumentError
        `value` is none of the things that hold events.
    PathError
        A path that does not exist.
    FileFormatError
        A ROOT file that cannot be read.
    """
    if isinstance(value, str | os.PathLike):
        return _from_path(name, value)
    opened = open_rows(value, f"{name!r}", PIECE)
    if opened is not None:
        return _of_table(f"{name!r}", opened)
    if isinstance(value, ak.Array):
        return Source(f"{name!r}", (MemoryPiece(lambda _: value),), events_fingerprint(value))
    if isinstance(value, Generated):
        where = getattr(value, "path", None)
        label = f"{name!r} ({where})" if where else f"{name!r}"
        identity = value if isinstance(value, Result) else events_fingerprint(value.events())
        return Source(label, _pieces_of(value), identity, value.cross_section, value.error, value.sum_of_weights)
    how = "; the columns of a plain array have no names: {'m_jj': array[:, 0]} gives them" * isinstance(
        value, np.ndarray
    )
    msg = f"the source of {name!r} must be {KINDS}, not a {type(value).__name__}{how}"
    raise ArgumentError(msg)


def events_fingerprint(events: ak.Array) -> str:
    """Return the hash of the content of events in memory."""
    form, length, buffers = ak.to_buffers(ak.to_packed(events))
    arrays = {name: np.asarray(buffer) for name, buffer in buffers.items()}
    return fingerprint(arrays, {"form": _plain(form.to_dict()), "length": int(length)})


def _plain(form: Any) -> Any:
    if isinstance(form, Mapping):
        return {key: _plain(value) for key, value in form.items() if value is not None}
    return [_plain(each) for each in form] if isinstance(form, list | tuple) else form


def _pieces_of(run: Generated) -> tuple[Piece, ...]:
    folder = getattr(run, "folder", None)
    if folder is None or not (folder / RUN_FILE).is_file():
        return (MemoryPiece(run.events),)
    return tuple(RunPiece(folder, tuple(groups), first) for first, groups in run_groups(folder, PIECE))


def _of_table(label: str, opened: Opened) -> Source:
    return Source(
        label,
        opened.pieces,
        opened.identity,
        opened.cross_section,
        options=opened.options,
        weight=opened.weight,
        is_plain=opened.is_plain,
    )


def _from_path(name: str, given: str | os.PathLike[str]) -> Source:
    path, label = Path(given), f"{name!r} ({os.fspath(given)})"
    if path.is_dir():
        from ..runs import Run

        return open_source(name, Run.load(path.as_posix()))
    if not path_and_key(given)[0].is_file():
        msg = f"the source of {name!r} is missing: there is no file or folder {path}{_near(path)}"
        raise PathError(msg)
    opened = open_rows(given, label, PIECE)
    if opened is not None:
        return _of_table(label, opened)
    return Source(f"{name!r} ({path})", _pieces_in(path.absolute()), path)


def _pieces_in(file: Path) -> tuple[Piece, ...]:
    with file.open("rb") as stream:
        is_root = stream.read(4) == b"root"
    if not is_root:
        return (FilePiece(file),)
    from ..delphes import count_events

    events = count_events(file)
    return tuple(RootPiece(file, first, min(first + PIECE, events)) for first in range(0, max(events, 1), PIECE))


def _near(path: Path) -> str:
    here = path.absolute().parent
    found = near(path.name, [each.name for each in here.iterdir()]) if here.is_dir() else []
    return f"; near names there: {', '.join(found)}" if found else ""
