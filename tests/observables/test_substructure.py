from __future__ import annotations

import math
from typing import Any

import awkward as ak
import numpy as np
import pytest
import samples

from hml_jupyter import subjets
from hml_jupyter.errors import UnknownNameError
from hml_jupyter.expressions import parse_observable
from hml_jupyter.observables import branches, observable


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("fatjet0.tau1", 0.4),
        ("fatjet0.tau_5", 0.01),
        ("fatjet0.Tau21", 0.25),
        ("fatjet0.tau_32", 0.5),
        ("fatjet0.soft_drop_mass", 88.0),
    ],
)
def test_values_of_a_handmade_event(name: str, expected: float) -> None:
    values = observable(samples.handmade(), name)
    assert values[0] == pytest.approx(expected)
    assert all(map(math.isnan, values[1:]))


def test_tau_mn_without_denominator_is_missing() -> None:
    events = ak.Array([samples.event(fatjets=[{"Tau": [0.0, 0.0, 0.0, 0.0, 0.0]}, {"Tau": [0.5, 0.2, 0.0, 0.0, 0.0]}])])
    assert math.isnan(observable(events, "fatjet0.tau21")[0])
    one, other = observable(events, "fatjet.tau21")[0].tolist()
    assert math.isnan(one)
    assert other == pytest.approx(0.4)


def jet_of(*parts: tuple[float, float, float]) -> dict[str, Any]:
    return {"Constituents": [{"PT": pt, "Eta": eta, "Phi": phi, "Mass": 0.0} for pt, eta, phi in parts]}


# z = 1/2, 1/4, 1/4; R = 0.3, 0.4, 0.5
TRIANGLE = jet_of((20.0, 0.0, 0.0), (10.0, 0.3, 0.0), (10.0, 0.0, 0.4))
E2 = 0.125 * 0.3 + 0.125 * 0.4 + 0.0625 * 0.5
E3 = 0.03125 * 0.3 * 0.4 * 0.5


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("energy_correlator2", E2),
        ("energy_correlator3", E3),
        ("e2", E2),
        ("c2", E3 / E2**2),
        ("C2", E3 / E2**2),
        ("d2", E3 / E2**3),
    ],
)
def test_energy_correlators_of_a_triangle(name: str, expected: float) -> None:
    events = ak.Array([{"FatJet": [TRIANGLE]}, {"FatJet": []}, {"FatJet": [jet_of((5.0, 0.0, 0.0)), TRIANGLE]}])
    leading = observable(events, f"fatjet0.{name}")
    alone = 0.0 if name.startswith("e") else math.nan
    assert leading.tolist() == pytest.approx([expected, math.nan, alone], rel=1e-6, nan_ok=True)
    of_each = observable(events, f"fatjet.{name}").tolist()
    assert [len(each) for each in of_each] == [1, 0, 2]
    assert of_each[2][1] == pytest.approx(expected, rel=1e-6)


def test_energy_correlators_in_a_filter() -> None:
    events = ak.Array([{"FatJet": [jet_of((5.0, 0.0, 0.0)), TRIANGLE]}])
    assert observable(events, "fatjet[c2 > 0.01].size").tolist() == [1.0]


def test_energy_correlators_without_constituents() -> None:
    events = ak.Array([{"FatJet": [{"PT": 3.0, "Constituents": []}]}, {"FatJet": []}])
    assert np.isnan(observable(events, "fatjet0.c2")).all()
    with pytest.raises(UnknownNameError, match="field of 'fatjet' 'Constituents'"):
        observable(ak.Array([{"FatJet": [{"PT": 3.0}]}]), "fatjet0.c2")
    says = "d2 is computed from constituents, .* of generated jets only the momenta are kept, .* as in fatjet0.d2"
    with pytest.raises(UnknownNameError, match=says):
        observable(ak.Array([{"GenFatJet": [{"PT": 3.0}]}]), "genfatjet0.d2")


def test_energy_correlators_agree_with_their_formula() -> None:
    """All pairs and triples in NumPy; FastJet's package computes them for us."""
    rng = np.random.default_rng(4)
    for count in (2, 3, 7, 30):
        pt, eta, phi = rng.exponential(5.0, count) + 0.5, rng.normal(0, 0.4, count), rng.normal(3.1, 0.4, count)
        events = ak.Array([{"FatJet": [jet_of(*zip(pt.tolist(), eta.tolist(), phi.tolist(), strict=True))]}])
        z = pt / pt.sum()
        apart = np.hypot(eta[:, None] - eta, np.angle(np.exp(1j * (phi[:, None] - phi))))
        e2 = np.einsum("i,j,ij", z, z, apart) / 2
        e3 = np.einsum("i,j,k,ij,ik,jk", z, z, z, apart, apart, apart, optimize=True) / 6
        assert observable(events, "fatjet0.e2")[0] == pytest.approx(e2, rel=1e-6)
        assert observable(events, "fatjet0.e3")[0] == pytest.approx(e3, rel=1e-6, abs=1e-12)


def test_energy_correlators_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    events = samples.events(30, seed=2)
    at_once = observable(events, "fatjet.d2").tolist()
    monkeypatch.setattr(subjets, "AT_ONCE", 7)
    assert str(observable(events, "fatjet.d2").tolist()) == str(at_once)


def test_branches_of_energy_correlators_are_constituents() -> None:
    assert branches([parse_observable("fatjet0.c2")]) == {"fatjet": True}
    assert branches([parse_observable("fatjet[d2 < 2]0.mass")]) == {"fatjet": True}
