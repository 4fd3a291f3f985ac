"""Kinematic observables: one quantity, one function, one row above it."""

from __future__ import annotations

import math

import numpy as np

from .. import angles
from .entries import Table
from .particles import Array, Particles

__all__ = ["ENTRIES"]

ENTRIES = Table("kinematics")

_PDG = "Particle Data Group, Review of Particle Physics, Kinematics"
_POSITIVE = (0, None)
_CIRCLE = (-math.pi, math.pi)


@ENTRIES.row("GeV", "jet0.px", f"pt cos(phi); {_PDG}", aliases=("Px", "MomentumX", "momentum_x"))
def px(particle: Particles) -> Array:
    """Momentum along x."""
    return pt(particle) * np.cos(phi(particle))


@ENTRIES.row("GeV", "jet0.py", f"pt sin(phi); {_PDG}", aliases=("Py", "MomentumY", "momentum_y"))
def py(particle: Particles) -> Array:
    """Momentum along y."""
    return pt(particle) * np.sin(phi(particle))


@ENTRIES.row("GeV", "jet0.pz", f"pt sinh(eta); {_PDG}", aliases=("Pz", "MomentumZ", "momentum_z"))
def pz(particle: Particles) -> Array:
    """Momentum along the beam."""
    return pt(particle) * np.sinh(eta(particle))


@ENTRIES.row(
    "GeV", "jet0.energy", f"sqrt(m^2 + (pt cosh(eta))^2); {_PDG}", aliases=("E", "Energy", "e"), range=_POSITIVE
)
def energy(particle: Particles) -> Array:
    """Energy."""
    return np.sqrt(mass(particle) ** 2 + (pt(particle) * np.cosh(eta(particle))) ** 2)


@ENTRIES.row(
    "GeV",
    "jet0.pt",
    "the field PT; MET of MissingET, ET of towers",
    aliases=("Pt", "PT", "pT", "TransverseMomentum", "transverse_momentum"),
    range=_POSITIVE,
)
def pt(particle: Particles) -> Array:
    """Transverse momentum."""
    return particle["PT", "MET", "ET"]


@ENTRIES.row("", "jet0.eta", "the field Eta", aliases=("Eta", "Pseudorapidity", "pseudorapidity"))
def eta(particle: Particles) -> Array:
    """Pseudorapidity."""
    return particle["Eta"]


@ENTRIES.row("rad", "jet0.phi", "the field Phi", aliases=("Phi", "AzimuthalAngle", "azimuthal_angle"), range=_CIRCLE)
def phi(particle: Particles) -> Array:
    """Azimuth in [-pi, pi)."""
    return angles.wrap_phi(particle["Phi"])


@ENTRIES.row(
    "GeV",
    "fatjet0.mass",
    "the field Mass; of electrons, muons, photons the PDG's",
    aliases=("M", "Mass", "m"),
    range=_POSITIVE,
)
def mass(particle: Particles) -> Array:
    """Mass."""
    return particle["Mass"]


@ENTRIES.row("", "jet0.rapidity", f"asinh(pz / sqrt(m^2 + pt^2)); {_PDG}", aliases=("Rapidity",))
def rapidity(particle: Particles) -> Array:
    """Rapidity."""
    # in this form it keeps its precision at large values
    return np.arcsinh(pz(particle) / _transverse(particle))


@ENTRIES.row(
    "GeV",
    "jet0.et",
    f"E sin(theta) = E / cosh(eta); {_PDG}",
    aliases=("ET", "Et", "transverse_energy"),
    range=_POSITIVE,
)
def et(particle: Particles) -> Array:
    """Transverse energy."""
    return energy(particle) / np.cosh(eta(particle))


@ENTRIES.row(
    "GeV",
    "muon0,missinget0.mt",
    "of one sqrt(m^2 + pt^2); of two sqrt(m1^2 + m2^2 + 2 (ET1 ET2 - pT1 . pT2)) with ET^2 = m^2 + pt^2, which is "
    f"sqrt(2 pt1 pt2 (1 - cos(delta_phi))) without masses; {_PDG}",
    objects="one or two",
    aliases=("MT", "mT", "transverse_mass"),
    range=_POSITIVE,
)
def mt(one: Particles, other: Particles | None = None) -> Array:
    """Transverse mass, of one object or of two."""
    if other is None:
        return _transverse(one)
    product = pt(one) * pt(other) * np.cos(delta_phi(one, other))
    square = mass(one) ** 2 + mass(other) ** 2 + 2 * (_transverse(one) * _transverse(other) - product)
    return np.sqrt(np.maximum(square, 0.0))


@ENTRIES.row(
    "GeV",
    "jet0,jet1.invariant_mass",
    f"sqrt(E^2 - p^2) of the sum; {_PDG}",
    objects="singles",
    aliases=("InvariantMass", "InvMass", "InvM", "inv_mass", "inv_m"),
    range=_POSITIVE,
)
def invariant_mass(*particles: Particles) -> Array:
    """Mass of the objects together."""
    e, x, y, z = (sum(component(p) for p in particles) for component in (energy, px, py, pz))
    # rounding can leave a light system slightly below zero
    return np.sqrt(np.maximum(e**2 - x**2 - y**2 - z**2, 0.0))


@ENTRIES.row(
    "",
    "jet0,jet1.delta_r",
    f"sqrt(delta_eta^2 + delta_phi^2), delta_phi wrapped; {_PDG}",
    objects="two",
    aliases=("DeltaR", "AngularDistance", "angular_distance"),
    range=_POSITIVE,
)
def delta_r(one: Particles, other: Particles) -> Array:
    """Angular distance."""
    return np.hypot(delta_eta(one, other), delta_phi(one, other))


@ENTRIES.row("rad", "jet0,jet1.delta_phi", "in [-pi, pi)", objects="two", aliases=("DeltaPhi",), range=_CIRCLE)
def delta_phi(one: Particles, other: Particles) -> Array:
    """Azimuth of the first minus the second, wrapped."""
    return angles.delta_phi(phi(one), phi(other))


@ENTRIES.row("", "jet0,jet1.delta_eta", "eta1 - eta2", objects="two", aliases=("DeltaEta",))
def delta_eta(one: Particles, other: Particles) -> Array:
    """Pseudorapidity of the first minus the second."""
    return eta(one) - eta(other)


@ENTRIES.row(
    "",
    "jet0,jet1.pt_balance",
    "(pt1 - pt2) / (pt1 + pt2); with transverse energies the dijet asymmetry of ATLAS, arXiv:1011.6182",
    objects="two",
    aliases=("PtBalance",),
    range=(-1, 1),
)
def pt_balance(one: Particles, other: Particles) -> Array:
    """Difference of the transverse momenta over their sum."""
    return (pt(one) - pt(other)) / (pt(one) + pt(other))


@ENTRIES.row(
    "",
    "muon0,muon1.cos_theta_star",
    "(pz1 E2 - pz2 E1) / (p* sqrt(M^2 + PT^2)), M and PT of the pair, p* the momentum of each in its rest frame; Collins and "
    "Soper, Phys. Rev. D 16 (1977) 2219, with the z axis along the beam for every pair",
    objects="two",
    aliases=("CosThetaStar",),
    range=(-1, 1),
)
def cos_theta_star(one: Particles, other: Particles) -> Array:
    """Cosine of the polar angle of the first in the Collins-Soper frame of both."""
    pair2 = invariant_mass(one, other) ** 2
    transverse2 = (px(one) + px(other)) ** 2 + (py(one) + py(other)) ** 2
    heavy, light = (mass(one) + mass(other)) ** 2, (mass(one) - mass(other)) ** 2
    momentum = np.sqrt((pair2 - heavy) * (pair2 - light)) / (2 * np.sqrt(pair2))
    cosine = (pz(one) * energy(other) - pz(other) * energy(one)) / (momentum * np.sqrt(pair2 + transverse2))
    return np.minimum(np.maximum(cosine, -1.0), 1.0)


def _transverse(particle: Particles) -> Array:
    """Transverse mass of one object: what its energy would be without motion along the beam."""
    return np.sqrt(mass(particle) ** 2 + pt(particle) ** 2)
