"""HDF5 files: groups of equally long arrays, tables of records, and those that pandas and JetNet write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import h5py

from ..errors import FileFormatError, UnknownNameError
from . import blocks
from .about import original_names
from .pandasfile import is_pandas, pandas_columns
from .reader import Contents, Read, guarded
from .rows import Rows, rows_of

__all__ = ["Hdf5Reader"]

EXPECTED = "an HDF5 file with a table of numbers"
#: The arrays of JetNet -> names for their columns, in the order of the files.
#: Source: Kansal et al., arXiv:2106.11535; https://zenodo.org/records/6975118.
JETNET = {
    "jet_features": ("jet_pt", "jet_eta", "jet_mass", "jet_nparticles"),
    "particle_features": ("part_etarel", "part_phirel", "part_ptrel", "part_mask"),
}


@dataclass(frozen=True)
class Hdf5Reader:
    """Reads rows of the arrays in a group, or of one table."""

    path: Path
    key: str = ""
    columns: tuple[str, ...] | None = None

    def look(self) -> Contents:
        """Return the columns of the table `key`, or of the only one."""
        with self._opened() as found:
            return blocks.contents(self.path.name, found)

    @contextmanager
    def session(self) -> Iterator[Read]:
        """Open the file."""
        with self._opened() as found:
            yield lambda names, start, stop: blocks.read(found, names, start, stop)

    @contextmanager
    def _opened(self) -> Iterator[dict[str, blocks.Column]]:
        _load_filters()
        with guarded(self.path, EXPECTED), h5py.File(self.path, "r", locking=False) as file:
            place = _find(file, self.key, self.path.name)
            found = _columns(place, self.path.name, self.columns)
            names = original_names(file.attrs.get("hml_jupyter"), found)
            yield {names.get(name, name): column for name, column in found.items()}


def _load_filters() -> None:
    """Teach HDF5 the compressions of the package hdf5plugin, where it is installed."""
    try:
        import hdf5plugin  # noqa: F401
    except ImportError:
        return


def _find(file: h5py.File, key: str, label: str) -> h5py.Group | h5py.Dataset:
    """Return the group or dataset that is meant."""
    if key:
        if key not in file:
            raise UnknownNameError(
                "table", key, _tables(file), hint=f"{label} has {', '.join(_tables(file)) or 'none'}"
            )
        _check_link(file, key, label)
        return file[key]
    if _is_table(file):
        return file
    tables = _tables(file)
    if len(tables) != 1:
        many = f"several tables, {', '.join(tables[:12])}; say which: '{label}:{tables[0]}'" if tables else "none"
        msg = f"{label}: expected {EXPECTED}; found {many}"
        raise FileFormatError(msg)
    return file[tables[0]]


def _tables(file: h5py.File) -> list[str]:
    """Return the groups and tables of records that can be meant."""
    found: list[str] = []

    def visit(name: str, node: h5py.Group | h5py.Dataset) -> None:
        inside = any(name.startswith(f"{each}/") for each in found)
        records = isinstance(node, h5py.Dataset) and (node.dtype.names is not None or node.ndim == 2)
        if not inside and (records or (isinstance(node, h5py.Group) and _is_table(node))):
            found.append(name)

    file.visititems(visit)
    return found


def _is_table(group: h5py.Group) -> bool:
    kinds = [group.get(name, getclass=True) for name in group]
    return is_pandas(group) or kinds.count(h5py.Dataset) > 1 or _single(group) is not None


def _single(group: h5py.Group) -> h5py.Dataset | None:
    """Return the only dataset of a group if it is one column."""
    found = [group[name] for name in group if group.get(name, getclass=True) is h5py.Dataset]
    return found[0] if len(found) == 1 and found[0].ndim == 1 and found[0].dtype.names is None else None


def _columns(place: h5py.Group | h5py.Dataset, label: str, names: Sequence[str] | None) -> dict[str, blocks.Column]:
    if isinstance(place, h5py.Dataset):
        return _columns_of_dataset(rows_of(place, label), label, names)
    if is_pandas(place):
        return pandas_columns(place, label)
    for name in place:
        _check_link(place, name, label)
    datasets = {name: rows_of(place[name], label) for name in place if isinstance(place[name], h5py.Dataset)}
    if set(JETNET) <= set(datasets):
        return _jetnet(datasets, label)
    block = blocks.Sliced(datasets)
    return {name: blocks.Column(block, name, rows.dtype, rows.shape) for name, rows in datasets.items()}


def _columns_of_dataset(rows: Rows, label: str, names: Sequence[str] | None) -> dict[str, blocks.Column]:
    if rows.dtype.names is None:
        if len(rows.shape) != 2:
            msg = f"{label}: a table has rows and columns; {rows.name} is of shape {rows.shape}"
            raise FileFormatError(msg)
        return blocks.matrix_columns(label, rows.shape, rows.dtype, rows.between, names)
    types = {name: rows.dtype[name] for name in rows.dtype.names}
    return {name: blocks.Column(rows, name, each.base, (rows.shape[0], *each.shape)) for name, each in types.items()}


def _jetnet(datasets: Mapping[str, Rows], label: str) -> dict[str, blocks.Column]:
    found: dict[str, blocks.Column] = {}
    for name, features in JETNET.items():
        rows = datasets[name]
        if len(rows.shape) != 2 + (name == "particle_features") or rows.shape[-1] != len(features):
            msg = f"{label}: expected {name} of JetNet with the features {', '.join(features)}; found the shape {rows.shape}"
            raise FileFormatError(msg)
        block = blocks.Matrix(rows.between)
        found |= {feature: blocks.Column(block, k, rows.dtype, rows.shape[:-1]) for k, feature in enumerate(features)}
    return found


def _check_link(group: h5py.Group, key: str, label: str) -> None:
    """Refuse a way that leads into another file."""
    parts = key.strip("/").split("/")
    for depth in range(1, len(parts) + 1):
        way = "/".join(parts[:depth])
        if isinstance(group.get(way, getlink=True), h5py.ExternalLink) or group[way].file.id != group.file.id:
            msg = f"{label}: {way} is a link into another file; name that file instead"
            raise FileFormatError(msg)
