from __future__ import annotations

import pytest

from hml_jupyter.errors import ArgumentError, FileFormatError, UnknownNameError
from hml_jupyter.events import MODEL
from hml_jupyter.tables.conventions import CONVENTIONS, FIELDS
from hml_jupyter.tables.naming import recognise, top_columns

JETCLASS = [
    "jet_pt",
    "jet_eta",
    "jet_phi",
    "jet_energy",
    "jet_sdmass",
    "jet_tau1",
    "jet_tau2",
    "jet_nparticles",
    "label_QCD",
]
PARTICLES = ["part_px", "part_py", "part_pz", "part_energy", "part_deta", "part_dphi", "part_charge", "part_d0val"]
NANO = ["Jet_pt", "Jet_eta", "Jet_phi", "Jet_mass", "Jet_btagDeepFlavB", "Jet_partonFlavour", "Muon_pt", "Muon_eta"]
NANO += ["Muon_phi", "Muon_charge", "Muon_pfRelIso03_all", "GenPart_pt", "GenPart_eta", "GenPart_phi", "GenPart_pdgId"]


def test_every_field_is_of_the_event_model() -> None:
    known = {field for fields in MODEL.values() for field in fields}
    assert set(FIELDS) - {"PID", "Status", "M1"} <= known
    branches = {each.branch.partition(".")[0] for c in CONVENTIONS.values() for each in c.objects}
    assert branches - {"Particle", "GenJet", "GenMissingET"} <= set(MODEL)
    assert all(convention.source and convention.about for convention in CONVENTIONS.values())


def test_weaver() -> None:
    found = recognise([*JETCLASS, *PARTICLES], PARTICLES, "x")
    assert found.convention == "weaver"
    assert found.momenta["FatJet"] == {"pt": "jet_pt", "eta": "jet_eta", "phi": "jet_phi", "energy": "jet_energy"}
    assert found.fields["FatJet"] == {"SoftDroppedMass": ("jet_sdmass",), "Tau": ("jet_tau1", "jet_tau2")}
    assert found.momenta["FatJet.Constituents"]["px"] == "part_px"
    assert found.fields["FatJet.Constituents"] == {"Charge": ("part_charge",)}
    assert found.event == ("jet_nparticles", "label_QCD")
    assert found.left_out == ("part_d0val",)
    assert "FatJet (pt, eta, phi, energy, SoftDroppedMass, Tau)" in str(found)
    assert "not used: part_d0val" in str(found)


def test_nanoaod() -> None:
    found = recognise(["nJet", *NANO, "MET_pt", "MET_phi", "PuppiMET_pt", "PuppiMET_phi", "genWeight"], NANO, "x")
    assert found.convention == "nanoaod"
    assert set(found.momenta) == {"Jet", "Muon", "Particle", "MissingET"}
    assert found.momenta["MissingET"] == {"pt": "MET_pt", "phi": "MET_phi"}
    assert found.fields["Muon"] == {"Charge": ("Muon_charge",), "IsolationVar": ("Muon_pfRelIso03_all",)}
    assert found.fields["Jet"] == {"Flavor": ("Jet_partonFlavour",)}
    assert found.fields["Particle"] == {"PID": ("GenPart_pdgId",)}
    assert found.single >= {"MissingET"}
    assert "genWeight" in found.event
    assert "Jet_btagDeepFlavB" in found.left_out


def test_other_conventions() -> None:
    fj = recognise(["fj_pt", "fj_eta", "fj_phi", "fj_sdmass", "pfcand_ptrel", "pfcand_etarel", "pfcand_phirel"],
                   ["pfcand_ptrel", "pfcand_etarel", "pfcand_phirel"], "x")  # fmt: skip
    assert (fj.convention, set(fj.momenta)) == ("fj", {"FatJet", "FatJet.Constituents"})
    assert fj.momenta["FatJet.Constituents"] == {
        "ptrel": "pfcand_ptrel", "deta": "pfcand_etarel", "phirel": "pfcand_phirel"
    }  # fmt: skip
    jetnet = [
        "jet_pt",
        "jet_eta",
        "jet_mass",
        "jet_nparticles",
        "part_etarel",
        "part_phirel",
        "part_ptrel",
        "part_mask",
    ]
    assert recognise(jetnet, jetnet[4:], "x").convention == "jetnet"
    lists = ["jet_pt", "jet_eta", "jet_phi"]
    assert recognise([*lists, "met_pt", "met_phi"], lists, "x").convention == "lists"
    top = [f"{quantity}_{k}" for k in range(3) for quantity in ("E", "PX", "PY", "PZ")]
    assert recognise([*top, "E_3", "is_signal_new"], [], "x").event == ("E_3", "is_signal_new")


def test_unclear_and_unknown_names() -> None:
    both = ["jet_pt", "jet_eta", "jet_phi", "fj_pt", "fj_eta", "fj_phi"]
    with pytest.raises(ArgumentError, match=r"read as 'weaver' and 'fj'; say which with naming=.*jet_pt, jet_eta"):
        recognise(both, [], "x")
    assert recognise(both, [], "x", naming="fj").event == ("jet_pt", "jet_eta", "jet_phi")
    with pytest.raises(FileFormatError, match=r"expected objects named as one of weaver.*its columns are m_jj, met_pt"):
        recognise(["m_jj", "met_pt", "met_phi"], [], "x")
    with pytest.raises(FileFormatError, match="as 'nanoaod' names them"):
        recognise(both, [], "x", naming="nanoaod")
    with pytest.raises(UnknownNameError, match="unknown naming of objects 'nano'; near names: nanoaod"):
        recognise(both, [], "x", naming="nano")


def test_top_columns() -> None:
    assert top_columns(["E_0", "PX_0", "PY_0"]) == []
