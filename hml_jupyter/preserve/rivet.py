"""The skeleton of a Rivet analysis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .card import Card, Network
from .event_code import PHOTONS, Dialect, analysed, fill_in, identifier, leptons, names_of, needed, regions
from .filling import head, quoted

__all__ = ["rivet"]


class _Objects(NamedTuple):
    """How the objects of a branch come about."""

    after: tuple[str, ...]
    """Branches that must be there before."""
    init: tuple[str, ...]
    analyze: tuple[str, ...]


def _leptons(card: Card, kind: str) -> _Objects:
    name = f"{kind.lower()}s"
    pt, eta = leptons(card, kind)
    cut = f"Cuts::abspid == PID::{kind.upper()} && Cuts::pT > {pt:g}*GeV && Cuts::abseta < {eta:g}"
    return _Objects(
        (),
        (f'declare(LeptonFinder(0.1, {cut}), "{name}");',),
        (f'const Particles {name} = apply<LeptonFinder>(event, "{name}").particlesByPt();',),
    )


def _jets(
    name: str, final_state: str, radius: float, pt_min: int, *more: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    declared = f'declare(FastJets({final_state}, JetAlg::ANTIKT, {radius}), "{name}");'
    return (declared,), (f'Jets {name} = apply<FastJets>(event, "{name}").jetsByPt(Cuts::pT > {pt_min}*GeV);', *more)


def _missing(name: str, final_state: str) -> _Objects:
    return _Objects(
        (),
        (f'declare(MissingMomentum({final_state}), "{name}");',),
        (f'[[maybe_unused]] const Vector3 {name} = apply<MissingMomentum>(event, "{name}").vectorMissingPt();',),
    )


_OVERLAP = (
    "// overlap removal",
    "idiscardIfAnyDeltaRLess(jets, electrons, 0.4);",
    "idiscardIfAnyDeltaRLess(jets, muons, 0.4);",
    PHOTONS,
)
#: Branch -> its objects at particle level, beside the leptons.
_OBJECTS = {
    "jet": _Objects(("electron", "muon"), *_jets("jets", "FinalState(Cuts::abseta < 5)", 0.4, 20, *_OVERLAP)),
    "fatjet": _Objects((), *_jets("fatjets", "FinalState(Cuts::abseta < 5)", 0.8, 200)),
    "genjet": _Objects((), *_jets("genjets", "FinalState()", 0.4, 20)),
    "genfatjet": _Objects((), *_jets("genfatjets", "FinalState()", 0.8, 150)),
    "missinget": _missing("met", "FinalState(Cuts::abseta < 5)"),
    "genmissinget": _missing("genmet", "FinalState()"),
    "scalarht": _Objects(("jet",), (), ()),
}


def _score(network: Network, number: str) -> list[str]:
    if network.noise is None:
        return [f"_networks[{number}]->compute(inputs)[0]"]
    return [
        "// the score is drawn: a random number between 0 and 1, and a normal one of mean 0 and standard deviation 1",
        "std::vector<std::vector<float>> nodes = {inputs, {float(rand01()), float(randnorm(0, 1))}};",
        f"_networks[{number}]->compute(nodes)[0][0]",
    ]


_DIALECT = Dialect("rivet", "float", _score, "_score->fill(score);", "_passed[{}]->fill()")


def rivet(card: Card) -> str:
    """Return the analysis: objects at particle level, cuts, inputs, score, working points."""
    name, names, points = identifier(card.name), names_of(card), regions(card)
    known = {"electron": _leptons(card, "Electron"), "muon": _leptons(card, "Muon"), **_OBJECTS}
    objects = _ordered(known, needed(card))
    lines = [
        *head(card, "A Rivet 4 analysis"),
        "#include <algorithm>",
        "#include <cmath>",
        '#include "Rivet/Analysis.hh"',
        '#include "Rivet/Projections/FastJets.hh"',
        '#include "Rivet/Projections/FinalState.hh"',
        '#include "Rivet/Projections/LeptonFinder.hh"',
        '#include "Rivet/Projections/MissingMomentum.hh"',
        '#include "Rivet/Tools/Random.hh"',
        '#include "Rivet/Tools/RivetONNXrt.hh"',
        "",
        *fill_in(card, "rivet"),
        "namespace Rivet {",
        "",
        f"  class {name} : public Analysis {{",
        "  public:",
        f"    RIVET_DEFAULT_ANALYSIS_CTOR({name});",
        "",
        "    void init() {",
        *(f"      {line}" for each in objects for line in each.init),
        *(f"      // reads {stem}.onnx from the analysis path: a copy of {each.onnx}" for stem, each in names.items()),
        *(f"      _networks.push_back(getONNX({quoted(stem)}));" for stem in names),
        '      book(_score, "score", 40, 0.0, 1.0);',
        *(f"      book(_passed[{quoted(each.name)}], {quoted(each.name)});" for each in points),
        "    }",
        "",
        "    void analyze(const Event& event) {",
        *(f"      {line}" for each in objects for line in each.analyze),
        "",
        *analysed(card, _DIALECT, "      "),
        "    }",
        "",
        "    // counters are sums of weights: divided by sumW() they are efficiencies, times crossSection() cross sections",
        "    void finalize() { }",
        "",
        "  private:",
        "    std::vector<std::unique_ptr<RivetONNXrt>> _networks;",
        "    Histo1DPtr _score;",
        "    std::map<std::string, CounterPtr> _passed;",
        "  };",
        "",
        f"  RIVET_DECLARE_PLUGIN({name});",
        "",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _ordered(known: Mapping[str, _Objects], branches: set[str]) -> list[_Objects]:
    """Return the objects that can be made and what they need, each behind what it needs."""
    found: dict[str, _Objects] = {}

    def add(branch: str) -> None:
        for before in known[branch].after:
            add(before)
        found[branch] = known[branch]

    for branch in known:
        if branch in branches:
            add(branch)
    return [*found.values()]
