from __future__ import annotations

from pathlib import Path

import awkward as ak
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hml_jupyter import jets
from hml_jupyter.events import read_events

ANGLES = st.floats(-50, 50)


def particles(events: list[list[tuple[float, float, float]]]) -> ak.Array:
    """Massless particles from (pt, eta, phi)."""
    p = ak.Array([[{"pt": a, "eta": b, "phi": c} for a, b, c in event] for event in events])
    if not ak.fields(p):
        p = ak.Array([[{"pt": 1.0, "eta": 0.0, "phi": 0.0}]] * len(events))[:, :0]
    return jets.particles(p.pt, p.eta, p.phi, ak.zeros_like(p.pt), charge=ak.ones_like(p.pt))


@given(ANGLES, ANGLES)
def test_delta_phi_is_wrapped(a: float, b: float) -> None:
    difference = jets.delta_phi(a, b)
    assert -np.pi <= difference < np.pi
    assert np.cos(difference) == pytest.approx(np.cos(a - b), abs=1e-9)


def test_kinematics_back_and_forth() -> None:
    p = jets.particles(ak.Array([[50.0]]), ak.Array([[1.2]]), ak.Array([[-3.0]]), ak.Array([[91.0]]))
    k = jets.kinematics(p)
    assert [float(v[0, 0]) for v in k] == pytest.approx([50.0, 1.2, -3.0, 91.0])


def test_cluster_across_the_edge_of_phi() -> None:
    p = particles([[(30.0, 0.0, 3.1), (20.0, 0.0, -3.1), (25.0, 2.0, 0.0), (5.0, 4.0, 0.0)], [(10.0, 0.0, 0.0)]])
    found, parts = jets.cluster(p, radius=0.4, pt_min=20.0)
    k = jets.kinematics(found)
    assert ak.num(found).tolist() == [2, 0]
    assert k.pt[0, 0] == pytest.approx(50.0, rel=1e-2)
    assert k.pt[0, 1] == pytest.approx(25.0)
    assert jets.kinematics(parts).pt[0].tolist() == [pytest.approx([30.0, 20.0]), pytest.approx([25.0])]
    assert parts.charge[0].tolist() == [[1, 1], [1]]


def test_cluster_mass_of_two_prongs() -> None:
    # m^2 = 2 pt1 pt2 (cosh deta - cos dphi)
    p = particles([[(100.0, 0.2, 0.0), (80.0, -0.2, 0.3)]])
    found, _ = jets.cluster(p, radius=0.8, pt_min=20.0)
    expected = np.sqrt(2 * 100 * 80 * (np.cosh(0.4) - np.cos(0.3)))
    assert jets.kinematics(found).mass[0, 0] == pytest.approx(expected)


def test_cluster_acceptance() -> None:
    p = particles([[(30.0, 4.9, 0.0), (30.0, 5.1, 2.0)]])
    found, _ = jets.cluster(p, radius=0.4, pt_min=20.0, eta_max=5.0)
    assert jets.kinematics(found).eta[0].tolist() == pytest.approx([4.9])


def test_cluster_nothing() -> None:
    found, parts = jets.cluster(particles([[], []]), radius=0.4, pt_min=20.0)
    assert ak.num(found).tolist() == [0, 0]
    assert ak.num(parts).tolist() == [0, 0]


def test_soft_drop_mass_drops_the_soft_prong() -> None:
    hard = [(100.0, 0.0, 0.0), (50.0, 0.0, 0.4)]
    mass = jets.soft_drop_mass(particles([hard, [*hard, (5.0, 0.0, -0.6)], hard[:1]])[None], radius=0.8)
    two_prongs = np.sqrt(2 * 100 * 50 * (1 - np.cos(0.4)))
    assert mass[0].tolist() == pytest.approx([two_prongs, two_prongs, 0.0], abs=1e-3)


def test_n_subjettiness_of_separate_prongs() -> None:
    # tau1: for three equal particles in a row the axis that minimises the sum of distances is the middle one
    p = particles([[(10.0, 0.0, -0.3), (10.0, 0.0, 0.0), (10.0, 0.0, 0.3)]])[None]
    tau = jets.n_subjettiness(p, radius=0.8, n_max=3)[0, 0].tolist()
    assert tau == pytest.approx([(0.3 + 0.3) / 3 / 0.8, 0.3 / 3 / 0.8, 0.0], rel=1e-2)


def test_n_subjettiness_falls_and_ends_at_zero() -> None:
    rng = np.random.default_rng(3)
    event = [(float(pt), float(y), float(phi)) for pt, y, phi in rng.uniform([1, -0.5, -0.5], [9, 0.5, 0.5], (4, 3))]
    tau = jets.n_subjettiness(particles([event])[None], radius=0.8)[0, 0].to_numpy()
    assert (np.diff(tau) <= 1e-9).all()
    assert tau[3:].tolist() == [0.0, 0.0]


def test_no_jets() -> None:
    none = particles([[(1.0, 0.0, 0.0)]])[None][:, :0]
    assert jets.soft_drop_mass(none, radius=0.8).tolist() == [[]]
    assert jets.n_subjettiness(none, radius=0.8).tolist() == [[]]


@pytest.mark.shared_data
def test_fat_jets_of_real_delphes(shared: Path) -> None:
    fat = read_events(shared / "delphes-3.4.2-10-events.root").FatJet
    c = fat.Constituents
    p = jets.particles(c.PT, c.Eta, c.Phi, c.Mass)
    total = ak.zip({name: ak.sum(p[name], axis=2) for name in ("px", "py", "pz", "E")})
    tau = jets.n_subjettiness(p, radius=0.8)
    groomed = jets.soft_drop_mass(p, radius=0.8)
    assert ak.count(fat.PT) == 6
    for ours, theirs, tolerance in (
        (tau, fat.Tau, 1e-3),
        (jets.kinematics(total).mass, fat.Mass, 1e-4),
        (jets.kinematics(total).pt, fat.PT, 1e-4),
        (groomed, fat.SoftDroppedMass, 1e-4),
    ):
        np.testing.assert_allclose(ak.flatten(ours, axis=None), ak.flatten(theirs, axis=None), rtol=tolerance)
