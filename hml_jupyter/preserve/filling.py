"""Inputs of a card as C++: what Rivet and SimpleAnalysis call the objects and observables."""

from __future__ import annotations

from typing import NamedTuple

from ..errors import HmlError
from ..expressions import Object, Observable, parse_observable, render
from .card import Card, Input, Network
from .units import factor

__all__ = ["Plain", "about", "comment", "filled", "head", "plain", "quoted"]


def quoted(text: str) -> str:
    r"""Return a text as C++ writes it, whatever is in it.

    Examples
    --------
    >>> print(quoted('a "b"'))
    "a \042b\042"
    """
    return '"' + "".join(map(_letter, text)) + '"'


def _letter(c: str) -> str:
    if c.isascii() and c.isprintable() and c not in '"\\':
        return c
    return f"\\{ord(c):03o}" if ord(c) < 256 else "?"


def comment(text: str) -> str:
    """Return a text as one line."""
    return " ".join(text.split())


def about(each: Input) -> str:
    """Return what a comment says of an input."""
    unit = f" [{each.unit}]" if each.unit else ""
    padding = "" if each.padding is None else f"; {each.padding:g} if it is missing"
    phi = f"; in {each.phi}" if each.phi else ""
    definition = f": {each.definition}" if each.definition else ""
    level = (
        "; KNOWN TO A DETECTOR ONLY, generated particles do not tell it: see README.md"
        if each.level == "detector"
        else ""
    )
    return f"{each.name}{unit}{phi}{padding}{definition}{level}"


def head(card: Card, what: str) -> list[str]:
    """Return the first lines of a code: `what` it is, and what its objects and events are."""
    objects = card.about.get("objects", {})
    return [
        f"// {what} for {comment(card.name)}. Fill in what is marked, and compare with validation/.",
        *(f"// {name}: {comment(text)}" for name, text in objects.items()),
        *(f"// events pass first: {comment(cut)}" for cut in card.selection),
        *(f"// scores are those of events that pass, as measured: {comment(cut)}" for cut in card.measured_selection),
    ]


_COLLECTIONS = {
    "rivet": {
        "jet": "jets",
        "fatjet": "fatjets",
        "electron": "electrons",
        "muon": "muons",
        "genjet": "genjets",
        "genfatjet": "genfatjets",
    },
    "simple": {"jet": "jets", "fatjet": "fatjets", "electron": "electrons", "muon": "muons"},
}
_KINEMATICS = {
    "rivet": {
        "pt": "{}.pT()",
        "eta": "{}.eta()",
        "phi": "{}.phi(MINUSPI_PLUSPI)",
        "mass": "{}.mass()",
        "energy": "{}.E()",
        "rapidity": "{}.rap()",
    },
    "simple": {
        "pt": "{}.Pt()",
        "eta": "{}.Eta()",
        "phi": "{}.Phi()",
        "mass": "{}.M()",
        "energy": "{}.E()",
        "rapidity": "{}.Rapidity()",
    },
}
_PAIRS = {
    "rivet": {
        "delta_r": "deltaR({}, {})",
        "delta_eta": "({}.eta() - {}.eta())",
        "delta_phi": "mapAngleMPiToPi({}.phi() - {}.phi())",
        "invariant_mass": "({}.mom() + {}.mom()).mass()",
    },
    "simple": {
        "delta_r": "{}.DeltaR({})",
        "delta_eta": "({}.Eta() - {}.Eta())",
        "delta_phi": "{}.DeltaPhi({})",
        "invariant_mass": "({} + {}).M()",
    },
}
_EVENT = {
    "rivet": {
        "met": "met.mod()",
        "missinget.phi": "met.phi(MINUSPI_PLUSPI)",
        "genmissinget.met": "genmet.mod()",
        "genmissinget.phi": "genmet.phi(MINUSPI_PLUSPI)",
        "ht": "(sum(jets, Kin::pT, 0.0) + sum(electrons, Kin::pT, 0.0) + sum(muons, Kin::pT, 0.0))",
    },
    "simple": {
        "met": "met.Pt()",
        "missinget.phi": "met.Phi()",
        "ht": "(sumObjectsPt(jets) + sumObjectsPt(electrons) + sumObjectsPt(muons))",
    },
}


class Plain(NamedTuple):
    """An observable as C++."""

    text: str
    needed: list[str]
    """What must be there for it."""
    unit: str


def _value(each: Input, dialect: str) -> str | None:
    """Return an input as C++; None for what only the reader can fill in."""
    if each.level == "parameter" and each.value is not None:
        return repr(each.value)
    try:
        node = parse_observable(each.observable or each.name)
    except HmlError:
        return None
    if not isinstance(node, Observable):
        return None
    found = plain(node, dialect)
    if found is None:
        return None
    text, needed, unit = found
    scale = factor(unit, each.unit, each.name)
    missing = "NAN" if each.padding is None else repr(each.padding)
    value = text if scale == 1 else f"{scale!r} * {text}"
    if each.phi == "[0, 2pi)":
        value = f"({value} < 0 ? {value} + 2 * M_PI : {value})"
    return f"({' && '.join(needed)}) ? {value} : {missing}" if needed else value


def plain(node: Observable, dialect: str) -> Plain | None:
    """Return an observable as C++; None for what only the reader can fill in."""
    unit = (
        "rad"
        if node.name in ("phi", "delta_phi")
        else "GeV"
        if node.name not in ("eta", "rapidity", "delta_r", "delta_eta", "size", "b_tag")
        else ""
    )
    named = ".".join([*(render(each).removesuffix("0") for each in node.objects), node.name])
    if named in _EVENT[dialect]:
        return Plain(_EVENT[dialect][named], [], unit)
    if not node.objects:
        return None
    if node.name == "size" and len(node.objects) == 1:
        name = _COLLECTIONS[dialect].get(render(node.objects[0]))
        return None if name is None else Plain(f"{name}.size()", [], "")
    places = [_place(each, dialect) for each in node.objects]
    table = (
        {**_KINEMATICS[dialect], "b_tag": {"rivet": "{}.bTagged()", "simple": "{}.pass(BTag77MV2c20)"}[dialect]}
        if len(places) == 1
        else _PAIRS[dialect]
    )
    if None in places or node.name not in table:
        return None
    known = [each for each in places if each is not None]
    sizes = {name: max(i for other, i in known if other == name) for name, _ in known}
    there = [f"{name}.size() > {i}" for name, i in sizes.items()]
    return Plain(table[node.name].format(*(f"{name}[{i}]" for name, i in known)), there, unit)


def _place(one: Object, dialect: str) -> tuple[str, int] | None:
    """Return ``jets`` and 0 of ``jet0``."""
    part = one.parts[0]
    name = _COLLECTIONS[dialect].get(part.branch)
    if len(one.parts) != 1 or part.filter is not None or not isinstance(part.index, int) or name is None:
        return None
    return name, part.index


def filled(card: Card, network: Network, dialect: str, indent: str) -> list[str]:
    """Return lines that fill ``inputs``, in the order and the units of the card."""
    lines = []
    for i, each in enumerate(card.inputs_of(network)):
        value = _value(each, dialect)
        if value is None:
            value = f"fill_in({quoted(each.name)})"
        if network.normalisation == "outside" and network.mean and network.spread:
            value = f"(({value}) - {network.mean[i]!r}) / {network.spread[i]!r}"
        lines.append(f"{indent}inputs.push_back({value});  // {i}: {comment(about(each))}")
    return lines
