"""One file for a whole study: packing it, and unpacking what somebody else has packed, without trust."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath

from . import checks, progress
from .archives import BLOCK, SUMS, Limits, check_sums, extract, members, opened, refuse
from .errors import FileFormatError, PathError
from .places import written
from .preserve.card import CARD
from .registry import named
from .studies import KINDS, MARK, inside, sidecar_paths

__all__ = ["HOW_RECORDED", "SUMS", "pack", "packed_name", "unpack"]

#: The same date for every file, so that equal studies give equal bytes.
DATE = (1980, 1, 1, 0, 0, 0)
PACKED = "packed study"
LIMITS = Limits("study", 100_000, 2**36)
#: How somebody gets what a replay needs.
HOW_RECORDED = (
    "hml.Lab writes a record, a cell for each click; calls that are typed have none, and the notebook in which they stand is it: let each "
    "cell end in its result, run and save it, and replay that notebook"
)


@named
def pack(study: str, *, path: str | os.PathLike[str] | None = None) -> Path:
    """Write a study, its results and its record into one file that others can open, replay and check; or a preserved network alone.

    Parameters
    ----------
    study : str
        The study's folder, or that of a preserved network, relative to the working folder.
    path : str or path, optional
        The file; beside the study, or in the working folder for a preserved network, with its name and ``.zip``, if not given.
        What was packed there before under the name of this folder is replaced, nothing else is.

    Returns
    -------
    Path
        The file: the folder without unfinished and undone work, the record as notebook and script, ``environment.txt`` in the folder,
        and ``SHA256SUMS`` over all. Equal studies give equal bytes.

    Raises
    ------
    PathError
        There is no such study, a link leads out of it, or the file cannot be written, or holds something else.

    Notes
    -----
    ``hml replay study.zip`` computes everything again and compares; ``hml.Lab("study.zip")`` unpacks it here and opens it. The record
    is what a Lab has written. A study of typed calls has none, which a notice says: its results are packed, and what can be replayed
    is the notebook in which the calls stand, each cell with its result at its end, run and saved. A packed preserved network is opened
    by ``hml.load_preserved("mlp.zip")``.

    A study goes by the name of its folder: that is what others get, and all that stays when a study goes on.
    """
    folder = inside(study, "the study ")
    is_study = (folder / MARK).is_file()
    if not is_study and not (folder / CARD).is_file():
        msg = f"{study} is neither a study (it has no {MARK}) nor a bundle (no {CARD}); hml.Lab({study!r}) makes a study of a new folder"
        raise PathError(msg)
    files = dict(_files(folder, sidecar_paths(folder) if is_study else ()))
    beside = folder.parent if is_study else Path.cwd().resolve()
    place = beside / f"{folder.name}.zip" if path is None else Path(path)
    if place.resolve().is_relative_to(folder):
        msg = f"{place} lies inside of what is packed: give a place outside of it"
        raise PathError(msg)
    _check_replaceable(place, folder.name, "study" if is_study else "bundle")
    record = sidecar_paths(folder)[0].name
    if is_study and record not in files:
        progress.notice(
            f"{study} has no record ({record}): its results are packed, and hml replay {place.name} computes nothing again. {HOW_RECORDED}"
        )
    return written(place, lambda file: _held(file) is not None, lambda half: _write(half, files))


def packed_name(file: str | os.PathLike[str]) -> str:
    """Return the name of the study in an archive, without unpacking it.

    Raises
    ------
    FileFormatError, PathError
        As for :func:`unpack`.
    """
    place = checks.place("a packed study, such as 'study.zip'", file)
    with opened(place, PACKED) as archive:
        names = [PurePosixPath(info.filename) for info in members(archive, place.name, LIMITS)]
    studies = [name.parts[0] for name in names if len(name.parts) == 2 and name.name == MARK]
    if len(studies) != 1:
        is_bundle = any(name.name == CARD and len(name.parts) <= 2 for name in names)
        opens = (
            f'; it is a packed bundle: hml verify {place.name} checks it, hml.load_preserved("{place.name}") opens it'
        )
        how = opens if is_bundle else ""
        refuse(place.name, f"it holds {len(studies)} studies{how}")
    return studies[0]


def unpack(file: str | os.PathLike[str], into: Path) -> Path:
    """Unpack a study into a folder; return its folder.

    Parameters
    ----------
    file : path
        What :func:`pack` wrote, here or elsewhere.
    into : Path
        Where to; nothing in it is overwritten, and nothing is left of an archive that is refused.

    Raises
    ------
    FileFormatError
        It is no packed study: no archive, paths that lead out of it, links, or more than a study can be.
    DamagedError
        A file is not what was packed.
    PathError
        A file of this name is there already.
    """
    place = checks.place("a packed study, such as 'study.zip'", file)
    packed_name(place)  # refuses a bundle before anything is written
    with tempfile.TemporaryDirectory(prefix=".hml-unpack-", dir=into) as folder:
        study = _extract(place, Path(folder))
        found = sorted(Path(folder).iterdir())
        for each in found:
            if (into / each.name).exists():
                msg = f"{each.name} is here already; move it away, or unpack {place.name} in another folder"
                raise PathError(msg)
        for each in found:
            shutil.move(each, into / each.name)
    return into / study


def _files(folder: Path, beside: Iterable[Path]) -> Iterator[tuple[str, Path]]:
    """Give each file of a folder, and those `beside` it that are there, by its name in the archive."""
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder)
        if any(part.startswith(".") for part in name.parts):
            continue
        if file.is_symlink():
            msg = f"{folder.name}/{name} is a link: put the file itself there, others do not have what it leads to"
            raise PathError(msg)
        if file.is_file():
            yield f"{folder.name}/{name.as_posix()}", file
    yield from ((file.name, file) for file in beside if file.is_file())


def _write(half: Path, files: Mapping[str, Path]) -> None:
    sums = []
    with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as archive:
        for i, (name, file) in enumerate(files.items()):
            progress.report(i / len(files), f"packing {name}", label="packing")
            digest = hashlib.sha256()
            with file.open("rb") as source, archive.open(_info(name), "w", force_zip64=True) as target:
                while block := source.read(BLOCK):
                    digest.update(block)
                    target.write(block)
            sums.append(f"{digest.hexdigest()}  {name}\n")
        archive.writestr(_info(SUMS), "".join(sums))


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, DATE)
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    return info


def _extract(place: Path, folder: Path) -> str:
    """Unpack an archive into an empty folder, and check it; return the name of the study in it."""
    with opened(place, PACKED) as archive:
        extract(archive, members(archive, place.name, LIMITS), folder)
    check_sums(folder, place.name)
    return _study_in(folder, place.name)


def _check_replaceable(place: Path, name: str, kind: str) -> None:
    """Refuse to replace what was packed of something else; what was not packed by us is refused where it is written."""
    held = _held(place)
    if held not in (None, (name, kind)):
        msg = f"{place} holds the packed {held[1]} {held[0]!r}, which is not the {kind} {name!r}: choose another path or move it away"
        raise PathError(msg)


def _held(file: Path) -> tuple[str, str] | None:
    """Return the name of what was packed into a file, and whether it is a study or a bundle; None where it is no archive of ours."""
    with suppress(FileFormatError, PathError), opened(file, PACKED) as archive:
        found = [PurePosixPath(name) for name in archive.namelist()]
        kinds = {MARK: "study", CARD: "bundle"}
        held = [(path.parts[0], kinds[path.name]) for path in found if len(path.parts) == 2 and path.name in kinds]
        if found[-1:] == [PurePosixPath(SUMS)] and len(held) == 1:
            return held[0]
    return None


def _study_in(folder: Path, name: str) -> str:
    studies = [mark.parent for mark in folder.glob(f"*/{MARK}")]
    others = [each.name for each in folder.iterdir() if each not in studies and each not in _beside(studies)]
    if len(studies) != 1 or others:
        refuse(name, f"it holds {len(studies)} studies" + (f" and {', '.join(sorted(others)[:3])}" if others else ""))
    strange = [each.name for each in studies[0].iterdir() if each.is_dir() and each.name not in KINDS]
    if strange:
        refuse(name, f"{strange[0]} is no folder of a study")
    return studies[0].name


def _beside(studies: list[Path]) -> list[Path]:
    return [file for study in studies for file in sidecar_paths(study)]
