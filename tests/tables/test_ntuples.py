from __future__ import annotations

import gzip
import pickle
from pathlib import Path
from typing import Any

import awkward as ak
import h5py
import numpy as np
import pytest
import uproot

from hml_jupyter import progress
from hml_jupyter.cuts import Cut
from hml_jupyter.errors import FileFormatError
from hml_jupyter.events import MODEL
from hml_jupyter.observables import observable
from hml_jupyter.tables import Ntuple, open_ntuple

JETCLASS: dict[str, Any] = {
    "jet_pt": np.array([500.0, 600.0]),
    "jet_eta": np.array([0.5, -1.0]),
    "jet_phi": np.array([3.0, -3.0]),
    "jet_energy": np.array([600.0, 1000.0]),
    "jet_sdmass": np.array([80.0, 170.0]),
    "jet_tau1": np.array([0.4, 0.5]),
    "jet_tau2": np.array([0.1, 0.25]),
    "jet_nparticles": np.array([2.0, 1.0]),
    "part_px": ak.Array([[3.0, 0.0], [-4.0]]),
    "part_py": ak.Array([[4.0, 1.0], [0.0]]),
    "part_pz": ak.Array([[12.0, 0.0], [3.0]]),
    "part_energy": ak.Array([[13.0, 2.0], [5.0]]),
    "part_charge": ak.Array([[1, -1], [0]]),
    "label_QCD": np.array([True, False]),
}


def opened(source: Any, **options: Any) -> Ntuple:
    heard: list[progress.Report] = []
    with progress.listening(heard.append):
        found = open_ntuple(source, **options)
    assert len(heard) == 1
    assert heard[0].is_notice
    return found


def test_jetclass() -> None:
    events = opened(JETCLASS).events()
    assert observable(events, "fatjet0.pt").tolist() == [500.0, 600.0]
    mass = np.sqrt(600.0**2 - (500.0 * np.cosh(0.5)) ** 2)
    assert observable(events, "fatjet0.mass")[0] == pytest.approx(mass, rel=1e-6)
    assert observable(events, "fatjet0.tau21").tolist() == pytest.approx([0.25, 0.5])
    assert observable(events, "fatjet0.soft_drop_mass").tolist() == [80.0, 170.0]
    assert observable(events, "fatjet0.constituents.pt").tolist() == [[5.0, 1.0], [4.0]]
    assert observable(events, "fatjet0.constituents.mass").tolist() == [[0.0, pytest.approx(3**0.5)], [0.0]]
    assert observable(events, "fatjet0.constituents.charge").tolist() == [[1.0, -1.0], [0.0]]
    assert observable(events, "fatjet0.constituents.eta")[0, 0] == pytest.approx(np.arcsinh(12 / 5))
    assert Cut("fatjet0.constituents.size > 1 and fatjet.size == 1")(events).tolist() == [True, False]
    assert events.Event.label_QCD.tolist() == [[True], [False]]
    assert events.Event.Weight.tolist() == [[1.0], [1.0]]


def test_types_are_those_of_the_event_model() -> None:
    events = opened(JETCLASS).events()
    for name in events.FatJet.fields:
        if name != "Constituents":
            array = ak.flatten(events.FatJet[name], axis=None)
            assert str(array.type.content) == MODEL["FatJet"][name].dtype
    for name in events.FatJet.Constituents.fields:
        array = ak.flatten(events.FatJet.Constituents[name], axis=None)
        assert str(array.type.content) == MODEL["FatJet"][f"Constituents.{name}"].dtype


def test_only_what_is_asked_for_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    ntuple = opened(JETCLASS)
    asked: list[str] = []
    read = type(ntuple.table).read
    monkeypatch.setattr(
        type(ntuple.table), "read", lambda self, names, *rest: (asked.extend(names), read(self, names, *rest))[1]
    )
    events = ntuple.events(["FatJet.PT", "FatJet.Tau", "Event.Weight"])
    assert asked == ["jet_pt", "jet_eta", "jet_phi", "jet_energy", "jet_tau1", "jet_tau2"]
    assert set(events.FatJet.fields) == {"PT", "Eta", "Phi", "Mass", "Tau"}
    assert events.Event.fields == ["Weight"]
    assert "Constituents" in ntuple.events(["FatJet.Constituents.PT"]).FatJet.fields
    assert ntuple.events(["Event.Weight"]).fields == ["Event"]
    assert len(ntuple.events(["Event.Weight"], 1, 2)) == 1


def test_pieces_are_the_whole(study: Path) -> None:
    rng = np.random.default_rng(1)
    n = 250
    counts = rng.integers(0, 5, n)
    columns = {name: rng.uniform(20, 100, n) for name in ("jet_pt", "jet_eta", "jet_phi", "jet_energy")}
    lists = {
        f"part_{name}": ak.unflatten(rng.normal(size=counts.sum()), counts) for name in ("px", "py", "pz", "energy")
    }
    with uproot.recreate("t.root") as file:
        file.mktree("tree", {**dict.fromkeys(columns, "f8"), **dict.fromkeys(lists, "var * float64")})
        file["tree"].extend({**columns, **lists})
    ntuple = pickle.loads(pickle.dumps(opened("t.root")))  # noqa: S301 our own
    whole = ntuple.events()
    assert len(whole) == ntuple.n_events == n
    pieces = list(ntuple.batches(rows=100))
    assert [len(piece) for piece in pieces] == [100, 100, 50]
    assert ak.array_equal(ak.concatenate(pieces), whole)
    assert ak.array_equal(ntuple.events(None, 30, 60), whole[30:60])
    assert [len(piece) for piece in ntuple.batches(["Event.Weight"], rows=60, start=100, stop=180)] == [60, 20]


def test_relative_coordinates_of_fj() -> None:
    events = opened(
        {
            "fj_pt": np.array([100.0, 100.0]),
            "fj_eta": np.array([1.0, -1.0]),
            "fj_phi": np.array([3.1, 0.0]),
            "fj_mass": np.array([10.0, 20.0]),
            "pfcand_ptrel": ak.Array([[0.5], [0.25]]),
            "pfcand_etarel": ak.Array([[0.1], [0.1]]),
            "pfcand_phirel": ak.Array([[0.1], [-0.1]]),
        }
    ).events()
    assert observable(events, "fatjet0.constituents.pt").tolist() == [[50.0], [25.0]]
    assert observable(events, "fatjet0.constituents.eta").tolist() == [[pytest.approx(1.1)], [pytest.approx(-1.1)]]
    assert observable(events, "fatjet0.constituents.phi")[0, 0] == pytest.approx(3.2 - 2 * np.pi)
    assert observable(events, "fatjet0.mass").tolist() == [10.0, 20.0]


def test_nanoaod() -> None:
    events = opened(
        {
            "nJet": np.array([2, 0]),
            "Jet_pt": ak.Array([[30.0, 50.0], []]),
            "Jet_eta": ak.Array([[1.0, 2.0], []]),
            "Jet_phi": ak.Array([[0.0, 3.0], []]),
            "Jet_mass": ak.Array([[5.0, 6.0], []]),
            "Muon_pt": ak.Array([[], [20.0]]),
            "Muon_eta": ak.Array([[], [0.1]]),
            "Muon_phi": ak.Array([[], [0.2]]),
            "Muon_charge": ak.Array([[], [-1]]),
            "MET_pt": np.array([10.0, 20.0]),
            "MET_phi": np.array([1.0, 4.0]),
            "genWeight": np.array([1.0, -1.0]),
        }
    ).events()
    assert observable(events, "jet0.pt")[0] == 50.0  # the leading one
    assert observable(events, "jet0.mass")[0] == 6.0
    assert observable(events, "jet.size").tolist() == [2.0, 0.0]
    assert observable(events, "met").tolist() == [10.0, 20.0]
    assert events.MissingET.Phi[1, 0] == pytest.approx(4.0 - 2 * np.pi)
    assert observable(events, "muon0.mass")[1] == pytest.approx(0.105658, abs=1e-5)
    assert observable(events, "muon0.charge")[1] == -1.0
    assert events.Event.Weight.tolist() == [[1.0], [-1.0]]


def test_jetnet(study: Path) -> None:
    particles = np.zeros((2, 30, 4), np.float32)
    particles[0, :2] = [[0.1, -0.1, 0.5, 1.0], [0.2, 0.0, 0.25, 1.0]]
    particles[1, :1] = [[-0.1, 0.1, 1.0, 1.0]]
    with h5py.File("t.hdf5", "w") as file:
        file["particle_features"] = particles
        file["jet_features"] = np.array([[1000.0, 1.0, 170.0, 2.0], [900.0, -1.0, 50.0, 1.0]], np.float32)
    events = opened("t.hdf5").events()
    assert observable(events, "fatjet0.mass").tolist() == [170.0, 50.0]
    assert observable(events, "fatjet0.constituents.size").tolist() == [2.0, 1.0]
    assert observable(events, "fatjet0.constituents.pt").tolist() == [[500.0, 250.0], [900.0]]
    assert ak.to_list(observable(events, "fatjet0.constituents.eta")) == [
        [pytest.approx(1.1), pytest.approx(1.2)],
        [pytest.approx(-1.1)],
    ]
    assert observable(events, "fatjet0.phi").tolist() == [0.0, 0.0]


def test_top_tagging_reference_set(study: Path) -> None:
    golden = Path(__file__).parents[1] / "golden" / "pandas-table.h5.gz"
    (study / "test.h5").write_bytes(gzip.decompress(golden.read_bytes()))
    ntuple = opened("test.h5")
    events = ntuple.events()
    assert observable(events, "fatjet0.constituents.size").tolist() == [1.0, 2.0, 1.0, 1.0]
    assert observable(events, "fatjet0.constituents.pt").tolist() == [[5.0], [10.0, 5.0], [15.0], [20.0]]
    # (10, 6, 8, 0) + (13, -5, 0, 12): m^2 = 23^2 - 1 - 64 - 144
    assert observable(events, "fatjet0.mass")[1] == pytest.approx(320**0.5)
    assert ak.flatten(events.Event.is_signal_new).tolist() == [0, 1, 0, 1]
    assert ak.array_equal(ntuple.events(None, 1, 3), events[1:3])


def test_padding_goes() -> None:
    pad = np.array([[5.0, 0.0, 0.0], [1.0, 2.0, 0.0]])
    jets = {name: np.ones(2) for name in ("jet_pt", "jet_eta", "jet_phi")}
    events = opened({**jets, "part_pt": pad, "part_eta": pad, "part_phi": pad}).events()
    assert events.FatJet.Constituents.PT.tolist() == [[[5.0]], [[1.0, 2.0]]]


def test_columns_that_do_not_belong_together() -> None:
    with pytest.raises(FileFormatError, match=r"FatJet.Constituents: the lists of part_py are not as long"):
        opened({**JETCLASS, "part_py": ak.Array([[4.0], [0.0]])}).events()
    lists = {name: ak.Array([[1.0], []]) for name in ("Jet_pt", "Jet_eta", "Jet_phi")}
    with pytest.raises(FileFormatError, match="the lists of Jet_partonFlavour are not as long"):
        opened({**lists, "Jet_partonFlavour": ak.Array([[], [1]])}).events()


def test_jets_without_mass_have_none() -> None:
    jets = {name: np.ones(2) for name in ("jet_pt", "jet_eta", "jet_phi")}
    assert set(opened(jets).events().FatJet.fields) == {"PT", "Eta", "Phi"}


def test_weights_that_are_texts_are_told() -> None:
    heard: list[progress.Report] = []
    with progress.listening(heard.append):
        ntuple = open_ntuple({**JETCLASS, "weight": ["a"] * len(JETCLASS["jet_pt"])}, "jets")
    assert ntuple.weight is None
    assert heard[-1].text == "jets: the column 'weight' is not of numbers, so all events count the same"
