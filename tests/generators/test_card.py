from __future__ import annotations

import numpy as np
import pytest

from hml_jupyter.generators import atlas, card
from hml_jupyter.generators.atlas import ATLAS
from hml_jupyter.generators.card import CMS, Card, Steps

CARDS = {"cms": CMS, "atlas": ATLAS}


def test_steps_edges() -> None:
    pt, eta = np.array([0.1, 0.11, 1.0, 1.01, 10.0, 10.0]), np.array([0.0, 0.0, 0.0, 0.0, 2.5, 2.6])
    assert CMS.tracking["hadron"](pt, eta).tolist() == [0.0, 0.70, 0.70, 0.95, 0.85, 0.0]


def test_steps_without_particles() -> None:
    assert Steps((1.0,), (2.0,), ((0.5,),))(np.zeros(0), np.zeros(0)).tolist() == []


def test_tracking_of_hard_muons_falls_in_cms_only() -> None:
    pt = np.array([1000.0, 2000.0])
    assert CMS.tracking["muon"](pt, np.zeros(2)).tolist() == pytest.approx([0.99, 0.99 * np.exp(-0.5)])
    assert ATLAS.tracking["muon"](pt, np.zeros(2)).tolist() == [0.99, 0.99]


def test_track_resolution() -> None:
    # sqrt(0.25^2 + (100 * 3.1e-3)^2) in the endcap
    pt = np.array([100.0])
    assert card.track_resolution(CMS, "hadron", pt, np.array([2.0]))[0] == pytest.approx(np.hypot(0.25, 0.31))
    assert card.track_resolution(CMS, "muon", pt / 10, np.array([0.2]))[0] == pytest.approx(np.hypot(0.01, 0.001))
    assert card.track_resolution(CMS, "hadron", 10 * pt, np.array([2.0]))[0] == 1.0


def test_calorimeter_resolutions() -> None:
    energy = np.array([100.0, 100.0])
    ecal = CMS.ecal.resolution(energy, np.array([0.0, 4.0]))
    assert ecal.tolist() == pytest.approx([np.sqrt(0.8**2 + 1.1**2 + 0.4**2), np.sqrt(10.7**2 + 20.8**2)])
    hcal = CMS.hcal.resolution(energy, np.array([0.0, 4.0]))
    assert hcal.tolist() == pytest.approx([np.sqrt(5**2 + 15**2), np.sqrt(13**2 + 27**2)])


def test_calorimeter_resolutions_of_atlas() -> None:
    energy, eta = np.array([100.0] * 3), np.array([0.0, 2.0, 4.0])
    fine, forward = np.hypot(0.17, 1.01), np.hypot(3.5, 2.85)
    assert atlas.ecal_resolution(energy, eta).tolist() == pytest.approx([fine, fine, forward])
    barrel = np.sqrt(3.02**2 + 5.205**2 + 1.59**2)
    hcal = [barrel, np.hypot(5.0, 7.06), np.hypot(9.42, 10.0)]
    assert atlas.hcal_resolution(energy, eta).tolist() == pytest.approx(hcal)


@pytest.mark.parametrize("name", CARDS)
def test_towers_are_symmetric_and_rise(name: str) -> None:
    for calorimeter in (CARDS[name].ecal, CARDS[name].hcal):
        eta, bins = calorimeter.eta_edges, calorimeter.phi_bins
        assert (np.diff(eta) > 0).all()
        np.testing.assert_allclose(eta, -eta[::-1], atol=1e-12)
        assert len(bins) == len(eta) - 1
        assert bins.tolist() == bins[::-1].tolist()
        assert eta[-1] <= card.CALORIMETER_ETA
        assert bins.max() < 512  # the key of a tower has nine bits for phi


def towers(card_: Card) -> dict[float, int]:
    return dict(zip(card_.hcal.eta_edges[1:].round(3).tolist(), card_.hcal.phi_bins.tolist(), strict=True))


def test_towers_of_the_hcal_have_the_regions_of_the_cards() -> None:
    cms, atlas_ = towers(CMS), towers(ATLAS)
    assert [cms[eta] for eta in (0.087, 1.653, 1.74, 4.525, 4.7, 5.0)] == [72, 72, 36, 36, 18, 18]
    assert [atlas_[eta] for eta in (0.1, 2.6, 2.8, 3.2, 3.3, 3.5, 4.9)] == [36, 36, 18, 18, 36, 18, 18]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cms", [0.85 * np.tanh(0.25) * 25 / 7.3, 0.25 * np.tanh(1.8) / 1.13, 0.0138]),
        ("atlas", [0.80 * np.tanh(0.3) * 30 / 9.6, 0.20 * np.tanh(2.0) / 1.34, 0.00273]),
    ],
)
def test_b_tags(name: str, expected: list[float]) -> None:
    pt = np.array([100.0])
    assert [float(CARDS[name].b_tag[flavor](pt)[0]) for flavor in (5, 4, 0)] == pytest.approx(expected)


def test_jet_energy_scale() -> None:
    pt, eta = np.array([100.0]), np.array([2.0])
    assert CMS.jet_energy_scale(pt, eta)[0] == pytest.approx(np.sqrt(2.2**2 / 100 + 1))
    assert ATLAS.jet_energy_scale(pt, eta)[0] == pytest.approx(np.sqrt(2.6**2 / 100 + 1))
