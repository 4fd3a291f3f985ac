"""Which events of the hard process are kept: identical particles that decay each by a chain of its own, and cuts on products.

Pythia8 asks before the shower, so a dropped event costs a tenth of a millisecond.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import permutations, product
from typing import Any

from ..particles import STANDARD, Chain, Names, channels, expand, mother_of
from ..process import Process
from ..susy import Plan

__all__ = ["allowed", "fraction", "hooks_for", "own_chains", "passes", "veto"]

Channel = tuple[int, ...]

JETS = frozenset(expand("j"))
NEUTRINOS = frozenset((12, 14, 16))
#: Pythia8's status of a particle of the hard process that has decayed.
DECAYED = -22
#: Where the two outgoing particles of a 2 -> 2 process are in its record.
OUTGOING = (5, 6)


def own_chains(chains: Sequence[Chain], names: Names = STANDARD) -> dict[int, tuple[tuple[Channel, ...], ...]]:
    """Return, for each PDG id with several chains, the channels of each chain.

    Examples
    --------
    >>> from hml_jupyter.particles import parse_chain
    >>> own_chains([parse_chain("z > j j"), parse_chain("z > vl vl~")])[23][1]
    ((-12, 12), (-14, 14), (-16, 16))
    """
    by_mother: dict[int, list[tuple[Channel, ...]]] = {}
    for chain in chains:
        by_mother.setdefault(mother_of(chain, names), []).append(
            tuple(tuple(sorted(c)) for c in channels(chain, names))
        )
    return {pdg: tuple(several) for pdg, several in by_mother.items() if len(several) > 1}


def allowed(decayed: Sequence[Channel], chains: Sequence[Sequence[Channel]]) -> bool:
    """Tell whether the decays can be given to the chains, each to one.

    Examples
    --------
    >>> allowed([(-12, 12), (-1, 1)], [[(-1, 1), (-2, 2)], [(-12, 12)]])
    True
    """
    return any(all(d in c for d, c in zip(decayed, order, strict=True)) for order in permutations(chains))


def fraction(chains: Sequence[Sequence[Channel]], branching: Mapping[Channel, float]) -> float:
    """Return the share of events, out of those in which every particle decays by any of the chains, that have each its own.

    The exact combinatorics: the sum over all ordered choices of channels that are `allowed` of the product of their
    branching ratios, over the sum over all choices. For two Z and disjoint chains a and b: 2 a b / (a + b)^2.

    Examples
    --------
    >>> round(fraction([[(-1, 1)], [(-12, 12)]], {(-1, 1): 0.3, (-12, 12): 0.1}), 9)
    0.375
    """
    union = sorted({channel for chain in chains for channel in chain})
    kept = sum(
        math.prod(branching[c] for c in choice)
        for choice in product(union, repeat=len(chains))
        if allowed(choice, chains)
    )
    return kept / sum(branching[c] for c in union) ** len(chains)


def passes(cuts: Mapping[str, float], partons: Iterable[tuple[int, float, float]]) -> bool:
    """Tell whether particles (PDG id, px, py in GeV) pass cuts on jets and missing momentum.

    Examples
    --------
    >>> passes({"htjmin": 100.0}, [(1, 60.0, 0.0), (-1, 0.0, 50.0), (12, 10.0, 0.0)])
    True
    >>> passes({"misset": 20.0}, [(12, 30.0, 0.0), (-12, -15.0, 0.0)])
    False
    """
    partons = list(partons)
    jets = [math.hypot(px, py) for pdg, px, py in partons if pdg in JETS]
    unseen = [(px, py) for pdg, px, py in partons if abs(pdg) in NEUTRINOS]
    missing = math.hypot(sum(px for px, _ in unseen), sum(py for _, py in unseen))
    have = {"ptj": min(jets, default=math.inf), "htjmin": sum(jets), "misset": missing}
    return all(have[name] >= cut for name, cut in cuts.items())


def hooks_for(process: Process, plan: Plan | None = None) -> Any:
    """Return hooks for Pythia8 that keep the events of `process`, None if it keeps all.

    Parameters
    ----------
    process : Process
        What is made.
    plan : Plan, optional
        Of supersymmetric particles: it has the chains by the tables of its SLHA file.
    """
    cuts = process.product_cuts
    if plan is not None:
        return veto(plan.own, cuts, process.cut_into, states=plan.states, only=plan.only)
    own = own_chains(process.chains, process.names)
    return veto(own, cuts, process.cut_into) if own or cuts else None


def veto(
    chains: Mapping[int, Sequence[Sequence[Channel]]],
    cuts: Mapping[str, float],
    cut_into: Container[int] = (),
    *,
    states: Container[Channel] | None = None,
    only: Mapping[int, Container[Channel]] | None = None,
) -> Any:
    """Return hooks for Pythia8 that keep the events in which every chain is used and all cuts on products are passed.

    Cuts see the particles of the hard process and what comes out of the PDG ids in `cut_into`, not the products of others.
    `states` are the final states of the hard process that are wanted at all; `only` are the decays that all particles of a PDG
    id must have.

    ``seen`` counts the events it was asked about that have these, ``own`` those that have each chain, ``kept`` those that pass
    the cuts too.
    """
    import pythia8mc

    class Veto(pythia8mc.UserHooks):  # type: ignore[misc]
        seen = 0
        own = 0
        kept = 0

        def canVetoProcessLevel(self) -> bool:
            return True

        def doVetoProcessLevel(self, process: Any) -> bool:
            if states is not None and tuple(sorted(process[i].id() for i in OUTGOING)) not in states:
                return True
            if any(d not in open_ for pdg, open_ in (only or {}).items() for d in _decays(process, pdg)):
                return True
            own = all(allowed(_decays(process, pdg), several) for pdg, several in chains.items())
            keep = own and (not cuts or passes(cuts, _final(process, cut_into)))
            self.seen += 1
            self.own += own
            self.kept += keep
            return not keep

    found = Veto()
    found.chains = chains
    return found


def _final(process: Any, cut_into: Container[int]) -> list[tuple[int, float, float]]:
    """Return what cuts see: particles that are left, as far as every particle they came out of is cut into."""
    entries = [process[i] for i in range(process.size())]

    def seen(p: Any) -> bool:
        mother = entries[p.mother1()]
        return mother.status() != DECAYED or (mother.id() in cut_into and seen(mother))

    return [(p.id(), p.px(), p.py()) for p in entries if p.status() > 0 and seen(p)]


def _decays(process: Any, pdg: int) -> list[Channel]:
    entries: Iterable[Any] = (process[i] for i in range(process.size()))
    mothers = [p for p in entries if p.id() == pdg and p.status() == DECAYED]
    return [tuple(sorted(process[i].id() for i in range(p.daughter1(), p.daughter2() + 1))) for p in mothers]
