from __future__ import annotations

import math

import awkward as ak
import pytest
import samples

from hml_jupyter.observables import observable


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("fatjet0.tau1", 0.4),
        ("fatjet0.tau_5", 0.01),
        ("fatjet0.Tau21", 0.25),
        ("fatjet0.tau_32", 0.5),
        ("fatjet0.soft_drop_mass", 88.0),
    ],
)
def test_values_of_a_handmade_event(name: str, expected: float) -> None:
    values = observable(samples.handmade(), name)
    assert values[0] == pytest.approx(expected)
    assert all(map(math.isnan, values[1:]))


def test_tau_mn_without_denominator_is_missing() -> None:
    events = ak.Array([samples.event(fatjets=[{"Tau": [0.0, 0.0, 0.0, 0.0, 0.0]}, {"Tau": [0.5, 0.2, 0.0, 0.0, 0.0]}])])
    assert math.isnan(observable(events, "fatjet0.tau21")[0])
    one, other = observable(events, "fatjet.tau21")[0].tolist()
    assert math.isnan(one)
    assert other == pytest.approx(0.4)
