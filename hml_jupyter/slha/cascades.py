"""What comes out of particles by decays, and which of them would not decay as it is simulated."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from ..errors import ProcessError
from ..particles import DECAYS
from .spectrum import Channel, Spectrum, is_own, named

__all__ = ["hadronising", "reached"]

#: Charged or coloured particles that live longer leave the beam pipe or hadronise, which is not simulated: c tau of 1 mm, GeV.
SHORTEST_WIDTH = 1.97e-13
#: Coloured particles with a smaller width form hadrons before they decay: Pythia8's ``RHadrons:maxWidth``, GeV.
HADRONISING_WIDTH = 0.2
#: Particles that no detector sees: neutralinos, sneutrinos, the gravitino.
_INVISIBLE = (1000022, 1000023, 1000025, 1000035, 1000012, 1000014, 1000016, 1000039)
#: Masses of Pythia8's particle table in GeV, to tell which channels are open.
_MASSES = {
    1: 0.33,
    2: 0.33,
    3: 0.5,
    4: 1.5,
    5: 4.8,
    6: 173.0,
    11: 0.000511,
    13: 0.10566,
    15: 1.77682,
    23: 91.188,
    24: 80.385,
    25: 125.0,
}
_FROM_COMPUTED = "programs that compute decays write it (in MadGraph: compute_widths)"


def reached(spectrum: Spectrum, particles: Iterable[int], opened: Mapping[int, Collection[Channel]]) -> frozenset[int]:
    """Return all particles that come out of some and of their decays, without sign.

    Parameters
    ----------
    spectrum : Spectrum
        Masses and decays.
    particles : iterable of int
        PDG ids of the hard process.
    opened : mapping
        PDG id -> products of the channels that are open; all channels of those that are not in it.

    Raises
    ------
    ProcessError
        One of them would fly or hadronise as it is, or its decays are not known.
    """
    tables = {**DECAYS, **spectrum.channels, **opened}
    found: set[int] = set()
    waiting = [abs(pdg) for pdg in particles]
    while waiting:
        pdg = waiting.pop()
        if pdg in found:
            continue
        found.add(pdg)
        if _decays(spectrum, pdg, opened):
            waiting += [abs(i) for channel in tables.get(pdg, ()) for i in channel]
    return frozenset(found)


def hadronising(spectrum: Spectrum, found: Iterable[int]) -> tuple[str, ...]:
    """Return the coloured particles out of some that would form hadrons before they decay; that is left out."""
    coloured = (i for i in sorted(found) if i == 1000021 or (i > 1_000_000 and 1 <= i % 1_000_000 <= 6))
    widths = ((i, spectrum.decays[i].width) for i in coloured if i in spectrum.decays)
    return tuple(named(i) for i, width in widths if width is not None and width < HADRONISING_WIDTH)


def _decays(spectrum: Spectrum, pdg: int, opened: Mapping[int, Collection[Channel]]) -> bool:
    """Tell whether a particle decays; refuse one of which that cannot be said or made."""
    if not is_own(pdg) or (pdg <= 25 and pdg not in spectrum.channels):
        return True
    if spectrum.mass(pdg) is None:
        msg = f"{named(pdg)} comes out, and the SLHA file has no mass of it in its block MASS"
        raise ProcessError(msg)
    decay = spectrum.decays.get(pdg)
    if pdg in _INVISIBLE and (decay.width == 0 if decay else _is_lightest(spectrum, pdg)):
        return False
    if decay is None or decay.width is None or (decay.width > 0 and not decay.channels):
        msg = f"{named(pdg)} comes out, and the SLHA file has no table 'DECAY {pdg}' with a width and channels; {_FROM_COMPUTED}"
        raise ProcessError(msg)
    if decay.width < SHORTEST_WIDTH:
        msg = (
            f"{named(pdg)} comes out and is stable, or flies more than a millimetre (width {decay.width:g} GeV): hadrons of it (R-hadrons) "
            "and tracks of heavy particles are not simulated here. Only neutral particles without colour may be stable"
        )
        raise ProcessError(msg)
    _check_sum(pdg, sum(ratio for ratio, _ in decay.channels))
    channels = opened.get(pdg, spectrum.channels.get(pdg, ()))
    if not any(_is_open(spectrum, pdg, channel) for channel in channels):
        msg = f"{named(pdg)} of {spectrum.mass(pdg):g} GeV comes out, and is too light for the channels of its table 'DECAY {pdg}' that are open"
        raise ProcessError(msg)
    return True


def _is_lightest(spectrum: Spectrum, pdg: int) -> bool:
    masses = {abs(key): abs(m) for (key,), m in spectrum.block("MASS").items() if abs(key) > 1_000_000}
    return masses[pdg] == min(masses.values())


def _check_sum(pdg: int, total: float) -> None:
    if abs(total - 1) > 0.02:
        msg = f"the branching ratios of {named(pdg)} in the SLHA file add up to {total:.4g}, not to 1"
        raise ProcessError(msg)


def _is_open(spectrum: Spectrum, pdg: int, channel: Channel) -> bool:
    products = sum((spectrum.mass(i) if is_own(i) else None) or _MASSES.get(abs(i), 0.0) for i in channel)
    return products < (spectrum.mass(pdg) or 0.0)
