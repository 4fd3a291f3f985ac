"""The skeleton of a SimpleAnalysis."""

from __future__ import annotations

from .card import Card, Network
from .event_code import PHOTONS, Dialect, analysed, fill_in, identifier, leptons, names_of, needed, regions
from .filling import head, quoted

__all__ = ["simple_analysis"]

#: Lepton -> its identification.
_LEPTONS = {"Electron": "ELooseLH", "Muon": "MuMedium"}
#: Branch -> what is taken from the event for it beside the leptons; the order is that in which they are needed.
_OBJECTS = {
    "jet": (
        "auto jets = event->getJets(20, 5);",
        "// overlap removal",
        "jets = overlapRemoval(jets, electrons, 0.4);",
        "jets = overlapRemoval(jets, muons, 0.4);",
        PHOTONS,
    ),
    "fatjet": ("auto fatjets = event->getFatJets(200, 5);",),
    "missinget": ("[[maybe_unused]] auto met = event->getMET();",),
}


def simple_analysis(card: Card) -> str:
    """Return the analysis: objects, cuts, inputs, score, regions."""
    name, names = identifier(card.name), names_of(card)

    def score(network: Network, number: str) -> list[str]:  # noqa: ARG001 (networks with random numbers have no skeleton)
        return [f"getMVA(names[{number}])->evaluate(inputs)"]

    dialect = Dialect("simple", "double", score, 'fill("score", score);', "accept({})")
    wanted = needed(card)
    if wanted & {"jet", "scalarht"}:
        wanted |= {"electron", "muon", "jet"}
    taken = {kind.lower(): (_lepton(card, kind),) for kind in _LEPTONS} | _OBJECTS
    lines = [
        *head(card, "A SimpleAnalysis"),
        "#include <algorithm>",
        "#include <cmath>",
        '#include "SimpleAnalysisFramework/AnalysisClass.h"',
        "",
        *fill_in(card, "simple"),
        f"DefineAnalysis({name})",
        "",
        f"void {name}::Init() {{",
        f"  addRegions({{{', '.join(quoted(each.name) for each in regions(card))}}});",
        '  addHistogram("score", 40, 0, 1);',
        *(f"  addONNX({quoted(stem)}, {quoted(each.onnx or '')});" for stem, each in names.items()),
        "}",
        "",
        f"void {name}::ProcessEvent(AnalysisEvent* event) {{",
        *(f"  {line}" for branch, each in taken.items() if branch in wanted for line in each),
        f"  const std::vector<std::string> names = {{{', '.join(map(quoted, names))}}};",
        "",
        *analysed(card, dialect, "  "),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _lepton(card: Card, kind: str) -> str:
    pt, eta = leptons(card, kind)
    return f"auto {kind.lower()}s = event->get{kind}s({pt:g}, {eta:g}, {_LEPTONS[kind]});"
