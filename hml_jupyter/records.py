"""The ``result.json`` of a saved result: reading it, writing it, and checking the files it lists."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from .canonical import digest, file_sha256, json_text, read_json, write_json
from .environment import platform_name, versions
from .errors import DamagedError, PathError
from .executors import usable_cores

__all__ = [
    "RECORD",
    "SCHEMA",
    "Stamps",
    "Written",
    "check_intact",
    "check_unchanged",
    "is_sealed",
    "keep_recorded",
    "made_from",
    "read_record",
    "seal",
    "stale",
    "stamps",
    "sync",
    "watched",
]

SCHEMA = 1
RECORD = "result.json"

Stamps: TypeAlias = dict[str, tuple[int, int, int]]
"""Size and times of each file of a result: they change when somebody writes to it."""


@dataclass(frozen=True)
class Written:
    """What a writer tells about the files it wrote."""

    fingerprint: str
    """Hash of the canonical content."""
    summary: dict[str, Any]
    """A few numbers for tables and records; plain JSON."""
    scratch: tuple[str, ...] = ()
    """Patterns of files that only unfinished work needs, ``"chunk-*"``: they are no part of the result, and are removed after its
    record is on disk, so that an interrupt before that moment loses nothing."""


def read_record(folder: Path) -> dict[str, Any]:
    """Return the ``result.json`` of `folder`; refuse a folder that is not a result of ours."""
    file = folder / RECORD
    if not file.is_file():
        msg = f"{folder.name}: there is a file or folder of this name, and it is not a result of hml_jupyter ({RECORD} is missing); choose another path"
        if not folder.exists():
            msg = f"{folder} does not exist"
        raise PathError(msg)
    try:
        record: dict[str, Any] = read_json(file)
        newer = record["schema"] > SCHEMA
        if not newer:
            _check_whole(record)
    except (ValueError, KeyError, TypeError) as error:
        msg = f"{folder.name}/{RECORD} cannot be read ({error}); move the folder away to compute it again"
        raise DamagedError(msg) from error
    if newer:
        msg = f"{folder.name} was written by a newer version (schema {record['schema']}); update hml_jupyter"
        raise DamagedError(msg)
    return record


def _check_whole(record: Mapping[str, Any]) -> None:
    recipe = record["recipe"]
    if not (recipe["verb"] and recipe["sha256"] and record["files"] and record["fingerprint"]):
        msg = "an entry is empty"
        raise ValueError(msg)
    dict(recipe["inputs"])


def check_intact(folder: Path, record: Mapping[str, Any], seen: Stamps | None = None) -> None:
    """Compare every file of a result with what was saved; one whose stamp was `seen` before is not read."""
    for name, expected in record["files"].items():
        file = folder / name
        if not file.is_file():
            msg = f"{folder.name}/{name} is missing; move the folder away to compute it again"
            raise DamagedError(msg)
        if seen and _stamp(file) == seen.get(name):
            continue
        if file_sha256(file) != expected:
            msg = f"{folder.name}/{name} is not what was saved; move the folder away to compute it again"
            raise DamagedError(msg)


def check_unchanged(folder: Path, record: Mapping[str, Any], seen: Stamps) -> Stamps:
    """Refuse a result whose folder is not what it was when `record` and the stamps were taken; return the stamps of now.

    Raises
    ------
    PathError
        It is not there any more.
    DamagedError
        It holds a newer result, or its files have changed.
    """
    if not (folder / RECORD).is_file():
        msg = f"{folder.name} was deleted or moved after it was loaded, {folder} is not there; run the cell that made it again"
        raise PathError(msg)
    now = read_record(folder)
    if now["fingerprint"] != record["fingerprint"]:
        msg = (
            f"{folder.name} has been made anew since it was loaded: the object in memory is older than what is in {folder}; "
            "run the cell that made or loaded it again"
        )
        raise DamagedError(msg)
    check_intact(folder, now, seen)
    return stamps(folder, now)


def stamps(folder: Path, record: Mapping[str, Any]) -> Stamps:
    """Return the stamps of the files of a result."""
    return {name: _stamp(folder / name) for name in record["files"]}


def watched(write: Callable[[Path], Written], files: Iterable[Path]) -> Callable[[Path], Written]:
    """Return `write`, refusing what it has written into its folder if one of `files` has changed since now.

    Raises
    ------
    DamagedError
        By that function: one has another size or time, or is gone. Nothing is kept of what was read of it.
    """
    before = {file: _stamp(file) for file in files if file.is_file()}

    def write_whole(folder: Path) -> Written:
        written = write(folder)
        for file, stamp in before.items():
            if not file.is_file() or _stamp(file) != stamp:
                shutil.rmtree(folder)
                msg = f"{file} has changed while it was read; nothing is kept of it, call again"
                raise DamagedError(msg)
        return written

    return write_whole


def _stamp(file: Path) -> tuple[int, int, int]:
    found = file.stat()
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def seal(folder: Path, asked: Mapping[str, Any], written: Written, owner: str | None) -> None:
    """Write ``result.json`` with the hash of each file, and force everything to disk."""
    scratch = {f for pattern in written.scratch for f in folder.glob(pattern)}
    files = sorted(f for f in folder.rglob("*") if f.is_file() and f.name != RECORD and f not in scratch)
    record = {
        "schema": SCHEMA,
        "recipe": asked,
        "owner": owner,
        "fingerprint": written.fingerprint,
        "summary": written.summary,
        "versions": versions(),
        "platform": platform_name(),
        "cores": usable_cores(),
        "files": {f.relative_to(folder).as_posix(): file_sha256(f) for f in files},
    }
    write_json(folder / RECORD, record | {"seal": digest(record)})
    for place in (*files, folder / RECORD, *(f for f in folder.rglob("*") if f.is_dir()), folder):
        sync(place)


def is_sealed(folder: Path, record: Mapping[str, Any]) -> bool:
    """Tell whether the ``result.json`` of a folder is, byte for byte, what was written with its files."""
    content = {name: value for name, value in record.items() if name != "seal"}
    return record.get("seal") == digest(content) and (folder / RECORD).read_text(encoding="utf-8") == json_text(record)


def keep_recorded(folder: Path) -> None:
    """Remove every file of a sealed folder that its record does not list: what is left of the work."""
    listed = {RECORD, *read_record(folder)["files"]}
    for file in folder.rglob("*"):
        if file.is_file() and file.relative_to(folder).as_posix() not in listed:
            file.unlink()


def made_from(folder: Path, path: str) -> Path | None:
    """Return the folder of an input of the result in `folder`, None if it is not there.

    Parameters
    ----------
    folder : Path
        Where the result is now, absolute.
    path : str
        The input as the result's record names it: relative to the working folder of that time, which is one of the folders
        above the result. The nearest one that holds such a path counts, so a study that was moved finds its own.
    """
    places = (base / path for base in folder.parents)
    return next((place for place in places if (place / RECORD).is_file()), None)


def stale(record: Mapping[str, Any], folder: Path) -> Iterator[str]:
    """Yield why the result in `folder` is older than its inputs, and they than theirs; a sentence each."""
    for name, used in record["recipe"]["inputs"].items():
        path = used.get("path")
        if path is not None and used.get("packed"):
            yield from _replaced(folder, f"{path} ({name})", path, used["fingerprint"])
            continue
        theirs = used.get("recipe") == ""  # files of somebody else have no record that could be newer
        if path is None or used.get("file") or theirs:
            continue
        place = made_from(folder, path)
        if place is None:
            yield f"{path} ({name}) is not there any more"
            continue
        try:
            now = read_record(place)
        except OSError as error:
            yield f"{path} ({name}) cannot be read: {error}"
            continue
        if now["fingerprint"] != used["fingerprint"]:
            yield f"{path} ({name}) has been made anew since"
        else:
            yield from stale(now, place)


def _replaced(folder: Path, text: str, path: str, sha256: str) -> Iterator[str]:
    """Say of a packed input that another one lies in its place; others need not have it."""
    place = next((base / path for base in folder.parents if (base / path).is_file()), None)
    try:
        if place is not None and file_sha256(place) != sha256:
            yield f"{text} has been replaced since"
    except OSError as error:
        yield f"{text} cannot be read: {error}"


def sync(place: Path) -> None:
    """Force a file or the entries of a folder to disk."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
