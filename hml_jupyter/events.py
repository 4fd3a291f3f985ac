"""The event model, and readers that bring every kind of file into it.

Events are awkward records with the names of Delphes: `MODEL` lists the branches that every sample of ours has; a Delphes
file brings more. ``Event``, ``MissingET`` and ``ScalarHT`` are lists of one. phi lies in [-pi, pi).
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from .errors import FileFormatError, PathError, UnknownNameError
from .records import RECORD, check_intact, read_record

if TYPE_CHECKING:
    import awkward as ak
    import numpy.typing as npt

__all__ = ["MODEL", "Field", "columns", "read_events", "read_run"]


class Field(NamedTuple):
    """One column of the event model."""

    dtype: str
    """Number type."""
    unit: str
    """Unit; empty for pure numbers."""
    doc: str
    """What it is."""


_FOUR = {
    "PT": Field("float32", "GeV", "transverse momentum"),
    "Eta": Field("float32", "", "pseudorapidity"),
    "Phi": Field("float32", "rad", "azimuth in [-pi, pi)"),
    "Mass": Field("float32", "GeV", "invariant mass"),
}
_CHARGED = {**_FOUR, "Charge": Field("int32", "e", "electric charge; of a jet, the sum over its constituents")}
_PARTS = {f"Constituents.{name}": field for name, field in _CHARGED.items()}

#: Branch -> field -> what it is.
MODEL: dict[str, dict[str, Field]] = {
    "Event": {"Weight": Field("float32", "", "weight; the sample's cross section belongs to the sum over all events")},
    "Jet": {
        **_CHARGED,
        "BTag": Field("int32", "", "1 if tagged as a b jet"),
        "TauTag": Field("int32", "", "1 if tagged as a tau"),
        "Flavor": Field("int32", "", "PDG id of the parton it comes from, 0 if there is none"),
        **_PARTS,
    },
    "FatJet": {
        **_CHARGED,
        "Tau": Field("float32", "", "N-subjettiness tau_1 to tau_5"),
        "SoftDroppedMass": Field("float32", "GeV", "mass after soft drop, z > 0.1, beta = 0"),
        **_PARTS,
    },
    "MissingET": {
        "MET": Field("float32", "GeV", "missing transverse momentum"),
        "Eta": Field("float32", "", "pseudorapidity of the missing momentum"),
        "Phi": Field("float32", "rad", "its azimuth in [-pi, pi)"),
    },
    "ScalarHT": {"HT": Field("float32", "GeV", "sum of the transverse momenta of the jets")},
}
#: File of the events inside the folder of a run.
RUN_FILE = "events.parquet"
EXPECTED = "a Delphes ROOT file (.root), an LHE file (.lhe, .lhe.gz) or the folder of a run"


def read_events(path: str | os.PathLike[str]) -> ak.Array:
    """Return the events of a file or of a saved run.

    Parameters
    ----------
    path : str or path
        A Delphes ROOT file, an LHE file (``.lhe`` or ``.lhe.gz``), or the folder of one of our runs. What it is decides its
        content, not its name.

    Returns
    -------
    awkward array
        The event model. An LHE file gives ``Particle`` (PID, Status, PT, Eta, Phi, Mass, M1, M2) and ``Event``
        (Weight) instead of jets.

    Raises
    ------
    PathError
        There is no such file.
    FileFormatError
        It is empty, cut short or something else; the message says what was expected and found.
    DamagedError
        A saved run whose files have changed.

    Examples
    --------
    >>> read_events("nothing.root")
    Traceback (most recent call last):
    ...
    hml_jupyter.errors.PathError: nothing.root does not exist
    """
    place = Path(path)
    if not place.exists():
        msg = f"{path} does not exist"
        raise PathError(msg)
    if place.is_dir():
        if (place / RECORD).exists():
            _check_run(place)
        return read_run(place)
    head = _head(place)
    if head.startswith(b"root"):
        from .delphes import read_delphes

        return read_delphes(place)
    if head.lstrip().startswith(b"<LesHouchesEvents"):
        from .lhe import read_lhe

        return read_lhe(place)
    msg = f"{place.name}: expected {EXPECTED}; found {_describe(head)}"
    raise FileFormatError(msg)


def _check_run(folder: Path) -> None:
    record = read_record(folder)
    verb = record["recipe"]["verb"]
    if verb != "generate":
        msg = f"{folder.name}: expected {EXPECTED}; found a result of {verb}()"
        raise FileFormatError(msg)
    check_intact(folder, record)


def read_run(folder: Path, columns: Sequence[str] | None = None) -> ak.Array:
    """Return the events of a saved run, or some columns of them.

    Parameters
    ----------
    folder : Path
        Folder of the run.
    columns : sequence of str, optional
        Branches (``"Jet"``) or fields (``"Jet.PT"``, ``"FatJet.Constituents.PT"``); all by default.

    Raises
    ------
    UnknownNameError
        A column that is not in the event model.
    """
    import awkward as ak

    file = folder / RUN_FILE
    if not file.is_file():
        msg = f"{folder.name}: expected {EXPECTED}; found a folder without {RUN_FILE}"
        raise FileFormatError(msg)
    known = [*MODEL, *(f"{branch}.{name}" for branch, fields in MODEL.items() for name in fields)]
    for column in columns or ():
        if column not in (*known, "Jet.Constituents", "FatJet.Constituents"):
            raise UnknownNameError("column", column, known)
    try:
        array: ak.Array = ak.from_parquet(file, columns=None if columns is None else list(columns))
    except (OSError, ValueError) as error:
        msg = f"{folder.name}/{RUN_FILE}: expected Parquet; it cannot be read ({str(error)[:100]})"
        raise FileFormatError(msg) from error
    return array if columns is None else ak.transform(_solid, array)


def _solid(layout: Any, **_: Any) -> Any:
    """Drop the option types that pyarrow adds to lists when only some fields of their records are read."""
    import awkward as ak

    return ak.transform(_solid, layout.project(), highlevel=False) if layout.is_option else None


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


def _head(place: Path) -> bytes:
    """Return the first bytes of a file, unpacked if it is gzipped."""
    try:
        with place.open("rb") as stream:
            head = stream.read(512)
        if head.startswith(b"\x1f\x8b"):
            with gzip.open(place) as packed:
                head = packed.read(512)
    except (OSError, EOFError) as error:
        msg = f"{place.name}: expected {EXPECTED}; it cannot be read ({error})"
        raise FileFormatError(msg) from error
    return head


def _describe(head: bytes) -> str:
    if not head:
        return "an empty file"
    text = head[:40].decode("utf-8", "replace")
    return f"a file that begins with {text!r}"
