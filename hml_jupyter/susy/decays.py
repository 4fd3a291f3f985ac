"""Decay chains of supersymmetric particles: what an SLHA file opens, and what a veto has to sort out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ..errors import ProcessError
from ..particles import DECAYS, NEUTRAL, Chain, Names, channels, mother_of
from ..slha import Channel, Spectrum, named

__all__ = ["both_signs", "check_elsewhere", "own_chains", "signed_channels", "table_lines"]

Tables = Mapping[int, tuple[Channel, ...]]


def _conjugated(channel: Channel) -> Channel:
    return tuple(sorted(i if i in NEUTRAL else -i for i in channel))


def signed_channels(chains: Sequence[Chain], names: Names, spectrum: Spectrum) -> dict[int, set[Channel]]:
    """Return the channels that chains allow, for the mother of each chain, antiparticles as the particle."""
    tables = {**DECAYS, **spectrum.channels}
    found: dict[int, set[Channel]] = {}
    for chain in chains:
        mother, allowed = mother_of(chain, names), channels(chain, names, tables)
        if not allowed:
            known = "; ".join(" ".join(map(str, channel)) for channel in tables.get(abs(mother), ()))
            msg = (
                f"the SLHA file and Pythia8 have no decay {chain.text!r} of {named(mother)} that can be chosen; "
                f"they have (PDG ids) {known or 'none'}"
            )
            raise ProcessError(msg)
        found.setdefault(mother, set()).update(tuple(sorted(channel)) for channel in allowed)
    return found


def both_signs(
    signed: Mapping[int, set[Channel]], spectrum: Spectrum
) -> tuple[dict[int, frozenset[Channel]], dict[int, frozenset[Channel]]]:
    """Return what is open for particle and antiparticle alike, and what each of the two is restricted to by a veto.

    Pythia8 counts the open part of supersymmetric decays for the particle alone.
    """
    tables = {**DECAYS, **spectrum.channels}
    opened: dict[int, frozenset[Channel]] = {}
    only: dict[int, frozenset[Channel]] = {}
    for pdg in sorted({abs(mother) for mother in signed}):
        whole = {tuple(sorted(channel)) for channel in tables[pdg]}
        signs = (pdg,) if pdg in NEUTRAL else (pdg, -pdg)
        opened[pdg] = frozenset().union(*(signed.get(mother, whole) for mother in signs))
        for mother in signs:
            if signed.get(mother, whole) != opened[pdg]:
                only[mother] = frozenset(c if mother > 0 else _conjugated(c) for c in signed[mother])
    return opened, only


def own_chains(
    chains: Sequence[Chain], names: Names, spectrum: Spectrum, states: Collection[tuple[int, int]]
) -> dict[int, tuple[tuple[Channel, ...], ...]]:
    """Return the channels of each chain of identical particles that have each its own."""
    tables = {**DECAYS, **spectrum.channels}
    by_mother: dict[int, list[tuple[Channel, ...]]] = {}
    for chain in chains:
        mother = mother_of(chain, names)
        found = (tuple(sorted(channel)) for channel in channels(chain, names, tables))
        by_mother.setdefault(mother, []).append(tuple(c if mother > 0 else _conjugated(c) for c in found))
    several = {mother: tuple(of) for mother, of in by_mother.items() if len(of) > 1}
    for mother, of in several.items():
        if any(pair.count(mother) != len(of) for pair in states):
            msg = f"{len(of)} chains of {named(mother)} are given: each needs one of as many in the hard process; make them as separate runs, or use generator='madgraph5'"
            raise ProcessError(msg)
    return several


def check_elsewhere(
    states: Collection[tuple[int, int]], chains: Sequence[Chain], signed: Mapping[int, set[Channel]], spectrum: Spectrum
) -> None:
    """Refuse chains of particles that also come out of decays that no chain is about: there is one table for both."""
    tables = {**DECAYS, **spectrum.channels}
    made = {i for pair in states for i in pair} | {i for chain in chains for ids in chain.ids for i in ids}
    for pdg in sorted(made - {*signed}):
        twice = _descendants(pdg, tables) & {*signed}
        if twice:
            msg = (
                f"{named(min(twice))} decays by a chain, and comes out of the decays of {named(pdg)} too, for which no chain is given; "
                "the embedded Pythia8 has one table for both: write that decay as a chain, or use generator='madgraph5'"
            )
            raise ProcessError(msg)


def _descendants(pdg: int, tables: Tables) -> set[int]:
    """Return the PDG ids of all that comes out of a particle by decays."""
    found: set[int] = set()
    waiting = [pdg]
    while waiting:
        mother = waiting.pop()
        for channel in tables.get(abs(mother), ()):
            new = {*(channel if mother > 0 else _conjugated(channel))} - found
            found |= new
            waiting += new
    return found


def table_lines(opened: Mapping[int, Collection[Channel]]) -> tuple[str, ...]:
    """Return Pythia8's settings that open channels of its own tables and close all others."""
    lines: list[str] = []
    for pdg, of in opened.items():
        lines.append(f"{pdg}:onMode = off")
        lines += [f"{pdg}:onIfMatch = {' '.join(map(str, channel))}" for channel in sorted(of)]
    return tuple(lines)
