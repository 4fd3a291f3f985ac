from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from generators.guns import truth

from hml_jupyter.generators import detector
from hml_jupyter.generators.atlas import ATLAS
from hml_jupyter.generators.card import CMS, track_resolution
from hml_jupyter.generators.detector import Flow, Truth, detect

CARDS = {"cms": CMS, "atlas": ATLAS}


def cms(given: Truth, seed: int = 1) -> Flow:
    return detect(given, CMS, np.random.default_rng(seed)).flow


def test_select() -> None:
    for unseen in (12, 1000022, 1000014):
        assert len(detector.select(truth(unseen, 0, 50.0, n=3)).pt) == 0
    assert len(detector.select(truth(22, 0, 50.0, eta=5.2, n=3)).pt) == 0
    assert len(detector.select(truth(-13, 1, 50.0, n=3)).pt) == 3


def test_perfect_changes_nothing() -> None:
    given = truth(321, 1, 20.0, mass=0.49, n=5)
    measured = detector.perfect(given)
    assert measured.seen is measured.flow
    assert measured.flow.pt.tolist() == given.pt.tolist()
    assert measured.flow.charge.tolist() == [1] * 5
    assert measured.flow.pid.tolist() == [211] * 5


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
@pytest.mark.parametrize(("kind", "pid", "charge"), [("hadron", 211, 1), ("electron", 11, -1), ("muon", 13, -1)])
@pytest.mark.parametrize(("pt", "eta"), [(0.6, 0.3), (20.0, 0.3), (150.0, 1.0), (20.0, 2.0)])
def test_tracks_have_the_efficiency_and_resolution_of_the_card(
    card: Any, kind: str, pid: int, charge: int, pt: float, eta: float
) -> None:
    given = truth(pid, charge, pt, eta)
    rng = np.random.default_rng(1)
    found = detector._tracked(given, card, rng)
    expected = float(card.tracking[kind](np.array([pt]), np.array([eta]))[0])
    assert found.mean() == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / 20_000))
    tracks, resolution = detector._tracks(given, np.arange(20_000), card, rng)
    width = float(track_resolution(card, kind, np.array([pt]), np.array([eta]))[0])
    assert resolution.tolist() == [pytest.approx(width)] * 20_000
    assert tracks.pt.mean() == pytest.approx(pt, rel=4 * width / np.sqrt(20_000))
    assert tracks.pt.std() / pt == pytest.approx(width, rel=0.04)


def test_muons_are_their_tracks() -> None:
    flow = cms(truth(13, -1, 50.0))
    assert len(flow.pt) / 20_000 == pytest.approx(0.99, abs=0.003)
    assert flow.pt.std() / 50 == pytest.approx(np.hypot(0.01, 50 * 1e-4), rel=0.03)
    assert set(flow.pid.tolist()) == {13}
    assert len(cms(truth(13, -1, 50.0, eta=3.0, n=100)).pt) == 0


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
@pytest.mark.parametrize(("energy", "eta"), [(50.0, 0.3), (200.0, 2.0)])
def test_photons_have_the_resolution_of_the_ecal(card: Any, energy: float, eta: float) -> None:
    flow = detect(truth(22, 0, energy / np.cosh(eta), eta), card, np.random.default_rng(2)).flow
    width = card.ecal.resolution(np.array([energy]), np.array([eta]))[0]
    measured = flow.pt * np.cosh(flow.eta)
    assert len(flow.pt) == 20_000
    assert measured.mean() == pytest.approx(energy, rel=4 * width / energy / np.sqrt(20_000))
    assert measured.std() == pytest.approx(width, rel=0.05)
    assert np.abs(flow.eta - eta).max() <= 0.0175


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_neutral_hadrons_have_the_resolution_of_the_hcal(card: Any) -> None:
    flow = detect(truth(130, 0, 100.0, mass=0.5), card, np.random.default_rng(3)).flow
    energy = np.hypot(100 * np.cosh(0.3), 0.5)
    width = card.hcal.resolution(np.array([energy]), np.array([0.3]))[0]
    assert (flow.pt * np.cosh(flow.eta)).std() == pytest.approx(width, rel=0.04)
    assert set(flow.pid.tolist()) == {130}


def test_neutral_hadrons_need_energy_and_significance() -> None:
    flow = cms(truth(130, 0, 0.5, mass=0.5))
    energy = flow.pt * np.cosh(flow.eta)
    assert len(flow.pt) < 15_000
    assert energy.min() > 1.0
    assert (energy / CMS.hcal.resolution(energy, np.full(len(energy), 0.3))).min() >= 1.0


def test_charged_hadrons_are_measured_better_by_track_and_tower_together() -> None:
    flow = cms(truth(211, 1, 20.0, mass=0.14))
    tracks = flow.pid == 211
    assert tracks.sum() / 20_000 == pytest.approx(0.95, abs=0.01)
    assert flow.eta[tracks].tolist() == [0.3] * int(tracks.sum())
    alone, tower = np.hypot(0.06, 20 * 1.3e-3), 1.5 / np.sqrt(20 * np.cosh(0.3))
    kept = flow.pt[tracks]
    assert np.median(kept) == pytest.approx(20.0, rel=0.02)
    assert np.std(kept) / 20 < alone < tower
    # what a tower has beyond its track is neutral energy only if it is significant
    neutral = flow.pid == 130
    assert 0.02 < (neutral.sum() - 1000) / 20_000 < 0.2


def test_towers_add_up() -> None:
    one = truth(22, 0, 50.0, n=1)
    twice = Truth._make(np.concatenate([field, field]) for field in one)
    flow = cms(twice)
    assert len(flow.pt) == 1
    assert flow.pt[0] == pytest.approx(100.0, rel=0.1)


def test_atlas_sees_towers_and_muons() -> None:
    pion = detect(truth(211, 1, 50.0, mass=0.14, n=2000), ATLAS, np.random.default_rng(4))
    assert set(pion.seen.charge.tolist()) == {0}
    assert 211 in pion.flow.pid
    muon = detect(truth(13, -1, 50.0, n=2000), ATLAS, np.random.default_rng(4))
    assert muon.seen.pt.tolist() == muon.flow.pt.tolist()


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_detect_is_sorted_by_event_and_decided_by_the_generator(card: Any) -> None:
    given = truth(211, -1, 5.0, n=500)
    a, b = (detect(given, card, np.random.default_rng(7)).seen for _ in range(2))
    assert all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))
    assert (np.diff(a.event) >= 0).all()
    assert (a.phi >= -np.pi).all()
    assert (a.phi < np.pi).all()


def test_detect_nothing() -> None:
    none = truth(211, 1, 5.0, n=0)
    assert len(cms(none).pt) == 0
