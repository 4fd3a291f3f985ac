"""Results that wait for their undo: the study's ``.undone``."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from . import progress
from .errors import DamagedError, PathError
from .records import check_intact, read_record, sync
from .studies import KINDS

__all__ = ["aside_of", "put_aside", "saved", "set_aside", "tell_aside"]


def put_aside(target: Path) -> None:
    """Move the result at `target` to the study's ``.undone``, from where the same recipe brings it back."""
    if not target.exists():
        return
    aside = aside_of(target, read_record(target)["recipe"]["sha256"])
    if aside.exists():
        shutil.rmtree(aside)
    aside.parent.mkdir(parents=True, exist_ok=True)
    target.replace(aside)
    sync(target.parent)


def tell_aside(path: str, target: Path, record: Mapping[str, Any]) -> None:
    """Say where the result at `target` goes, whose place another takes."""
    place = Path(os.path.relpath(aside_of(target, record["recipe"]["sha256"]))).as_posix()
    progress.notice(
        f"{path} was made by another call, or an earlier version, and is made anew; the earlier one goes to {place}, its own call brings it back"
    )


def set_aside(study: Path, name: str, path: str, record_id: str) -> None:
    """Put the folder of a recorded step aside, if it lies in the study and is that step's.

    Parameters
    ----------
    study, name : Path, str
        Its folder, and what paths call it.
    path, record_id : str
        The folder as the step names it, and the step.
    """
    pure = PurePosixPath(path)
    if ".." in pure.parts or not pure.is_relative_to(name):
        return
    folder = study / pure.relative_to(name)
    with suppress(PathError, DamagedError):
        theirs = read_record(folder).get("owner")
        if not (theirs and str(theirs).isdigit() and theirs != record_id):
            put_aside(folder)


def aside_of(target: Path, recipe_sha256: str) -> Path:
    """Return where a result waits for its undo: ``.undone`` of the study, by path and recipe."""
    root = target.parent.parent if target.parent.name in KINDS else target.parent
    return root / ".undone" / target.relative_to(root).as_posix().replace("/", "--") / recipe_sha256[:16]


def saved(folder: Path, asked: Mapping[str, Any]) -> Path | None:
    """Return a folder if it is a whole result of this recipe: one that was undone, or one whose kernel was killed before it got its name."""
    with suppress(PathError, DamagedError):
        record = read_record(folder)
        if record["recipe"]["sha256"] == asked["sha256"]:
            check_intact(folder, record)
            return folder
    return None
