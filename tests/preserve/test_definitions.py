from __future__ import annotations

from pathlib import Path

import pytest

import hml_jupyter as hml
from hml_jupyter.expressions import parse_cut, parse_observable
from hml_jupyter.generators.card import CMS
from hml_jupyter.preserve.definitions import branches_of, definitions
from hml_jupyter.preserve.describing import objects_of

EVERY = ("jet", "fatjet", "electron", "muon", "photon", "missinget", "scalarht", "genjet", "genfatjet", "genmissinget")


def test_branches_that_are_not_written_are_found() -> None:
    nodes = [parse_observable("ht"), parse_cut("met > 10 or muon[pt > 20].size == 0"), parse_cut("nobody_has_it > 3")]
    assert branches_of(nodes) == {"scalarht", "missinget", "muon"}


@pytest.mark.parametrize("detector", ["cms", "atlas", None])
def test_every_object_says_what_is_selected(detector: str | None) -> None:
    found = definitions([detector], EVERY)
    assert [*found] == [*EVERY]
    assert "overlap removal: a jet that holds an isolated electron, muon or photon is left out" in found["jet"]
    assert all(
        "by falling pT" in found[name] for name in EVERY if name not in ("missinget", "scalarht", "genmissinget")
    )
    muon = "pT > 10 GeV, abs(eta) < 2.7" if detector == "atlas" else "pT > 10 GeV, abs(eta) < 2.4"
    assert muon in found["muon"]
    assert f"at most {CMS.identification['Photon'].isolation:g} of its own" in found["photon"]
    assert ("towers and muons" in found["jet"]) == (detector == "atlas")
    assert ("tags tell the truth" in found["jet"]) == (detector is None)


def test_detectors_are_told_apart_where_they_differ() -> None:
    found = definitions(["cms", "atlas"], ["jet", "electron", "scalarht"])
    assert found["jet"].startswith("detector cms: anti-kT jets of R = 0.4 of energy flow")
    assert "; detector atlas: anti-kT jets of R = 0.4 of calorimeter towers" in found["jet"]
    assert "detector" not in found["scalarht"]


def test_a_card_says_what_ht_sums(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sum has isolated leptons and photons in it, not jets alone."""
    monkeypatch.chdir(tmp_path)
    runs = {
        name: hml.generate(process, settings={"ptj": 200}, events=60, seed=1, path=f"runs/{name}")
        for name, process in {"one": "p p > j j", "two": "p p > j j"}.items()
    }
    data = hml.build_dataset(runs, hml.Set(["ht"]), signal="one", require="jet.size > 0", seed=1, path="data")
    training = hml.train(hml.BoostedDecisionTree(n_estimators=1), data, seed=1)
    assert [*objects_of({"": training}, data)] == ["jet", "electron", "muon", "photon", "scalarht"]
    other = hml.train(hml.BoostedDecisionTree(n_estimators=1), hml.select(data, ["ht > 0"]), seed=1)
    rules = {"fatjet.size > 0": training, "fatjet.size == 0": other}
    assert [*objects_of(rules, data)] == ["jet", "fatjet", "electron", "muon", "photon", "scalarht"]
    events = runs["one"].events()
    leptons = sum(hml.observable(events, f"{name}.ht") for name in ("electron", "muon", "photon"))
    assert hml.observable(events, "ht") == pytest.approx(hml.observable(events, "jet.ht") + leptons, rel=1e-5)
