"""Reference events of a preserved network: inputs and scores that anybody can run again."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import awkward as ak
import numpy as np
import numpy.typing as npt

from .. import checks
from ..errors import DamagedError
from ..representations import Graphs

__all__ = ["REFERENCE", "TOLERANCE", "Reference", "read_reference", "write_reference"]

Array = npt.NDArray[np.float64]

#: Of each network: columns as text (.csv), images and graphs as NumPy arrays (.npz), sequences as JSON.
REFERENCE = "validation/reference_{}"
#: Format -> how far a score may be from the recorded one: ONNX computes in single precision.
TOLERANCE = {"onnx": 1e-5, "lwtnn": 1e-12}
SCORES = "score_"
#: Bytes of the arrays of images or graphs.
MOST = 2**28
#: Bytes of events in JSON, which need some 20 times as much memory.
MOST_JSON = 2**26
NOISE = ("noise_uniform", "noise_normal")


class Reference(NamedTuple):
    """Events, and what each format has given for them."""

    inputs: Any
    """(n, k), images or graphs, complete, in single precision values; of JSON a dict of each input and sequence."""
    scores: Mapping[str, Array]
    """``native`` and each format -> (n,), or (n, m) for m outputs."""
    names: Sequence[str] = ()
    """Of the inputs, where these are columns."""
    noise: Array | None = None
    """(n, 2) random numbers of a surrogate."""
    outputs: Mapping[str, Sequence[str]] = MappingProxyType({})
    """Format -> names of the m outputs, where the file has them; else they are the first m of the card."""


def write_reference(folder: Path, i: int, names: Sequence[str], reference: Reference) -> None:
    """Write the events of a network: text with all digits, or NumPy's arrays."""
    stem = folder / REFERENCE.format(i)
    stem.parent.mkdir(exist_ok=True)
    scores = {f"{SCORES}{name}": values for name, values in reference.scores.items()}
    if isinstance(reference.inputs, np.ndarray) and reference.inputs.ndim == 2:
        with stem.with_suffix(".csv").open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            drawn = {} if reference.noise is None else dict(zip(NOISE, reference.noise.T, strict=True))
            writer.writerow([*names, *drawn, *scores])
            columns = [*reference.inputs.T, *drawn.values(), *scores.values()]
            writer.writerows(zip(*([repr(float(each)) for each in column] for column in columns), strict=True))
        return
    arrays = reference.inputs._asdict() if isinstance(reference.inputs, Graphs) else {"inputs": reference.inputs}
    np.savez_compressed(stem.with_suffix(".npz"), allow_pickle=False, **arrays, **scores)


def read_reference(folder: Path, i: int) -> Reference | None:
    """Return the reference events of a network; None where there are none.

    Raises
    ------
    DamagedError
        The file cannot be read.
    """
    stem = folder / REFERENCE.format(i)
    try:
        if stem.with_suffix(".csv").is_file():
            return _table(stem.with_suffix(".csv"))
        if stem.with_suffix(".npz").is_file():
            return _arrays(stem.with_suffix(".npz"))
        if stem.with_suffix(".json").is_file():
            return _records(stem.with_suffix(".json"))
    except (ValueError, OSError, KeyError, TypeError, RecursionError, zipfile.BadZipFile) as error:
        msg = f"{stem.name} cannot be read: {error}"
        raise DamagedError(msg) from error
    return None


def _table(file: Path) -> Reference:
    with file.open(encoding="utf-8", newline="") as stream:
        names, *lines = csv.reader(stream)
    values = np.array(lines, float).reshape(-1, len(names))
    drawn = np.array([name.startswith("noise_") for name in names])
    places = _places(names)
    scores = {how: values[:, list(found.values())] for how, found in places.items()}
    scored = np.isin(np.arange(len(names)), [i for found in places.values() for i in found.values()])
    inputs = [name for name, out in zip(names, scored | drawn, strict=True) if not out]
    outputs = {how: list(found) for how, found in places.items() if "" not in found}
    noise = values[:, drawn] if drawn.any() else None
    return Reference(values[:, ~(scored | drawn)], scores, inputs, noise, outputs)


def _places(names: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return format -> output -> its column; the output of a column that names none is ``""``."""
    found: dict[str, dict[str, int]] = {}
    for i, name in enumerate(names):
        if name.startswith(SCORES):
            how, _, output = name.removeprefix(SCORES).partition(".")
            columns = found.setdefault(how, {})
            if output in columns or (columns and not (output and "" not in columns)):
                msg = f"{name} cannot stand beside {', '.join(f'{SCORES}{how}.{each}'.rstrip('.') for each in columns)}"
                raise ValueError(msg)
            columns[output] = i
    return found


def _arrays(file: Path) -> Reference:
    with zipfile.ZipFile(file) as archive:
        size = sum(info.file_size for info in archive.infolist())
    if size > MOST:
        msg = f"it holds {size} bytes; reference events have at most {MOST}"
        raise ValueError(msg)
    with np.load(file, allow_pickle=False) as found:
        arrays = {name: found[name] for name in found.files}
    scores = {name.removeprefix(SCORES): arrays.pop(name) for name in list(arrays) if name.startswith(SCORES)}
    return Reference(Graphs(**arrays) if "nodes" in arrays else arrays["inputs"], scores)


def _records(file: Path) -> Reference:
    """Return events written by hand: a list of records with inputs by name, sequences as lists of records, and scores.

    ``[{"jet.pt": 50.0, "tracks": [{"pt": 20.0, "delta_r": 0.1}], "score_lwtnn": 0.7}, ...]``
    """
    events = json.loads(checks.content(file, MOST_JSON), parse_constant=_no_number)
    if not isinstance(events, list) or not events or not all(isinstance(each, dict) for each in events):
        msg = "it must be a list of events, each with its inputs, sequences and scores by name"
        raise TypeError(msg)
    for i, each in enumerate(events):
        if each.keys() != events[0].keys():
            msg = f"event {i} has {', '.join(each)}; event 0 has {', '.join(events[0])}"
            raise ValueError(msg)
    found = {name: [each[name] for each in events] for name in events[0]}
    scores = {name.removeprefix(SCORES): found.pop(name) for name in list(found) if name.startswith(SCORES)}
    inputs = {name: _values(name, values) for name, values in found.items()}
    return Reference(inputs, {name: np.array(values, float) for name, values in scores.items()})


def _values(name: str, values: list[Any]) -> Any:
    """Return numbers as an array, lists of records as an awkward array."""
    if not any(isinstance(each, list) for each in values):
        return np.array(values, float)
    objects = [one for each in values if isinstance(each, list) for one in each]
    fields = objects[0].keys() if objects and isinstance(objects[0], dict) else ()
    wrong = [one for one in objects if not isinstance(one, dict) or one.keys() != fields]
    if wrong or not all(isinstance(each, list) for each in values):
        msg = f"{name} must be a list of objects in each event, each with the same names; got {(wrong or values)[0]!r}"
        raise TypeError(msg)
    columns = {field: np.array([one[field] for one in objects], float) for field in fields}
    lengths = [len(each) for each in values]
    return ak.unflatten(ak.zip(columns) if columns else ak.Array(np.empty((0, 0))), lengths)


def _no_number(name: str) -> Any:
    msg = f"{name} is no number of JSON"
    raise ValueError(msg)
