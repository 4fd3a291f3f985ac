"""The Processes panel beyond one plain run: scans, files, MadGraph, logs, tables."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import fake_madgraph
import pytest
import spectra

from hml_jupyter.calls import Call, Ref
from hml_jupyter.process import Process
from tests.widgets.bench import Page, Refused, form

ZP = {
    "process": "p p > zp",
    "decays": ["zp > mu+ mu-"],
    "settings": [],
    "model": "pythia8",
    "parameters": [["mass 32", "1000"]],
    "events": "20",
    "detector": "none",
}
TT = {"process": "p p > t t~", "decays": [], "settings": [], "events": "20", "detector": "none"}
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def check(page: Page, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = page.ask("processes", "check", **form("zz", **changes))
    return found


@pytest.fixture
def no_madgraph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MG5_DIR", raising=False)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")


@pytest.mark.parametrize(
    ("field", "changes", "says"),
    [
        ("process", {"process": "p p > h h", "decays": [], "settings": []}, "does not make"),
        ("process", {"process": "p p > z z QED=2"}, "generator='madgraph5'"),
        ("settings", {"settings": [["etaj", "2.5"]], "process": "p p > j j", "decays": []}, "diverges"),
        ("settings", {"settings": [["ptj", "200"], ["etaj", "2.5"]], "process": "p p > j j", "decays": []}, "honour"),
        ("settings", {"settings": [["ptj", "200"], ["ptj", "300"]]}, "there twice"),
        ("parameters", {"parameters": [["mtt", "173"]]}, "near names"),
        ("parameters", {"parameters": [["ymt", "173"]]}, "does not honour"),
        ("parameters", {"parameters": [["mt", "heavy"]]}, "not a value"),
        ("define", {"define": [["l", "e+ what"]]}, "unknown particle"),
        ("define", {"define": [["p p > z", "e+"]]}, ""),
        ("define", {"define": [["l", "e+ e-"]]}, "no process and no decay uses it"),
        ("added", {"added": ["p p > zz"]}, "near names"),
        ("beams", {"beams": "6500"}, "both beams"),
        ("beams", {"beams": "6500 -1"}, "at least 0"),
        ("beams", {"beams": "6500 6500", "ecm": "900"}, "give the energies once"),
        ("model", {"model": "mssm; import os"}, ""),
        ("values", {"scan": "pt_min_pdg"}, "commas"),
        ("values", {"scan": "ecm", "values": "1; import os"}, "not a value"),
        ("values", {"scan": "ecm", "values": "13000, 13000"}, "the same"),
        ("values", {"scan": "ecm", "values": ", ".join(["1"] * 51)}, "up to 50"),
        ("scan", {"values": "1, 2"}, "say what"),
        ("settings", {"scan": "ptj", "values": "100, 200"}, "does nothing here"),
        ("parameters", {"scan": "mtop", "values": "170, 175"}, "near names"),
        ("file", {"generator": "lhe"}, "where it is"),
        ("file", {"generator": "lhe", "file": "none.lhe"}, "no file"),
        ("file", {"generator": "lhe", "file": "text.lhe"}, "expected an LHE file"),
        ("file", {"generator": "folder", "file": "."}, "no output of MadGraph"),
        ("generator", {"generator": "herwig"}, "unknown generator"),
        ("madspin", {"generator": "madgraph5", "madspin": "onshell", "decays": []}, "nothing to decay"),
        ("cards", {"generator": "madgraph5", "cards": ["none.dat"]}, "cannot be read"),
        ("cards", {"cards": ["none.dat"]}, "belongs to generator='madgraph5'"),
        ("model", {"model": "MSSM_SLHA2", "process": "p p > go go", "decays": [], "settings": []}, "from an SLHA file"),
        ("multi_run", {"generator": "madgraph5", "multi_run": "none"}, "whole number"),
        ("detector", {"generator": "madgraph5", "detector": "delphes"}, "unknown detector"),
        ("shower", {"generator": "madgraph5", "shower": "none"}, "detector=None"),
    ],
)
def test_check_names_the_field(page: Page, no_madgraph: None, field: str, changes: dict[str, Any], says: str) -> None:
    Path("text.lhe").write_text("nothing")
    found = check(page, **changes)["errors"]
    assert list(found) == [field]
    assert says in found[field]
    with pytest.raises(Refused):
        page.commit("processes", "generate", **form("zz", **changes))
    assert page.cells == []


def test_an_slha_file_is_a_card_of_the_embedded_generator(page: Page) -> None:
    Path("param_card.dat").write_text(spectra.text())
    susy = {"model": "MSSM_SLHA2", "process": "p p > go go", "decays": [], "settings": [], "cards": ["param_card.dat"]}
    assert check(page, **susy)["errors"] == {}
    page.commit("processes", "generate", **form("zz", name="gluinos", events="2", detector="none", **susy))
    assert "cards=['param_card.dat']" in page.cells[-1]["source"].replace('"', "'")


@pytest.mark.parametrize("field", ["settings", "parameters", "define"])
@pytest.mark.parametrize("rows", [True, "x", [[]], [[1, 2, 3]], [None], 5])
def test_what_are_no_rows_is_refused(page: Page, field: str, rows: Any) -> None:
    assert list(check(page, **{field: rows})["errors"]) == [field]


def test_a_scan_has_each_value_once(page: Page, no_madgraph: None) -> None:
    for values in ("8000, 8000.0", "8e3, 8000"):
        assert list(check(page, scan="ecm", values=values)["errors"]) == ["values"]


def test_a_missing_madgraph_is_told_with_the_ways_to_get_it(page: Page, no_madgraph: None) -> None:
    page.lab.refresh()
    assert [g["text"] for g in page.lab.processes["generators"]][1] == "MadGraph5 (not installed)"
    found = check(page, generator="madgraph5")["errors"]["missing"]
    assert "conda-forge" in found
    assert "generator='pythia8'" in found


def test_settings_are_explained_while_they_are_typed(page: Page) -> None:
    found = check(page, settings=[["pt_min_pdg", "{23: 200}"], ["nonsense", ""]])
    assert found["notes"]["settings"].startswith("pt_min_pdg: smallest pT of particles")


def test_everything_of_a_process_can_be_typed(page: Page, no_madgraph: None) -> None:
    found = check(
        page,
        process="p p > w+ z",
        added=["p p > w- z"],
        decays=[],
        settings=[["pt_min_pdg", "{23: 100}"]],
        parameters=[["mz", "91.2"], ["wz", "2.5"]],
        beams="7000 6000",
        detector="atlas",
    )
    assert found["errors"] == {}
    process = Process(
        ["p p > w+ z", "p p > w- z"],
        settings={"pt_min_pdg": {23: 100}},
        parameters={"mz": 91.2, "wz": 2.5},
        beams=(7000.0, 6000.0),
    )
    page.shell.run_cell("import hml_jupyter as hml; hml.generate = lambda *a, **k: (a, k)")
    try:
        given, options = page.shell.run_cell(found["code"]).result
    finally:
        page.shell.run_cell("del hml.generate")
    assert given == (process,)
    assert options["detector"] == "atlas"
    assert found["reads"].startswith("two protons give w+ z; and as well p p > w- z")


def test_a_scan_is_a_run_for_each_value_and_its_table_a_cell(page: Page) -> None:
    scanned = {**ZP, "scan": "gzp", "values": "1, 0.5", "name": "zp", "seed": "7"}
    found = check(page, **scanned)
    assert found["runs"] == 2
    assert found["notes"]["values"] == "2 runs: zp_1, zp_0p5"
    page.commit("processes", "generate", **form("zz", **scanned))
    assert page.sources[1:3] == ["zp_1 = hml.generate(", "zp_0p5 = hml.generate("]
    weak, strong = (page.shell.user_ns[name] for name in ("zp_0p5", "zp_1"))
    assert (strong.seed, weak.seed) == (7, 8)
    assert strong.process.parameters == {"mass 32": 1000, "gzp": 1}
    assert strong.cross_section / weak.cross_section == pytest.approx(4, rel=0.5)
    assert [row["status"] for row in page.lab.processes["runs"]] == ["done", "done"]
    assert "such as zp_2" in check(page, **scanned)["errors"]["name"]
    assert check(page, **{**scanned, "name": "zp_2"})["notes"]["values"] == "2 runs: zp_2_1, zp_2_0p5"
    page.commit("processes", "summary")
    assert page.sources[3] == "hml.summary([zp_1, zp_0p5])"


def test_a_scan_of_a_setting_takes_the_place_of_its_value(page: Page) -> None:
    found = check(page, scan="pt_min_pdg", values="{23: 200}, {23: 300}")
    assert found["notes"]["values"] == "2 runs: zz_1, zz_2"
    assert "{23: 300}" in found["code"]
    found = check(page, scan="ecm", values="8000, 13600.0")
    assert "ecm=8000" in found["code"]


def test_a_long_scan_shows_the_first_cells(page: Page) -> None:
    code = check(page, scan="ecm", values="8000, 9000, 10000, 11000, 12000")["code"]
    assert code.count("hml.generate(") == 3
    assert code.endswith("and 2 cells more like these")


def test_a_madgraph_output_and_its_lhe_file_are_opened(page: Page) -> None:
    fake_madgraph.write_lhe(Path("out/Events/run_01"), 6, 1, "generate p p > t t~", {"iseed": "5"})
    file = "out/Events/run_01/unweighted_events.lhe.gz"
    assert page.ask("processes", "files") == {"lhe": [file], "folder": ["out"]}
    page.commit("processes", "generate", **form("zz", generator="folder", file="out", name="mg"))
    page.commit(
        "processes", "generate", **form("zz", generator="lhe", file=file, name="tt", events="", detector="none")
    )
    page.commit("processes", "generate", **form("zz", generator="lhe", file="mg", name="tt_2", events="4"))
    opened, of_file, of_run = (Call.parse(c["source"]) for c in page.cells[1:])
    assert opened == Call("Run.from_madgraph", ("out",), {}, "mg")
    assert of_file == Call("shower", (file,), {"seed": 42, "detector": None, "path": "study/runs/tt"}, "tt")
    assert of_run == Call("shower", (Ref("mg"),), {"seed": 42, "events": 4, "path": "study/runs/tt_2"}, "tt_2")
    assert [(r["target"], r["process"], r["status"]) for r in page.lab.processes["runs"]] == [
        ("mg", "p p > t t~", "done"),
        ("tt", "p p > t t~", "done"),
        ("tt_2", "p p > t t~", "done"),
    ]
    assert page.shell.user_ns["tt_2"].n_events == 4
    assert list(check(page, generator="lhe", file="tt", name="tt_3")["errors"]) == ["file"]


@pytest.mark.usefixtures("fake")
def test_madgraph_runs_and_shows_its_log_and_diagrams(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    page.lab.refresh()
    assert page.lab.processes["generators"][1]["text"] == "MadGraph5 3.5.7"
    typed = form("zz", **TT, generator="madgraph5", shower="none", multi_run="2")
    assert page.ask("processes", "check", **typed)["errors"] == {}
    page.commit("processes", "generate", **typed)
    call = page.cells[1]["source"]
    for part in ('generator="madgraph5"', "shower=None", "detector=None", "multi_run=2"):
        assert part in call
    row = page.lab.processes["runs"][0]
    assert (row["status"], row["diagrams"], row["detector"]) == ("done", True, None)
    assert "launch" in page.ask("processes", "log", target="zz")["text"]
    monkeypatch.setattr("hml_jupyter.generators.madgraph.diagrams._pages", lambda *_: [PIXEL])
    monkeypatch.setattr("hml_jupyter.generators.madgraph.diagrams.shutil.which", lambda _: "/usr/bin/gs")
    assert page.ask("processes", "diagrams", target="zz")["names"]
    assert page.buffers[0] == PIXEL
    with pytest.raises(Refused, match="no run named"):
        page.ask("processes", "diagrams", target="../x")


@pytest.mark.usefixtures("fake")
def test_a_run_that_failed_shows_what_its_generator_said(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_MADGRAPH", '{"zero": true}')
    page.commit("processes", "generate", **form("zz", **TT, generator="madgraph5"))
    assert page.lab.processes["runs"] == []
    told = next(m for m in page.sent if m["type"] == "result")
    assert (told["status"], told["error"][:38]) == ("failed", "MadGraph finds a cross section of zero")
    assert "Zero result detected" in page.ask("processes", "log", target="zz")["text"]
    assert page.ask("processes", "log", target="nothing")["text"] == "There is no log of this run."
