"""Events as a flat ROOT file with Delphes' names, written and read back.

Each branch becomes leaves ``Jet.PT`` of one counter ``Jet_size``; N-subjettiness the leaves ``FatJet.Tau1`` to ``Tau5``; the
constituents of jets a flat collection of their own, ``JetConstituents.PT``, in which a jet owns the places from
``Jet.ConstituentsBegin`` up to ``Jet.ConstituentsEnd``.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import numpy.typing as npt

from .errors import ArgumentError, FileFormatError, PathError
from .records import sync

__all__ = ["ABOUT", "TREE", "is_flat", "read_flat", "to_root"]

TREE = "Delphes"
#: Name of the text beside the tree that marks our files and tells about the sample, JSON.
ABOUT = "hml_jupyter"
#: Field of a jet that is a list of fixed length -> its length.
FIXED = {"Tau": 5}
BEGIN, END = "Begin", "End"
#: Events written at once; a basket of each branch.
STEP = 10_000
_NUMBERED = re.compile(rf"({'|'.join(FIXED)})(\d+)")


def to_root(
    events: ak.Array | Iterable[ak.Array], path: str | os.PathLike[str], *, about: Mapping[str, Any] | None = None
) -> Path:
    """Write events to a flat ROOT file with Delphes' names, which `read_events` reads back.

    Parameters
    ----------
    events : awkward array, or several
        The event model; several, as `run_batches` gives them, are written one after the other in the memory of one.
    path : str or path
        The file. An earlier export is replaced, any other file is not.
    about : mapping, optional
        What goes with the sample, kept as JSON in the file: cross section, process, seed.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    PathError
        The folder does not exist, or the place belongs to another file.
    ArgumentError
        The events hold something that has no place in such a file.
    """
    place = Path(path)
    _check_place(place)
    half = place.with_name(f".{place.name}.half")
    try:
        _write(half, _steps(events), dict(about or {}))
        sync(half)
        half.replace(place)
        sync(place.parent)
    except OSError as error:
        msg = f"{place} cannot be written ({error})"
        raise PathError(msg) from error
    finally:
        half.unlink(missing_ok=True)
    return place


def _check_place(place: Path) -> None:
    if not place.parent.is_dir():
        msg = f"{place} cannot be written: there is no folder {place.parent}; make it first"
        raise PathError(msg)
    if place.exists() and not _is_ours(place):
        msg = f"{place} exists and is no export of hml_jupyter; choose another path or move it away"
        raise PathError(msg)


def _is_ours(place: Path) -> bool:
    import uproot

    try:
        with uproot.open(place) as file:
            return ABOUT in file.keys(cycle=False)
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return False


def _steps(events: ak.Array | Iterable[ak.Array]) -> Iterator[ak.Array]:
    for batch in (events,) if isinstance(events, ak.Array) else events:
        for first in range(0, max(len(batch), 1), STEP):
            yield batch[first : first + STEP]


def _write(file: Path, steps: Iterator[ak.Array], about: dict[str, Any]) -> None:
    import uproot

    with uproot.recreate(file) as root:
        tree = None
        for step in steps:
            branches = _flattened(step)
            if tree is None:
                types = {name: array.type.content for name, array in branches.items()}
                tree = root.mktree(
                    TREE, types, counter_name=_counter, field_name=lambda outer, inner: f"{outer}.{inner}"
                )
            tree.extend(branches)
        if tree is None:
            msg = "there are no events to write"
            raise ArgumentError(msg)
        root[ABOUT] = json.dumps({"schema": 1, **about}, sort_keys=True)


def _counter(branch: str) -> str:
    return f"{branch}_size"


def _flattened(events: ak.Array) -> dict[str, ak.Array]:
    """Return one list of records of numbers for each branch, nested fields taken apart."""
    branches: dict[str, ak.Array] = {}
    for branch in ak.fields(events):
        array = ak.drop_none(events[branch])
        if array.ndim != 2 or not ak.fields(array):
            msg = f"{branch!r} is no list of objects in each event; a ROOT file with Delphes' names has no place for it"
            raise ArgumentError(msg)
        flat: dict[str, ak.Array] = {}
        for field in ak.fields(array):
            parts = _field(branch, field, array[field])
            branches.update(parts.pop("", {}))
            flat.update(parts)
        branches[branch] = ak.zip(flat)
    return branches


def _field(branch: str, field: str, values: ak.Array) -> dict[str, Any]:
    """Return the leaves of a field; collections of their own under the empty name."""
    nested = ak.fields(values)
    if values.ndim == 2 and not nested:
        return {field: _numbers(values)}
    if values.ndim == 3 and not nested and field in FIXED:
        return _numbered(branch, field, values)
    are_numbers = all(values[part].ndim == 3 and not ak.fields(values[part]) for part in nested)
    if values.ndim == 3 and (are_numbers if nested else _is_unknown(values)):
        begin, end = _bounds(ak.num(values, axis=2))
        parts = ak.flatten(values, axis=2)
        flat = {part: _numbers(parts[part]) for part in nested}
        collection = {f"{branch}{field}": ak.zip(flat)} if flat else {}
        return {"": collection, f"{field}{BEGIN}": begin, f"{field}{END}": end}
    msg = f"{branch}.{field} is nested too deeply for a flat ROOT file; leave it out: events[[...]] takes the branches you want"
    raise ArgumentError(msg)


def _is_unknown(values: ak.Array) -> bool:
    """Tell whether there are empty lists only, of which nobody knows what they would hold."""
    return "unknown" in str(values.type)


def _numbers(values: ak.Array) -> ak.Array:
    return ak.values_astype(values, np.float32) if _is_unknown(values) else values


def _numbered(branch: str, field: str, values: ak.Array) -> dict[str, ak.Array]:
    length = FIXED[field]
    if not ak.all(ak.num(values, axis=2) == length, axis=None):
        msg = f"{branch}.{field} has not {length} values in every object; a flat ROOT file keeps {length}"
        raise ArgumentError(msg)
    counts = ak.num(values, axis=1)
    table = np.asarray(ak.to_numpy(ak.flatten(_numbers(values), axis=None))).reshape(-1, length)
    return {f"{field}{n + 1}": ak.unflatten(np.ascontiguousarray(table[:, n]), counts) for n in range(length)}


def _bounds(lengths: ak.Array) -> tuple[ak.Array, ak.Array]:
    """Return where the parts of each object begin and end in the flat collection of its event."""
    counts = np.asarray(ak.to_numpy(ak.num(lengths, axis=1)))
    flat = np.asarray(ak.to_numpy(ak.flatten(lengths)), dtype=np.int64)
    end = np.cumsum(flat)
    before = np.concatenate([[0], end])[np.cumsum(counts) - counts]
    end -= np.repeat(before, counts)
    begin, stop = (ak.unflatten(each.astype(np.int32), counts) for each in (end - flat, end))
    return begin, stop


def is_flat(tree: Any) -> bool:
    """Tell whether a tree is one of `to_root`: leaves with a point in their names and no branch that holds others."""
    return any("." in branch.name for branch in tree.branches) and not any(branch.branches for branch in tree.branches)


def read_flat(tree: Any, name: str) -> ak.Array:
    """Return the events of a tree that `to_root` wrote.

    Parameters
    ----------
    tree : uproot tree
        Open.
    name : str
        Of the file, for messages.

    Raises
    ------
    FileFormatError
        Constituents whose bounds do not fit together.
    """
    leaves: dict[str, dict[str, ak.Array]] = {}
    for branch in tree.branches:
        collection, point, field = branch.name.partition(".")
        if point:
            leaves.setdefault(collection, {})[field] = branch.array()
    owned = {f"{branch}{field}" for branch, fields in leaves.items() for field in _owning(fields)}
    branches = {
        branch: ak.zip(_nested(branch, fields, leaves, name), depth_limit=2)
        for branch, fields in leaves.items()
        if branch not in owned
    }
    return ak.zip(branches, depth_limit=1)


def _nested(
    branch: str, fields: dict[str, ak.Array], leaves: dict[str, dict[str, ak.Array]], name: str
) -> dict[str, ak.Array]:
    """Return the fields of a branch as the event model has them."""
    found: dict[str, ak.Array] = {}
    owning = _owning(fields)
    for field, values in fields.items():
        numbered = _NUMBERED.fullmatch(field)
        whole = field.removesuffix(BEGIN).removesuffix(END)
        if numbered:
            found.setdefault(numbered[1], _stacked(numbered[1], fields))
        elif whole not in owning:
            found[field] = values
        elif whole not in found:
            collection = leaves.get(f"{branch}{whole}")
            objects = ak.zip(collection) if collection else ak.Array([[]] * len(values))
            found[whole] = _owned(objects, values, fields[f"{whole}{END}"], f"{name}: {branch}.{whole}")
    return found


def _owning(fields: Iterable[str]) -> list[str]:
    """Return the fields that are kept as bounds in a collection of their own."""
    whole = (field.removesuffix(BEGIN) for field in fields if field.endswith(BEGIN))
    return [field for field in whole if f"{field}{END}" in fields]


def _stacked(field: str, fields: Mapping[str, ak.Array]) -> ak.Array:
    columns = [values for name, values in fields.items() if _NUMBERED.fullmatch(name) and name.startswith(field)]
    table = np.stack([np.asarray(ak.to_numpy(ak.flatten(column))) for column in columns], axis=1)
    return ak.unflatten(ak.from_regular(ak.Array(table), axis=1), ak.num(columns[0]))


def _owned(collection: ak.Array, begin: ak.Array, end: ak.Array, where: str) -> ak.Array:
    """Return the objects of a flat collection as lists of those that own them."""
    lengths = end - begin
    flat: npt.NDArray[np.int64] = np.asarray(ak.to_numpy(ak.flatten(lengths)), dtype=np.int64)
    fits = ak.all(lengths >= 0, axis=None) and ak.all(ak.sum(lengths, axis=1) == ak.num(collection), axis=None)
    if not fits or not ak.all(_bounds(lengths)[0] == begin, axis=None):
        msg = f"{where}: the bounds {BEGIN} and {END} do not fit their collection; the file is not as it was written, export the events again"
        raise FileFormatError(msg)
    return ak.unflatten(ak.unflatten(ak.flatten(collection), flat), ak.num(lengths))
