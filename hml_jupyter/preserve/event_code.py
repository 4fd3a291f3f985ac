"""What an analysis in C++ does with an event: cuts, the network that is for it, inputs, score, working points."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..errors import HmlError
from ..expressions import Node, parse_cut, parse_observable
from .card import Card, Network
from .conditions import condition
from .definitions import acceptance, branches_of
from .filling import comment, filled, quoted

__all__ = [
    "PHOTONS",
    "Dialect",
    "Region",
    "analysed",
    "fill_in",
    "identifier",
    "leptons",
    "names_of",
    "needed",
    "regions",
]

#: What overlap removal does not do here: which photons are isolated depends on the detector.
PHOTONS = "// FILL IN where events have isolated photons: they are among these jets, and are to be left out"
_FILL_IN = """// What cannot be written from the card alone: compute it from the event as the comment beside it says.
[[maybe_unused]] static double fill_in(const std::string& name) { throw std::runtime_error("compute this input: " + name); }
"""
_PRESELECTED = """// FILL IN the cuts that events pass first: this throws until each call of it below is replaced by the cut in C++.
static bool preselected(const std::string& cut) { throw std::runtime_error("fill in this cut: " + cut); }
"""


class Dialect(NamedTuple):
    """How one of the frameworks says it."""

    name: str
    """``rivet`` or ``simple``, as in the tables of objects and observables."""
    number: str
    """The type of an input."""
    score: Callable[[Network, str], list[str]]
    """Lines whose last is the score of ``inputs`` by a network, of which the number is a C++ expression."""
    fill: str
    """What fills the histogram of the score."""
    accept: str
    """What counts an event in a region."""


class Region(NamedTuple):
    """A working point as an analysis counts it."""

    name: str
    """Letters and digits, unlike those of the others."""
    threshold: str
    """With all digits."""
    when: str | None
    """The cut that says which network it is of."""


def identifier(name: str) -> str:
    """Return a name that C++ takes.

    Examples
    --------
    >>> identifier("my-network"), identifier("4 jets")
    ('my_network', 'model_4_jets')
    """
    word = re.sub(r"\W", "_", name, flags=re.ASCII)
    return word if word[:1].isalpha() else f"model_{word}"


def names_of(card: Card) -> dict[str, Network]:
    """Return what each network is called in an analysis."""
    name, several = identifier(card.name), len(card.networks) > 1
    return {f"{name}_{i}" if several else name: each for i, each in enumerate(card.networks)}


def regions(card: Card) -> list[Region]:
    """Return the working points of a card.

    Examples
    --------
    >>> points = [{"signal_efficiency": 0.498, "threshold": 0.5}, {"signal_efficiency": 0.502, "threshold": 0.49}]
    >>> [each.name for each in regions(Card("a", (), (), (Network("a.onnx"),), about={"working_points": points}))]
    ['eff50', 'eff50x2']
    """
    rules = [each.when for each in card.networks]
    found: list[Region] = []
    for point in card.about.get("working_points", []):
        when = point.get("when")
        stem = f"eff{100 * point['signal_efficiency']:.0f}" + (f"net{rules.index(when)}" if when else "")
        again = sum(each.name.partition("x")[0] == stem for each in found)
        found.append(Region(f"{stem}x{again + 1}" if again else stem, repr(point["threshold"]), when))
    return found


def needed(card: Card) -> set[str]:
    """Return the branches of the inputs, and of all cuts that an analysis applies."""
    cuts = [*card.selection, *(each.when for each in card.networks if each.when)]
    inputs = [_parsed(parse_observable, each.observable or each.name) for each in card.inputs]
    return branches_of(node for node in [*inputs, *(_parsed(parse_cut, cut) for cut in cuts)] if node is not None)


def leptons(card: Card, kind: str) -> tuple[float, float]:
    """Return the smallest pT, GeV, and the largest abs(eta) of ``Electron`` or ``Muon`` in the events of the training."""
    data = card.about.get("data", {})
    return acceptance((each.get("detector") for each in data.get("classes", {}).values()), kind)


def _parsed(parse: Callable[[str], Node], text: str) -> Node | None:
    try:
        return parse(text)
    except HmlError:
        return None


def fill_in(card: Card, dialect: str) -> list[str]:
    """Return the functions that stand for what only the reader can write."""
    cuts = [*card.selection, *(each.when for each in card.networks if each.when)]
    asked = any(condition(cut, dialect) is None for cut in cuts)
    return [_FILL_IN, *([_PRESELECTED] if asked else [])]


def _condition(cut: str, dialect: str) -> tuple[str, str]:
    """Return a cut as C++, and the comment behind it."""
    written = condition(cut, dialect)
    return (f"preselected({quoted(cut)})", "  // FILL IN") if written is None else (written, f"  // {comment(cut)}")


def analysed(card: Card, dialect: Dialect, indent: str) -> list[str]:
    """Return the lines behind the objects of an event."""
    lines = []
    if card.selection:
        lines.append(f"{indent}// the network was made for events that pass these cuts, its scores hold for no others")
        each = [_condition(cut, dialect.name) for cut in card.selection]
        lines += [*(f"{indent}if (!{text}) return;{said}" for text, said in each), ""]
    if not any(each.when for each in card.networks):
        return lines + _scored(card, dialect, card.networks, None, indent)
    for i, network in enumerate(card.networks):
        text, said = _condition(network.when or "", dialect.name)
        asked = text if text.startswith("(") else f"({text})"
        lines.append(f"{indent}{'} else ' if i else ''}if {asked} {{{said}")
        lines += _scored(card, dialect, [network], network.when, f"{indent}  ")
    return [*lines, f"{indent}}}", f"{indent}// no network is for other events"]


def _scored(card: Card, dialect: Dialect, networks: Sequence[Network], when: str | None, indent: str) -> list[str]:
    """Return lines that fill the inputs of some networks, and count their mean score."""
    network = networks[0]
    if len(networks) == 1:
        *before, score = dialect.score(network, str(card.networks.index(network)))
        score_lines = [*before, f"const double score = {score};"]
    else:
        *before, score = dialect.score(network, "i")
        n = len(networks)
        score_lines = [
            "// folds: the mean of all networks, since none has seen this event",
            "double score = 0;",
            f"for (std::size_t i = 0; i < {n}; ++i) score += {score} / {n}.0;",
        ]
    return [
        f"{indent}std::vector<{dialect.number}> inputs;",
        *filled(card, network, dialect.name, indent),
        f"{indent}// a missing object, or a number that is not finite: no score",
        f"{indent}for (const {dialect.number} each : inputs) if (!std::isfinite(each)) return;",
        *(f"{indent}{line}" for line in score_lines),
        f"{indent}{dialect.fill}",
        *(
            f"{indent}if (score >= {each.threshold}) {dialect.accept.format(quoted(each.name))};"
            for each in regions(card)
            if each.when == when
        ),
    ]
