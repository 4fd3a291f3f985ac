"""Masses of the particles whose branches carry none."""

from __future__ import annotations

from functools import cache

__all__ = ["mass_of"]

#: Branch, lower case -> PDG id of what it holds.
_PDG = {"electron": 11, "muon": 13, "photon": 22}


@cache
def mass_of(branch: str) -> float | None:
    """Return the mass of the particles in a branch in GeV; None where a branch has to carry it.

    Parameters
    ----------
    branch : str
        ``"Muon"`` as Delphes calls it, or ``"muon"`` as a cut does. ``"MissingET"`` and ``"GenMissingET"`` have no mass: 0.

    Notes
    -----
    Particle Data Group, as the scikit-hep package ``particle`` has it.

    Examples
    --------
    >>> round(mass_of("Muon"), 6), mass_of("Jet")
    (0.105658, None)
    """
    from particle import Particle

    name = branch.lower()
    if name.endswith("missinget"):
        return 0.0
    return (Particle.from_pdgid(_PDG[name]).mass or 0.0) / 1000 if name in _PDG else None
