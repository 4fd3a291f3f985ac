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
