"""Code that runs a preserved network elsewhere: Python, Rivet, SimpleAnalysis, lwtnn."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ..canonical import write_text
from ..errors import HmlError
from ..expressions import Object, Observable, parse_observable, render
from .card import Card, Input, Network
from .feeding import factor
from .reference import REFERENCE

__all__ = ["write_code"]


def write_code(folder: Path, card: Card) -> None:
    """Write the examples that fit a card; C++ only of networks on columns."""
    folder.mkdir(exist_ok=True)
    write_text(folder / "example.py", _python(card))
    if card.kind != "set":
        return
    name = _identifier(card.name)
    write_text(folder / f"{name}.rivet.cc", _rivet(card, name))
    write_text(folder / f"{name}.simpleanalysis.cxx", _simple_analysis(card, name))
    if any(network.lwtnn for network in card.networks):
        write_text(folder / "example_lwtnn.cc", _lwtnn(card))


def _identifier(name: str) -> str:
    word = re.sub(r"\W", "_", name, flags=re.ASCII)
    return word if word[:1].isalpha() else f"model_{word}"


def _quoted(text: str) -> str:
    """Return a text as C++ (and Python) write it, whatever is in it."""
    return (
        '"'
        + "".join(
            c if c.isascii() and c.isprintable() and c not in '"\\' else f"\\{ord(c):03o}" if ord(c) < 256 else "?"
            for c in text
        )
        + '"'
    )


def _comment(text: str) -> str:
    return " ".join(text.split())


# Python ---------------------------------------------------------------------------------------------------------


def _python(card: Card) -> str:
    network = card.networks[0]
    if card.kind == "set":
        inputs = [f"#  {i}: {_comment(_about(each))}" for i, each in enumerate(card.inputs_of(network))]
        read = [
            f'rows = list(csv.DictReader(open(folder / "{REFERENCE.format(0)}.csv")))',
            'names = [name for name in rows[0] if not name.startswith("score_")]',
            "events = np.array([[float(row[name]) for name in names] for row in rows])",
            'expected = np.array([float(row["score_onnx"]) for row in rows])',
        ]
        if network.normalisation == "outside":
            read.append(f"events = (events - {list(network.mean or ())}) / {list(network.spread or ())}")
        read.append("given = {session.get_inputs()[0].name: events.astype(np.float32)}")
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
        f'"""Run {_comment(card.name)} with onnxruntime alone, on the reference events."""',
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


def _about(each: Input) -> str:
    unit = f" [{each.unit}]" if each.unit else ""
    padding = "" if each.padding is None else f"; {each.padding:g} if it is missing"
    phi = f"; in {each.phi}" if each.phi else ""
    return f"{each.name}{unit}{phi}{padding}: {each.definition}"


# C++ ------------------------------------------------------------------------------------------------------------

_COLLECTIONS = {
    "rivet": {"jet": "jets", "fatjet": "fatjets", "electron": "electrons", "muon": "muons"},
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
    "rivet": {"met": "met.mod()", "ht": "sum(jets, Kin::pT, 0.0)"},
    "simple": {"met": "met.Pt()", "ht": "sumObjectsPt(jets)"},
}


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
    found = _plain(node, dialect)
    if found is None:
        return None
    text, needed, unit = found
    scale = factor(unit, each.unit, each.name)
    missing = "NAN" if each.padding is None else repr(each.padding)
    value = text if scale == 1 else f"{scale!r} * {text}"
    if each.phi == "[0, 2pi)":
        value = f"({value} < 0 ? {value} + 2 * M_PI : {value})"
    return f"({' && '.join(needed)}) ? {value} : {missing}" if needed else value


def _plain(node: Observable, dialect: str) -> tuple[str, list[str], str] | None:
    """Return an observable as C++, what must be there for it, and its unit."""
    unit = (
        "rad"
        if node.name in ("phi", "delta_phi")
        else "GeV"
        if node.name not in ("eta", "rapidity", "delta_r", "delta_eta", "size", "b_tag")
        else ""
    )
    if not node.objects:
        text = _EVENT[dialect].get(node.name)
        return None if text is None else (text, [], unit)
    if node.name == "size" and len(node.objects) == 1:
        name = _COLLECTIONS[dialect].get(render(node.objects[0]))
        return None if name is None else (f"{name}.size()", [], "")
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
    return table[node.name].format(*(f"{name}[{i}]" for name, i in known)), there, unit


def _place(one: Object, dialect: str) -> tuple[str, int] | None:
    """Return ``jets`` and 0 of ``jet0``."""
    part = one.parts[0]
    name = _COLLECTIONS[dialect].get(part.branch)
    if len(one.parts) != 1 or part.filter is not None or not isinstance(part.index, int) or name is None:
        return None
    return name, part.index


def _filled(card: Card, network: Network, dialect: str, indent: str) -> list[str]:
    """Return lines that fill ``inputs``, in the order and the units of the card."""
    lines = []
    for i, each in enumerate(card.inputs_of(network)):
        value = _value(each, dialect)
        if value is None:
            value = f"fill_in({_quoted(each.name)})"
        if network.normalisation == "outside" and network.mean and network.spread:
            value = f"(({value}) - {network.mean[i]!r}) / {network.spread[i]!r}"
        lines.append(f"{indent}inputs.push_back({value});  // {i}: {_comment(_about(each))}")
    return lines


_FILL_IN = """// What cannot be written from the card alone: compute it from the event as the comment beside it says.
static double fill_in(const std::string& name) { throw std::runtime_error("compute this input: " + name); }
"""


def _head(card: Card, what: str) -> list[str]:
    objects = card.about.get("objects", {})
    return [
        f"// {what} for {_comment(card.name)}. Fill in what is marked, and compare with validation/.",
        *(f"// {name}: {_comment(text)}" for name, text in objects.items()),
        *(f"// events pass first: {_comment(cut)}" for cut in card.selection),
    ]


def _cuts(card: Card) -> list[tuple[str, str]]:
    """Return name and threshold of each working point, all digits."""
    points: Sequence[dict[str, float]] = card.about.get("working_points", [])
    return [(f"eff{100 * each['signal_efficiency']:.0f}", repr(each["threshold"])) for each in points]


def _rivet(card: Card, name: str) -> str:
    network = card.networks[0]
    points = _cuts(card)
    lines = [
        *_head(card, "A Rivet 4 analysis"),
        '#include "Rivet/Analysis.hh"',
        '#include "Rivet/Projections/FastJets.hh"',
        '#include "Rivet/Projections/FinalState.hh"',
        '#include "Rivet/Projections/LeptonFinder.hh"',
        '#include "Rivet/Projections/MissingMomentum.hh"',
        '#include "Rivet/Tools/RivetONNXrt.hh"',
        "",
        _FILL_IN,
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
        f"      _network = getONNX({_quoted(name)}, {_quoted('.onnx' if network.onnx else '')});",
        '      book(_score, "score", 40, 0.0, 1.0);',
        *(f"      book(_passed[{_quoted(point)}], {_quoted(point)});" for point, _ in points),
        "    }",
        "",
        "    void analyze(const Event& event) {",
        '      const Jets jets = apply<FastJets>(event, "jets").jetsByPt(Cuts::pT > 20*GeV);',
        '      const Jets fatjets = apply<FastJets>(event, "fatjets").jetsByPt(Cuts::pT > 200*GeV);',
        '      const Particles electrons = apply<LeptonFinder>(event, "electrons").particlesByPt();',
        '      const Particles muons = apply<LeptonFinder>(event, "muons").particlesByPt();',
        '      const Vector3 met = apply<MissingMomentum>(event, "met").vectorMissingPt();',
        "      (void)jets; (void)fatjets; (void)electrons; (void)muons; (void)met;",
        "",
        "      std::vector<float> inputs;",
        *_filled(card, network, "rivet", "      "),
        "      const double score = _network->compute(inputs)[0];",
        "      _score->fill(score);",
        *(f"      if (score >= {cut}) _passed[{_quoted(point)}]->fill();" for point, cut in points),
        "    }",
        "",
        "    void finalize() { }",
        "",
        "  private:",
        "    std::unique_ptr<RivetONNXrt> _network;",
        "    Histo1DPtr _score;",
        "    std::map<std::string, CounterPtr> _passed;",
        "  };",
        "",
        f"  RIVET_DECLARE_PLUGIN({name});",
        "",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _simple_analysis(card: Card, name: str) -> str:
    network, points = card.networks[0], _cuts(card)
    regions = ", ".join(_quoted(point) for point, _ in points)
    lines = [
        *_head(card, "A SimpleAnalysis"),
        '#include "SimpleAnalysisFramework/AnalysisClass.h"',
        "",
        _FILL_IN,
        f"DefineAnalysis({name})",
        "",
        f"void {name}::Init() {{",
        f"  addRegions({{{regions}}});",
        '  addHistogram("score", 40, 0, 1);',
        f"  addONNX({_quoted(name)}, {_quoted(network.onnx or '')});",
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
        "  std::vector<double> inputs;",
        *_filled(card, network, "simple", "  "),
        f"  const double score = getMVA({_quoted(name)})->evaluate(inputs);",
        '  fill("score", score);',
        *(f"  if (score >= {cut}) accept({_quoted(point)});" for point, cut in points),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _lwtnn(card: Card) -> str:
    network = next(each for each in card.networks if each.lwtnn)
    names = ", ".join(_quoted(each.name) for each in card.inputs_of(network))
    cuts = [f"// {_comment(cut)}: an event that fails this cut has the score 0" for cut in network.cuts]
    lines = [
        *_head(
            card, "An example with lwtnn: reads events from the standard input, a line each, and prints their scores,"
        ),
        *cuts,
        '#include "lwtnn/LightweightNeuralNetwork.hh"',
        '#include "lwtnn/parse_json.hh"',
        "",
        "#include <fstream>",
        "#include <iomanip>",
        "#include <iostream>",
        "#include <map>",
        "#include <string>",
        "#include <vector>",
        "",
        "int main(int, char** arguments) {",
        "  std::ifstream file(arguments[1]);",
        "  const lwt::JSONConfig config = lwt::parse_json(file);",
        "  const lwt::LightweightNeuralNetwork network(config.inputs, config.layers, config.outputs);",
        "  // in this order:",
        *(f"  //  {i}: {_comment(_about(each))}" for i, each in enumerate(card.inputs_of(network))),
        f"  const std::vector<std::string> names = {{{names}}};",
        "  std::map<std::string, double> event;",
        "  double value;",
        "  while (true) {",
        "    for (const auto& name : names) {",
        "      if (!(std::cin >> value)) return 0;",
        "      event[name] = value;",
        "    }",
        '    std::cout << std::setprecision(17) << network.compute(event).at("score") << "\\n";',
        "  }",
        "}",
    ]
    return "\n".join(lines) + "\n"
