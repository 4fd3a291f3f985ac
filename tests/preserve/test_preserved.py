from __future__ import annotations

import itertools
import json
import math
import textwrap
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from preserve.sequence_cards import FATJETS, summed

import hml_jupyter as hml
from hml_jupyter.errors import ArgumentError, DamagedError, PathError, UnknownNameError
from hml_jupyter.preserve import Preserved
from hml_jupyter.preserve.graphs import Graph
from hml_jupyter.preserve.yamlfile import write_yaml

EVENTS = ak.Array(
    [
        {
            "Jet": [
                {"PT": 50.0, "Eta": 0.5, "Phi": -1.0, "Mass": 5.0},
                {"PT": 30.0, "Eta": -1.0, "Phi": 3.0, "Mass": 4.0},
            ]
        },
        {"Jet": [{"PT": 80.0, "Eta": 0.1, "Phi": 2.0, "Mass": 9.0}]},
    ]
)


def linear(folder: Path, weights: list[list[float]], name: str = "network.onnx") -> None:
    """Write a network whose outputs are weighted sums of its inputs."""
    graph = Graph("theirs")
    inputs = graph.input("x", (len(weights),))
    kernel = np.array(weights)
    flow = graph.add("Gemm", inputs, graph.constant(kernel), graph.constant(np.zeros(kernel.shape[1])))
    (folder / name).write_bytes(graph.model(flow, "y", (kernel.shape[1],)).SerializeToString())


def card(folder: Path, inputs: list[dict[str, Any]], **more: Any) -> Preserved:
    outputs = more.pop("outputs", [{"name": "signal", "meaning": "1 for signal"}])
    networks = more.pop("networks", [{"onnx": "network.onnx"}])
    write_yaml(
        folder / "card.yaml", {"name": "theirs", "inputs": inputs, "outputs": outputs, "networks": networks, **more}
    )
    return hml.load_preserved(folder)


def test_units_phi_padding_and_parameters_are_those_of_the_card(tmp_path: Path) -> None:
    """Each input is read out by a weight of its own: MeV, degrees, [0, 2pi), padding, and a parameter."""
    linear(tmp_path, np.eye(6).tolist())
    outputs = [{"name": f"y{i}"} for i in range(6)]
    theirs = card(
        tmp_path,
        [
            {"name": "leading pt", "observable": "jet0.pt", "unit": "MeV"},
            {"name": "jet0.phi", "unit": "rad", "phi": "[0, 2pi)"},
            {"name": "phi in degrees", "observable": "jet0.phi", "unit": "deg", "phi": "[-pi, pi)"},
            {"name": "jet1.pt", "unit": "GeV", "padding": 0.0},
            {"name": "jet1.eta", "padding": -99.0},
            {"name": "m_gluino", "unit": "GeV", "level": "parameter", "value": 2100.0},
        ],
        outputs=outputs,
    )
    assert repr(theirs) == "<preserved network 'theirs': onnx, 6 inputs, outputs y0, y1, y2, y3, y4, y5>"
    found = theirs.score(EVENTS)
    expected = [[50e3, 2 * math.pi - 1, math.degrees(-1), 30, -1, 2100], [80e3, 2, math.degrees(2), 0, -99, 2100]]
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert theirs.score(EVENTS, parameters={"m_gluino": 1900})[0, 5] == 1900
    with pytest.raises(ArgumentError, match="leave parameters="):
        theirs.score(found, parameters={"m_gluino": 1900})
    with pytest.raises(UnknownNameError, match="unknown parameter 'm_gluno'; near names: m_gluino"):
        theirs.score(EVENTS, parameters={"m_gluno": 1900})


def test_normalisation_outside_is_applied_once(tmp_path: Path) -> None:
    linear(tmp_path, [[1.0]])
    network = {"onnx": "network.onnx", "normalisation": "outside", "mean": [40.0], "spread": [20.0]}
    theirs = card(tmp_path, [{"name": "jet0.pt", "unit": "GeV"}], networks=[network])
    np.testing.assert_allclose(theirs.score(EVENTS), [0.5, 2.0])
    np.testing.assert_allclose(theirs.score([[60.0]]), [1.0])


def test_without_padding_an_event_that_lacks_an_object_has_no_score(tmp_path: Path) -> None:
    linear(tmp_path, [[1.0]])
    found = card(tmp_path, [{"name": "jet1.pt", "unit": "GeV"}]).score(EVENTS)
    np.testing.assert_allclose(found, [30.0, np.nan])


def test_a_batch_of_one(tmp_path: Path) -> None:
    """Published files often take one event at a time."""
    import onnx

    linear(tmp_path, [[1.0]])
    model = onnx.load(tmp_path / "network.onnx")
    for each in (*model.graph.input, *model.graph.output):
        each.type.tensor_type.shape.dim[0].dim_value = 1
    onnx.save(model, tmp_path / "network.onnx")
    np.testing.assert_allclose(card(tmp_path, [{"name": "jet0.pt", "unit": "GeV"}]).score(EVENTS), [50, 80])


def test_networks_by_a_rule(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    linear(tmp_path, [[1.0]], "one.onnx")
    linear(tmp_path, [[-1.0]], "more.onnx")
    networks = [{"onnx": "one.onnx", "when": "jet.size == 1"}, {"onnx": "more.onnx", "when": "jet.size > 1"}]
    theirs = card(tmp_path, [{"name": "jet0.pt", "unit": "GeV"}], networks=networks)
    np.testing.assert_allclose(theirs.score(EVENTS), [-50, 80])
    overlap = [networks[0], networks[1] | {"when": "jet.size > 0"}]
    with pytest.raises(ArgumentError, match="1 events are for several networks of theirs"):
        card(tmp_path, [{"name": "jet0.pt", "unit": "GeV"}], networks=overlap).score(EVENTS)


def test_columns_of_a_table_go_by_their_names(tmp_path: Path) -> None:
    linear(tmp_path, [[1.0], [100.0]])
    theirs = card(tmp_path, [{"name": "jet0.pt", "unit": "GeV"}, {"name": "jet0.eta"}])
    table = {"jet0.eta": [1.0, 2.0], "jet0.pt": [50.0, 60.0], "met": [7.0, 8.0]}
    for given in (table, pd.DataFrame(table), pa.table(table)):
        assert theirs.score(given).tolist() == [150.0, 260.0]
    with pytest.raises(
        UnknownNameError, match=r"unknown column of the table that theirs scores: 'jet0.pt'; near names: jet0.eta"
    ):
        theirs.score({"pt": [50.0], "jet0.eta": [1.0]})


def test_inputs_are_checked_never_assumed(tmp_path: Path) -> None:
    linear(tmp_path, [[1.0], [1.0]])
    theirs = card(
        tmp_path, [{"name": "jet0.pt", "unit": "GeV"}, {"name": "jet0.phi", "unit": "rad", "phi": "[-pi, pi)"}]
    )
    with pytest.raises(ArgumentError, match=r"takes 2 inputs \(jet0.pt, jet0.phi\); got an array of shape \(1, 3\)"):
        theirs.score([[1.0, 2.0, 3.0]])
    with pytest.raises(ArgumentError, match=r"jet0.phi must be in \[-pi, pi\); got 4"):
        theirs.score([[1.0, 4.0]])
    with pytest.raises(ArgumentError, match="not a str"):
        theirs.score("events.root")
    with pytest.raises(ArgumentError, match="columns, not one with other things than numbers"):
        theirs.score([["a", 1.0]])
    with pytest.raises(ArgumentError, match=r"takes 2 inputs \(jet0.pt, jet0.phi\); got None"):
        theirs.score(None)
    with pytest.raises(ArgumentError, match=r"not a Run: give its \.events\(\)"):
        theirs.score(hml.generate("p p > z", events=1, seed=1))
    wrong = card(tmp_path, [{"name": "jet0.pt", "unit": "rad"}, {"name": "jet0.eta"}])
    with pytest.raises(ArgumentError, match=r"the card says that jet0.pt is in rad, and it is in GeV here"):
        wrong.score(EVENTS)
    unknown = card(tmp_path, [{"name": "q0"}, {"name": "jet0.eta"}])
    with pytest.raises(ArgumentError, match="the input q0 cannot be computed from events"):
        unknown.score(EVENTS)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name: !!python/object/apply:os.system ['true']", "could not determine a constructor"),
        ("a: &a [1]\nb: *a", "references"),
        ("name: x\nname: y", "'name' is there twice"),
        ("name: x\ninputs: 3\noutputs: []\nnetworks: []", "the card: inputs must be a list"),
        (
            "name: x\ninputs: []\noutputs: []\nnetworks: []\nmeasured_selection: met > 1",
            "the card: measured_selection must be a list, not 'met > 1'",
        ),
        ("name: x\ninputs: [{name: a, unti: GeV}]\noutputs: [{name: y}]\nnetworks: [{onnx: a}]", "near names: unit"),
        (
            "name: x\ninputs: [{name: a}]\noutputs: [{name: y}]\nnetworks: [{onnx: ../a.onnx}]",
            "must lie beside the card",
        ),
        (
            "name: x\ninputs: [{name: a}]\noutputs: [{name: y}]\nnetworks: [{onnx: /etc/passwd}]",
            "must lie beside the card",
        ),
        (
            "name: x\ninputs: [{name: a}, {name: a}]\noutputs: [{name: y}]\nnetworks: [{onnx: a}]",
            "the input a is there twice",
        ),
        ("schema: 99\nname: x", "schema 99 is not 1"),
        ("name: x", "lacks inputs, outputs, networks"),
        (
            "name: x\ninputs: [{name: a}]\noutputs: [{name: y}]\nnetworks: [{onnx: a, normalisation: outside}]",
            "need mean and spread",
        ),
        (
            "name: x\ninputs: [{name: a}]\noutputs: [{name: y}]\nnetworks: [{onnx: a, normalisation: outside, mean: [0], spread: [0.0]}]",
            "every spread must be above 0",
        ),
        (
            "name: x\ninputs: [{name: a, padding: .nan}]\noutputs: [{name: y}]\nnetworks: [{onnx: a}]",
            "padding must be a number",
        ),
        ("a: " + "[" * 30000 + "]" * 30000, "it is nested more than 50 times"),
        ("name: x\ninputs: [{name: a, padding: 1:30}]\noutputs: [{name: y}]\nnetworks: [{onnx: a}]", "not '1:30'"),
        ("name: x\ninputs: [{name: a, padding: 010}]\noutputs: [{name: y}]\nnetworks: [{onnx: a}]", "not '010'"),
        (
            "name: x\ninputs: [{name: a, range: [2, 0]}]\noutputs: [{name: y}]\nnetworks: [{onnx: a}]",
            "the smaller first",
        ),
        (
            "name: x\ninputs: [{name: a}]\noutputs: [{name: y}]\nnetworks: [{onnx: a, fold: [0, 2]}]",
            "each must be there once",
        ),
        (
            "name: x\ninputs: [{name: a}]\noutputs: [{name: y}]\nnetworks: [{onnx: a, mean: [1], spread: [1]}]",
            "normalisation: outside",
        ),
        (
            "name: x\ninputs: [{name: a}]\noutputs: [{name: y}]\nnetworks: [{onnx: a}]\nselections: [a > 1]",
            r"it has an entry selections: did you mean selection\?",
        ),
        ("name: x\ninput: [{name: a}]", r"it has an entry input: did you mean inputs\?"),
        ("1: x", "1 is no name"),
        ("\x00", "cannot be read"),
    ],
)
def test_a_bad_card_is_refused_by_name(text: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "card.yaml").write_text(text)
    with pytest.raises(DamagedError, match=why):
        hml.load_preserved(tmp_path)


def test_a_huge_card_is_refused(tmp_path: Path) -> None:
    (tmp_path / "card.yaml").write_text("a: 1\n" + "#" * 5_000_000)
    with pytest.raises(DamagedError, match="a card has at most 4000000"):
        hml.load_preserved(tmp_path)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(PathError, match=r"card\.yaml is missing"):
        hml.load_preserved(tmp_path)
    with pytest.raises(PathError, match="does not exist"):
        hml.load_preserved(tmp_path / "nothing")
    theirs = card(tmp_path, [{"name": "met", "unit": "GeV"}])
    found = theirs.verify()
    assert not found.ok
    assert "network.onnx is missing; the card names it" in str(found)


def test_somebody_elses_network_verifies_as_far_as_it_can(tmp_path: Path) -> None:
    linear(tmp_path, [[1.0]])
    found = card(tmp_path, [{"name": "met", "unit": "GeV"}]).verify()
    assert found.ok
    assert [check.ok for check in found.checks] == [None, True, None]
    assert "no checksums" in found.checks[0].text
    assert "verification of theirs: nothing was compared" in str(found)
    assert "there are no reference events" in found.checks[2].text


def test_outputs_that_do_not_fit_the_card(tmp_path: Path) -> None:
    linear(tmp_path, [[1.0, 2.0]])
    with pytest.raises(DamagedError, match="gives 2 numbers for an event, and the card names signal"):
        card(tmp_path, [{"name": "met", "unit": "GeV"}]).score([[1.0]])


def shown_card(i: int) -> str:
    """One of the cards in the docstring."""
    text = (hml.load_preserved.__doc__ or "").split("::\n\n")[i + 1]
    lines = itertools.takewhile(lambda line: not line or line.startswith(" " * 8), text.split("\n"))
    return textwrap.dedent("\n".join(lines))


def test_the_card_of_the_docstring_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "card.yaml").write_text(shown_card(0))
    linear(tmp_path, [[1.0], [0.0], [0.0]])
    theirs = hml.load_preserved(tmp_path)
    np.testing.assert_allclose(theirs.score(EVENTS), [(50e3 - 5e5) / 4e5, (80e3 - 5e5) / 4e5], rtol=1e-6)


def test_the_card_with_a_sequence_of_the_docstring_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "card.yaml").write_text(shown_card(1))
    network = summed("track_pt", "delta_r", inputs=("pt",))
    network["outputs"]["y"]["labels"] = ["first"]
    (tmp_path / "network.json").write_text(json.dumps(network))
    (tmp_path / "validation").mkdir()
    event = '[{"pt": 5e4, "tracks": [{"delta_r": 0.1, "track_pt": 2e3}], "score_lwtnn": 5e4}]'
    assert event.replace("5e4}]", "0.7}]") in (hml.load_preserved.__doc__ or "")
    (tmp_path / "validation" / "reference_0.json").write_text(event)
    theirs = hml.load_preserved(tmp_path)
    assert theirs.verify().checks[2].ok
    assert theirs.score(ak.Array([{"Jet": each} for each in FATJETS])).tolist() == [50e3, 60e3, 70e3, 20e3]


def test_networks_with_inputs_of_their_own_score_arrays_of_the_card(tmp_path: Path) -> None:
    linear(tmp_path, [[1.0]], "one.onnx")
    linear(tmp_path, [[1.0]], "other.onnx")
    networks = [
        {"onnx": "one.onnx", "when": "met < 5", "inputs": ["met"]},
        {"onnx": "other.onnx", "when": "met >= 5", "inputs": ["ht"]},
    ]
    theirs = card(tmp_path, [{"name": "met", "unit": "GeV"}, {"name": "ht", "unit": "GeV"}], networks=networks)
    assert theirs.score([[1.0, 2.0], [7.0, 8.0]]).tolist() == [1.0, 8.0]


def test_a_network_of_jets_has_a_score_for_each(tmp_path: Path) -> None:
    linear(tmp_path, [[1.0], [0.0]])
    inputs = [{"name": "jet.pt", "unit": "GeV"}, {"name": "threshold", "level": "parameter", "value": 1.0}]
    theirs = card(tmp_path, inputs, per="jet")
    assert theirs.score(EVENTS).tolist() == [50.0, 30.0, 80.0]
    hard = card(tmp_path, inputs, per="jet[pt > 40]")
    assert hard.score(EVENTS).tolist() == [50.0, 80.0]
    columns = {"x": np.arange(40.0)}
    tables = {name: hml.open_table(columns, cross_section=1.0) for name in ("signal", "background")}
    events = hml.build_dataset(tables, hml.Set(["column.x"]), signal="signal", seed=1)
    with pytest.raises(ArgumentError, match="takes a row for each jet, and the dataset has one for each event"):
        theirs.score(events)
