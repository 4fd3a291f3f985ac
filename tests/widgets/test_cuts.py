from __future__ import annotations

import json
from typing import Any

import pytest

from tests.widgets.bench import Page, Refused, cuts_on, form
from tests.widgets.test_lab import build, cut, study_of


def rewritten(page: Page, cuts: str) -> None:
    """Play a user who edits the newest cell and runs it."""
    cell = page.cells[-1]
    start, end = cell["source"].index("(dataset, ") + len("(dataset, "), cell["source"].index(", path")
    cell["source"] = cell["source"][:start] + cuts + cell["source"][end:]
    page.run(cell["id"])
    page.ask("lab", "cells", **page.seen())


@pytest.mark.parametrize(
    ("cuts", "kept"),
    [
        ('["fatjet0.mass >= 40 and met > 10", "met > 20"]', ["fatjet0.mass >= 40 and met > 10", "met > 20"]),
        ('cuts=["met > 20"]', ["met > 20"]),
        ("mine", ["met > 30"]),
    ],
)
def test_a_drag_keeps_the_cuts_that_the_user_wrote(page: Page, cuts: str, kept: list[str]) -> None:
    study_of(page)
    cut(page, 50.0)
    page.shell.user_ns["mine"] = ["met > 30"]
    rewritten(page, cuts)
    assert cuts_on(page) == kept
    cut(page, 60.0)
    assert page.shell.user_ns["selected_2"].cuts == (*kept, "fatjet0.mass >= 60")


def test_there_is_no_cell_before_the_first_cut(page: Page) -> None:
    study_of(page)
    assert page.lab.cuts["code"] is None
    cut(page, 50.0)
    assert page.lab.cuts["code"].startswith("selected = hml.select(")


def test_a_handle_takes_up_a_threshold_that_the_user_wrote(page: Page) -> None:
    study_of(page)
    cut(page, 50.0)
    rewritten(page, '["fatjet0.mass > 45", "fatjet0.mass >= 40.0"]')
    view = next(v for v in page.lab.cuts["views"] if v["name"] == "fatjet0.mass")
    assert view["low"]["text"] == "45.0"
    cut(page, 60.0)
    assert cuts_on(page) == ["fatjet0.mass >= 60.0"]


def test_looks_and_luminosity_leave_what_was_counted(page: Page) -> None:
    study_of(page)
    counted, version = (page.lab.cuts[name] for name in ("counted", "version"))
    names = [view["name"] for view in page.lab.cuts["views"]]
    page.commit("cuts", "layout", dataset="dataset", observables=names, luminosity=300, uncertainty=0.1)
    assert all(f"{option},\n" in page.cells[-1]["source"] for option in ("luminosity=300.0", "uncertainty=0.1"))
    assert (page.lab.cuts["luminosity"], page.lab.cuts["uncertainty"]) == (300.0, 0.1)
    assert page.lab.cuts["counted"] == counted
    assert page.lab.cuts["version"] > version
    cut(page, 50.0)
    assert page.lab.cuts["counted"] != counted


def test_cells_of_an_index_have_the_name_that_is_written(page: Page) -> None:
    study_of(page)
    cut(page, 50.0)
    counted = page.lab.cuts["counted"]
    page.commit("cuts", "layout", dataset="dataset", observables=[v["name"] for v in page.lab.cuts["views"]], log=True)
    assert page.lab.cuts["counted"] != counted
    cells = page.ask("cuts", "index", observable="fatjet0.mass")["code"]["low"]
    cut(page, 60.0)
    assert any(cell.startswith("selected_2 = ") for cell in cells)
    assert "selected_2" in page.shell.user_ns


def test_without_a_dataset_there_is_nothing_to_cut_on(page: Page) -> None:
    with pytest.raises(Refused, match="build one first"):
        page.ask("cuts", "index", observable="met")
    with pytest.raises(Refused, match="build one first"):
        page.commit("cuts", "set", moves=[{"observable": "met", "side": "low", "value": 50.0}])
    assert page.cells == []


@pytest.mark.parametrize(
    ("action", "values", "says"),
    [
        ("dataset", {"target": ["dataset"]}, "there is no dataset named"),
        ("index", {"observable": {"met": 1}}, "unknown histogram"),
        ("box", {"x": None, "y": "met"}, "unknown column"),
    ],
)
def test_a_request_that_cannot_be_is_refused_and_the_next_one_answered(
    page: Page, action: str, values: dict[str, Any], says: str
) -> None:
    study_of(page)
    with pytest.raises(Refused, match=says):
        page.ask("cuts", action, **values)
    assert page.ask("cuts", "index", observable="met")["observable"] == "met"
    assert page.lab.cuts["luminosity"] == 139.0


def test_switching_the_only_cut_off_stays_on_the_dataset(page: Page) -> None:
    study_of(page)
    cut(page, 50.0)
    page.commit("cuts", "cuts", dataset="dataset", cuts=[["fatjet0.mass >= 50.0", False]])
    shown = page.lab.cuts
    assert shown["dataset"] == "dataset"
    assert [each["target"] for each in shown["datasets"]] == ["dataset"]
    assert [(each["text"], each["on"]) for each in shown["cuts"]] == [("fatjet0.mass >= 50.0", False)]


def test_a_dataset_that_was_made_last_is_shown(page: Page) -> None:
    study_of(page)
    assert page.lab.cuts["dataset"] == "dataset"
    page.commit("observables", "build", **build(name="second"))
    assert page.lab.cuts["dataset"] == "second"
    page.ask("cuts", "dataset", target="dataset")
    assert page.lab.cuts["dataset"] == "dataset"


def test_signal_alone_is_cut_and_counted(page: Page) -> None:
    page.commit("processes", "generate", **form("zz"))
    page.commit("observables", "build", **build(sources=["zz"], split="0, 0, 1"))
    shown = page.lab.cuts
    json.dumps(shown, allow_nan=False)
    assert [(each["name"], each["kind"]) for each in shown["samples"]] == [("zz", "signal")]
    cut(page, 50.0)
    dataset = page.shell.user_ns["dataset"]
    left = int((dataset.column("fatjet0.mass") >= 50).sum())
    assert page.lab.cuts["cutflow"][-1]["events"] == [left]
    assert page.ask("cuts", "index", observable="fatjet0.mass")["observable"] == "fatjet0.mass"
    with pytest.raises(Refused, match="the best threshold needs signal and background"):
        page.ask("cuts", "best", observable="fatjet0.mass", side="low")
