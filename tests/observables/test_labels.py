from __future__ import annotations

import math
from typing import Any

import awkward as ak
import pytest

from hml_jupyter.errors import ArgumentError
from hml_jupyter.observables import observable

PARTICLES = [
    {"PID": 2, "Status": -1, "PT": 0.0},
    {"PID": 23, "Status": 2, "PT": 40.0},
    {"PID": -13, "Status": 1, "PT": 25.0},
    {"PID": 13, "Status": 1, "PT": 15.0},
]
EVENTS = ak.Array(
    [
        {
            "Particle": PARTICLES,
            "Muon": [{"IsolationVar": 0.1, "Charge": -1}],
            "Jet": [{"Flavor": 5, "BTag": 1, "TauTag": 0}],
        },
        {"Particle": PARTICLES[:1], "Muon": [], "Jet": []},
    ]
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("particle[abs(pid) == 23]0.pt", [40.0, None]),
        ("particle[status == 1].pid", [[-13.0, 13.0], []]),
        ("particle[PID == 13]0.Status", [1.0, None]),
        ("particle[status == 1].ht", [40.0, 0.0]),
        ("muon0.isolation", [0.1, None]),
        ("muon0.IsolationVar", [0.1, None]),
        ("muon0.charge", [-1.0, None]),
        ("jet0.flavor", [5.0, None]),
        ("jet[flavor == 5].size", [1.0, 0.0]),
        ("jet0.b_tag", [1.0, None]),
        ("jet0.tau_tag", [0.0, None]),
    ],
)
def test_values_of_handmade_events(name: str, expected: list[Any]) -> None:
    found = observable(EVENTS, name).tolist()
    assert [None if isinstance(v, float) and math.isnan(v) else v for v in found] == expected


def test_score_is_a_column() -> None:
    with pytest.raises(
        ArgumentError, match=r"'mlp.score' is no observable of events .* hml.score\(dataset, mlp, name='mlp'\)"
    ):
        observable(EVENTS, "mlp.score")
