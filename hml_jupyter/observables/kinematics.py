"""Kinematic observables: one quantity, one function, one row."""

from __future__ import annotations

import awkward as ak
import numpy as np

from .entries import Array, Entry, Particles

__all__ = ["ENTRIES", "wrapped"]

_PDG = "Particle Data Group, Review of Particle Physics, Kinematics"


def pt(particle: Particles) -> Array:
    """Transverse momentum."""
    return particle["PT", "MET", "ET"]


def eta(particle: Particles) -> Array:
    """Pseudorapidity."""
    return particle["Eta"]


def phi(particle: Particles) -> Array:
    """Azimuthal angle."""
    return wrapped(particle["Phi"])


def mass(particle: Particles) -> Array:
    """Mass."""
    return particle["Mass"]


def px(particle: Particles) -> Array:
    """Momentum along x."""
    return pt(particle) * np.cos(phi(particle))


def py(particle: Particles) -> Array:
    """Momentum along y."""
    return pt(particle) * np.sin(phi(particle))


def pz(particle: Particles) -> Array:
    """Momentum along the beam."""
    return pt(particle) * np.sinh(eta(particle))


def energy(particle: Particles) -> Array:
    """Energy."""
    return np.sqrt(mass(particle) ** 2 + (pt(particle) * np.cosh(eta(particle))) ** 2)


def rapidity(particle: Particles) -> Array:
    """Rapidity, in a form that keeps its precision at large values."""
    return np.arcsinh(pz(particle) / np.sqrt(mass(particle) ** 2 + pt(particle) ** 2))


def charge(particle: Particles) -> Array:
    """Electric charge."""
    return particle["Charge"]


def size(particles: Particles) -> Array:
    """Count of a collection."""
    return particles.count


def b_tag(jet: Particles) -> Array:
    """B tag."""
    return jet["BTag"]


def tau_tag(jet: Particles) -> Array:
    """Hadronic-tau tag."""
    return jet["TauTag"]


def delta_eta(one: Particles, other: Particles) -> Array:
    """Signed difference in pseudorapidity."""
    return eta(one) - eta(other)


def delta_phi(one: Particles, other: Particles) -> Array:
    """Signed difference in azimuth."""
    return wrapped(phi(one) - phi(other))


def delta_r(one: Particles, other: Particles) -> Array:
    """Angular distance."""
    return np.hypot(delta_eta(one, other), delta_phi(one, other))


def invariant_mass(*particles: Particles) -> Array:
    """Mass of the sum of four-momenta."""
    e, x, y, z = (sum(component(p) for p in particles) for component in (energy, px, py, pz))
    # rounding can leave a light system slightly below zero
    return np.sqrt(np.maximum(e**2 - x**2 - y**2 - z**2, 0.0))


def met(missing: Particles) -> Array:
    """Missing transverse momentum."""
    return missing["MET"]


def ht(scalar: Particles) -> Array:
    """Scalar sum of transverse momenta."""
    return scalar["HT"]


def wrapped(angle: Array) -> Array:
    """Return `angle` in [-pi, pi).

    Examples
    --------
    >>> round(float(wrapped(np.float64(6.0))), 4)
    -0.2832
    """
    inside = np.mod(angle + np.pi, 2 * np.pi) - np.pi
    # an angle in range already keeps its bits
    in_range = (angle >= -np.pi) & (angle < np.pi)
    return ak.where(in_range, angle, inside) if isinstance(angle, ak.Array) else np.where(in_range, angle, inside)


ENTRIES = (
    Entry(
        "px", "GeV", "one", "jet0.px", "momentum along x", f"pt cos(phi); {_PDG}", px, ("Px", "MomentumX", "momentum_x")
    ),
    Entry(
        "py", "GeV", "one", "jet0.py", "momentum along y", f"pt sin(phi); {_PDG}", py, ("Py", "MomentumY", "momentum_y")
    ),
    Entry(
        "pz",
        "GeV",
        "one",
        "jet0.pz",
        "momentum along the beam",
        f"pt sinh(eta); {_PDG}",
        pz,
        ("Pz", "MomentumZ", "momentum_z"),
    ),
    Entry(
        "energy",
        "GeV",
        "one",
        "jet0.energy",
        "energy",
        f"sqrt(m^2 + (pt cosh(eta))^2); {_PDG}",
        energy,
        ("E", "Energy", "e"),
    ),
    Entry(
        "pt",
        "GeV",
        "one",
        "jet0.pt",
        "transverse momentum",
        "the field PT; MET of MissingET, ET of towers",
        pt,
        ("Pt", "PT", "pT", "TransverseMomentum", "transverse_momentum"),
    ),
    Entry(
        "eta",
        "",
        "one",
        "jet0.eta",
        "pseudorapidity",
        "the field Eta",
        eta,
        ("Eta", "Pseudorapidity", "pseudorapidity"),
    ),
    Entry(
        "phi",
        "rad",
        "one",
        "jet0.phi",
        "azimuth in [-pi, pi)",
        "the field Phi",
        phi,
        ("Phi", "AzimuthalAngle", "azimuthal_angle"),
    ),
    Entry(
        "mass",
        "GeV",
        "one",
        "fatjet0.mass",
        "mass",
        "the field Mass; of electrons, muons, photons the PDG's",
        mass,
        ("M", "Mass", "m"),
    ),
    Entry(
        "rapidity",
        "",
        "one",
        "jet0.rapidity",
        "rapidity",
        f"asinh(pz / sqrt(m^2 + pt^2)); {_PDG}",
        rapidity,
        ("Rapidity",),
    ),
    Entry("charge", "e", "one", "jet0.charge", "electric charge", "the field Charge", charge, ("Charge",)),
    Entry(
        "b_tag",
        "",
        "one",
        "jet0.b_tag",
        "1 for a jet that is tagged as b",
        "the field BTag",
        b_tag,
        ("BTag",),
        group="tags and counts",
    ),
    Entry(
        "tau_tag",
        "",
        "one",
        "jet0.tau_tag",
        "1 for a jet that is tagged as tau",
        "the field TauTag",
        tau_tag,
        ("TauTag",),
        group="tags and counts",
    ),
    Entry(
        "size", "", "collection", "jet.size", "number of elements", "count", size, ("Size",), group="tags and counts"
    ),
    Entry(
        "invariant_mass",
        "GeV",
        "singles",
        "jet0,jet1.invariant_mass",
        "mass of the objects together",
        f"sqrt(E^2 - p^2) of the sum; {_PDG}",
        invariant_mass,
        ("InvariantMass", "InvMass", "InvM", "inv_mass", "inv_m"),
    ),
    Entry(
        "delta_r",
        "",
        "two",
        "jet0,jet1.delta_r",
        "angular distance",
        f"sqrt(delta_eta^2 + delta_phi^2), delta_phi wrapped; {_PDG}",
        delta_r,
        ("DeltaR", "AngularDistance", "angular_distance"),
    ),
    Entry(
        "delta_phi",
        "rad",
        "two",
        "jet0,jet1.delta_phi",
        "azimuth of the first minus the second, wrapped",
        "in [-pi, pi)",
        delta_phi,
        ("DeltaPhi",),
    ),
    Entry(
        "delta_eta",
        "",
        "two",
        "jet0,jet1.delta_eta",
        "pseudorapidity of the first minus the second",
        "eta1 - eta2",
        delta_eta,
        ("DeltaEta",),
    ),
    Entry(
        "met",
        "GeV",
        "event",
        "met",
        "missing transverse momentum",
        "MET of MissingET",
        met,
        ("MET", "Met"),
        group="event",
        home="missinget0",
    ),
    Entry(
        "ht",
        "GeV",
        "event",
        "ht",
        "scalar sum of transverse momenta",
        "HT of ScalarHT",
        ht,
        ("HT", "Ht"),
        group="event",
        home="scalarht0",
    ),
)
