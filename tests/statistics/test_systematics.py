from __future__ import annotations

import numpy as np
import pytest

from hml_jupyter.statistics.systematics import Systematic, modifier, systematics_of


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["a_up", "a_down"], [("a", "a_up", "a_down")]),
        (["a-Down"], [("a", None, "a-Down")]),
        (["pileup"], [("pileup", "pileup", None)]),
        (["b", "a_up"], [("b", "b", None), ("a", "a_up", None)]),
        ([], []),
    ],
)
def test_systematics_of(names: list[str], found: list[tuple[str | None, ...]]) -> None:
    assert systematics_of(names) == [Systematic(*each) for each in found]  # type: ignore[arg-type]


def test_a_side_that_is_not_known_is_the_mirror() -> None:
    down = modifier(Systematic("a", None, "a_down"), "qcd", {"a_down": 0.8}, np.ones(1), {})
    assert down == {"name": "a", "type": "normsys", "data": {"hi": pytest.approx(1.25), "lo": 0.8}}
    shape = modifier(Systematic("a", None, "d"), "qcd", {"d": "met"}, np.array([10.0]), {"d": np.array([7.0])})
    assert shape == {"name": "a", "type": "histosys", "data": {"hi_data": [13.0], "lo_data": [7.0]}}


def test_what_changes_nothing_is_no_modifier() -> None:
    nominal = np.array([10.0, 5.0])
    assert modifier(Systematic("a", "a", None), "qcd", {"a": 1.0}, nominal, {}) is None
    assert modifier(Systematic("a", "a", None), "qcd", {"a": "met"}, nominal, {"a": nominal}) is None


def test_a_number_beside_observables_is_a_shape() -> None:
    varied = {"u": np.array([12.0]), "d": np.array([9.0])}
    found = modifier(Systematic("a", "u", "d"), "qcd", {"u": "met", "d": 0.9}, np.array([10.0]), varied)
    assert found == {"name": "a", "type": "histosys", "data": {"hi_data": [12.0], "lo_data": [9.0]}}
