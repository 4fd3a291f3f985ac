"""Opening saved datasets and selections."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path

import numpy as np

from .. import checks
from ..cuts import Cut
from ..errors import DamagedError, FileFormatError
from ..observables import check_registered
from ..provenance import open_result, read_json, read_record
from ..records import check_unchanged, stamps
from .dataset import Dataset
from .observed import OBSERVED
from .store import EVENTS, INDEX, Store
from .table import read_description

__all__ = ["load", "load_built", "load_selection"]

#: What makes a dataset with events of its own.
VERBS = ("build_dataset", "from_heplab")


def load(path: str | os.PathLike[str]) -> Dataset:
    """Return a saved dataset or selection; see `Dataset.load`."""
    recipe = read_record(checks.place("a saved dataset", path).resolve())["recipe"]
    verb = recipe["verb"]
    if verb not in (*VERBS, "select"):
        msg = f"{path} was made by {verb}; it is not a dataset"
        raise FileFormatError(msg)
    check_registered(f"{path}", recipe["arguments"].get("own", {}))
    if verb in VERBS:
        return open_result(path, verb, load_built)
    return open_result(path, verb, lambda folder: load_selection(folder, _parent_of(path, folder)))


def load_built(folder: Path) -> Dataset:
    """Return the dataset that was built into `folder`; its arrays are read when they are used."""
    record = read_record(folder)
    seen = stamps(folder, record)

    def check() -> None:
        nonlocal seen
        if read_record(folder)["fingerprint"] != record["fingerprint"]:
            msg = f"{folder.name} was made anew after this dataset was opened; run the cell that made it again"
            raise DamagedError(msg)
        seen = check_unchanged(folder, record, seen)

    description = read_description(folder)
    observed = Store(folder, (OBSERVED,), check) if description.observed else None
    return Dataset(description, Store(folder, (EVENTS, INDEX), check), observed)


def load_selection(folder: Path, parent: Dataset) -> Dataset:
    """Return the selection in `folder` of `parent`."""
    saved = read_json(folder / "selection.json")
    if saved["parent"]["fingerprint"] != parent.fingerprint:
        msg = (
            f"the selection {folder.name} was made from another content of {parent.path or 'its dataset'}, which has been "
            "made anew since; run its select() again"
        )
        raise DamagedError(msg)
    packed = np.frombuffer((folder / "mask.bin").read_bytes(), dtype=np.uint8)
    mask = np.unpackbits(packed, count=saved["n_parent"]).astype(bool)
    return Dataset.passing(parent, [Cut(text) for text in saved["cuts"]], mask)


def _parent_of(path: str | os.PathLike[str], folder: Path) -> Dataset:
    relative = read_json(folder / "selection.json")["parent"]["path"]
    given = Path(path).as_posix()
    where = posixpath.normpath(posixpath.join(given, relative))
    if not Path(where).is_dir():
        msg = f"the selection {given} needs the dataset it was made from, {where}, which is not there"
        raise DamagedError(msg)
    return load(where)
