"""The live board where the page around it changes: its size, another tab in front, cells out of sight, a reader's wishes."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

import pytest
from browser.jupyter import OpenNotebook
from browser.lab import MINUTES, LabPage, card, kept, spoken
from playwright.sync_api import Page, expect

#: Where the left handle of each histogram stands, as a share of the axis that is drawn, and whether the drawing fills its card.
FITTED = """root => [...root.querySelectorAll('.hml-board .hml-card')].map(card => {
  const plot = card.querySelector('.hml-plot');
  const handle = card.querySelector('.hml-threshold.hml-low');
  const axis = card.querySelector('.hml-plot svg path').getAttribute('d').match(/^M([0-9.]+) .*H([0-9.]+)$/);
  const [left, right] = [Number(axis[1]), Number(axis[2])];
  return {
    name: card.getAttribute('aria-label'),
    width: plot.clientWidth,
    drawn: [...card.querySelectorAll('.hml-plot svg, .hml-plot + svg')].map(svg => svg.getAttribute('width')),
    share: (new DOMMatrix(handle.style.transform).m41 - left) / (right - left),
  };
})"""
#: All histograms fill their cards.
FITS = f"([root, was]) => {{ const all = ({FITTED})(root); return all.length && all.every((one, k) => one.width > 0 && one.width !== was[k]?.width && one.drawn.every(svg => svg === String(one.width))); }}"
WAIT = "import pathlib, time\nwhile not pathlib.Path('seen').exists():\n    time.sleep(0.02)"


def fitted(lab: LabPage) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in lab.root.evaluate(FITTED)}


def wait_until_refitted(lab: LabPage, before: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Wait until every histogram has another width than before, and is drawn in it."""
    lab.page.wait_for_function(FITS, arg=[lab.root.element_handle(), list(before.values())])
    return fitted(lab)


def select(lab: LabPage, share: float, begin: str = "selected = hml.select(") -> None:
    lab.drag("fatjet0.mass", share)
    lab.wait_for_text(begin)
    lab.ready()
    lab.wait_for_indexes()


def last_row(lab: LabPage) -> list[int]:
    """Events that pass all cuts, as the cutflow says."""
    texts = lab.root.locator(".hml-cutflow tbody tr").last.locator("td").all_inner_texts()
    return [int("".join(filter(str.isdigit, text))) for text in texts]


def counted(lab: LabPage, name: str = "selected") -> list[int]:
    """The same from the selection that the cell has made."""
    rows = f"hml.cutflow({name}, luminosity=None).rows[-1].counts.values()"
    found: list[int] = json.loads(lab.notebook.in_kernel(f"[int(c.events) for c in {rows}]"))
    return found


@pytest.fixture
def window(cuts: LabPage) -> Iterator[Page]:
    """The page, which is as large again after the test."""
    size = cuts.page.viewport_size
    assert size
    yield cuts.page
    cuts.page.set_viewport_size(size)
    cuts.page.evaluate("jupyterapp.shell.expandLeft()")


def test_a_resized_window_refits_the_histograms_and_moves_no_threshold(cuts: LabPage, window: Page) -> None:
    lab = cuts
    select(lab, 0.45)
    (cut,) = kept(lab)
    said, first = spoken(lab.slider("fatjet0.mass")), fitted(lab)
    ends = lab.notebook.in_kernel("[float(x) for x in hml.board(dataset).axes['fatjet0.mass'].edges[[0, -1]]]")
    low, high = json.loads(ends)
    share = (float(cut.split()[-1]) - low) / (high - low)
    assert first["fatjet0.mass"]["share"] == pytest.approx(share, abs=1 / first["fatjet0.mass"]["width"])
    window.evaluate("jupyterapp.shell.collapseLeft()")
    wider = wait_until_refitted(lab, first)
    window.set_viewport_size({"width": 760, "height": 1000})
    narrow = wait_until_refitted(lab, wider)
    for now in (wider, narrow):
        for name, one in now.items():
            assert one["share"] == pytest.approx(first[name]["share"], abs=1.5 / one["width"])
    assert spoken(lab.slider("fatjet0.mass")) == said
    assert kept(lab) == [cut]
    assert len(lab.recorded()) == 5

    select_again = lab.sources()[-1]
    lab.drag("fatjet0.mass", 0.6)
    lab.wait_until_last_is_not(select_again)
    lab.ready()
    lab.wait_for_indexes()
    (moved,) = kept(lab)
    assert spoken(lab.slider("fatjet0.mass")).startswith(f"fatjet0.mass above {moved.split()[-1].removesuffix('.0')}")
    assert fitted(lab)["fatjet0.mass"]["share"] > first["fatjet0.mass"]["share"]
    assert last_row(lab) == counted(lab)


def test_a_board_behind_another_tab_is_right_when_it_is_shown_again(
    cuts: LabPage, window: Page, open_notebook: OpenNotebook
) -> None:
    lab = cuts
    select(lab, 0.45)
    before = fitted(lab)
    step = lab.recorded()[-1]["id"]
    lab.notebook.append(WAIT)
    count = len(lab.notebook.cells())
    other = open_notebook("front/plain.ipynb", ["1 + 1"])
    lab.notebook.activate()
    lab.notebook.edit(
        step, 'selected = hml.select(dataset, ["fatjet0.mass >= 90"], path="study/data/selected")\nselected'
    )
    lab.notebook.start(count - 1)
    lab.notebook.start(next(i for i, cell in enumerate(lab.notebook.cells()) if cell["id"] == step))
    other.activate()
    expect(lab.page.locator(".hml-lab")).to_be_hidden()
    lab.page.set_viewport_size({"width": 1000, "height": 1000})
    (lab.notebook.file.parent / "seen").touch()
    lab.notebook.wait_idle()
    assert kept(lab) == ["fatjet0.mass >= 90"]
    expect(lab.page.locator(".hml-lab")).to_be_hidden()

    lab.notebook.activate()
    expect(lab.slider("fatjet0.mass")).to_have_attribute("aria-valuetext", re.compile("^fatjet0.mass above 90.0 GeV, "))
    lab.ready()
    lab.wait_for_indexes()
    after = wait_until_refitted(lab, before)
    assert after["fatjet0.mass"]["share"] > before["fatjet0.mass"]["share"]
    assert last_row(lab) == counted(lab)
    select(lab, 0.7, "selected_2 = hml.select(")
    assert last_row(lab) == counted(lab, "selected_2") != counted(lab)


#: Full windowing takes a cell with a widget out of sight: without height, and not painted.
FOLDED = (
    """(cell => cell.offsetHeight === 0 && getComputedStyle(cell).opacity === '0')(panel.content.widgets[0].node)"""
)


def test_a_board_that_was_scrolled_away_in_a_windowed_notebook_is_dragged(cuts: LabPage) -> None:
    lab = cuts
    select(lab, 0.45)
    said, where = spoken(lab.slider("fatjet0.mass")), fitted(lab)
    for number in range(40):
        lab.notebook.append(f"'far below: {number}'\n" + "#\n" * 12)
    lab.notebook.evaluate("panel.content.notebookConfig = {...panel.content.notebookConfig, windowingMode: 'full'};")
    lab.notebook.wait("panel.content.viewModel.windowingActive")
    lab.notebook.evaluate("await panel.content.scrollToItem(panel.content.widgets.length - 1);")
    expect(lab.page.get_by_text("far below: 39")).to_be_in_viewport()
    lab.notebook.wait(FOLDED)

    lab.notebook.evaluate("await panel.content.scrollToItem(0);")
    lab.notebook.wait(f"!({FOLDED})")
    expect(card(lab, "fatjet0.mass")).to_be_visible()
    expect(lab.page.locator(".hml-lab")).to_have_count(1)
    lab.wait_for_indexes()
    assert spoken(lab.slider("fatjet0.mass")) == said
    assert fitted(lab) == where
    before, cells = lab.sources()[-1], len(lab.notebook.cells())
    lab.drag("fatjet0.mass", 0.6)
    lab.wait_until_last_is_not(before)
    lab.ready()
    lab.wait_for_indexes()
    assert len(lab.recorded()) == 5
    assert len(lab.notebook.cells()) == cells
    assert last_row(lab) == counted(lab)
    assert spoken(lab.slider("fatjet0.mass")) != said


#: What moves by itself in the Lab, now or when something changes.
MOVES = """root => [root, ...root.querySelectorAll('*')].flatMap(node => [null, '::before', '::after'].map(part => {
  const style = getComputedStyle(node, part);
  const still = ['transitionDuration', 'transitionDelay', 'animationDuration'].every(key => /^0s(, 0s)*$/.test(style[key]));
  return still ? '' : `${node.tagName}.${node.className} ${style.transition} ${style.animationName}`;
})).filter(Boolean)"""
RUNNING = "root => root.getAnimations({subtree: true}).length"


def test_nothing_moves_by_itself_for_who_wants_reduced_motion(cuts: LabPage) -> None:
    lab = cuts
    select(lab, 0.4)
    lab.drag("fatjet0.mass", 0.7, side="below")
    lab.wait_for_last("fatjet0.mass < ")
    lab.ready()
    lab.wait_for_indexes()
    handle = card(lab, "fatjet0.mass").get_by_role("slider", name="move the window")

    def asking() -> None:
        """Hold the window: the footer asks, as it does while something moves."""
        handle.focus()
        lab.page.keyboard.press("ArrowLeft")
        expect(lab.root.locator(".hml-asking")).to_have_count(1)

    def let_go() -> None:
        lab.page.keyboard.press("Escape")
        expect(lab.root.locator(".hml-asking")).to_have_count(0)

    asking()
    assert lab.root.evaluate(MOVES)
    let_go()
    lab.page.emulate_media(reduced_motion="reduce")
    try:
        asking()
        assert lab.root.evaluate(MOVES) == []
        assert lab.root.evaluate(RUNNING) == 0
        let_go()
        lab.tab("Training")
        lab.root.get_by_label("Method").select_option("MLP")
        lab.field("Epochs").fill("3000")
        expect(lab.footer()).to_contain_text("epochs=3000")
        lab.button("Train").first.click()
        expect(lab.root.locator(".hml-track").first).to_be_visible()
        assert lab.root.evaluate(MOVES) == []
        assert lab.root.evaluate(RUNNING) == 0
        expect(lab.root.get_by_text("of 3000").first).to_be_visible(timeout=MINUTES)
        lab.interrupt_until_idle()
    finally:
        lab.page.emulate_media(reduced_motion="no-preference")


#: Heights of the marks on the vertical axis with their texts, and of the highest bin of each sample, in pixels.
SCALE = """card => {
  const canvas = card.querySelector('.hml-sheet');
  const { width, height } = canvas;
  const pixels = canvas.getContext('2d').getImageData(0, 0, width, height).data;
  const ratio = height / canvas.clientHeight;
  const inks = [0, 2].map(style => getComputedStyle(canvas).getPropertyValue(`--hml-s${style}`).match(/[0-9a-f]{2}/g).map(hex => parseInt(hex, 16)));
  const top = ink => {
    for (let at = 0; at < pixels.length; at += 4)
      if (pixels[at + 3] > 200 && ink.every((value, k) => Math.abs(value - pixels[at + k]) < 30))
        return Math.floor(at / 4 / width) / ratio + 0.75;
  };
  return {
    marks: [...card.querySelectorAll('.hml-plot svg:not(.hml-strip) > text[text-anchor=end]')].filter(mark => mark.textContent)
      .map(mark => [mark.textContent, Number(mark.getAttribute('y')) - 3.5]),
    tops: inks.map(top),
  };
}"""
SHARES = """sorted(float(h.max() / h.sum()) for b in [hml.board(dataset)] for _ in [b.set(list(selected.cuts))]
 for h in b.histograms['fatjet0.tau21'].values())"""
POWERS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def power(text: str) -> float:
    """Read a mark of a logarithmic axis: 0.01 stands there as 10⁻², 10 as itself."""
    return math.log10(float(text)) if text.isdigit() and text.isascii() else int(text[2:].translate(POWERS))


def test_a_drag_on_logarithmic_axes_commits_what_it_shows(cuts: LabPage) -> None:
    lab = cuts
    lab.button("log y").click()
    lab.wait_for_text("board = hml.board(")
    lab.ready()
    lab.wait_for_indexes()
    expect(lab.button("log y")).to_have_attribute("aria-pressed", "true")
    lab.grab("fatjet0.mass")
    lab.move("fatjet0.mass", 0.5)
    expect(lab.slider("fatjet0.mass")).to_have_attribute("aria-valuetext", re.compile("^fatjet0.mass above .* of "))
    held, row = spoken(lab.slider("fatjet0.mass")), last_row(lab)
    drawn = card(lab, "fatjet0.tau21").evaluate(SCALE)
    lab.release()
    lab.wait_for_text("selected = hml.select(")
    lab.ready()
    lab.wait_for_indexes()
    assert spoken(lab.slider("fatjet0.mass")) == held
    assert row == last_row(lab) == counted(lab)

    after = card(lab, "fatjet0.tau21").evaluate(SCALE)
    for scale in (drawn, after):
        marks = [(power(text), y) for text, y in scale["marks"]]
        assert len(marks) > 1
        (low, bottom), (high, top) = marks[0], marks[-1]
        for exponent, y in marks:
            assert y == pytest.approx(bottom + (exponent - low) / (high - low) * (top - bottom), abs=1.0)
    shares = json.loads(lab.notebook.in_kernel(SHARES.replace("\n", "")))
    heights = sorted(10 ** (low + (y - bottom) / (top - bottom) * (high - low)) for y in after["tops"])
    assert heights == pytest.approx(shares, rel=0.1)
    assert len(lab.recorded()) == 6
