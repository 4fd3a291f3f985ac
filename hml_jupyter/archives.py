"""Zip archives of somebody else, unpacked without trust."""

from __future__ import annotations

import io
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import NamedTuple, NoReturn

from .canonical import file_sha256
from .errors import DamagedError, FileFormatError, HmlError, PathError

__all__ = ["BLOCK", "SUMS", "Limits", "check_sums", "extract", "listed", "members", "opened", "refuse"]

#: Checksums as ``sha256sum -c`` reads them.
SUMS = "SHA256SUMS"
#: An archive that becomes so many times as large is none of ours, from this size on.
MOST_RATIO, RATIO_FROM = 500, 2**20
BLOCK = 2**20
#: Bytes of the list of files of an archive that is only looked through.
MOST_LISTED = 2**18


@contextmanager
def opened(place: Path, what: str) -> Iterator[zipfile.ZipFile]:
    """Give an archive, which should be a `what`; whatever is wrong with it is said by its name.

    Raises
    ------
    PathError
        There is no such file.
    FileFormatError
        It is no archive that can be unpacked.
    """
    if not place.is_file():
        msg = f"there is no {what} {place}"
        raise PathError(msg)
    try:
        with zipfile.ZipFile(place) as archive:
            yield archive
    except HmlError:
        raise
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        zlib.error,
        NotImplementedError,
        EOFError,
        ValueError,
        RuntimeError,
        OSError,
    ) as error:
        msg = f"{place.name} is no archive that can be unpacked ({error})"
        raise FileFormatError(msg) from error


class _Listing(io.FileIO):
    """A file whose list of files is read only where it is short: that can be nearly as large as the archive."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MOST_LISTED:
            msg = f"its list of files has {size} bytes"
            raise zipfile.BadZipFile(msg)
        return super().read(size)


def listed(place: Path) -> list[PurePosixPath]:
    """Return the names in an archive without unpacking it; none where they cannot be read, or are too many to look through."""
    try:
        with _Listing(place) as file, zipfile.ZipFile(file) as archive:
            return [PurePosixPath(info.filename) for info in archive.infolist()]
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, ValueError, OSError):
        return []


class Limits(NamedTuple):
    """The most that an archive may hold."""

    what: str
    """What it is an archive of."""
    files: int
    """How many files."""
    size: int
    """Bytes of them all, unpacked."""


def members(archive: zipfile.ZipFile, name: str, limits: Limits) -> list[zipfile.ZipInfo]:
    """Return the files of an archive before anything is written.

    Raises
    ------
    FileFormatError
        More of them, or a bomb; links; paths that lead out of it; a name that is there twice.
    """
    found = [info for info in archive.infolist() if not info.is_dir()]
    whole, packed = sum(info.file_size for info in found), sum(info.compress_size for info in found)
    if len(found) > limits.files or whole > limits.size:
        has = f"it has {len(found)} files and {whole} bytes"
        refuse(name, f"{has}; a {limits.what} has at most {limits.files} files and {limits.size} bytes")
    if whole > RATIO_FROM and whole > MOST_RATIO * packed:
        refuse(name, f"it becomes {whole // max(packed, 1)} times as large")
    seen: set[str] = set()
    for info in found:
        parts = PurePosixPath(info.filename).parts
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            refuse(name, f"{info.filename!r} is a link or no plain file")
        if (
            not parts
            or parts[0].startswith(("/", "."))
            or {"..", "."} & {*parts}
            or PureWindowsPath(info.filename).drive
            or "\\" in info.filename
            or not info.filename.isprintable()
        ):
            refuse(name, f"{info.filename!r} is no path inside of it")
        if info.filename.casefold() in seen:
            refuse(name, f"{info.filename!r} is there twice")
        seen.add(info.filename.casefold())
    return found


def refuse(name: str, why: str) -> NoReturn:
    """Raise what says why an archive is not unpacked."""
    msg = f"{name} is not unpacked: {why}"
    raise FileFormatError(msg)


def extract(archive: zipfile.ZipFile, found: Iterable[zipfile.ZipInfo], folder: Path) -> None:
    """Write files of an archive, as :func:`members` gave them, into an empty folder."""
    for info in found:
        target = folder / PurePosixPath(info.filename)
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(info) as source, target.open("xb") as file:
            shutil.copyfileobj(source, file, BLOCK)


def check_sums(folder: Path, name: str, below: str = ".") -> None:
    """Compare the files that were unpacked into `folder` with those of its checksums that are `below`, and remove these.

    Raises
    ------
    FileFormatError
        It has no checksums.
    DamagedError
        A file is not what was packed, is missing, or is one more.
    """
    sums = folder / SUMS
    if not sums.is_file():
        refuse(name, f"it has no {SUMS}; hml.pack writes one")
    lines = (line.partition("  ") for line in sums.read_text(encoding="utf-8", errors="replace").splitlines())
    expected = {file: digest for digest, _, file in lines if PurePosixPath(file).is_relative_to(below)}
    sums.unlink()
    found = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    if found != set(expected):
        several = sorted(found ^ set(expected))
        msg = f"{name}: its files are not those of its {SUMS}: {', '.join(several[:3])}"
        raise DamagedError(msg)
    for file, digest in expected.items():
        if file_sha256(folder / file) != digest:
            msg = f"{name}: {file} is not what was packed"
            raise DamagedError(msg)
