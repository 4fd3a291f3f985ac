"""The decays that Pythia8 knows: which channels a chain allows, and the settings that open them and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from ..errors import ProcessError
from .chains import Chain, chains_of, decays_of, hard_of
from .lines import parse_line
from .names import STANDARD, Names

__all__ = [
    "DECAYS",
    "NEUTRAL",
    "channels",
    "check_chain",
    "check_decays",
    "decay_lines",
    "parse_chain",
    "parse_process",
]

_UP_DOWN = tuple((up, -down) for up in (2, 4) for down in (1, 3, 5))
_LEPTON_PAIRS = tuple((f, -f) for f in (11, 12, 13, 14, 15, 16))
_QUARK_PAIRS = tuple((f, -f) for f in (1, 2, 3, 4, 5))
_LEPTON_NEUTRINO = ((-11, 12), (-13, 14), (-15, 16))
#: PDG id of a particle that can be made to decay -> its channels in Pythia8's table.
DECAYS: dict[int, tuple[tuple[int, ...], ...]] = {
    23: (*_QUARK_PAIRS, *_LEPTON_PAIRS),
    24: (*_UP_DOWN, *_LEPTON_NEUTRINO),
    6: ((24, 1), (24, 3), (24, 5)),
    25: (*_QUARK_PAIRS, (13, -13), (15, -15), (21, 21), (22, 22), (22, 23), (23, 23), (24, -24)),
    32: (*_QUARK_PAIRS, (6, -6), *_LEPTON_PAIRS),
    34: (*_UP_DOWN, *((6, -down) for down in (1, 3, 5)), *_LEPTON_NEUTRINO),
    5100039: (*_QUARK_PAIRS, (6, -6), *_LEPTON_PAIRS, (21, 21), (22, 22), (23, 23), (24, -24)),
}
#: Particles that are their own antiparticles.
NEUTRAL = (21, 22, 23, 25, 32, 35, 36, 1000021, 1000022, 1000023, 1000025, 1000035, 1000039, 5100039)
#: Mothers whose decays MadGraph makes and the embedded Pythia8 leaves to its own tables.
_TAUS = ("ta-", "ta+")
#: Pythia8's onMode of channels that the table does not name, when chains are about the particle (1), the antiparticle (2), both (3).
_UNNAMED = {1: 3, 2: 2, 3: 0}
#: Open for the particle (1), the antiparticle (2), both (3) -> the word in Pythia8's setting.
_SIGNS = {0: None, 1: "Pos", 2: "Neg", 3: ""}


def parse_process(text: str) -> tuple[Chain, tuple[Chain, ...]]:
    """Return the hard process and the decay chains of a line, in the standard model.

    Examples
    --------
    >>> hard, decays = parse_process("p p > t t~, (t > w+ b, w+ > j j), t~ > w- b~")
    >>> hard.products, [d.mother for d in decays]
    (('t', 't~'), ['t', 'w+', 't~'])
    """
    line = parse_line(text)
    chain = hard_of(line)
    if len(line.incoming) != 2:
        msg = f"{chain.text!r} is not a process: two beams come before '>', as in 'p p > z z'"
        raise ProcessError(msg)
    chains = chains_of(line)
    for decay in chains:
        check_chain(decay)
    return chain, chains


def parse_chain(text: str) -> Chain:
    """Return one decay such as ``z > j j``, in the standard model."""
    line = parse_line(text)
    chain, *more = decays_of(line) if len(line.incoming) == 1 else (hard_of(line), hard_of(line))
    if more:
        msg = f"{text!r} is not a decay: one particle comes before '>', as in 'z > j j'"
        raise ProcessError(msg)
    check_chain(chain)
    return chain


def check_chain(chain: Chain, names: Names = STANDARD) -> None:
    """Refuse a decay that the standard model does not have.

    Raises
    ------
    ProcessError
        Its mother does not decay, it has one product, or it is a decay into two that does not exist.
    """
    mothers = [name for name, pdg in names.particles or () if abs(pdg) in DECAYS]
    if len(chain.products) < 2 or (names.particles is not None and chain.mother not in (*mothers, *_TAUS)):
        msg = f"{chain.text!r} is not a decay: one of {', '.join(mothers)} comes before '>' and its products after, as in 'z > j j'"
        raise ProcessError(msg)
    if chain.mother in mothers and len(chain.products) == 2 and not channels(chain, names):
        msg = f"{chain.text!r} does not exist: no decay of {chain.mother} has these products"
        raise ProcessError(msg)


def channels(
    chain: Chain, names: Names | None = None, tables: Mapping[int, tuple[tuple[int, ...], ...]] = DECAYS
) -> tuple[tuple[int, ...], ...]:
    """Return the channels of the tables that a chain allows, for its mother as it is (not conjugated).

    Examples
    --------
    >>> channels(parse_chain("z > vl vl~"))
    ((12, -12), (14, -14), (16, -16))
    """
    mother = mother_of(chain, names)
    wanted = {tuple(sorted(ids)) for ids in product(*chain.ids)}
    own = tables.get(abs(mother), ())
    conjugated = own if mother > 0 else tuple(tuple(i if i in NEUTRAL else -i for i in c) for c in own)
    return tuple(o for o, c in zip(own, conjugated, strict=True) if tuple(sorted(c)) in wanted)


def mother_of(chain: Chain, names: Names | None = None) -> int:
    """Return the PDG id of the mother; 0 for a particle of a model that is not known here."""
    return ((names or STANDARD).ids(chain.mother) or (0,))[0]


def check_decays(products: Sequence[str], chains: Sequence[Chain], names: Names = STANDARD) -> None:
    """Refuse chains whose mother does not come out of the process, or that are more or fewer than the mothers.

    One chain serves all identical particles; several must be as many as there are.
    """
    made = Counter(member for p in products for member in names.members(p.partition("{")[0]))
    for chain in chains:
        made.update(member for p in chain.products for member in names.members(p.partition("{")[0]))
    asked = Counter(chain.mother for chain in chains)
    for mother, count in asked.items():
        if not made[mother]:
            msg = f"nothing decays by '{mother} > ...': no {mother} comes out of {' '.join(products)!r}"
            raise ProcessError(msg)
        if count not in (1, made[mother]):
            msg = f"{made[mother]} {mother} come out and {count} chains are given: give one for all or one for each"
            raise ProcessError(msg)


def decay_lines(chains: Iterable[Chain], closed: Iterable[int] = (), names: Names | None = None) -> tuple[str, ...]:
    """Return Pythia8's settings that open the channels of the chains and close all others of their mothers.

    An antiparticle that no chain is about keeps all its channels; a particle of `closed` has none, so that none is made.
    Pythia8's ``onPosIfMatch`` closes what ``onNegIfMatch`` has opened and the other way round, so a channel that is open for
    both is given once.

    Raises
    ------
    ProcessError
        A chain that is not in Pythia8's table: a tau's, or one into three.

    Examples
    --------
    >>> decay_lines([parse_chain("w+ > e+ ve"), parse_chain("w- > mu- vm~")])
    ('24:onMode = 0', '24:onPosIfMatch = -11 12', '24:onNegIfMatch = -13 14')
    """
    opened: dict[int, set[tuple[int, ...]]] = {pdg: set() for pdg in closed}
    for chain in chains:
        found = channels(chain, names)
        if not found:
            msg = f"the embedded Pythia8 has no decay {chain.text!r} that can be chosen; leave it out, or use generator='madgraph5'"
            raise ProcessError(msg)
        opened.setdefault(mother_of(chain, names), set()).update(found)
    lines: list[str] = []
    for size in sorted({abs(pdg) for pdg in opened}):
        for_particle = opened.get(size, set(DECAYS[size]))
        for_anti = for_particle if size in NEUTRAL else opened.get(-size, set(DECAYS[size]))
        restricted = (size in opened) + 2 * (-size in opened or size in NEUTRAL)
        lines.append(f"{size}:onMode = {_UNNAMED[restricted]}")
        for channel in DECAYS[size]:
            sign = _SIGNS[(channel in for_particle) + 2 * (channel in for_anti)]
            if sign is not None:
                lines.append(f"{size}:on{sign}IfMatch = {' '.join(map(str, channel))}")
    return tuple(lines)
