"""Kinematic observables: one quantity, one function, one row above it."""

from __future__ import annotations

import numpy as np

from .. import angles
from .entries import Array, Particles, Table

__all__ = ["ENTRIES"]

ENTRIES = Table("kinematics")

_PDG = "Particle Data Group, Review of Particle Physics, Kinematics"
_TAGS = "tags and counts"


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


@ENTRIES.row("GeV", "jet0.energy", f"sqrt(m^2 + (pt cosh(eta))^2); {_PDG}", aliases=("E", "Energy", "e"))
def energy(particle: Particles) -> Array:
    """Energy."""
    return np.sqrt(mass(particle) ** 2 + (pt(particle) * np.cosh(eta(particle))) ** 2)


@ENTRIES.row(
    "GeV",
    "jet0.pt",
    "the field PT; MET of MissingET, ET of towers",
    aliases=("Pt", "PT", "pT", "TransverseMomentum", "transverse_momentum"),
)
def pt(particle: Particles) -> Array:
    """Transverse momentum."""
    return particle["PT", "MET", "ET"]


@ENTRIES.row("", "jet0.eta", "the field Eta", aliases=("Eta", "Pseudorapidity", "pseudorapidity"))
def eta(particle: Particles) -> Array:
    """Pseudorapidity."""
    return particle["Eta"]


@ENTRIES.row("rad", "jet0.phi", "the field Phi", aliases=("Phi", "AzimuthalAngle", "azimuthal_angle"))
def phi(particle: Particles) -> Array:
    """Azimuth in [-pi, pi)."""
    return angles.wrap_phi(particle["Phi"])


@ENTRIES.row(
    "GeV", "fatjet0.mass", "the field Mass; of electrons, muons, photons the PDG's", aliases=("M", "Mass", "m")
)
def mass(particle: Particles) -> Array:
    """Mass."""
    return particle["Mass"]


@ENTRIES.row("", "jet0.rapidity", f"asinh(pz / sqrt(m^2 + pt^2)); {_PDG}", aliases=("Rapidity",))
def rapidity(particle: Particles) -> Array:
    """Rapidity."""
    # in this form it keeps its precision at large values
    return np.arcsinh(pz(particle) / np.sqrt(mass(particle) ** 2 + pt(particle) ** 2))


@ENTRIES.row("e", "jet0.charge", "the field Charge", aliases=("Charge",))
def charge(particle: Particles) -> Array:
    """Electric charge."""
    return particle["Charge"]


@ENTRIES.row("", "jet0.b_tag", "the field BTag", aliases=("BTag",), group=_TAGS)
def b_tag(jet: Particles) -> Array:
    """1 for a jet that is tagged as b."""
    return jet["BTag"]


@ENTRIES.row("", "jet0.tau_tag", "the field TauTag", aliases=("TauTag",), group=_TAGS)
def tau_tag(jet: Particles) -> Array:
    """1 for a jet that is tagged as tau."""
    return jet["TauTag"]


@ENTRIES.row("", "jet.size", "count", objects="collection", aliases=("Size",), group=_TAGS)
def size(particles: Particles) -> Array:
    """Count of the elements."""
    return particles.count


@ENTRIES.row(
    "GeV",
    "jet0,jet1.invariant_mass",
    f"sqrt(E^2 - p^2) of the sum; {_PDG}",
    objects="singles",
    aliases=("InvariantMass", "InvMass", "InvM", "inv_mass", "inv_m"),
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
)
def delta_r(one: Particles, other: Particles) -> Array:
    """Angular distance."""
    return np.hypot(delta_eta(one, other), delta_phi(one, other))


@ENTRIES.row("rad", "jet0,jet1.delta_phi", "in [-pi, pi)", objects="two", aliases=("DeltaPhi",))
def delta_phi(one: Particles, other: Particles) -> Array:
    """Azimuth of the first minus the second, wrapped."""
    return angles.delta_phi(phi(one), phi(other))


@ENTRIES.row("", "jet0,jet1.delta_eta", "eta1 - eta2", objects="two", aliases=("DeltaEta",))
def delta_eta(one: Particles, other: Particles) -> Array:
    """Pseudorapidity of the first minus the second."""
    return eta(one) - eta(other)


@ENTRIES.row(
    "GeV", "met", "MET of MissingET", objects="event", aliases=("MET", "Met"), group="event", home="missinget0"
)
def met(missing: Particles) -> Array:
    """Missing transverse momentum."""
    return missing["MET"]


@ENTRIES.row("GeV", "ht", "HT of ScalarHT", objects="event", aliases=("HT", "Ht"), group="event", home="scalarht0")
def ht(scalar: Particles) -> Array:
    """Scalar sum of transverse momenta."""
    return scalar["HT"]
