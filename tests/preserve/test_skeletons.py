from __future__ import annotations

import dataclasses
import itertools
import subprocess
from pathlib import Path

import pytest

from hml_jupyter.preserve.card import Card, Input, Network, Output
from hml_jupyter.preserve.skeletons import write_code

HEADERS = Path(__file__).with_name("headers")
INPUTS = (
    Input("jet0.pt", unit="MeV", padding=0.0, definition="Transverse momentum */ of the first"),
    Input("jet1.phi", unit="rad", phi="[0, 2pi)", padding=-1.0),
    Input("jet0,jet1.delta_r"),
    Input("jet0,jet1.delta_phi", unit="rad"),
    Input("jet0,jet1.invariant_mass", unit="GeV"),
    Input("jet.size"),
    Input("jet0.b_tag"),
    Input("muon0.eta"),
    Input("fatjet0.mass", unit="GeV"),
    Input("fatjet0.tau21"),
    Input('q "quoted"\n"; system("x");'),
    Input("met", unit="GeV"),
    Input("ht", unit="GeV"),
    Input("m_gluino", unit="GeV", level="parameter", value=2100.0),
)
CARD = Card(
    "my-network",
    INPUTS,
    (Output("score"),),
    (Network("model.onnx", normalisation="outside", mean=(1.0,) * 14, spread=(2.0,) * 14),),
    selection=("fatjet.size > 0 and jet.size > 1", "fatjet0.mass > 50", "any jet.pt > 100"),
    about={"working_points": [{"signal_efficiency": 0.5, "threshold": 0.25}]},
)
# a card whose inputs are all written, of events that nothing is asked of
PLAIN = Card("plain", (Input("met", unit="GeV"),), (Output("score"),), (Network("model.onnx"),))


# the networks of one bundle, each for its events, and a surrogate
RULE = Card(
    "rule",
    INPUTS[:2],
    (Output("score"),),
    (
        Network("a.onnx", when="jet.size == 4"),
        Network("b.onnx", when="jet.size > 4 and (met > 50 or not muon0.pt > 20)"),
        Network("c.onnx", when="jet.size > 4 and all jet.pt > 50"),
    ),
    about={
        "working_points": [
            {"when": "jet.size == 4", "signal_efficiency": 0.5, "threshold": 0.25},
            {"when": "jet.size > 4 and all jet.pt > 50", "signal_efficiency": 0.504, "threshold": 0.75},
        ]
    },
)
SURROGATE = Card(
    "drawn",
    (
        Input("genfatjet0.mass", unit="GeV"),
        Input("missinget0.phi", unit="rad", phi="[-pi, pi)"),
        Input("ht", unit="GeV"),
        Input("genmissinget0.met", unit="GeV"),
    ),
    (Output("score"),),
    (Network("model.onnx", noise="noise"),),
    selection=("genjet.size > 1 and genjet0.pt / genjet1.pt < 4 and abs(genjet0.eta) + 1 in [0, 3]",),
)


def compiled(source: Path) -> None:
    how = ["g++", "-std=c++17", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", f"-I{HEADERS}", str(source)]
    done = subprocess.run(how, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("card", [CARD, PLAIN, RULE, SURROGATE], ids=lambda card: card.name)
def test_skeletons_compile_against_the_documented_interface(card: Card, tmp_path: Path) -> None:
    write_code(tmp_path, card)
    sources = sorted(tmp_path.glob("*.c*"))
    assert len(sources) == (1 if card is SURROGATE else 2)
    for source in sources:
        compiled(source)


@pytest.mark.parametrize("ending", ["rivet.cc", "simpleanalysis.cxx"])
def test_cuts_stand_before_the_inputs_and_what_is_not_written_throws(ending: str, tmp_path: Path) -> None:
    write_code(tmp_path, CARD)
    text = (tmp_path / f"my_network.{ending}").read_text()
    mass = "mass()" if ending == "rivet.cc" else "M()"
    assert 'throw std::runtime_error("fill in this cut: " + cut)' in text
    calls = [
        "if (!((fatjets.size() > 0.0) && (jets.size() > 1.0))) return;  // fatjet.size > 0 and jet.size > 1",
        f"if (!(fatjets.size() > 0 && fatjets[0].{mass} > 50.0)) return;  // fatjet0.mass > 50",
        'if (!preselected("any jet.pt > 100")) return;  // FILL IN',
    ]
    places = [text.index(call) for call in (*calls, "> inputs;")]
    assert places == sorted(places)
    write_code(tmp_path, PLAIN)
    assert "preselected" not in (tmp_path / f"plain.{ending}").read_text()


def test_an_analysis_for_rivet_says_what_its_counters_are(tmp_path: Path) -> None:
    write_code(tmp_path, PLAIN)
    assert "// counters are sums of weights: divided by sumW()" in (tmp_path / "plain.rivet.cc").read_text()


def test_each_network_of_a_rule_scores_its_events(tmp_path: Path) -> None:
    write_code(tmp_path, RULE)
    lines = [line.strip() for line in (tmp_path / "rule.rivet.cc").read_text().splitlines()]
    heads = [
        "if (jets.size() == 4.0) {  // jet.size == 4",
        f"}} else if ((jets.size() > 4.0) && ((met.mod() > 50.0) || (!(muons.size() > 0 && muons[0].pT() > 20.0)))) {{  // {RULE.networks[1].when}",
        '} else if (preselected("jet.size > 4 and all jet.pt > 50")) {  // FILL IN',
        "// no network is for other events",
    ]
    places = [lines.index(head) for head in heads]
    assert places == sorted(places)
    for i, (begin, end) in enumerate(itertools.pairwise(places)):
        assert f"const double score = _networks[{i}]->compute(inputs)[0];" in lines[begin:end]
    assert 'if (score >= 0.25) _passed["eff50net0"]->fill();' in lines[: places[1]]
    assert 'if (score >= 0.75) _passed["eff50net2"]->fill();' in lines[places[2] :]
    simple = (tmp_path / "rule.simpleanalysis.cxx").read_text()
    assert 'const std::vector<std::string> names = {"rule_0", "rule_1", "rule_2"};' in simple
    assert "const double score = getMVA(names[2])->evaluate(inputs);" in simple


def test_a_surrogate_is_given_random_numbers_and_all_generated_particles(tmp_path: Path) -> None:
    write_code(tmp_path, SURROGATE)
    text = (tmp_path / "drawn.rivet.cc").read_text()
    assert 'declare(FastJets(FinalState(), JetAlg::ANTIKT, 0.8), "genfatjets");' in text
    assert "nodes = {inputs, {float(rand01()), float(randnorm(0, 1))}};" in text
    assert "_networks[0]->compute(nodes)[0][0]" in text
    assert "1.0 * genjets[0].pT() / genjets[1].pT()" in text
    assert 'declare(MissingMomentum(FinalState()), "genmet");' in text
    assert "inputs.push_back(genmet.mod());" in text


@pytest.mark.parametrize(("detector", "eta"), [("atlas", "2.7"), ("cms", "2.4"), (None, "2.4")])
def test_leptons_are_those_of_the_detector_of_the_training(detector: str | None, eta: str, tmp_path: Path) -> None:
    about = {"data": {"classes": {"zz": {"detector": detector}}}}
    write_code(
        tmp_path, Card("one", (Input("muon0.pt", unit="GeV"),), (Output("score"),), (Network("a.onnx"),), about=about)
    )
    rivet, simple = (tmp_path / "one.rivet.cc").read_text(), (tmp_path / "one.simpleanalysis.cxx").read_text()
    assert f"Cuts::abspid == PID::MUON && Cuts::pT > 10*GeV && Cuts::abseta < {eta})" in rivet
    assert f"event->getMuons(10, {eta}, MuMedium);" in simple


def test_what_only_a_detector_knows_is_marked(tmp_path: Path) -> None:
    write_code(
        tmp_path, Card("tag", (Input("jet0.b_tag", level="detector"),), (Output("score"),), (Network("a.onnx"),))
    )
    text = (tmp_path / "tag.rivet.cc").read_text()
    (line,) = (line for line in text.splitlines() if "push_back" in line and "bTagged" in line)
    assert line.endswith("KNOWN TO A DETECTOR ONLY, generated particles do not tell it: see README.md")


def test_jets_near_leptons_are_left_out_before_their_sum(tmp_path: Path) -> None:
    write_code(tmp_path, Card("sum", (Input("ht", unit="GeV"),), (Output("score"),), (Network("a.onnx"),)))
    for ending, removal in (
        ("rivet.cc", "idiscardIfAnyDeltaRLess(jets, muons, 0.4);"),
        ("simpleanalysis.cxx", "overlapRemoval(jets, muons, 0.4);"),
    ):
        text = (tmp_path / f"sum.{ending}").read_text()
        assert text.index("electrons =") < text.index("muons =") < text.index(removal) < text.index("inputs.push_back")
        assert "// FILL IN where events have isolated photons" in text
    assert "sum(jets, Kin::pT, 0.0) + sum(electrons, Kin::pT, 0.0)" in (tmp_path / "sum.rivet.cc").read_text()


def test_inputs_are_filled_in_order_and_unit(tmp_path: Path) -> None:
    write_code(tmp_path, CARD)
    lines = [
        line.strip()
        for line in (tmp_path / "my_network.rivet.cc").read_text().splitlines()
        if "inputs.push_back" in line
    ]
    filled = [line.partition(";  // ")[0] for line in lines]
    assert [int(line.partition(";  // ")[2].partition(":")[0]) for line in lines] == list(range(14))
    assert filled[0] == "inputs.push_back((((jets.size() > 0) ? 1000.0 * jets[0].pT() : 0.0) - 1.0) / 2.0)"
    assert "jets[1].phi(MINUSPI_PLUSPI) + 2 * M_PI" in filled[1]
    assert filled[2] == "inputs.push_back((((jets.size() > 1) ? deltaR(jets[0], jets[1]) : NAN) - 1.0) / 2.0)"
    assert 'fill_in("fatjet0.tau21")' in filled[9]
    assert 'fill_in("q \\042quoted\\042\\012\\042; system(\\042x\\042);")' in filled[10]
    assert lines[2].endswith("// 2: jet0,jet1.delta_r")
    assert filled[13] == "inputs.push_back(((2100.0) - 1.0) / 2.0)"


def test_what_is_not_finite_has_no_score(tmp_path: Path) -> None:
    write_code(tmp_path, CARD)
    for ending in ("rivet.cc", "simpleanalysis.cxx"):
        assert "each : inputs) if (!std::isfinite(each)) return;" in (tmp_path / f"my_network.{ending}").read_text()


def test_a_cut_has_all_its_digits(tmp_path: Path) -> None:
    write_code(tmp_path, CARD)
    assert 'if (score >= 0.25) accept("eff50");' in (tmp_path / "my_network.simpleanalysis.cxx").read_text()


def test_folds_are_averaged(tmp_path: Path) -> None:
    folds = dataclasses.replace(CARD, networks=(Network("a.onnx", fold=(0, 2)), Network("b.onnx", fold=(1, 2))))
    write_code(tmp_path, folds)
    text = (tmp_path / "my_network.rivet.cc").read_text()
    assert "// reads my_network_1.onnx from the analysis path: a copy of b.onnx" in text
    assert "i < 2; ++i) score += _networks[i]->compute(inputs)[0] / 2.0;" in text
    for ending in ("rivet.cc", "simpleanalysis.cxx"):
        compiled(tmp_path / f"my_network.{ending}")
    assert (
        "the score of an event that none of the networks has seen is the mean of all"
        in (tmp_path / "example.py").read_text()
    )
