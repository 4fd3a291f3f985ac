from __future__ import annotations

import numpy as np
import pytest
from generators.guns import flow, truth

from hml_jupyter.generators.atlas import ATLAS
from hml_jupyter.generators.card import CMS
from hml_jupyter.generators.detector import detect
from hml_jupyter.generators.isolation import isolated

RNG = np.random.default_rng(0)


def test_isolated_by_hand() -> None:
    given = flow(
        [
            (0, 11, 50.0, 0.0, 3.1),
            (0, 211, 5.0, 0.1, -3.1),  # 10 % of the electron, across the edge of phi
            (0, -11, 40.0, 2.0, 0.0),
            (0, 130, 6.0, 2.3, 0.3),  # 15 % of the positron: too much
            (0, 13, 30.0, -1.0, 0.0),
            (0, 211, 6.0, -1.0, 0.4),  # 20 % is little enough for muons
            (0, 211, 0.4, -1.0, 0.0),  # too soft to count
            (1, 22, 30.0, 0.0, 0.0),
            (1, 13, 25.0, 0.2, 0.0),  # muons do not count
            (2, 11, 9.0, 0.0, 0.0),  # below 10 GeV
            (2, 22, 30.0, 2.6, 0.0),  # outside the acceptance
        ]
    )
    found = isolated(given, RNG, card=None)
    assert list(found) == ["Electron", "Muon", "Photon"]
    assert found["Electron"].flow.pt.tolist() == [50.0]
    assert found["Electron"].isolation.tolist() == pytest.approx([0.1])
    assert found["Muon"].flow.pt.tolist() == [30.0]
    assert found["Muon"].isolation.tolist() == pytest.approx([0.2])
    assert found["Photon"].flow.event.tolist() == [1]
    assert found["Photon"].isolation.tolist() == [0.0]


def test_isolated_are_sorted_in_each_event() -> None:
    given = flow([(0, 13, 20.0, 0.0, 0.0), (0, -13, 40.0, 1.0, 1.0), (1, 13, 30.0, 0.0, 0.0), (1, 13, 50.0, 1.0, 1.0)])
    found = isolated(given, RNG, card=None)["Muon"].flow
    assert found.pt.tolist() == [40.0, 20.0, 50.0, 30.0]
    assert found.charge.tolist() == [1, -1, -1, -1]


def test_electron_in_the_tower_of_an_isolated_photon_is_left_out() -> None:
    given = flow([(0, 22, 30.0, 0.0, 0.0), (0, 11, 400.0, 0.0, 0.0)])
    both = isolated(given, RNG, card=None)
    assert [len(both[name].flow.pt) for name in ("Photon", "Electron")] == [1, 1]
    same = isolated(given._replace(tower=np.array([7, 7])), RNG, card=None)
    assert [len(same[name].flow.pt) for name in ("Photon", "Electron")] == [1, 0]


@pytest.mark.parametrize(
    ("name", "pid", "charge", "eta", "cms", "atlas"),
    [
        ("Photon", 22, 0, 0.3, 0.95, 0.95),
        ("Electron", 11, -1, 0.3, 0.95 * 0.95, 0.95 * 0.95),
        ("Electron", -11, 1, 2.0, 0.83 * 0.85, 0.83 * 0.85),
        ("Muon", 13, -1, 2.0, 0.98 * 0.95, 0.98 * 0.85),
        ("Muon", 13, -1, 2.45, 0.0, 0.98 * 0.85),
    ],
)
def test_isolated_particles_are_found_with_tracking_times_identification(
    name: str, pid: int, charge: int, eta: float, cms: float, atlas: float
) -> None:
    for card, expected in ((CMS, cms), (ATLAS, atlas)):
        rng = np.random.default_rng(8)
        measured = detect(truth(pid, charge, 40.0, eta, n=10_000), card, rng)
        found = isolated(measured.flow, rng, card=card)[name]
        share, spread = len(found.flow.pt) / 10_000, 4 * np.sqrt(expected * (1 - expected) / 1e4)
        # a fluctuation of its tower by more than two resolutions is a photon beside the electron: up to 5 % of them
        assert expected * (0.95 if name == "Electron" else 1.0) - spread <= share <= expected + spread
