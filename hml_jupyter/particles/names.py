"""What particles are called: MadGraph's names, its groups, those of the models that are known here, and a user's own groups."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..errors import ArgumentError, UnknownNameError

__all__ = [
    "EMBEDDED",
    "GROUPS",
    "MODELS",
    "NAMES",
    "STANDARD",
    "WORD",
    "Names",
    "check_definitions",
    "expand",
    "names_of",
]

#: The model of particles that the embedded Pythia8 has beyond the standard model; MadGraph needs a UFO model for each.
EMBEDDED = "pythia8"

_QUARKS = {"d": 1, "u": 2, "s": 3, "c": 4, "b": 5, "t": 6}
_LEPTONS = {"e-": 11, "ve": 12, "mu-": 13, "vm": 14, "ta-": 15, "vt": 16}
_BOSONS = {"g": 21, "a": 22, "z": 23, "w+": 24, "w-": -24, "h": 25}


def _with_antiparticles(particles: Mapping[str, int]) -> dict[str, int]:
    """Add the antiparticles: ``-`` becomes ``+`` and the other way round, other names get ``~``."""
    charges = str.maketrans("+-", "-+")
    anti = {name.translate(charges) if name[-1] in "+-" else f"{name}~": -pdg for name, pdg in particles.items()}
    return {**particles, **anti}


#: MadGraph's names of single particles -> PDG ids.
NAMES: dict[str, int] = {**_with_antiparticles(_QUARKS), **_with_antiparticles(_LEPTONS), **_BOSONS}
_JET = (21, 1, 2, 3, 4, -1, -2, -3, -4)
#: What particles are called elsewhere -> how MadGraph writes them.
OTHERS = {
    "higgs": "h", "photon": "a", "gamma": "a", "gluon": "g", "q": "j", "jet": "j", "proton": "p", "zprime": "zp", "wprime": "wp+",
    "top": "t", "tbar": "t~", "ttbar": "t t~", "bbar": "b~", "electron": "e-", "positron": "e+", "muon": "mu-", "tau": "ta-",
    "tau-": "ta-", "tau+": "ta+", "mu": "mu-", "e": "e-", "w": "w+ or w-", "nu": "vl", "l": "l+ or l-",
}  # fmt: skip
#: MadGraph's names of groups -> PDG ids; as there, jets and protons have no b.
GROUPS: dict[str, tuple[int, ...]] = {
    "p": _JET,
    "j": _JET,
    "l+": (-11, -13),
    "l-": (11, 13),
    "vl": (12, 14, 16),
    "vl~": (-12, -14, -16),
}
_SQUARKS = {f"{q}{side}": millions * 1_000_000 + pdg for q, pdg in list(_QUARKS.items())[:4] for side, millions in (("l", 1), ("r", 2))}  # fmt: skip
_SUSY = {
    **_with_antiparticles({**_SQUARKS, "b1": 1000005, "b2": 2000005, "t1": 1000006, "t2": 2000006,
                           "el-": 1000011, "er-": 2000011, "mul-": 1000013, "mur-": 2000013, "ta1-": 1000015, "ta2-": 2000015,
                           "sve": 1000012, "svm": 1000014, "svt": 1000016, "x1+": 1000024, "x2+": 1000037, "h+": 37}),
    "go": 1000021, "n1": 1000022, "n2": 1000023, "n3": 1000025, "n4": 1000035, "h01": 25, "h2": 35, "h3": 36,
}  # fmt: skip
_STANDARD_BUT_HIGGS = {name: pdg for name, pdg in NAMES.items() if name != "h"}
#: Models whose particles are known here -> their names. Of any other only the syntax can be checked.
MODELS: dict[str, Mapping[str, int]] = {
    "sm": NAMES,
    "loop_sm": NAMES,
    "heft": NAMES,
    "MSSM_SLHA2": {**_STANDARD_BUT_HIGGS, **_SUSY},
    EMBEDDED: {**NAMES, "zp": 32, "wp+": 34, "wp-": -34, "gr": 5100039},
}
#: As names of models are written; a UFO model may also be a folder.
_MODEL = re.compile(r"[A-Za-z0-9_.~/][A-Za-z0-9_.~/+-]*\Z")
_GROUP = re.compile(r"[A-Za-z][A-Za-z0-9_]*[~+-]?\Z")
#: As names of particles are written.
WORD = r"(?!-)[A-Za-z0-9_.~+-]*[A-Za-z][A-Za-z0-9_.~+-]*"


@dataclass(frozen=True)
class Names:
    """The names that a process may use."""

    particles: tuple[tuple[str, int], ...] | None
    """Names of single particles and their PDG ids; None where the model's particles are not known."""
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Groups that the user defined, and the single names they hold."""

    def ids(self, name: str) -> tuple[int, ...]:
        """Return the PDG ids that a name stands for; nothing for a particle of a model that is not known here.

        Raises
        ------
        UnknownNameError
            Nothing has this name; near names are listed.
        """
        return tuple(i for member in self.members(name) for i in self._of(member))

    def members(self, name: str) -> tuple[str, ...]:
        """Return the single names, and built-in groups, that a name stands for."""
        return dict(self.groups).get(name.lower(), (self.fold(name),))

    def fold(self, name: str) -> str:
        """Return the name as MadGraph reads it: in lower case where the model's particles are all so."""
        return name if self.particles is None and name.lower() not in (*NAMES, *GROUPS) else name.lower()

    def _of(self, name: str) -> tuple[int, ...]:
        if name in GROUPS:
            return GROUPS[name]
        known = dict(self.particles) if self.particles is not None else NAMES
        if name in known:
            return (known[name],)
        if self.particles is None:
            return ()
        raise UnknownNameError(
            "particle", name, [*known, *GROUPS, *(group for group, _ in self.groups)], hint=_hint(name)
        )


def _hint(name: str) -> str:
    """Return what a name that is not known may be meant for."""
    if name in OTHERS:
        return f"{name} is written {OTHERS[name]}"
    models = [repr(model) for model, particles in MODELS.items() if name in dict(particles)]
    return f"{name} is a particle of model={' or '.join(models)}" if models else ""


#: The standard model's.
STANDARD = Names(tuple(NAMES.items()))


@cache
def names_of(model: str, define: tuple[tuple[str, str], ...] = ()) -> Names:
    """Return the names that a model and a user's definitions give.

    Parameters
    ----------
    model : str
        Name of a model, perhaps with a restriction: ``"sm-no_b_mass"``.
    define : tuple of (name, names)
        Groups, each of which may use those before it.

    Raises
    ------
    ArgumentError
        A name that MadGraph would not take, or that a particle has.
    UnknownNameError
        A particle that does not exist.

    Examples
    --------
    >>> names_of("sm", (("w", "w+ w-"),)).ids("w")
    (24, -24)
    """
    if not _MODEL.match(model):
        msg = (
            f"model must be the name of a model or the folder of a UFO model, in letters without spaces, not {model!r}"
        )
        raise ArgumentError(msg)
    particles = MODELS.get(model.partition("-")[0])
    names = Names(None if particles is None else tuple(particles.items()))
    for group, members in define:
        names = _with_group(names, group, members)
    return names


def _with_group(names: Names, group: str, members: str) -> Names:
    taken = dict(names.particles or ())
    if not _GROUP.match(group) or group.lower() in taken:
        why = "it is a particle" if group.lower() in taken else "a letter comes first, then letters, digits and _"
        msg = f"define: {group!r} cannot be the name of a group ({why})"
        raise ArgumentError(msg)
    single = tuple(dict.fromkeys(m for name in members.split() for m in names.members(name)))
    for name in single:
        names.ids(name)
    return Names(names.particles, (*names.groups, (group.lower(), single)))


def expand(name: str) -> tuple[int, ...]:
    """Return the PDG ids that a name of the standard model stands for.

    Raises
    ------
    UnknownNameError
        Nothing has this name; near names are listed.

    Examples
    --------
    >>> expand("vl~")
    (-12, -14, -16)
    """
    return STANDARD.ids(name)


def check_definitions(define: Any) -> tuple[tuple[str, str], ...]:
    """Return a user's definitions as pairs of texts.

    Raises
    ------
    ArgumentError
        Not a dictionary of names and texts or lists of names.
    """
    if not isinstance(define, Mapping):
        msg = f"define must be a dictionary such as {{'l': 'e+ e- mu+ mu-'}}, not {define!r}"
        raise ArgumentError(msg)
    pairs = []
    for name, members in define.items():
        text = " ".join(members) if isinstance(members, list | tuple) and all(isinstance(m, str) for m in members) else members  # fmt: skip
        words = text.split() if isinstance(text, str) and text.isprintable() else []
        if not isinstance(name, str) or not words or not all(re.fullmatch(WORD, word) for word in words):
            msg = f"define: {name!r} must stand for particles, as in {{'l': 'e+ e- mu+ mu-'}}, not for {members!r}"
            raise ArgumentError(msg)
        pairs.append((name, " ".join(words)))
    return tuple(pairs)
