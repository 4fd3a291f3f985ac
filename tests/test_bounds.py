from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hml_jupyter.bounds import bound_of, edges_of, find, moved, shortest, tightest
from hml_jupyter.histograms import threshold_cut


@pytest.mark.parametrize(
    ("cut", "bound"),
    [
        ("fatjet0.mass >= 50.0", ("fatjet0.mass", "lower", 50.0)),
        ("FatJet0.M > 50", ("fatjet0.mass", "lower", 50.0)),
        ("jet0.eta < -1.5", ("jet0.eta", "upper", -1.5)),
        ("met <= 1e3", ("met", "upper", 1000.0)),
        ("met == 3", None),
        ("50 < met < 90", None),
        ("met >= jet0.pt", None),
        ("met >= 50 and jet.size > 2", None),
        ("not met >= 50", None),
        ("any jet.pt > 50", None),
        ("met / 2 > 50", ("met / 2", "lower", 50.0)),
        ("JET0.PT/jet1.pt<2", ("jet0.pt / jet1.pt", "upper", 2.0)),
    ],
)
def test_bound_of(cut: str, bound: tuple[str, str, float] | None) -> None:
    found = bound_of(cut)
    assert (found and found[:3]) == bound


def test_moved_leaves_the_cuts_of_the_user_alone() -> None:
    mine = "fatjet0.mass >= 50 and met > 100"
    assert moved(((mine, True),), "fatjet0.mass", "lower", 60.0) == ((mine, True), ("fatjet0.mass >= 60.0", True))
    assert moved(((mine, True),), "fatjet0.mass", "lower", None) == ((mine, True),)


def test_moved_keeps_the_place_and_leaves_one() -> None:
    cuts = ("met > 100", "fatjet0.mass >= 50", "met >= 120.0", "met < 500.0")
    after = moved([(cut, True) for cut in cuts], "met", "lower", 90.0)
    assert after == (("met >= 90.0", True), ("fatjet0.mass >= 50", True), ("met < 500.0", True))
    off = moved([(cut, cut != "met > 100") for cut in cuts], "met", "lower", 90.0)
    assert off == (("met > 100", False), ("fatjet0.mass >= 50", True), ("met >= 90.0", True), ("met < 500.0", True))
    assert find(cuts, "met", "upper") == [3]


def test_a_strict_threshold_that_is_put_where_it_stands_stays_as_it_was_written() -> None:
    cuts = (("met > 100", True), ("met <= 200", True))
    assert moved(cuts, "met", "lower", np.nextafter(100.0, np.inf)) == cuts
    assert moved(cuts, "met", "upper", np.nextafter(200.0, np.inf)) == cuts
    assert moved(cuts, "met", "lower", 100.0) == (("met >= 100.0", True), ("met <= 200", True))


@given(st.sampled_from(["lower", "upper"]), st.floats(-1e9, 1e9))
def test_what_a_handle_writes_is_read(side: str, value: float) -> None:
    assert bound_of(threshold_cut("fatjet0.mass", side, value)) == (
        "fatjet0.mass",
        side,
        value,
        ">=" if side == "lower" else "<",
    )


def test_edges_of_strict_and_other_thresholds() -> None:
    cuts = ("met > 100", "met <= 200", "met >= 90", "jet.size > 2")
    assert edges_of(cuts, "met") == [np.nextafter(100.0, np.inf), np.nextafter(200.0, np.inf)]
    low = tightest(cuts, "met", "lower")
    assert low is not None
    assert low.value == 100.0
    assert tightest(cuts, "fatjet0.mass", "upper") is None


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (71.99, 72.43, 72.0),
        (-np.inf, 0.1234, 0.1234),
        (3.0, np.inf, 4.0),
        (-1.0, 2.0, 0.0),
        (-2.5, -2.31, -2.4),
        (9.99, 10.4, 10.0),
        (2.0**53 + 2, np.inf, 2.0**53 + 4),
        (1e300, np.inf, np.nextafter(1e300, np.inf)),
        (1e-310, 2e-310, 2e-310),
    ],
)
def test_shortest(low: float, high: float, expected: float) -> None:
    assert shortest(low, high) == expected
