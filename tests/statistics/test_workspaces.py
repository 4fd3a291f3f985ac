from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pyhf
import pytest
import samples
from counting import LUMINOSITY, plain, table

import hml_jupyter as hml
from hml_jupyter.calls import Call, Ref
from hml_jupyter.display import RECORD
from hml_jupyter.errors import ArgumentError, DamagedError, UnknownNameError

BINNED: dict[str, Any] = {"column": "x", "bins": [0, 1, 2], "luminosity": LUMINOSITY}


def sample(made: hml.Workspace, name: str, channel: int = 0) -> dict[str, Any]:
    found = made.model["channels"][channel]["samples"]
    return next(each for each in found if each["name"] == name)


def modifier(made: hml.Workspace, name: str, kind: str, channel: int = 0) -> dict[str, Any]:
    found = sample(made, name, channel)["modifiers"]
    return next(each for each in found if each["type"] == kind)


def test_workspace_holds_expected_events_and_their_errors() -> None:
    made = hml.workspace(plain(), **BINNED)
    assert repr(made) == f"<workspace of {made.channels[0].name}; {made.luminosity:g} fb^-1>"
    pyhf.Workspace(made.model)  # by the schema
    for name, data in {"zz": [2, 8], "qcd": [60, 40], "tt": [5, 15]}.items():
        assert sample(made, name)["data"] == pytest.approx(data)
    # sqrt(n) w: sqrt(120) / 2, sqrt(80) / 2; sqrt(20) / 4, sqrt(60) / 4
    assert modifier(made, "qcd", "staterror")["data"] == pytest.approx([5.477226, 4.472136])
    assert modifier(made, "tt", "staterror")["data"] == pytest.approx([1.118034, 1.936492])
    assert made.model["observations"] == [{"name": "SR", "data": pytest.approx([65.0, 55.0])}]
    assert (made.observed, made.cross_section) == (False, pytest.approx(1e-3))
    assert modifier(made, "zz", "normfactor")["name"] == "mu"


def test_backgrounds_share_a_staterror_and_signal_has_its_own() -> None:
    made = hml.workspace(plain(), **BINNED)
    names = {name: modifier(made, name, "staterror")["name"] for name in ("zz", "qcd", "tt")}
    assert names == {"zz": "staterror_SR_signal", "qcd": "staterror_SR_background", "tt": "staterror_SR_background"}
    each = hml.workspace(plain(), monte_carlo="shapesys", **BINNED)
    assert modifier(each, "qcd", "shapesys")["name"] == "shapesys_SR_qcd"


def test_signal_alone_is_no_model() -> None:
    """The refusal says what to do instead, and that works: the signal of the cutflow beside a published background."""
    dataset = samples.alone()
    for options in ({}, {"free": ["qcd"]}, {"column": "met", "bins": 3, "equal_signal": True}, {"observed": True}):
        with pytest.raises(
            ArgumentError, match=r"workspace needs signal and background.*or put the yield of hml\.cutflow beside"
        ):
            hml.workspace(dataset, **options)  # type: ignore[arg-type]
    signal = hml.cutflow(dataset, ["met > 100"], luminosity=1e-3).rows[-1].counts["zz"].expected
    published = pyhf.simplemodels.uncorrelated_background(signal=[signal], bkg=[12.3], bkg_uncertainty=[2.1])
    found = hml.limit(pyhf.Workspace.build(published, [15, *published.config.auxdata]))
    assert found.observed is not None
    assert signal is not None
    # some 12 events are excluded where 15 are seen and 12.3 +- 2.1 expected
    assert 10 < found.observed * signal < 15


def test_regions_are_channels() -> None:
    dataset = plain(regions={"high": "column.x > 1", "low": "column.x < 1"})
    named = hml.workspace(dataset, names=["high", "low"], luminosity=LUMINOSITY, free=["qcd"])
    given = hml.workspace(
        {"high": hml.select(dataset, ["column.x > 1"]), "low": dataset.region("low")},
        luminosity=LUMINOSITY,
        free=["qcd"],
    )
    assert named.model == given.model
    assert [each["name"] for each in named.model["channels"]] == ["high", "low"]
    assert sample(named, "qcd", 1)["data"] == pytest.approx([60])
    free = {m["name"] for m in sample(named, "qcd")["modifiers"] if m["type"] == "normfactor"}
    assert free == {"mu_qcd"}
    assert named.parameters == ("mu_qcd",)


def test_a_column_and_its_bins_may_be_said_region_by_region() -> None:
    dataset = plain(regions={"high": "column.x > 1", "low": "column.x < 1"})
    made = hml.workspace(
        dataset, names=["high", "low"], column={"high": "x"}, bins={"high": [1, 2]}, luminosity=LUMINOSITY
    )
    assert [each.bins for each in made.channels] == [("1 to 2",), ("all",)]
    same = hml.workspace(dataset, names=["high", "low"], column={"high": "x"}, bins=[1, 2], luminosity=LUMINOSITY)
    assert same.model == made.model
    with pytest.raises(UnknownNameError, match="unknown region in column= 'hihg'; near names: high"):
        hml.workspace(dataset, names=["high", "low"], column={"hihg": "x"})


def test_numbers_are_normsys_and_observables_histosys() -> None:
    up, down = {"qcd": 1.3, "tt": 0.9}, {"qcd": 0.8}
    dataset = plain(
        variations={"rate_up": up, "rate_down": down, "shape": {"qcd": "0.5 + column.x / 2"}, "one": {"zz": 1.1}}
    )
    made = hml.workspace(dataset, **BINNED, luminosity_uncertainty=0.02)
    pyhf.Workspace(made.model)
    assert modifier(made, "qcd", "normsys") == {"name": "rate", "type": "normsys", "data": {"hi": 1.3, "lo": 0.8}}
    assert modifier(made, "tt", "normsys")["data"] == {"hi": 0.9, "lo": 1.0}
    assert modifier(made, "zz", "normsys")["data"] == {"hi": 1.1, "lo": pytest.approx(1 / 1.1)}
    shape = modifier(made, "qcd", "histosys")["data"]
    assert shape["hi_data"] == pytest.approx([60 * 0.75, 40 * 1.25])
    assert shape["lo_data"] == pytest.approx([60 * 1.25, 40 * 0.75])
    kinds = [each["type"] for each in sample(made, "tt")["modifiers"]]
    assert kinds == ["lumi", "normsys", "staterror"]
    assert made.parameters == ("rate", "shape", "one", "lumi")
    (lumi,) = (p for p in made.model["measurements"][0]["config"]["parameters"] if p["name"] == "lumi")
    assert (lumi["auxdata"], lumi["sigmas"]) == ([1.0], [0.02])


def test_a_mirror_below_zero_asks_for_both_sides() -> None:
    dataset = plain(variations={"big_up": {"qcd": "column.x * 2"}})  # 1 and 3
    with pytest.raises(
        ArgumentError, match=r"'big_up' more than doubles 'qcd' in 'SR'.*give both, 'big_up' and 'big_down'"
    ):
        hml.workspace(dataset, **BINNED)


def test_observed_events_are_data_only_where_asked() -> None:
    dataset = plain(observed={"data": {"x": np.repeat([0.5, 1.5, 2.5], [70, 50, 5])}})
    assert hml.workspace(dataset, **BINNED).model["observations"][0]["data"] == pytest.approx([65, 55])
    looked = hml.workspace(dataset, **BINNED, observed=True)
    assert looked.model["observations"][0]["data"] == [70.0, 50.0]
    with pytest.raises(ArgumentError, match="this dataset has no observed data"):
        hml.workspace(plain(), **BINNED, observed=True)


def test_blinded_data_are_not_compared() -> None:
    data = {"data": {"x": np.repeat([0.5, 1.5], [70, 50])}}
    dataset = plain(observed=data, blind="column.x > 1", regions={"low": "column.x < 1", "high": "column.x > 1"})
    with pytest.raises(ArgumentError, match=r"observed events of 'high' are blinded \(column.x > 1\)"):
        hml.workspace(dataset, names=["high"], observed=True)
    assert hml.workspace({"low": dataset.region("low")}, observed=True).channels[0].data == (70.0,)


def test_what_no_bin_holds_is_said() -> None:
    made = hml.workspace(plain(), column="x", bins=[0, 1], luminosity=LUMINOSITY)
    assert made.channels[0].outside == {"zz": pytest.approx(8), "qcd": pytest.approx(40), "tt": pytest.approx(15)}
    assert "SR: not counted, since outside of the bins or without a value: zz 8, qcd 40, tt 15" in str(made)


def test_regions_that_cannot_be() -> None:
    dataset = plain(regions={"high": "column.x > 1"})
    high = dataset.region("high")
    with pytest.raises(ArgumentError, match="156 simulated events are in 'one' and in 'other'"):
        hml.workspace({"one": dataset, "other": high})
    with pytest.raises(ArgumentError, match="are selections of one dataset"):
        hml.workspace({"one": high, "other": other()})
    with pytest.raises(ArgumentError, match="workspace needs a dataset, not a int"):
        hml.workspace({"one": 3})  # type: ignore[dict-item]
    with pytest.raises(UnknownNameError, match="unknown region 'hihg'; near names: high"):
        hml.workspace(dataset, names=["hihg"])
    with pytest.raises(ArgumentError, match="printable text"):
        hml.workspace({"a\nb": high})


def other() -> hml.Dataset:
    sources = {"zz": table([1.5], [20], 1.0), "qcd": table([1.5], [20], 1.0)}
    return hml.build_dataset(sources, hml.Set(["column.x"]), signal="zz", seed=1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"bins": 3}, "bins=3 are of a column: name it"),
        ({"column": "x", "bins": "all"}, "bins='all' must be a number of bins or a list of edges"),
        ({"column": "x", "bins": 0}, "bins must be from 1 to 1000; got 0"),
        ({"column": "x", "bins": [1, 0]}, "finite numbers that rise"),
        ({"column": "x", "bins": [0, 1], "equal_signal": True}, "finds the edges of a number of bins"),
        (
            {"column": "x", "bins": 3, "equal_signal": True},
            "^'SR': the signal has too few different values of column.x for 3 bins of equal signal: bins=2 would do",
        ),
        ({"luminosity": -1}, "luminosity=-1 must be a positive number"),
        ({"luminosity_uncertainty": 2}, "luminosity_uncertainty must be from 0 to 1"),
        ({"luminosity": "139 fb-1"}, "luminosity='139 fb-1' must be a positive number of fb"),
        ({"luminosity": None}, "luminosity=None must be a positive number of fb"),
        ({"luminosity": [139]}, r"luminosity=\[139\] must be a positive number of fb"),
        ({"luminosity": float("nan")}, "luminosity=nan must be a positive number of fb"),
        ({"column": None, "bins": None, "equal_signal": True}, "equal_signal=True finds the bins of a column"),
        ({"observed": "yes"}, "observed must be True or False; got 'yes'"),
        ({"free": "qcd"}, "free is a list of backgrounds"),
        ({"names": "SR"}, "names is a list of regions"),
    ],
)
def test_options_that_cannot_be(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        hml.workspace(plain(), **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"column": "y"}, "unknown column 'y'"),
        ({"free": ["zz"]}, "unknown background in free= 'zz'"),
        ({"monte_carlo": "poisson"}, "unknown kind of Monte-Carlo error 'poisson'"),
        ({"luminositi": 3}, "unknown option of workspace 'luminositi'; near names: luminosity"),
    ],
)
def test_names_that_there_are_not(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UnknownNameError, match=message):
        hml.workspace(plain(), **options)


def test_a_variation_is_no_other_parameter() -> None:
    with pytest.raises(ArgumentError, match="the variation 'mu' has the name of another parameter"):
        hml.workspace(plain(variations={"mu": 1.1}))
    with pytest.raises(ArgumentError, match="'a_up' and 'a' are both the up side of 'a'"):
        hml.workspace(plain(variations={"a_up": 1.1, "a": 1.2}))


def test_rows_are_events() -> None:
    events = [{"Jet": [{"PT": 40.0}]}] * 10
    sources = {"zz": ak.Array(events), "qcd": ak.Array(events)}
    jets = hml.build_dataset(sources, hml.Set(["jet.pt"], per="jet"), signal="zz", seed=1)
    with pytest.raises(ArgumentError, match="workspace counts events, and the rows of this dataset are jet"):
        hml.workspace(jets)


def test_a_saved_workspace_is_opened_and_loaded(study: Path) -> None:
    dataset = plain(path="study/data/set")
    selected = hml.select(dataset, ["column.x > 1"], path="study/data/selected")
    made = hml.workspace({"SR": selected}, luminosity=LUMINOSITY, path="study/workspaces/sr")
    opened = hml.Workspace.load("study/workspaces/sr")
    again = hml.workspace({"SR": selected}, luminosity=LUMINOSITY, path="study/workspaces/sr")
    assert opened.model == made.model == json.loads(Path("study/workspaces/sr/workspace.json").read_text())
    assert again.fingerprint == made.fingerprint
    assert opened.channels == made.channels
    assert made.record["summary"]["channels"]["SR"]["qcd"] == {
        "expected": pytest.approx(40.0),
        "error": pytest.approx(4.472136),
    }
    assert made.stale == ()
    hml.select(dataset, ["column.x > 0"], path="study/data/selected")
    assert "has been made anew since" in hml.Workspace.load("study/workspaces/sr").stale[0]
    Path("study/workspaces/sr/workspace.json").write_text("{}")
    with pytest.raises(DamagedError):
        hml.Workspace.load("study/workspaces/sr")


def test_it_is_a_recorded_cell(study: Path) -> None:
    given = {"luminosity": LUMINOSITY, "free": ["qcd"], "path": "study/workspaces/model"}
    call = Call("workspace", ({"SR": Ref("high"), "CR": Ref("low")},), given, "model")
    assert Call.parse(call.render()) == call
    dataset = plain(path="study/data/set")
    names = {
        name: hml.select(dataset, [cut], path=f"study/data/{name}")
        for name, cut in (("high", "column.x > 1"), ("low", "column.x < 1"))
    }
    made = call.run(names)
    shown = Call("limit", (Ref("model"),), {}, "found").run({"model": made})._repr_mimebundle_()
    assert shown[RECORD]["table"]["expected"]["0"] > 0
    assert made._repr_mimebundle_()[RECORD]["path"] == "study/workspaces/model"


def test_a_workspace_draws_itself() -> None:
    dataset = plain(observed={"data": {"x": np.repeat([0.5, 1.5], [70, 50])}})
    figure = hml.plot(hml.workspace(dataset, **BINNED, observed=True))
    (ax,) = figure.axes
    points = ax.containers[0].lines[0].get_ydata()
    np.testing.assert_allclose(points, [70, 50])


@pytest.fixture(scope="module")
def scored() -> hml.Dataset:
    dataset = samples.dataset(2000, observables=["jet0,jet1.delta_r"])
    bdt = hml.train(hml.BoostedDecisionTree(n_estimators=5), dataset, seed=42)
    return hml.score(dataset, bdt, name="bdt")


def test_a_score_counts_test_events_in_bins_of_equal_signal(scored: hml.Dataset) -> None:
    made = hml.workspace(scored, column="bdt.score", bins=3, equal_signal=True)
    (channel,) = made.channels
    test = scored.part("test") & scored.is_signal
    per_event = float(scored.yields(139)[test][0])
    total = float(scored.weights[scored.is_signal].sum() * 139_000)
    assert made.test_only
    assert sum(channel.expected["zz"]) == pytest.approx(total)
    # as equal as the steps of the score allow
    _, counts = np.unique(scored.column("bdt.score")[test], return_counts=True)
    assert np.abs(np.array(channel.expected["zz"]) - total / 3).max() <= counts.max() * per_event
    assert channel.outside == {}
    assert len(channel.bins) == 3
    assert "test events, scaled up" in str(made)
    by_hand = np.histogram(scored.column("bdt.score")[test], channel.edges)[0] * per_event
    np.testing.assert_allclose(channel.expected["zz"], by_hand)
