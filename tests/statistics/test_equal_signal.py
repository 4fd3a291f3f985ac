from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pytest
from counting import plain, table
from hypothesis import given
from hypothesis import strategies as st

import hml_jupyter as hml
from hml_jupyter.errors import ArgumentError
from hml_jupyter.statistics.equal_signal import equal_parts


def test_equal_parts_by_hand() -> None:
    # 1, 2, 3 and 4 events at 0.1, 0.2, 0.3, 0.4: halves are nearest at 6 of 10, thirds at 3 and 6
    values, weights = np.array([0.4, 0.3, 0.2, 0.1]), np.array([4.0, 3.0, 2.0, 1.0])
    assert equal_parts(values, weights, 2) == [0.4]
    assert equal_parts(values, weights, 3) == [0.3, 0.4]
    assert equal_parts(values, weights, 1) == []


def test_equal_parts_leaves_out_what_has_no_value() -> None:
    assert equal_parts(np.array([0.1, np.nan, 0.2]), np.array([1.0, 100.0, 1.0]), 2) == [0.2]


@pytest.mark.parametrize("values", [[], [np.nan]])
def test_equal_parts_need_values(values: list[float]) -> None:
    with pytest.raises(ArgumentError, match="need signal"):
        equal_parts(np.array(values), np.ones(len(values)), 2)


@pytest.mark.parametrize("values", [[1.0], [1.0, 1.0, 1.0]])
def test_equal_parts_need_different_values(values: list[float]) -> None:
    assert equal_parts(np.array(values), np.ones(len(values)), 2) is None


@given(st.integers(2, 8), st.integers(0, 2**32 - 1))
def test_equal_parts_differ_by_no_more_than_an_event(number: int, seed: int) -> None:
    values = np.random.default_rng(seed).random(200)
    edges = equal_parts(values, np.ones(200), number)
    counts = np.histogram(values, [-1, *edges, 2])[0]
    assert np.abs(counts - 200 / number).max() <= 1


def steps(background: Sequence[int]) -> hml.Dataset:
    """Ten signal events at each of 0, 1, 2 ..., and so many background events."""
    values = range(len(background))
    sources = {
        "zz": table([*values], [10] * len(background), 1.0),
        "qcd": table([*values], background, 100.0),
    }
    return hml.build_dataset(sources, hml.Set(["column.x"]), signal="zz", seed=1)


@pytest.mark.parametrize(
    ("background", "asked", "offered"),
    [
        # thirds end behind 0 and 2, so that the last is empty too
        ([30, 30, 12, 0], 4, "bins=2 would do, with at least 10 effective background events in each; or simulate more"),
        ([30, 30, 5, 0], 4, "bins=2 would do; or simulate more background"),
        ([30, 30, 0, 0], 4, "bins=1 would do, with at least 10 effective background events in each; or"),
        ([5, 0], 2, "bins=1 would do; or simulate more background"),
        ([20, 20, 20, 20], 7, "too few different values of column.x for 7 bins of equal signal: bins=4 would do, with"),
        ([20, 20, 20, 2], 7, "for 7 bins of equal signal: bins=2 would do, with at least 10"),
    ],
)
def test_a_refusal_offers_a_number_of_bins_that_works(background: list[int], asked: int, offered: str) -> None:
    dataset = steps(background)
    with pytest.raises(ArgumentError, match=re.escape(offered)):
        hml.workspace(dataset, column="x", bins=asked, equal_signal=True)
    number = int(offered.partition("bins=")[2].partition(" ")[0])
    (channel,) = hml.workspace(dataset, column="x", bins=number, equal_signal=True).channels
    assert len(channel.bins) == number


def test_a_refusal_with_nothing_to_offer() -> None:
    alone = hml.select(plain(), ["column.x > 1"])
    with pytest.raises(ArgumentError, match=r"too few different values .*: bins=1 would do"):
        hml.workspace(alone, column="x", bins=2, equal_signal=True)
    signal = hml.build_dataset(
        {"zz": table([0, 1], [10, 10], 1.0), "qcd": table([0], [10], 1.0)},
        hml.Set(["column.x"]),
        signal="zz",
        regions={"high": "column.x > 0.5"},
        seed=1,
    )
    with pytest.raises(ArgumentError, match=r"no background is expected in .*: loosen the cuts, or simulate more"):
        hml.workspace(signal, names=["high"], column="x", bins=1, equal_signal=True)


def test_a_thousand_bins_are_refused_soon() -> None:
    rng = np.random.default_rng(1)
    sources = {
        "zz": hml.open_table({"x": rng.random(5000)}, cross_section=1.0),
        "qcd": hml.open_table({"x": rng.random(300)}, cross_section=1.0),
    }
    dataset = hml.build_dataset(sources, hml.Set(["column.x"]), signal="zz", seed=1)
    with pytest.raises(ArgumentError, match=r"bins=\d+ would do, with at least 10") as refused:
        hml.workspace(dataset, column="x", bins=1000, equal_signal=True)
    number = int(str(refused.value).partition("bins=")[2].partition(" ")[0])
    assert 10 <= number <= 30  # 300 events, at least 10 in each
    assert min(hml.workspace(dataset, column="x", bins=number, equal_signal=True).channels[0].effective) >= 10
