"""Datasets of the user's own tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import samples
import uproot
from own_tables import NAMES, build, frame, jets, numbers, write

import hml_jupyter as hml
from hml_jupyter import progress
from hml_jupyter.datasets import Dataset, sources
from hml_jupyter.datasets.pieces import EventRecord
from hml_jupyter.datasets.sources import open_source
from hml_jupyter.errors import ArgumentError, EmptySelectionError, FileFormatError, PathError, UnknownNameError
from hml_jupyter.expressions import parse_observable
from hml_jupyter.records import read_record
from hml_jupyter.representations import Graph, Image, Set
from hml_jupyter.selection import select
from hml_jupyter.tables import FlatTable, TableRecord, open_ntuple, open_table, text


def heard(call: Any) -> list[str]:
    reports: list[progress.Report] = []
    with progress.listening(reports.append):
        call()
    return [each.text for each in reports if each.is_notice]


MEMORY = {
    "frame": lambda table: table,
    "dict": lambda table: table.to_dict("list"),
    "records": lambda table: table.to_records(index=False),
    "arrow": pa.table,
    "flat": open_table,
    "awkward": lambda table: ak.Array({name: table[name].to_numpy() for name in table}),
}


@pytest.mark.parametrize("kind", MEMORY)
def test_tables_in_memory(kind: str) -> None:
    a, b = numbers(30, 1), numbers(20, 2)
    dataset = build(MEMORY[kind](a), b, require="column.m_jj > 80 and jet0.pt / jet1.pt < 2.5")
    kept = a[(a.m_jj > 80) & (a["jet0.pt / jet1.pt"] < 2.5)]
    mine = dataset.y == 0
    for name, column in zip(NAMES[:3], ("m_jj", "fatjet0.mass", "jet0.pt / jet1.pt"), strict=True):
        np.testing.assert_array_equal(dataset.column(name)[mine], kept[column])
    np.testing.assert_allclose(dataset.X[mine, 3], abs(kept.m_jj - kept["fatjet0.mass"]))
    np.testing.assert_array_equal(dataset.event[mine], kept.index)
    assert dataset.units == ("", "GeV", "", "GeV")
    assert dataset.counts["a"]["generated"] == 30
    assert dataset.without_cross_section == ("a", "b")


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".parquet", ".npz", ".npy", ".h5"])
def test_files_are_read_piece_by_piece(suffix: str, study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = numbers(95, 1), numbers(40, 2)
    here = build(a, b, require="column.n_jets > 2")
    monkeypatch.setattr(sources, "PIECE", 6)
    file = write(a, f"a{suffix}")
    assert [piece.first for piece in open_source("a", file).pieces] == [0, 30, 60, 90]
    dataset = build(file, b, require="column.n_jets > 2")
    np.testing.assert_allclose(dataset.X, here.X, rtol=1e-15)
    np.testing.assert_array_equal(dataset.event, here.event)


def test_workers_read_files(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = numbers(200, 1), numbers(200, 2)
    here = build(a, b)
    monkeypatch.setattr(sources, "PIECE", 4)
    assert build(write(a, "a.parquet"), write(b, "b.npz")).fingerprint == here.fingerprint


def test_trees_of_one_file(study: Path) -> None:
    tables = {"sig": numbers(30, 1), "bkg": numbers(20, 2)}
    with uproot.recreate("both.root") as file:
        for name, table in tables.items():
            file[name] = {"m_jj": table.m_jj.to_numpy()}
    both = build("both.root:sig", "both.root:bkg", ["column.m_jj"], path="study/data/set")
    np.testing.assert_array_equal(both.X[:, 0], [*tables["sig"].m_jj, *tables["bkg"].m_jj])
    other = build("both.root:bkg", "both.root:sig", ["column.m_jj"], path="study/data/set")
    assert (other.X[:20, 0] == tables["bkg"].m_jj).all()
    assert read_record(Path("study/data/set"))["recipe"]["inputs"]["a"]["path"] == "both.root"
    with pytest.raises(FileFormatError, match=r"several trees, sig, bkg; say which: 'both.root:sig'"):
        build("both.root", "both.root:bkg", ["column.m_jj"])
    with pytest.raises(UnknownNameError, match=r"unknown tree 'sigg'; near names: sig"):
        build("both.root:sigg", "both.root:bkg", ["column.m_jj"])


def test_a_run_and_a_table(study: Path) -> None:
    run = samples.Run(100, 1, "signal")
    write(frame(50, 1), "qcd.csv")
    dataset = build(run, "qcd.csv", ["fatjet0.mass"], require="fatjet0.mass > 0")
    assert dataset.counts["a"]["cross_section"] == 0.5
    assert dataset.without_cross_section == ("b",)
    np.testing.assert_allclose(dataset.X[dataset.y == 1, 0], frame(50, 1)["fatjet0.mass"], rtol=1e-15)


def test_columns_that_are_called_as_observables() -> None:
    table = {"FatJet0.M": [90.0, 91.0], "MET": [10.0, 20.0], "jet0.pt/jet1.pt": [1.0, 2.0], "fj-mass": [0.0, 0.0]}
    dataset = build(table, table, ["fatjet0.mass", "met", "jet0.pt / jet1.pt"], split=(0.5, 0.0, 0.5))
    assert dataset.X[:2].tolist() == [[90.0, 10.0, 1.0], [91.0, 20.0, 2.0]]
    assert dataset.units == ("GeV", "GeV", "")


def test_columns_of_a_dataset_by_their_own_name() -> None:
    dataset = build(numbers(30, 1), numbers(30, 2), ["column.m_jj", "fatjet0.mass"], observables=["column.n_jets"])
    np.testing.assert_array_equal(dataset.column("m_jj"), dataset.column("column.m_jj"))
    assert dataset.unit("n_jets") == ""
    assert select(dataset, ["column.n_jets == 2"]).n_events == (dataset.column("n_jets") == 2).sum()
    with pytest.raises(UnknownNameError, match=r"unknown column 'm_j'; known: column\.m_jj"):
        dataset.column("m_j")


def test_regions_and_observed_data(study: Path) -> None:
    data = frame(40, 3)
    write(data, "data.csv")
    dataset = build(
        numbers(30, 1),
        numbers(30, 2),
        ["column.m_jj"],
        observed={"data": "data.csv"},
        blind="column.m_jj in [80, 100]",
        regions={"SR": "column.m_jj in [80, 100]"},
    )
    np.testing.assert_allclose(dataset.observed.column("m_jj"), data.m_jj[(data.m_jj < 80) | (data.m_jj > 100)])
    assert dataset.region("SR").n_events == ((dataset.X[:, 0] >= 80) & (dataset.X[:, 0] <= 100)).sum()


def test_weights(study: Path) -> None:
    a = numbers(4, 1).assign(genWeight=[1.0, 2.0, 3.0, 4.0])
    told = heard(lambda: build(a, numbers(4, 2), split=(0.5, 0.0, 0.5), observed={"data": a}))
    assert told == [
        "'a': the column 'genWeight' holds the weights of the events",
        "the weights of observed events are not used ('data' has some)",
    ]
    dataset = build(a, a, split=(0.5, 0.0, 0.5), require="column.genWeight > 1")
    np.testing.assert_allclose(dataset.weights[:3], [0.2, 0.3, 0.4])
    with pytest.raises(
        ArgumentError, match=r"'a': genWeight and weight may be .*open_table\(..., weight='genWeight'\)"
    ):
        build(a.assign(weight=1.0), a)
    with pytest.raises(ArgumentError, match=r"4 of 4 events of 'a' have no finite weight"):
        build(a.assign(genWeight=np.nan), a)


@pytest.mark.parametrize("kind", ["memory", "csv", "parquet", "ntuple", "opened"])
def test_weights_that_are_texts_are_refused(kind: str, study: Path) -> None:
    a = numbers(4, 1).assign(genWeight=["1.0", "2.0", "three", "4.0"])
    sources: dict[str, Any] = {"memory": a, "ntuple": {**jets(4, 1), "genWeight": list(a.genWeight)}}
    sources |= {"csv": "a.csv", "parquet": "a.parquet", "opened": open_ntuple(sources["ntuple"])}
    if kind in ("csv", "parquet"):
        write(a, f"a.{kind}")
    with pytest.raises(FileFormatError, match=r"column 'genWeight' would hold the weights .*weight='w'.*weight=False"):
        build(sources[kind], numbers(4, 2))
    without = build(hml.open_table(a, weight=False), numbers(4, 2), split=(0.5, 0.0, 0.5))
    np.testing.assert_allclose(without.weights[:4], 0.25)


def test_open_table_says_which_weights_and_what_they_sum_to(study: Path) -> None:
    a = numbers(40, 1).assign(w=np.arange(1.0, 41.0), weight=1.0)
    write(a, "a.csv")
    built = {}
    for name, options in {
        "named": {"weight": "w"},
        "none": {"weight": False},
        "number": {"weight": "w", "cross_section": 2.0},
        "sum": {"weight": "w", "cross_section": "weights"},
        "flat": {"weight": False, "cross_section": 4},
    }.items():
        b = hml.open_table(numbers(40, 2).assign(weight=1.0, w=30.0), cross_section=3.0)
        table = hml.open_table("a.csv", **options)  # type: ignore[arg-type]
        built[name] = build(table, b, ["column.m_jj", "column.weight"], require="column.w > 20")
    kept, first = a.w[a.w > 20], slice(0, 20)
    np.testing.assert_allclose(built["named"].weights[first], kept / a.w.sum())
    np.testing.assert_allclose(built["none"].weights[first], 1 / 40)
    np.testing.assert_allclose(built["number"].weights[first], 2.0 * kept / a.w.sum())
    np.testing.assert_allclose(built["sum"].weights[first], kept)
    np.testing.assert_allclose(built["flat"].weights[first], 4 / 40)
    assert [each.counts["a"]["cross_section"] for each in built.values()] == [None, None, 2.0, a.w.sum(), 4]
    assert built["sum"].yields(1.0)[built["sum"].y == 0].sum() == pytest.approx(1000 * kept.sum())
    assert built["none"].without_cross_section == ("a",)
    recipes = {name: each.recipe for name, each in built.items()}
    assert len(set(recipes.values())) == len(recipes)
    with pytest.raises(ArgumentError, match="is the sum of the weights, and it has none: weight= names their column"):
        build(hml.open_table(numbers(4, 1), cross_section="weights"), a)


def test_weights_of_an_ntuple_by_name() -> None:
    a = {**jets(40, 1), "w": np.arange(1.0, 41.0), "weight": np.ones(40)}
    dataset = build(hml.open_table(a, weight="w", cross_section="weights"), jets(40, 2), ["fatjet0.pt"])
    np.testing.assert_allclose(dataset.weights[:40], a["w"])


def test_ntuples_are_events(study: Path) -> None:
    a = jets(40, 1)
    table = pa.table({name: ak.to_arrow(values, extensionarray=False) for name, values in a.items()})
    pq.write_table(table, "jets.parquet")
    names = ["fatjet0.mass", "fatjet0.constituents.size", "column.label_QCD", "column.jet_pt"]
    told = heard(lambda: build("jets.parquet", jets(30, 2), names))
    assert [text.partition(": ")[2][:19] for text in told] == ["read as JetClass an"] * 2
    dataset = build("jets.parquet", jets(30, 2), names, require="fatjet0.pt > 420")
    kept = a["jet_pt"] > 420
    np.testing.assert_array_equal(dataset.column("label_QCD")[dataset.y == 0], a["label_QCD"][kept])
    np.testing.assert_allclose(dataset.column("jet_pt")[dataset.y == 0], a["jet_pt"][kept])
    for representation in (
        Image("fatjet0.constituents", size=(5, 5)),
        Graph("fatjet0.constituents", max_nodes=3, edges=None),
    ):
        made = build("jets.parquet", jets(30, 2), representation)
        direct = representation.read(EventRecord(open_ntuple(a).events()))
        for name, values in direct.items():
            np.testing.assert_array_equal(made.arrays[name][made.y == 0], values)


def test_only_needed_columns_are_read(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Any] = []

    def noted(self: FlatTable, names: Any = None, start: int = 0, stop: int | None = None) -> Any:
        read.append(tuple(names))
        return original(self, names, start, stop)

    original = FlatTable.read
    monkeypatch.setattr(FlatTable, "read", noted)
    build(numbers(30, 1).assign(weight=1.0), numbers(30, 1), ["fatjet0.mass"], require="column.m_jj > 0")
    build(jets(30, 1), jets(30, 2), ["column.label_QCD"], require="fatjet0.pt > 0")
    assert [set(each) for each in read] == [
        {"fatjet0.mass", "m_jj", "weight"},
        {"fatjet0.mass", "m_jj"},
        {"label_QCD", "jet_pt", "jet_eta", "jet_phi", "jet_energy"},
        {"label_QCD", "jet_pt", "jet_eta", "jet_phi", "jet_energy"},
    ]


def test_csv_is_gone_through_once(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(numbers(100, 1), "a.csv")
    monkeypatch.setattr(sources, "PIECE", 2)
    opened: list[Path] = []
    restart = text._Forward._restart

    def noted(self: Any, names: Any) -> None:
        opened.append(self.reader.path)
        restart(self, names)

    monkeypatch.setattr(text._Forward, "_restart", noted)
    assert build("a.csv", numbers(10, 2), ["column.m_jj"]).n_events == 110
    assert len(opened) == 1


def test_a_frame_that_changes_afterwards(study: Path) -> None:
    a, b = {name: values.to_numpy().copy() for name, values in numbers(30, 1).items()}, numbers(30, 2)
    table = open_table(a)
    first = build(a, b, path="study/data/set")
    before = first.X.copy()
    a["m_jj"] += 1.0
    np.testing.assert_array_equal(Dataset.load("study/data/set").X, before)
    again = build(a, b, path="study/data/set")
    np.testing.assert_allclose(again.X[:30, 0], before[:30, 0] + 1.0)
    assert build(table, b, path="study/data/set").recipe != first.recipe


def test_a_file_that_changes_after_it_was_opened(study: Path) -> None:
    table = open_table(write(numbers(30, 1), "a.csv"))
    write(numbers(20, 1), "a.csv")
    with pytest.raises(FileFormatError, match=r"'a' \(a.csv\) has changed since it was opened; open it again"):
        build(table, numbers(30, 2))


@pytest.mark.parametrize(
    ("a", "names", "error", "message"),
    [
        (numbers(9, 1), ["column.m_j"], UnknownNameError, r"unknown column 'm_j'; near names: m_jj. 'a' has the columns"),
        (numbers(9, 1), ["fatjet0.pt"], UnknownNameError, r"'fatjet0.pt'; near names: fatjet0.mass.*'a' has the columns"),
        (frame(9, 1), ["column.detector"], FileFormatError, r"'a': the column 'detector' is not of numbers but of"),
        (numbers(0, 1), ["column.m_jj"], EmptySelectionError, r"no event of 'a' is in it \(0 generated\)"),
        (numbers(3, 1), ["column.m_jj"], ArgumentError, r"3 events of 'a' are too few for split"),
        ({"m_jj": ak.Array([[1.0], [2.0, 3.0]])}, ["column.m_jj"], ArgumentError, r"each element in 'a'.*max\(column.m_jj\)"),
        ({"m_jj": [np.nan] * 9}, ["column.m_jj"], ArgumentError, "finite value in no event of any class: take another"),
        ({"m_jj": np.ones((9, 2, 2))}, ["column.m_jj"], ArgumentError, r"'a': 'm_jj' has an array of shape \(2, 2\)"),
        (frame(9, 1)[["detector"]], ["column.m_jj"], FileFormatError, "'a': expected columns of numbers; found detector"),
        ({"m_jj": [1.0], "n": [1, 2]}, ["column.m_jj"], FileFormatError, "'a': the columns of a table have one length"),
        ({}, ["column.m_jj"], FileFormatError, "expected columns of numbers; found none"),
        (np.ones((9, 2)), ["column.m_jj"], ArgumentError, r"no names: \{'m_jj': array\[:, 0\]\} gives them"),
        (numbers(9, 1), Image("fatjet0.constituents"), ArgumentError, r"Image\(...\) needs the particles of events, and 'a'"),
        (numbers(9, 1), Graph("jet"), ArgumentError, r"Graph\(...\) needs the particles of events, and 'a' is a table"),
        (numbers(9, 1), Set(["jet.pt"], per="jet"), ArgumentError, "a row for each jet needs the particles"),
        ("tabel.csv", ["column.m_jj"], PathError, "'a' is missing: there is no file or folder tabel.csv; near names there: table"),
    ],
)  # fmt: skip
def test_bad_input(a: Any, names: Any, error: type[Exception], message: str, study: Path) -> None:
    write(numbers(9, 2), "table.csv")
    b = {"m_jj": [np.nan] * 9} if message.startswith("finite") else numbers(9, 2)
    with pytest.raises(error, match=message):
        build(a, b, names, path="study/data/set")
    assert not Path("study/data/set").exists()


def test_missing_values_are_told() -> None:
    told = heard(lambda: build({"m_jj": [np.nan, *range(9)]}, {"m_jj": range(10)}, ["column.m_jj"]))
    assert told == ["column.m_jj: 1 of 10 events of 'a' have no finite value (NaN)"]


def test_a_piece_of_a_table() -> None:
    (piece,) = open_source("a", numbers(5, 1)).pieces
    record = piece.read([parse_observable("column.m_jj")], "a")
    assert isinstance(record, TableRecord)
    assert set(record.columns) == {"m_jj"}
    assert len(record) == 5
