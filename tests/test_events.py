from __future__ import annotations

from pathlib import Path

import awkward as ak
import numpy as np
import pytest
import samples

from hml_jupyter import events
from hml_jupyter.errors import FileFormatError, PathError, UnknownNameError


@pytest.fixture
def folder(study: Path) -> Path:
    """A folder as a run keeps it."""
    table = ak.to_arrow_table(samples.events(20, 1), extensionarray=False, list_to32=True)
    import pyarrow.parquet as pq

    pq.write_table(table, study / "events.parquet")
    return study


def test_read_run_all_and_some(folder: Path) -> None:
    everything = events.read_events(folder)
    some = events.read_run(folder, ["Jet.PT", "FatJet.Tau", "FatJet.Constituents.PT", "MissingET"])
    assert some.Jet.PT.tolist() == everything.Jet.PT.tolist()
    assert ak.fields(some.Jet) == ["PT"]
    assert "?" not in str(some.type)
    assert some.FatJet.Constituents.PT.tolist() == everything.FatJet.Constituents.PT.tolist()


def test_read_run_unknown_column(folder: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"unknown column 'Jet.Pt'; near names: Jet.PT"):
        events.read_run(folder, ["Jet.Pt"])


def test_read_run_damaged(folder: Path) -> None:
    file = folder / "events.parquet"
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(FileFormatError, match="expected Parquet"):
        events.read_run(folder)


def test_read_events_missing(study: Path) -> None:
    with pytest.raises(PathError, match=r"nothing.root does not exist"):
        events.read_events("nothing.root")
    with pytest.raises(FileFormatError, match=r"a folder without events.parquet"):
        events.read_events(study)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty file"),
        (b"hello", "begins with 'hello'"),
        (b"\x1f\x8b\x08", "cannot be read"),
        (b"\xff\x00", "begins"),
    ],
)
def test_read_events_foreign(study: Path, content: bytes, found: str) -> None:
    (study / "foreign.root").write_bytes(content)
    with pytest.raises(FileFormatError, match=rf"foreign.root: expected a Delphes ROOT file.*{found}"):
        events.read_events("foreign.root")


def test_columns_do_not_depend_on_the_layout() -> None:
    one = samples.handmade()
    other = ak.concatenate([one[2:], one[:2]])[[2, 3, 0, 1]]
    a, b = events.columns(one), events.columns(other)
    assert a.keys() == b.keys()
    assert all(np.array_equal(a[name], b[name]) for name in a)
    assert a["Jet#"].tolist() == [2, 3, 1, 0]
    assert a["FatJet.Tau#"].tolist() == [5]
