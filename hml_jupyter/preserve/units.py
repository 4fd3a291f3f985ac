"""Units and ranges of azimuths of the inputs of a card."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError, near
from .card import PHI, UNITS, Input

__all__ = ["check_phi", "converted", "factor"]

Array = npt.NDArray[np.float64]


def factor(unit: str, wanted: str, name: str) -> float:
    """Return what turns a value in `unit` into one in `wanted`.

    Raises
    ------
    ArgumentError
        They do not measure the same.

    Examples
    --------
    >>> factor("GeV", "MeV", "jet0.pt")
    1000.0
    """
    if unit == wanted:
        return 1.0
    for line in UNITS:
        if unit in line and wanted in line:
            return line[unit] / line[wanted]
    known = [each for line in UNITS for each in line if unit in line]
    meant = [] if wanted in known else near(wanted, known, 1)
    hint = f"; did you mean {meant[0]}?" if meant else ""
    msg = f"the card says that {name} is in {wanted or 'no unit'}, and it is in {unit or 'no unit'} here{hint}"
    raise ArgumentError(msg)


def converted(each: Input, values: Array, unit: str) -> Array:
    """Return values that are in `unit`, and azimuths in [-pi, pi), in the unit and range of an input."""
    scale = factor(unit, each.unit, each.name)
    values = values if scale == 1 else values * scale
    if each.phi is None:
        return np.asarray(values)
    low, turn = (size * factor("rad", each.unit or "rad", each.name) for size in (PHI[each.phi], 2 * math.pi))
    return np.asarray((values - low) % turn + low)


def check_phi(each: Input, values: Array) -> None:
    """Refuse azimuths that are not in the range of an input."""
    scale = factor("rad", each.unit or "rad", each.name)
    low = PHI[each.phi or ""] * scale
    padded = np.isnan(values) if each.padding is None else np.isnan(values) | (values == each.padding)
    outside = ~padded & ((values < low - 1e-5) | (values > low + 2 * math.pi * scale + 1e-5))
    if outside.any():
        msg = f"{each.name} must be in {each.phi}; got {values[outside][0]:g}"
        raise ArgumentError(msg)
