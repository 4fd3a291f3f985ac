"""Opening saved datasets and selections."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..cuts import Cut
from ..errors import DamagedError, FileFormatError
from ..finding import find_saved
from ..observables import check_registered
from ..provenance import open_result, read_json, read_record
from ..records import check_unchanged, stamps
from .dataset import Dataset
from .observed import OBSERVED
from .store import EVENTS, INDEX, Store
from .table import read_description

__all__ = ["OBSERVED_SCORES", "SCORES", "load", "load_built", "load_scored", "load_selection"]

#: What makes a dataset with events of its own.
VERBS = ("build_dataset", "from_heplab")
#: Files of the scores of simulated and of observed events.
SCORES, OBSERVED_SCORES = "scores.parquet", "observed_scores.parquet"
#: What scores of earlier versions have in place of a method that is not known.
NOT_KNOWN = "preserved network"


def load(path: str | os.PathLike[str]) -> Dataset:
    """Return a saved dataset or selection; see `Dataset.load`."""
    recipe = find_saved("a saved dataset", path)[1]["recipe"]
    verb = recipe["verb"]
    derived = {"select": load_selection, "score": load_scored}
    if verb not in (*VERBS, *derived):
        msg = f"{path} was made by {verb}; it is not a dataset"
        raise FileFormatError(msg)
    check_registered(f"{path}", recipe["arguments"].get("own", {}))
    if verb in VERBS:
        return open_result(path, verb, load_built)
    return open_result(path, verb, lambda folder: derived[verb](folder, _parent_of(path, folder)))


def load_built(folder: Path) -> Dataset:
    """Return the dataset that was built into `folder`; its arrays are read when they are used."""
    check = _unchanged_since(folder)
    description = read_description(folder)
    observed = Store(folder, (OBSERVED,), check) if description.observed else None
    return Dataset(description, Store(folder, (EVENTS, INDEX), check), observed)


def load_selection(folder: Path, parent: Dataset) -> Dataset:
    """Return the selection in `folder` of `parent`."""
    saved = _saved(folder, parent)
    packed = np.frombuffer((folder / "mask.bin").read_bytes(), dtype=np.uint8)
    mask = np.unpackbits(packed, count=saved["n_parent"]).astype(bool)
    return Dataset.passing(parent, [Cut(text) for text in saved["cuts"]], mask)


def load_scored(folder: Path, parent: Dataset) -> Dataset:
    """Return `parent` with the scores in `folder`."""
    saved, check = _saved(folder, parent), _unchanged_since(folder)
    columns = tuple(map(str, saved.get("columns") or [saved["column"]]))
    method = None if saved["method"] in (None, NOT_KNOWN) else str(saved["method"])
    before = parent._description
    description = replace(
        before,
        side_names=(*before.side_names, *columns),
        units={**before.units, **dict.fromkeys(columns, "")},
        scores={**before.scores, **dict.fromkeys(columns, method)},
        crossed=(*before.crossed, *(columns if saved.get("crossed") else ())),
    )
    return Dataset.with_columns(
        parent, description, Store(folder, (SCORES,), check), Store(folder, (OBSERVED_SCORES,), check)
    )


def _unchanged_since(folder: Path) -> Callable[[], None]:
    """Return a check that the files of a result are those of now."""
    record = read_record(folder)
    seen = stamps(folder, record)

    def check() -> None:
        nonlocal seen
        if read_record(folder)["fingerprint"] != record["fingerprint"]:
            msg = f"{folder.name} was made anew after this dataset was opened; run the cell that made it again"
            raise DamagedError(msg)
        seen = check_unchanged(folder, record, seen)

    return check


def _saved(folder: Path, parent: Dataset) -> dict[str, Any]:
    """Return what a selection, or scores, of `parent` say of themselves."""
    saved: dict[str, Any] = read_json(folder / _kind(folder))
    if saved["parent"]["fingerprint"] != parent.fingerprint:
        msg = (
            f"{folder.name} was made from another content of {parent.path or 'its dataset'}, which has been made anew "
            "since; run its cell again"
        )
        raise DamagedError(msg)
    return saved


def _kind(folder: Path) -> str:
    return "score.json" if (folder / "score.json").is_file() else "selection.json"


def _parent_of(path: str | os.PathLike[str], folder: Path) -> Dataset:
    relative = read_json(folder / _kind(folder))["parent"]["path"]
    given = Path(path).as_posix()
    where = posixpath.normpath(posixpath.join(given, relative))
    if not Path(where).is_dir():
        msg = f"{given} needs the dataset it was made from, {where}, which is not there"
        raise DamagedError(msg)
    return load(where)
