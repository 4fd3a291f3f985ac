from __future__ import annotations

import awkward as ak
import numpy as np
import pytest

from hml_jupyter.events import MODEL
from hml_jupyter.generators.detector import Truth
from hml_jupyter.generators.generated import generator_level
from hml_jupyter.generators.tags import Origins

#: Event, PDG id, charge, pT, eta, phi.
ROWS = [
    (0, 211, 1, 300.0, 0.0, 3.1),
    (0, 13, -1, 100.0, 0.0, -3.1),
    (0, 12, 0, 500.0, 0.1, 3.1),
    (0, 22, 0, 50.0, 1.0, 0.0),
    (0, 1000022, 0, 30.0, 0.0, 0.0),
    (2, 211, 1, 30.0, 6.0, 0.0),
    (2, -211, -1, 19.0, 0.0, 2.0),
]


def truth(rows: list[tuple[int, int, int, float, float, float]]) -> Truth:
    event, pid, charge, pt, eta, phi = (np.array(column) for column in zip(*rows, strict=True))
    return Truth(event, pid, charge, pt, eta, phi, np.zeros(len(rows)))


def origins(*rows: tuple[int, int, float, float, float]) -> Origins:
    columns = zip(*rows, strict=True) if rows else [[]] * 5
    return Origins(*(np.array(c, dtype=kind) for c, kind in zip(columns, (int, int, float, float, float), strict=True)))


def test_generator_level_by_hand() -> None:
    found = generator_level(truth(ROWS), origins((0, 5, 60.0, 0.1, 3.0), (0, -21, 50.0, 1.0, 0.1)), 3)
    # the muon belongs to the jet, the neutrino above it does not; no acceptance, pT > 20 GeV
    assert ak.num(found.GenJet).tolist() == [2, 0, 1]
    assert found.GenJet.Flavor.tolist() == [[5, 21], [], [0]]
    assert found.GenJet.Charge.tolist() == [[0, 0], [], [1]]
    together = np.hypot(400 * np.cos(3.1), 200 * np.sin(3.1))
    assert ak.flatten(found.GenJet.PT).tolist() == pytest.approx([together, 50.0, 30.0], rel=1e-6)
    assert found.GenJet.Eta[2, 0] == pytest.approx(6.0, rel=1e-6)
    angle = 2 * np.pi - 6.2
    assert found.GenJet.Mass[0, 0] == pytest.approx(np.sqrt(2 * 300 * 100 * (1 - np.cos(angle))), rel=1e-5)
    assert ak.num(found.GenFatJet).tolist() == [1, 0, 0]
    assert ak.num(found.GenFatJet.Tau, axis=2).tolist() == [[5], [], []]
    assert found.GenFatJet.SoftDroppedMass[0, 0] == pytest.approx(found.GenFatJet.Mass[0, 0], rel=1e-5)


def test_generator_level_missing_momentum_is_what_nobody_sees() -> None:
    found = generator_level(truth(ROWS), origins(), 3).GenMissingET[:, 0]
    px, py = 500 * np.cos(3.1) + 30, 500 * np.sin(3.1)
    assert found.MET.tolist() == pytest.approx([np.hypot(px, py), 0.0, 0.0], rel=1e-6)
    assert found.Phi[0] == pytest.approx(np.arctan2(py, px), rel=1e-6)
    assert found.Eta[0] == pytest.approx(np.arcsinh(500 * np.sinh(0.1) / np.hypot(px, py)), rel=1e-5)


def test_generator_level_gives_the_event_model() -> None:
    nothing = Truth(*(field[:0] for field in truth(ROWS)))
    for found in (generator_level(truth(ROWS), origins(), 3), generator_level(nothing, origins(), 2)):
        assert set(ak.fields(found)) == {name for name in MODEL if name.startswith("Gen")}
        for branch in ak.fields(found):
            assert set(ak.fields(found[branch])) == set(MODEL[branch])
            for name, field in MODEL[branch].items():
                assert ak.type(ak.flatten(found[branch][name], axis=None)).content.primitive == field.dtype
    assert found.GenMissingET.MET.tolist() == [[0.0], [0.0]]
