"""Events as a flat ROOT file with Delphes' names, written and read back.

Each branch becomes leaves ``Jet.PT`` of one counter ``Jet_size``; N-subjettiness the leaves ``FatJet.Tau1`` to ``Tau5``; the
constituents of jets a flat collection of their own, ``JetConstituents.PT``, in which a jet owns the places from
``Jet.ConstituentsBegin`` up to ``Jet.ConstituentsEnd``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np

from .errors import ArgumentError
from .places import written
from .roottree import BEGIN, END, FIXED, bounds

__all__ = ["ABOUT", "TREE", "to_root"]

TREE = "Delphes"
#: Name of the text beside the tree that marks our files and tells about the sample, JSON.
ABOUT = "hml_jupyter"
#: Events written at once; a basket of each branch.
STEP = 10_000


def to_root(
    events: ak.Array | Iterable[ak.Array], path: str | os.PathLike[str], *, about: Mapping[str, Any] | None = None
) -> Path:
    """Write events to a flat ROOT file with Delphes' names, which `read_events` reads back.

    Parameters
    ----------
    events : awkward array, or several
        The event model; several, as `run_batches` gives them, are written one after the other in the memory of one.
    path : str or path
        The file; see :func:`hml_jupyter.places.written` for what is replaced and what is refused.
    about : mapping, optional
        What goes with the sample, kept as JSON in the file: cross section, process, seed.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ArgumentError
        The events hold something that has no place in such a file.
    """
    return written(path, _is_ours, lambda half: _write(half, _steps(events), dict(about or {})))


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
        begin, end = bounds(ak.num(values, axis=2))
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
