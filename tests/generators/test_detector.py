from __future__ import annotations

import numpy as np
import pytest

from hml_jupyter.generators import detector
from hml_jupyter.generators.detector import Truth


def truth(pid: int, charge: int, pt: float, eta: float = 0.3, mass: float = 0.0, n: int = 20_000) -> Truth:
    """`n` events with one particle each."""
    rng = np.random.default_rng(5)
    one = np.ones(n)
    whole = one.astype(np.int64)
    return Truth(
        np.arange(n), pid * whole, charge * whole, pt * one, eta * one, rng.uniform(-np.pi, np.pi, n), mass * one
    )


def test_select() -> None:
    assert len(detector.select(truth(12, 0, 50.0, n=3)).pt) == 0
    assert len(detector.select(truth(22, 0, 50.0, eta=5.2, n=3)).pt) == 0
    assert len(detector.select(truth(-13, 1, 50.0, n=3)).pt) == 3


def test_perfect_changes_nothing() -> None:
    given = truth(211, 1, 20.0, mass=0.14, n=5)
    flow = detector.perfect(given, np.random.default_rng(1))
    assert flow.pt.tolist() == given.pt.tolist()
    assert flow.charge.tolist() == [1] * 5


def test_cms_charged_hadrons_are_tracked_or_in_the_calorimeter() -> None:
    flow = detector.cms(truth(211, 1, 20.0, mass=0.14), np.random.default_rng(1))
    tracks = flow.charge == 1
    assert tracks.mean() * len(flow.pt) / 20_000 == pytest.approx(0.95, abs=0.01)
    assert len(flow.pt) / 20_000 > 0.98
    assert flow.pt[tracks].mean() == pytest.approx(20.0, rel=0.01)
    assert flow.pt[tracks].std() / 20.0 == pytest.approx(np.hypot(0.06, 20 * 1.3e-3), rel=0.03)
    assert flow.eta[tracks].tolist() == [0.3] * int(tracks.sum())


def test_cms_photons() -> None:
    flow = detector.cms(truth(22, 0, 50.0), np.random.default_rng(2))
    energy = 50.0 * np.cosh(0.3)
    width = (1 + 0.64 * 0.3**2) * np.sqrt((0.008 * energy) ** 2 + 0.11**2 * energy + 0.16)
    assert len(flow.pt) == 20_000
    measured = flow.pt * np.cosh(flow.eta)
    assert measured.mean() == pytest.approx(energy, rel=1e-3)
    assert measured.std() == pytest.approx(width, rel=0.05)
    assert np.abs(flow.eta - 0.3).max() <= 0.0174


def test_cms_neutral_hadrons_need_significance() -> None:
    flow = detector.cms(truth(130, 0, 100.0, mass=0.5), np.random.default_rng(3))
    assert (flow.pt * np.cosh(flow.eta)).std() == pytest.approx(np.hypot(5.2, 1.5 * np.sqrt(104.5)), rel=0.03)
    assert len(detector.cms(truth(130, 0, 0.5, mass=0.5), np.random.default_rng(3)).pt) < 15_000


def test_cms_untracked_muons_leave_nothing() -> None:
    assert len(detector.cms(truth(13, -1, 50.0, eta=3.0, n=100), np.random.default_rng(4)).pt) == 0


def test_cms_towers_add_up() -> None:
    one = truth(22, 0, 50.0, n=1)
    twice = Truth._make(np.concatenate([field, field]) for field in one)
    flow = detector.cms(twice, np.random.default_rng(6))
    assert len(flow.pt) == 1
    assert flow.pt[0] == pytest.approx(100.0, rel=0.1)


def test_cms_is_sorted_by_event_and_decided_by_the_generator() -> None:
    given = truth(211, -1, 5.0, n=500)
    a, b = (detector.cms(given, np.random.default_rng(7)) for _ in range(2))
    assert all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))
    assert (np.diff(a.event) >= 0).all()
    assert (np.abs(a.phi) <= np.pi).all()
