from __future__ import annotations

import math

import awkward as ak
import numpy as np
import pytest
import samples
import vector
from hypothesis import given, settings
from hypothesis import strategies as st

from hml_jupyter.observables import observable


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("jet0.pt", 100.0),
        ("jet0.px", -98.99924966),  # 100 cos 3
        ("jet0.py", 14.11200081),  # 100 sin 3
        ("jet0.pz", 52.10953055),  # 100 sinh 0.5
        ("jet0.energy", 113.20513758),  # sqrt(10^2 + (100 cosh 0.5)^2)
        ("jet0.rapidity", 0.49770539),
        ("jet0.eta", 0.5),
        ("jet0.phi", 3.0),
        ("jet1.mass", 5.0),
        ("jet1.charge", -1.0),
        ("jet0.b_tag", 1.0),
        ("jet0.tau_tag", 0.0),
        ("jet.size", 2.0),
        ("jet0,jet1.delta_eta", 1.0),
        ("jet0,jet1.delta_phi", 6.0 - 2 * math.pi),
        ("jet1,jet0.delta_phi", 2 * math.pi - 6.0),
        ("jet0,jet1.delta_r", math.hypot(1.0, 2 * math.pi - 6.0)),
        ("met", 50.0),
        ("ht", 160.0),
        ("missinget0.pt", 50.0),
    ],
)
def test_values_of_a_handmade_event(name: str, expected: float) -> None:
    assert observable(samples.handmade()[:1], name)[0] == pytest.approx(expected, rel=1e-8)


def test_invariant_mass_of_two_back_to_back_photons() -> None:
    photons = [{"PT": 40.0, "Eta": 0.0, "Phi": 0.0}, {"PT": 90.0, "Eta": 0.0, "Phi": -math.pi}]
    events = ak.Array([{"Photon": photons}])
    assert observable(events, "photon0,photon1.invariant_mass")[0] == pytest.approx(2 * math.sqrt(40.0 * 90.0))


def test_mass_of_branches_without_one() -> None:
    lepton = [{"PT": 40.0, "Eta": 0.0, "Phi": 0.0}]
    events = ak.Array([{"Electron": lepton, "Muon": lepton}])
    assert observable(events, "electron0.mass")[0] == pytest.approx(0.00051099895, rel=1e-8)
    assert observable(events, "muon.mass")[0, 0] == pytest.approx(0.1056583755, rel=1e-8)


angles = st.floats(-math.pi, math.pi, exclude_max=True)
fourvectors = st.fixed_dictionaries(
    {"PT": st.floats(0.1, 1e4), "Eta": st.floats(-5, 5), "Phi": angles, "Mass": st.floats(0, 1e3)}
)


@settings(max_examples=40)
@given(fourvectors, fourvectors)
def test_values_agree_with_vector(one: dict[str, float], other: dict[str, float]) -> None:
    events = ak.Array([{"Jet": [one, other]}])
    a, b = (vector.obj(pt=p["PT"], eta=p["Eta"], phi=p["Phi"], mass=p["Mass"]) for p in (one, other))
    expected = {
        "jet0.px": a.px,
        "jet0.py": a.py,
        "jet0.pz": a.pz,
        "jet0.energy": a.energy,
        "jet0.rapidity": a.rapidity,
        "jet0,jet1.delta_r": a.deltaR(b),
        "jet0,jet1.delta_eta": a.deltaeta(b),
    }
    for name, value in expected.items():
        assert observable(events, name)[0] == pytest.approx(value, rel=1e-6, abs=1e-9 * a.energy)
    together = a + b
    assert observable(events, "jet0,jet1.invariant_mass")[0] ** 2 == pytest.approx(
        together.mass2, rel=1e-6, abs=1e-10 * together.energy**2
    )
    assert math.cos(observable(events, "jet0,jet1.delta_phi")[0]) == pytest.approx(math.cos(a.deltaphi(b)), abs=1e-9)


def test_phi_is_below_pi() -> None:
    below = float(np.nextafter(-math.pi, -4))
    jets = [{"PT": 1.0, "Eta": 0.0, "Phi": below}, {"PT": 1.0, "Eta": 0.0, "Phi": math.pi}]
    assert observable(ak.Array([{"Jet": jets}]), "jet.phi").tolist() == [[-math.pi, -math.pi]]
