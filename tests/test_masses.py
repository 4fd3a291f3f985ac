from __future__ import annotations

import pytest

from hml_jupyter.masses import mass_of


@pytest.mark.parametrize(
    ("branch", "mass"),  # GeV, Review of Particle Physics 2024
    [("Electron", 0.51099895e-3), ("muon", 0.1056583755), ("Photon", 0.0), ("MissingET", 0.0)],
)
def test_mass_of(branch: str, mass: float) -> None:
    assert mass_of(branch) == pytest.approx(mass, rel=1e-8)


def test_mass_of_a_branch_that_carries_its_own() -> None:
    assert mass_of("FatJet") is None
