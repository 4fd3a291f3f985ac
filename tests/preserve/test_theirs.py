"""Networks of somebody else, with a card that is written by hand."""

from __future__ import annotations

import re
from pathlib import Path

import awkward as ak
import numpy as np
import pytest
import samples
from preserve.test_preserved import EVENTS, card, linear

import hml_jupyter as hml
from hml_jupyter.errors import ArgumentError, DamagedError, UnknownNameError
from hml_jupyter.preserve import Preserved


@pytest.fixture
def table() -> hml.Dataset:
    columns = {"x": np.arange(40.0), "y": np.zeros(40)}
    tables = {name: hml.open_table(columns, cross_section=1.0) for name in ("signal", "background")}
    return hml.build_dataset(tables, hml.Set(["column.x", "column.y"]), signal="signal", seed=1)


INPUTS = [{"name": "column.x"}, {"name": "column.y"}]


def test_the_column_has_the_name_of_the_card_and_ends_in_score(table: hml.Dataset, tmp_path: Path) -> None:
    linear(tmp_path, [[1.0], [0.0]])
    scored = hml.score(table, card(tmp_path, INPUTS, outputs=[{"name": "gluino"}]))
    assert scored.side_names == ("theirs.score",)
    for cut in ("theirs.gluino > 5", "theirs > 5", "theirs_score > 5"):
        with pytest.raises(UnknownNameError, match=r"near names: .*theirs\.score"):
            hml.select(scored, [cut])
    with pytest.raises(
        UnknownNameError, match=r"unknown observable or column 'gluino'.* The dataset has theirs\.score"
    ):
        hml.cutflow(scored, ["gluino > 5"])


def test_of_a_network_of_somebody_else_nothing_is_said_that_is_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "theirs").mkdir()
    linear(tmp_path / "theirs", [[1.0]])
    card(tmp_path / "theirs", [{"name": "column.x"}])
    columns = {"x": np.arange(40.0)}
    tables = {name: hml.open_table(columns, cross_section=1.0) for name in ("signal", "background")}
    data = hml.build_dataset(tables, hml.Set(["column.x"]), signal="signal", seed=1, path="study/data/set")
    scored = hml.score(data, hml.load_preserved("theirs"), path="study/data/scored")
    assert scored.stale == ()
    assert "was trained on another dataset" not in capsys.readouterr().out
    assert "the methods may have seen the others" in str(scored)
    assert hml.Dataset.load("study/data/scored").scores == {"theirs.score": None}
    # what scores of version 1 say of such a network
    monkeypatch.setattr(Preserved, "method_name", "preserved network")
    hml.score(data, hml.load_preserved("theirs"), path="study/data/earlier")
    assert hml.Dataset.load("study/data/earlier").scores == {"theirs.score": None}


def test_a_card_may_say_what_its_networks_were_trained_on(tmp_path: Path) -> None:
    linear(tmp_path, [[1.0]])
    inputs = [{"name": "met", "unit": "GeV"}]
    found = [
        card(tmp_path, inputs, **more).events_from
        for more in (
            {},
            {"training": {"seed": 1}},
            {"training": {"events_from": "a"}},
            {"training": {"met > 1": {"events_from": "a"}, "met <= 1": {"events_from": "a"}}},
            {"training": {"met > 1": {"events_from": "a"}, "met <= 1": {"events_from": "b"}}},
        )
    ]
    assert found == [None, None, "a", "a", ""]


def test_a_network_of_87_inputs_with_zeros_for_missing_objects(tmp_path: Path) -> None:
    """The inputs of the ATLAS search SUSY-2018-30: ten jets, four large jets, four leptons, missing momentum, three parameters."""
    kinds = {
        "jet": (10, {"pt": "PT", "eta": "Eta", "phi": "Phi", "mass": "Mass", "b_tag": "BTag"}),
        "fatjet": (4, {"pt": "PT", "eta": "Eta", "phi": "Phi", "mass": "Mass"}),
        "electron": (4, {"pt": "PT", "eta": "Eta", "phi": "Phi", "charge": "Charge"}),
    }
    units = {"pt": "GeV", "mass": "GeV", "phi": "rad", "charge": "e"}
    inputs: list[dict[str, object]] = [
        {"name": f"{kind}{i}.{name}", "unit": units.get(name, ""), "padding": 0.0}
        for kind, (count, names) in kinds.items()
        for i in range(count)
        for name in names
    ]
    inputs += [{"name": "met", "unit": "GeV"}, {"name": "met_phi", "observable": "missinget0.phi", "unit": "rad"}]
    inputs += [
        {"name": name, "level": "parameter", "value": value} for name, value in {"m": 2100, "n": 600, "gtt": 1}.items()
    ]
    assert len(inputs) == 87
    rng = np.random.default_rng(1)
    weights = rng.normal(size=(87, 4))
    mean, spread = rng.normal(size=87), rng.uniform(1, 9, 87)
    linear(tmp_path, weights.tolist())
    network = {"onnx": "network.onnx", "normalisation": "outside", "mean": mean.tolist(), "spread": spread.tolist()}
    names = ("gtt", "gbb", "tt", "z")
    theirs = card(tmp_path, inputs, outputs=[{"name": name} for name in names], networks=[network])
    assert "must be given" not in theirs.verify().checks[1].text

    made = samples.events(50, 1)
    leptons = ak.zip({name: made.Jet[name] for name in ("PT", "Eta", "Phi")})
    events = ak.with_field(made, ak.with_field(leptons, ak.ones_like(leptons.PT), "Charge")[:, :3], "Electron")
    expected = []
    for event in ak.to_list(events):
        row = []
        for (count, fields), branch in zip(kinds.values(), ("Jet", "FatJet", "Electron"), strict=True):
            for i in range(count):
                row += [event[branch][i][field] if i < len(event[branch]) else 0.0 for field in fields.values()]
        row += [event["MissingET"][0]["MET"], event["MissingET"][0]["Phi"], 2100, 600, 1]
        expected.append((np.array(row) - mean) / spread @ weights)
    np.testing.assert_allclose(theirs.score(events), expected, rtol=1e-4, atol=1e-2)


def test_verify_names_the_inputs_that_events_do_not_tell(tmp_path: Path) -> None:
    linear(tmp_path, [[1.0], [0.0]])
    theirs = card(tmp_path, [{"name": "met", "unit": "GeV"}, {"name": "met_phi", "unit": "rad"}])
    (found,) = (check for check in theirs.verify().checks if check.what == "card")
    assert found.ok
    assert found.text.endswith(
        "events do not tell met_phi, which must be given by name, or be said in the card (observable)"
    )
    assert "must be given" not in str(card(tmp_path, INPUTS).verify())


def test_where_inputs_are_normalised_is_asked_for(tmp_path: Path) -> None:
    linear(tmp_path, [[1.0], [0.0]])
    asked = "whether inputs are normalised inside the network, outside, or not at all (normalisation: inside, outside or none)"
    theirs = card(tmp_path, INPUTS)
    assert asked in theirs.lacking
    assert asked in str(theirs)
    for said in ("inside", "none"):
        assert asked not in card(tmp_path, INPUTS, networks=[{"onnx": "network.onnx", "normalisation": said}]).lacking


def test_what_a_card_does_not_say_leaves_no_colon_behind(tmp_path: Path) -> None:
    linear(tmp_path, [[1.0], [0.0]])
    rows = [line.split() for line in str(card(tmp_path, INPUTS, outputs=[{"name": "signal"}])).splitlines()]
    assert ["networks", "onnx"] in rows
    assert ["outputs", "signal"] in rows
    said = card(tmp_path, INPUTS, networks=[{"onnx": "network.onnx", "when": "column.x > 0", "architecture": "a sum"}])
    assert "onnx where column.x > 0: a sum" in str(said)


def test_the_selection_of_a_card_is_not_applied_to_what_is_scored(table: hml.Dataset, tmp_path: Path) -> None:
    linear(tmp_path, [[1.0], [0.0]])
    theirs = card(tmp_path, INPUTS, selection=["column.x >= 10", "column.y < 1"])
    assert np.isfinite(theirs.score(table)).all()
    assert theirs.score(hml.select(table, theirs.card.selection)).min() == 10
    assert "are not applied" in (Preserved.score.__doc__ or "")


def test_what_is_preserved_is_not_preserved_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    linear(tmp_path, [[1.0], [0.0]])
    theirs = card(tmp_path, INPUTS)
    for given in (theirs, {"column.x > 1": theirs}):
        with pytest.raises(
            ArgumentError, match=r"theirs is preserved already, .*takes the training that it was made from"
        ):
            hml.preserve(given, path="again")  # type: ignore[arg-type]


@pytest.mark.parametrize(("unit", "meant"), [("gev", "GeV"), ("mev", "MeV"), ("Rad", "rad"), ("GEV^2", "GeV^2")])
def test_a_unit_in_other_letters_is_told(unit: str, meant: str, tmp_path: Path) -> None:
    with pytest.raises(DamagedError, match=re.escape(f"the unit of jet0.pt is '{unit}': did you mean '{meant}'?")):
        card(tmp_path, [{"name": "jet0.pt", "unit": unit}])


def test_a_unit_that_is_misspelt_is_told_where_it_matters(tmp_path: Path) -> None:
    linear(tmp_path, [[1.0]])
    theirs = card(tmp_path, [{"name": "jet0.pt", "unit": "GeVs"}])
    with pytest.raises(ArgumentError, match=r"says that jet0.pt is in GeVs, and it is in GeV here; did you mean GeV\?"):
        theirs.score(EVENTS)
