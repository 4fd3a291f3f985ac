"""Code that runs a preserved network elsewhere: Python, Rivet, SimpleAnalysis, lwtnn."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from ..canonical import write_text
from .card import Card, Network
from .filling import about, comment, filled, head, quoted
from .lwtnn_example import LWTNN_EXAMPLE, lwtnn_example
from .reference import REFERENCE

__all__ = ["code_names", "write_code"]


def write_code(folder: Path, card: Card) -> None:
    """Write the examples that fit a card into a folder beside its networks."""
    folder.mkdir(exist_ok=True)
    for name, text in _codes(card, folder.parent).items():
        write_text(folder / name, text(card))


def code_names(card: Card) -> list[str]:
    """Return the names of the examples that fit a card."""
    return list(_codes(card, Path()))


def _codes(card: Card, place: Path) -> dict[str, Callable[[Card], str]]:
    """Return file -> what writes it: C++ of columns, without cuts that choose a network and without random numbers.

    The networks lie in `place`.
    """
    name, networks = _identifier(card.name), card.networks
    found: dict[str, Callable[[Card], str]] = {"example.py": _python}
    if card.kind == "set" and card.per is None and not any(each.when or each.noise for each in networks):
        found |= {f"{name}.rivet.cc": _rivet, f"{name}.simpleanalysis.cxx": _simple_analysis}
    if card.kind == "set" and any(each.lwtnn for each in networks):
        found[LWTNN_EXAMPLE] = partial(lwtnn_example, place=place)
    return found


def _identifier(name: str) -> str:
    word = re.sub(r"\W", "_", name, flags=re.ASCII)
    return word if word[:1].isalpha() else f"model_{word}"


# Python ---------------------------------------------------------------------------------------------------------


def _python(card: Card) -> str:
    network = card.networks[0]
    if card.kind == "set":
        inputs = [f"#  {i}: {comment(about(each))}" for i, each in enumerate(card.inputs_of(network))]
        read = [
            f'rows = list(csv.DictReader(open(folder / "{REFERENCE.format(0)}.csv")))',
            'names = [name for name in rows[0] if not name.startswith(("score_", "noise_"))]',
            "events = np.array([[float(row[name]) for name in names] for row in rows])",
            'expected = np.array([float(row["score_onnx"]) for row in rows])',
        ]
        if network.normalisation == "outside":
            read.append(f"events = (events - {list(network.mean or ())}) / {list(network.spread or ())}")
        read.append("given = {session.get_inputs()[0].name: events.astype(np.float32)}")
        if network.noise is not None:
            read.append("# random numbers, two for each event: uniform between 0 and 1, and normal")
            read.append('drawn = [[float(row["noise_uniform"]), float(row["noise_normal"])] for row in rows]')
            read.append(f'given["{network.noise}"] = np.array(drawn, np.float32)')
        imports = ["import csv", "from pathlib import Path"]
    else:
        inputs = [f"#  a {card.kind}, as card.yaml says under representation"]
        read = [
            f'arrays = np.load(folder / "{REFERENCE.format(0)}.npz")',
            "given = {each.name: arrays[each.name].astype(np.float32) for each in session.get_inputs()}",
            'expected = arrays["score_onnx"]',
        ]
        imports = ["from pathlib import Path"]
    lines = [
        f'"""Run {comment(card.name)} with onnxruntime alone, on the reference events."""',
        "",
        *imports,
        "",
        "import numpy as np",
        "import onnxruntime",
        "",
        "# Inputs, in order:",
        *inputs,
        "folder = Path(__file__).resolve().parent.parent",
        f'session = onnxruntime.InferenceSession(str(folder / "{network.onnx}"))',
        *read,
        "found = session.run(None, given)[0][:, 0]",
        'print(f"{len(found)} events, first score {found[0]:.6f}, largest difference {np.abs(found - expected).max():.2g}")',
    ]
    return "\n".join(lines) + "\n"


# C++ ------------------------------------------------------------------------------------------------------------

_FILL_IN = """// What cannot be written from the card alone: compute it from the event as the comment beside it says.
[[maybe_unused]] static double fill_in(const std::string& name) { throw std::runtime_error("compute this input: " + name); }
"""
_PRESELECTED = """// FILL IN the cuts that events pass first: this throws until each call of it below is replaced by the cut in C++.
static bool preselected(const std::string& cut) { throw std::runtime_error("fill in this cut: " + cut); }
"""


def _fill_in(card: Card) -> list[str]:
    return [_FILL_IN, *([_PRESELECTED] if card.selection else [])]


def _preselection(card: Card, indent: str) -> list[str]:
    """Return lines that leave out what the network was not made for."""
    if not card.selection:
        return []
    cuts = (f"{indent}if (!preselected({quoted(cut)})) return;  // FILL IN" for cut in card.selection)
    return [
        f"{indent}// FILL IN: the network was made for events that pass these cuts, its scores hold for no others",
        *cuts,
        "",
    ]


def _cuts(card: Card) -> list[tuple[str, str]]:
    """Return name and threshold of each working point, all digits."""
    points: Sequence[dict[str, float]] = card.about.get("working_points", [])
    return [(f"eff{100 * each['signal_efficiency']:.0f}", repr(each["threshold"])) for each in points]


def _rivet(card: Card) -> str:
    name, network = _identifier(card.name), card.networks[0]
    stems = _stems(card, name)
    points = _cuts(card)
    lines = [
        *head(card, "A Rivet 4 analysis"),
        '#include "Rivet/Analysis.hh"',
        '#include "Rivet/Projections/FastJets.hh"',
        '#include "Rivet/Projections/FinalState.hh"',
        '#include "Rivet/Projections/LeptonFinder.hh"',
        '#include "Rivet/Projections/MissingMomentum.hh"',
        '#include "Rivet/Tools/RivetONNXrt.hh"',
        "",
        *_fill_in(card),
        "namespace Rivet {",
        "",
        f"  class {name} : public Analysis {{",
        "  public:",
        f"    RIVET_DEFAULT_ANALYSIS_CTOR({name});",
        "",
        "    void init() {",
        "      const FinalState particles(Cuts::abseta < 5);",
        '      declare(FastJets(particles, JetAlg::ANTIKT, 0.4), "jets");',
        '      declare(FastJets(particles, JetAlg::ANTIKT, 0.8), "fatjets");',
        '      declare(LeptonFinder(0.1, Cuts::abspid == PID::ELECTRON), "electrons");',
        '      declare(LeptonFinder(0.1, Cuts::abspid == PID::MUON), "muons");',
        '      declare(MissingMomentum(particles), "met");',
        *(f"      // reads {stem}.onnx from the analysis path: a copy of {each.onnx}" for stem, each in stems.items()),
        *(f"      _networks.push_back(getONNX({quoted(stem)}));" for stem in stems),
        '      book(_score, "score", 40, 0.0, 1.0);',
        *(f"      book(_passed[{quoted(point)}], {quoted(point)});" for point, _ in points),
        "    }",
        "",
        "    void analyze(const Event& event) {",
        '      const Jets jets = apply<FastJets>(event, "jets").jetsByPt(Cuts::pT > 20*GeV);',
        '      const Jets fatjets = apply<FastJets>(event, "fatjets").jetsByPt(Cuts::pT > 200*GeV);',
        '      const Jets genfatjets = apply<FastJets>(event, "fatjets").jetsByPt(Cuts::pT > 150*GeV);',
        '      const Particles electrons = apply<LeptonFinder>(event, "electrons").particlesByPt();',
        '      const Particles muons = apply<LeptonFinder>(event, "muons").particlesByPt();',
        '      const Vector3 met = apply<MissingMomentum>(event, "met").vectorMissingPt();',
        "      (void)jets; (void)fatjets; (void)genfatjets; (void)electrons; (void)muons; (void)met;",
        "",
        *_preselection(card, "      "),
        "      std::vector<float> inputs;",
        *filled(card, network, "rivet", "      "),
        "      // a missing object: no score",
        "      for (const float each : inputs) if (std::isnan(each)) return;",
        *_mean("      ", "_networks[i]->compute(inputs)[0]", len(stems)),
        "      _score->fill(score);",
        *(f"      if (score >= {cut}) _passed[{quoted(point)}]->fill();" for point, cut in points),
        "    }",
        "",
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


def _simple_analysis(card: Card) -> str:
    name, network, points = _identifier(card.name), card.networks[0], _cuts(card)
    stems = _stems(card, name)
    regions = ", ".join(quoted(point) for point, _ in points)
    lines = [
        *head(card, "A SimpleAnalysis"),
        '#include "SimpleAnalysisFramework/AnalysisClass.h"',
        "",
        *_fill_in(card),
        f"DefineAnalysis({name})",
        "",
        f"void {name}::Init() {{",
        f"  addRegions({{{regions}}});",
        '  addHistogram("score", 40, 0, 1);',
        *(f"  addONNX({quoted(stem)}, {quoted(each.onnx or '')});" for stem, each in stems.items()),
        "}",
        "",
        f"void {name}::ProcessEvent(AnalysisEvent* event) {{",
        "  auto electrons = event->getElectrons(10, 2.5, ELooseLH);",
        "  auto muons = event->getMuons(10, 2.5, MuMedium);",
        "  auto jets = event->getJets(20, 5);",
        "  auto fatjets = event->getFatJets(200, 5);",
        "  auto met = event->getMET();",
        "  (void)electrons; (void)muons; (void)jets; (void)fatjets; (void)met;",
        "",
        *_preselection(card, "  "),
        "  std::vector<double> inputs;",
        *filled(card, network, "simple", "  "),
        "  // a missing object: no score",
        "  for (const double each : inputs) if (std::isnan(each)) return;",
        f"  const std::vector<std::string> names = {{{', '.join(map(quoted, stems))}}};",
        *_mean("  ", "getMVA(names[i])->evaluate(inputs)", len(stems)),
        '  fill("score", score);',
        *(f"  if (score >= {cut}) accept({quoted(point)});" for point, cut in points),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _stems(card: Card, name: str) -> dict[str, Network]:
    """Return what each network is called in an analysis."""
    several = len(card.networks) > 1
    return {f"{name}_{i}" if several else name: each for i, each in enumerate(card.networks)}


def _mean(indent: str, call: str, count: int) -> list[str]:
    """Return lines for the score: of a cross-training the mean of all networks, since no new event was seen by any."""
    return [
        f"{indent}double score = 0;",
        f"{indent}for (std::size_t i = 0; i < {count}; ++i) score += {call} / {count}.0;",
    ]
