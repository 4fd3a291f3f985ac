"""The ten events that Delphes itself wrote: its own numbers come out of what it stored."""

from __future__ import annotations

from pathlib import Path

import awkward as ak
import numpy as np
import pytest
import uproot
import vector

from hml_jupyter.events import read_events
from hml_jupyter.observables import observable

pytestmark = pytest.mark.shared_data


@pytest.fixture
def events(shared: Path) -> ak.Array:
    return read_events(shared / "delphes-3.4.2-10-events.root")


def leaf(shared: Path, name: str) -> ak.Array:
    return uproot.open(shared / "delphes-3.4.2-10-events.root")["Delphes"][name].array()


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("jet.mass", "Jet.Mass"),
        ("jet.pt", "Jet.PT"),
        ("jet.eta", "Jet.Eta"),
        ("fatjet.mass", "FatJet.Mass"),
        ("jet.b_tag", "Jet.BTag"),
        ("jet.flavor", "Jet.Flavor"),
        ("muon.isolation", "Muon.IsolationVar"),
        ("particle.pid", "Particle.PID"),
        ("particle.status", "Particle.Status"),
        ("fatjet.tau2", "FatJet.Tau[5]"),
    ],
)
def test_fields_are_those_that_are_stored(events: ak.Array, shared: Path, name: str, stored: str) -> None:
    expected = leaf(shared, stored)
    expected = expected[:, :, 1] if "Tau" in stored else expected
    assert observable(events, name).tolist() == ak.values_astype(expected, float).tolist()


@pytest.mark.parametrize(("name", "stored"), [("met", "MissingET.MET"), ("ht", "ScalarHT.HT")])
def test_values_of_the_event(events: ak.Array, shared: Path, name: str, stored: str) -> None:
    assert observable(events, name).tolist() == leaf(shared, stored)[:, 0].tolist()


def test_scalar_ht_is_the_sum_over_its_collections(events: ak.Array) -> None:
    together = observable(events, "jet.ht + electron.ht + muon.ht + photon.ht")
    np.testing.assert_allclose(together, observable(events, "ht"), rtol=1e-6)


def vectors(events: ak.Array, branch: str, index: int) -> vector.MomentumNumpy4D:
    one = events[branch][:, index]
    columns = {name: np.asarray(one[field], dtype=np.float64) for name, field in FIELDS.items()}
    return vector.array(columns)


FIELDS = {"pt": "PT", "eta": "Eta", "phi": "Phi", "mass": "Mass"}


def test_pairs_agree_with_vector(events: ak.Array) -> None:
    one, other = vectors(events, "Jet", 0), vectors(events, "Jet", 1)
    expected = {
        "jet0,jet1.invariant_mass": (one + other).mass,
        "jet0,jet1.delta_r": one.deltaR(other),
        "jet0,jet1.delta_phi": one.deltaphi(other),
        "jet0.energy": one.E,
        "jet0.et": one.Et,
        "jet0.mt": one.mt,
        "jet0.rapidity": one.rapidity,
        "jet0.px": one.px,
    }
    for name, values in expected.items():
        np.testing.assert_allclose(observable(events, name), values, rtol=1e-7, atol=1e-9)


def test_dphi_min_agrees_with_vector(events: ak.Array) -> None:
    missing = vector.array(
        {"rho": np.ones(len(events)), "phi": np.asarray(events.MissingET.Phi[:, 0], dtype=np.float64)}
    )
    apart = [np.abs(vector.array({"rho": np.ones(len(p)), "phi": np.asarray(p, float)}).deltaphi(m)).min()
             for p, m in zip(events.Jet.Phi, missing, strict=True)]  # fmt: skip
    np.testing.assert_allclose(observable(events, "jet.dphi_min"), apart, rtol=1e-7)


def test_shapes_and_correlators_are_in_their_ranges(events: ak.Array) -> None:
    thrust, sphericity = observable(events, "jet.thrust"), observable(events, "jet.sphericity")
    assert ((thrust >= 0.5) & (thrust <= 1)).all()
    assert ((sphericity >= 0) & (sphericity <= 1)).all()
    assert (observable(events, "jet.aplanarity") <= sphericity / 2 + 1e-12).all()
    assert ak.all(observable(events, "jet.c2") < 1)


def test_generated_tops_of_madgraph(shared: Path) -> None:
    tops = read_events(shared / "mg5_pp2tt" / "Events" / "run_01" / "unweighted_events.lhe.gz")
    assert observable(tops, "particle[abs(pid) == 6].size").tolist() == [2.0] * len(tops)
    assert observable(tops, "particle[pid == 6]0.mass") == pytest.approx(173.0, abs=20)
    # two that fly apart balance each other, as far as no jet goes with them
    one, other = (observable(tops, f"particle[pid == {pid}]0.pt") for pid in (6, -6))
    np.testing.assert_allclose(one, other, rtol=1e-4)
    np.testing.assert_allclose(observable(tops, "particle[status == 1].transverse_thrust"), 1.0, rtol=1e-6)
