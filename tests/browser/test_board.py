"""The live board in a real JupyterLab: windows, boxes, lists, keys and touch; alone, linked, and as a saved page."""

from __future__ import annotations

import re

import pytest
from browser.jupyter import Notebook
from browser.lab import LabPage, card, kept, spoken
from playwright.sync_api import Locator, Page, expect

from hml_jupyter.replay import replay

BOARD = "alone = hml.board(dataset, ['fatjet0.mass', 'fatjet0.tau21'], luminosity=139, linked=True)\nalone"


def test_a_window_moves_as_a_whole_and_is_one_cell(cuts: LabPage) -> None:
    lab = cuts
    lab.drag_window("fatjet0.mass", 0.4, 0.6)
    lab.wait_for_indexes()
    low, high = (float(cut.split()[-1]) for cut in kept(lab))
    before = lab.sources()[-1]
    window = card(lab, "fatjet0.mass").get_by_role("slider", name="move the window")
    window.focus()
    lab.page.keyboard.press("PageDown")
    lab.page.keyboard.press("Enter")
    lab.wait_until_last_is_not(before)
    lab.ready()
    moved_low, moved_high = (float(cut.split()[-1]) for cut in kept(lab))
    assert moved_low < low
    assert moved_high - moved_low == pytest.approx(high - low)
    assert len(lab.recorded()) == 5


def test_the_cutflow_of_the_board_is_that_of_the_cell(cuts: LabPage) -> None:
    lab = cuts
    lab.drag("fatjet0.mass", 0.45)
    lab.wait_for_text("selected = hml.select(")
    lab.ready()
    lab.wait_for_indexes()
    ours = lab.notebook.in_kernel("[c.events for c in hml.cutflow(selected, luminosity=None).rows[-1].counts.values()]")
    shown = lab.root.locator(".hml-cutflow tbody tr").last.locator("td")
    expect(shown).to_have_count(2)
    texts = [int("".join(filter(str.isdigit, text))) for text in shown.all_inner_texts()]
    assert str(texts) == ours


def test_cuts_are_typed_switched_off_and_ordered(cuts: LabPage) -> None:
    lab = cuts
    lab.field("add a cut").fill("met > 1 +")
    lab.page.keyboard.press("Enter")
    expect(lab.field("add a cut")).to_have_attribute("aria-invalid", "true")
    lab.field("add a cut").fill("met > 10 or fatjet0.tau21 < 0.5")
    lab.page.keyboard.press("Enter")
    lab.wait_for_text("selected = hml.select(")
    lab.ready()
    lab.field("add a cut").fill("fatjet0.mass >= 40")
    lab.page.keyboard.press("Enter")
    lab.wait_for_last("fatjet0.mass >= 40")
    lab.ready()
    assert kept(lab) == ["met > 10 or fatjet0.tau21 < 0.5", "fatjet0.mass >= 40"]
    lab.root.get_by_role("checkbox", name="met > 10 or fatjet0.tau21 < 0.5").uncheck()
    lab.wait_for_text('selected = hml.select(dataset, ["fatjet0.mass >= 40"]')
    lab.ready()
    expect(lab.root.get_by_role("checkbox", name="met > 10 or fatjet0.tau21 < 0.5")).not_to_be_checked()


def test_the_best_threshold_is_found_and_used(cuts: LabPage) -> None:
    lab = cuts
    lab.root.get_by_label("exact thresholds on").select_option("fatjet0.tau21")
    lab.root.get_by_role("button", name="upper", exact=True).click()
    lab.root.get_by_role("button", name="use it").click()
    lab.wait_for_text("selected = hml.select(")
    lab.ready()
    best = lab.notebook.in_kernel("hml.board(dataset).best('fatjet0.tau21', 'upper').value")
    assert kept(lab) == [f"fatjet0.tau21 < {best}"]


def test_a_box_of_two_observables_and_looks_in_a_row(cuts: LabPage) -> None:
    lab = cuts
    lab.button("Arrange").first.click()
    lab.button("add a 2-D view").click()
    lab.wait_for_text("board = hml.board(")
    lab.button("Arrange").first.click()
    for name in ("stacked", "log y", "ratio"):
        lab.button(name).first.click()
    lab.wait_for_last('below="ratio"')
    lab.ready()
    last = lab.sources()[-1]
    assert 'how="stacked"' in last
    assert "log=True" in last
    assert "maps=[" in last
    frame = lab.root.locator(".hml-maps canvas").first
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    assert box
    mouse = lab.page.mouse
    mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    mouse.down()
    mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.8 * box["height"], steps=10)
    mouse.up()
    lab.wait_for_text("selected = hml.select(")
    lab.ready()
    assert len(kept(lab)) == 4
    lab.notebook.save()
    assert {step.verdict for step in replay(lab.notebook.file).steps} == {"identical"}
    before = lab.notebook.sources()
    lab.notebook.restart_and_run_all()
    again = LabPage(lab.notebook)
    again.ready()
    assert lab.notebook.sources() == before
    again.tab("Cuts")
    again.wait_for_indexes()
    expect(again.root.locator(".hml-maps canvas")).to_have_count(1)
    expect(again.button("stacked")).to_have_attribute("aria-pressed", "true")


def test_a_board_alone_and_a_linked_one(cuts: LabPage) -> None:
    lab = cuts
    notebook = lab.notebook
    for source in (BOARD, BOARD.replace("alone", "second")):
        notebook.append(source)
        notebook.run(len(notebook.cells()) - 1)
    boards = lab.page.locator(".hml-alone")
    expect(boards).to_have_count(2)
    for k in (0, 1):
        boards.nth(k).scroll_into_view_if_needed()
        expect(boards.nth(k).locator(".hml-board[data-ready=true]")).to_have_count(1)
    boards.nth(0).scroll_into_view_if_needed()
    handle = slider(boards.nth(0), "fatjet0.mass")
    pull(lab.page, handle, 60)
    expect(slider(boards.nth(1), "fatjet0.mass")).to_have_attribute("aria-valuetext", spoken(handle))
    assert notebook.in_kernel("alone.cuts == second.cuts and len(alone.cuts) == 1") == "True"
    notebook.in_kernel("alone.move([('fatjet0.mass', 'lower', 33.0)])")
    expect(slider(boards.nth(1), "fatjet0.mass")).to_have_attribute("aria-valuetext", starts("fatjet0.mass above 33"))
    page_of(notebook, lab.page)


def page_of(notebook: Notebook, page: Page) -> None:
    """A saved page is dragged without kernel and network."""
    assert notebook.in_kernel("alone.save_html('board.html')").endswith("board.html")
    saved = page.context.browser.new_page() if page.context.browser else page
    problems: list[str] = []
    saved.on("pageerror", lambda error: problems.append(str(error)))
    saved.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    saved.goto((notebook.file.parent / "board.html").as_uri())
    expect(saved.locator(".hml-board[data-ready=true]")).to_be_visible()
    handle = slider(saved.locator("body"), "fatjet0.tau21", "below")
    pull(saved, handle, -40)
    expect(handle).to_have_attribute("aria-valuetext", starts("fatjet0.tau21 below"))
    saved.close()
    assert problems == []


def slider(root: Locator, name: str, side: str = "above") -> Locator:
    return root.locator(".hml-board").first.get_by_role("slider", name=f"{name}: keep what is {side}")


def pull(page: Page, handle: Locator, by: int) -> None:
    box = handle.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + 30
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by, y, steps=12)
    page.mouse.up()


def starts(text: str) -> re.Pattern[str]:
    return re.compile(f"^{re.escape(text)}")


def test_a_finger_drags_and_a_theme_changes_nothing(cuts: LabPage) -> None:
    lab = cuts
    handle = lab.slider("fatjet0.mass")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    assert box
    session = lab.page.context.new_cdp_session(lab.page)
    x, y = box["x"] + box["width"] / 2, box["y"] + 30

    def touch(kind: str, at: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": at, "y": y}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", x)
    for step in range(1, 11):
        touch("touchMove", x + 6 * step)
    touch("touchEnd", x)
    lab.wait_for_text("selected = hml.select(")
    lab.ready()
    said = spoken(lab.slider("fatjet0.mass"))
    assert said.startswith("fatjet0.mass above")
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        lab.page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
        lab.page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=theme)
    assert spoken(lab.slider("fatjet0.mass")) == said
    assert len(lab.recorded()) == 5
