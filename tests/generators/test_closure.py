"""The whole chain against truth and against the cards: responses, mass peaks, missing momentum, from small samples."""

from __future__ import annotations

from functools import cache

import awkward as ak
import numpy as np
import pytest

from hml_jupyter import jets
from hml_jupyter.generators.card import CMS
from hml_jupyter.generators.pythia import ChunkTask, make_chunk
from hml_jupyter.process import Process

PROCESSES = {
    "z": (Process("p p > z", decays=["z > mu+ mu-"]), 250),
    "w": (Process("p p > w+ w-", decays=["w+ > j j", "w- > l- vl~"], settings={"pt_min_pdg": {24: 300}}), 200),
    "zz": (Process("p p > z z", decays=["z > j j", "z > vl vl~"], settings={"pt_min_pdg": {23: 200}}), 150),
}


@cache
def sample(name: str, detector: str | None) -> ak.Array:
    """The same events, seen by a detector or by the perfect one."""
    process, n = PROCESSES[name]
    return make_chunk(ChunkTask(process, detector, 7, 0, n)).events


def pair_mass(particles: ak.Array) -> np.ndarray:
    """Mass of the two leading massless particles."""
    one, two = particles[:, 0], particles[:, 1]
    return np.sqrt(2 * one.PT * two.PT * (np.cosh(one.Eta - two.Eta) - np.cos(one.Phi - two.Phi))).to_numpy()


def spread(values: np.ndarray) -> float:
    """Half of the central 68 %."""
    low, high = np.quantile(values, [0.16, 0.84])
    return float(high - low) / 2


@pytest.mark.parametrize("detector", ["cms", "atlas"])
def test_z_peak_in_muons(detector: str) -> None:
    perfect, measured = sample("z", None), sample("z", detector)
    both = (ak.num(perfect.Muon) == 2) & (ak.num(measured.Muon) == 2)
    assert ak.sum(both) > 60
    true, seen = pair_mass(perfect.Muon[both]), pair_mass(measured.Muon[both])
    peak = (true > 80) & (true < 100)
    assert np.median(seen[peak]) == pytest.approx(91.2, abs=0.8)
    # two muons of 1 to 3 %: 0.7 to 2 % in the mass
    assert 0.005 < spread(seen[peak] / true[peak]) < 0.025
    assert np.median(seen / true) == pytest.approx(1.0, abs=0.005)
    charges = ak.sum(measured.Muon.Charge[both], axis=1)
    assert ak.all(charges == 0)


def test_muons_are_found_with_the_efficiency_of_the_card() -> None:
    true, seen = sample("z", None).Muon, sample("z", "cms").Muon
    inside = abs(true.Eta) < 2.4
    # 0.98 or 0.99 for the track, 0.95 for the muon; isolation differs in few
    n = int(ak.sum(inside))
    assert ak.sum(ak.num(seen)) / n == pytest.approx(0.985 * 0.95, abs=4 * np.sqrt(0.06 / n))


@pytest.mark.parametrize("detector", ["cms", "atlas"])
def test_w_peak_in_fat_jets(detector: str) -> None:
    fat = sample("w", detector).FatJet
    leading = fat[ak.num(fat) > 0][:, 0]
    near = leading.SoftDroppedMass[(leading.SoftDroppedMass > 60) & (leading.SoftDroppedMass < 105)].to_numpy()
    assert len(near) > 0.5 * len(leading)
    assert np.median(near) == pytest.approx(81, abs=4)
    tau1, tau2 = (leading.Tau[leading.Tau[:, 0] > 0][:, i] for i in (0, 1))  # a hadronic tau alone has none
    assert np.median(tau2 / tau1) < 0.45


@pytest.mark.parametrize("detector", ["cms", "atlas"])
def test_jet_response_and_resolution(detector: str) -> None:
    true, seen = sample("w", None).Jet, sample("w", detector).Jet
    true = true[(true.PT > 60) & (abs(true.Eta) < 2.0)]
    a, b = ak.unzip(ak.cartesian([true, seen], nested=True))
    d_phi = abs(a.Phi - b.Phi)
    distance = np.hypot(a.Eta - b.Eta, np.minimum(d_phi, 2 * np.pi - d_phi))
    nearest = ak.argmin(distance, axis=2, keepdims=True)
    matched = ak.fill_none(distance[nearest] < 0.2, False)
    response = ak.flatten((b.PT / a.PT)[nearest][matched], axis=None).to_numpy()
    assert len(response) > 0.9 * ak.sum(ak.num(true))
    assert np.median(response) == pytest.approx(1.02, abs=0.05)
    assert 0.04 < spread(response) < 0.16


def test_missing_momentum_is_that_of_the_neutrinos() -> None:
    true, seen = (sample("zz", detector).MissingET[:, 0] for detector in (None, "cms"))
    along = (seen.MET * np.cos(seen.Phi - true.Phi)).to_numpy()
    across = (seen.MET * np.sin(seen.Phi - true.Phi)).to_numpy()
    assert np.median(along / true.MET.to_numpy()) == pytest.approx(1.0, abs=0.03)
    assert 5 < spread(across) < 25
    assert np.median(true.MET) > 200


def test_tagged_share_of_light_jets() -> None:
    jet = sample("w", "cms").Jet
    light = (jet.Flavor != 5) & (jet.Flavor != 4)
    pt = ak.flatten(jet.PT[light]).to_numpy().astype(float)
    expected = CMS.b_tag[0](pt).sum()
    assert ak.sum(jet.BTag[light]) == pytest.approx(expected, abs=4 * np.sqrt(expected))


def test_measured_jets_are_as_hard_as_generated_ones() -> None:
    zz = sample("zz", "cms")
    leading = zz[(ak.num(zz.FatJet) > 0) & (ak.num(zz.GenFatJet) > 0) & (ak.num(zz.GenJet) > 0) & (ak.num(zz.Jet) > 0)]
    assert len(leading) > 100
    for measured, generated, radius, width in (("Jet", "GenJet", 0.2, 0.15), ("FatJet", "GenFatJet", 0.4, 0.12)):
        one, two = leading[measured][:, 0], leading[generated][:, 0]
        turn = np.mod(one.Phi - two.Phi + np.pi, 2 * np.pi) - np.pi
        near = np.hypot((one.Eta - two.Eta).to_numpy(), turn.to_numpy()) < radius
        assert near.mean() > 0.8
        response = (one.PT / two.PT).to_numpy()[near]
        assert np.median(response) == pytest.approx(1.0, abs=0.05)
        assert spread(response) < width


def test_two_generated_jets_of_a_z_have_its_mass() -> None:
    zz = sample("zz", "cms")
    masses = {}
    for branch in ("GenJet", "Jet"):
        two = zz[branch][ak.num(zz[branch]) > 1]
        p = jets.particles(two.PT, two.Eta, two.Phi, two.Mass)
        masses[branch] = (p[:, 0] + p[:, 1]).mass.to_numpy()
    peak = {name: mass[(mass > 75) & (mass < 105)] for name, mass in masses.items()}
    assert np.median(peak["GenJet"]) == pytest.approx(91.2, abs=1.5)
    assert len(peak["GenJet"]) > 0.4 * len(masses["GenJet"])
    assert spread(peak["GenJet"]) < spread(peak["Jet"])


def test_generated_missing_momentum_is_that_of_the_neutrinos() -> None:
    zz, w = sample("zz", "cms"), sample("w", "cms")
    assert np.mean(zz.GenMissingET.MET[:, 0] > 190) > 0.85  # the shower moves a Z that decays to them
    both = ak.to_numpy(zz.GenMissingET.MET[:, 0]), ak.to_numpy(zz.MissingET.MET[:, 0])
    assert np.median(both[1] / both[0]) == pytest.approx(1.0, abs=0.05)
    assert np.corrcoef(*both)[0, 1] > 0.9
    assert ak.all(w.GenMissingET.MET[:, 0] > 0)


def test_generated_jets_do_not_depend_on_the_detector() -> None:
    one, other = sample("zz", "cms"), sample("zz", None)
    for branch in ("GenJet", "GenFatJet", "GenMissingET"):
        assert ak.array_equal(one[branch], other[branch])
