from __future__ import annotations

import awkward as ak
import numpy as np
import pytest

from hml_jupyter import jets


def particles(events: list[list[tuple[float, float, float]]]) -> ak.Array:
    """Massless particles from (pt, eta, phi)."""
    p = ak.Array([[{"pt": a, "eta": b, "phi": c} for a, b, c in event] for event in events])
    if not ak.fields(p):
        p = ak.Array([[{"pt": 1.0, "eta": 0.0, "phi": 0.0}]] * len(events))[:, :0]
    return jets.particles(p.pt, p.eta, p.phi, ak.zeros_like(p.pt), charge=ak.ones_like(p.pt))


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
