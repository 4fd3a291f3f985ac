from __future__ import annotations

from pathlib import Path

import awkward as ak
import numpy as np
import pytest
import samples

from hml_jupyter import events, records
from hml_jupyter.errors import DamagedError, FileFormatError, PathError


def test_read_events_missing(study: Path) -> None:
    with pytest.raises(PathError, match=r"nothing.root does not exist; the working folder is .*"):
        events.read_events("nothing.root")
    (study / "run_1.root").write_text("")
    (study / "runs").mkdir()
    with pytest.raises(
        PathError, match=rf"run_2.root does not exist; the working folder is {study}; near names there: run_1.root"
    ):
        events.read_events("run_2.root")
    with pytest.raises(PathError, match=r"run/a.root does not exist; .*; .* has no run; near names there: runs"):
        events.read_events("run/a.root")
    with pytest.raises(PathError, match=r"run_2.root does not exist; near names there: run_1.root"):
        events.read_events(study / "run_2.root")


def test_read_events_folder(study: Path) -> None:
    with pytest.raises(FileFormatError, match=r"expected the folder of a run; found one without events.parquet"):
        events.read_events(study)
    (study / "mg" / "Events").mkdir(parents=True)
    with pytest.raises(FileFormatError, match=r"hml.Run.from_madgraph\('mg'\) opens it"):
        events.read_events("mg")


LHE = """<LesHouchesEvents version="1.0">
<init>
2212 2212 6500. 6500. 0 0 0 0 3 1
2.5 0.1 2.5 1
</init>
<event>
2 1 2.5 91.2 0.0078 0.118
21 -1 0 0 501 502 0. 0. 50. 50. 0. 0. 1.
21 -1 0 0 502 501 0. 0. -50. 50. 0. 0. 1.
</event>
</LesHouchesEvents>
"""


def test_read_events_result(study: Path) -> None:
    folder = study / "run"
    folder.mkdir()
    (folder / "events.lhe").write_text(LHE)
    records.seal(
        folder, {"verb": "generate", "sha256": "0", "inputs": {}}, records.Written("f", {"files": ["events.lhe"]}), None
    )
    assert events.read_events("run").Particle.PID.tolist() == [[21, 21]]
    (folder / "events.lhe").write_text(LHE.replace("50.", "60."))
    with pytest.raises(DamagedError, match=r"run/events.lhe is not what was saved"):
        events.read_events("run")


def test_read_events_another_result(study: Path) -> None:
    folder = study / "model"
    folder.mkdir()
    (folder / "weights").write_text("1 2 3")
    records.seal(folder, {"verb": "train", "sha256": "0", "inputs": {}}, records.Written("f", {}), None)
    with pytest.raises(FileFormatError, match=r"model: expected .*; found a result of train\(\)"):
        events.read_events("model")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty file"),
        (b"hello", "begins with 'hello'"),
        (b"\x1f\x8b\x08", "cannot be read"),
        (b"\xff\x00", "begins"),
        (b"# some notes\n1 2 3\n", "begins"),
        (b"<html>", "begins with '<html>'"),
        (b"BZh91AY", "a packed file; unpack it first with bunzip2"),
        (b"PAR1", "a Parquet file; the events of a run are read from its folder"),
    ],
)
def test_read_events_foreign(study: Path, content: bytes, found: str) -> None:
    (study / "foreign.root").write_bytes(content)
    with pytest.raises(FileFormatError, match=rf"foreign.root: expected a Delphes or flat ROOT file.*{found}"):
        events.read_events("foreign.root")


def test_columns_do_not_depend_on_the_layout() -> None:
    one = samples.handmade()
    other = ak.concatenate([one[2:], one[:2]])[[2, 3, 0, 1]]
    a, b = events.columns(one), events.columns(other)
    assert a.keys() == b.keys()
    assert all(np.array_equal(a[name], b[name]) for name in a)
    assert a["Jet#"].tolist() == [2, 3, 1, 0]
    assert a["FatJet.Tau#"].tolist() == [5]


NTUPLE = {
    "jet_pt": [500.0, 600.0],
    "jet_eta": [0.0, 1.0],
    "jet_phi": [0.0, 1.0],
    "jet_mass": [90.0, 80.0],
    "label": [1, 0],
}


def test_read_events_of_ntuples(study: Path) -> None:
    import pandas as pd
    import uproot

    table = pd.DataFrame(NTUPLE)
    table.to_csv("jets.csv", index=False)
    table.to_parquet("jets.parquet")
    with uproot.recreate("jets.root") as file:
        file["jets"] = file["others"] = {name: table[name].to_numpy() for name in table}
    for path in ("jets.csv", "jets.parquet", "jets.root:jets"):
        found = events.read_events(path)
        assert found.FatJet.Mass.to_list() == [[90.0], [80.0]]
        assert found.Event.label.to_list() == [[1], [0]]
        assert found.attrs["source"] == path
    with pytest.raises(FileFormatError, match=r"several trees, others, jets|several trees, jets, others"):
        events.read_events("jets.root")
    with pytest.raises(PathError, match=r"jet\.root:jets does not exist; .*near names there: jets\.root"):
        events.read_events("jet.root:jets")


def test_read_events_of_a_table_without_objects(study: Path) -> None:
    (study / "table.csv").write_text("m_jj,n\n1,2\n")
    with pytest.raises(
        FileFormatError, match=r"table\.csv: expected objects .*; its columns are m_jj, n; .*column\.m_jj"
    ):
        events.read_events("table.csv")
