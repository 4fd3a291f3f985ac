"""The Observables panel: what the form writes, the ranking, the pictures."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

from hml_jupyter.datasets.describing import separation_of
from hml_jupyter.representations import Graph, Image, Set
from hml_jupyter.widgets.catalogue import catalogue
from hml_jupyter.widgets.lab import Lab

from .bench import Page, build, forget, form, new_shell


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
    assert 'edges=("radius", 0.4)' in code(runs, **{**typed, "edges": "radius", "radius": "0.4", "name": "other"})
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
        ({"kind": "graph", "edges": "radius", "radius": "x"}, "radius", "Radius must be a number"),
        ({"kind": "graph", "reach": "0"}, "reach", "How many must be at least 1"),
        ({"kind": "graph", "max_nodes": "0"}, "max_nodes", "Most nodes must be at least 1"),
        ({"kind": "image", "range": "0"}, "range", "Half width must be at least 0.01"),
        ({"per": "jet[ptt > 30]", "observables": ["jet.pt"]}, "per", "near names"),
        ({"per": "jet[pt > 30]", "observables": ["fatjet.pt"]}, "observables", "do not belong together"),
        ({"per": "jet[pt > 1e6]", "observables": ["jet.pt"]}, "per", "no jet of zz is left"),
        ({"require": "met > 1e6"}, "require", "no event of zz is left"),
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
    assert not {"fatjet0.energy_correlator2", "fatjet0.d2"} & set(ranks)  # they take long
    zz, qcd = (runs.shell.user_ns[name].events() for name in ("zz", "qcd"))
    values = np.concatenate([np.asarray(events.MissingET.MET[:, 0], float) for events in (zz, qcd)])
    is_signal = np.arange(len(values)) < len(zz)
    assert ranks["met"]["separation"] == pytest.approx(separation_of(values, is_signal, np.ones(len(values)), 20))
    assert ranks["met"]["missing"] == 0
    missing = np.mean([len(each) == 0 for events in (zz, qcd) for each in events.FatJet])
    assert ranks["fatjet0.mass"]["missing"] == pytest.approx(missing)
    assert ranks["met"]["separation"] > ranks["jet0.phi"]["separation"]


@pytest.mark.usefixtures("pictures")
@pytest.mark.parametrize("kind", ["image", "graph"])
def test_the_picture_is_what_the_dataset_would_show(runs: Page, kind: str) -> None:
    found = runs.ask("observables", "picture", **build(kind=kind))
    assert found["error"] is None
    (drawn,) = found["pictures"]
    assert base64.b64decode(drawn["png"]).startswith(b"\x89PNG")
    assert drawn["about"]


@pytest.mark.usefixtures("pictures")
def test_every_channel_of_an_image_is_drawn(runs: Page) -> None:
    found = runs.ask("observables", "picture", **build(kind="image", channel="pt, multiplicity"))
    assert [each["about"].split(":")[0] for each in found["pictures"]] == ["pt", "multiplicity"]
    assert len({each["png"] for each in found["pictures"]}) == 2


def test_a_picture_of_nothing_says_why(runs: Page) -> None:
    found = runs.ask("observables", "picture", **build(kind="graph", require="met > 1e6"))
    assert found["pictures"] == []
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


@pytest.fixture
def jets(runs: Page) -> Page:
    """A dataset of jets, built from the form that `JETS` is."""
    runs.commit("observables", "build", **build(**JETS))
    return runs


JETS: dict[str, Any] = {"per": "jet[pt > 40]", "observables": ["jet.pt", "met"], "require": "fatjet.size > 0"}


def test_a_row_for_each_jet_is_counted_and_previewed_as_it_is_built(jets: Page) -> None:
    dataset = jets.shell.user_ns["dataset"]
    found = jets.ask("observables", "check", **build(**JETS))
    assert found["rows"] == "jets"
    assert [row["n"] for row in found["left"]] == [int((dataset.y == i).sum()) for i in (0, 1)]
    for number, part in enumerate(("train", "validation", "test")):
        assert sum(row[part] for row in found["left"]) == (dataset.split == number).sum()
    shown = jets.ask("observables", "preview", observable="jet.pt", **build(**JETS))
    assert shown["error"] is None
    assert (shown["rows"], shown["edges"][0] >= 40) == ("jets", True)
    zz = dataset.column("jet.pt")[dataset.y == 0]
    counts = np.histogram(zz, shown["edges"])[0]
    assert shown["series"][0]["density"] == pytest.approx(counts / counts.sum())
    alone = jets.ask("observables", "preview", observable="jet.pt", **build())
    assert "a value for each element" in alone["error"]


def test_the_ranking_is_of_the_rows_that_are_left(jets: Page) -> None:
    values = {"sources": ["zz", "qcd"], "signal": ["zz"]}
    offered = {row["name"] for row in jets.lab.observables["collections"]["jet"]}
    assert {"jet.pt", "jet.b_tag"} <= offered
    ranks = jets.ask("observables", "rank", **values, **JETS)["ranks"]
    dataset = jets.shell.user_ns["dataset"]
    weights = np.where(dataset.y == 0, 1 / (dataset.y == 0).sum(), 1 / (dataset.y == 1).sum())
    power = separation_of(dataset.column("jet.pt"), dataset.y == 0, weights, 20)
    assert ranks["jet.pt"] == {"separation": pytest.approx(power), "missing": 0}
    assert ranks["fatjet0.mass"]["missing"] == 0
    without = jets.ask("observables", "rank", **values)["ranks"]
    assert "jet.pt" not in without
    assert without["fatjet0.mass"]["missing"] > 0


def test_missing_values_are_counted_among_what_is_left(runs: Page) -> None:
    typed = {"sources": ["zz", "qcd"], "signal": ["zz"], "observable": "fatjet0.mass"}
    every = runs.ask("observables", "preview", **typed)["missing"]
    assert sum(every.values()) > 0
    left = runs.ask("observables", "preview", **typed, require="fatjet.size > 0")["missing"]
    assert left == {"zz": 0, "qcd": 0}
    assert runs.ask("observables", "preview", **typed, require="fatjet.size >")["missing"] == every
    none = runs.ask("observables", "preview", **typed, require="met > 1e6")
    assert none["error"] == "the requirement leaves no events"


def test_what_is_typed_is_read_before_it_is_taken(runs: Page) -> None:
    def read(text: str, **more: Any) -> dict[str, Any]:
        found: dict[str, Any] = runs.ask("observables", "read", sources=["zz", "qcd"], observable=text, **more)
        return found

    assert read("jet0.pT/jet1.pT") == {"name": "jet0.pt / jet1.pt", "error": None}
    assert "near names" in read("mett")["error"]
    assert "a value for each element" in read("jet.pt")["error"]
    assert read("jet.pt", per="jet[pt > 30]")["error"] is None
    assert read("jet.pt", per="jet[ptt > 30]")["error"] is None
    assert "^" in read("jet0.pt +")["error"]


def test_every_bad_column_is_named(runs: Page) -> None:
    found = runs.ask("observables", "check", **build(observables=["met", "mett", "jet0.ptt", "jet.pt"]))
    assert list(found["bad"]) == ["mett", "jet0.ptt", "jet.pt"]
    assert "near names" in found["bad"]["mett"]
    assert "observables" in found["errors"]


def test_a_column_that_is_missing_everywhere_is_told(runs: Page) -> None:
    found = runs.ask("observables", "check", **build(observables=["met", "jet30.pt"]))
    assert found["errors"] == {}
    assert found["notes"] == {"observables": "missing in all events: jet30.pt"}


def test_a_check_says_whether_a_cell_is_replaced(runs: Page) -> None:
    assert runs.ask("observables", "check", **build())["replaces"] is False
    runs.commit("observables", "build", **build())
    assert runs.ask("observables", "check", **build())["replaces"] is True
    assert runs.ask("observables", "check", **build(name="other"))["replaces"] is False
    runs.commit("observables", "build", **build(name="other"))
    taken = errors(runs)["name"]
    assert "taken by an earlier step" in taken
    assert "undo or edit it under Record" in taken


def test_each_kind_has_a_name_of_its_own(runs: Page) -> None:
    assert runs.lab.observables["names"] == {"set": "dataset", "image": "images", "graph": "graphs"}


def test_what_a_build_said_stays_with_its_dataset(runs: Page) -> None:
    graph = build(kind="graph", max_nodes="3", reach="1", observables=[])
    runs.commit("observables", "build", **graph)
    (row,) = runs.lab.observables["datasets"]
    assert any("3" in note for note in row["notes"])
    said = len(row["notes"])
    runs.commit("observables", "build", **{**graph, "max_nodes": "4"})
    assert len(runs.lab.observables["datasets"][0]["notes"]) == said


def test_runs_that_are_recorded_but_not_run_are_told(runs: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    runs.lab.close()
    forget()
    fresh = new_shell()
    monkeypatch.setattr("hml_jupyter.widgets.lab.shell", lambda: fresh)
    again = Lab("study")
    assert again.observables["empty"].startswith("2 runs are recorded, but not run in this kernel")
    again.close()


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("missing energy", "met"),
        ("b-tag", "jet0.b_tag"),
        ("number of jets", "jet.size"),
        ("lepton", "muon0.pt"),
        ("prongs", "fatjet0.tau21"),
        ("DeltaR", "jet0,jet1.delta_r"),
    ],
)
def test_the_catalogue_is_found_by_other_words(words: str, name: str) -> None:
    row = next(row for row in catalogue() if row["name"] == name)
    assert all(word in " ".join(row.values()) for word in words.split())


def test_members_of_a_family_have_their_own_sentence() -> None:
    docs = {row["name"]: row["doc"] for row in catalogue()}
    assert docs["fatjet0.tau1"] == "N-subjettiness with N = 1: small for a jet of at most N prongs"
    assert docs["fatjet0.tau21"] == "tau2 over tau1: small if the jet has 2 prongs rather than 1"
    assert len({docs[f"fatjet0.{name}"] for name in ("tau1", "tau2", "tau3", "tau21", "tau32")}) == 5


def test_signal_alone_is_built_and_said(runs: Page) -> None:
    alone = {"sources": ["zz"], "signal": ["zz"], "split": "0, 0, 1"}
    found = runs.ask("observables", "check", **build(**alone))
    assert (found["errors"], list(found["notes"])) == ({}, ["signal"])
    assert found["notes"]["signal"].startswith("No background: no method learns from it. With the split 0, 0, 1 all")
    assert [(row["train"], row["validation"], row["test"] == row["n"]) for row in found["left"]] == [(0, 0, True)]
    assert "signal" not in runs.ask("observables", "check", **build())["notes"]
    assert runs.ask("observables", "rank", **build(**alone))["ranks"]["met"]["separation"] is None
    preview = runs.ask("observables", "preview", **build(**alone), observable="met")
    assert [each["is_signal"] for each in preview["series"]] == [True]
    assert runs.ask("observables", "picture", **build(**alone, kind="image"))["error"] is None
    runs.commit("observables", "build", **build(**alone))
    assert "split=(0.0, 0.0, 1.0)" in runs.cells[-1]["source"]
    assert runs.shell.user_ns["dataset"].background == ()
    assert runs.lab.observables["datasets"][-1]["n"] == {"zz": found["left"][0]["n"]}


def test_several_signals_alone(runs: Page) -> None:
    found = runs.ask("observables", "check", **build(signal=["zz", "qcd"]))
    assert found["errors"] == {}
    assert 'signal=["zz", "qcd"]' in found["code"]
