from __future__ import annotations

from pathlib import Path

import awkward as ak
import numpy as np
import pytest
import samples

from hml_jupyter.datasets import build_dataset
from hml_jupyter.datasets.columns import event_weights, needed_columns
from hml_jupyter.datasets.sources import events_fingerprint, open_source
from hml_jupyter.errors import ArgumentError, FileFormatError
from hml_jupyter.expressions import parse_observable
from hml_jupyter.representations import Set
from hml_jupyter.runs import Run


def test_open_source_of_a_run() -> None:
    source = open_source("zz", samples.Run(10, 1, "signal"))
    assert (source.cross_section, source.error, source.sum_of_weights) == (0.5, 0.005, 10.0)
    (piece,) = source.pieces
    record = piece.read([parse_observable("jet0.pt")], source.label)
    assert (len(record), record.weights.tolist()) == (10, [1.0] * 10)


def test_open_source_of_a_folder_is_its_run(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (study / "runs").mkdir()
    run = samples.Run(10, 1, "signal")
    monkeypatch.setattr(Run, "load", lambda path: run if path == "runs" else None)
    assert open_source("zz", "runs").identity is run


def test_open_source_of_a_file(study: Path) -> None:
    (study / "events.lhe").write_bytes(b"not an LHE file")
    source = open_source("zz", "events.lhe")
    assert source.identity == Path("events.lhe")
    assert source.cross_section is None
    assert source.label == "'zz' (events.lhe)"
    with pytest.raises(FileFormatError):
        source.pieces[0].read([], source.label)


def test_open_source_of_something_else() -> None:
    with pytest.raises(ArgumentError, match=r"must be a Run, the path of .* or a table: .*, not a int"):
        open_source("zz", 3)  # type: ignore[arg-type]


def test_event_weights() -> None:
    assert event_weights(samples.handmade()).tolist() == [1.0, 2.0, 1.0, 1.0]
    assert event_weights(ak.Array([{"Event": {"Weight": 0.5}}])).tolist() == [0.5]
    assert event_weights(ak.Array([{"Jet": [1]}])).tolist() == [1.0]
    assert np.isnan(event_weights(ak.Array([{"Event": [{"Weight": 1.0}]}, {"Event": []}]))[1])


def test_events_fingerprint_is_of_the_content() -> None:
    events = samples.events(30, seed=1)
    assert events_fingerprint(events) == events_fingerprint(samples.events(30, seed=1))
    assert events_fingerprint(events[5:]) == events_fingerprint(ak.Array(ak.to_packed(events[5:])))
    assert events_fingerprint(events) != events_fingerprint(samples.events(30, seed=2))


def test_needed_columns() -> None:
    columns = needed_columns([parse_observable("jet[pt > 30]0.eta"), parse_observable("met")])
    assert columns is not None
    assert {"Jet.PT", "Jet.Eta", "MissingET.MET", "Event.Weight"} <= set(columns)
    assert not any("Constituents" in each or each.startswith("FatJet") for each in columns)
    assert "FatJet.Constituents.PT" in (needed_columns([parse_observable("fatjet0.constituents.pt")]) or [])
    assert needed_columns([parse_observable("particle0.pt")]) is None


@pytest.mark.shared_data
def test_dataset_of_a_delphes_file(shared: Path) -> None:
    file = shared / "delphes-3.4.2-10-events.root"
    dataset = build_dataset(
        {"a": file, "b": samples.Run(100, 1, "background")},
        Set(["jet0,jet1.delta_r", "met"]),
        signal="a",
        split=(0.0, 0.0, 1.0),
        seed=1,
    )
    assert dataset.counts["a"]["generated"] == 10
    assert np.isfinite(dataset.X[dataset.is_signal]).all()
