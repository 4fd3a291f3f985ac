"""One text and one hash for one content, on every machine."""

from __future__ import annotations

import dataclasses
import hashlib
import inspect
import json
import math
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .errors import RecordError

__all__ = [
    "NEW",
    "Blocks",
    "canonical",
    "digest",
    "file_sha256",
    "fingerprint",
    "json_text",
    "matters",
    "read_json",
    "write_json",
    "write_text",
]

#: Metadata of a field that a class got after results were stored: with its default it is left out, so that the recipes of
#: older calls stay what they were.
NEW = {"canonical": "not default"}


def canonical(value: Any) -> Any:
    """Return `value` as plain JSON that means the same everywhere.

    Parameters
    ----------
    value : object
        Literals, lists, tuples, dictionaries, frozen dataclasses, functions that can be imported, NumPy scalars.

    Examples
    --------
    >>> canonical({"split": (0.5, float("inf"))})
    {'split': [0.5, 'inf']}
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, list | tuple):
        return [canonical(v) for v in value]
    if isinstance(value, Mapping):
        return {str(k): canonical(v) for k, v in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: canonical(getattr(value, f.name)) for f in dataclasses.fields(value) if matters(f, value)}
        return {"class": type(value).__name__, **fields}
    if inspect.isfunction(value):
        source = hashlib.sha256(inspect.getsource(value).encode()).hexdigest()
        return {"function": f"{value.__module__}:{value.__qualname__}", "source": source}
    msg = f"{type(value).__name__} has no canonical text"
    raise RecordError(msg)


def matters(field: dataclasses.Field[Any], owner: Any) -> bool:
    """Tell whether a field is part of what `owner` is: one marked with `NEW` is not where it has its default."""
    default = field.default if field.default_factory is dataclasses.MISSING else field.default_factory()
    return "canonical" not in field.metadata or getattr(owner, field.name) != default


def digest(value: Any) -> str:
    """Return the sha256 of the canonical JSON text of `value`."""
    text = json.dumps(canonical(value), sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


class Blocks(NamedTuple):
    """An array that comes in blocks of rows, because it may be larger than memory."""

    dtype: npt.DTypeLike
    """Of its elements."""
    shape: tuple[int, ...]
    """Of the whole."""
    blocks: Iterable[npt.NDArray[Any]]
    """From the first row to the last."""


def fingerprint(arrays: Mapping[str, npt.ArrayLike | Blocks], meta: Mapping[str, Any]) -> str:
    """Return the hash of named arrays and metadata, independent of file formats and byte order.

    Parameters
    ----------
    arrays : mapping of str to array or Blocks
        Any shapes; numbers, booleans or strings.
    meta : mapping
        Names, units and other plain values; no versions, no times.

    Examples
    --------
    >>> a = fingerprint({"x": np.array([1.0, 2.0], ">f8")}, {"unit": "GeV"})
    >>> a == fingerprint({"x": np.array([1.0, 2.0], "<f8")}, {"unit": "GeV"})
    True
    """
    total = hashlib.sha256(digest(dict(meta)).encode())
    for name in sorted(arrays):
        given = arrays[name]
        whole = given if isinstance(given, Blocks) else _one_block(np.asarray(given))
        dtype = np.dtype(whole.dtype).newbyteorder("<")
        if dtype.hasobject:
            msg = f"the array {name!r} holds Python objects; it has no canonical bytes"
            raise RecordError(msg)
        total.update(f"|{name}|{dtype.str}|{whole.shape}|".encode())
        for block in whole.blocks:
            total.update(np.ascontiguousarray(block, dtype).tobytes())
    return total.hexdigest()


def _one_block(array: npt.NDArray[Any]) -> Blocks:
    return Blocks(array.dtype, array.shape, (array,))


def file_sha256(file: Path) -> str:
    """Return the sha256 of the bytes of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_json(file: Path) -> Any:
    """Return the content of a JSON file."""
    return json.loads(file.read_text(encoding="utf-8"))


def write_json(file: Path, value: Any) -> None:
    """Write JSON as people read it, atomically."""
    write_text(file, json_text(value))


def json_text(value: Any) -> str:
    """Return JSON as people read it."""
    return json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def write_text(file: Path, text: str) -> None:
    """Write a text file so that a killed process leaves the old one or the new one, never half of it."""
    half = file.with_name(f".{file.name}.{os.getpid()}.half")
    with half.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    half.replace(file)
