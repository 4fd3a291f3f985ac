"""What the Processes panel offers to begin with: teaching presets, and completions of what is typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..embedded import COUPLINGS, HONOURED, LEPTON_PROCESSES, PROCESSES
from ..particles import EMBEDDED, GROUPS, NAMES
from ..settings import PARAMETERS, RUN_CARD, Setting, is_number

__all__ = ["PRESETS", "decay_words", "parameter_words", "particle_words", "process_words", "setting_words"]

Form = Mapping[str, Any]

_ZZ = {"process": "p p > z z", "decays": ["z > j j", "z > vl vl~"], "settings": [["pt_min_pdg", "{23: 200}"]]}
_JJ = {"process": "p p > j j", "settings": [["ptj", "200"]]}
_TT = {"process": "p p > t t~", "settings": [["pt_min_pdg", "{6: 300}"]]}
_WW = {"process": "p p > w+ w-", "decays": ["w+ > j j", "w- > l- vl~"], "settings": [["pt_min_pdg", "{24: 200}"]]}
_ZH = {"process": "p p > z h", "decays": ["z > vl vl~", "h > b b~"], "settings": [["pt_min_pdg", "{25: 150}"]]}
_ZJ = {"process": "p p > z j", "decays": ["z > vl vl~"], "settings": [["ptj", "150"]]}
_ZP = {
    "process": "p p > zp",
    "decays": ["zp > mu+ mu-"],
    "model": EMBEDDED,
    "parameters": [["mass 32", "1000"]],
    "events": "500",
    "scan": "gzp",
    "values": "0.25, 0.5, 1",
}
#: A title, what it teaches, and the forms that follow one another: a name and what is filled in.
PRESETS: tuple[tuple[str, str, tuple[tuple[str, Form], ...]], ...] = (
    (
        "Z versus QCD jets",
        "a boosted Z decays into one fat jet; the other Z escapes as neutrinos",
        (("zz", _ZZ), ("qcd", _JJ)),
    ),
    (
        "W versus QCD jets",
        "a boosted W decays into one fat jet; the other one into a lepton",
        (("ww", _WW), ("qcd", _JJ)),
    ),
    ("Top versus QCD jets", "a boosted top quark is a fat jet with three prongs", (("tt", _TT), ("qcd", _JJ))),
    (
        "Higgs to b quarks",
        "Z and Higgs against Z and a jet: two b quarks and missing momentum",
        (("zh", _ZH), ("zj", _ZJ)),
    ),
    (
        "Z' to muons, coupling scanned",
        "three runs of a heavy Z: its cross section goes with the square of its coupling",
        (("zp", _ZP),),
    ),
)

_QUARKS = {"d": "down", "u": "up", "s": "strange", "c": "charm", "b": "bottom", "t": "top"}
_LEPTONS = {"e": "electron", "mu": "muon", "ta": "tau"}
_NEUTRINOS = {"ve": "electron neutrino", "vm": "muon neutrino", "vt": "tau neutrino"}
_BOSONS = {"g": "gluon", "a": "photon", "z": "Z boson", "w": "W boson", "h": "Higgs boson"}
_GROUPS = {"p": "proton", "j": "light jet", "l": "e or mu", "vl": "any neutrino"}
_BEYOND = {
    "gzp": "coupling of the Z' over that of the Z",
    "gwp": "coupling of the W' over that of the W",
    "kappamg": "coupling of the graviton, kappa times its mass",
}
_DECAYS = (
    "z > j j", "z > b b~", "z > l+ l-", "z > e+ e-", "z > mu+ mu-", "z > ta+ ta-", "z > vl vl~",
    "w+ > j j", "w- > j j", "w+ > l+ vl", "w- > l- vl~", "t > w+ b", "t~ > w- b~",
    "t > w+ b, w+ > j j", "t~ > w- b~, w- > j j", "t > w+ b, w+ > l+ vl", "t~ > w- b~, w- > l- vl~",
    "h > b b~", "h > a a", "h > ta+ ta-", "h > z z", "h > w+ w-",
)  # fmt: skip


def particle_words() -> list[list[str]]:
    """Return every particle and group that can be typed, with what it is."""
    names = {name: _word(name) for name in (*NAMES, *GROUPS)}
    by_id = {pdg: name for name, pdg in NAMES.items()}
    for group, ids in GROUPS.items():
        names[group] += ": " + " ".join(by_id[pdg] for pdg in ids)
    return [[name, word] for name, word in names.items()]


def process_words() -> list[list[str]]:
    """Return the processes that the embedded generator makes, with what they are."""
    tables = (("p p", PROCESSES), ("e+ e-", LEPTON_PROCESSES))
    return [
        [f"{beams} > {' '.join(sorted(hard.split(), key=_place))}", made.note]
        for beams, table in tables
        for hard, made in table.items()
        if {*hard.split()} <= {*NAMES, *GROUPS}
    ]


def decay_words() -> list[list[str]]:
    """Return decays that are often asked for."""
    return [[decay, ""] for decay in _DECAYS]


def setting_words() -> list[list[str]]:
    """Return the settings with what they do, whether the embedded generator honours them, and their unit."""
    return [
        [name, describe(setting), "pythia8" if name in HONOURED else "", setting.unit]
        for name, setting in sorted(RUN_CARD.items(), key=lambda item: item[0] not in HONOURED)
    ]


def parameter_words() -> list[list[str]]:
    """Return the parameters of the standard model with their entries in the param card, and couplings of heavier particles."""
    return [*([name, entry] for name, entry in PARAMETERS.items()), *([name, _BEYOND[name]] for name in COUPLINGS)]


def describe(setting: Setting) -> str:
    """Return what a setting does, its unit, what it may be, and what MadGraph takes without it.

    Examples
    --------
    >>> describe(RUN_CARD["ptj"])
    'smallest pT of every jet, GeV, positive; 20 if not set'
    """
    unit = f", {setting.unit}" if setting.unit else ""
    low = f", from {setting.low:g}" if setting.kind == "number" and setting.low else ""
    ranges = {
        "cut": ", positive",
        "limit": ", positive or -1 for none",
        "choice": f": {', '.join(map(str, setting.choices))}",
        "switch": ", True or False",
        "whole": ", a whole number",
        "per_pdg": ", positive",
    }
    bounds = ranges.get(setting.kind, low)
    default = setting.default
    without = "" if default in ({}, "", False, -1) else f"; {default:g} if not set" if is_number(default) else ""
    return f"{setting.doc}{unit}{bounds}{without}"


def _place(name: str) -> int:
    """Return the place in which a particle is usually written."""
    return "tbwzhaj".index(name[0])


def _word(name: str) -> str:
    plain, anti = name.rstrip("+-~"), "anti" if name[-1] == "~" or name in ("mu+", "ta+") else ""
    words = {
        **_LEPTONS,
        **_NEUTRINOS,
        **{quark: f"{word} quark" for quark, word in _QUARKS.items()},
        **_BOSONS,
        **_GROUPS,
    }
    return "positron" if name == "e+" else anti + words[plain]
