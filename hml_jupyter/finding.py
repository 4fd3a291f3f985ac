"""Finding saved results: the record of one, or which are near a place where there is none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from . import checks
from .errors import PathError, near
from .records import RECORD, read_record
from .studies import KINDS

__all__ = ["find_saved"]

#: Results that a message lists.
MOST = 4


def find_saved(what: str, path: str | os.PathLike[str]) -> tuple[Path, dict[str, Any]]:
    """Return the folder of a saved result, absolute, and its record.

    Parameters
    ----------
    what : str
        What is asked for, ``"a saved run"``.
    path : str or path
        Its folder.

    Raises
    ------
    PathError
        Nothing was saved there; the message lists near results.
    DamagedError
        Its record cannot be read.
    """
    folder = checks.place(what, path).resolve()
    if (folder / RECORD).is_file():
        return folder, read_record(folder)
    if not folder.exists():
        why = f"{path} does not exist" + ("" if Path(path).is_absolute() else f"; the working folder is {Path.cwd()}")
    elif folder.is_dir():
        why = f"nothing was saved in {path}: it has no {RECORD}"
    else:
        why = f"{path} is a file, and {what} is a folder"
    found = [_shown(each) for each in _near(folder)]
    raise PathError(why + (f"; near results: {', '.join(found)}" if found else ""))


def _near(folder: Path) -> list[Path]:
    """Return results in a folder; where there are none, the one that it lies in, or those beside it with a near name."""
    inside = _results(folder)
    if inside:
        return [folder / name for name in inside[:MOST]]
    here = next(parent for parent in folder.parents if parent.is_dir())
    if (here / RECORD).is_file():
        return [here]
    return [here / name for name in near(folder.relative_to(here).as_posix(), _results(here), MOST)]


def _results(folder: Path) -> list[str]:
    """Return the results in a folder, in a study and in the studies in a folder, relative to it."""
    below = ("*", *(f"{study}{kind}/*" for study in ("", "*/") for kind in KINDS))
    return sorted(
        file.parent.relative_to(folder).as_posix() for each in below for file in folder.glob(f"{each}/{RECORD}")
    )


def _shown(place: Path) -> str:
    here = Path.cwd().resolve()
    return (place.relative_to(here) if place.is_relative_to(here) else place).as_posix()
