"""Selecting rows of a dataset: the cuts, and which rows they leave."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import progress
from ..canonical import fingerprint, write_json
from ..cuts import Cut
from ..errors import ArgumentError, EmptySelectionError, UnknownNameError, near
from ..expressions import parse_cut, used
from ..observables import canonical_observable
from ..provenance import Recipe, Written, produce
from .dataset import Dataset
from .loading import load_selection

__all__ = ["read_cuts", "relative", "selected"]

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
    steps = [mask]
    for cut in cuts:
        mask = mask & cut(dataset)
        steps.append(mask)
    texts = tuple(map(str, cuts))
    if not mask.any():
        msg = f"none of {dataset.n_events} {dataset.row} passes {' and '.join(f'({text})' for text in texts)}; nothing was selected{_ranges(dataset, cuts, steps)}"
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


def read_cuts(cuts: Any, dataset: Dataset) -> list[Cut]:
    """Return cuts that were given for a dataset.

    Raises
    ------
    ArgumentError, ExpressionError, UnknownNameError
        It is no list of texts, or one cannot be read; the message offers columns of the dataset.
    """
    if isinstance(cuts, str | bytes) or not isinstance(cuts, Sequence):
        given = f"cuts is a list of texts: [{cuts!r}]"
        msg = given if isinstance(cuts, str) and cuts else f"cuts is a list of texts: ['met > 100'], not {cuts!r}"
        raise ArgumentError(msg)
    return [_read(text, dataset) for text in cuts]


def _read(text: Any, dataset: Dataset) -> Cut:
    columns = dataset.column_names
    try:
        return Cut(text)
    except UnknownNameError as error:
        meant = near(error.name, columns) or (dataset.scores and f"column.{error.name}" not in columns)
        if not meant:
            raise
        hint = f"The dataset has {', '.join(dataset.scores)}" if dataset.scores else ""
        raise UnknownNameError("observable or column", error.name, [*columns, *error.near], hint=hint) from error
    except ArgumentError as error:
        own = [each for each in columns if each.rpartition(".")[2] in _without_object(text)]
        if not own:
            raise
        msg = f"this dataset has {', '.join(own)}; {error}"
        raise ArgumentError(msg) from error


def _without_object(text: Any) -> set[str]:
    """Return the observables in a cut that need an object and have none."""
    found = set()
    for each in used(parse_cut(text)) if isinstance(text, str) else ():
        try:
            canonical_observable(each)
        except ArgumentError:
            found |= set() if each.objects else {each.name}
        except UnknownNameError:
            continue
    return found


def _ranges(dataset: Dataset, cuts: Sequence[Cut], steps: Sequence[npt.NDArray[np.bool_]]) -> str:
    """Return from where to where the columns go of the cut that leaves nothing, of the rows that were there before it."""
    found = [(before, cut) for before, cut in zip(steps, cuts, strict=False) if before.any()]
    if not found:
        return ""
    before, cut = found[-1]
    ranges = [
        _range(each, dataset.column(each)[before], dataset.unit(each)) for each in cut.needs(dataset.column_names)
    ]
    left = f"before ({cut}) there are {before.sum()}, " if len(cuts) > 1 else ""
    return f": {left}{', '.join(ranges)}" if ranges else ""


def _range(name: str, values: npt.NDArray[np.float64], unit: str) -> str:
    values = values[~np.isnan(values)]
    if not len(values):
        return f"none has a value of {name}"
    return f"{name} is from {values.min():.4g} to {values.max():.4g} {unit}".rstrip()


def relative(dataset: Dataset, path: str | None) -> str | None:
    """Return the place of the parent as seen from what is made of it, so that both can be moved together."""
    if path is None:
        return None
    if dataset.in_memory:
        msg = "what is saved of a dataset needs a dataset that is saved: give build_dataset a path too"
        raise ArgumentError(msg)
    return Path(os.path.relpath(dataset.folder, Path.cwd().resolve() / path)).as_posix()
