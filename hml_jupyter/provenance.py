"""Saved results: recipes, fingerprints, atomic folders, and what to do when a path is taken.

A result is a folder with a ``result.json``. Its *recipe* (the call and the fingerprints of its inputs) decides whether it is
computed again; its *fingerprint* (the canonical content) is what a replay compares; the *sha256* of each file finds damage.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from . import progress
from .aside import aside_of, put_aside, saved, tell_aside
from .canonical import canonical, digest, file_sha256, fingerprint, read_json, write_json
from .errors import FileFormatError, HmlError, PathError
from .finding import find_saved
from .records import (
    RECORD,
    SCHEMA,
    Stamps,
    Written,
    check_intact,
    check_unchanged,
    keep_recorded,
    read_record,
    seal,
    stale,
    stamps,
    sync,
    watched,
)
from .registry import Shown
from .studies import alone_at, mark_study, writable

__all__ = [
    "SCHEMA",
    "Recipe",
    "Result",
    "Written",
    "fingerprint",
    "open_result",
    "owner",
    "partial_folder",
    "produce",
    "put_aside",
    "read_json",
    "read_record",
    "write_json",
]


#: Who is writing: the id of a recorded entry, ``cell:<id>`` for a user's cell, None for a plain script.
owner: ContextVar[str | None] = ContextVar("owner", default=None)


class Result(Shown):
    """Something that was computed once and is kept in a folder."""

    folder: Path
    """Where its files are, absolute."""
    path: str | None
    """The path as it was given, relative to the notebook; None in memory."""
    record: dict[str, Any]
    """The content of ``result.json``."""
    in_memory: bool = False
    """Whether it is lost with this kernel."""
    _seen: Stamps | None = None

    @property
    def recipe(self) -> str:
        """Hash of the call and of the fingerprints of its inputs."""
        return str(self.record["recipe"]["sha256"])

    @property
    def fingerprint(self) -> str:
        """Hash of the canonical content."""
        return str(self.record["fingerprint"])

    @property
    def stale(self) -> tuple[str, ...]:
        """Why this result is older than its inputs, a sentence each; empty when it is fresh."""
        return () if self.in_memory else tuple(stale(self.record, self.folder))

    def check_unchanged(self) -> None:
        """Refuse a result whose folder has changed since it was made or loaded.

        Only files whose size or times differ from those at that time are read again.

        Raises
        ------
        PathError, DamagedError
            Its folder is gone, holds a newer result, or its files have changed.
        """
        if self._seen is not None:
            self._seen = check_unchanged(self.folder, self.record, self._seen)

    def as_input(self) -> dict[str, Any]:
        """Return what a recipe keeps of it."""
        return {"fingerprint": self.fingerprint, "path": self.path, "recipe": self.recipe}


@dataclass(frozen=True)
class Recipe:
    """What a result depends on."""

    verb: str
    """The public function, ``"generate"``."""
    version: int
    """Version number of the algorithm; raised when the same arguments give other content."""
    arguments: Mapping[str, Any]
    """The arguments that matter, without the path: literals and our own frozen classes."""
    inputs: Mapping[str, Result | Path | str] = field(default_factory=dict)
    """Results, files, or ready fingerprints that go in."""
    stops: tuple[str, ...] = ()
    """Arguments that only say where to stop; calls that differ in them share their unfinished work."""

    def to_json(self) -> dict[str, Any]:
        """Return the recipe as it is stored, its hash included."""
        inputs = {name: _input(value) for name, value in self.inputs.items()}
        arguments = {name: canonical(value) for name, value in self.arguments.items()}
        body = {
            "verb": self.verb,
            "version": self.version,
            "arguments": arguments,
            "inputs": {name: i["fingerprint"] for name, i in inputs.items()},
        }
        way = body | {"arguments": {k: v for k, v in arguments.items() if k not in self.stops}}
        return {**body, "inputs": inputs, "sha256": digest(body), "work": digest(way)}


R = TypeVar("R", bound=Result)


def produce(path: str | None, recipe: Recipe, write: Callable[[Path], Written], load: Callable[[Path], R]) -> R:
    """Return the result of `recipe` kept at `path`; compute it only if it is not there.

    Parameters
    ----------
    path : str or None
        Relative to the working folder and inside it; None keeps the result in a temporary folder as long as it is used.
    recipe : Recipe
        What the result depends on.
    write : callable
        Writes all files into the folder it is given. After an interrupt, a kill or an error it finds there what it had
        written; what only such a next try needs it leaves there, and names it in `Written.scratch`.
    load : callable
        Builds the result from a folder.

    Raises
    ------
    PathError
        `path` leaves the working folder, cannot be written, or belongs to something else; an input is gone.
    DamagedError
        The folder was saved by this recipe and its files have changed since, or those of an input have.

    Notes
    -----
    Of two kernels that compute `path` the second waits for the first and loads what that has made.
    """
    # from before they are hashed until after they were read
    write = watched(write, [value for value in recipe.inputs.values() if isinstance(value, Path)])
    asked = recipe.to_json()
    if path is None:
        return _in_memory(asked, write, load)
    try:
        target = writable(path)
        with alone_at(target, path):
            return _at(path, target, recipe, asked, write, load)
    except OSError as error:
        if isinstance(error, HmlError):
            raise
        msg = f"path={path!r} cannot be written ({error.strerror or error}); what was finished is kept, the same call goes on from there"
        raise PathError(msg) from error


def _in_memory(asked: Mapping[str, Any], write: Callable[[Path], Written], load: Callable[[Path], R]) -> R:
    folder = Path(tempfile.mkdtemp(prefix="hml-"))
    try:
        result = _bind(load(_compute(folder, asked, write)), folder, None)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    result.in_memory = True
    weakref.finalize(result, shutil.rmtree, folder, ignore_errors=True)
    return result


def _at(
    path: str,
    target: Path,
    recipe: Recipe,
    asked: Mapping[str, Any],
    write: Callable[[Path], Written],
    load: Callable[[Path], R],
) -> R:
    if target.exists():
        record = read_record(target)
        if record["recipe"]["sha256"] == asked["sha256"]:
            check_intact(target, record)
            progress.notice(f"{path}: loaded, its recipe has not changed")
            return _bind(load(target), target, path)
        _check_replaceable(path, record, recipe)
        if str(owner.get() or "cell:").startswith("cell:"):  # a recorded entry has its undo
            tell_aside(path, target, record)
    work = target.parent / ".partial" / f"{target.name}-{asked['work'][:16]}"
    ready = saved(aside_of(target, asked["sha256"]), asked) or _compute(work, asked, write)
    put_aside(target)
    ready.replace(target)
    sync(target.parent)
    for leftover in _partial(target):
        shutil.rmtree(leftover, ignore_errors=True)
    mark_study(target)
    return _bind(load(target), target, path)


def open_result(path: str | os.PathLike[str], verb: str, load: Callable[[Path], R]) -> R:
    """Return a saved result; its files are checked against what was saved.

    Raises
    ------
    PathError, DamagedError
        Nothing was saved there, or its files have changed.
    FileFormatError
        The folder holds another kind of result.
    """
    folder, record = find_saved("a saved result", path)
    if record["recipe"]["verb"] != verb:
        msg = f"{path} was made by {record['recipe']['verb']}, not by {verb}"
        raise FileFormatError(msg)
    check_intact(folder, record)
    given = Path(path)
    return _bind(load(folder), folder, None if given.is_absolute() else given.as_posix())


def partial_folder(path: str | os.PathLike[str]) -> Path | None:
    """Return the newest folder of unfinished work for `path`, if an interrupt or a kill left one."""
    found = sorted(_partial(Path(path).absolute()), key=lambda folder: folder.stat().st_mtime)
    return found[-1] if found else None


def _partial(target: Path) -> list[Path]:
    """Return the folders of unfinished work of a result: its name and the 16 letters of a recipe."""
    place = target.parent / ".partial"
    found = place.iterdir() if place.is_dir() else ()
    return [f for f in found if f.is_dir() and f.name[:-17] == target.name and f.name[-17] == "-"]


def _input(value: Result | Path | str) -> dict[str, Any]:
    if isinstance(value, Result):
        value.check_unchanged()
        return value.as_input()
    if isinstance(value, Path):
        return {"fingerprint": file_sha256(value), "path": value.as_posix(), "file": True}
    return {"fingerprint": value, "path": None}


def _bind(result: R, folder: Path, path: str | None) -> R:
    result.folder, result.path = folder, path
    result.record = read_record(folder)
    result._seen = stamps(folder, result.record)
    return result


def _check_replaceable(path: str, record: Mapping[str, Any], recipe: Recipe) -> None:
    """Refuse to replace what another entry, or another kind of call, has made."""
    theirs, ours = record.get("owner"), owner.get()
    verb = record["recipe"]["verb"]
    if verb != recipe.verb or (theirs != ours and theirs is not None):
        by = f"{verb}()" + (f" of the recorded entry {theirs}" if theirs and not theirs.startswith("cell:") else "")
        how = "choose another path" + (
            ", or open the study with hml.Lab here: then its cells may be changed" if theirs and ours is None else ""
        )
        msg = f"path={path!r} is taken: it holds another result, made by {by}; {how}"
        raise PathError(msg)


def _compute(work: Path, asked: Mapping[str, Any], write: Callable[[Path], Written]) -> Path:
    """Return `work` with the sealed result in it. Whatever goes wrong, what is finished stays for the next try."""
    if saved(work, asked) is None:
        work.mkdir(parents=True, exist_ok=True)
        for half in [work / RECORD, *work.rglob(".*.half")]:  # of a kernel that was killed here
            half.unlink(missing_ok=True)
        try:
            seal(work, asked, write(work), owner.get())
        except BaseException:
            with suppress(OSError):
                work.rmdir()  # it goes only if nothing is in it: the call was refused before work began
            raise
    keep_recorded(work)
    return work
