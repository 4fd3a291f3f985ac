from __future__ import annotations

import json
from pathlib import Path

import awkward as ak
import numpy as np
import pytest
import samples
import uproot

from hml_jupyter import rootfile
from hml_jupyter.delphes import count_events, read_delphes
from hml_jupyter.errors import ArgumentError, FileFormatError, HmlError, PathError
from hml_jupyter.events import read_events
from hml_jupyter.rootfile import to_root


def is_same(one: ak.Array, other: ak.Array) -> bool:
    return bool(ak.array_equal(one, other, dtype_exact=True)) and str(one.type) == str(other.type)


@pytest.mark.parametrize("events", [samples.handmade(), samples.events(300, 1)])
def test_to_root_reads_back(study: Path, events: ak.Array) -> None:
    assert to_root(events, "run.root") == Path("run.root")
    assert is_same(events, read_events("run.root"))


def test_to_root_reads_back_as_float32_without_jets(study: Path) -> None:
    events = ak.values_astype(samples.events(50, 1), np.float32)
    events = ak.with_field(events, events.FatJet[:, :0], "FatJet")
    to_root(events, "run.root")
    assert is_same(events, read_events("run.root"))


def test_to_root_names_and_numbers(study: Path) -> None:
    events = samples.handmade()
    to_root(events, "run.root")
    with uproot.open("run.root:Delphes") as tree:
        assert tree["Jet_size"].array().tolist() == [2, 3, 1, 0]
        assert tree["Jet.PT"].array().tolist() == events.Jet.PT.tolist()
        assert tree["FatJet.Tau2"].array().tolist() == [[0.1], [], [], []]
        assert tree["FatJet.ConstituentsBegin"].array()[0].tolist() == [0]
        assert tree["FatJet.ConstituentsEnd"].array()[0].tolist() == [2]
        assert tree["FatJetConstituents.PT"].array()[0].tolist() == [200.0, 100.0]


def test_to_root_bounds_of_several_jets(study: Path) -> None:
    events = samples.events(20, 3)
    to_root(events, "run.root")
    with uproot.open("run.root:Delphes") as tree:
        begin, end = (tree[f"Jet.Constituents{name}"].array() for name in ("Begin", "End"))
        parts = tree["JetConstituents.PT"].array()
    for event in range(20):
        for jet in range(len(events.Jet[event])):
            own = parts[event, begin[event, jet] : end[event, jet]]
            assert own.tolist() == events.Jet.Constituents.PT[event, jet].tolist()


def test_to_root_batches_and_about(study: Path) -> None:
    batches = [samples.events(30, seed) for seed in (1, 2, 3)]
    to_root(iter(batches), "run.root", about={"cross_section": 1.5, "process": "p p > z z"})
    assert is_same(ak.concatenate(batches), read_events("run.root"))
    with uproot.open("run.root") as file:
        assert json.loads(file["hml_jupyter"]) == {"cross_section": 1.5, "process": "p p > z z", "schema": 1}


def test_to_root_many_steps(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hml_jupyter.rootfile.STEP", 7)
    events = samples.events(100, 1)
    to_root(events, "run.root")
    assert is_same(events, read_events("run.root"))


def test_to_root_replaces_only_exports(study: Path) -> None:
    to_root(samples.events(5, 1), "run.root")
    to_root(samples.events(9, 1), "run.root")
    assert len(read_events("run.root")) == 9
    with uproot.recreate("mine.root") as file:
        file.mktree("mine", {"x": "float64"}).extend({"x": np.ones(3)})
    (study / "notes.txt").write_text("mine")
    for name in ("mine.root", "notes.txt"):
        with pytest.raises(PathError, match=f"{name} exists and is no export of hml_jupyter; choose another path"):
            to_root(samples.events(5, 1), name)
    assert (study / "notes.txt").read_text() == "mine"


def test_to_root_no_folder(study: Path) -> None:
    with pytest.raises(PathError, match=r"there is no folder exports; make it first"):
        to_root(samples.events(5, 1), "exports/run.root")


def test_to_root_leaves_nothing_half_written(study: Path) -> None:
    def broken() -> object:
        yield samples.events(5, 1)
        msg = "the disk is full"
        raise OSError(msg)

    with pytest.raises(PathError, match=r"run.root cannot be written \(the disk is full\)"):
        to_root(broken(), "run.root")  # type: ignore[arg-type]
    assert list(study.iterdir()) == []


@pytest.mark.parametrize(
    ("events", "message"),
    [
        (ak.Array([{"x": 1.0}]), "'x' is no list of objects"),
        (ak.Array([{"Jet": [1.0]}]), "'Jet' is no list of objects"),
        (ak.Array([{"Jet": [{"PT": 1.0, "Numbers": [1.0, 2.0]}]}]), "Jet.Numbers is nested too deeply"),
        (ak.Array([{"Jet": [{"Parts": [{"Parts": [{"PT": 1.0}]}]}]}]), "Jet.Parts is nested too deeply"),
        (ak.Array([{"FatJet": [{"Tau": [0.1, 0.2]}]}]), "FatJet.Tau has not 5 values"),
    ],
)
def test_to_root_refuses(study: Path, events: ak.Array, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        to_root(events, "run.root")
    assert list(study.iterdir()) == []


def test_to_root_no_events(study: Path) -> None:
    with pytest.raises(ArgumentError, match="no events to write"):
        to_root([], "run.root")
    nothing = samples.events(5, 1)[:0]
    to_root(nothing, "run.root")
    assert is_same(nothing, read_events("run.root"))


def test_read_flat_bounds_that_do_not_fit(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bounds = rootfile.bounds
    with monkeypatch.context() as patch:
        patch.setattr(rootfile, "bounds", lambda lengths: (bounds(lengths)[0], bounds(lengths)[1] + 1))
        to_root(samples.handmade(), "run.root")
    with pytest.raises(FileFormatError, match=r"run.root: Jet.Constituents: the bounds Begin and End do not fit"):
        read_events("run.root")


def test_some_events_and_columns_of_a_flat_file(study: Path) -> None:
    events = samples.events(300, 1)
    to_root(events, "run.root")
    assert count_events(Path("run.root")) == 300
    wanted = ["FatJet.Tau", "FatJet.Constituents.PT", "Jet.PT", "MissingET.MET"]
    some = read_delphes(Path("run.root"), columns=wanted, start=50, stop=120)
    assert {branch: some[branch].fields for branch in some.fields} == {
        "Jet": ["PT"],
        "FatJet": ["Tau", "Constituents"],
        "MissingET": ["MET"],
    }
    assert some.FatJet.Constituents.fields == ["PT"]
    for path in ("Jet.PT", "FatJet.Tau", "FatJet.Constituents.PT", "MissingET.MET"):
        branch, *parts = path.split(".")
        found, expected = some[branch], events[50:120][branch]
        for part in parts:
            found, expected = found[part], expected[part]
        assert found.tolist() == expected.tolist(), path


@pytest.mark.parametrize("share", [0.02, 0.2, 0.5, 0.8, 0.99])
def test_read_flat_cut_short(study: Path, share: float) -> None:
    to_root(samples.events(300, 1), "run.root")
    whole = Path("run.root").read_bytes()
    Path("cut.root").write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(FileFormatError, match=r"cut.root: expected a Delphes ROOT file; it cannot be read"):
        read_events("cut.root")


def test_read_flat_garbled(study: Path) -> None:
    to_root(samples.events(20, 1), "run.root")
    whole = Path("run.root").read_bytes()
    rng = np.random.default_rng(1)
    messages = []
    for _ in range(12):
        garbled = bytearray(whole)
        start = int(rng.integers(len(whole)))
        garbled[start : start + 8] = rng.bytes(8)
        Path("garbled.root").write_bytes(garbled)
        try:
            read_events("garbled.root")
        except HmlError as error:
            messages.append(str(error))
    assert messages
    assert all("garbled.root" in message for message in messages)


@pytest.mark.shared_data
def test_to_root_real_delphes(shared: Path, study: Path) -> None:
    events = read_events(shared / "delphes-3.4.2-10-events.root")
    to_root(events, "flat.root")
    assert is_same(events, read_events("flat.root"))
