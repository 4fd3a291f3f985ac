"""Flat tables with named objects, as events: weaver's and NanoAOD's ntuples, JetNet, the top-tagging reference set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import awkward as ak
import numpy as np
import numpy.typing as npt

from .. import progress
from ..errors import FileFormatError
from .flat import BATCH, FlatTable, open_table
from .momenta import as_missing, as_stored, momenta_of
from .naming import Naming, recognise, top_columns
from .reader import Array
from .record import find_weight, is_weight

__all__ = ["Ntuple", "open_ntuple"]

#: Branches whose objects are ordered by falling pT.
SORTED = ("Jet", "FatJet", "GenJet", "GenFatJet", "Electron", "Muon", "Photon")
MISSING = ("MissingET", "GenMissingET")
#: Fields that the event model has as whole numbers.
WHOLE = ("Charge", "BTag", "Flavor", "PID", "Status", "M1")
PARTS = "Constituents"

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ntuple:
    """A flat table whose rows are events; of a file it can be sent to another process."""

    table: FlatTable
    """Where the numbers are."""
    naming: Naming
    """Which columns are what."""
    weight: str | None
    """The column with the weights; None where all are 1."""

    @property
    def n_events(self) -> int:
        """Number of rows."""
        return self.table.n_rows

    def events(self, columns: Sequence[str] | None = None, start: int = 0, stop: int | None = None) -> ak.Array:
        """Return some events, in the event model with Delphes' names.

        Parameters
        ----------
        columns : sequence of str, optional
            Branches (``"Jet"``) or fields (``"Jet.PT"``, ``"FatJet.Constituents.PT"``) that are needed at least; all by
            default. Only what they are made of is read.
        start, stop : int
            From the row `start` up to before `stop`.

        Returns
        -------
        awkward array
            Lists of records, GeV; a column of one number that belongs to no object is a field of ``Event``. Objects
            are ordered by falling pT.

        Raises
        ------
        FileFormatError
            Columns of the same objects whose lists differ in length; a damaged file.
        """
        arrays = self.table.read(_sources(self, columns), start, stop)
        return self._made(arrays, columns, len(range(*slice(start, stop).indices(self.n_events))))

    def batches(
        self, columns: Sequence[str] | None = None, *, rows: int = BATCH, start: int = 0, stop: int | None = None
    ) -> Iterator[ak.Array]:
        """Yield events some thousands at a time, in order; the source is opened once."""
        last = self.n_events if stop is None else min(stop, self.n_events)
        wanted = _sources(self, columns)
        for at, arrays in enumerate(self.table.batches(wanted, rows=rows, start=start, stop=stop)):
            first = start + at * rows
            yield self._made(arrays, columns, min(rows, last - first))

    def _made(self, arrays: Mapping[str, Array], columns: Sequence[str] | None, n: int) -> ak.Array:
        where = self.table.label
        branches: dict[str, ak.Array] = {}
        if self.naming.convention == "top":
            branches["FatJet"] = _top(arrays)
        for branch, quantities in self.naming.momenta.items():
            if "." not in branch and quantities and _asked(columns, branch):
                branches[branch] = _branch(self.naming, branch, arrays, columns, where)
        event = {name: arrays[name] for name in self.naming.event if name in arrays}
        event["Weight"] = arrays[self.weight] if self.weight else np.ones(n, dtype=np.float32)
        branches["Event"] = ak.unflatten(ak.zip(event), np.ones(n, dtype=np.int64))
        made = ak.zip(branches, depth_limit=1)
        made.attrs["source"] = where
        return made


def open_ntuple(source: Any, label: str = "", *, naming: str | None = None) -> Ntuple:
    """Open a flat table whose columns are named as weaver, NanoAOD, JetNet or the top-tagging set name them.

    Parameters
    ----------
    source : path or table
        What `open_table` opens, or a `FlatTable`.
    label : str, optional
        What messages call it.
    naming : str, optional
        One of `hml_jupyter.tables.CONVENTIONS`, where several fit.

    Returns
    -------
    Ntuple
        A notice says what was recognised.

    Raises
    ------
    FileFormatError, ArgumentError
        The names follow no convention, or several; the columns are listed.

    Examples
    --------
    >>> row = {"jet_pt": [500.0], "jet_eta": [0.0], "jet_phi": [1.0], "jet_energy": [510.0], "jet_tau1": [0.2]}
    >>> ntuple = open_ntuple(row, "jets")
    jets: read as JetClass and other samples for weaver: a row is a jet: FatJet (pt, eta, phi, energy, Tau)
    >>> round(float(ntuple.events().FatJet.Mass[0, 0]), 3)
    100.499
    """
    table = source if isinstance(source, FlatTable) else open_table(source, label)
    found = recognise(table.names, table.vectors, table.label, naming=naming)
    weight = find_weight(found.event, table.label, table.weight)
    progress.notice(f"{table.label}: {found}")
    if weight is None and table.weight is None:
        for name in filter(is_weight, table.left_out):
            progress.notice(f"{table.label}: the column {name!r} is not of numbers, so all events count the same")
    return Ntuple(table, found, weight)


def _asked(columns: Sequence[str] | None, branch: str) -> bool:
    """Tell whether something of a branch is needed."""
    return columns is None or any(f"{c}.".startswith(f"{branch}.") or f"{branch}.".startswith(f"{c}.") for c in columns)


def _sources(ntuple: Ntuple, columns: Sequence[str] | None) -> list[str]:
    """Return the columns of the table that are needed for `columns` of the event model."""
    naming = ntuple.naming
    found = [ntuple.weight] if ntuple.weight else []
    found += [name for name in naming.event if _asked(columns, f"Event.{name}")]
    if naming.convention == "top":
        return found + [column for four in top_columns(ntuple.table.names) for column in four]
    for branch, quantities in naming.momenta.items():
        if _asked(columns, branch):
            found += quantities.values()
            kinds = naming.fields.get(branch, {})
            found += [c for name, several in kinds.items() if _asked(columns, f"{branch}.{name}") for c in several]
    return list(dict.fromkeys(found))


def _branch(
    naming: Naming, branch: str, arrays: Mapping[str, Array], columns: Sequence[str] | None, where: str
) -> ak.Array:
    """Return the objects of a branch, a list in each event."""
    is_single = branch in naming.single
    quantities = naming.momenta[branch]
    others = {name: several for name, several in naming.fields[branch].items() if several[0] in arrays}
    used = [*quantities.values(), *(column for several in others.values() for column in several)]
    flat, counts = _flat({column: arrays[column] for column in used}, is_single, f"{where}: {branch}")
    momenta = momenta_of({quantity: flat[column] for quantity, column in quantities.items()}, None)
    fields = as_missing(momenta) if branch in MISSING else as_stored(momenta, branch)
    fields |= {name: _field(name, [flat[column] for column in several]) for name, several in others.items()}
    parts = f"{branch}.{PARTS}"
    if parts in naming.momenta and _asked(columns, parts):
        fields[PARTS] = _constituents(naming, parts, arrays, momenta, where)
    made = ak.unflatten(ak.zip(fields, depth_limit=1), counts)
    return _by_falling_pt(made) if branch in SORTED and not is_single else made


def _constituents(
    naming: Naming, branch: str, arrays: Mapping[str, Array], jet: Mapping[str, Floats], where: str
) -> ak.Array:
    """Return the particles of the one jet in each row."""
    quantities = naming.momenta[branch]
    others = {name: several[0] for name, several in naming.fields[branch].items() if several[0] in arrays}
    used = {column: arrays[column] for column in (*quantities.values(), *others.values())}
    flat, counts = _flat(used, False, f"{where}: {branch}")
    if len(counts) != len(jet["PT"]):
        raise _unequal(f"{where}: {branch}", next(iter(used)))
    parent = {name: np.repeat(each, counts) for name, each in jet.items()}
    momenta = momenta_of({quantity: flat[column] for quantity, column in quantities.items()}, parent)
    momenta.setdefault("Mass", np.zeros(len(momenta["PT"])))
    fields = {**as_stored(momenta, ""), **{name: _field(name, [flat[column]]) for name, column in others.items()}}
    fields.setdefault("Charge", np.zeros(len(momenta["PT"]), dtype=np.int32))
    is_padded = all(isinstance(each, np.ndarray) for each in used.values())
    keep = flat[quantities["mask"]] > 0 if "mask" in quantities else momenta["PT"] > 0 if is_padded else None
    return _kept(ak.zip(fields), counts, keep)


def _kept(records: ak.Array, counts: npt.NDArray[np.int64], keep: npt.NDArray[np.bool_] | None) -> ak.Array:
    """Return lists of records, without those that only fill up."""
    if keep is None:
        return ak.unflatten(records, counts)
    left = np.asarray(ak.to_numpy(ak.sum(ak.unflatten(keep, counts), axis=1)), dtype=np.int64)
    return ak.unflatten(records[keep], left)


def _flat(values: Mapping[str, Array], is_single: bool, where: str) -> tuple[dict[str, Floats], npt.NDArray[np.int64]]:
    """Return the numbers of all objects one after the other, and how many each row has."""
    flat: dict[str, Floats] = {}
    counts: npt.NDArray[np.int64] | None = None
    for name, array in values.items():
        lengths = _lengths(array, is_single)
        if counts is not None and not np.array_equal(lengths, counts):
            raise _unequal(where, name)
        counts = lengths
        numbers = array if isinstance(array, np.ndarray) else ak.to_numpy(ak.flatten(array))
        flat[name] = np.asarray(numbers, dtype=np.float64).reshape(-1)
    assert counts is not None
    return flat, counts


def _lengths(array: Array, is_single: bool) -> npt.NDArray[np.int64]:
    if isinstance(array, np.ndarray):
        return np.full(len(array), 1 if is_single else array.shape[1], dtype=np.int64)
    return np.asarray(ak.to_numpy(ak.num(array)), dtype=np.int64)


def _unequal(where: str, name: str) -> FileFormatError:
    return FileFormatError(
        f"{where}: the lists of {name} are not as long as the others; the columns do not belong together"
    )


def _field(name: str, columns: Sequence[Floats]) -> Any:
    if name == "Tau":
        return ak.from_regular(ak.Array(np.stack(columns, axis=1).astype(np.float32)), axis=1)
    return columns[0].astype(np.int32 if name in WHOLE else np.float32)


def _by_falling_pt(objects: ak.Array) -> ak.Array:
    pt = objects["PT"]
    if ak.all(pt[:, :-1] >= pt[:, 1:], axis=None):
        return objects
    return objects[ak.argsort(pt, axis=1, ascending=False, stable=True)]


def _top(arrays: Mapping[str, Array]) -> ak.Array:
    """Return the jets of the top-tagging set: their particles, and the sums of them."""
    columns = top_columns(arrays)
    four = [np.stack([arrays[each[k]] for each in columns], axis=1).astype(np.float64) for k in range(4)]
    n, width = four[0].shape
    keep = four[0].reshape(-1) > 0
    energy, px, py, pz = (each.reshape(-1) for each in four)
    parts = momenta_of({"energy": energy, "px": px, "py": py, "pz": pz}, None)
    fields = {**as_stored(parts, ""), "Charge": np.zeros(n * width, dtype=np.int32)}
    sums = dict(zip(("energy", "px", "py", "pz"), (each.sum(axis=1, where=four[0] > 0) for each in four), strict=True))
    jets = as_stored(momenta_of(sums, None), "")
    constituents = _kept(ak.zip(fields), np.full(n, width, dtype=np.int64), keep)
    return ak.unflatten(ak.zip({**jets, PARTS: constituents}, depth_limit=1), np.ones(n, dtype=np.int64))
