from __future__ import annotations

import numpy as np
import pytest

from hml_jupyter.tables.momenta import as_missing, as_stored, momenta_of


def test_momenta_from_components() -> None:
    found = momenta_of(
        {
            name: np.array([value])
            for name, value in zip(("energy", "px", "py", "pz"), (14.0, 3.0, 4.0, 12.0), strict=True)
        },
        None,
    )
    assert found["PT"][0] == pytest.approx(5.0)
    assert found["Eta"][0] == pytest.approx(np.arcsinh(2.4))
    assert found["Phi"][0] == pytest.approx(np.arctan2(4, 3))
    assert found["Mass"][0] == pytest.approx(27**0.5)


def test_stored_coordinates_come_first() -> None:
    ones = {name: np.ones(1) for name in ("pt", "eta", "phi", "px", "py", "pz", "mass")}
    found = momenta_of({**ones, "mass": np.array([3.0]), "energy": np.array([99.0])}, None)
    assert {name: float(values[0]) for name, values in found.items()} == {
        "PT": 1.0,
        "Eta": 1.0,
        "Phi": 1.0,
        "Mass": 3.0,
    }


def test_rounding_gives_no_negative_mass() -> None:
    found = momenta_of(
        {"pt": np.array([10.0]), "eta": np.zeros(1), "phi": np.zeros(1), "energy": np.array([9.999])}, None
    )
    assert found["Mass"].tolist() == [0.0]


@pytest.mark.parametrize(("side", "expected"), [(1.0, 1.25), (-1.0, -1.25), (0.0, -0.25)])
def test_deta_turns_with_the_jet(side: float, expected: float) -> None:
    q = {"ptrel": np.ones(1), "deta": np.array([0.25]), "phirel": np.zeros(1)}
    jet = {"PT": np.ones(1), "Eta": np.array([side]), "Phi": np.zeros(1)}
    assert momenta_of(q, jet)["Eta"].tolist() == [expected]


def test_as_stored() -> None:
    momenta = {name: np.array([4.0]) for name in ("PT", "Eta", "Phi")}
    assert as_stored(momenta, "Muon")["Mass"][0] == pytest.approx(0.105658, abs=1e-5)
    assert "Mass" not in as_stored(momenta, "Jet")
    assert as_stored(momenta, "")["Phi"][0] == pytest.approx(4.0 - 2 * np.pi)
    assert {name: values.dtype.name for name, values in as_missing(momenta).items()} == dict.fromkeys(
        ("MET", "Eta", "Phi"), "float32"
    )
