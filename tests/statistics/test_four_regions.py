from __future__ import annotations

from typing import Any

import awkward as ak
import numpy as np
import pytest
import samples
from counting import LUMINOSITY

import hml_jupyter as hml
from hml_jupyter.datasets import example
from hml_jupyter.errors import ArgumentError, ExpressionError, UnknownNameError

CUTS = ("column.x > 0.5", "column.y > 0.5")


def made(a: int, b: int, c: int, d: int, *, weight: float = 1.0, **options: Any) -> hml.Dataset:
    """So many background events in each region, and 10 signal events, 8 in A and 2 in B; `weight` events each."""
    signal = {"x": np.ones(10), "y": np.repeat([1.0, 0.0], [8, 2])}
    sizes = [a, b, c, d]
    qcd = {"x": np.repeat([1.0, 1.0, 0.0, 0.0], sizes), "y": np.repeat([1.0, 0.0, 1.0, 0.0], sizes)}
    sources = {
        "zz": hml.open_table(signal, cross_section=10 / (1000 * LUMINOSITY)),
        "qcd": hml.open_table(qcd, cross_section=weight * sum(sizes) / (1000 * LUMINOSITY)),
    }
    return hml.build_dataset(sources, hml.Set(["column.x", "column.y"]), signal="zz", seed=1, **options)


def test_signal_alone_has_no_background_to_predict() -> None:
    with pytest.raises(
        ArgumentError, match=r"^abcd needs signal and background, and all of this dataset is signal \(zz\)"
    ):
        hml.abcd(samples.alone(), "met > 100", "fatjet0.mass > 80")


def test_four_regions_by_hand() -> None:
    found = hml.abcd(made(12, 40, 60, 200, weight=0.5), *CUTS, luminosity=LUMINOSITY)
    assert [each.events for each in found.regions.values()] == [12, 40, 60, 200]
    assert [each.background for each in found.regions.values()] == pytest.approx([6, 20, 30, 100])
    assert found.regions["B"].background_error == pytest.approx(0.5 * np.sqrt(40))
    assert found.predicted.value == pytest.approx(20 * 30 / 100)
    assert found.predicted.error == pytest.approx(6 * np.sqrt(1 / 40 + 1 / 60 + 1 / 200))
    assert found.closure.value == pytest.approx(1.0)
    assert found.closure.error == pytest.approx(np.sqrt(1 / 12 + 1 / 40 + 1 / 60 + 1 / 200))
    assert (found.correlation, found.association) == (pytest.approx(0, abs=1e-12), pytest.approx(0, abs=1e-12))
    assert [each.signal for each in found.regions.values()] == pytest.approx([8, 2, 0, 0])
    assert found.regions["B"].contamination == pytest.approx(2 / 22)
    assert (found.from_data, found.few, found.closes) == (None, (), True)
    assert "depend on each other" not in str(found)


def test_a_correlation_breaks_the_closure() -> None:
    found = hml.abcd(made(100, 50, 50, 100), *CUTS, luminosity=LUMINOSITY)
    # phi = (100 * 100 - 50 * 50) / (150 * 150)
    assert found.association == pytest.approx(1 / 3)
    assert found.closure.value == pytest.approx(0.25)
    assert found.closes is False
    assert "the cuts depend on each other" in str(found)


@pytest.mark.parametrize(
    ("sizes", "predicted", "closure"),
    [
        ((5, 5, 5, 0), "no background is left in the region not (column.x > 0.5) and not (column.y > 0.5)", None),
        ((5, 0, 5, 5), "no background is left in the region (column.x > 0.5) and not", None),
        ((0, 5, 5, 5), "", "no background is left in the region (column.x > 0.5) and (column.y > 0.5)"),
    ],
)
def test_empty_regions_give_no_estimate(sizes: tuple[int, ...], predicted: str, closure: str | None) -> None:
    found = hml.abcd(made(*sizes), *CUTS, luminosity=LUMINOSITY)
    assert (found.predicted.value is None) == bool(predicted)
    assert predicted in found.predicted.reason
    assert found.closure.value is None
    assert (closure or predicted) in found.closure.reason
    assert "cannot be estimated" in str(found)
    assert "inf" not in str(found)


def test_observed_events_of_a_are_not_looked_at() -> None:
    data = {
        "x": np.repeat([1.0, 1.0, 0.0, 0.0], [7, 22, 33, 99]),
        "y": np.repeat([1.0, 0.0, 1.0, 0.0], [7, 22, 33, 99]),
    }
    found = hml.abcd(made(12, 40, 60, 200, observed={"data": data}), *CUTS, luminosity=LUMINOSITY)
    assert [each.observed for each in found.regions.values()] == [None, 22, 33, 99]
    assert found.from_data is not None
    assert found.from_data.value == pytest.approx(22 * 33 / 99)
    assert found.from_data.error == pytest.approx(22 * 33 / 99 * np.sqrt(1 / 22 + 1 / 33 + 1 / 99))
    assert "not looked at" in str(found)


def test_events_without_a_value_are_in_no_region() -> None:
    background = [samples.event(fatjets=[{"Mass": m}], met=e) for m in (50, 100) for e in (20, 80) for _ in range(15)]
    background += [samples.event(met=80.0)] * 7
    signal = [samples.event(fatjets=[{"Mass": 90}], met=80.0)] * 20

    class Run(samples.Run):
        def __init__(self, given: list[Any], kind: str) -> None:
            super().__init__(len(given), 1, kind)
            self._events = ak.Array(given)

    sources = {"zz": Run(signal, "signal"), "qcd": Run(background, "background")}
    dataset = hml.build_dataset(sources, hml.Set(["fatjet0.mass", "met"]), signal="zz", seed=1)
    found = hml.abcd(dataset, "fatjet0.mass > 70", "met > 50")
    assert [each.events for each in found.regions.values()] == [15, 15, 15, 15]
    assert found.without_value == 7
    assert "7 background events without a value are in no region" in str(found)


def test_few_events_are_said() -> None:
    found = hml.abcd(made(5, 40, 60, 5), *CUTS, luminosity=LUMINOSITY)
    assert found.few == ("D",)
    assert "fewer than 10 effective background events in D" in str(found)


def test_cuts_that_cannot_be() -> None:
    dataset = made(12, 40, 60, 200)
    with pytest.raises(ArgumentError, match="abcd needs two cuts that differ"):
        hml.abcd(dataset, "column.x > 0.5", "column.x>0.5")
    with pytest.raises(UnknownNameError, match="unknown column 'met'"):
        hml.abcd(dataset, "column.x > 0.5", "met > 10")
    with pytest.raises(ExpressionError):
        hml.abcd(dataset, "column.x >", "column.y > 0.5")
    with pytest.raises(ArgumentError, match="luminosity=0 must be a positive number"):
        hml.abcd(dataset, *CUTS, luminosity=0)
    with pytest.raises(ArgumentError, match="abcd needs a dataset, not a list"):
        hml.abcd([], *CUTS)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="the cross section of 'zz', 'qcd' is not known"):
        hml.abcd(example(), "fatjet0.mass > 70", "fatjet0.mass < 100")


def test_no_correlation_of_cuts_on_several_columns() -> None:
    found = hml.abcd(made(12, 40, 60, 200), "column.x + column.y > 1.5", "column.y > 0.5", luminosity=LUMINOSITY)
    assert found.correlation is None
    assert "of the columns not defined" in str(found)
