from __future__ import annotations

import numpy as np
import pytest

from hml_jupyter.generators import card


def test_track_efficiency_edges() -> None:
    pt, eta = np.array([0.1, 0.11, 1.0, 1.01, 10.0, 10.0]), np.array([0.0, 0.0, 0.0, 0.0, 2.5, 2.6])
    assert card.track_efficiency("hadron", pt, eta).tolist() == [0.0, 0.70, 0.70, 0.95, 0.85, 0.0]


def test_track_efficiency_of_hard_muons_falls() -> None:
    pt = np.array([1000.0, 2000.0])
    assert card.track_efficiency("muon", pt, np.zeros(2)).tolist() == pytest.approx([0.99, 0.99 * np.exp(-0.5)])


def test_track_resolution() -> None:
    # sqrt(0.25^2 + (100 * 3.1e-3)^2) in the endcap
    assert card.track_resolution("hadron", np.array([100.0]), np.array([2.0]))[0] == pytest.approx(np.hypot(0.25, 0.31))
    assert card.track_resolution("muon", np.array([10.0]), np.array([0.2]))[0] == pytest.approx(np.hypot(0.01, 0.001))


def test_calorimeter_resolutions() -> None:
    energy = np.array([100.0, 100.0])
    ecal = card.ecal_resolution(energy, np.array([0.0, 4.0]))
    assert ecal.tolist() == pytest.approx([np.sqrt(0.8**2 + 1.1**2 + 0.4**2), np.sqrt(10.7**2 + 20.8**2)])
    hcal = card.hcal_resolution(energy, np.array([0.0, 4.0]))
    assert hcal.tolist() == pytest.approx([np.sqrt(5**2 + 15**2), np.sqrt(13**2 + 27**2)])


@pytest.mark.parametrize("grid", [card.ECAL, card.HCAL])
def test_grids_are_symmetric_and_rise(grid: card.Grid) -> None:
    assert (np.diff(grid.eta_edges) > 0).all()
    np.testing.assert_allclose(grid.eta_edges, -grid.eta_edges[::-1], atol=1e-12)
    assert len(grid.phi_bins) == len(grid.eta_edges) - 1
    assert grid.phi_bins.tolist() == grid.phi_bins[::-1].tolist()
    assert grid.eta_edges[-1] == card.CALORIMETER_ETA
    assert grid.phi_bins.max() < 512  # the key of a tower has nine bits for phi


def test_grid_of_the_hcal_has_the_regions_of_the_card() -> None:
    upper = card.HCAL.eta_edges[1:]
    bins = dict(zip(upper.round(3).tolist(), card.HCAL.phi_bins.tolist(), strict=True))
    assert (bins[0.087], bins[1.653], bins[1.74], bins[4.525], bins[4.7], bins[5.0]) == (72, 72, 36, 36, 18, 18)
