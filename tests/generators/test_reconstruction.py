from __future__ import annotations

import awkward as ak
import numpy as np
import pytest
from generators.guns import flow

from hml_jupyter.events import MODEL
from hml_jupyter.generators.card import CMS, Card
from hml_jupyter.generators.detector import Measured
from hml_jupyter.generators.reconstruction import reconstruct
from hml_jupyter.generators.tags import Origins

PIONS = [
    (0, 211, 300.0, 0.0, 3.1),
    (0, 211, 100.0, 0.0, -3.1),
    (0, 211, 50.0, 1.0, 0.0),
    (2, 211, 30.0, 0.0, 0.0),
]
NOTHING = Origins(*(np.zeros(0, dtype=kind) for kind in (np.int64, np.int64, float, float, float)))


def events(rows: list[tuple[int, int, float, float, float]], n: int, card: Card | None = None) -> ak.Array:
    measured = flow(rows)
    return reconstruct(Measured(measured, measured), NOTHING, n, np.random.default_rng(1), card=card)


def test_reconstruct_gives_the_event_model() -> None:
    given = events(PIONS, 3)
    for branch in [name for name in MODEL if name != "Event" and not name.startswith("Gen")]:
        plain = {name for name in MODEL[branch] if "." not in name}
        assert plain == set(ak.fields(given[branch])) - {"Constituents"}
        for name in plain:
            assert ak.type(ak.flatten(given[branch][name], axis=None)).content.primitive == MODEL[branch][name].dtype
    assert ak.num(given.Jet).tolist() == [2, 0, 1]
    assert ak.num(given.FatJet).tolist() == [1, 0, 0]
    assert ak.num(given.MissingET).tolist() == [1, 1, 1]
    assert ak.num(given.FatJet.Tau, axis=2).tolist() == [[5], [], []]
    assert given.Jet.Charge.tolist() == [[2, 1], [], [1]]
    assert given.Jet.Constituents.PT[0].tolist() == [[300.0, 100.0], [50.0]]


def test_reconstruct_missing_momentum_by_hand() -> None:
    given = events(PIONS, 3)
    px = 400 * np.cos(3.1) + 50
    py = 200 * np.sin(3.1)
    met = given.MissingET[:, 0]
    assert met.MET.tolist() == pytest.approx([np.hypot(px, py), 0.0, 30.0], rel=1e-6)
    assert met.Phi[0] == pytest.approx(np.arctan2(-py, -px), rel=1e-5)
    assert met.Phi[2] == pytest.approx(-np.pi, rel=1e-6)


def test_reconstruct_leaves_isolated_particles_out_of_jets_and_counts_them_in_ht() -> None:
    rows = [*PIONS, (1, 11, 60.0, 0.0, 0.0), (1, 211, 3.0, 0.1, 0.0), (1, 22, 40.0, 1.0, 2.0), (2, 13, 20.0, 0.1, 0.0)]
    given = events(rows, 3)
    assert ak.num(given.Jet).tolist() == [2, 0, 1]  # the muon of the last event is inside a jet
    assert given.Electron.PT.tolist() == [[], [60.0], []]
    assert given.Electron.IsolationVar[1, 0] == pytest.approx(0.05)
    assert given.Photon.PT.tolist() == [[], [40.0], []]
    assert ak.num(given.Muon).tolist() == [0, 0, 0]
    assert given.ScalarHT.HT[1, 0] == pytest.approx(100.0)
    assert given.ScalarHT.HT[0, 0] == pytest.approx(ak.sum(given.Jet.PT[0]))
    assert ak.num(given.FatJet).tolist() == [1, 0, 0]


def test_reconstruct_applies_the_energy_scale_to_measured_jets_only() -> None:
    plain, scaled = (events(PIONS, 3, card) for card in (None, CMS))
    expected = 30.0 * CMS.jet_energy_scale(np.array([30.0]), np.array([0.0]))[0]
    assert plain.Jet.PT[2, 0] == pytest.approx(30.0)
    assert scaled.Jet.PT[2, 0] == pytest.approx(expected)
    assert scaled.FatJet.PT.tolist() == plain.FatJet.PT.tolist()


def test_reconstruct_nothing() -> None:
    given = events(PIONS, 3)[1:2]
    assert [ak.num(given[name])[0] for name in ("Jet", "FatJet", "Electron")] == [0, 0, 0]
    assert given.MissingET.MET[0, 0] == 0.0


def test_reconstruct_events_without_jets() -> None:
    muon = events([(0, 13, 500.0, 0.0, 0.0)], 2)
    assert muon.ScalarHT.HT.tolist()[1] == [0.0]
    assert ak.num(muon.Jet).tolist() == [0, 0]
