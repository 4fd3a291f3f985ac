from __future__ import annotations

import math
from typing import Any

import awkward as ak
import numpy as np
import pytest
import samples
from hypothesis import given, settings
from hypothesis import strategies as st

from hml_jupyter.observables import observable, range_of

SHAPES = ("jet.sphericity", "jet.aplanarity", "jet.thrust", "jet.transverse_thrust", "jet.ht", "jet.dphi_min")


def jets(*momenta: tuple[float, float, float]) -> list[dict[str, float]]:
    found = []
    for x, y, z in momenta:
        pt = math.hypot(x, y)
        found.append({"PT": pt, "Eta": math.asinh(z / pt), "Phi": math.atan2(y, x), "Mass": 0.0})
    return found


MISSING = [{"MET": 5.0, "Eta": 0.0, "Phi": 3.0}]
ROOT = math.sqrt(0.75)
EVENTS = ak.Array(
    [
        {"Jet": jets((10, 0, 0), (-10, 0, 0)), "MissingET": MISSING},
        {"Jet": jets((10, 0, 0), (-5, 10 * ROOT, 0), (-5, -10 * ROOT, 0)), "MissingET": MISSING},
        {"Jet": jets((3, 4, 12)), "MissingET": MISSING},
        {"Jet": [], "MissingET": MISSING},
    ]
)
nan = math.nan


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("jet.ht", [20.0, 30.0, 5.0, 0.0]),
        ("jet:2.ht", [20.0, 20.0, 5.0, 0.0]),
        ("jet[pt > 7].ht", [20.0, 30.0, 0.0, 0.0]),
        ("jet.thrust", [1.0, 2 / 3, 1.0, nan]),
        ("jet.transverse_thrust", [1.0, 2 / 3, 1.0, nan]),
        ("jet.sphericity", [0.0, 0.75, 0.0, nan]),
        ("jet.aplanarity", [0.0, 0.0, 0.0, nan]),
        ("jet.dphi_min", [math.pi - 3.0, 3.0 - 2 * math.pi / 3, 3.0 - math.atan2(4, 3), nan]),
        ("jet1:.min_delta_phi", [math.pi - 3.0, 3.0 - 2 * math.pi / 3, nan, nan]),
    ],
)
def test_values_of_handmade_events(name: str, expected: list[float]) -> None:
    assert observable(EVENTS, name).tolist() == pytest.approx(expected, abs=1e-9, nan_ok=True)


def test_shapes_of_the_same_in_all_directions() -> None:
    six = [(1e-9, 0.0, 1.0), (1e-9, 0.0, -1.0), (1.0, 0.0, 0.0), (-1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, -1.0, 0.0)]
    events = ak.Array([{"Jet": jets(*six), "MissingET": MISSING}])
    assert observable(events, "jet.sphericity")[0] == pytest.approx(1.0)
    assert observable(events, "jet.aplanarity")[0] == pytest.approx(0.5)
    assert observable(events, "jet.thrust")[0] == pytest.approx(1 / math.sqrt(3))


def test_ht_of_the_event_and_of_a_collection() -> None:
    assert observable(samples.handmade(), "ht").tolist() == [160.0, 145.0, 30.0, 0.0]
    assert observable(samples.handmade(), "scalarht0.HT").tolist() == [160.0, 145.0, 30.0, 0.0]
    assert observable(samples.handmade(), "jet.ht").tolist() == [160.0, 145.0, 30.0, 0.0]
    assert observable(samples.handmade(), "jet[pt > 0.5 * ht].size").tolist() == [1.0, 1.0, 1.0, 0.0]


@pytest.mark.parametrize("name", ["ht", "thrust", "sphericity"])
def test_shapes_of_constituents(name: str) -> None:
    missing = observable(samples.handmade(), f"fatjet0.constituents.{name}")
    assert np.isnan(missing[1:]).all()
    of_each = observable(samples.handmade(), f"fatjet.constituents.{name}").tolist()
    assert of_each == [[pytest.approx(missing[0])], [], [], []]


def test_momenta_that_are_not_finite_have_no_shape() -> None:
    events = ak.Array([{"Jet": [{"PT": 0.0, "Eta": math.inf, "Phi": 0.0}], "MissingET": MISSING}] * 2)
    for name in ("jet.sphericity", "jet.thrust"):
        assert np.isnan(observable(events, name)).all()


parts = st.tuples(st.floats(1, 300), st.floats(-2.5, 2.5), st.floats(-3.1, 3.1))


def event(particles: list[tuple[float, float, float]], angle: float = 0.0) -> dict[str, Any]:
    made = [{"PT": pt, "Eta": eta, "Phi": phi + angle, "Mass": 0.0} for pt, eta, phi in particles]
    return {"Jet": made, "MissingET": [{"MET": 9.0, "Eta": 0.0, "Phi": 1.0 + angle}]}


@settings(max_examples=50)
@given(st.lists(parts, min_size=1, max_size=6), st.floats(-3, 3), st.randoms(use_true_random=False))
def test_shapes_know_no_order_and_no_turn(
    particles: list[tuple[float, float, float]], angle: float, random: Any
) -> None:
    mixed = random.sample(particles, len(particles))
    events = ak.Array([event(particles), event(mixed), event(particles, angle)])
    for name in SHAPES:
        first, second, third = observable(events, name)
        low, high = range_of(name)
        assert low is not None
        assert first >= low - 1e-9
        assert high is None or first <= high + 1e-9
        # just below two directions of thrust can be equal, and rounding chooses
        assert second == pytest.approx(first, rel=1e-7, abs=1e-7)
        assert third == pytest.approx(first, rel=1e-7, abs=1e-7)


@settings(max_examples=30)
@given(st.lists(parts, min_size=1, max_size=5), st.floats(-2, 2))
def test_transverse_shapes_know_no_boost(particles: list[tuple[float, float, float]], rapidity: float) -> None:
    moved = [(pt, eta + rapidity, phi) for pt, eta, phi in particles]  # without mass
    events = ak.Array([event(particles), event(moved)])
    for name in ("jet.transverse_thrust", "jet.ht", "jet.dphi_min"):
        still, moving = observable(events, name)
        assert moving == pytest.approx(still, rel=1e-9)
