"""Delphes ROOT files, real ones and our flat ones, into the event model: one list of records a branch, references resolved to what they point at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import awkward as ak
import numpy as np
import uproot

from . import progress
from .errors import FileFormatError
from .jets import phi_float32
from .masses import mass_of
from .roottree import View, is_flat, read_flat

__all__ = ["count_events", "read_delphes", "resolve"]

R = TypeVar("R")

#: Branch -> leaves that are read where the file has them.
LEAVES: dict[str, tuple[str, ...]] = {
    "Event": ("Weight", "Number", "CrossSection", "CrossSectionError"),
    "Weight": ("Weight",),
    "Particle": ("PID", "Status", "Charge", "Mass", "E", "PT", "Eta", "Phi", "M1", "M2"),
    "GenJet": ("PT", "Eta", "Phi", "Mass", "Charge"),
    "GenFatJet": ("PT", "Eta", "Phi", "Mass", "Charge", "Tau[5]", "SoftDroppedJet"),
    "Electron": ("PT", "Eta", "Phi", "Charge", "IsolationVar"),
    "Muon": ("PT", "Eta", "Phi", "Charge", "IsolationVar"),
    "Photon": ("PT", "Eta", "Phi", "E", "IsolationVar"),
    "Jet": ("PT", "Eta", "Phi", "Mass", "Charge", "BTag", "TauTag", "Flavor"),
    "FatJet": ("PT", "Eta", "Phi", "Mass", "Charge", "BTag", "TauTag", "Flavor", "Tau[5]", "SoftDroppedJet"),
    "MissingET": ("MET", "Eta", "Phi"),
    "GenMissingET": ("MET", "Eta", "Phi"),
    "ScalarHT": ("HT",),
}
#: Leaf -> field of the event model that is made of it.
FIELDS = {"Tau[5]": "Tau", "SoftDroppedJet": "SoftDroppedMass"}
#: Branches that store no mass.
MASSLESS = ("Electron", "Muon", "Photon")
#: Branches that jets may point at.
SOURCES = ("EFlowTrack", "EFlowPhoton", "EFlowNeutralHadron", "EFlowMuon", "Tower", "Track", "Particle")
#: A reference keeps the low 24 bits of an object's fUniqueID; the high 8 bits name the process.
ID_MASK = 0xFFFFFF
#: ROOT adds it to the version of files beyond 2 GB.
LARGE_FILE = 1_000_000


def read_delphes(
    path: Path,
    *,
    tree: str = "Delphes",
    columns: Iterable[str] | None = None,
    start: int | None = None,
    stop: int | None = None,
) -> ak.Array:
    """Return the events of a Delphes ROOT file, or of one that `to_root` wrote.

    Parameters
    ----------
    path : Path
        The file.
    tree : str
        Name of the tree.
    columns : iterable of str, optional
        Columns of the event model that are needed, ``Jet.PT``; those that the file lacks are left out. All by default.
    start, stop : int, optional
        Events from `start` up to `stop`; all by default.

    Returns
    -------
    awkward array
        The event model of `hml_jupyter.events`, and ``Electron``, ``Muon``, ``Photon``, ``GenJet``, ``GenFatJet``, ``Particle`` where the
        file has them. Jets carry ``Constituents`` (PT, Eta, Phi, Mass, Charge), fat jets ``Tau`` and ``SoftDroppedMass``.

    Raises
    ------
    FileFormatError
        The file is not ROOT, is cut short, or holds no tree of Delphes.
    """
    wanted = None if columns is None else frozenset(columns)

    def read(found: Any) -> ak.Array:
        view = View(found, wanted, start, stop)
        return read_flat(view, path.name) if is_flat(found) else _read_tree(view, path.name)

    return _opened(path, tree, read)


def count_events(path: Path) -> int:
    """Return how many events a Delphes ROOT file has.

    Raises
    ------
    FileFormatError
        As `read_delphes`.
    """
    return _opened(path, "Delphes", lambda found: int(found.num_entries))


def _opened(path: Path, tree: str, use: Callable[[Any], R]) -> R:
    """Open a file and use its tree; what goes wrong is told as a damaged file."""
    _check_length(path)
    try:
        with uproot.open(path) as file:
            names = [key.split(";")[0] for key in file.keys(recursive=False)]
            if tree not in names:
                msg = f"{path.name}: expected a Delphes tree named {tree!r}; found {', '.join(sorted(set(names))) or 'nothing'}"
                raise FileFormatError(msg)
            return use(file[tree])
    except FileFormatError:
        raise
    except Exception as error:  # damaged bytes meet every kind of error in uproot
        msg = f"{path.name}: expected a Delphes ROOT file; it cannot be read ({_first_line(error)}); it may be damaged; copy or make it again"
        raise FileFormatError(msg) from error


def _check_length(path: Path) -> None:
    """Refuse a file that is shorter than its header says."""
    with path.open("rb") as file:
        head = file.read(20)
    # version, begin and end; the end takes eight bytes where the version tells of a large file
    is_large = int.from_bytes(head[4:8], "big") >= LARGE_FILE
    length, found = int.from_bytes(head[12 : 20 if is_large else 16], "big"), path.stat().st_size
    if len(head) < 20 or found < length:
        msg = (
            f"{path.name}: expected a Delphes ROOT file; it cannot be read: it has {found} bytes and should have "
            f"{max(length, 20)}, it is cut short; copy or make it again"
        )
        raise FileFormatError(msg)


def resolve(event_ids: ak.Array, objects: ak.Array, references: ak.Array) -> ak.Array | None:
    """Return the objects that references point at.

    Parameters
    ----------
    event_ids : events * var * int
        ``fUniqueID`` of each object.
    objects : events * var * record
        The objects, in the same order.
    references : events * var * var * int
        For each jet of each event, the references of its constituents.

    Returns
    -------
    events * var * var * record, or None
        None if a reference points at an object that is not there.

    Examples
    --------
    >>> ids, objects = ak.Array([[7, 8, 9]]), ak.Array([[{"PT": 1.0}, {"PT": 2.0}, {"PT": 3.0}]])
    >>> resolve(ids, objects, ak.Array([[[9, 7], [8]]])).PT.tolist()
    [[[3.0, 1.0], [2.0]]]
    """
    keys = _keys(event_ids)
    order = np.argsort(keys, kind="stable")
    wanted = _keys(ak.flatten(references, axis=2))
    if len(wanted) and not len(keys):
        return None
    place = np.minimum(np.searchsorted(keys, wanted, sorter=order), max(len(keys) - 1, 0))
    if len(wanted) and not np.array_equal(keys[order[place]], wanted):
        return None
    found = ak.flatten(objects, axis=1)[order[place]]
    by_jet = ak.unflatten(found, ak.to_numpy(ak.flatten(ak.num(references, axis=2))))
    return ak.unflatten(by_jet, ak.to_numpy(ak.num(references, axis=1)))


def _keys(ids: ak.Array) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return one number for each object that is unique in the file: event index and the low bits of the id."""
    events = np.repeat(np.arange(len(ids), dtype=np.int64), ak.to_numpy(ak.num(ids, axis=1)))
    flat = np.asarray(ak.to_numpy(ak.flatten(ids, axis=1)), dtype=np.int64)
    return (events << 24) | (flat & ID_MASK)


def _read_tree(view: View, name: str) -> ak.Array:
    tree = view.tree
    present = [branch for branch in LEAVES if branch in tree]
    if "Event" not in present or not ({"Jet", "FatJet"} & set(present)):
        msg = f"{name}: expected the branches Event and Jet of Delphes; found {', '.join(tree.keys(recursive=False)[:8]) or 'none'}"
        raise FileFormatError(msg)
    branches = {branch: _branch(view, branch) for branch in present if view.wants(branch)}
    if "Event" in branches and "Weight" not in ak.fields(branches["Event"]):
        branches["Event"] = ak.with_field(
            branches["Event"], ak.ones_like(branches["Event"].Number, dtype=np.float32), "Weight"
        )
    with_parts = [
        b for b in ("Jet", "FatJet") if b in branches and f"{b}.Constituents" in tree and view.wants(b, "Constituents")
    ]
    sources = _sources(view) if with_parts else None
    for branch in with_parts:
        references = view.array(f"{branch}.Constituents")["refs"]
        parts = None if sources is None else resolve(*sources, references)
        if parts is None:
            progress.notice(
                f"{name}: the constituents of {branch} point at branches that are not stored; they are left out"
            )
        else:
            branches[branch] = ak.with_field(branches[branch], parts, "Constituents")
    return ak.zip(branches, depth_limit=1)


def _branch(view: View, branch: str) -> ak.Array:
    present = {key.split("/")[-1].removeprefix(f"{branch}.") for key in view.tree[branch].keys()}  # noqa: SIM118
    leaves = [leaf for leaf in LEAVES[branch] if leaf in present]
    wanted = [leaf for leaf in leaves if view.wants(branch, FIELDS.get(leaf, leaf))]
    # one that tells how many there are
    fields = {leaf: view.array(f"{branch}.{leaf}") for leaf in wanted or leaves[:1]}
    if "Tau[5]" in fields:
        fields["Tau"] = ak.from_regular(fields.pop("Tau[5]"), axis=2)
    if "SoftDroppedJet" in fields:
        p = fields.pop("SoftDroppedJet")
        mass2 = p.fE**2 - p.fP.fX**2 - p.fP.fY**2 - p.fP.fZ**2
        fields["SoftDroppedMass"] = ak.values_astype(np.sqrt(np.maximum(mass2, 0.0)), np.float32)
    if branch in MASSLESS:
        fields["Mass"] = ak.full_like(next(iter(fields.values())), mass_of(branch), dtype=np.float32)
    if "Phi" in fields:
        fields["Phi"] = phi_float32(ak.values_astype(fields["Phi"], np.float64))
    return ak.zip(fields, depth_limit=2)


def _sources(view: View) -> tuple[ak.Array, ak.Array] | None:
    """Return ids and kinematics of everything that jets may point at."""
    present = [branch for branch in SOURCES if branch in view.tree]
    if not present:
        return None
    ids = ak.concatenate([view.array(f"{branch}.fUniqueID") for branch in present], axis=1)
    return ids, ak.concatenate([_constituents(view, branch) for branch in present], axis=1)


def _constituents(view: View, branch: str) -> ak.Array:
    leaves = {key.split(".")[-1] for key in view.tree[branch].keys()}  # noqa: SIM118
    pt = view.array(f"{branch}.{'PT' if 'PT' in leaves else 'ET'}")
    fields = {
        "PT": pt,
        "Eta": view.array(f"{branch}.Eta"),
        "Phi": phi_float32(ak.values_astype(view.array(f"{branch}.Phi"), np.float64)),
    }
    fields["Mass"] = view.array(f"{branch}.Mass") if "Mass" in leaves else ak.zeros_like(pt)
    fields["Charge"] = view.array(f"{branch}.Charge") if "Charge" in leaves else ak.zeros_like(pt, dtype=np.int32)
    return ak.zip(fields)


def _first_line(error: BaseException) -> str:
    lines: Iterable[str] = str(error).strip().splitlines()
    return next(iter(lines), type(error).__name__)[:120]
