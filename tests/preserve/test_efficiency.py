from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import awkward as ak
import correctionlib
import numpy as np
import pytest
import samples
from scipy import stats

import hml_jupyter as hml
from hml_jupyter.errors import ArgumentError, DamagedError, UnknownNameError
from hml_jupyter.preserve.intervals import interval

COLUMNS = ["jet.pt", "jet.eta", "jet.flavor", "jet.b_tag"]
BINS: dict[str, Any] = {"pt_bins": [30, 50, 100], "eta_bins": [0, 1.5, 2.5]}


def events(flavor: int, tagged: int, missed: int, pt: float = 40.0, eta: float = -1.0) -> list[dict[str, Any]]:
    jet = {"PT": pt, "Eta": eta, "Flavor": flavor}
    return [samples.event(jets=[{**jet, "BTag": tag}]) for tag in [1] * tagged + [0] * missed]


def jets(per: str = "jet", **options: Any) -> hml.Dataset:
    """Tagged and missed: b 30 and 10, c 4 and 16, others (21 and 0) 2 and 98; one b above 50 GeV, missed."""
    tt = [*events(5, 30, 10), *events(-4, 4, 16), *events(5, 0, 1, pt=60.0)]
    qcd = [*events(21, 1, 50), *events(0, 1, 48)]
    given = {"signal": "tt", "seed": 1, **options}
    return hml.build_dataset({"tt": ak.Array(tt), "qcd": ak.Array(qcd)}, hml.Set(COLUMNS, per=per), **given)


def of(found: Any, flavor: int, pt: float = 30.0, eta: float = 0.0) -> Any:
    return next(each for each in found.bins if (each.flavor, each.pt[0], each.abs_eta[0]) == (flavor, pt, eta))


def test_efficiencies_and_mistags_by_hand() -> None:
    found = hml.efficiency_map(jets(), "jet.b_tag == 1", **BINS)
    assert repr(found) == f"<efficiency map 'tag': jet.b_tag == 1 of {found.objects}, {len(found.bins)} bins>"
    assert of(found, 5).efficiency == pytest.approx(30 / 40)
    assert of(found, 4).efficiency == pytest.approx(4 / 20)
    assert of(found, 0).efficiency == pytest.approx(2 / 100)
    # Clopper and Pearson: the ends at which 30 or more, and 30 or fewer, of 40 have a probability of 15.87 %
    low, high = of(found, 5).low, of(found, 5).high
    assert stats.binom.sf(29, 40, low) == pytest.approx(stats.norm.sf(1))
    assert stats.binom.cdf(30, 40, high) == pytest.approx(stats.norm.sf(1))
    assert of(found, 5, pt=50.0)[3:] == (1, pytest.approx(1.0), 0.0, 0.0, pytest.approx(1 - stats.norm.sf(1)))


def test_correctionlib_applies_it() -> None:
    found = hml.efficiency_map(jets(), "jet.b_tag == 1", name="b_tag", **BINS)
    theirs = correctionlib.CorrectionSet.from_string(json.dumps(found.model))["b_tag"]
    assert theirs.evaluate("nominal", 5, 40.0, 1.0) == pytest.approx(0.75)
    assert theirs.evaluate("nominal", 21, 40.0, 1.0) == theirs.evaluate("nominal", 0, 40.0, 1.0) == pytest.approx(0.02)
    assert theirs.evaluate("up", 5, 40.0, 1.0) == of(found, 5).high
    pt, eta, flavor = np.array([40.0, 31.0, 45.0]), np.array([-1.0, 0.2, 1.4]), np.array([-5, 4, 2])
    np.testing.assert_allclose(found.evaluate(pt, eta, flavor), [0.75, 0.2, 0.02])
    assert found.evaluate(pt, eta, flavor, systematic="down")[0] == of(found, 5).low


def test_weighted_objects_count_effectively() -> None:
    tables = {"tt": events(5, 8, 2), "qcd": events(5, 5, 5)}
    sources = {"tt": weighted(tables["tt"], 1.0), "qcd": weighted(tables["qcd"], 3.0)}
    dataset = hml.build_dataset(sources, hml.Set(COLUMNS, per="jet"), signal="tt", seed=1)
    # each class sums to 1: weights are 0.1, whatever the events carried
    found = of(hml.efficiency_map(dataset, "jet.b_tag == 1", **BINS), 5)
    assert (found.efficiency, found.effective) == (pytest.approx(13 / 20), pytest.approx(20))
    runs = {"tt": samples.Run(50, 1, "signal", 1.0), "qcd": samples.Run(50, 2, "background", 3.0)}
    mixed = hml.build_dataset(runs, hml.Set(COLUMNS, per="jet"), signal="tt", seed=1)
    bins: dict[str, Any] = {"pt_bins": [0, 1e4], "eta_bins": [0, 10], "flavors": []}
    for each in (True, False):
        (one,) = hml.efficiency_map(mixed, "jet.b_tag == 1", weighted=each, **bins).bins
        w = mixed.weights if each else np.ones(mixed.n_events)
        passing = mixed.column("jet.b_tag") == 1
        n = w.sum() ** 2 / (w**2).sum()
        share = w[passing].sum() / w.sum()
        assert (one.efficiency, one.effective) == (pytest.approx(share), pytest.approx(n))
        assert (one.low, one.high) == pytest.approx(tuple(map(float, interval(share * n, n))))


def weighted(given: list[dict[str, Any]], weight: float) -> ak.Array:
    return ak.Array([{**each, "Event": [{"Weight": weight}]} for each in given])


def test_empty_bins_have_no_efficiency() -> None:
    found = hml.efficiency_map(jets(), "jet.b_tag == 1", **BINS)
    assert of(found, 4, pt=50.0)[3:] == (0, 0.0, None, None, None)
    assert len(found.empty) == 8
    with pytest.raises(
        ArgumentError, match=r"the efficiency of flavour 4, pT 50 to 100 GeV, \|eta\| 0 to 1.5 is not known"
    ):
        found.evaluate([60.0], [0.0], [4])
    theirs = correctionlib.CorrectionSet.from_string(json.dumps(found.model))["tag"]
    with pytest.raises(IndexError):
        theirs.evaluate("nominal", 4, 60.0, 0.0)
    assert "8 bins without an object have no efficiency, and refuse to give one" in str(found)


@pytest.mark.parametrize(("pt", "eta"), [(20.0, 0.0), (100.0, 0.0), (40.0, 3.0), (np.inf, 0.0)])
def test_objects_outside_of_the_map(pt: float, eta: float) -> None:
    found = hml.efficiency_map(jets(), "jet.b_tag == 1", **BINS)
    with pytest.raises(ArgumentError, match="1 of 1 objects are outside of the map: it is for pT from 30 to 100 GeV"):
        found.evaluate([pt], [eta], [5])


@pytest.mark.parametrize(
    ("objects", "message"),
    [
        (([np.nan, 40.0], [1.0, 1.0], [5, 5]), r"pt of 1 of 2 objects is not known \(NaN\)"),
        (([40.0], [np.nan], [5]), r"eta of 1 of 1 objects is not known \(NaN\)"),
        (([40.0], [1.0], [np.nan]), r"flavor of 1 of 1 objects is not known \(NaN\)"),
        (([40.0], [1.0], [5.5]), "flavor must be whole numbers"),
        (([40.0], [1.0], [np.inf]), "flavor must be whole numbers"),
        ((["a"], [1.0], [5]), "pt must be numbers, one for each object"),
    ],
)
def test_objects_that_have_no_number(objects: Any, message: str) -> None:
    found = hml.efficiency_map(jets(), "jet.b_tag == 1", **BINS)
    with pytest.raises(ArgumentError, match=message):
        found.evaluate(*objects)


def test_the_last_edge_may_be_infinite() -> None:
    found = hml.efficiency_map(jets(per="jet[pt > 20]"), "jet.b_tag == 1", pt_bins=[30, 50, np.inf], eta_bins=[0, 2.5])
    assert found.evaluate([1e5], [0.0], [5]) == [0.0]
    assert of(found, 5, pt=50.0).pt == (50.0, np.inf)
    assert hml.plot(found).axes


def test_the_warning_is_everywhere() -> None:
    found = hml.efficiency_map(jets(), "jet.b_tag == 1", **BINS)
    for text in (str(found), found.model["description"], found.model["corrections"][0]["description"]):
        assert "not for discriminators of signal against background" in text


def test_the_score_of_a_training_is_warned_of() -> None:
    runs = {"tt": samples.Run(200, 1, "signal"), "qcd": samples.Run(200, 2, "background")}
    dataset = hml.build_dataset(runs, hml.Set(COLUMNS, per="jet"), signal="tt", seed=1)
    bdt = hml.train(hml.BoostedDecisionTree(n_estimators=2), dataset, seed=1)
    scored = hml.score(dataset, bdt, name="bdt")
    found = hml.efficiency_map(scored, "bdt.score > 0.5", pt_bins=[0, 1e4], eta_bins=[0, 10])
    assert "bdt.score was trained to tell tt from qcd: the map can be reused only if" in found.model["description"]
    assert sum(each.objects for each in found.bins) == int(scored.part("test").sum())


def test_a_network_from_elsewhere_on_signal_alone() -> None:
    runs = {"tt": samples.Run(200, 1, "signal"), "qcd": samples.Run(200, 2, "background")}
    both = hml.build_dataset(runs, hml.Set(COLUMNS, per="jet"), signal="tt", seed=1)
    bdt = hml.train(hml.BoostedDecisionTree(n_estimators=2), both, seed=1)
    alone = hml.build_dataset({"tt": runs["tt"]}, hml.Set(COLUMNS, per="jet"), signal="tt", split=(0, 0, 1), seed=1)
    found = hml.efficiency_map(hml.score(alone, bdt, name="bdt"), "bdt.score > 0.5", pt_bins=[0, 1e4], eta_bins=[0, 10])
    assert "bdt.score was trained to tell tt from background: the map" in found.model["description"]
    assert sum(each.objects for each in found.bins) == alone.n_events


def test_rows_are_objects() -> None:
    with pytest.raises(ArgumentError, match=r"needs a row for each object.*not for discriminators of signal"):
        hml.efficiency_map(samples.dataset(50), "fatjet0.mass > 70")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"pt_bins": [30]}, r"pt_bins=\[30\] must be a list of edges"),
        ({"pt_bins": "all"}, "pt_bins='all' must be a list of edges"),
        ({"eta_bins": [1, 0]}, "finite numbers that rise"),
        ({"flavors": [5, 5]}, "must be a list of positive PDG numbers"),
        ({"flavors": [0]}, "must be a list of positive PDG numbers"),
        ({"name": "a b"}, "name='a b' must be a word"),
        ({"weighted": "no"}, "weighted= is True or False"),
        ({"pt_bins": [1e4, 2e4]}, "none of the 161 jet is within the bins"),
    ],
)
def test_options_that_cannot_be(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        hml.efficiency_map(jets(), "jet.b_tag == 1", **options)


def test_columns_that_are_missing() -> None:
    dataset = hml.build_dataset(
        {"tt": ak.Array(events(5, 20, 1)), "qcd": ak.Array(events(0, 1, 20))},
        hml.Set(["jet.pt", "jet.b_tag"], per="jet"),
        signal="tt",
        seed=1,
    )
    with pytest.raises(UnknownNameError, match=r"unknown column 'jet.eta'"):
        hml.efficiency_map(dataset, "jet.b_tag == 1")
    with pytest.raises(UnknownNameError, match="unknown systematic 'upp'"):
        hml.efficiency_map(jets(), "jet.b_tag == 1", **BINS).evaluate([40.0], [0.0], [5], systematic="upp")


def test_a_saved_map(study: Path) -> None:
    dataset = jets(path="study/data/jets")
    made = hml.efficiency_map(dataset, "jet.b_tag == 1", path="study/preserved/b_tag", **BINS)
    opened = hml.EfficiencyMap.load("study/preserved/b_tag")
    assert (opened.bins, opened.model, opened.fingerprint) == (made.bins, made.model, made.fingerprint)
    assert correctionlib.CorrectionSet.from_file("study/preserved/b_tag/efficiency.json")["tag"].evaluate(
        "nominal", 5, 40.0, 1.0
    ) == pytest.approx(0.75)
    assert made.record["summary"] == {"bins": 12, "empty": 8, "objects": 161}
    Path("study/preserved/b_tag/efficiency.json").write_text("{}")
    with pytest.raises(DamagedError):
        hml.EfficiencyMap.load("study/preserved/b_tag")


def test_a_millionth_of_an_object_passes() -> None:
    low, high = interval([1e-6, 0.0], [200.0, 200.0])
    assert low.tolist() == [0.0, 0.0]
    assert high[0] == pytest.approx(high[1])
