"""Observables of a collection as a whole: sums, event shapes, and its distance to the missing momentum."""

from __future__ import annotations

import math
from typing import Any

import awkward as ak
import numpy as np
import numpy.typing as npt

from .. import angles
from ..expressions import extreme
from .entries import Table
from .kinematics import phi, pt, px, py, pz
from .particles import Array, Particles
from .thrusts import thrust_of

__all__ = ["ENTRIES"]

ENTRIES = Table("event")

_TENSOR = "Bjorken and Brodsky, Phys. Rev. D 1 (1970) 1416; eigenvalues l1 >= l2 >= l3 of sum p_a p_b / sum p^2"
_THRUST = "Brandt et al., Phys. Lett. 12 (1964) 57; Farhi, Phys. Rev. Lett. 39 (1977) 1587"


@ENTRIES.row(
    "GeV",
    "met",
    "MET of MissingET",
    objects="event",
    aliases=("MET", "Met"),
    home="missinget0",
    range=(0, None),
)
def met(missing: Particles) -> Array:
    """Missing transverse momentum."""
    return missing["MET"]


@ENTRIES.row(
    "GeV",
    "ht",
    "HT of ScalarHT; of a collection, jet[pt > 30].ht, the sum of its pt",
    objects="event or collection",
    aliases=("HT", "Ht"),
    home="scalarht0",
    range=(0, None),
)
def ht(particles: Particles) -> Array:
    """Scalar sum of transverse momenta."""
    if particles.is_single:
        return particles["HT"]
    return particles.together(lambda values: ak.sum(values, axis=1), pt(particles))


@ENTRIES.row(
    "rad",
    "jet.dphi_min",
    "min over the collection of abs(delta_phi) to MissingET; these angles in searches: Sakuma et al., arXiv:1803.07942",
    objects="collection",
    aliases=("min_delta_phi", "delta_phi_min"),
    beside="missinget0",
    range=(0, math.pi),
)
def dphi_min(particles: Particles, missing: Particles) -> Array:
    """Smallest distance in azimuth of an element to the missing momentum."""
    apart = np.abs(angles.delta_phi(phi(particles), phi(missing)))
    return particles.together(lambda values: extreme(ak.min, values), apart)


@ENTRIES.row("", "jet.sphericity", f"3/2 (l2 + l3); {_TENSOR}", objects="collection", range=(0, 1))
def sphericity(particles: Particles) -> Array:
    """How round the momenta are: 0 for two back to back, 1 for the same in all directions."""
    return particles.together(lambda *p: 1.5 * _eigenvalues(*p)[:, :2].sum(axis=1), *_momenta(particles))


@ENTRIES.row("", "jet.aplanarity", f"3/2 l3; {_TENSOR}", objects="collection", range=(0, 0.5))
def aplanarity(particles: Particles) -> Array:
    """How far the momenta leave a plane."""
    return particles.together(lambda *p: 1.5 * _eigenvalues(*p)[:, 0], *_momenta(particles))


@ENTRIES.row(
    "",
    "jet.thrust",
    f"max over n of sum abs(p . n) / sum abs(p); {_THRUST}; exact, as in arXiv:1908.08949",
    objects="collection",
    range=(0.5, 1),
)
def thrust(particles: Particles) -> Array:
    """How much the momenta lie along one axis."""
    return particles.together(_thrust, *_momenta(particles))


@ENTRIES.row(
    "",
    "jet.transverse_thrust",
    "max over n of sum abs(pT . n) / sum pT; Banfi, Salam, Zanderighi, arXiv:1001.4082",
    objects="collection",
    range=(2 / math.pi, 1),
)
def transverse_thrust(particles: Particles) -> Array:
    """How much the transverse momenta lie along one axis; the same after a boost along the beam."""
    x, y, z = _momenta(particles)
    return particles.together(_thrust, x, y, z * 0.0)


def _momenta(particles: Particles) -> tuple[Array, Array, Array]:
    return px(particles), py(particles), pz(particles)


def _eigenvalues(*momenta: ak.Array) -> npt.NDArray[np.float64]:
    """Return the rising eigenvalues (m, 3) of the momentum tensors; NaN without momentum."""
    tensor = np.empty((len(momenta[0]), 3, 3))
    for a in range(3):
        for b in range(a + 1):
            tensor[:, a, b] = tensor[:, b, a] = ak.to_numpy(ak.sum(momenta[a] * momenta[b], axis=1))
    tensor /= np.trace(tensor, axis1=1, axis2=2)[:, np.newaxis, np.newaxis]
    found = np.full((len(tensor), 3), np.nan)
    good = np.isfinite(tensor).all(axis=(1, 2))
    found[good] = np.maximum(np.linalg.eigvalsh(tensor[good]), 0.0)
    return found


def _thrust(*momenta: ak.Array) -> Any:
    flat = np.stack([np.asarray(ak.to_numpy(ak.flatten(each, axis=1))) for each in momenta], axis=1)
    return thrust_of(flat, np.asarray(ak.to_numpy(ak.num(momenta[0], axis=1))))
