"""The ``result.json`` of a saved result: reading it, writing it, and checking the files it lists."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from .canonical import file_sha256, read_json, write_json
from .environment import platform_name, versions
from .errors import DamagedError, PathError

__all__ = [
    "RECORD",
    "SCHEMA",
    "Stamps",
    "Written",
    "check_intact",
    "check_unchanged",
    "read_record",
    "seal",
    "stamps",
    "sync",
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
        known = record["schema"] <= SCHEMA and bool(record["recipe"]["sha256"]) and bool(record["files"])
    except (ValueError, KeyError, TypeError) as error:
        msg = f"{folder.name}/{RECORD} cannot be read ({error}); move the folder away to compute it again"
        raise DamagedError(msg) from error
    if not known:
        msg = f"{folder.name} was written by a newer version (schema {record['schema']}); update hml_jupyter"
        raise DamagedError(msg)
    return record


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


def _stamp(file: Path) -> tuple[int, int, int]:
    found = file.stat()
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def seal(folder: Path, asked: Mapping[str, Any], written: Written, owner: str | None) -> None:
    """Write ``result.json`` with the hash of each file, and force everything to disk."""
    files = sorted(f for f in folder.rglob("*") if f.is_file() and f.name != RECORD)
    record = {
        "schema": SCHEMA,
        "recipe": asked,
        "owner": owner,
        "fingerprint": written.fingerprint,
        "summary": written.summary,
        "versions": versions(),
        "platform": platform_name(),
        "files": {f.relative_to(folder).as_posix(): file_sha256(f) for f in files},
    }
    write_json(folder / RECORD, record)
    for place in (*files, folder / RECORD, *(f for f in folder.rglob("*") if f.is_dir()), folder):
        sync(place)


def sync(place: Path) -> None:
    """Force a file or the entries of a folder to disk."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
