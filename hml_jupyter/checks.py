"""Checks of arguments that many functions share: numbers, whole numbers and seeds."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from .errors import ArgumentError, PathError

__all__ = ["MOST_SEED", "content", "flag", "number", "place", "seed", "whole"]

#: Largest seed of any call: the largest that NumPy's legacy generators, and so scikit-learn, take. Pythia's smaller
#: range binds nobody: each chunk derives its own seed.
MOST_SEED = 2**32 - 1


def whole(where: str, value: Any, minimum: float | None = None, maximum: float | None = None) -> int:
    """Return `value` as an int; refuse what is no whole number or out of bounds.

    Parameters
    ----------
    where : str
        What messages call it, ``"epochs"``.
    value : object
        What was given; NumPy's integers are whole numbers, ``True`` and ``2.0`` are not.
    minimum, maximum : float, optional
        Bounds, both allowed.

    Raises
    ------
    ArgumentError
        It is not; the message names the bounds.

    Examples
    --------
    >>> whole("events", 0, 1)
    Traceback (most recent call last):
    hml_jupyter.errors.ArgumentError: events must be at least 1; got 0
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        real = float(value) if isinstance(value, float | np.floating) else np.nan
        such = f", as {int(real)}" if real.is_integer() and abs(real) < 1e15 else ""
        msg = f"{where} must be an integer{_bounds(minimum, maximum)}{such}; got {value!r}"
        raise ArgumentError(msg)
    _check_within(where, value, minimum, maximum)
    return int(value)


def seed(value: Any) -> int:
    """Return a seed as an int; every seed of a call is from 0 to 4294967295.

    Raises
    ------
    ArgumentError
        It is not.

    Examples
    --------
    >>> seed(-1)
    Traceback (most recent call last):
    hml_jupyter.errors.ArgumentError: seed must be from 0 to 4294967295; got -1
    """
    return whole("seed", value, 0, MOST_SEED)


def number(where: str, value: Any, minimum: float | None = None, maximum: float | None = None) -> float:
    """Return `value` as a float; refuse what is no finite number or out of bounds.

    Raises
    ------
    ArgumentError
        It is not; the message names the bounds.

    Examples
    --------
    >>> number("dropout", 0.25, 0.0, 0.95)
    0.25
    """
    real = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    try:
        found = float(value) if real else np.nan
    except OverflowError:  # of a whole number that no float can be
        found = np.inf
    if not np.isfinite(found):
        msg = f"{where} must be a number{_bounds(minimum, maximum)}; got {value!r}"
        raise ArgumentError(msg)
    _check_within(where, value, minimum, maximum)
    return found


def flag(where: str, value: Any) -> bool:
    """Return True or False; refuse anything else, texts and numbers too.

    Raises
    ------
    ArgumentError
        It is neither.

    Examples
    --------
    >>> flag("raw_counts", "no")
    Traceback (most recent call last):
    hml_jupyter.errors.ArgumentError: raw_counts must be True or False; got 'no'
    """
    if not isinstance(value, bool):
        msg = f"{where} must be True or False; got {value!r}"
        raise ArgumentError(msg)
    return value


def place(what: str, given: Any) -> Path:
    """Return the path of something to be read, which may lie anywhere.

    Raises
    ------
    PathError
        It is no path, or one that no file can have.

    Examples
    --------
    >>> place("an LHE file", 7)
    Traceback (most recent call last):
    hml_jupyter.errors.PathError: expected the path of an LHE file, not 7
    """
    msg = f"expected the path of {what}, not {repr(given)[:100]}"
    try:
        path = Path(given)
        os.fsencode(path)
        path.exists()
    except (TypeError, ValueError, OSError) as error:
        raise PathError(msg) from error
    if "\0" in str(path):  # of which `exists` only says that it is not there
        raise PathError(msg)
    return path


def content(file: Path, largest: int) -> bytes:
    """Return the bytes of a file, of which there may be `largest`.

    Raises
    ------
    OSError
        It has more, is no plain file (a device or a pipe may never end), or cannot be read.
    """
    if file.exists() and not file.is_file():
        msg = "it is no plain file"
        raise OSError(msg)
    with file.open("rb") as stream:
        found = stream.read(largest + 1)
    if len(found) > largest:
        msg = f"it has more than {largest} bytes"
        raise OSError(msg)
    return found


def _check_within(where: str, value: Any, low: float | None, high: float | None) -> None:
    if (low is not None and value < low) or (high is not None and value > high):
        msg = f"{where} must be{_bounds(low, high)}; got {value!r}"
        raise ArgumentError(msg)


def _bounds(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f" from {low:.12g} to {high:.12g}"
    return f" at least {low:.12g}" if low is not None else f" at most {high:.12g}" if high is not None else ""
