from __future__ import annotations

import dataclasses
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
    selection=("fatjet.size > 0 and jet.size > 1", "fatjet0.mass > 50"),
    about={"working_points": [{"signal_efficiency": 0.5, "threshold": 0.25}]},
)
# a card whose inputs are all written, of events that nothing is asked of
PLAIN = Card("plain", (Input("met", unit="GeV"),), (Output("score"),), (Network("model.onnx"),))


@pytest.mark.parametrize("card", [CARD, PLAIN], ids=lambda card: card.name)
@pytest.mark.parametrize("ending", ["rivet.cc", "simpleanalysis.cxx"])
def test_skeletons_compile_against_the_documented_interface(ending: str, card: Card, tmp_path: Path) -> None:
    write_code(tmp_path, card)
    (source,) = tmp_path.glob(f"*.{ending}")
    how = ["g++", "-std=c++17", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", f"-I{HEADERS}", str(source)]
    done = subprocess.run(how, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("ending", ["rivet.cc", "simpleanalysis.cxx"])
def test_the_preselection_throws_until_it_is_filled_in(ending: str, tmp_path: Path) -> None:
    """It stands before the inputs are filled, a line for each cut."""
    write_code(tmp_path, CARD)
    text = (tmp_path / f"my_network.{ending}").read_text()
    assert 'throw std::runtime_error("fill in this cut: " + cut)' in text
    calls = [f'if (!preselected("{cut}")) return;  // FILL IN' for cut in CARD.selection]
    places = [text.index(call) for call in (*calls, "> inputs;")]
    assert places == sorted(places)
    write_code(tmp_path, PLAIN)
    assert "preselected" not in (tmp_path / f"plain.{ending}").read_text()


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


def test_a_cut_has_all_its_digits(tmp_path: Path) -> None:
    write_code(tmp_path, CARD)
    assert 'if (score >= 0.25) accept("eff50");' in (tmp_path / "my_network.simpleanalysis.cxx").read_text()


def test_folds_are_averaged_and_a_rule_has_no_skeleton(tmp_path: Path) -> None:
    folds = dataclasses.replace(CARD, networks=(Network("a.onnx", fold=(0, 2)), Network("b.onnx", fold=(1, 2))))
    write_code(tmp_path / "folds", folds)
    text = (tmp_path / "folds/my_network.rivet.cc").read_text()
    assert "// reads my_network_1.onnx from the analysis path: a copy of b.onnx" in text
    assert "i < 2; ++i) score += _networks[i]->compute(inputs)[0] / 2.0;" in text
    for ending in ("rivet.cc", "simpleanalysis.cxx"):
        source = tmp_path / f"folds/my_network.{ending}"
        how = ["g++", "-std=c++17", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", f"-I{HEADERS}", str(source)]
        assert subprocess.run(how, capture_output=True, check=False).returncode == 0
    rule = dataclasses.replace(CARD, networks=(Network("a.onnx", when="met > 1"), Network("b.onnx", when="met <= 1")))
    write_code(tmp_path / "rule", rule)
    assert [file.name for file in (tmp_path / "rule").iterdir()] == ["example.py"]
