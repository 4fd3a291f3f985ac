"""Pairs of supersymmetric particles that the embedded Pythia8 makes.

Leading order, as MadGraph's model MSSM_SLHA2 makes them. The formulas are those of Pythia8: N. Desai, P. Skands,
arXiv:1109.5852; G. Bozzi et al., hep-ph/0703228. What is here agrees with MadGraph5_aMC@NLO 3.5.7
within 1 % at the same couplings and scales; sleptons and charginos with gluinos do not, and are left out.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import product

from ..embedded import PythiaProcess
from ..errors import ProcessError
from ..particles import Chain, Names
from ..slha import MODEL

__all__ = ["PAIRS", "Pair", "is_susy", "made_by", "pairs_of", "selection"]

Pair = tuple[int, int]

_QCD = "SUSY:qqbar2squarkantisquark:onlyQCD = on"
#: Kinds of two particles, sorted -> how Pythia8 makes them: gluino g, squark q, neutralino n, chargino x; ~ for antiparticles.
PAIRS: dict[str, PythiaProcess] = {
    "g g": PythiaProcess(("SUSY:gg2gluinogluino = on", "SUSY:qqbar2gluinogluino = on"), "gluino pairs"),
    "g q": PythiaProcess(("SUSY:qg2squarkgluino = on",), "gluino and squark"),
    "q q": PythiaProcess(("SUSY:qq2squarksquark = on", "SUSY:qq2squarksquark:onlyQCD = on"), "squark pairs"),
    "q q~": PythiaProcess(("SUSY:gg2squarkantisquark = on", "SUSY:qqbar2squarkantisquark = on", _QCD), "squark and antisquark"),
    "n n": PythiaProcess(("SUSY:qqbar2chi0chi0 = on",), "neutralino pairs"),
    "n x": PythiaProcess(("SUSY:qqbar2chi+-chi0 = on",), "neutralino and chargino"),
    "x x~": PythiaProcess(("SUSY:qqbar2chi+chi- = on",), "chargino pairs"),
    "g n": PythiaProcess(("SUSY:qqbar2chi0gluino = on",), "neutralino and gluino"),
    "n q": PythiaProcess(("SUSY:qg2chi0squark = on",), "neutralino and squark"),
    "q x": PythiaProcess(("SUSY:qg2chi+-squark = on",), "chargino and squark"),
}  # fmt: skip
_KINDS = {1000021: "g", 1000024: "x", 1000037: "x", **dict.fromkeys((1000022, 1000023, 1000025, 1000035), "n"),
          **{side + flavour: "q" for side in (1_000_000, 2_000_000) for flavour in range(1, 7)},
          **{side + lepton: "l" for side in (1_000_000, 2_000_000) for lepton in range(11, 17)}}  # fmt: skip
#: Kinds that Pythia8 has and that are refused -> why: found at the same couplings, scales and parton densities as MadGraph's.
_WRONG = {
    "l l~": "its cross sections of slepton pairs are 33 to 54 % of MadGraph's",
    "g x": "its cross section of charginos with gluinos is 28 % above MadGraph's",
}
#: Squarks of the third family: there are no such quarks in the proton.
_THIRD = (5, 6)


def is_susy(model: str) -> bool:
    """Tell whether a model is that of these particles."""
    return model == MODEL


def made_by(text: str, hard: Chain, names: Names) -> list[PythiaProcess]:
    """Return how the pairs are made that a line stands for, one for each kind.

    Raises
    ------
    ProcessError
        The embedded Pythia8 does not make it; the message says what it makes.
    """
    redefined = any(group == "p" for group, _ in names.groups)
    two = hard.mother == "p p" and len(hard.products) == 2 and not redefined
    keys = {*pairs_of(hard).values()} if two else set()
    if keys and keys <= set(PAIRS):
        return [PAIRS[key] for key in sorted(keys)]
    why = next((f" ({why})" for key, why in _WRONG.items() if key in keys), "")
    made = ", ".join(found.note for found in PAIRS.values())
    msg = (
        f"the embedded Pythia8 does not make {text!r} in the model {MODEL!r}{why}. It makes p p > {made}, those of the third family "
        f"with their own antiparticle; and their decays. MadGraph may make it ('generate {text}'): use generator='madgraph5'"
    )
    raise ProcessError(msg)


def pairs_of(hard: Chain) -> dict[Pair, str]:
    """Return the final states that a line of two particles stands for: PDG ids, rising, and the kinds of both.

    Those that quarks and gluons of the proton do not make at leading order are left out, as MadGraph does.
    """
    pairs = sorted({(min(ids), max(ids)) for ids in product(*hard.ids)})
    return {pair: key for pair in pairs if (key := _key(pair))}


def _key(pair: Pair) -> str:
    """Return the kinds of a pair; nothing for one that quarks and gluons do not make at leading order.

    Examples
    --------
    >>> _key((-1000006, 1000006)), _key((1000021, 1000021)), _key((1000006, 1000021)), _key((1000022, 1000024))
    ('q q~', 'g g', '', 'n x')
    """
    kinds = sorted(_KINDS.get(abs(pdg), "?") for pdg in pair)
    opposite = pair[0] * pair[1] < 0
    third = any(_KINDS.get(abs(pdg)) == "q" and abs(pdg) % 10 in _THIRD for pdg in pair)
    if third and pair[0] != -pair[1]:
        return ""
    if kinds == ["q", "x"]:
        # up-type squarks come with negative charginos: their charges together are those of a quark
        up = any(_KINDS[abs(pdg)] == "q" and pdg % 2 == 0 for pdg in pair)
        return "q x" if up == opposite else ""
    if kinds == ["x", "x"] and not opposite:
        return ""
    return " ".join(kinds) + ("~" if kinds[0] == kinds[1] in ("q", "x", "l") and opposite else "")


def selection(states: Collection[Pair]) -> tuple[str, ...]:
    """Return Pythia8's settings that leave out most other particles of the same kinds; a veto leaves out the rest."""
    first, second = ({abs(pair[side]) for pair in states} for side in (0, 1))
    if len(states) == 1 or len(first) == len(second) == 1:
        return (f"SUSY:idA = {first.pop()}", f"SUSY:idB = {second.pop()}")
    return tuple(
        f"SUSY:idVec{side} = {{{','.join(map(str, sorted(ids)))}}}" for side, ids in (("A", first), ("B", second))
    )
