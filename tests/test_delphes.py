from __future__ import annotations

from pathlib import Path

import awkward as ak
import numpy as np
import pytest
import uproot

from hml_jupyter import delphes
from hml_jupyter.errors import FileFormatError
from hml_jupyter.events import MODEL, read_events
from hml_jupyter.masses import mass_of


def test_resolve_by_the_low_bits_and_by_event() -> None:
    high = 1 << 24
    ids = ak.Array([[high + 1, high + 2], [], [high + 1, high + 2, high + 3]])
    objects = ak.Array([[{"PT": 1.0}, {"PT": 2.0}], [], [{"PT": 10.0}, {"PT": 20.0}, {"PT": 30.0}]])
    found = delphes.resolve(ids, objects, ak.Array([[[2], [1]], [], [[3, 1]]]))
    assert found is not None
    assert found.PT.tolist() == [[[2.0], [1.0]], [], [[30.0, 10.0]]]


def test_resolve_missing_object() -> None:
    ids, objects = ak.Array([[1]]), ak.Array([[{"PT": 1.0}]])
    assert delphes.resolve(ids, objects, ak.Array([[[1, 5]]])) is None
    assert delphes.resolve(ids[:, :0], objects[:, :0], ak.Array([[[1]]])) is None


def test_read_delphes_another_tree(study: Path) -> None:
    with uproot.recreate(study / "other.root") as file:
        file.mktree("nominal", {"x": "float64"}).extend({"x": np.ones(3)})
    with pytest.raises(FileFormatError, match=r"other.root: expected a Delphes tree named 'Delphes'; found nominal"):
        delphes.read_delphes(study / "other.root")


def test_read_delphes_without_jets(study: Path) -> None:
    with uproot.recreate(study / "empty.root") as file:
        file.mktree("Delphes", {"x": "float64"}).extend({"x": np.ones(3)})
    with pytest.raises(FileFormatError, match=r"expected the branches Event and Jet of Delphes; found x"):
        delphes.read_delphes(study / "empty.root")


@pytest.mark.shared_data
def test_read_delphes_real_file(shared: Path) -> None:
    events = read_events(shared / "delphes-3.4.2-10-events.root")
    assert len(events) == 10
    # Delphes clusters generated fat jets only where its card asks for it, and gives generated jets no flavour
    assert "GenFatJet" not in events.fields
    assert "Flavor" not in events.GenJet.fields
    for branch, fields in MODEL.items():
        for field in fields:
            if branch == "GenFatJet" or (branch, field) == ("GenJet", "Flavor"):
                continue
            array = events[branch]
            for part in field.split("."):
                array = array[part]
            # there is no photon in these ten events
            assert bool(ak.count(array) > 0) is (branch != "Photon"), (branch, field)
    assert ak.num(events.FatJet).tolist() == [0, 0, 0, 1, 2, 2, 1, 0, 0, 0]
    assert set(ak.num(events.MissingET).tolist()) == {1}
    assert float(ak.max(abs(events.Jet.Phi))) < np.pi
    assert set(ak.flatten(events.Muon.Mass)) == {np.float32(mass_of("Muon"))}
    assert events.attrs["source"] == "delphes-3.4.2-10-events.root"


@pytest.mark.shared_data
@pytest.mark.parametrize("size", [6, 300, 100_000, 900_000, 938_818])
def test_read_delphes_cut_short(shared: Path, study: Path, size: int) -> None:
    whole = (shared / "delphes-3.4.2-10-events.root").read_bytes()
    (study / "cut.root").write_bytes(whole[:size])
    with pytest.raises(FileFormatError, match=r"cut.root: expected a Delphes ROOT file; it cannot be read"):
        read_events("cut.root")


@pytest.mark.shared_data
def test_some_events_and_columns_of_a_real_file(shared: Path) -> None:
    file = shared / "delphes-3.4.2-10-events.root"
    assert delphes.count_events(file) == 10
    whole = read_events(file)
    wanted = ["FatJet.Tau", "FatJet.SoftDroppedMass", "Muon.Mass", "Jet.Constituents.PT", "Event.Weight"]
    some = delphes.read_delphes(file, columns=wanted, start=3, stop=7)
    assert {branch: some[branch].fields for branch in some.fields} == {
        "Event": ["Weight"],
        "Muon": ["PT", "Mass"],
        "Jet": ["PT", "Constituents"],
        "FatJet": ["Tau", "SoftDroppedMass"],
    }
    assert some.FatJet.Tau.tolist() == whole[3:7].FatJet.Tau.tolist()
    assert some.FatJet.SoftDroppedMass.tolist() == whole[3:7].FatJet.SoftDroppedMass.tolist()
    assert some.Jet.Constituents.PT.tolist() == whole[3:7].Jet.Constituents.PT.tolist()
