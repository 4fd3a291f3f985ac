"""Particle names as MadGraph writes them, decay chains, and the decays that Pythia8 knows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from .errors import ProcessError, UnknownNameError

__all__ = [
    "DECAYS",
    "NAMES",
    "Chain",
    "check_decays",
    "clean",
    "decay_lines",
    "expand",
    "is_single",
    "parse_chain",
    "parse_process",
]

_QUARKS = {"d": 1, "u": 2, "s": 3, "c": 4, "b": 5, "t": 6}
_LEPTONS = {"e-": 11, "ve": 12, "mu-": 13, "vm": 14, "ta-": 15, "vt": 16}
_BOSONS = {"g": 21, "a": 22, "z": 23, "w+": 24, "w-": -24, "h": 25}
#: MadGraph's names of single particles -> PDG ids.
NAMES: dict[str, int] = {
    **_QUARKS,
    **{f"{name}~": -pdg for name, pdg in _QUARKS.items()},
    **_LEPTONS,
    **{name.replace("-", "+") if "-" in name else f"{name}~": -pdg for name, pdg in _LEPTONS.items()},
    **_BOSONS,
}
_JET = (21, 1, 2, 3, 4, -1, -2, -3, -4)
#: MadGraph's names of groups -> PDG ids; as there, jets and protons have no b.
GROUPS: dict[str, tuple[int, ...]] = {
    "p": _JET,
    "j": _JET,
    "l+": (-11, -13),
    "l-": (11, 13),
    "vl": (12, 14, 16),
    "vl~": (-12, -14, -16),
}
_UP_DOWN = tuple((up, -down) for up in (2, 4) for down in (1, 3, 5))
#: PDG id of a particle that can be made to decay -> its channels in Pythia8's table.
DECAYS: dict[int, tuple[tuple[int, ...], ...]] = {
    23: tuple((f, -f) for f in (1, 2, 3, 4, 5, 11, 12, 13, 14, 15, 16)),
    24: (*_UP_DOWN, (-11, 12), (-13, 14), (-15, 16)),
    6: ((24, 1), (24, 3), (24, 5)),
}
#: Particles that are their own antiparticles.
_NEUTRAL = (21, 22, 23, 25)
#: Pythia8's onMode of channels that the table does not name, when chains are about the particle (1), the antiparticle (2), both (3).
_UNNAMED = {1: 3, 2: 2, 3: 0}
#: Open for the particle (1), the antiparticle (2), both (3) -> the word in Pythia8's setting.
_SIGNS = {0: None, 1: "Pos", 2: "Neg", 3: ""}
_WORD = re.compile(r"[A-Za-z0-9~+\-]+\Z")


@dataclass(frozen=True)
class Chain:
    """``mother > products``; a hard process is one too, with two mothers."""

    mother: str
    """What goes in."""
    products: tuple[str, ...]
    """What comes out."""

    @property
    def text(self) -> str:
        """The chain as it is written."""
        return f"{self.mother} > {' '.join(self.products)}"


def clean(text: Any) -> str:
    """Return `text` if it holds nothing that another program could take for a command."""
    bad = [c for c in text if c in ";!#\"'\\" or not c.isprintable()] if isinstance(text, str) else [text]
    if bad:
        msg = f"a process is one line of names, '>' and ','; {bad[0]!r} does not belong in {text!r}"
        raise ProcessError(msg)
    return str(text)


def expand(name: str) -> tuple[int, ...]:
    """Return the PDG ids that a name stands for.

    Raises
    ------
    UnknownNameError
        Nothing has this name; near names are listed.

    Examples
    --------
    >>> expand("vl~")
    (-12, -14, -16)
    """
    lowered = name.lower()
    if lowered in GROUPS:
        return GROUPS[lowered]
    if lowered not in NAMES:
        raise UnknownNameError("particle", name, [*NAMES, *GROUPS])
    return (NAMES[lowered],)


def is_single(name: str) -> bool:
    """Tell whether a name stands for one particle, not for a group."""
    return name not in GROUPS


def parse_process(text: str) -> tuple[Chain, tuple[Chain, ...]]:
    """Return the hard process and the decay chains of a line of MadGraph's syntax.

    Examples
    --------
    >>> hard, decays = parse_process("p p > t t~, (t > w+ b, w+ > j j), t~ > w- b~")
    >>> hard.products, [d.mother for d in decays]
    (('t', 't~'), ['t', 'w+', 't~'])
    """
    hard, *rest = _split(clean(text))
    chain = _chain(hard)
    if len(chain.mother.split()) != 2:
        msg = f"{hard!r} is not a process: two beams come before '>', as in 'p p > z z'"
        raise ProcessError(msg)
    return chain, tuple(parse_chain(part) for part in rest)


def parse_chain(text: str) -> Chain:
    """Return a decay chain such as ``z > j j``."""
    chain = _chain(clean(text).strip())
    mother = chain.mother
    if (
        len(chain.products) < 2
        or not is_single(mother)
        or len(expand(mother)) != 1
        or abs(expand(mother)[0]) not in DECAYS
    ):
        names = [name for name, pdg in NAMES.items() if abs(pdg) in DECAYS]
        msg = f"{text!r} is not a decay: one of {', '.join(names)} comes before '>' and its products after, as in 'z > j j'"
        raise ProcessError(msg)
    if not channels(chain):
        msg = f"{chain.text!r} does not exist: no decay of {mother} has these products"
        raise ProcessError(msg)
    return chain


def channels(chain: Chain) -> tuple[tuple[int, ...], ...]:
    """Return the channels of the table that a chain allows, for its mother as it is (not conjugated).

    Examples
    --------
    >>> channels(parse_chain("z > vl vl~"))
    ((12, -12), (14, -14), (16, -16))
    """
    mother = expand(chain.mother)[0]
    wanted = {tuple(sorted(ids)) for ids in product(*(expand(p) for p in chain.products))}
    own = DECAYS[abs(mother)]
    conjugated = own if mother > 0 else tuple(tuple(i if i in _NEUTRAL else -i for i in c) for c in own)
    return tuple(o for o, c in zip(own, conjugated, strict=True) if tuple(sorted(c)) in wanted)


def check_decays(products: Sequence[str], chains: Sequence[Chain]) -> None:
    """Refuse chains whose mother does not come out of the process, or that are more or fewer than the mothers.

    One chain serves all identical particles; several must be as many as there are.
    """
    made = Counter(p.lower() for p in products)
    for chain in chains:
        made.update(p.lower() for p in chain.products)
    asked = Counter(chain.mother.lower() for chain in chains)
    for mother, count in asked.items():
        if not made[mother]:
            msg = f"nothing decays by '{mother} > ...': no {mother} comes out of {' '.join(products)!r}"
            raise ProcessError(msg)
        if count not in (1, made[mother]):
            msg = f"{made[mother]} {mother} come out and {count} chains are given: give one for all or one for each"
            raise ProcessError(msg)


def decay_lines(chains: Iterable[Chain]) -> tuple[str, ...]:
    """Return Pythia8's settings that open the channels of the chains and close all others of their mothers.

    An antiparticle that no chain is about keeps all its channels. Pythia8's ``onPosIfMatch`` closes what ``onNegIfMatch`` has
    opened and the other way round, so a channel that is open for both is given once.

    Examples
    --------
    >>> decay_lines([parse_chain("w+ > e+ ve"), parse_chain("w- > mu- vm~")])
    ('24:onMode = 0', '24:onPosIfMatch = -11 12', '24:onNegIfMatch = -13 14')
    """
    opened: dict[int, set[tuple[int, ...]]] = {}
    for chain in chains:
        opened.setdefault(expand(chain.mother)[0], set()).update(channels(chain))
    lines: list[str] = []
    for size in sorted({abs(pdg) for pdg in opened}):
        for_particle = opened.get(size, set(DECAYS[size]))
        for_anti = for_particle if size in _NEUTRAL else opened.get(-size, set(DECAYS[size]))
        restricted = (size in opened) + 2 * (-size in opened or size in _NEUTRAL)
        lines.append(f"{size}:onMode = {_UNNAMED[restricted]}")
        for channel in DECAYS[size]:
            sign = _SIGNS[(channel in for_particle) + 2 * (channel in for_anti)]
            if sign is not None:
                lines.append(f"{size}:on{sign}IfMatch = {' '.join(map(str, channel))}")
    return tuple(lines)


def _split(text: str) -> list[str]:
    """Return the parts between commas; parentheses only group, and are checked to be balanced."""
    depth = 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            break
    parts = [part.strip() for part in text.replace("(", " ").replace(")", " ").split(",")]
    if depth or not all(parts):
        msg = f"{text!r}: the parentheses do not match, or there is nothing between two commas"
        raise ProcessError(msg)
    return parts


def _chain(text: str) -> Chain:
    sides = [side.split() for side in text.split(">")]
    if len(sides) != 2 or not all(sides):
        msg = f"{text!r} is not a process: it has one '>' with names on both sides, as in 'p p > z z' (s-channel requests, couplings and '/' are MadGraph's)"
        raise ProcessError(msg)
    for name in (*sides[0], *sides[1]):
        if not _WORD.match(name):
            msg = f"{name!r} in {text!r} is not a particle name"
            raise ProcessError(msg)
        expand(name)
    return Chain(" ".join(sides[0]).lower(), tuple(name.lower() for name in sides[1]))
