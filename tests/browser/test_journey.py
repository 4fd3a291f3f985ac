"""The main job by mouse, on real events, in a real JupyterLab."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
from browser.jupyter import OpenNotebook, Server
from browser.lab import BESIDE, MINUTES, OPEN, LabPage
from playwright.sync_api import expect

from hml_jupyter.replay import replay

#: A run of MadGraph that somebody has made.
SAVED = Path(__file__).parents[2] / "examples" / "madgraph_z"


def watch_messages(lab: LabPage) -> None:
    """Count what the page sends to the kernel from now on."""
    lab.page.evaluate(
        """() => { window.sentMessages = 0;
        const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
        kernel.anyMessage.connect((_, {direction}) => { if (direction === 'send') window.sentMessages += 1; }); }"""
    )


def generate(lab: LabPage, *, events: int = 400) -> None:
    """Generate signal and background from the first preset."""
    lab.tab("Processes")
    lab.button("Z versus QCD jets").click()
    for name in ("zz", "qcd"):
        expect(lab.field("Name")).to_have_value(name)
        lab.field("Events").fill(str(events))
        expect(lab.footer()).to_contain_text(f"events={events}")
        lab.button("Generate").click()
        expect(lab.root.get_by_role("row", name=name).get_by_text("done")).to_be_visible(timeout=2 * MINUTES)


def build(lab: LabPage) -> None:
    lab.tab("Observables")
    expect(lab.footer()).to_contain_text("dataset = hml.build_dataset(")
    lab.button("Build dataset").click()
    lab.wait_for_text("dataset = hml.build_dataset(")


def test_the_whole_study(open_notebook: OpenNotebook, server: Server) -> None:
    notebook = open_notebook("journey/study.ipynb", [OPEN])
    notebook.run(0)
    lab = LabPage(notebook)
    generate(lab)
    build(lab)

    lab.tab("Cuts")
    lab.wait_for_indexes()
    watch_messages(lab)
    lab.grab("fatjet0.mass")
    sent = lab.page.evaluate("sentMessages")
    lab.move("fatjet0.mass", 0.2, moves=30)
    assert lab.page.evaluate("sentMessages") == sent
    previewed = lab.footer().inner_text()
    lab.release()
    lab.wait_for_text("selected = hml.select(")
    lab.ready()
    assert lab.sources()[-1].strip() == previewed.removesuffix("this is the cell").strip()

    lab.drag("fatjet0.mass", 0.3)
    lab.wait_until_last_is_not(previewed)
    lab.ready()
    assert next(t for t in lab.texts() if "select(" in t).startswith("selected = hml.select(dataset")
    assert len([t for t in lab.texts() if "select(" in t]) == 1

    lab.tab("Training")
    lab.button("Train").first.click()
    lab.wait_for_text("bdt = hml.train(")
    lab.ready()
    expect(lab.root.get_by_role("row", name="bdt")).to_be_visible()

    lab.tab("Cuts")
    lab.wait_for_indexes()
    lab.drag("fatjet0.mass", 0.25)
    lab.wait_for_text("selected_2 = hml.select(")
    lab.ready()
    assert [t.split(" = ")[0] for t in lab.texts()][1:] == ["zz", "qcd", "dataset", "selected", "bdt", "selected_2"]
    lab.tab("Record")
    expect(lab.root.get_by_text("stale")).to_have_count(0)

    lab.button("Export notebook").click()
    expect(lab.root.get_by_text("study.record.ipynb").first).to_be_visible()
    notebook.save()
    saved = server.root / "journey" / "study.ipynb"
    found = replay(saved)
    assert [step.verdict for step in found.steps] == ["identical"] * 6, found.text

    before = lab.sources()
    notebook.restart_and_run_all()
    lab = LabPage(notebook)
    lab.ready()
    assert lab.sources() == before
    expect(lab.root.get_by_role("tab", name="Record")).to_contain_text("6 cells")


def test_generators_by_keyboard(open_notebook: OpenNotebook, server: Server) -> None:
    """Complete a process, scan, open a saved run, write the table; a restart adds no cell, a replay gives the same."""
    notebook = open_notebook("generators/study.ipynb", [OPEN])
    shutil.copytree(SAVED, server.root / "generators" / SAVED.name)
    notebook.run(0)
    lab = LabPage(notebook)
    keys = lab.page.keyboard
    lab.field("Process").focus()
    keys.type("photon pairs")
    keys.press("ArrowDown")
    expect(lab.root.locator("li[aria-selected=true]")).to_contain_text("p p > a a")
    keys.press("Enter")
    expect(lab.field("Process")).to_have_value("p p > a a")
    lab.button("+ setting").focus()
    keys.press("Enter")
    keys.type("pta")
    keys.press("Tab")
    keys.type("50")
    for name, text in (("Name", "aa"), ("Events", "20")):
        lab.field(name).focus()
        keys.press("Control+a")
        keys.type(text)
    lab.root.locator("summary", has_text="Scan").focus()
    keys.press("Enter")
    keys.press("Tab")
    keys.type("pta")
    keys.press("Escape")
    keys.press("Tab")
    keys.type("50, 60")
    expect(lab.button("Generate 2 runs")).to_be_visible()
    keys.press("Enter")
    lab.wait_for_text("aa_60 = hml.generate(")
    lab.ready()

    lab.root.get_by_label("Generator").select_option("folder")
    lab.field("File or folder").focus()
    keys.type(SAVED.name)
    keys.press("Escape")
    expect(lab.field("File or folder")).to_have_value(SAVED.name)
    lab.field("Name").focus()
    keys.press("Control+a")
    keys.type("mg")
    expect(lab.footer()).to_contain_text("mg = hml.Run.from_madgraph(")
    keys.press("Enter")
    lab.wait_for_text("mg = hml.Run.from_madgraph(")
    lab.ready()
    lab.button("Table of cross sections").focus()
    keys.press("Enter")
    lab.wait_for_last("hml.summary([aa_50, aa_60, mg])")
    lab.ready()
    lab.root.get_by_role("row", name="aa_50").get_by_role("button", name="log").focus()
    keys.press("Enter")
    expect(lab.root.get_by_role("region", name="Log of aa_50")).to_be_focused()
    keys.press("Escape")
    expect(lab.root.get_by_role("row", name="aa_50").get_by_role("button", name="log")).to_be_focused()

    notebook.save()
    assert [step.verdict for step in replay(notebook.file).steps] == ["identical"] * 4
    before = lab.sources()
    notebook.restart_and_run_all()
    lab = LabPage(notebook)
    lab.ready()
    assert lab.sources() == before
    expect(lab.root.get_by_role("tab", name="Record")).to_contain_text("4 cells")


def cut(lab: LabPage, share: float, expected: str) -> None:
    lab.tab("Cuts")
    lab.wait_for_indexes()
    lab.drag("fatjet0.mass", share)
    lab.wait_for_text(expected)
    lab.ready()


def test_edited_cell_is_kept_and_a_deleted_one_leaves_the_record(with_study: LabPage) -> None:
    lab = with_study
    record = lab.root.get_by_role("tab", name="Record")
    cut(lab, 0.2, "selected = hml.select(")
    lab.notebook.edit(lab.recorded()[-1]["id"], "# mine\nselected = hml.select(dataset, ['met >= 100'])\nselected")
    cut(lab, 0.3, "selected_2 = hml.select(")
    assert lab.texts()[-2] == "# mine"
    expect(record).to_contain_text("5 cells")
    lab.notebook.delete(lab.recorded()[-1]["id"])
    expect(record).to_contain_text("4 cells")
    cut(lab, 0.35, "selected_2 = hml.select(")
    expect(record).to_contain_text("5 cells")


def test_undo_and_redo_over_two_panels(with_study: LabPage) -> None:
    lab = with_study
    cut(lab, 0.2, "selected = hml.select(")
    lab.tab("Training")
    lab.button("Train").first.click()
    lab.wait_for_text("bdt = hml.train(")
    lab.ready()
    everything = lab.sources()
    lab.tab("Record")
    for left in (4, 3):
        lab.side_button("Undo").click()
        lab.wait_for_count(left)
    for left in (4, 5):
        lab.side_button("Redo").click()
        lab.wait_for_count(left)
        lab.ready()
    assert lab.sources() == everything


def test_interrupted_training_binds_nothing_and_can_be_kept(with_study: LabPage) -> None:
    lab = with_study
    lab.tab("Training")
    lab.root.get_by_label("Method").select_option("MLP")
    lab.field("Epochs").fill("3000")
    expect(lab.footer()).to_contain_text("epochs=3000")
    lab.button("Train").first.click()
    expect(lab.root.get_by_text("of 3000").first).to_be_visible(timeout=MINUTES)
    lab.interrupt_until_idle()
    offer = lab.root.get_by_role("button", name="keep ")
    expect(offer).to_be_visible(timeout=MINUTES)
    assert lab.notebook.in_kernel("'mlp' in globals()") == "False"
    offer.click()
    lab.wait_for_last("stop_after=")
    lab.ready()
    assert int(lab.notebook.in_kernel("mlp.epochs")) > 0
    lab.notebook.save()
    found = replay(lab.notebook.file)
    assert found.steps[-1].verdict == "identical"


def test_busy_kernel_blocks_neither_drag_nor_check_nor_queue(with_study: LabPage) -> None:
    lab = with_study
    cut(lab, 0.2, "selected = hml.select(")
    lab.wait_for_indexes()
    lab.notebook.append("import time\nwhile not globals().get('let_go'):\n    time.sleep(0.05)")
    lab.notebook.start(len(lab.notebook.cells()) - 1)
    lab.notebook.wait("panel.sessionContext.session.kernel.status === 'busy'")
    lab.drag("fatjet0.mass", 0.35)
    lab.drag("fatjet0.tau21", 0.6, side="below")
    expect(lab.root.get_by_text("waiting")).to_be_visible()
    lab.tab("Processes")
    lab.button("W versus QCD jets").click()
    expect(lab.footer()).to_contain_text("ww = hml.generate(")
    lab.page.evaluate("jupyterapp.commands.execute('notebook:interrupt-kernel')")
    lab.wait_for_last("fatjet0.tau21 < ")
    lab.ready()
    assert [t.split(" = ")[0] for t in lab.texts()][1:] == ["zz", "qcd", "dataset", "selected"]


def test_two_notebooks_only_the_right_one_is_written(with_study: LabPage, open_notebook: OpenNotebook) -> None:
    lab = with_study
    assert "hml_jupyter:cells" in lab.page.evaluate("jupyterapp.listPlugins()")
    other = open_notebook("other/plain.ipynb", ["1 + 1"])
    other.run(0)
    lab.notebook.activate()
    cut(lab, 0.2, "selected = hml.select(")
    assert other.sources() == ["1 + 1"]


def test_two_labs_in_one_notebook(with_study: LabPage) -> None:
    lab = with_study
    lab.notebook.append("again = hml.Lab('study')\nagain")
    lab.notebook.append("elsewhere = hml.Lab('elsewhere')\nelsewhere")
    count = len(lab.notebook.cells())
    lab.notebook.run(count - 2)
    lab.notebook.run(count - 1)
    roots = lab.page.locator(".hml-lab")
    expect(roots).to_have_count(3)
    second, third = (LabPage(lab.notebook, roots.nth(i)) for i in (1, 2))
    expect(second.root.get_by_role("tab", name="Record")).to_contain_text("3 cells")
    cut(second, 0.2, "selected = hml.select(")
    expect(lab.root.get_by_role("tab", name="Record")).to_contain_text("4 cells")
    third.tab("Processes")
    third.button("Z versus QCD jets").click()
    expect(third.field("Name")).to_have_value("zz_2")


def test_study_opens_again_in_a_new_notebook(with_study: LabPage, open_notebook: OpenNotebook) -> None:
    lab = with_study
    cut(lab, 0.2, "selected = hml.select(")
    sources = lab.sources()
    lab.notebook.shutdown()
    folder = Path(lab.notebook.path).parent
    again = open_notebook(str(folder / "again.ipynb"), [OPEN])
    again.run(0)
    opened = LabPage(again)
    opened.wait_for_text("selected = hml.select(")
    opened.ready()
    assert opened.sources() == sources
    opened.tab("Record")
    expect(opened.root.get_by_text("done").first).to_be_visible()


def test_page_reload_with_the_kernel_alive(with_study: LabPage) -> None:
    lab = with_study
    cut(lab, 0.2, "selected = hml.select(")
    lab.notebook.save()
    lab.notebook.reload()
    again = LabPage(lab.notebook)
    before = again.sources()
    cut(again, 0.3, "selected = hml.select(")
    again.wait_until_last_is_not(before[-1])
    assert len(again.sources()) == len(before)


def test_cells_moved_by_hand(with_study: LabPage) -> None:
    lab = with_study
    cut(lab, 0.2, "selected = hml.select(")
    lab.notebook.move_to_top(lab.recorded()[-1]["id"])
    lab.tab("Record")
    expect(lab.root.get_by_text("another order")).to_be_visible()
    lab.tab("Training")
    lab.button("Train").first.click()
    lab.wait_for_any("bdt = hml.train(")


def test_error_is_shown_in_its_panel_and_leaves_no_cell(with_study: LabPage) -> None:
    lab = with_study
    cut(lab, 0.2, "selected = hml.select(")
    before = lab.sources()
    lab.root.get_by_label("fatjet0.mass above").last.fill("99999")
    lab.page.keyboard.press("Enter")
    expect(lab.root.get_by_role("alert")).to_contain_text("no event")
    assert lab.sources() == before


def test_keyboard_only(with_study: LabPage) -> None:
    lab = with_study
    lab.root.get_by_role("tab", name="Processes").focus()
    for _ in range(2):
        lab.page.keyboard.press("ArrowRight")
    handle = lab.slider("fatjet0.mass")
    expect(handle).to_be_visible()
    lab.wait_for_indexes()
    handle.focus()
    for _ in range(3):
        lab.page.keyboard.press("PageUp")
    assert "fatjet0.mass above" in (handle.get_attribute("aria-valuetext") or "")
    lab.page.keyboard.press("Enter")
    lab.wait_for_text("selected = hml.select(")
    lab.ready()
    assert json.loads(lab.notebook.in_kernel("__import__('json').dumps(list(selected.cuts))"))[0].startswith(
        "fatjet0.mass >= "
    )


def test_notebook_7(open_notebook: OpenNotebook, server: Server) -> None:
    notebook = open_notebook("seven/study.ipynb", [OPEN], front_end="notebook")
    notebook.run(0)
    lab = LabPage(notebook)
    lab.button("Z versus QCD jets").click()
    lab.field("Events").fill("250")
    expect(lab.footer()).to_contain_text("events=250")
    lab.button("Generate").click()
    lab.wait_for_text("zz = hml.generate(")
    lab.ready()
    expect(lab.root.get_by_role("row", name="zz").get_by_text("done")).to_be_visible(timeout=MINUTES)
    notebook.save()
    saved = nbformat.read(server.root / "seven" / "study.ipynb", as_version=4)
    assert [c.metadata.get("tags") for c in saved.cells] == [None, ["hml-recorded"], ["hml-recorded"]]


def test_without_the_extension_the_cells_are_kept_beside_the_study(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook("bare/study.ipynb", [OPEN], front_end="bare")
    assert "hml_jupyter:cells" not in notebook.page.evaluate("jupyterapp.listPlugins()")
    notebook.run(0)
    lab = LabPage(notebook, way=BESIDE)
    lab.button("Z versus QCD jets").click()
    expect(lab.field("Name")).to_have_value("zz")
    lab.field("Events").fill("60")
    expect(lab.footer()).to_contain_text("events=60")
    lab.button("Generate").click()
    expect(lab.root.get_by_role("row", name="zz").get_by_text("done")).to_be_visible(timeout=2 * MINUTES)
    expect(lab.root.get_by_role("tab", name="Record")).to_contain_text("1 cell")
    assert notebook.in_kernel("zz.n_events") == "60"
    assert notebook.sources() == [OPEN]

    record = notebook.file.with_name("study.record.ipynb")
    written = [cell.source for cell in nbformat.read(record, as_version=4).cells]
    assert written[0] == "import hml_jupyter as hml"
    assert written[1].startswith("zz = hml.generate(")
    assert len(written) == 2
    found = replay(record)
    assert [step.verdict for step in found.steps] == ["identical"], found.text
