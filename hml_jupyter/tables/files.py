"""Which reader opens a file: by the end of its name."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .. import checks
from ..errors import FileFormatError, PathError, near
from .reader import Reader

__all__ = ["READERS", "check_present", "path_and_key", "reader_of", "suffix_of", "without_key"]

#: A path, and the table in the file: ``events.root:tree``.
_KEYED = re.compile(r"(?P<path>.+\.(?:root|h5|hdf5|hdf)):(?P<key>[^:]+)", re.IGNORECASE)


def _csv(path: Path, **_: Any) -> Reader:
    from .text import CsvReader

    return CsvReader(path)


def _parquet(path: Path, **_: Any) -> Reader:
    from .parquet import ParquetReader

    return ParquetReader(path)


def _npy(path: Path, *, columns: tuple[str, ...] | None, **_: Any) -> Reader:
    from .numpyfile import NpyReader

    return NpyReader(path, columns)


def _npz(path: Path, *, columns: tuple[str, ...] | None, **_: Any) -> Reader:
    from .numpyfile import NpzReader

    return NpzReader(path, columns)


def _hdf5(path: Path, *, key: str, columns: tuple[str, ...] | None) -> Reader:
    from .hdf5 import Hdf5Reader

    return Hdf5Reader(path, key, columns)


def _root(path: Path, *, key: str, **_: Any) -> Reader:
    from .trees import TreeReader

    return TreeReader(path, key)


#: End of a file's name -> what reads it.
READERS: dict[str, Callable[..., Reader]] = {
    ".csv": _csv,
    ".csv.gz": _csv,
    ".parquet": _parquet,
    ".npy": _npy,
    ".npz": _npz,
    ".h5": _hdf5,
    ".hdf5": _hdf5,
    ".hdf": _hdf5,
    ".root": _root,
}


def reader_of(path: Path, key: str, columns: tuple[str, ...] | None) -> Reader:
    """Return what reads a file.

    Parameters
    ----------
    path : Path
        The file.
    key : str
        The tree, group or table in it; empty for the only one.
    columns : tuple of str, optional
        Names for the columns of a plain array.

    Raises
    ------
    FileFormatError
        No table is in such files.
    """
    suffix = suffix_of(path)
    if suffix not in READERS:
        msg = (
            f"{path.name}: expected a table in a file that ends in {', '.join(READERS)}; found {suffix or 'no ending'}"
        )
        raise FileFormatError(msg)
    return READERS[suffix](path, key=key, columns=columns)


def suffix_of(path: Path) -> str:
    """Return the end of a file's name, in lower case.

    Examples
    --------
    >>> suffix_of(Path("Jets.CSV.GZ")), suffix_of(Path("events.lhe"))
    ('.csv.gz', '.lhe')
    """
    name = path.name.lower()
    return next(
        (suffix for suffix in sorted(READERS, key=len, reverse=True) if name.endswith(suffix)), path.suffix.lower()
    )


def path_and_key(source: str | os.PathLike[str]) -> tuple[Path, str]:
    """Return the path of a file and the table in it; a file whose own name has a colon is that file.

    Examples
    --------
    >>> path_and_key("study/events.root:tree")
    (PosixPath('study/events.root'), 'tree')
    """
    path = checks.place("a table", source)
    keyed = _KEYED.fullmatch(os.fspath(source))
    return (Path(keyed["path"]), keyed["key"]) if keyed and not path.exists() else (path, "")


def check_present(path: Path) -> None:
    """Refuse a path where no file is.

    Raises
    ------
    PathError
        The message lists near names.
    """
    if path.is_file():
        return
    here = path.absolute().parent
    close = near(path.name, [each.name for each in here.iterdir()]) if here.is_dir() else []
    where = "" if path.is_absolute() else f"; the working folder is {Path.cwd()}"
    msg = f"there is no file {path}{where}" + (f"; near names there: {', '.join(close)}" if close else "")
    raise PathError(msg)


def without_key(text: str) -> str:
    """Return the file in a text that may name a table in it, without looking for it.

    Examples
    --------
    >>> without_key("../events.root:tree"), without_key("../events.lhe")
    ('../events.root', '../events.lhe')
    """
    keyed = _KEYED.fullmatch(text)
    return keyed["path"] if keyed else text
