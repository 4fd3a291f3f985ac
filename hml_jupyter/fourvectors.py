"""Collider coordinates of three-momenta, flat arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .jets import phi_float32

__all__ = ["Collider", "pt_eta_phi"]

Floats = npt.NDArray[np.float64]


class Collider(NamedTuple):
    """Where momenta point, (n,) float32."""

    pt: npt.NDArray[np.float32]
    """Transverse momentum, GeV."""
    eta: npt.NDArray[np.float32]
    """Pseudorapidity; +-inf along the beam."""
    phi: npt.NDArray[np.float32]
    """Azimuth in [-pi, pi); 0 along the beam."""


def pt_eta_phi(px: Floats, py: Floats, pz: Floats) -> Collider:
    """Return transverse momenta, pseudorapidities and azimuths.

    Parameters
    ----------
    px, py, pz : (n,) float64
        Momenta, GeV.

    Examples
    --------
    >>> pt, eta, phi = pt_eta_phi(np.array([3.0, 0.0]), np.array([4.0, 0.0]), np.array([0.0, -5.0]))
    >>> pt.tolist(), eta.tolist(), phi.round(4).tolist()
    ([5.0, 0.0], [0.0, -inf], [0.927299976348877, 0.0])
    """
    pt = np.hypot(px, py)
    with np.errstate(divide="ignore", invalid="ignore"):
        eta = np.where(pt > 0, np.arcsinh(pz / pt), np.copysign(np.inf, pz))
    phi = np.where(pt > 0, phi_float32(np.arctan2(py, px)), 0.0)
    return Collider(pt.astype(np.float32), eta.astype(np.float32), phi.astype(np.float32))
