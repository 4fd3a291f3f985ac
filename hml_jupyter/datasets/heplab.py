"""Datasets of HEP ML Lab as datasets of ours."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import checks, progress
from ..errors import ArgumentError, FileFormatError
from ..heplab import LabDataset, read_heplab
from ..observables import unit_of
from ..provenance import Recipe, Written, produce
from ..tables.about import valid_names
from .dataset import Dataset
from .loading import load_built
from .missing import Missing, refuse_empty
from .plan import parts, signals
from .store import EVENTS, INDEX, Store, write_arrays
from .table import PARTS, Description, table_fingerprint, write_description

__all__ = ["open_heplab"]

#: Raised when the same file gives other content.
VERSION = 1
SPLIT = (0.6, 0.2, 0.2)


@dataclass(frozen=True)
class _Content:
    """A file, class by class: n events."""

    columns: dict[str, npt.NDArray[np.float64]]
    """Our name -> (n,) values."""
    y: npt.NDArray[np.int64]
    """(n,) index of the class."""
    split: npt.NDArray[np.int8]
    """(n,) 0 train, 1 validation, 2 test."""
    event: npt.NDArray[np.int64]
    """(n,) number in the file, of its parts one after the other."""
    classes: tuple[str, ...]
    parts: tuple[float, ...]
    """Fractions of the split."""
    seed: int


def open_heplab(
    file: str | os.PathLike[str],
    signal: str | Sequence[str],
    classes: Mapping[int, str] | None,
    split: Sequence[float] | None,
    seed: int | None,
    path: str | None,
) -> Dataset:
    """Return a dataset of HEP ML Lab; see `Dataset.from_heplab`."""
    place = checks.place("a dataset of HEP ML Lab", file)
    found = read_heplab(place)
    if found.images is not None:
        msg = (
            f"{place.name}: it holds images, which HEP ML Lab turns and cuts out in another way than hml.Image does, so that no "
            "Image can be declared of them: build them from the events with hml.Image; hml_jupyter.heplab.read_heplab gives the pixels"
        )
        raise ArgumentError(msg)
    content = _content(place.name, found, _names(place.name, found, classes), split, seed)
    signal = signals(dict.fromkeys(content.classes), signal)
    arguments = {"classes": list(content.classes), "signal": list(signal), "split": content.parts, "seed": content.seed}
    progress.notice(
        f"{place.name}: such a file has no cross sections, weights and sources: the weights of each class sum to 1, and there "
        "are no expected events"
    )

    def write(folder: Path) -> Written:
        description = _write(folder, place.name, content, signal)
        store = Store(folder, (EVENTS, INDEX))
        required = {name: each["required"] for name, each in description.counts.items()}
        summary = {"events": store.n_rows, "columns": list(content.columns), "required": required}
        return Written(table_fingerprint(store, description, {}), summary)

    return produce(path, Recipe("from_heplab", VERSION, arguments, {"file": place}), write, load_built)


def _names(where: str, found: LabDataset, classes: object) -> dict[int, str]:
    """Return the classes in the file, number -> name, in the order that is asked for."""
    numbers = np.unique(found.targets).tolist()
    names = {number: str(number) for number in numbers} if classes is None else classes
    if not isinstance(names, Mapping) or not all(isinstance(name, str) and name.strip() for name in names.values()):
        msg = f"classes= names the class numbers of the file, {{0: 'qcd', 1: 'zz'}}, not {classes!r}"
        raise ArgumentError(msg)
    if {*names} != {*numbers} or len({*names.values()}) < len(names):
        msg = f"{where}: its class numbers are {', '.join(map(str, numbers))}; classes= gives each a name of its own, not {classes!r}"
        raise ArgumentError(msg)
    if not names:
        msg = f"{where}: there is no event in it"
        raise FileFormatError(msg)
    return dict(names)


def _content(
    where: str, found: LabDataset, names: dict[int, str], split: Sequence[float] | None, seed: int | None
) -> _Content:
    rows = [np.flatnonzero(found.targets == number) for number in names]
    order, classes = np.concatenate(rows), tuple(names.values())
    y = np.repeat(np.arange(len(rows)), [len(each) for each in rows])
    if found.split is not None:
        if split is not None or seed is not None:
            msg = f"{where} was split by HEP ML Lab, and keeps that; leave out split= and seed="
            raise ArgumentError(msg)
        drawn, fractions, seed = found.split[order], _fractions_of(found.split), found.seed or 0
        _check_split(where, drawn, y, classes)
    elif seed is None:
        msg = f"{where} was never split: seed= draws train, validation and test events"
        raise ArgumentError(msg)
    else:
        asked, counts = SPLIT if split is None else split, dict(zip(classes, map(len, rows), strict=True))
        drawn = np.concatenate([*parts(counts, asked, seed).values()])
        fractions = tuple(map(float, asked))
    return _Content(_columns(where, found, order), y, drawn, order.astype(np.int64), classes, fractions, seed)


def _fractions_of(split: npt.NDArray[np.int8]) -> tuple[float, ...]:
    return tuple(float((split == k).mean()) for k in range(len(PARTS)))


def _check_split(where: str, split: npt.NDArray[np.int8], y: npt.NDArray[np.int64], classes: tuple[str, ...]) -> None:
    """Refuse a split that has events of some classes only in one of its parts."""
    for k, part in enumerate(PARTS):
        there = {classes[number] for number in np.unique(y[split == k])}
        if there and len(there) < len(classes):
            msg = f"{where}: its {part} events are all of {', '.join(sorted(there))}; split it again"
            raise FileFormatError(msg)


def _columns(where: str, found: LabDataset, order: npt.NDArray[Any]) -> dict[str, npt.NDArray[np.float64]]:
    """Return the columns by our names; what is no observable of ours is a column of a table."""
    valid = valid_names(found.unknown)
    ours = {name: f"column.{valid[name]}" for name in found.unknown}
    if ours:
        told = ", ".join(f"{name} is {column}" for name, column in ours.items())
        progress.notice(f"{where}: {told}")
    return {ours.get(name, name): values[order] for name, values in found.columns.items()}


def _write(folder: Path, where: str, content: _Content, signal: tuple[str, ...]) -> Description:
    names, numbers = tuple(content.columns), np.bincount(content.y)
    empty, counts, fractions = [], {}, {}
    for k, name in enumerate(content.classes):
        mine, n = content.y == k, int(numbers[k])
        missing = Missing(f"{name!r} ({where})", names)
        missing.add({column: values[mine] for column, values in content.columns.items()}, {})
        empty.append(missing.tell())
        counts[name] = {
            "generated": n,
            "sum_of_weights": float(n),
            "sum_of_squared_weights": float(n),
            "required": n,
            "cross_section": None,
            "error": None,
        }
        fractions[name] = _fractions_of(content.split[mine])
    refuse_empty(empty)
    write_arrays(folder / EVENTS, content.columns)
    weights = 1.0 / numbers[content.y]
    index: dict[str, npt.NDArray[Any]] = {
        "class": content.y,
        "weight": weights,
        "split": content.split,
        "event": content.event,
    }
    write_arrays(folder / INDEX, index)
    units = {column: unit_of(column) for column in names}
    description = Description(
        names, (), units, content.classes, signal, None, content.seed, content.parts, counts, fractions
    )
    write_description(folder, description)
    return description
