"""Selecting rows of a dataset: the cuts, and which rows they leave."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .. import progress
from ..canonical import fingerprint, write_json
from ..cuts import Cut
from ..errors import ArgumentError, EmptySelectionError
from ..provenance import Recipe, Written, produce
from .dataset import Dataset
from .loading import load_selection

__all__ = ["relative", "selected"]

#: Raised when the same arguments give other content.
VERSION = 1


def selected(dataset: Dataset, cuts: Sequence[Cut], path: str | None) -> Dataset:
    """Return the rows of `dataset` that pass all cuts, kept at `path`; None keeps them in memory.

    Raises
    ------
    ArgumentError
        A selection that is saved of a dataset that is not.
    UnknownNameError
        A cut uses what is no column.
    EmptySelectionError
        No row passes. Nothing is written then.
    PathError, DamagedError
        `path` cannot be written or belongs to something else; the dataset is gone or has changed.
    """
    mask = np.ones(dataset.n_events, bool)
    for cut in cuts:
        mask &= cut(dataset)
    texts = tuple(map(str, cuts))
    if not mask.any():
        msg = f"none of {dataset.n_events} {dataset.row} passes {' and '.join(f'({text})' for text in texts)}; nothing was selected"
        raise EmptySelectionError(msg)
    for number, name in enumerate(dataset.classes):
        before = int((dataset.y == number).sum())
        if before and not mask[dataset.y == number].any():
            progress.notice(f"none of the {before} events of {name!r} is left")
    recipe = Recipe("select", VERSION, {"cuts": texts}, {"dataset": dataset})
    parent = {"path": relative(dataset, path), "fingerprint": dataset.fingerprint}

    def write(folder: Path) -> Written:
        (folder / "mask.bin").write_bytes(np.packbits(mask).tobytes())
        saved = {"cuts": list(texts), "parent": parent, "n_parent": len(mask), "n_events": int(mask.sum())}
        write_json(folder / "selection.json", saved)
        content = fingerprint({"mask": mask}, {"cuts": list(texts), "parent": dataset.fingerprint})
        return Written(content, {"events": int(mask.sum()), "of": len(mask), "cuts": list(texts)})

    return produce(path, recipe, write, lambda folder: load_selection(folder, dataset))


def relative(dataset: Dataset, path: str | None) -> str | None:
    """Return the place of the parent as seen from what is made of it, so that both can be moved together."""
    if path is None:
        return None
    if dataset.in_memory:
        msg = "what is saved of a dataset needs a dataset that is saved: give build_dataset a path too"
        raise ArgumentError(msg)
    return Path(os.path.relpath(dataset.folder, Path.cwd().resolve() / path)).as_posix()
