"""The insides of jets: soft drop, N-subjettiness, energy correlators and subjets, as pure functions on arrays."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import awkward as ak
import numpy as np
import numpy.typing as npt

from .jets import Momenta, flat, kinematics, load_fastjet, ranges, sizes_of, to_lists, to_momenta

__all__ = [
    "ALGORITHMS",
    "Subjets",
    "Tree",
    "declustered",
    "energy_correlators",
    "leading_subjets",
    "n_subjettiness",
    "soft_drop_mass",
    "soft_drop_masses",
    "taus_of",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: A radius that takes all particles of a jet into one, FastJet's largest.
WHOLE = 1000.0
#: Subjets of a jet in which soft drop looks first.
BRANCHES = 12
#: Jets whose trees are in memory at once where they are needed once.
AT_ONCE = 10_000
#: How subjets are found -> FastJet's name.
ALGORITHMS = {"kt": "kt_algorithm", "antikt": "antikt_algorithm", "cambridge": "cambridge_algorithm"}


class Subjets(NamedTuple):
    """The leading subjets of jets, by falling transverse momentum."""

    pt: Floats
    """(jets, k) GeV; NaN where there are fewer."""
    rapidity: Floats
    """(jets, k); unlike the pseudorapidity of something massive it keeps its distances under boosts along the beam."""
    phi: Floats
    """(jets, k) rad, in [-pi, pi)."""


class Tree(NamedTuple):
    """Jets that were reclustered with Cambridge/Aachen."""

    sequence: Any
    """FastJet's cluster sequences, one for each jet; None without jets."""
    p: Momenta
    """The particles of all jets."""
    sizes: Ints
    """How many each jet has."""


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
    parts = ak.flatten(constituents, axis=1)
    masses = soft_drop_masses(declustered(to_momenta(parts), sizes_of(parts)), radius=radius, z_cut=z_cut, beta=beta)
    return ak.unflatten(ak.Array(masses), ak.num(constituents, axis=1))


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
    parts = ak.flatten(constituents, axis=1)
    taus = taus_of(declustered(to_momenta(parts), sizes_of(parts)), radius=radius, n_max=n_max)
    return ak.unflatten(ak.from_regular(ak.Array(taus), axis=1), ak.num(constituents, axis=1))


def energy_correlators(constituents: ak.Array) -> tuple[Floats, Floats]:
    """Return the energy correlation functions e2 and e3 of jets, with beta = 1.

    ``e2 = sum z_i z_j R_ij`` over pairs and ``e3 = sum z_i z_j z_k R_ij R_ik R_jk`` over triples, where ``z = pT / sum pT`` and
    ``R^2 = delta_y^2 + delta_phi^2``.

    Parameters
    ----------
    constituents : jets * var * Momentum4D
        Particles of each jet, GeV.

    Returns
    -------
    (jets,), (jets,)
        NaN for a jet without particles; 0 where there are fewer than two or three.

    Notes
    -----
    Larkoski, Salam, Thaler, arXiv:1305.0007; computed by the EnergyCorrelator package of fjcontrib.

    Examples
    --------
    >>> from hml_jupyter.jets import particles
    >>> pt, phi = ak.Array([[3.0, 1.0, 1.0], [5.0]]), ak.Array([[0.0, 0.5, -0.5], [0.0]])
    >>> e2, e3 = energy_correlators(particles(pt, pt * 0, phi, pt * 0))
    >>> e2.round(4), e3.round(4)
    (array([0.16, 0.  ]), array([0.006, 0.   ]))
    """
    sizes = sizes_of(constituents)
    found = np.full((2, len(sizes)), np.nan)
    filled = np.flatnonzero(sizes)
    for start in range(0, len(filled), AT_ONCE):
        some = filled[start : start + AT_ONCE]
        tree = declustered(to_momenta(constituents[some]), sizes[some])
        for row, points in zip(found, (2, 3), strict=True):
            row[some] = tree.sequence.exclusive_jets_energy_correlator(
                njets=1, beta=1, npoint=points, func="generalized"
            )
    return found[0], found[1]


def declustered(p: Momenta, sizes: Ints) -> Tree:
    """Recluster each jet, `sizes` particles after each other, with Cambridge/Aachen."""
    fastjet = load_fastjet()
    definition = fastjet.JetDefinition(fastjet.cambridge_algorithm, WHOLE)
    return Tree(fastjet.ClusterSequence(to_lists(p, sizes), definition) if len(sizes) else None, p, sizes)


def soft_drop_masses(tree: Tree, *, radius: float, z_cut: float = 0.1, beta: float = 0.0) -> Floats:
    """Return the soft-drop masses (GeV) of jets in one flat array; see `soft_drop_mass`.

    Notes
    -----
    FastJet's Python layer reads out a groomed jet in a time that grows with the square of its size. So the last `BRANCHES`
    subjets are groomed, which is the same tree from there on; where grooming ends in a single one of them, the whole jet is.
    """
    if not len(tree.sizes):
        return np.zeros(0)
    with _unwarned():
        ends = tree.sequence.exclusive_jets_up_to(n_jets=BRANCHES)
    few = declustered(to_momenta(ak.flatten(ends, axis=1)), sizes_of(ends))
    mass, left = _groomed(few, radius, z_cut, beta)
    again = np.flatnonzero((left == 1) & (tree.sizes > BRANCHES))
    if len(again):
        parts = ranges((np.cumsum(tree.sizes) - tree.sizes)[again], tree.sizes[again])
        whole = declustered(Momenta(*(field[parts] for field in tree.p)), tree.sizes[again])
        mass[again] = _groomed(whole, radius, z_cut, beta)[0]
    return mass


def leading_subjets(
    p: Momenta, sizes: Ints, *, algorithm: str, radius: float, pt_min: float, count: int = 2
) -> Subjets:
    """Cluster the particles of each jet again and return its leading subjets.

    Parameters
    ----------
    p : Momenta
        Particles of all jets, GeV.
    sizes : array of int, (jets,)
        How many of them each jet has; there may be none.
    algorithm : str
        ``"kt"``, ``"antikt"`` or ``"cambridge"``, inclusive, E scheme.
    radius : float
        Radius of the subjets.
    pt_min : float
        Only subjets with at least so much transverse momentum, GeV.
    count : int
        How many are returned, k.

    Returns
    -------
    Subjets

    Notes
    -----
    Catani, Dokshitzer, Seymour, Webber, Nucl. Phys. B406 (1993) 187 and Ellis, Soper, hep-ph/9305266 (kT); Cacciari, Salam,
    Soyez, arXiv:0802.1189 (anti-kT); Dokshitzer, Leder, Moretti, Webber, hep-ph/9707323 (Cambridge/Aachen).

    Examples
    --------
    >>> two = Momenta(np.array([30.0, 8.0]), np.array([0.0, 6.0]), np.zeros(2), np.array([30.0, 10.0]))
    >>> leading_subjets(two, np.array([2]), algorithm="kt", radius=0.3, pt_min=0.0).phi.round(4)
    array([[0.    , 0.6435]])
    """
    leading = Subjets(*(np.full((len(sizes), count), np.nan) for _ in Subjets._fields))
    if not sizes.sum():
        return leading
    fastjet = load_fastjet()
    definition = fastjet.JetDefinition(getattr(fastjet, ALGORITHMS[algorithm]), radius)
    found = fastjet.ClusterSequence(to_lists(p, sizes), definition).inclusive_jets(min_pt=pt_min)
    each = to_momenta(found)
    pt, _, phi, _ = kinematics(each)
    rapidity = np.arcsinh(each.pz / np.sqrt(np.maximum(each.E**2 - each.pz**2, 1e-30)))
    numbers = sizes_of(found)
    jet = np.repeat(np.arange(len(sizes)), numbers)
    order = np.lexsort((-pt, jet))
    place = np.arange(len(jet)) - np.repeat(np.cumsum(numbers) - numbers, numbers)
    kept = place < count
    for field, values in zip(leading, (pt, rapidity, phi), strict=True):
        field[jet[kept], place[kept]] = values[order[kept]]
    return leading


def taus_of(tree: Tree, *, radius: float, n_max: int = 5) -> Floats:
    """Return tau_1 ... tau_n of jets, (jets, n_max); see `n_subjettiness`."""
    if not len(tree.sizes):
        return np.zeros((0, n_max))
    taus = tree.sequence.njettiness(
        measure_definition="NormalizedMeasure",
        axes_definition="OnePass_KT_Axes",
        njets=list(range(1, n_max + 1)),
        beta=1.0,
        R0=radius,
    )
    return np.asarray(ak.to_numpy(taus))


def _groomed(tree: Tree, radius: float, z_cut: float, beta: float) -> tuple[Floats, Ints]:
    groomed = tree.sequence.exclusive_jets_softdrop_grooming(njets=1, beta=beta, symmetry_cut=z_cut, R0=radius)
    return np.maximum(flat(groomed.msoftdrop), 0.0), sizes_of(groomed.constituents)


@contextmanager
def _unwarned() -> Iterator[None]:
    """Hold back FastJet's warning about exclusive jets, which it gives for Cambridge/Aachen too, and its format for all warnings."""
    written = warnings.formatwarning
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        try:
            yield
        finally:
            warnings.formatwarning = written
