"""Study folders: what belongs to them, and where a result may be written."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path, PurePosixPath

from filelock import FileLock, Timeout

from . import progress
from .canonical import write_json
from .environment import write_environment
from .errors import PathError
from .records import RECORD, SCHEMA

__all__ = [
    "KINDS",
    "MARK",
    "alone_at",
    "claim_study",
    "inside",
    "lock_study",
    "mark_study",
    "sidecar_paths",
    "study_name",
    "writable",
]

#: The folders of a study.
KINDS = ("runs", "data", "models", "preserved")
MARK = "study.json"
#: What a file system answers that has no locks.
NO_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP)


def claim_study(study: Path) -> None:
    """Make a folder a study of ours, or refuse it.

    Raises
    ------
    PathError
        It is a file, holds other files, or cannot be written.
    """
    try:
        study.mkdir(parents=True, exist_ok=True)
        foreign = _foreign(study)
        if foreign:
            msg = f"{study.name} holds other files ({', '.join(foreign[:3])}); a study needs a folder of its own"
            raise PathError(msg)
        if not (study / MARK).exists():
            write_json(study / MARK, {"schema": SCHEMA, "kind": "study"})
    except FileExistsError as error:
        msg = f"{study.name} is a file; a study needs a folder"
        raise PathError(msg) from error
    except OSError as error:
        if isinstance(error, PathError):
            raise
        msg = f"the study folder {study.name} cannot be written ({error.strerror or error}); choose another folder or mend its permissions"
        raise PathError(msg) from error


def lock_study(study: Path) -> tuple[FileLock | None, str | None]:
    """Return the lock of a study, and why it can only be looked at if somebody else holds it.

    A file system without locks has none to give; the user is told.
    """
    try:
        return _lock(study / ".lock", 0), None
    except Timeout:
        return None, "another kernel is recording into this study; it can be looked at here, not changed"
    except OSError as error:
        return (
            None,
            f"the study folder cannot be written ({error.strerror or error}); it can be looked at here, not changed",
        )


@contextmanager
def alone_at(target: Path, path: str) -> Iterator[None]:
    """Keep other kernels from writing the result at `target` while the block runs; wait for one that does.

    The lock lies beside the unfinished work, so nothing of it stays in the result.
    """
    file = target.parent / ".partial" / f"{target.name}.lock"
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        lock = _lock(file, 0)
    except Timeout:
        progress.notice(
            f"{path}: another kernel is computing the same result; waiting for it, interrupt to stop waiting"
        )
        lock = _lock(file, -1)
    try:
        yield
    finally:
        if lock is not None:
            # before the release: afterwards it may be the lock of a kernel that has waited
            with suppress(OSError):
                file.unlink()
        with suppress(OSError):
            file.parent.rmdir()  # it goes only if nothing is in it
        if lock is not None:
            lock.release()


def _lock(file: Path, timeout: float) -> FileLock | None:
    """Return a lock that is held; None, and a notice, on a file system without locks."""
    # it is the operating system's: the soft lock that filelock would take instead outlives a killed kernel
    lock = FileLock(file, fallback_to_soft=False)
    while not lock.is_locked:
        try:
            lock.acquire(timeout, 0.1)
        except FileNotFoundError:
            continue  # who had it has removed the empty folder; it is made again
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise
            _tell_no_locks(file.parent.stat().st_dev)
            return None
    return lock


@cache
def _tell_no_locks(device: int) -> None:  # noqa: ARG001
    """Say it once for each file system."""
    progress.notice(
        "this file system has no locks, so two kernels are not kept apart: open a study, and compute a path, in one kernel at a time"
    )


def study_name(study: Path) -> str:
    """Return what cells call a study: its path from the working folder."""
    here = Path.cwd().resolve()
    return study.relative_to(here).as_posix() if study.is_relative_to(here) else study.name


def _foreign(study: Path) -> list[str]:
    """Return what lies in a folder that is not marked as a study and cannot be part of one."""
    if (study / MARK).exists():
        return []
    return sorted(f.name for f in study.iterdir() if f.name not in KINDS and not f.name.startswith("."))


def mark_study(target: Path) -> None:
    """Write ``study.json`` and ``environment.txt`` of the study that `target` lies in, unless the folder is not ours."""
    study = target.parent.parent
    if target.parent.name in KINDS and not _foreign(study):
        claim_study(study)
        write_environment(study / "environment.txt")


def inside(given: object, what: str = "path=") -> Path:
    """Return the absolute place of a path that is relative and stays inside the working folder, links followed.

    Parameters
    ----------
    given : str
        Names with ``/`` between them.
    what : str
        What a message puts before the path: ``"path="``, ``"the study "``.

    Raises
    ------
    PathError
        It is anything else: absolute, with ``..``, ``~`` or a backslash, a link that leads out, or the working folder itself.

    Examples
    --------
    >>> inside("../runs")
    Traceback (most recent call last):
    hml_jupyter.errors.PathError: path='../runs' must be a text, relative and stay inside the working folder
    """
    path = given if isinstance(given, str) and given.isprintable() else ""
    pure = PurePosixPath(path)
    here = Path.cwd().resolve()
    target = (here / pure).resolve()
    if (
        not path
        or pure.is_absolute()
        or ".." in pure.parts
        or "\\" in path
        or target == here
        or not target.is_relative_to(here)
    ):
        msg = f"{what}{given!r} must be a text, relative and stay inside the working folder"
        raise PathError(msg)
    if path.startswith("~"):
        msg = f"{what}{given!r} begins with ~, which stands for no folder here: write a path from the working folder"
        raise PathError(msg)
    return target


def writable(given: object) -> Path:
    """Return the absolute place of the path of a result, its parent made.

    Raises
    ------
    PathError
        It leaves the working folder, lies in the folder of another result, or cannot be written to.
    """
    target = inside(given)
    here = Path.cwd().resolve()
    for folder in target.parents:
        if folder.is_relative_to(here) and folder != here and (folder / RECORD).is_file():
            taken = folder.relative_to(here).as_posix()
            msg = f"path={given!r} lies in {taken!r}, which is the folder of another result: choose a path beside it"
            raise PathError(msg)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=target.parent):
            pass
    except OSError as error:
        msg = f"path={given!r} cannot be written: {error.strerror or error}; choose another folder or mend its permissions"
        raise PathError(msg) from error
    return target


def sidecar_paths(study: Path) -> tuple[Path, Path]:
    """Return the places of the notebook and of the script beside a study."""
    return study.with_name(f"{study.name}.record.ipynb"), study.with_name(f"{study.name}.record.py")
