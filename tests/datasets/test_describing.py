from __future__ import annotations

import awkward as ak
import numpy as np
import pytest
import samples

import hml_jupyter.display  # noqa: F401  (results show themselves)
from hml_jupyter.datasets import Dataset, build_dataset
from hml_jupyter.datasets.describing import separation_of
from hml_jupyter.representations import Set


def build() -> Dataset:
    zz = ak.Array(
        [samples.event(fatjets=[{"Mass": m}] if m else [], met=1.0, weight=w) for m, w in ((80, 1), (100, 3), (0, 1))]
    )
    qcd = ak.Array([samples.event(fatjets=[{"Mass": m}], met=m) for m in (10, 20, 30, 40)])
    return build_dataset(
        {"zz": zz, "qcd": qcd},
        Set(["fatjet0.mass"]),
        signal="zz",
        observables=["met"],
        split=(0, 0, 1),
        seed=1,
        about="Two.",
    )


def test_describe_by_hand() -> None:
    found = build().describe()
    assert (found.about, found.n_events) == ("Two.", 7)
    mass, met = found.columns
    assert (mass.name, mass.unit, mass.is_side, met.is_side) == ("fatjet0.mass", "GeV", False, True)
    assert mass.missing == {"zz": 1, "qcd": 0}
    assert mass.signal.mean == pytest.approx((80 + 3 * 100) / 4)
    assert mass.signal.spread == pytest.approx(np.sqrt((15**2 + 3 * 5**2) / 4))
    assert (mass.signal.low, mass.signal.high) == (80.0, 100.0)
    assert (mass.background.mean, mass.background.low, mass.background.high) == (25.0, 10.0, 40.0)
    assert mass.separation == pytest.approx(1.0)
    text = str(found)
    assert text.splitlines()[2].split() == [
        "fatjet0.mass",
        "GeV",
        "95",
        "±",
        "8.66",
        "80",
        "to",
        "100",
        "25",
        "±",
        "11.2",
        "10",
        "to",
        "40",
        "1.000",
        "zz",
        "1",
    ]
    assert "zz 1" in text
    assert "Two." in text


def test_separation_of_nothing() -> None:
    assert np.isnan(separation_of(np.array([np.nan]), np.array([True]), np.ones(1)))


def test_a_dataset_shows_regions_and_data() -> None:
    data = samples.events(40, 3)
    sources = {"zz": samples.events(40, 1), "qcd": samples.events(40, 2, "background")}
    dataset = build_dataset(
        sources,
        Set(["met"]),
        signal="zz",
        observed={"data": data},
        blind="met > 100",
        regions={"CR": "met < 30"},
        seed=1,
        about="For a talk.",
    )
    text = str(dataset)
    assert f"observed: data, {dataset.observed.n_events} events, without met > 100" in text
    assert "region CR: met < 30" in text
    assert "For a talk." in text
