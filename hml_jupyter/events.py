"""The event model, and readers that bring every kind of file into it.

Events are awkward records with the names of Delphes: `MODEL` lists the branches that every sample of ours has. A Delphes
file brings more, but no flavour of ``GenJet`` (it is stored as 0) and ``GenFatJet`` only where its card makes them; files of
generated particles bring ``Particle`` instead. ``GenJet``, ``GenFatJet`` and ``GenMissingET`` are made of generated particles,
all others of what is measured. ``Event``, ``MissingET``, ``GenMissingET`` and ``ScalarHT`` are lists of one. phi lies in [-pi, pi).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from . import checks
from .errors import FileFormatError, PathError, near
from .records import RECORD, check_intact, read_record
from .runfile import RUN_FILE, read_run, run_batches
from .streams import unpacked

if TYPE_CHECKING:
    import awkward as ak
    import numpy.typing as npt

__all__ = ["MODEL", "RUN_FILE", "Field", "columns", "read_events", "read_run", "run_batches"]


class Field(NamedTuple):
    """One column of the event model."""

    dtype: str
    """Number type."""
    unit: str
    """Unit; empty for pure numbers."""
    doc: str
    """What it is."""


_WAY = {
    "PT": Field("float32", "GeV", "transverse momentum"),
    "Eta": Field("float32", "", "pseudorapidity"),
    "Phi": Field("float32", "rad", "azimuth in [-pi, pi)"),
}
_FOUR = {**_WAY, "Mass": Field("float32", "GeV", "invariant mass")}
_ISOLATION = Field(
    "float32", "", "transverse momentum of what is around it over its own, as the detector's card defines it"
)
_LEPTON = {**_WAY, "Charge": Field("int32", "e", "electric charge"), "IsolationVar": _ISOLATION}
_CHARGED = {**_FOUR, "Charge": Field("int32", "e", "electric charge; of a jet, the sum over its constituents")}
_PARTS = {f"Constituents.{name}": field for name, field in _CHARGED.items()}
_FLAVOR = Field("int32", "", "PDG id of the parton it comes from, 0 if there is none")
_SUBSTRUCTURE = {
    "Tau": Field("float32", "", "N-subjettiness tau_1 to tau_5"),
    "SoftDroppedMass": Field("float32", "GeV", "mass after soft drop, z > 0.1, beta = 0"),
}

#: Branch -> field -> what it is.
MODEL: dict[str, dict[str, Field]] = {
    "Event": {"Weight": Field("float32", "", "weight; the sample's cross section belongs to the sum over all events")},
    "Jet": {
        **_CHARGED,
        "BTag": Field("int32", "", "1 if tagged as a b jet"),
        "TauTag": Field("int32", "", "1 if tagged as a tau"),
        "Flavor": _FLAVOR,
        **_PARTS,
    },
    "FatJet": {**_CHARGED, **_SUBSTRUCTURE, **_PARTS},
    "Electron": _LEPTON,
    "Muon": _LEPTON,
    "Photon": {**_WAY, "IsolationVar": _ISOLATION},
    "MissingET": {
        "MET": Field("float32", "GeV", "missing transverse momentum"),
        "Eta": Field(
            "float32",
            "",
            "pseudorapidity of the missing momentum; it means nothing where part of the event is lost along the beams",
        ),
        "Phi": Field("float32", "rad", "its azimuth in [-pi, pi)"),
    },
    "ScalarHT": {
        "HT": Field("float32", "GeV", "sum of the transverse momenta of jets and isolated leptons and photons")
    },
    "GenJet": {**_CHARGED, "Flavor": _FLAVOR},
    "GenFatJet": {**_CHARGED, **_SUBSTRUCTURE},
    "GenMissingET": {
        "MET": Field("float32", "GeV", "transverse momentum of all neutrinos and of what else is invisible"),
        "Eta": Field("float32", "", "its pseudorapidity"),
        "Phi": Field("float32", "rad", "its azimuth in [-pi, pi)"),
    },
}
EXPECTED = (
    "a Delphes or flat ROOT file (.root), an LHE file (.lhe), a HepMC file (.hepmc), an LHCO file (.lhco), "
    "gzipped or not, an ntuple (.root, .parquet, .h5, .npz, .csv), or the folder of a run"
)
#: First bytes of files that hold events only after they are unpacked -> how.
PACKED = {b"BZh": "bunzip2", b"\xfd7zXZ": "unxz", b"\x28\xb5\x2f\xfd": "unzstd", b"PK\x03\x04": "unzip"}
HEAD = 512


def read_events(path: str | os.PathLike[str]) -> ak.Array:
    """Return the events of a file or of a saved run.

    Parameters
    ----------
    path : str or path
        A ROOT file of Delphes or of `Run.to_root`; an LHE, HepMC (version 2 or 3) or LHCO file, gzipped or not; or the folder of
        one of our runs. What it is decides its content, not its name.
        Or an ntuple whose columns are named as weaver, NanoAOD, JetNet or the top-tagging set name them: a flat ROOT tree
        (``"file.root:tree"`` of several), ``.parquet``, ``.h5``, ``.npz``, ``.npy`` or ``.csv``; its other columns of one number
        are fields of ``Event``.

    Returns
    -------
    awkward array
        The event model, GeV. Files of generated particles, LHE and HepMC, give ``Particle`` (PID, Status, PT, Eta, Phi, Mass,
        mothers) and ``Event`` (Weight) instead of jets.

    Raises
    ------
    PathError
        There is no such file; near names are listed.
    FileFormatError
        It is empty, cut short, damaged or something else; the message says what was expected, what was found and where.
    DamagedError
        A saved run whose files have changed.

    Examples
    --------
    >>> read_events("nothing.root")
    Traceback (most recent call last):
    ...
    hml_jupyter.errors.PathError: nothing.root does not exist; the working folder is ...
    """
    place = checks.place("events (a Run has its own, run.events())", path)
    from .tables.files import path_and_key

    file, key = path_and_key(path)
    if not file.exists():
        raise PathError(_missing(place))
    array = _read_folder(file) if file.is_dir() else _read_ntuple(path) if key else _read_file(file)
    array.attrs["source"] = place.name
    return array


def _read_file(place: Path) -> ak.Array:
    with unpacked(place, EXPECTED) as stream:
        head = stream.read(HEAD)
    text = head.lstrip()
    if head.startswith(b"root"):
        return _read_root(place)
    if text.startswith(b"HepMC::"):
        from .hepmc import read_hepmc

        return read_hepmc(place)
    if text.startswith(b"<") and b"<LesHouchesEvents" in head:
        from .lhe import read_lhe

        return read_lhe(place)
    if text[:1] in (b"#", b"0"):
        from .lhco import is_lhco, read_lhco

        if is_lhco(place):
            return read_lhco(place)
    from .tables import is_table

    if place.suffix.lower() != ".root" and is_table(place):
        return _read_ntuple(place)
    msg = f"{place.name}: expected {EXPECTED}; found {_describe(head)}"
    raise FileFormatError(msg)


def _read_root(place: Path) -> ak.Array:
    from .delphes import read_delphes
    from .tables.trees import tree_names

    trees: list[str] = []
    with suppress(FileFormatError):  # what is damaged is told below
        trees = tree_names(place)
    return _read_ntuple(place) if trees and "Delphes" not in trees else read_delphes(place)


def _read_ntuple(source: str | os.PathLike[str]) -> ak.Array:
    from .tables import open_ntuple, open_table

    table = open_table(source)
    try:
        return open_ntuple(table).events()
    except FileFormatError as error:
        example = table.names[0]
        msg = f"{error}; hml.build_dataset takes the table as it is, {example!r} is then column.{example}"
        raise FileFormatError(msg) from None


def _read_folder(folder: Path) -> ak.Array:
    if (folder / RECORD).exists():
        return _read_result(folder, read_record(folder))
    if (folder / "Events").is_dir():
        msg = f"{folder.name}: expected {EXPECTED}; found an output of MadGraph: hml.Run.from_madgraph({folder.as_posix()!r}) opens it"
        raise FileFormatError(msg)
    return read_run(folder)


def _read_result(folder: Path, record: Mapping[str, Any]) -> ak.Array:
    """Return the events of a run: what it simulated, or the generated particles if it went no further."""
    import awkward as ak

    generated = record["summary"].get("files", ())
    if RUN_FILE not in record["files"] and not generated:
        msg = f"{folder.name}: expected {EXPECTED}; found a result of {record['recipe']['verb']}()"
        raise FileFormatError(msg)
    check_intact(folder, record)
    if RUN_FILE in record["files"]:
        return read_run(folder)
    parts = [_read_file(folder / name) for name in generated]
    return parts[0] if len(parts) == 1 else ak.concatenate(parts)


def _missing(place: Path) -> str:
    """Tell where a path ends, and what is there of a near name."""
    here = next(parent for parent in place.absolute().parents if parent.is_dir())
    lost = place.absolute().relative_to(here).parts[0]
    found = near(lost, [each.name for each in here.iterdir()])
    where = "" if place.is_absolute() else f"; the working folder is {Path.cwd()}"
    inside = f"; {here.name} has no {lost}" if lost != place.name else ""
    return f"{place} does not exist{where}{inside}" + (f"; near names there: {', '.join(found)}" if found else "")


def columns(events: ak.Array) -> dict[str, npt.NDArray[Any]]:
    """Return the content of events as flat arrays with canonical names: the values, and the counts of each list.

    Examples
    --------
    >>> import awkward as ak
    >>> flat = columns(ak.Array([{"Jet": [{"PT": 3.0}]}, {"Jet": []}]))
    >>> {name: values.tolist() for name, values in flat.items()}
    {'Jet#': [1, 0], 'Jet.PT': [3.0]}
    """
    return dict(_flatten("", events))


def _flatten(name: str, array: ak.Array) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    import awkward as ak
    import numpy as np

    depth = 0
    while isinstance(array.type.content, ak.types.ListType | ak.types.RegularType):
        depth += 1
        yield f"{name}{'#' * depth}", np.asarray(ak.to_numpy(ak.num(array, axis=1)), dtype=np.int64)
        array = ak.flatten(array, axis=1)
    if not ak.fields(array):
        yield name, np.asarray(ak.to_numpy(array))
    for field in ak.fields(array):
        yield from _flatten(f"{name}.{field}" if name else field, array[field])


def _describe(head: bytes) -> str:
    if not head:
        return "an empty file"
    unpack = next((how for start, how in PACKED.items() if head.startswith(start)), None)
    if unpack:
        return f"a packed file; unpack it first with {unpack}"
    if head.startswith(b"PAR1"):
        return "a Parquet file; the events of a run are read from its folder"
    text = head[:40].decode("utf-8", "replace")
    return f"a file that begins with {text!r}"
