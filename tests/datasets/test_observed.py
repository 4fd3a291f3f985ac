from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import samples

from hml_jupyter import progress
from hml_jupyter.datasets import Dataset, build_dataset
from hml_jupyter.errors import ArgumentError, EmptySelectionError, ExpressionError, UnknownNameError
from hml_jupyter.representations import Set
from hml_jupyter.selection import select

WINDOW = "fatjet0.mass in [80, 100]"


def build(**options: Any) -> Dataset:
    sources = {"zz": samples.events(300, 1), "qcd": samples.events(300, 1, "background")}
    given = {"observed": {"data": samples.events(200, 9, "background")}, **options}
    return build_dataset(sources, Set(["fatjet0.mass"]), signal="zz", observables=["met"], seed=1, **given)


def test_observed_events_are_beside_the_classes() -> None:
    dataset, without = build(), build(observed=None)
    assert dataset.classes == without.classes == ("zz", "qcd")
    np.testing.assert_array_equal(dataset.X, without.X)
    assert dataset.fingerprint != without.fingerprint
    assert dataset.observed.names == ("data",)
    assert dataset.observed.n_events == 200
    assert dataset.observed.column_names == ("fatjet0.mass", "met")
    assert dataset.observed.y.tolist() == [0] * 200
    direct = samples.events(200, 9, "background").MissingET.MET[:, 0]
    np.testing.assert_array_equal(dataset.observed.column("met"), direct)
    assert repr(dataset.observed) == "<200 observed events of data>"
    with pytest.raises(ArgumentError, match=r"build it with observed=\{'data'"):
        without.observed  # noqa: B018
    with pytest.raises(ValueError, match="read-only"):
        dataset.observed.column("met")[0] = 1


def test_blinded_events_are_left_out() -> None:
    dataset, whole = build(blind=WINDOW), build()
    mass = whole.observed.column("fatjet0.mass")
    hidden = (mass >= 80) & (mass <= 100)
    assert 0 < hidden.sum() < 200
    np.testing.assert_array_equal(dataset.observed.column("fatjet0.mass"), mass[~hidden])
    assert dataset.blind == ("fatjet0.mass in [80, 100]",)
    assert "without blinded ones (fatjet0.mass in [80, 100])" in repr(dataset.observed)
    np.testing.assert_array_equal(dataset.X, whole.X)


def test_selections_apply_to_observed_events(study: Path) -> None:
    dataset = build(path="study/data/set")
    select(dataset, ["met > 20", "fatjet0.mass > 30"], path="study/data/selected")
    selected = Dataset.load("study/data/selected")
    met, mass = (dataset.observed.column(name) for name in ("met", "fatjet0.mass"))
    np.testing.assert_array_equal(selected.observed.column("met"), met[(met > 20) & (mass > 30)])
    assert selected.observed.n_events == ((met > 20) & (mass > 30)).sum()


def test_regions() -> None:
    regions = {"SR": "fatjet0.M > 70 and fatjet0.mass < 110", "CR": "met < 30"}
    dataset = build(regions=regions, about="A test of regions.")
    assert dataset.regions == {"SR": "fatjet0.mass > 70 and fatjet0.mass < 110", "CR": "met < 30"}
    assert dataset.about == "A test of regions."
    region = dataset.region("CR")
    assert region.all_cuts == ("met < 30",)
    assert region.n_events == (dataset.column("met") < 30).sum()
    assert region.observed.n_events == (dataset.observed.column("met") < 30).sum()
    np.testing.assert_array_equal(region.split, dataset.split[region.mask])
    with pytest.raises(UnknownNameError, match="near names: SR"):
        dataset.region("SRR")


def test_the_yield_of_a_region_is_sigma_times_luminosity_times_efficiency() -> None:
    runs = {"zz": samples.Run(900, 1, "signal"), "qcd": samples.Run(900, 1, "background")}
    dataset = build_dataset(runs, Set(["met"]), signal="zz", regions={"SR": "met > 50"}, seed=1)
    region = dataset.region("SR")
    for k, (name, run) in enumerate(runs.items()):
        efficiency = float((run.events().MissingET.MET[:, 0] > 50).to_numpy().mean())
        expected = 139_000 * run.cross_section * efficiency
        assert region.yields(139)[region.y == k].sum() == pytest.approx(expected)
        scaled = [
            region.yields(139)[(region.y == k) & region.part(part)].sum() / fraction
            for part, fraction in zip(("train", "validation", "test"), dataset.fractions[name], strict=True)
        ]
        assert np.average(scaled, weights=dataset.fractions[name]) == pytest.approx(expected)


def test_saved_and_opened_again(study: Path) -> None:
    built = build(path="study/data/set", blind=[WINDOW], regions={"SR": "met > 50"}, about="Kept.")
    opened = Dataset.load("study/data/set")
    assert (opened.about, opened.regions, opened.blind) == ("Kept.", {"SR": "met > 50"}, (WINDOW,))
    np.testing.assert_array_equal(opened.observed.column("met"), built.observed.column("met"))


def test_weights_of_observed_events_are_told() -> None:
    data = samples.events(50, 3)
    data["Event", "Weight"] = data.Event.Weight * 2
    heard: list[progress.Report] = []
    with progress.listening(heard.append):
        build(observed={"data": data})
    assert "the weights of observed events are not used ('data' has some)" in [each.text for each in heard]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"observed": ["data.root"]}, ArgumentError, "a dictionary of names and data"),
        ({"observed": {"zz": samples.events(5, 1)}}, ArgumentError, "that no class has, such as 'data', not 'zz'"),
        ({"observed": {"data": 3}}, ArgumentError, "the source of 'data' must be a Run"),
        ({"observed": None, "blind": WINDOW}, ArgumentError, "and there are none: give observed="),
        ({"blind": "fatjet0.mass in [80, 100"}, ExpressionError, "expected"),
        ({"blind": 3}, ArgumentError, "blind= is a cut, or several"),
        ({"blind": "met >= 0"}, EmptySelectionError, "no event of 'data' is left"),
        ({"regions": ["met > 3"]}, ArgumentError, "a dictionary of names and cuts"),
        ({"regions": {"": "met > 3"}}, ArgumentError, "printable text such as 'SR'"),
        ({"regions": {"SR": "met >"}}, ExpressionError, "text ends"),
        ({"regions": {"SR": "jet0.pt > 30"}}, UnknownNameError, r"The region 'SR' needs it as a column: add it to obs"),
        ({"about": 3}, ArgumentError, "about= is a text"),
    ],
)
def test_bad_input(options: dict[str, Any], error: type[Exception], message: str, study: Path) -> None:
    with pytest.raises(error, match=message):
        build(**options, path="study/data/set")
    assert not (study / "study" / "data" / "set").exists()
