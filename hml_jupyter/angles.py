"""Azimuths on the circle, in [-pi, pi)."""

from __future__ import annotations

from typing import Any

import awkward as ak
import numpy as np

__all__ = ["delta_phi", "wrap_phi"]


def wrap_phi(phi: Any) -> Any:
    """Return azimuths moved into [-pi, pi); one that lies there already keeps its bits.

    Parameters
    ----------
    phi : float, numpy or awkward array
        Radians; NaN stays NaN.

    Returns
    -------
    float, numpy or awkward array
        Of the same shape.

    Examples
    --------
    >>> float(wrap_phi(np.pi))
    -3.141592653589793
    >>> round(float(wrap_phi(6.0)), 4)
    -0.2832
    """
    where = ak.where if isinstance(phi, ak.Array) else np.where
    turned = np.mod(phi + np.pi, 2 * np.pi) - np.pi
    # rounding lifts an angle just below -pi to pi itself
    turned = where(turned >= np.pi, -np.pi, turned)
    return where((phi >= -np.pi) & (phi < np.pi), phi, turned)[()]


def delta_phi(a: Any, b: Any) -> Any:
    """Return ``a - b`` on the circle, in [-pi, pi).

    Parameters
    ----------
    a, b : float, numpy or awkward array
        Azimuths in radians.

    Returns
    -------
    float, numpy or awkward array
        Radians; the sign is that of the shorter way from `b` to `a`.

    Examples
    --------
    >>> round(float(delta_phi(3.1, -3.1)), 4)
    -0.0832
    """
    return wrap_phi(a - b)
