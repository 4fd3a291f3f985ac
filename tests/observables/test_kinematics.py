from __future__ import annotations

import math

import awkward as ak
import numpy as np
import pytest
import samples
import vector
from hypothesis import assume, given, settings
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
        ("jet0.et", 113.20513758 / math.cosh(0.5)),
        ("jet0.mt", math.hypot(10.0, 100.0)),
        ("jet0,missinget0.mt", 141.59731843),  # sqrt(10^2 + 2 (sqrt(10^2 + 100^2) 50 - 100 50 cos 3))
        ("jet0,jet1.pt_balance", 40.0 / 160.0),
        ("jet1,jet0.pt_balance", -40.0 / 160.0),
    ],
)
def test_values_of_a_handmade_event(name: str, expected: float) -> None:
    assert observable(samples.handmade()[:1], name)[0] == pytest.approx(expected, rel=1e-8)


def test_invariant_mass_of_two_back_to_back_photons() -> None:
    photons = [{"PT": 40.0, "Eta": 0.0, "Phi": 0.0}, {"PT": 90.0, "Eta": 0.0, "Phi": -math.pi}]
    events = ak.Array([{"Photon": photons}])
    assert observable(events, "photon0,photon1.invariant_mass")[0] == pytest.approx(2 * math.sqrt(40.0 * 90.0))


def test_mt_of_a_lepton_and_the_missing_momentum() -> None:
    muon = {"PT": 40.0, "Eta": 1.3, "Phi": 0.0, "Mass": 0.0}
    events = ak.Array([{"Muon": [muon], "MissingET": [{"MET": 40.0, "Eta": 0.0, "Phi": -math.pi}]}])
    assert observable(events, "muon0,missinget0.mt")[0] == pytest.approx(80.0)


angles = st.floats(-math.pi, math.pi, exclude_max=True)


def boosted(particle: dict[str, float], rapidity: float) -> dict[str, float]:
    p = vector.obj(pt=particle["PT"], eta=particle["Eta"], phi=particle["Phi"], mass=particle["Mass"])
    p = p.boostZ(beta=math.tanh(rapidity))
    return {"PT": p.pt, "Eta": p.eta, "Phi": p.phi, "Mass": particle["Mass"]}


def test_cos_theta_star_of_two_at_rest() -> None:
    # at rest together it is the polar angle of the first
    eta = 0.8
    pair = [
        {"PT": 50.0, "Eta": eta, "Phi": 0.3, "Mass": 0.0},
        {"PT": 50.0, "Eta": -eta, "Phi": 0.3 - math.pi, "Mass": 0.0},
    ]
    events = ak.Array([{"Muon": pair}])
    assert observable(events, "muon0,muon1.cos_theta_star")[0] == pytest.approx(math.tanh(eta))
    assert observable(events, "muon1,muon0.cos_theta_star")[0] == pytest.approx(-math.tanh(eta))


def collins_soper(one: vector.VectorObject4D, other: vector.VectorObject4D) -> float:
    """By its definition: in the rest frame of the pair the axis halves the angle between one beam and the other's opposite."""
    pair = one + other
    beams = [vector.obj(px=0.0, py=0.0, pz=sign * 6500.0, E=6500.0).boostCM_of(pair).to_Vector3D() for sign in (1, -1)]
    axis = beams[0].unit() - beams[1].unit()
    return float(one.boostCM_of(pair).to_Vector3D().unit().dot(axis.unit()))


moderate = st.fixed_dictionaries(
    {"PT": st.floats(5, 500), "Eta": st.floats(-2.5, 2.5), "Phi": st.floats(-3.1, 3.1), "Mass": st.floats(0, 50)}
)


@settings(max_examples=60)
@given(moderate, moderate, st.floats(-1.5, 1.5))
def test_cos_theta_star_agrees_with_vector(one: dict[str, float], other: dict[str, float], rapidity: float) -> None:
    a, b = (vector.obj(pt=p["PT"], eta=p["Eta"], phi=p["Phi"], mass=p["Mass"]) for p in (one, other))
    assume(a.deltaR(b) > 0.05)
    both = [{"Jet": [one, other]}, {"Jet": [boosted(one, rapidity), boosted(other, rapidity)]}]
    found = observable(ak.Array(both), "jet0,jet1.cos_theta_star")
    assert found[0] == pytest.approx(collins_soper(a, b), abs=1e-5)
    assert found[1] == pytest.approx(found[0], abs=1e-6)


INVARIANT_ALONG_Z = ("jet0.pt", "jet0.mass", "jet0.mt", "jet0,jet1.invariant_mass", "jet0,jet1.mt", "jet0,jet1.delta_phi", "jet0,jet1.pt_balance")  # fmt: skip


@settings(max_examples=30)
@given(moderate, moderate, st.floats(-2, 2))
def test_boosts_along_the_beam(one: dict[str, float], other: dict[str, float], rapidity: float) -> None:
    pairs = ak.Array([{"Jet": [one, other]}, {"Jet": [boosted(one, rapidity), boosted(other, rapidity)]}])
    for name in INVARIANT_ALONG_Z:
        still, moving = observable(pairs, name)
        assert moving == pytest.approx(still, rel=1e-5, abs=1e-4)
    still, moving = observable(pairs, "jet0.rapidity")
    assert moving == pytest.approx(still + rapidity, abs=1e-6)


@settings(max_examples=30)
@given(moderate, moderate, angles)
def test_turns_about_the_beam(one: dict[str, float], other: dict[str, float], angle: float) -> None:
    assume(math.hypot(one["Eta"] - other["Eta"], one["Phi"] - other["Phi"]) > 0.05)
    turned = [{**p, "Phi": p["Phi"] + angle} for p in (one, other)]
    pairs = ak.Array([{"Jet": [one, other]}, {"Jet": turned}])
    for name in (*INVARIANT_ALONG_Z, "jet0,jet1.delta_r", "jet0,jet1.cos_theta_star", "jet0.energy"):
        before, after = observable(pairs, name)
        if name.endswith("delta_phi"):
            assert math.cos(after) == pytest.approx(math.cos(before), abs=1e-9)
        elif not math.isnan(before):
            assert after == pytest.approx(before, rel=1e-6, abs=1e-4)


def test_mass_of_branches_without_one() -> None:
    lepton = [{"PT": 40.0, "Eta": 0.0, "Phi": 0.0}]
    events = ak.Array([{"Electron": lepton, "Muon": lepton}])
    assert observable(events, "electron0.mass")[0] == pytest.approx(0.00051099895, rel=1e-8)
    assert observable(events, "muon.mass")[0, 0] == pytest.approx(0.1056583755, rel=1e-8)


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
        "jet0.et": a.Et,
        "jet0.mt": a.mt,
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
