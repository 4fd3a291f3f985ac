from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hml_jupyter.boards.indexing import within
from hml_jupyter.selection import cutflow
from tests.widgets.bench import Page, Refused, cuts_on
from tests.widgets.test_lab import build, cut, form, study_of, train


def errors(page: Page, panel: str, values: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = page.ask(panel, "check", **values)["errors"]
    return found


@pytest.mark.parametrize(
    ("field", "changes", "says"),
    [
        ("process", {"process": ""}, "write a process"),
        ("process", {"process": "p p > zed z"}, "near names"),
        ("process", {"process": "p p > z z\nlaunch"}, ""),
        ("process", {"process": "p p > z z; import os"}, ""),
        ("decays", {"decays": ["z > j j", "z > vx vl~"]}, "near names: v"),
        ("settings", {"process": "p p > j j", "decays": [], "settings": []}, "ptj"),
        ("settings", {"settings": [["pt_min", "200"]]}, "near names"),
        ("settings", {"settings": [["ptj", "__import__('os')"]]}, "not a value"),
        ("events", {"events": "0"}, "at least 1"),
        ("events", {"events": "-5"}, "at least 1"),
        ("events", {"events": "many"}, "whole number"),
        ("events", {"events": "1.5"}, "whole number"),
        ("seed", {"seed": ""}, "whole number"),
        ("ecm", {"ecm": "x"}, "number"),
        ("name", {"name": ""}, "short name"),
        ("name", {"name": "class"}, "not a name"),
        ("name", {"name": "a b"}, "not a name"),
        ("name", {"name": "hml"}, "taken"),
        ("name", {"name": "mine"}, "taken by you"),
        ("name", {"name": "print"}, "taken"),
    ],
)
def test_processes_check_names_the_field(page: Page, field: str, changes: dict[str, Any], says: str) -> None:
    page.shell.run_cell("mine = 3")
    found = errors(page, "processes", form("zz", **changes))
    assert list(found) == [field]
    assert says in found[field]
    with pytest.raises(Refused):
        page.commit("processes", "generate", **form("zz", **changes))
    assert page.cells == []


def test_processes_check_answers_with_the_cell(page: Page) -> None:
    found = page.ask("processes", "check", **form("zz"))
    assert found["errors"] == {}
    assert found["code"].startswith("zz = hml.generate(")
    assert found["estimate"]
    assert "z > j j" in found["reads"]


def test_presets_are_valid(page: Page) -> None:
    for preset in page.lab.processes["presets"]:
        for filled in preset["forms"]:
            assert errors(page, "processes", {**filled, "name": filled["name"] + "_new"}) == {}


def test_observables_without_runs_say_what_to_do(page: Page) -> None:
    assert page.lab.observables["go"] == "processes"
    assert page.lab.cuts["go"] == "observables"
    assert page.lab.training["go"] == "observables"


def test_observables_check_names_the_field(page: Page) -> None:
    page.commit("processes", "generate", **form("zz"))
    page.commit("processes", "generate", **form("qcd"))
    for field, changes, says in (
        ("observables", {"observables": ["fatjet0.mas"]}, "near names"),
        ("observables", {"observables": []}, "at least one"),
        ("observables", {"observables": ["jet.pt"]}, "a value for each element"),
        ("observables", {"observables": ["gluon0.pt"]}, "unknown"),
        ("require", {"require": "fatjet.size >"}, "^"),
        ("require", {"require": "fatjet0.mass > 1e9"}, "no event"),
        ("signal", {"signal": []}, "at least one"),
        ("sources", {"sources": ["nobody"]}, "no run named"),
        ("split", {"split": "0.5, 0.5"}, "three"),
        ("split", {"split": "0.9, 0.9, 0.9"}, "add up"),
        ("split", {"split": "1.2, -0.1, -0.1"}, "add up"),
        ("split", {"split": "nan, 0, 0"}, "add up"),
        ("seed", {"seed": "x"}, "whole number"),
    ):
        found = errors(page, "observables", build(**changes))
        assert field in found, changes
        assert says in found[field]


def test_observables_check_counts_what_is_left(page: Page) -> None:
    page.commit("processes", "generate", **form("zz"))
    page.commit("processes", "generate", **form("qcd"))
    left = {row["label"]: row for row in page.ask("observables", "check", **build())["left"]}
    page.commit("observables", "build", **build())
    dataset = page.shell.user_ns["dataset"]
    for number, name in enumerate(dataset.classes):
        here = dataset.y == number
        assert left[name]["n"] == here.sum()
        for part in ("train", "validation", "test"):
            assert left[name][part] == (here & dataset.part(part)).sum()


def test_observables_catalogue_reads_the_table(page: Page) -> None:
    page.commit("processes", "generate", **form("zz"))
    rows = {row["name"]: row for row in page.lab.observables["catalogue"]}
    for name, unit in (
        ("jet.dphi_min", "rad"),
        ("fatjet0.c2", ""),
        ("ht", "GeV"),
        ("jet.ht", "GeV"),
        ("jet0,jet1.mt", "GeV"),
    ):
        assert rows[name]["unit"] == unit
        assert rows[name]["doc"]
        assert page.ask("observables", "preview", observable=name, sources=["zz"])["error"] is None
    assert not {"jet0.tau21", "fatjet0.b_tag", "jet0.pid", "jet0.isolation"} & set(rows)


def test_observables_preview(page: Page) -> None:
    page.commit("processes", "generate", **form("zz"))
    found = page.ask("observables", "preview", observable="FatJet0.M", sources=["zz"], signal=["zz"])
    assert found["name"] == "fatjet0.mass"
    assert sum(found["series"][0]["density"]) == pytest.approx(1.0)
    assert "near names" in page.ask("observables", "preview", observable="jet0.masss", sources=["zz"])["error"]


def test_cuts_index_agrees_with_what_a_commit_gives(page: Page) -> None:
    study_of(page)
    found = page.ask("cuts", "index", observable="fatjet0.mass")
    slices = len(found["places"]) + 2
    rows = np.frombuffer(page.buffers[0], "<f8").reshape(found["rows"], 3, 2, slices)
    views = {name: np.frombuffer(b, "<f4") for name, b in zip(found["views"], page.buffers[1:], strict=True)}
    at = len(found["places"]) // 3
    assert cut(page, found["places"][at])[-1] == found["code"]["low"][at]
    state = page.lab.cuts
    last = state["cutflow"][-1]
    for k, kind in enumerate(("events", "sums", "squares")):
        np.testing.assert_allclose(within(rows[0, k], at, None), last[kind], rtol=1e-12)
    for view in state["views"]:
        if view["name"] in views:
            block = views[view["name"]].reshape(2, 2, slices, -1)
            np.testing.assert_allclose(within(block, at, None, axis=2), [view["sums"], view["squares"]], rtol=1e-5)
    dataset = page.shell.user_ns["dataset"]
    for place, moved in list(enumerate(found["places"]))[1:]:
        flow = cutflow(dataset, [f"fatjet0.mass >= {moved!r}"]).rows[-1]
        assert within(rows[0, 0], place, None).tolist() == [count.events for count in flow.counts.values()]


def test_codes_of_an_index_are_the_cells_that_commits_write(page: Page) -> None:
    study_of(page)
    cut(page, 30.0)
    cut(page, 0.512345, "fatjet0.tau21", "high")
    found = page.ask("cuts", "index", observable="fatjet0.mass")
    for side, rest, places in (("low", 0, (40, 1, 0)), ("high", len(found["places"]) - 1, (-2, 70, -1))):
        for place in places:
            value = None if place % len(found["places"]) == rest else found["places"][place]
            assert cut(page, value, side=side)[-1] == found["code"][side][place]
        found = page.ask("cuts", "index", observable="fatjet0.mass")


def test_cuts_without_a_cross_section_show_counts(page: Page) -> None:
    page.shell.run_cell(
        "import awkward as ak\n"
        "def events(*masses): return ak.Array([{'FatJet': [{'Mass': m}]} for m in masses])\n"
        "mine = hml.build_dataset({'zz': events(90.0, 92.0, 88.0), 'qcd': events(20.0, 60.0, 95.0)},"
        " hml.Set(['fatjet0.mass']), signal='zz', split=(0.4, 0.3, 0.3), seed=1)"
    )
    state = page.lab.cuts
    assert [(row["label"], row["events"]) for row in state["cutflow"]] == [("generated", [3, 3])]
    assert (state["luminosity"], state["scale"]) == (None, 1.0)
    with pytest.raises(Refused, match="needs a luminosity"):
        page.ask("cuts", "best", observable="fatjet0.mass", side="low")
    before = page.sources
    with pytest.raises(Refused, match="how='stacked' draws expected events, which need a luminosity"):
        page.commit("cuts", "layout", dataset="mine", observables=["fatjet0.mass"], how="stacked")
    assert page.sources == before


def test_cuts_of_a_window_a_box_and_a_list(page: Page) -> None:
    study_of(page)
    box = [("fatjet0.mass", "low", 60.0), ("fatjet0.mass", "high", 120.0), ("fatjet0.tau21", "high", 0.6)]
    moves = [{"observable": name, "side": side, "value": value} for name, side, value in box]
    assert len(page.commit("cuts", "set", dataset="dataset", moves=moves)) == 1
    cuts = ["fatjet0.mass >= 60.0", "fatjet0.mass < 120.0", "fatjet0.tau21 < 0.6"]
    assert cuts_on(page) == cuts
    given = [[cuts[2], True], ["met > 10", True], [cuts[0], True], [cuts[1], False]]
    page.commit("cuts", "cuts", dataset="dataset", cuts=given)
    assert cuts_on(page) == [cuts[2], "met > 10", cuts[0]]
    listed = [(each["text"], each["on"]) for each in page.lab.cuts["cuts"]]
    assert listed == [(cuts[2], True), ("met > 10", True), (cuts[0], True), (cuts[1], False)]
    with pytest.raises(Refused, match="met >"):
        page.commit("cuts", "cuts", dataset="dataset", cuts=[["met >", True]])
    assert [(each["text"], each["on"]) for each in page.lab.cuts["cuts"]] == listed


def test_a_layout_is_one_cell_that_is_amended(page: Page) -> None:
    study_of(page)
    names = ["met", "fatjet0.mass"]
    page.commit("cuts", "layout", dataset="dataset", observables=names, how="stacked", bins={"met": 12}, ranges={})
    first = 'board = hml.board(dataset, ["met", "fatjet0.mass"], bins={"met": 12}, how="stacked")'
    assert page.sources[-1] == first
    assert [view["name"] for view in page.lab.cuts["views"]] == names
    cut(page, 50.0)
    page.commit("cuts", "layout", dataset="dataset", observables=names[:1], log=True)
    assert page.sources[-2:] == [
        'board = hml.board(dataset, ["met"], log=True)',
        'selected = hml.select(dataset, ["fatjet0.mass >= 50.0"], path="study/data/selected")',
    ]
    assert page.lab.cuts["layout"]["log"] is True
    assert cuts_on(page) == ["fatjet0.mass >= 50.0"]
    with pytest.raises(Refused, match="a list of columns"):
        page.commit("cuts", "layout", dataset="dataset", observables=[])


def test_cuts_take_away_and_order(page: Page) -> None:
    study_of(page)
    cut(page, 50.0)
    cut(page, 0.5, "fatjet0.tau21", "high")
    cut(page, 70.0)
    assert cuts_on(page) == ["fatjet0.mass >= 70.0", "fatjet0.tau21 < 0.5"]
    cut(page, None)
    assert cuts_on(page) == ["fatjet0.tau21 < 0.5"]


def test_cuts_refuse_and_keep(page: Page) -> None:
    study_of(page)
    cut(page, 50.0)
    sources = page.sources
    good = {"observable": "fatjet0.mass", "side": "low", "value": 60.0}
    for values, says, dataset in (
        ({"value": 1e9}, "no event", "dataset"),
        ({"value": "high"}, "number", "dataset"),
        ({"observable": "met.x"}, "unknown column", "dataset"),
        ({"side": "left"}, "no threshold", "dataset"),
        ({}, "no dataset", "nobody"),
    ):
        with pytest.raises(Refused, match=says):
            page.commit("cuts", "set", dataset=dataset, moves=[{**good, **values}])
        assert page.sources == sources, values


def test_record_edits_a_step_and_what_depends_on_it(page: Page) -> None:
    study_of(page)
    cut(page, 50.0)
    train(page, dataset="selected")
    entry = next(e for e in page.lab.journal.entries if e.target == "selected")
    text = entry.source.replace("50.0", "65.0")
    plan = page.ask("record", "check_edit", record_id=entry.record_id, text=text)["plan"]
    assert [p.split(" = ")[0] for p in plan] == ["selected_2", "bdt_2"]
    page.commit("record", "edit", record_id=entry.record_id, text=text)
    assert page.shell.user_ns["bdt_2"].cuts == ("fatjet0.mass >= 65",)
    assert page.shell.user_ns["bdt"].cuts == ("fatjet0.mass >= 50",)
    bad = page.ask("record", "check_edit", record_id=entry.record_id, text="selected = open('x')")
    assert bad["errors"]


def test_record_lists_and_exports(page: Page) -> None:
    with pytest.raises(Refused, match="nothing is recorded"):
        page.ask("record", "export")
    study_of(page)
    assert [e["status"] for e in page.lab.record["entries"]] == ["done"] * 3
    assert page.ask("record", "export")["path"] == "study.record.ipynb"
    assert Path("study.record.py").exists()
    assert page.ask("record", "undo_plan", record_id="0001")["entries"][0].startswith("zz = ")
    assert len(page.ask("record", "undo_plan", record_id="0001")["entries"]) == 2
