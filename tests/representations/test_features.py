from __future__ import annotations

import awkward as ak
import numpy as np
import pytest
import samples

from hml_jupyter.errors import ArgumentError, UnknownNameError
from hml_jupyter.observables import Events, branches
from hml_jupyter.representations.clouds import canonical_objects
from hml_jupyter.representations.features import (
    FEATURES,
    canonical_features,
    needed,
    read_features,
    unit_of_feature,
)

PARTS = canonical_objects("fatjet0.constituents", "Graph")
JETS = canonical_objects("jet", "Graph")

#: Of a particle of 10 GeV at (0.5, -3.1), charge -1, massless, in a jet of 40 GeV at (0.2, 3.1).
WANTED = {
    "delta_eta": 0.3,
    "delta_phi": 2 * np.pi - 6.2,
    "delta_r": np.hypot(0.3, 2 * np.pi - 6.2),
    "log_pt": np.log(10.0),
    "log_energy": np.log(10 * np.cosh(0.5)),
    "pt_fraction": 0.25,
    "energy_fraction": 10 * np.cosh(0.5) / (40 * np.cosh(0.2)),
    "log_pt_fraction": np.log(0.25),
    "log_energy_fraction": np.log(10 * np.cosh(0.5) / (40 * np.cosh(0.2))),
    "multiplicity": 1.0,
    "charged_multiplicity": 1.0,
    "charged_pt": 10.0,
    "neutral_pt": 0.0,
}


@pytest.mark.parametrize("name", FEATURES)
def test_every_feature(name: str) -> None:
    part = {"PT": 10.0, "Eta": 0.5, "Phi": -3.1, "Charge": -1}
    event = samples.event(fatjets=[{"PT": 40.0, "Eta": 0.2, "Phi": 3.1, "Constituents": [part]}])
    found = read_features(Events(ak.Array([event])), PARTS, [name])
    np.testing.assert_allclose(found.features[0], [WANTED[name]], rtol=1e-9)
    assert found.undefined == 0
    assert FEATURES[name].doc


def test_undefined_values_are_zero() -> None:
    event = samples.event(jets=[{"PT": 0.0}, {"PT": 1.0}, {"PT": 0.0}])
    found = read_features(Events(ak.Array([event, samples.event()])), JETS, ["log_pt"])
    assert found.features[0].tolist() == [0.0, 0.0, 0.0]
    assert found.undefined == 1


def test_canonical_features() -> None:
    assert canonical_features(["Pt", "log_pt", "E"], PARTS, "here") == ("pt", "log_pt", "energy")
    assert unit_of_feature("log_pt", PARTS) == "log(GeV)"
    assert unit_of_feature("energy", PARTS) == "GeV"
    with pytest.raises(UnknownNameError, match="unknown feature in here 'log_ptt'; near names: log_pt"):
        canonical_features("log_ptt", PARTS, "here")
    with pytest.raises(
        ArgumentError, match="delta_phi' is relative to the jet that particles are in, and 'jet' is in none"
    ):
        canonical_features("delta_phi", JETS, "here")
    with pytest.raises(ArgumentError, match="invariant_mass is of"):
        canonical_features("invariant_mass", JETS, "here")


def test_needed_branches() -> None:
    assert branches(needed(PARTS, ["log_energy"])) == {"fatjet": True}
    assert branches(needed(JETS, ["b_tag"])) == {"jet": False}
