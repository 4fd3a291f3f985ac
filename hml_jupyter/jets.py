"""Jets out of particles: clustering, grooming and N-subjettiness, as pure functions on arrays.

Particles are awkward records ``Momentum4D{px, py, pz, E}`` in GeV, one list an event; other fields travel along.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import awkward as ak
import numpy as np
import vector

__all__ = [
    "Kinematics",
    "cluster",
    "delta_phi",
    "kinematics",
    "n_subjettiness",
    "particles",
    "phi_float32",
    "soft_drop_mass",
    "wrap_phi",
]

#: A radius that takes all particles of a jet into one, FastJet's largest.
WHOLE = 1000.0


class Kinematics(NamedTuple):
    """The collider coordinates of four-momenta."""

    pt: Any
    """Transverse momentum, GeV."""
    eta: Any
    """Pseudorapidity."""
    phi: Any
    """Azimuth in [-pi, pi)."""
    mass: Any
    """Invariant mass, GeV; negative squares from rounding count as 0."""


def wrap_phi(phi: Any) -> Any:
    """Return azimuths moved into [-pi, pi).

    Examples
    --------
    >>> float(wrap_phi(np.pi))
    -3.141592653589793
    """
    return (phi + np.pi) % (2 * np.pi) - np.pi


def delta_phi(a: Any, b: Any) -> Any:
    """Return ``a - b`` on the circle, in [-pi, pi).

    Examples
    --------
    >>> round(float(delta_phi(3.1, -3.1)), 4)
    -0.0832
    """
    return wrap_phi(a - b)


def phi_float32(phi: Any) -> Any:
    """Return azimuths in [-pi, pi) as float32 values that stay inside when they become float64 again.

    Examples
    --------
    >>> bool(phi_float32(np.array([np.pi, -np.pi])).astype(np.float64).max() < np.pi)
    True
    """
    largest = np.nextafter(np.float32(np.pi), np.float32(0))
    inside = np.maximum(np.minimum(wrap_phi(phi), largest), -largest)
    return (
        ak.values_astype(inside, np.float32) if isinstance(inside, ak.Array) else np.asarray(inside, dtype=np.float32)
    )


def kinematics(p: ak.Array) -> Kinematics:
    """Return pT, eta, phi and mass of the four-momenta `p`, in the same nesting."""
    pt = np.hypot(p.px, p.py)
    mass2 = p.E**2 - pt**2 - p.pz**2
    eta = np.arcsinh(p.pz / np.maximum(pt, 1e-30))
    return Kinematics(pt, eta, wrap_phi(np.arctan2(p.py, p.px)), np.sqrt(np.maximum(mass2, 0.0)))


def particles(pt: Any, eta: Any, phi: Any, mass: Any, **more: Any) -> ak.Array:
    """Return four-momenta from collider coordinates.

    Parameters
    ----------
    pt, eta, phi, mass : array
        Same nesting; GeV and radians.
    **more : array
        Further fields that travel along, such as ``charge``.

    Examples
    --------
    >>> p = particles(ak.Array([[3.0]]), ak.Array([[0.0]]), ak.Array([[0.0]]), ak.Array([[4.0]]))
    >>> float(p.E[0, 0])
    5.0
    """
    px, py, pz = pt * np.cos(phi), pt * np.sin(phi), pt * np.sinh(eta)
    energy = np.sqrt((pt * np.cosh(eta)) ** 2 + mass**2)
    fields = {"px": px, "py": py, "pz": pz, "E": energy, **more}
    vector.register_awkward()
    return ak.zip(fields, with_name="Momentum4D")


def cluster(p: ak.Array, *, radius: float, pt_min: float, eta_max: float = np.inf) -> tuple[ak.Array, ak.Array]:
    """Cluster the particles of each event with anti-kT (E scheme).

    Parameters
    ----------
    p : awkward array, events * var * Momentum4D
        Visible particles, GeV.
    radius : float
        Jet radius R.
    pt_min, eta_max : float
        Only jets with pT > `pt_min` (GeV) and abs(eta) < `eta_max` are returned.

    Returns
    -------
    jets : events * var * Momentum4D
        Sorted by falling pT.
    constituents : events * var * var * particle
        The particles of each jet, in the order of falling pT.

    Notes
    -----
    Cacciari, Salam, Soyez, arXiv:0802.1189 (anti-kT) and arXiv:1111.6097 (FastJet).
    """
    fastjet = _fastjet()
    definition = fastjet.JetDefinition(fastjet.antikt_algorithm, radius)
    sequence = fastjet.ClusterSequence(_momenta(p), definition)
    jets = sequence.inclusive_jets(min_pt=pt_min)
    index = sequence.constituent_index(min_pt=pt_min)
    k = kinematics(jets)
    keep = (k.pt > pt_min) & (abs(k.eta) < eta_max)
    order = ak.argsort(k.pt[keep], ascending=False, axis=1)
    constituents = _take(p, index[keep][order])
    falling = ak.argsort(kinematics(constituents).pt, ascending=False, axis=2, stable=True)
    return jets[keep][order], constituents[falling]


def soft_drop_mass(constituents: ak.Array, *, radius: float, z_cut: float = 0.1, beta: float = 0.0) -> ak.Array:
    """Return the soft-drop mass of jets.

    Parameters
    ----------
    constituents : events * var * var * Momentum4D
        Particles of each jet, GeV.
    radius : float
        R0 of the soft-drop condition ``min(pT1, pT2) / (pT1 + pT2) > z_cut * (dR / R0) ** beta``.
    z_cut, beta : float
        The defaults are those of the public Delphes cards.

    Returns
    -------
    events * var * float64
        Mass of the groomed jet, GeV; 0 for a jet of which one particle is left.

    Notes
    -----
    Larkoski, Marzani, Soyez, Thaler, arXiv:1402.2657; the jet is reclustered with Cambridge/Aachen.
    """
    fastjet = _fastjet()
    flat, counts = ak.flatten(constituents, axis=1), ak.num(constituents, axis=1)
    if len(flat) == 0:
        return ak.unflatten(ak.Array(np.zeros(0)), counts)
    definition = fastjet.JetDefinition(fastjet.cambridge_algorithm, WHOLE)
    sequence = fastjet.ClusterSequence(_momenta(flat), definition)
    groomed = sequence.exclusive_jets_softdrop_grooming(njets=1, beta=beta, symmetry_cut=z_cut, R0=radius)
    mass = np.maximum(ak.to_numpy(ak.flatten(groomed.msoftdrop, axis=None)), 0.0)
    return ak.unflatten(ak.Array(mass), counts)


def n_subjettiness(constituents: ak.Array, *, radius: float, n_max: int = 5) -> ak.Array:
    """Return tau_1 ... tau_n of jets as Delphes defines them.

    ``tau_N = sum_i pT_i min_k dR(i, axis_k) / sum_i pT_i R0`` (beta = 1) with R0 the jet radius. The axes start from the
    N exclusive kT subjets and are improved in one pass to the nearest minimum.

    Parameters
    ----------
    constituents : events * var * var * Momentum4D
        Particles of each jet, GeV.
    radius : float
        R0.
    n_max : int
        Largest N.

    Returns
    -------
    events * var * n_max * float64
        0 where a jet has no more than N particles.

    Notes
    -----
    Thaler, Van Tilburg, arXiv:1011.2268 and arXiv:1108.2701; computed by the Nsubjettiness package of fjcontrib. The taus
    that Delphes stored come out again from the constituents that it stored.
    """
    flat, counts = ak.flatten(constituents, axis=1), ak.num(constituents, axis=1)
    if len(flat) == 0:
        return ak.unflatten(ak.from_regular(ak.Array(np.zeros((0, n_max))), axis=1), counts)
    fastjet = _fastjet()
    sequence = fastjet.ClusterSequence(_momenta(flat), fastjet.JetDefinition(fastjet.kt_algorithm, WHOLE))
    taus = sequence.njettiness(
        measure_definition="NormalizedMeasure",
        axes_definition="OnePass_KT_Axes",
        njets=list(range(1, n_max + 1)),
        beta=1.0,
        R0=radius,
    )
    return ak.unflatten(ak.from_regular(taus, axis=1), counts)


def _fastjet() -> Any:
    """Return the library with its banner, which would land in every notebook, switched off; the README cites it."""
    import fastjet

    fastjet._swig.ClusterSequence.set_fastjet_banner_stream(None)
    return fastjet


def _momenta(p: ak.Array) -> ak.Array:
    vector.register_awkward()
    return ak.zip({"px": p.px, "py": p.py, "pz": p.pz, "E": p.E}, with_name="Momentum4D")


def _take(p: ak.Array, index: ak.Array) -> ak.Array:
    """Return ``p[event][index]`` for indices nested one level deeper."""
    taken = p[ak.flatten(index, axis=2)]
    return ak.unflatten(taken, ak.flatten(ak.num(index, axis=2)), axis=1)
