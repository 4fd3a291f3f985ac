"""What must not be wrong without a word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pytest
import samples

from hml_jupyter.cuts import Cut
from hml_jupyter.datasets import Dataset, build_dataset
from hml_jupyter.errors import ArgumentError
from hml_jupyter.methods import BoostedDecisionTree, train
from hml_jupyter.observables import CATALOGUE, observable, register_observable
from hml_jupyter.plots.datasets import Look, panels_of
from hml_jupyter.representations import Set
from hml_jupyter.selection import cutflow, select
from hml_jupyter.tables import open_table


@pytest.fixture
def own() -> Iterator[None]:
    """Observables of a test are gone after it."""
    before = list(CATALOGUE)
    yield
    CATALOGUE[:] = before


def build(names: Any = ("met",), **options: Any) -> Dataset:
    runs = {"zz": samples.Run(200, 1, "signal"), "qcd": samples.Run(200, 2, "background")}
    representation = names if isinstance(names, Set) else Set(list(names))
    return build_dataset(runs, representation, signal="zz", seed=1, **options)


@pytest.mark.usefixtures("own")
def test_another_function_in_a_variation_is_another_dataset(study: Path) -> None:
    def twice(event: ak.Array) -> Any:
        """Twice."""
        return np.full(len(event), 2.0)

    def thrice(event: ak.Array) -> Any:
        """Thrice."""
        return np.full(len(event), 3.0)

    before = list(CATALOGUE)
    for function, factor in ((twice, 2.0), (thrice, 3.0)):
        CATALOGUE[:] = before
        register_observable(function, unit="", objects="event", name="factor")
        dataset = build(variations={"v": "factor"}, path="study/data/set")
        np.testing.assert_allclose(dataset.weights_of("v") / dataset.weights, factor)


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize("name", ["weight", "split", "event", "image"])
def test_a_column_cannot_take_the_name_of_an_array(name: str) -> None:
    def mine(event: ak.Array) -> Any:
        """Mine."""
        return np.ones(len(event))

    register_observable(mine, unit="", objects="event", name=name)
    for options in ({"names": [name]}, {"observables": [name]}):
        with pytest.raises(ArgumentError, match=f"'{name}' is the name of an array that every dataset has"):
            build(**options)  # type: ignore[arg-type]


@pytest.mark.usefixtures("own")
def test_a_function_of_the_user_cannot_change_the_events() -> None:
    def hard(event: ak.Array) -> Any:
        """Hard jets."""
        event["Jet"] = event["Jet"][event["Jet"]["PT"] > 60]
        return ak.num(event["Jet"])

    register_observable(hard, unit="", objects="event")
    events = samples.events(50, 1)
    before = int(ak.sum(ak.num(events.Jet)))
    observable(events, "hard")
    assert int(ak.sum(ak.num(events.Jet))) == before


def test_what_is_missing_passes_no_cut_through_min_and_max() -> None:
    events = ak.Array([samples.event(jets=[{"PT": 50.0, "Phi": 1.0}]), samples.event(jets=[{"PT": 50.0}])])
    events = ak.with_field(events, events.MissingET[[[], []]], "MissingET")
    for name in ("jet.dphi_min", "min(jet.pt / met)", "max(jet.pt / met)"):
        assert np.isnan(observable(events, name)).all(), name
        assert not Cut(f"{name} > 0.5")(events).any()
        assert not Cut(f"{name} < 5")(events).any()


def test_shapes_are_compared_by_cross_sections() -> None:
    flat = samples.Run(400, 2, "background", cross_section=1000.0)
    runs = {"zz": samples.Run(400, 1, "signal", cross_section=0.001), "qcd": flat}
    dataset = build_dataset(runs, Set(["met"]), signal="zz", seed=1, observed={"data": flat.events()})
    (panel,) = panels_of(dataset, ["met"], Look("normalised", "ratio", 139.0, 20))
    assert panel.lower is not None
    ratio = np.asarray(panel.lower.points["data"].values)
    np.testing.assert_allclose(ratio[np.isfinite(ratio)], 1.0, rtol=1e-4)


def test_blinding_says_which_elements_count() -> None:
    data = {"data": samples.events(50, 3)}
    with pytest.raises(ArgumentError, match=r"say whether any or all of its elements blind an event, as in 'any \(fat"):
        build(observed=data, blind="fatjet.mass in [80, 100]")
    dataset = build(Set(["fatjet.mass"], per="fatjet"), observed=data, blind="any (fatjet.mass in [80, 100])")
    mass = dataset.observed.column("fatjet.mass")
    assert len(mass)
    assert not ((mass >= 80) & (mass <= 100)).any()


def test_a_region_is_a_whole_result() -> None:
    dataset = build(["fatjet0.mass", "met"], regions={"SR": "met > 10"}, require="fatjet.size > 0")
    region = dataset.region("SR")
    assert region.fingerprint == select(dataset, ["met > 10"]).fingerprint
    assert region.stale == ()
    assert cutflow(region, ["fatjet0.mass > 50"]).rows[-1].counts["zz"].events > 0
    assert select(region, ["fatjet0.mass > 50"]).all_cuts == ("met > 10", "fatjet0.mass > 50")
    assert train(BoostedDecisionTree(n_estimators=2), region, seed=1).names == ("fatjet0.mass", "met")
    with pytest.raises(ValueError, match="read-only"):
        region.mask[:] = True  # type: ignore[index]


def test_a_selection_made_from_another_folder_is_found(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = build(path="st/data/a")
    Path("st/sub").mkdir()
    monkeypatch.chdir("st/sub")
    made = select(dataset, ["met > 10"], path="data/s")
    np.testing.assert_array_equal(Dataset.load("data/s").X, made.X)


def test_a_cutflow_of_jets_begins_with_the_jets() -> None:
    jets = build(Set(["jet.pt"], per="jet"))
    first, second = cutflow(jets, ["jet.pt > 50"]).rows
    assert (first.label, first.counts["zz"].efficiency) == ("all jet", 1.0)
    assert second.counts["zz"].efficiency <= 1


@pytest.mark.parametrize("error", [np.nan, np.inf])
def test_an_error_of_the_cross_section_that_is_none(error: float) -> None:
    run = samples.Run(20, 1, "signal")
    run.error = error
    with pytest.raises(ArgumentError, match="must be finite numbers"):
        build_dataset({"zz": run, "qcd": samples.Run(20, 2, "background")}, Set(["met"]), signal="zz", seed=1)


@pytest.mark.parametrize(
    ("scale", "sigma", "message"),
    [
        (1e-300, 1.0, "the sum of the weights of 'zz' must be from 1e-100"),
        (1e150, 1.0, "the sum of the weights of 'zz' must be from 1e-100"),
        (1e300, 1.0, "must be finite numbers, not inf"),
        (1.0, 1e-300, "the cross section of 'zz' must be from 1e-18 to 1e\\+18, not 1e-300"),
        (1.0, 1e160, "the cross section of 'zz' must be from 1e-18"),
    ],
)
def test_weights_whose_squares_are_no_numbers_are_refused(scale: float, sigma: float, message: str) -> None:
    table = {"x": np.arange(20.0), "w": np.full(20, scale)}
    zz = open_table(table, weight="w", cross_section=sigma)
    with pytest.raises(ArgumentError, match=message):
        build_dataset({"zz": zz, "qcd": {"x": np.arange(20.0)}}, Set(["column.x"]), signal="zz", seed=1)


def test_a_part_whose_weights_sum_to_less_than_nothing() -> None:
    zz = samples.events(10, 1)
    zz["Event", "Weight"] = zz.Event.Weight * np.where(np.arange(10) < 2, -1.0, 1.0)[:, np.newaxis]
    sources = {"zz": zz, "qcd": samples.events(10, 2, "background")}
    with pytest.raises(ArgumentError, match="the weights of the validation events of 'zz' sum to less than 0"):
        build_dataset(sources, Set(["met"]), signal="zz", seed=8, split=(0.4, 0.3, 0.3))
