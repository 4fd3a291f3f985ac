"""Azimuths on the circle, in [-pi, pi)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import awkward as ak
import numpy as np
import numpy.typing as npt

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
        Of the same shape; `phi` itself if all lie there.

    Examples
    --------
    >>> float(wrap_phi(np.pi))
    -3.141592653589793
    >>> round(float(wrap_phi(6.0)), 4)
    -0.2832
    """
    if isinstance(phi, ak.Array):
        return ak.where((phi >= -np.pi) & (phi < np.pi), phi, _turned(phi, ak.where))
    values = np.asarray(phi)
    if values.dtype.kind != "f":
        values = values.astype(np.float64)
    return values[()] if _inside(values) else _wrapped(np.array(values, ndmin=1)).reshape(values.shape)[()]


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
    apart = a - b
    fresh = isinstance(apart, np.ndarray) and apart.ndim > 0 and apart.dtype.kind == "f"
    return _wrapped(apart) if fresh and not _inside(apart) else wrap_phi(apart)


def _inside(values: npt.NDArray[np.floating[Any]]) -> bool:
    # fmin and fmax pass over NaN
    return bool(
        values.size and np.fmin.reduce(values, axis=None) >= -np.pi and np.fmax.reduce(values, axis=None) < np.pi
    )


def _wrapped(values: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.floating[Any]]:
    """Wrap `values` where they are."""
    outside = np.nonzero((values < -np.pi) | (values >= np.pi))
    far = values[outside]
    if np.abs(far).max(initial=0.0) < 3 * np.pi:
        # one turn: the bits of the remainder, in a tenth of its time
        near = far + np.pi
        near -= np.copysign(far.dtype.type(2 * np.pi), far)
        near -= np.pi
        values[outside] = np.where(near >= np.pi, -np.pi, near)
    else:
        values[outside] = _turned(far, np.where)
    return values


def _turned(phi: Any, where: Callable[..., Any]) -> Any:
    turned = np.mod(phi + np.pi, 2 * np.pi) - np.pi
    # rounding lifts an angle just below -pi to pi itself
    return where(turned >= np.pi, -np.pi, turned)
