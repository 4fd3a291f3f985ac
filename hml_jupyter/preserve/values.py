"""Values out of untrusted JSON: each is of the kind that was asked for, or refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from ..errors import DamagedError

__all__ = ["at", "listed", "numbers", "refuse", "table", "text", "whole"]

Array = npt.NDArray[np.float64]
Json = Mapping[str, Any]


def refuse(why: str) -> NoReturn:
    """Raise the error of a file that is none of lwtnn's."""
    msg = f"this is no lwtnn network that can be read here: {why}"
    raise DamagedError(msg)


def at(given: Any, name: str, where: str) -> Any:
    """Return what a table has under a name."""
    if name not in table(given, where):
        refuse(f"{where} has no {name!r}")
    return given[name]


def table(given: Any, where: str) -> Json:
    """Return a table of names."""
    if not isinstance(given, Mapping):
        refuse(f"{where} is no table of names, but {type(given).__name__}")
    return given


def listed(given: Any, name: str, where: str) -> list[Any]:
    """Return a list that a table has under a name."""
    found = at(given, name, where)
    if not isinstance(found, list | tuple):
        refuse(f"{name!r} of {where} is no list, but {type(found).__name__}")
    return list(found)


def text(given: Any, name: str, where: str) -> str:
    """Return a text that a table has under a name."""
    found = at(given, name, where)
    if not isinstance(found, str):
        refuse(f"{name!r} of {where} is no text, but {type(found).__name__}")
    return found


def whole(given: Any, name: str, where: str, most: int) -> int:
    """Return a whole number, from 0 to `most`, that a table has under a name."""
    found = at(given, name, where)
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= most:
        refuse(f"{name!r} of {where} must be a whole number from 0 to {most}; got {found!r}")
    return found


def numbers(given: Any, name: str, where: str) -> Array:
    """Return finite numbers, (k,), that a table has under a name."""
    found = listed(given, name, where)
    try:
        values = np.array(found)
    except ValueError:
        values = np.array(None)
    if values.ndim != 1 or values.dtype.kind not in "fiu" or not np.all(np.isfinite(values)):
        refuse(f"{name!r} of {where} must be a list of finite numbers")
    return values.astype(float)
