"""Networks with several outputs: flavour taggers, many classes. Each output is a column."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pytest
from preserve.sequence_cards import card as sequence_card
from preserve.sequence_cards import summed
from preserve.test_preserved import EVENTS, card, linear

import hml_jupyter as hml
from hml_jupyter.datasets import Dataset
from hml_jupyter.errors import ArgumentError, DamagedError, UnknownNameError
from hml_jupyter.preserve import Preserved

INPUTS = [{"name": "column.x"}, {"name": "column.y"}]
OUTPUTS = [{"name": "p_b", "meaning": "1 for b jets"}, {"name": "p_c"}, {"name": "p_u"}]
X = np.arange(40.0)


def tables(**more: Any) -> Dataset:
    """Two samples with x from 0 to 39 and y = 1."""
    made = {name: hml.open_table({"x": X, "y": np.ones(40)}, cross_section=1.0) for name in ("signal", "background")}
    return hml.build_dataset(made, hml.Set(["column.x", "column.y"]), signal="signal", seed=1, **more)


@pytest.fixture
def tagger(tmp_path: Path) -> Preserved:
    """p_b = x, p_c = 2x + y, p_u = -y."""
    linear(tmp_path, [[1.0, 2.0, 0.0], [0.0, 1.0, -1.0]])
    return card(tmp_path, INPUTS, outputs=OUTPUTS)


def test_each_output_is_a_column(tagger: Preserved) -> None:
    data = tables()
    x = data.column("column.x")
    assert tagger.outputs == ("p_b", "p_c", "p_u")
    np.testing.assert_array_equal(tagger.score(data), np.column_stack([x, 2 * x + 1, np.full(80, -1.0)]))
    np.testing.assert_array_equal(tagger.score([[3.0, 1.0]]), [[3.0, 7.0, -1.0]])
    scored = hml.score(data, tagger)
    assert scored.side_names == ("theirs.p_b", "theirs.p_c", "theirs.p_u")
    assert scored.scores == dict.fromkeys(scored.side_names)
    assert (scored.names, scored.unit("theirs.p_b")) == (data.names, "")
    np.testing.assert_array_equal(scored.column("theirs.p_c"), 2 * x + 1)
    np.testing.assert_array_equal(scored.column("theirs.p_u"), np.full(80, -1.0))


def test_cuts_cutflows_boards_and_workspaces_take_them(tagger: Preserved) -> None:
    scored = hml.score(tables(), tagger, name="gn2")
    assert scored.side_names == ("gn2.p_b", "gn2.p_c", "gn2.p_u")
    kept = hml.select(scored, ["gn2.p_b >= 10", "any (gn2.p_c < 61)", "GN2.p_b / -gn2.p_u <= 20"])
    assert kept.cuts[2] == "gn2.p_b / -gn2.p_u <= 20"
    assert sorted(kept.column("column.x").tolist()) == sorted([*np.arange(10.0, 21.0)] * 2)
    test = scored.part("test")
    flow = hml.cutflow(scored, ["gn2.p_b > 10", "gn2.p_c < 61"], luminosity=1)
    assert [flow.rows[-1].counts[name].events for name in ("signal", "background")] == [
        int((test & (scored.y == k) & (scored.column("column.x") > 10) & (scored.column("column.x") < 30)).sum())
        for k in (0, 1)
    ]
    board = hml.board(scored, ["gn2.p_b", "gn2.p_c"], luminosity=1)
    board.move([("gn2.p_b", "lower", 10.0)])
    assert board.cutflow == hml.cutflow(scored, ["gn2.p_b >= 10.0"], luminosity=1)
    made = hml.workspace(scored, column="gn2.p_b", bins=[0, 20, 40], luminosity=1)
    (channel,) = made.model["channels"]
    assert made.test_only
    for k, sample in enumerate(channel["samples"]):
        of_class = (scored.y == k) & test
        low = 1e3 * scored.expected[of_class & (scored.column("column.x") < 20)].sum()
        assert sample["data"] == pytest.approx([low, 1e3 * scored.expected[of_class].sum() - low])
    assert hml.plot(scored, columns=["gn2.p_b", "gn2.p_u"]) is not None


def test_a_discriminant_of_outputs_is_a_column_of_boards_and_workspaces(tagger: Preserved) -> None:
    scored = hml.score(tables(), tagger, name="gn2")
    text = "gn2.p_b / (0.5 * gn2.p_c + 0.8 * gn2.p_u + 1)"
    x = scored.column("column.x")
    values = x / (0.5 * (2 * x + 1) + 0.8 * -1 + 1)
    np.testing.assert_allclose(scored.column(text), values)
    board = hml.board(scored, [text], luminosity=1)
    board.move([(text, "lower", 0.9)])
    assert board.cutflow == hml.cutflow(scored, [f"{text} >= 0.9"], luminosity=1)
    made = hml.workspace(scored, column=text, bins=[0, 0.95, 1], luminosity=1)
    assert made.test_only
    test, low = scored.part("test"), values < 0.95
    assert made.channels[0].expected["signal"][0] == pytest.approx(
        1e3 * scored.expected[test & low & scored.is_signal].sum()
    )


def test_it_is_kept_and_opened_again(
    tagger: Preserved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    data = tables(path="study/data/set", observed={"data": hml.open_table({"x": X[:7], "y": np.ones(7)})})
    theirs = hml.load_preserved(".")
    made = hml.score(data, theirs, path="study/data/scored")
    saved = json.loads((made.folder / "score.json").read_text())
    assert saved["columns"] == ["theirs.p_b", "theirs.p_c", "theirs.p_u"]
    np.testing.assert_array_equal(made.observed.column("theirs.p_c"), 2 * X[:7] + 1)
    opened = Dataset.load("study/data/scored")
    assert (opened.scores, opened.fingerprint) == (made.scores, made.fingerprint)
    np.testing.assert_array_equal(opened.column("theirs.p_c"), made.column("theirs.p_c"))
    hml.select(opened, ["theirs.p_b > 5"], path="study/data/kept")
    assert Dataset.load("study/data/kept").n_events == 2 * 34
    capsys.readouterr()
    assert hml.score(data, theirs, path="study/data/scored").fingerprint == made.fingerprint
    assert hml.score(data, theirs).fingerprint == made.fingerprint


def test_names_that_no_cut_can_have(tmp_path: Path) -> None:
    linear(tmp_path, np.eye(6).tolist())
    names = ("p(b)", "met", "2b", "any", "Hbb", "mass")
    outputs = [{"name": name} for name in names]
    theirs = card(tmp_path, [{"name": f"column.x{i}"} for i in range(6)], outputs=outputs)
    made = {n: hml.open_table({f"x{i}": X + i for i in range(6)}, cross_section=1.0) for n in ("a", "b")}
    data = hml.build_dataset(made, hml.Set([f"column.x{i}" for i in range(6)]), signal="a", seed=1)
    scored = hml.score(data, theirs)
    words = ("p_b_", "output_met", "output_2b", "output_any", "Hbb", "mass")
    assert scored.side_names == tuple(f"theirs.{word}" for word in words)
    for i, column in enumerate(scored.side_names):
        assert hml.select(scored, [f"{column} > 10"]).n_events == 2 * (29 + i)


@pytest.mark.parametrize(
    ("outputs", "options", "why"),
    [
        ([{"name": "p b"}, {"name": "p-b"}, {"name": "p_u"}], {}, "the outputs 'p b' and 'p-b' would both be the column theirs.p_b"),
        ([{"name": "M"}, {"name": "mass"}, {"name": "p_u"}], {}, "the outputs 'M' and 'mass' would both be the column theirs.mass"),
        (OUTPUTS, {"name": "jet"}, "name='jet' is what events call some of their objects, so that jet.p_b cannot be in a cut"),
        (OUTPUTS, {"name": "p b"}, "must be a word of small letters"),
    ],
)  # fmt: skip
def test_names_that_are_refused(outputs: Any, options: Any, why: str, tmp_path: Path) -> None:
    linear(tmp_path, np.ones((2, 3)).tolist())
    with pytest.raises(ArgumentError, match=why):
        hml.score(tables(), card(tmp_path, INPUTS, outputs=outputs), **options)


def test_a_column_is_there_once(tagger: Preserved) -> None:
    with pytest.raises(ArgumentError, match=r"the dataset already has a column theirs\.p_b; choose another name="):
        hml.score(hml.score(tables(), tagger), tagger)


def test_a_misspelt_output_is_named(tagger: Preserved) -> None:
    scored = hml.score(tables(), tagger)
    for cut in ("theirs.p_d > 1", "theirs.score > 1", "theris.p_b > 1"):
        with pytest.raises(UnknownNameError, match=r"unknown column 'the.*near names: .*theirs\.p_b"):
            hml.select(scored, [cut])
    with pytest.raises(UnknownNameError, match=r"Of theirs there are theirs\.p_b, [^;]*$"):
        hml.select(scored, ["theirs.score > 1"])
    hint = r"If it is an output of a network, hml\.score\(dataset, theirs, name='theirs'\) adds it"
    with pytest.raises(UnknownNameError, match=hint):
        hml.select(tables(), ["theirs.p_b > 1"])


def test_of_events_it_is_no_observable() -> None:
    """What is misspelt is found before any event is read."""
    for ask in (
        lambda: hml.Set(["theirs.p_b"]),
        lambda: hml.observable(EVENTS, "jett.ptt"),
        lambda: hml.Cut("jett.ptt > 3")(EVENTS),
        lambda: hml.Cut("any jet[jett.ptt > 3].pt > 3")(EVENTS),
        lambda: hml.Cut("jet0.p_b > 3"),
        lambda: hml.Cut("jet.constituents.p_b > 3"),
    ):
        with pytest.raises(UnknownNameError, match=r"unknown observable '.*\.(p_b|ptt)'"):
            ask()


def labelled(folder: Path, *outputs: str) -> Preserved:
    """An lwtnn network that gives a, b and c as they are, with a card that names some outputs."""
    network = summed("a", "b", "c")
    network["outputs"]["y"]["labels"] = ["p_a", "p_b", "p_c"]
    variables = [{"name": name} for name in "abc"]
    sequence = {"name": "tracks", "order": "as given", "variables": variables}
    return sequence_card(folder, network, sequence, outputs=[{"name": name} for name in outputs])


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [
        (("p_a", "p_b", "p_c"), [1.0, 2.0, 3.0]),
        (("p_c", "p_a", "p_b"), [3.0, 1.0, 2.0]),
        (("p_b",), 2.0),
        (("x", "y", "z"), [1.0, 2.0, 3.0]),
        (("p_a", "charm", "p_c"), [1.0, 2.0, 3.0]),
    ],
)
def test_outputs_of_lwtnn_go_by_their_labels(outputs: tuple[str, ...], expected: Any, tmp_path: Path) -> None:
    assert labelled(tmp_path, *outputs).score({"tracks": [[[1.0, 2.0, 3.0]]]}).tolist() == [expected]


@pytest.mark.parametrize("outputs", [("x",), ("p_a", "x"), ("p_b", "p_a", "x"), ("p_a", "p_b", "p_c", "p_d")])
def test_outputs_that_may_be_others_are_refused(outputs: tuple[str, ...], tmp_path: Path) -> None:
    why = f"network.json gives p_a, p_b, p_c, and the card names {', '.join(outputs)}"
    with pytest.raises(DamagedError, match=why):
        labelled(tmp_path, *outputs).score({"tracks": [[[1.0, 2.0, 3.0]]]})


def test_reference_events_have_a_score_for_each_output(tagger: Preserved, tmp_path: Path) -> None:
    (tmp_path / "validation").mkdir()
    file = tmp_path / "validation" / "reference_0.csv"
    header = "column.x,column.y,score_onnx.p_b,score_onnx.p_c,score_onnx.p_u\n"
    file.write_text(f"{header}3,1,3,7,-1\n4,2,4,10,-2\n")
    (check,) = (each for each in tagger.verify().checks if each.what == "onnx")
    assert (check.ok, check.text) == (True, "2 reference events, largest difference 0, allowed 1e-05")
    file.write_text(f"{header}3,1,3,7,-1\n4,2,10,4,-2\n")
    (check,) = (each for each in tagger.verify().checks if each.what == "onnx")
    assert (check.ok, check.difference) == (False, 6.0)
    file.write_text("column.x,column.y,score_onnx\n3,1,3\n")
    (check,) = (each for each in tagger.verify().checks if each.what == "onnx")
    assert check.ok
    assert "of 3 outputs compared: p_b" in check.text


@pytest.mark.parametrize(
    ("columns", "ok", "said"),
    [
        ("score_onnx.p_c\n3,1,7", True, "of 3 outputs compared: p_c"),
        ("score_onnx.p_u,score_onnx.p_b\n3,1,-1,3", True, "of 3 outputs compared: p_u, p_b"),
        ("score_onnx.p_x\n3,1,7", False, "have p_x, and the card names 3 outputs: p_b, p_c, p_u"),
        ("score_onnx,score_onnx.p_b\n3,1,3,3", False, "score_onnx.p_b cannot stand beside score_onnx"),
        ("score_onnx.p_b,score_onnx\n3,1,3,3", False, "score_onnx cannot stand beside score_onnx.p_b"),
        ("score_onnx.p_b,score_onnx.p_b\n3,1,3,3", False, "cannot stand beside score_onnx.p_b"),
    ],
)
def test_scores_of_reference_events_go_by_their_names(
    columns: str, ok: bool, said: str, tagger: Preserved, tmp_path: Path
) -> None:
    (tmp_path / "validation").mkdir()
    (tmp_path / "validation" / "reference_0.csv").write_text(f"column.x,column.y,{columns}\n")
    (check,) = (each for each in tagger.verify().checks if each.what == "onnx")
    assert check.ok is ok
    assert said in check.text


def test_a_tag_on_a_discriminant_of_outputs_becomes_an_efficiency_map(tmp_path: Path) -> None:
    """p_b = pt, p_c = p_u = 50: the discriminant is pt / 50, and the tag keeps jets beyond 50 GeV."""
    linear(tmp_path, [[1.0, 0.0, 0.0], [0.0, 50.0, 50.0]])
    inputs = [{"name": "jet.pt", "unit": "GeV"}, {"name": "one", "level": "parameter", "value": 1.0}]
    tagger = card(tmp_path, inputs, per="jet", outputs=OUTPUTS)
    jets = [{"Jet": [{"PT": pt, "Eta": 0.0, "Phi": 0.0, "Mass": 1.0, "Flavor": 5} for pt in (40.0, 60.0, 70.0)]}] * 30
    data = hml.build_dataset(
        {"tt": ak.Array(jets), "qcd": ak.Array(jets)},
        hml.Set(["jet.pt", "jet.eta"], per="jet"),
        signal="tt",
        seed=1,
        observables=["jet.flavor"],
    )
    scored = hml.score(data, tagger, name="gn2")
    cut = "gn2.p_b / (0.2 * gn2.p_c + 0.8 * gn2.p_u) > 1"
    found = hml.efficiency_map(scored, cut, pt_bins=[30, 100], eta_bins=[0, 2.5])
    assert [each.efficiency for each in found.bins if each.flavor == 5] == [pytest.approx(2 / 3)]
    assert "gn2.p_b is of a network whose card does not say what it was trained on" in found.model["description"]
