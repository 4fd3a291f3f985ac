"""Where exports are written: whole or not at all, and over nothing that is not ours."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from . import checks
from .errors import PathError
from .records import sync

__all__ = ["written"]


def written(path: str | os.PathLike[str], is_ours: Callable[[Path], bool], write: Callable[[Path], None]) -> Path:
    """Write a file so that a killed process leaves the old one or the new one; return its path.

    Parameters
    ----------
    path : str or path
        Where it goes. An earlier export is replaced, any other file is not.
    is_ours : callable
        Tells whether a file that is there already may be replaced.
    write : callable
        Writes it at the place that it is given.

    Raises
    ------
    PathError
        It is no path, its folder does not exist, or the place belongs to another file.
    """
    place = checks.place("an export, such as 'set.root'", path)
    if not place.parent.is_dir():
        msg = f"{place} cannot be written: there is no folder {place.parent}; make it first"
        raise PathError(msg)
    if place.exists() and not (place.is_file() and is_ours(place)):
        msg = f"{place} exists and is no export of hml_jupyter; choose another path or move it away"
        raise PathError(msg)
    half = place.with_name(f".{place.name}.half")
    try:
        write(half)
        sync(half)
        half.replace(place)
        sync(place.parent)
    except OSError as error:
        msg = f"{place} cannot be written ({error})"
        raise PathError(msg) from error
    finally:
        half.unlink(missing_ok=True)
    return place
