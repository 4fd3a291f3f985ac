"""Datasets of images, of graphs, and of jets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import samples

import hml_jupyter.display  # noqa: F401  (results show themselves)
from hml_jupyter import progress
from hml_jupyter.datasets import Dataset, build_dataset, sources
from hml_jupyter.datasets.pieces import EventRecord
from hml_jupyter.datasets.table import PARTS
from hml_jupyter.errors import ArgumentError, EmptySelectionError, UnknownNameError
from hml_jupyter.events import read_events
from hml_jupyter.methods import MLP, BoostedDecisionTree, train
from hml_jupyter.plots import plot
from hml_jupyter.plots.pictures import average_images, graphs_of
from hml_jupyter.representations import Graph, Image, Set
from hml_jupyter.rootfile import to_root
from hml_jupyter.selection import select

IMAGE = Image("fatjet0.constituents", size=(9, 9), channel=["pt", "multiplicity"])
GRAPH = Graph("fatjet0.constituents", edges=("knn", 2), edge_features=["delta_r"], max_nodes=4)
FAT = "fatjet.size > 0"


def runs() -> dict[str, Any]:
    return {"zz": samples.Run(200, 1, "signal"), "qcd": samples.Run(200, 2, "background")}


def build(representation: Any, *, of: Any = None, **options: Any) -> Dataset:
    return build_dataset(of or runs(), representation, signal="zz", seed=1, **options)


def kept(name: str) -> Any:
    events = runs()[name].events()
    return events[np.asarray([len(each) > 0 for each in events.FatJet])]


def test_images_of_a_dataset(study: Path) -> None:
    built = build(IMAGE, require=FAT, observables=["fatjet0.mass"], path="study/data/images")
    dataset = Dataset.load("study/data/images")
    assert dataset.kind == "image"
    assert dataset.representation == IMAGE
    assert (dataset.names, dataset.side_names, dataset.units) == ((), ("fatjet0.mass",), ("GeV", ""))
    assert dataset.X.shape == (dataset.n_events, 9, 9, 2)
    assert dataset.X.dtype == np.float32
    with pytest.raises(ValueError, match="read-only"):
        dataset.X[0, 0, 0, 0] = 1
    direct = IMAGE.read(EventRecord(kept("qcd")))["image"]
    np.testing.assert_array_equal(dataset.X[~dataset.is_signal], direct)
    np.testing.assert_array_equal(built.X, dataset.X)
    assert dataset.declaration["arrays"]["image"]["axes"] == ["event", "x", "y", "channel"]
    selected = select(dataset, ["fatjet0.mass > 60"], path="study/data/selected")
    np.testing.assert_array_equal(selected.X, dataset.X[selected.mask])
    assert repr(dataset).startswith(f"<dataset of {dataset.n_events} events, one image each, classes zz*, qcd")
    assert "image of fatjet0.constituents: pt [GeV], multiplicity" in str(dataset)


def test_graphs_of_a_dataset(study: Path) -> None:
    build(GRAPH, require=FAT, path="study/data/graphs")
    dataset = Dataset.load("study/data/graphs")
    assert dataset.representation == GRAPH
    found = dataset.X
    assert found.nodes.shape == (dataset.n_events, 4, 4)
    assert found.neighbours.shape == (dataset.n_events, 4, 2)
    assert found.edges.shape == (dataset.n_events, 4, 2, 1)
    assert set(dataset.arrays) == {"nodes", "count"}
    stored = {name: values[:5] for name, values in dataset.arrays.items()}
    np.testing.assert_array_equal(GRAPH.expand(stored).edges, found.edges[:5])


@pytest.mark.parametrize("representation", [IMAGE, GRAPH])
def test_content_does_not_depend_on_pieces(representation: Any, study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {name: f"{name}.root" for name in ("zz", "qcd")}
    for name, file in files.items():
        to_root(runs()[name].events(), file)
    heard: list[list[str]] = []
    built = []
    for size in (1000, 60):
        monkeypatch.setattr(sources, "PIECE", size)
        reports: list[progress.Report] = []
        with progress.listening(reports.append):
            built.append(build(representation, of=files))
        heard.append([each.text for each in reports if each.is_notice])
    assert built[0].fingerprint == built[1].fingerprint
    assert heard[0] == heard[1]
    assert any("have no such jet" in text for text in heard[0])
    assert len(read_events("zz.root")) == (built[0].y == 0).sum()


def test_rows_for_jets() -> None:
    jets = build(Set(["jet.pt", "jet.b_tag", "met"], per="Jet[PT > 40]"), observables=["jet.eta"])
    events = runs()["zz"].events()
    passing = events.Jet.PT > 40
    mine = jets.y == 0
    np.testing.assert_allclose(jets.column("jet.pt")[mine], [pt for each in events.Jet.PT[passing] for pt in each])
    np.testing.assert_allclose(jets.column("jet.eta")[mine], [eta for each in events.Jet.Eta[passing] for eta in each])
    sizes = np.asarray([sum(each) for each in passing])
    np.testing.assert_array_equal(jets.event[mine], np.repeat(np.arange(200), sizes))
    np.testing.assert_allclose(jets.column("met")[mine], np.repeat(events.MissingET.MET[:, 0].to_numpy(), sizes))
    assert jets.per == "jet[pt > 40]"
    assert repr(jets).startswith(f"<dataset of {sizes.sum() + (jets.y == 1).sum()} jet[pt > 40], columns jet.pt")
    # jets of one event are in the same part, which is drawn for events
    for event in np.unique(jets.event[mine]):
        assert len(set(jets.split[mine & (jets.event == event)])) == 1
    assert jets.counts["zz"]["required"] == 200
    np.testing.assert_allclose(jets.weights[mine], 0.5 / 200)


def test_rows_for_jets_say_so() -> None:
    jets = build(Set(["jet.pt"], per="jet[pt > 40]"), observed={"data": runs()["qcd"].events()})
    assert (jets.row, build(Set(["met"])).row) == ("jet[pt > 40]", "events")
    n, observed = jets.n_events, jets.observed.n_events
    assert str(jets).splitlines()[0] == f"dataset: {n:,} jet[pt > 40]".replace(",", " ")
    assert repr(jets.observed).startswith(f"<{observed} observed jet[pt > 40] of data")
    described = jets.describe()
    assert (described.n_events, described.row) == (n, "jet[pt > 40]")
    assert str(described).splitlines()[0] == f"columns of {n:,} jet[pt > 40]".replace(",", " ")
    assert plot(jets).axes[0].get_ylabel() == "fraction of jet[pt > 40] per bin"
    with pytest.raises(EmptySelectionError, match=rf"none of {n} jet\[pt > 40\] passes"):
        select(jets, ["jet.pt > 1e6"])


def test_yields_of_the_parts_of_jets_are_those_of_the_whole() -> None:
    jets = build(Set(["jet.pt"], per="jet[pt > 40]"))
    for dataset in (jets, select(jets, ["jet.pt > 40"])):
        for i, name in enumerate(dataset.classes):
            mine = dataset.y == i
            for part, share in zip(PARTS, dataset.fractions[name], strict=True):
                assert share == pytest.approx(dict(zip(PARTS, dataset.parts, strict=True))[part], abs=0.1)
                found = dataset.yields(139)[mine & dataset.part(part)].sum() / share
                assert found == pytest.approx(dataset.yields(139)[mine].sum())
            assert sum(dataset.fractions[name]) == pytest.approx(1)
    assert select(jets, ["jet.pt > 100"]).fractions == jets.fractions


def test_what_is_of_all_jets_stays_so() -> None:
    jets = build(Set(["jet.pt", "jet.ht", "jet.size"], per="jet[pt > 40]"))
    events = runs()["zz"].events()
    sizes = np.asarray([sum(each) for each in events.Jet.PT > 40])
    mine = jets.y == 0
    np.testing.assert_allclose(jets.column("jet.ht")[mine], np.repeat([sum(each) for each in events.Jet.PT], sizes))
    np.testing.assert_allclose(jets.column("jet.size")[mine], np.repeat([len(each) for each in events.Jet.PT], sizes))


def test_jets_with_arithmetic_of_nothing() -> None:
    with pytest.raises(EmptySelectionError, match=r"no event of 'zz' has a jet\[pt > 10000\]"):
        build(Set(["jet.pt"], per="jet[pt > 10000]"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"per": "jet0"}, "a collection such as 'jet'"),
        ({"per": "jet,fatjet"}, "is of one object"),
        ({"per": "fatjet0.constituents"}, "a collection such as 'jet'"),
        ({"per": 3}, "a collection such as 'jet'"),
    ],
)
def test_per_refuses(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        Set(["jet.pt"], **options)


def test_jets_beside_other_collections() -> None:
    with pytest.raises(ArgumentError, match=r"'fatjet.pt' is of 'fatjet', and the rows are of 'jet'"):
        build(Set(["jet.pt", "fatjet.pt"], per="jet"))
    with pytest.raises(ArgumentError, match="their elements do not belong together"):
        build(Set(["jet.pt", "jet[pt < 30].pt"], per="jet[pt > 30]"))


def test_methods_of_columns_refuse_images() -> None:
    dataset = build(IMAGE, require=FAT)
    for method in (MLP(), BoostedDecisionTree()):
        with pytest.raises(ArgumentError, match="learns from columns, and the dataset holds images"):
            train(method, dataset, seed=1)


def test_average_images_are_weighted_and_leave_missing_jets_out() -> None:
    dataset = build(IMAGE)
    images = average_images(dataset, "multiplicity")
    there = np.isfinite(dataset.X[:, 0, 0, 0]) & (dataset.y == 0)
    assert 0 < there.sum() < (dataset.y == 0).sum()
    np.testing.assert_allclose(images["zz"], dataset.X[there, :, :, 1].mean(axis=0, dtype=float), rtol=1e-6)
    figure = plot(dataset, channel="multiplicity")
    assert [ax.get_title() for ax in figure.axes[:2]] == ["zz", "qcd"]
    np.testing.assert_allclose(figure.axes[0].images[0].get_array(), images["zz"].T)
    with pytest.raises(UnknownNameError, match="channel"):
        plot(dataset, channel="energy")


def test_a_graph_is_drawn_where_its_nodes_are() -> None:
    dataset = build(GRAPH, require=FAT)
    graphs = graphs_of(dataset, 3)
    row = int(np.flatnonzero(dataset.y == 1)[3])
    count = dataset.arrays["count"][row]
    np.testing.assert_allclose(graphs["qcd"].places, dataset.X.nodes[row, :count, 1:3])
    np.testing.assert_allclose(graphs["qcd"].sizes, dataset.X.nodes[row, :count, 0])
    for a, b in graphs["qcd"].edges:
        assert b in dataset.X.neighbours[row, a] or a in dataset.X.neighbours[row, b]
    assert len(plot(dataset, event=3).axes) == 2
    with pytest.raises(ArgumentError, match="event must be from 0 to"):
        plot(dataset, event=10_000)


@pytest.mark.parametrize(
    ("representation", "look", "message"),
    [
        (Set(["met"]), {"kind": "images"}, "no image: build one with hml.Image"),
        (IMAGE, {"kind": "graphs"}, "no graph: build one with hml.Graph"),
        (IMAGE, {"kind": "histograms"}, "has no columns, its images are drawn by kind='images'"),
        (Graph("jet", nodes=["pt"], edges=None), {}, "the nodes have no places"),
    ],
)
def test_plot_says_what_there_is(representation: Any, look: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        plot(build(representation, require=FAT), **look)
