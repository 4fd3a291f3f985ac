"""Files of scikit-learn models: skops, never pickle."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import DamagedError

__all__ = ["dumps", "is_scikit_learn", "loads", "numbers_in"]

Array = npt.NDArray[Any]


def dumps(model: Any) -> bytes:
    """Return the content of a file."""
    from skops import io

    return bytes(io.dumps(model))


def loads(data: bytes, name: str, trusted: Callable[[str], bool], what: str) -> Any:
    """Read a model; refuse a file that names other classes than those skops knows and those that are `trusted`.

    Parameters
    ----------
    data : bytes
        Content of the file.
    name : str
        Of the file, for messages.
    trusted : callable
        Tells whether a class may be named.
    what : str
        What the model is, for messages.

    Raises
    ------
    DamagedError
        It names another class.
    """
    from skops import io

    named = set(io.get_untrusted_types(data=data))
    strange = sorted(each for each in named if not trusted(each))
    if strange:
        msg = f"{name} names classes that are no part of {what} and is not opened: {', '.join(strange)}"
        raise DamagedError(msg)
    return io.loads(data, trusted=sorted(named))


def is_scikit_learn(name: str) -> bool:
    """Tell whether `name` is that of a class of scikit-learn.

    Examples
    --------
    >>> is_scikit_learn("sklearn.tree._tree.Tree"), is_scikit_learn("sklearn.utils._joblib.os.system")
    (True, False)
    """
    from importlib import import_module

    module, _, last = name.rpartition(".")
    if module.partition(".")[0] != "sklearn":
        return False
    try:
        found = getattr(import_module(module), last, None)
    except ImportError:
        return False
    return isinstance(found, type) and found.__module__.partition(".")[0] == "sklearn"


def numbers_in(data: bytes) -> dict[str, Array]:
    """Return all that a file says of its model, by where it stands; the same for two saves of one model.

    Versions are left out, and what tells objects of one process apart.
    """
    with zipfile.ZipFile(BytesIO(data)) as file:
        schema = json.loads(file.read("schema.json"))
        found: dict[str, Array] = {}
        for place, node in _nodes(schema["content"], ""):
            if "file" in node:
                found |= _fields(place, file.read(node["file"]))
            elif isinstance(node["content"], str):
                found[place] = np.frombuffer(node["content"].encode(), np.uint8)
        return found


def _nodes(value: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Go through what is saved in files of its own, and through texts."""
    if isinstance(value, dict) and ("file" in value or isinstance(value.get("content"), str)):
        yield place, value
    elif isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            if key != "_sklearn_version":
                yield from _nodes(each, f"{place}/{key}")


def _fields(place: str, content: bytes) -> dict[str, Array]:
    """Return an array field by field: between the fields there may be anything."""
    if content[:6] != b"\x93NUMPY":
        return {place: np.frombuffer(content, np.uint8)}
    array = np.load(BytesIO(content), allow_pickle=False)
    return {f"{place}/{name}": array[name] for name in array.dtype.names} if array.dtype.names else {place: array}
