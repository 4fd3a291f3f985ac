"""Pairs of objects of the same event, in flat arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..jets import ranges

__all__ = ["pairs", "within"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def pairs(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Return the places of all pairs of the same event, for rising indices of events on both sides.

    Examples
    --------
    >>> [places.tolist() for places in pairs(np.array([0, 0, 2]), np.array([0, 1, 2, 2]))]
    [[0, 1, 2, 2], [0, 0, 2, 3]]
    """
    first = np.searchsorted(right, left, side="left")
    sizes = np.searchsorted(right, left, side="right") - first
    return np.repeat(np.arange(len(left)), sizes), ranges(first, sizes)


def within(radius: float, eta: tuple[Floats, Floats], phi: tuple[Floats, Floats]) -> npt.NDArray[np.bool_]:
    """Tell which pairs are closer than `radius` in eta and phi.

    Examples
    --------
    >>> within(0.4, (np.zeros(2), np.array([0.3, 0.3])), (np.array([3.1, 3.1]), np.array([-3.1, 2.8]))).tolist()
    [True, False]
    """
    d_phi = np.abs(phi[0] - phi[1])
    d_phi = np.minimum(d_phi, 2 * np.pi - d_phi)
    return np.asarray((eta[0] - eta[1]) ** 2 + d_phi**2 < radius**2)
