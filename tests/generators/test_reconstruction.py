from __future__ import annotations

import awkward as ak
import numpy as np
import pytest

from hml_jupyter.events import MODEL
from hml_jupyter.generators import card
from hml_jupyter.generators.detector import Flow
from hml_jupyter.generators.reconstruction import Origins, reconstruct


def flow(rows: list[tuple[int, float, float, float]]) -> Flow:
    """Massless particles of charge 1 from (event, pt, eta, phi)."""
    event, pt, eta, phi = (np.array(column) for column in zip(*rows, strict=True))
    return Flow(event.astype(np.int64), pt, eta, phi, np.zeros(len(rows)), np.ones(len(rows), dtype=np.int64))


def origins(rows: list[tuple[int, int, float, float, float]]) -> Origins:
    columns = list(zip(*rows, strict=True)) or [()] * 5
    event, flavor, pt, eta, phi = (np.array(column, dtype=np.float64) for column in columns)
    return Origins(event.astype(np.int64), flavor.astype(np.int64), pt, eta, phi)


PARTICLES = [(0, 300.0, 0.0, 3.1), (0, 100.0, 0.0, -3.1), (0, 50.0, 1.0, 0.0), (2, 30.0, 0.0, 0.0)]


def test_reconstruct_gives_the_event_model() -> None:
    events = reconstruct(flow(PARTICLES), origins([]), 3, np.random.default_rng(1), measured=False)
    for branch in MODEL.keys() - {"Event"}:
        plain = {name for name in MODEL[branch] if "." not in name}
        assert plain == set(ak.fields(events[branch])) - {"Constituents"}
    assert ak.num(events.Jet).tolist() == [2, 0, 1]
    assert ak.num(events.FatJet).tolist() == [1, 0, 0]
    assert ak.num(events.MissingET).tolist() == [1, 1, 1]
    assert ak.num(events.FatJet.Tau, axis=2).tolist() == [[5], [], []]
    assert events.Jet.Charge.tolist() == [[2, 1], [], [1]]
    assert events.Jet.Constituents.PT[0].tolist() == [[300.0, 100.0], [50.0]]


def test_reconstruct_missing_momentum_by_hand() -> None:
    events = reconstruct(flow(PARTICLES), origins([]), 3, np.random.default_rng(1), measured=False)
    px = 400 * np.cos(3.1) + 50
    py = 200 * np.sin(3.1)
    met = events.MissingET[:, 0]
    assert met.MET.tolist() == pytest.approx([np.hypot(px, py), 0.0, 30.0], rel=1e-6)
    assert met.Phi[0] == pytest.approx(np.arctan2(-py, -px), rel=1e-5)
    assert met.Phi[2] == pytest.approx(-np.pi, rel=1e-6)
    assert events.ScalarHT.HT[:, 0].tolist() == pytest.approx(ak.sum(events.Jet.PT, axis=1).tolist())


def test_reconstruct_applies_the_energy_scale_to_measured_jets_only() -> None:
    plain, scaled = (
        reconstruct(flow(PARTICLES), origins([]), 3, np.random.default_rng(1), measured=m) for m in (False, True)
    )
    expected = 30.0 * card.jet_energy_scale(np.array([30.0]), np.array([0.0]))[0]
    assert plain.Jet.PT[2, 0] == pytest.approx(30.0)
    assert scaled.Jet.PT[2, 0] == pytest.approx(expected)
    assert scaled.FatJet.PT.tolist() == plain.FatJet.PT.tolist()


def test_reconstruct_flavors() -> None:
    where_from = origins(
        [
            (0, 5, 50.0, 0.1, -3.1),  # a b hadron across the edge of phi
            (0, -2, 300.0, 0.0, 3.0),
            (0, -21, 40.0, 1.1, 0.1),
            (0, -1, 60.0, 1.0, 0.0),
            (2, 15, 20.0, 0.0, 0.1),
        ]
    )
    jet = reconstruct(flow(PARTICLES), where_from, 3, np.random.default_rng(1), measured=False).Jet
    assert jet.Flavor.tolist() == [[5, 1], [], [0]]
    assert jet.BTag.tolist() == [[1, 0], [], [0]]
    assert jet.TauTag.tolist() == [[0, 0], [], [1]]


def test_reconstruct_b_tags_with_the_efficiency() -> None:
    n = 3000
    events = reconstruct(
        flow([(i, 100.0, 0.0, 0.0) for i in range(n)]),
        origins([(i, 5, 50.0, 0.0, 0.0) for i in range(n)]),
        n,
        np.random.default_rng(2),
        measured=True,
    )
    pt = np.array([float(events.Jet.PT[0, 0])])
    expected = card.b_tag_efficiency(np.array([5]), pt)[0]
    assert ak.mean(events.Jet.BTag) == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / n))
