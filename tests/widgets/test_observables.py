"""The Observables panel: what the form writes, the ranking, the pictures."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

from hml_jupyter.datasets.describing import separation_of
from hml_jupyter.representations import Graph, Image, Set

from .bench import Page, build, form


@pytest.fixture
def runs(page: Page) -> Page:
    page.commit("processes", "generate", **form("zz"))
    page.commit("processes", "generate", **form("qcd"))
    return page


def code(page: Page, **changes: Any) -> str:
    found = page.ask("observables", "check", **build(**changes))
    assert found["errors"] == {}
    return str(found["code"])


def errors(page: Page, **changes: Any) -> dict[str, str]:
    found: dict[str, str] = page.ask("observables", "check", **build(**changes))["errors"]
    return found


def test_defaults_write_a_dataset(runs: Page) -> None:
    found = runs.ask("observables", "check", **runs.lab.observables["defaults"])
    assert found["errors"] == {}
    assert "hml.Set(" in found["code"]


def test_an_image(runs: Page) -> None:
    typed = {
        "kind": "image",
        "image_of": "fatjet0.constituents",
        "origin": "subjet0",
        "axis": "subjet1",
        "flip": "yes",
        "subjets": "0.3",
        "size": "11",
        "range": "1",
        "channel": "pt, multiplicity",
        "scale": "log",
        "observables": ["fatjet0.mass"],
    }
    text = code(runs, **typed)
    assert "hml.Image(" in text
    assert 'observables=["fatjet0.mass"]' in text
    runs.commit("observables", "build", **build(**typed))
    dataset = runs.shell.user_ns["dataset"]
    assert dataset.representation == Image(
        "fatjet0.constituents",
        subjets=("kt", 0.3, 0.0),
        origin="subjet0",
        axis="subjet1",
        flip=True,
        size=(11, 11),
        range=((-1, 1), (-1, 1)),
        channel=["pt", "multiplicity"],
        scale="log",
    )
    assert runs.lab.observables["datasets"][0]["kind"] == "images"


def test_a_graph(runs: Page) -> None:
    typed = {"kind": "graph", "graph_of": "jet, missinget0", "edges": "complete", "max_nodes": "9", "observables": []}
    runs.commit("observables", "build", **build(**typed))
    expected = Graph(["jet", "missinget0"], edges="complete", max_nodes=9)
    assert runs.shell.user_ns["dataset"].representation == expected
    assert 'edges=("radius", 0.4)' in code(runs, **{**typed, "edges": "radius", "reach": "0.4", "name": "other"})
    assert "edges=None" in code(runs, **{**typed, "edges": "", "name": "other"})


def test_jets_regions_data_and_words(runs: Page) -> None:
    jets = code(runs, per="jet[pt > 40]", observables=["jet.pt", "jet.flavor"])
    assert 'hml.Set(["jet.pt", "jet.flavor"], per="jet[pt > 40]")' in jets
    text = code(
        runs,
        regions=[["SR", "fatjet0.mass > 70"], ["", ""]],
        side=["met", "jet.size"],
        about="Two samples.",
        observables=["fatjet0.mass"],
    )
    assert 'regions={"SR": "fatjet0.mass > 70"}' in text
    assert 'observables=["met", "jet.size"]' in text
    assert 'about="Two samples."' in text
    runs.commit("processes", "generate", **form("qcd", name="data", seed="7"))
    observed = {"sources": ["zz", "qcd", "data"], "observed": ["data"], "blind": "fatjet0.mass in [80, 100]"}
    text = code(runs, **observed)
    assert 'observed={"data": data}' in text
    assert 'blind="fatjet0.mass in [80, 100]"' in text
    runs.commit("observables", "build", **build(**observed))
    assert runs.shell.user_ns["dataset"].observed.names == ("data",)


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"kind": "table"}, "kind", "a set, an image or a graph"),
        ({"kind": "image", "size": "x"}, "size", "whole number"),
        ({"kind": "image", "origin": "subjet7"}, "origin", "near names"),
        ({"kind": "image", "image_of": "fatjet0"}, "image_of", "one particle"),
        ({"kind": "image", "image_of": "fatjett0.constituents"}, "image_of", "near names"),
        ({"kind": "image", "channel": "ptt"}, "channel", "near names"),
        ({"kind": "image", "subjets": "-1"}, "subjets", "at least"),
        ({"kind": "graph", "nodes": "charge"}, "edges", "among the nodes"),
        ({"kind": "graph", "edges": "radius", "reach": "x"}, "reach", "a number"),
        ({"kind": "graph", "max_nodes": "0"}, "max_nodes", "at least 1"),
        ({"per": "jet0", "observables": ["met"]}, "per", "a collection"),
        ({"regions": [["SR", "met >"]]}, "regions", "text ends"),
        ({"regions": [["SR", "jet0.pt > 3"]]}, "regions", "needs it as a column"),
        ({"blind": "met > 3"}, "blind", "no observed data"),
        ({"side": ["mett"]}, "side", "near names"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(runs: Page, changes: dict[str, Any], field: str, says: str) -> None:
    found = errors(runs, **changes)
    assert field in found, found
    assert says in found[field]


def test_the_ranking_is_by_separation(runs: Page) -> None:
    ranks = runs.ask("observables", "rank", sources=["zz", "qcd"], signal=["zz"])["ranks"]
    offered = {row["name"] for row in runs.lab.observables["catalogue"]}
    assert {"fatjet0.mass", "met", "jet0,jet1.delta_r"} <= set(ranks) <= offered
    zz, qcd = (runs.shell.user_ns[name].events() for name in ("zz", "qcd"))
    values = np.concatenate([np.asarray(events.MissingET.MET[:, 0], float) for events in (zz, qcd)])
    is_signal = np.arange(len(values)) < len(zz)
    assert ranks["met"]["separation"] == pytest.approx(separation_of(values, is_signal, np.ones(len(values)), 20))
    assert ranks["met"]["missing"] == 0
    missing = np.mean([len(each) == 0 for events in (zz, qcd) for each in events.FatJet])
    assert ranks["fatjet0.mass"]["missing"] == pytest.approx(missing)
    assert ranks["met"]["separation"] > ranks["jet0.phi"]["separation"]


@pytest.mark.parametrize("kind", ["image", "graph"])
def test_the_picture_is_what_the_dataset_would_show(runs: Page, kind: str) -> None:
    found = runs.ask("observables", "picture", **build(kind=kind))
    assert found["error"] is None
    assert base64.b64decode(found["png"]).startswith(b"\x89PNG")
    assert found["about"]


def test_a_picture_of_nothing_says_why(runs: Page) -> None:
    found = runs.ask("observables", "picture", **build(kind="graph", require="met > 1e6"))
    assert found["png"] is None
    assert "no event" in found["error"]


def test_a_set_is_still_what_it_was(runs: Page) -> None:
    runs.commit("observables", "build", **build())
    assert isinstance(runs.shell.user_ns["dataset"].representation, Set)


def test_another_name_is_another_dataset(runs: Page) -> None:
    runs.commit("observables", "build", **build())
    runs.commit("observables", "build", **build(seed="2"))
    assert runs.sources.count("dataset = hml.build_dataset(") == 1
    runs.commit("observables", "build", **build(name="other"))
    begun = [text for text in runs.sources if "build_dataset" in text]
    assert begun == ["dataset = hml.build_dataset(", "other = hml.build_dataset("]
    assert set(runs.shell.user_ns) >= {"dataset", "other"}
    assert runs.lab.observables["defaults"]["name"] == "dataset_2"
