"""The archives in which HEP ML Lab keeps a dataset, opened with care.

A ``.ds`` is a zip archive: ``configs.json`` describes the columns or the image, ``data.npz`` has the arrays ``samples`` and
``targets``; of a dataset that was split ``train.ds``, ``test.ds`` and perhaps ``val.ds`` are archives of the same kind. Nothing
is unpacked to disk and nothing is unpickled. Written by version 0.4.3 of https://github.com/Star9daisy/hep-ml-lab, and by the
ones before, whose image names were plain texts.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..errors import FileFormatError
from ..tables.numpyfile import members
from ..tables.reader import guarded, refuse_repeated

__all__ = ["CONFIGS", "PARTS", "Budget", "Part", "read_archive"]

EXPECTED = "a dataset of HEP ML Lab (.ds)"
CONFIGS, DATA = "configs.json", "data.npz"
#: Name of a part in the archive -> its number in a split.
PARTS = {"train.ds": 0, "val.ds": 1, "test.ds": 2}
#: A file may hold so many times its own size; HEP ML Lab does not compress.
RATIO = 200
#: Bytes of the description, at most.
CONFIGS_SIZE = 1 << 22
#: What a damaged archive makes zipfile say.
BROKEN = (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError)


class Part(NamedTuple):
    """One archive."""

    configs: Mapping[str, Any]
    """What ``configs.json`` says."""
    samples: npt.NDArray[Any]
    """(n, k) columns or (n, w, h) images."""
    targets: npt.NDArray[np.int64]
    """(n,) class numbers."""


class Budget:
    """How much a file may still unpack to.

    Parameters
    ----------
    place : Path
        The file.
    """

    def __init__(self, place: Path) -> None:
        self.name, self.size = place.name, place.stat().st_size
        self.left = RATIO * self.size + CONFIGS_SIZE

    def spend(self, info: zipfile.ZipInfo) -> None:
        """Take off what a member says it unpacks to.

        Raises
        ------
        FileFormatError
            It is too much.
        """
        self.left -= info.file_size
        if self.left < 0:
            msg = f"{self.name}: {info.filename} would unpack to {info.file_size:,} bytes, of a file of {self.size:,}; it is no dataset of HEP ML Lab"
            raise FileFormatError(msg)


def read_archive(stream: Any, where: str, budget: Budget, *, nested: bool) -> tuple[Part, dict[str, Part]]:
    """Return the content of an archive, and that of its parts by their names.

    Parameters
    ----------
    stream : binary file
        The archive.
    where : str
        What messages call it.
    budget : Budget
        What it may unpack to, with its parts.
    nested : bool
        Whether it is a part itself, which has none.

    Raises
    ------
    FileFormatError
        It is no such archive, or more than that.
    """
    with guarded(Path(where), EXPECTED, *BROKEN), zipfile.ZipFile(stream) as archive:
        infos = _members(archive, where, nested=nested)
        configs = _configs(_bytes(archive, infos[CONFIGS], budget), where)
        part = _part(_bytes(archive, infos[DATA], budget), configs, where, budget)
        parts: dict[str, Part] = {}
        for name in PARTS:
            if name in infos:
                inner = io.BytesIO(_bytes(archive, infos[name], budget))
                parts[name] = read_archive(inner, f"{where}: {name}", budget, nested=True)[0]
    if parts and not {"train.ds", "test.ds"} <= set(parts):
        msg = f"{where}: expected train.ds and test.ds of a dataset that was split; found {', '.join(parts)} alone"
        raise FileFormatError(msg)
    return part, parts


def _members(archive: zipfile.ZipFile, where: str, *, nested: bool) -> dict[str, zipfile.ZipInfo]:
    """Return the members; refuse any other, and one that is missing or there twice."""
    names = [info.filename for info in archive.infolist()]
    allowed = [CONFIGS, DATA] if nested else [CONFIGS, DATA, *PARTS]
    strange = [name for name in names if name not in allowed]
    if strange:
        msg = f"{where}: expected {EXPECTED} with {', '.join(allowed)}; found {strange[0][:80]!r}"
        raise FileFormatError(msg)
    refuse_repeated(where, names)
    for name in (CONFIGS, DATA):
        if name not in names:
            msg = f"{where}: expected {EXPECTED}; {name} is missing"
            raise FileFormatError(msg)
    return {info.filename: info for info in archive.infolist()}


def _bytes(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> bytes:
    budget.spend(info)
    return archive.read(info)


def _configs(data: bytes, where: str) -> Mapping[str, Any]:
    try:
        found = json.loads(data) if len(data) <= CONFIGS_SIZE else None
    except (ValueError, RecursionError) as error:
        msg = f"{where}: expected {EXPECTED}; {CONFIGS} is no JSON"
        raise FileFormatError(msg) from error
    if not isinstance(found, dict):
        msg = f"{where}: expected {EXPECTED}; {CONFIGS} describes nothing"
        raise FileFormatError(msg)
    return found


def _part(data: bytes, configs: Mapping[str, Any], where: str, budget: Budget) -> Part:
    """Return the arrays of an archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            budget.spend(info)
        found = members(archive, f"{where}: {DATA}")
        missing = [name for name in ("samples", "targets") if name not in found or not found[name].shape]
        if missing:
            msg = f"{where}: expected the arrays samples and targets in {DATA}; {missing[0]} is missing"
            raise FileFormatError(msg)
        samples, targets = (found[name].rows(0, found[name].shape[0]) for name in ("samples", "targets"))
    if targets.ndim == 2 and targets.shape[1] == 1:
        targets = targets[:, 0]
    if targets.ndim != 1 or len(targets) != len(samples) or targets.dtype.kind not in "iufb":
        msg = f"{where}: samples are of shape {samples.shape} and targets of {targets.shape}; each event has one target"
        raise FileFormatError(msg)
    if not np.array_equal(targets, np.rint(targets)):
        msg = f"{where}: the targets are no class numbers"
        raise FileFormatError(msg)
    return Part(configs, samples, targets.astype(np.int64))
