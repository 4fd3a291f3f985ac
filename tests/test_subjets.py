from __future__ import annotations

from pathlib import Path

import awkward as ak
import numpy as np
import pytest

from hml_jupyter import jets, subjets
from hml_jupyter.events import read_events


def particles(events: list[list[tuple[float, float, float]]]) -> ak.Array:
    """Massless particles from (pt, eta, phi)."""
    p = ak.Array([[{"pt": a, "eta": b, "phi": c} for a, b, c in event] for event in events])
    return jets.particles(p.pt, p.eta, p.phi, ak.zeros_like(p.pt))


def test_soft_drop_mass_drops_the_soft_prong() -> None:
    hard = [(100.0, 0.0, 0.0), (50.0, 0.0, 0.4)]
    mass = subjets.soft_drop_mass(particles([hard, [*hard, (5.0, 0.0, -0.6)], hard[:1]])[None], radius=0.8)
    two_prongs = np.sqrt(2 * 100 * 50 * (1 - np.cos(0.4)))
    assert mass[0].tolist() == pytest.approx([two_prongs, two_prongs, 0.0], abs=1e-3)


def test_n_subjettiness_of_separate_prongs() -> None:
    # tau1: for three equal particles in a row the axis that minimises the sum of distances is the middle one
    p = particles([[(10.0, 0.0, -0.3), (10.0, 0.0, 0.0), (10.0, 0.0, 0.3)]])[None]
    tau = subjets.n_subjettiness(p, radius=0.8, n_max=3)[0, 0].tolist()
    assert tau == pytest.approx([(0.3 + 0.3) / 3 / 0.8, 0.3 / 3 / 0.8, 0.0], rel=1e-2)


def test_n_subjettiness_falls_and_ends_at_zero() -> None:
    rng = np.random.default_rng(3)
    event = [(float(pt), float(y), float(phi)) for pt, y, phi in rng.uniform([1, -0.5, -0.5], [9, 0.5, 0.5], (4, 3))]
    tau = subjets.n_subjettiness(particles([event])[None], radius=0.8)[0, 0].to_numpy()
    assert (np.diff(tau) <= 1e-9).all()
    assert tau[3:].tolist() == [0.0, 0.0]


def test_no_jets() -> None:
    none = particles([[(1.0, 0.0, 0.0)]])[None][:, :0]
    assert subjets.soft_drop_mass(none, radius=0.8).tolist() == [[]]
    assert subjets.n_subjettiness(none, radius=0.8).tolist() == [[]]


@pytest.mark.shared_data
def test_fat_jets_of_real_delphes(shared: Path) -> None:
    fat = read_events(shared / "delphes-3.4.2-10-events.root").FatJet
    c = fat.Constituents
    p = jets.particles(c.PT, c.Eta, c.Phi, c.Mass)
    total = ak.zip({name: ak.sum(p[name], axis=2) for name in ("px", "py", "pz", "E")})
    tau = subjets.n_subjettiness(p, radius=0.8)
    groomed = subjets.soft_drop_mass(p, radius=0.8)
    assert ak.count(fat.PT) == 6
    for ours, theirs, tolerance in (
        (tau, fat.Tau, 1e-3),
        (jets.kinematics(total).mass, fat.Mass, 1e-4),
        (jets.kinematics(total).pt, fat.PT, 1e-4),
        (groomed, fat.SoftDroppedMass, 1e-4),
    ):
        np.testing.assert_allclose(ak.flatten(ours, axis=None), ak.flatten(theirs, axis=None), rtol=tolerance)


def momenta(*events: list[tuple[float, float, float]]) -> tuple[jets.Momenta, np.ndarray]:
    p = particles(list(events))
    return jets.to_momenta(p), np.array([len(event) for event in events])


@pytest.mark.parametrize("algorithm", subjets.ALGORITHMS)
def test_leading_subjets(algorithm: str) -> None:
    two = [(20.0, 0.0, 3.1), (60.0, 0.5, -3.1), (30.0, 0.5, 3.1)]
    p, sizes = momenta(two, [], [(5.0, 1.0, 1.0)])
    found = subjets.leading_subjets(p, sizes, algorithm=algorithm, radius=0.3, pt_min=1.0, count=2)
    # the two at eta = 0.5 are one: their momenta are 90 GeV long, and a little less together
    together = np.hypot(90 * np.cos(0.0416), 30 * np.sin(0.0416))
    np.testing.assert_allclose(found.pt, [[together, 20.0], [np.nan, np.nan], [5.0, np.nan]], rtol=1e-4)
    np.testing.assert_allclose(found.rapidity[:, 1], [0.0, np.nan, np.nan], atol=1e-9)
    np.testing.assert_allclose(found.rapidity[0, 0], 0.5, atol=1e-3)
    np.testing.assert_allclose(found.phi[:, 0], [-np.pi + 0.0139, np.nan, 1.0], atol=1e-3)


def test_leading_subjets_below_their_least_pt() -> None:
    p, sizes = momenta([(5.0, 0.0, 0.0), (50.0, 1.0, 0.0)])
    found = subjets.leading_subjets(p, sizes, algorithm="kt", radius=0.4, pt_min=10.0, count=3)
    np.testing.assert_allclose(found.pt, [[50.0, np.nan, np.nan]])
    nothing = jets.Momenta(*np.zeros((4, 0)))
    assert subjets.leading_subjets(nothing, sizes[:1] * 0, algorithm="kt", radius=0.4, pt_min=0.0).pt.shape == (1, 2)
