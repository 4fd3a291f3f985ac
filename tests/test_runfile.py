from __future__ import annotations

from pathlib import Path

import awkward as ak
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import samples

from hml_jupyter import runfile
from hml_jupyter.errors import FileFormatError, UnknownNameError
from hml_jupyter.runfile import read_run, run_batches


@pytest.fixture
def folder(study: Path) -> Path:
    """A folder as a run keeps it: a row group for each chunk."""
    tables = [ak.to_arrow_table(samples.events(20, seed), extensionarray=False, list_to32=True) for seed in range(5)]
    with pq.ParquetWriter(study / "events.parquet", tables[0].schema) as writer:
        for table in tables:
            writer.write_table(table)
    return study


def test_read_run_all_and_some(folder: Path) -> None:
    everything = read_run(folder)
    assert len(everything) == 100
    some = read_run(folder, ["Jet.PT", "FatJet.Tau", "FatJet.Constituents.PT", "MissingET"])
    assert some.Jet.PT.tolist() == everything.Jet.PT.tolist()
    assert ak.fields(some.Jet) == ["PT"]
    assert ak.fields(some.MissingET) == ["MET", "Eta", "Phi"]
    assert "?" not in str(some.type)
    assert some.FatJet.Constituents.PT.tolist() == everything.FatJet.Constituents.PT.tolist()
    assert ak.array_equal(some.FatJet.Tau, everything.FatJet.Tau)


def test_read_run_is_what_was_written(folder: Path) -> None:
    written = ak.concatenate([samples.events(20, seed) for seed in range(5)])
    assert ak.array_equal(read_run(folder), written, dtype_exact=True)
    assert str(read_run(folder).type) == str(written.type)


@pytest.mark.parametrize("columns", [["FatJet.Constituents"], ["FatJet.Constituents.PT", "FatJet.Constituents.Eta"]])
def test_read_run_parts(folder: Path, columns: list[str]) -> None:
    some, everything = read_run(folder, columns), read_run(folder)
    assert ak.fields(some) == ["FatJet"]
    assert ak.fields(some.FatJet) == ["Constituents"]
    assert some.FatJet.Constituents.PT.tolist() == everything.FatJet.Constituents.PT.tolist()


@pytest.mark.parametrize(
    ("column", "near"),
    [("Jet.Pt", "Jet.PT"), ("jet", "Jet"), ("FatJet.Constituent", "FatJet.Constituents"), ("Je", "Jet")],
)
def test_read_run_unknown_column(folder: Path, column: str, near: str) -> None:
    with pytest.raises(
        UnknownNameError, match=rf"unknown column '{column}'; near names: .*{near}.* missing in .*events.parquet"
    ):
        read_run(folder, [column])


def test_read_run_damaged(folder: Path) -> None:
    file = folder / "events.parquet"
    whole = file.read_bytes()
    file.write_bytes(whole[:200])
    with pytest.raises(FileFormatError, match="expected Parquet"):
        read_run(folder)
    file.write_bytes(whole[:100] + bytes(2000) + whole[2100:])
    with pytest.raises(FileFormatError, match="expected Parquet"):
        read_run(folder)


def test_read_run_no_file(study: Path) -> None:
    with pytest.raises(FileFormatError, match=r"expected the folder of a run; found one without events.parquet"):
        read_run(study)


def test_run_batches(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hml_jupyter.runfile.BATCH", 40)
    batches = list(run_batches(folder))
    assert [len(batch) for batch in batches] == [40, 40, 20]
    assert ak.array_equal(ak.concatenate(batches), read_run(folder))
    assert [ak.fields(batch) for batch in run_batches(folder, ["Jet.PT"])] == [["Jet"]] * 3


def test_join_run_groups_its_parts(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runfile, "GROUP_EVENTS", 5)
    for name, n in (("a", 3), ("b", 3), ("c", 1)):
        pq.write_table(pa.table({"x": [name] * n}), study / f"{name}.parquet")
    runfile.join_run(study, ["a", "b", "c"])
    joined = pq.ParquetFile(study / runfile.RUN_FILE)
    assert [joined.metadata.row_group(i).num_rows for i in range(joined.num_row_groups)] == [6, 1]
    assert "".join(joined.read()["x"].to_pylist()) == "aaabbbc"


def test_a_run_from_before_generated_jets_says_how_to_get_them(folder: Path) -> None:
    assert not {"GenJet", "GenMissingET"} & {*read_run(folder).fields}
    with pytest.raises(
        UnknownNameError, match=r"GenJet.PT.* before runs held jets of generated particles: make it again"
    ):
        read_run(folder, ["GenJet.PT"])


def test_a_run_with_generated_jets_is_not_told_to_be_older(study: Path) -> None:
    events = ak.with_field(samples.events(3, 1), [[{"PT": 30.0}]] * 3, "GenJet")
    ak.to_parquet(events, study / "events.parquet", extensionarray=False)
    assert read_run(study, ["GenJet.PT"]).GenJet.PT.tolist() == [[30.0]] * 3
    with pytest.raises(UnknownNameError) as caught:
        read_run(study, ["GenJet.Pt"])
    assert "before" not in str(caught.value)
