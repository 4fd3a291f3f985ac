"""What metrics are given: arrays of numbers and of flags, one element for each event."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError

__all__ = ["Flags", "Floats", "flags", "floats"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

#: What NumPy calls bool, unsigned, int, float, and objects that may be such.
KINDS = "buifO"


def floats(name: str, given: Any, shape: tuple[int, ...] | None = None) -> Floats:
    """Return numbers as float64.

    Parameters
    ----------
    name : str
        What messages call them.
    given : array_like
        Real numbers.
    shape : tuple of int, optional
        That they must have.

    Raises
    ------
    ArgumentError
        Complex numbers, texts, lists of different lengths, another shape.

    Examples
    --------
    >>> floats("scores", [1, 2])
    array([1., 2.])
    >>> floats("weights", [1j], (1,))
    Traceback (most recent call last):
    hml_jupyter.errors.ArgumentError: weights must be real numbers; got complex128
    """
    found: Floats = _array(name, given, "real numbers", np.float64)
    _check_shape(name, found, shape)
    return found


def flags(name: str, given: Any, shape: tuple[int, ...] | None = None) -> Flags:
    """Return what is True or False (or 1 and 0) as bool; refuse anything else, as `floats` does.

    Examples
    --------
    >>> flags("is_signal", [1, 0])
    array([ True, False])
    >>> flags("is_signal", [0, 1, 2])
    Traceback (most recent call last):
    hml_jupyter.errors.ArgumentError: is_signal must be True or False, or 1 and 0, for each event; got 2
    """
    what = "True or False, or 1 and 0, for each event"
    found = _array(name, given, what)
    if found.dtype.kind != "b":
        other = found[(found != 0) & (found != 1)]
        if other.size:
            msg = f"{name} must be {what}; got {other[0]}"
            raise ArgumentError(msg)
    _check_shape(name, found, shape)
    chosen: Flags = found.astype(bool, copy=False)
    return chosen


def _array(name: str, given: Any, what: str, dtype: Any = None) -> npt.NDArray[Any]:
    try:
        found = np.asarray(given)
        if found.dtype.kind in KINDS:
            return found if dtype is None else found.astype(dtype, copy=False)
        got = str(found.dtype)
    except (TypeError, ValueError):
        got = repr(given)
    msg = f"{name} must be {what}; got {got}"
    raise ArgumentError(msg)


def _check_shape(name: str, found: npt.NDArray[Any], shape: tuple[int, ...] | None) -> None:
    if shape is not None and found.shape != shape:
        msg = f"{name} has the shape {found.shape}, and not one element for each event, {shape}"
        raise ArgumentError(msg)
