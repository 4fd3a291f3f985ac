"""The Preserve panel by keyboard alone: somebody's bundle is opened, verified and scored; a model is preserved."""

from __future__ import annotations

from pathlib import Path

from browser.jupyter import Server
from browser.lab import MINUTES, LabPage, focused, press, tab_to
from playwright.sync_api import Locator, expect

from tests.widgets.test_bundles import write, zip_of

INPUTS = [{"name": "fatjet0.mass", "unit": "GeV", "padding": 0.0}, {"name": "met", "unit": "GeV"}]


def bundle(lab: LabPage, name: str) -> Locator:
    return lab.root.get_by_role("region", name=f"bundle {name}", exact=True)


def test_somebodys_bundle_is_opened_verified_and_scored(with_study: LabPage, server: Server) -> None:
    lab = with_study
    here = server.root / Path(lab.notebook.path).parent
    zip_of(write(here / "published" / "theirs", INPUTS), here / "sent.zip", "theirs/")
    lab.tab("Processes")
    lab.root.get_by_role("tab", name="Processes").focus()
    press(lab, *["ArrowRight"] * 4)
    expect(lab.root.get_by_role("tab", name="Preserve")).to_be_focused()
    expect(lab.root.get_by_text("Train a model first").first).to_be_visible()
    expect(lab.button("published/theirs")).to_be_visible()

    assert tab_to(lab, "open")[-2:] == ["next", "open"]
    lab.page.keyboard.type("../elsewhere")
    press(lab, "Enter")
    said = lab.root.locator(".hml-opener .hml-message")
    expect(said).to_contain_text("'../elsewhere' is no folder inside the notebook's")
    expect(lab.field("Open somebody's bundle")).to_be_focused()
    expect(lab.field("Open somebody's bundle")).to_have_attribute("aria-invalid", "true")

    press(lab, "Tab", "Tab", "Tab")
    assert focused(lab) == "found published/theirs"
    press(lab, "Enter")
    theirs = bundle(lab, "Sum 1")
    expect(theirs.get_by_role("heading")).to_be_focused()
    expect(lab.button("published/theirs")).to_have_count(0)
    press(lab, "Tab")
    assert focused(lab) == "close published/theirs"
    press(lab, "Enter")
    expect(lab.field("Open somebody's bundle")).to_be_focused()
    expect(theirs).to_have_count(0)

    press(lab, "Tab", "Tab")
    assert focused(lab) == "found sent.zip"
    press(lab, "Enter")
    expect(theirs.get_by_role("heading")).to_be_focused()
    expect(theirs.get_by_role("cell", name="fatjet0.mass")).to_be_visible()
    expect(lab.button("sent.zip")).to_have_count(0)
    assert len(lab.recorded()) == 4

    place = "sent.zip"
    order = [f"{key} {place}" for key in ("close", "lacks", "card", "files", "verify")]
    assert tab_to(lab, f"verify {place}") == order
    press(lab, "Enter")
    expect(theirs.locator(".hml-mark-yes")).to_have_count(1)
    expect(theirs).to_contain_text("it opens, and runs on made-up events; there are no reference events")
    assert focused(lab) == f"verify {place}"

    press(lab, "Tab", "Tab")
    assert focused(lab) == f"score {place}"
    press(lab, "Enter")
    lab.wait_for_text("dataset_sent = hml.score(")
    lab.ready()
    assert lab.texts()[-2] == 'sent = hml.load_preserved("sent.zip")'
    mine = bundle(lab, "sent")
    expect(mine.locator(".hml-mark-yes")).to_have_count(1)
    last, opener = mine.bounding_box(), lab.root.locator(".hml-opener").bounding_box()
    assert last
    assert opener
    assert last["y"] + last["height"] < opener["y"]
    assert focused(lab) == f"score {place}"
    total = "(dataset_sent.column('fatjet0.mass') + dataset_sent.column('met')) / 1000"
    off = f"float(abs(dataset_sent.column('sent.score') - {total}).max())"
    assert float(lab.notebook.in_kernel(off)) < 1e-5


def test_a_model_is_preserved_its_files_are_read_and_a_damaged_one_is_told(with_study: LabPage, server: Server) -> None:
    lab = with_study
    here = server.root / Path(lab.notebook.path).parent
    lab.tab("Training")
    lab.root.locator("[data-field=n_estimators] input").fill("5")
    lab.root.get_by_role("button", name="Train", exact=True).click()
    lab.wait_for_text("bdt = hml.train(")
    lab.ready()

    lab.tab("Preserve")
    lab.root.get_by_role("tab", name="Preserve").focus()
    assert tab_to(lab, "What it is for")[-3:] == ["Model", "Name", "What it is for"]
    lab.page.keyboard.type("Z or QCD")
    press(lab, "Tab", "Tab")
    assert focused(lab) == "Licence"
    press(lab, "ArrowDown", "Enter")
    expect(lab.field("Licence")).to_have_value("CC-BY-4.0")
    expect(lab.footer()).to_contain_text('licence="CC-BY-4.0"')
    press(lab, "Enter")
    lab.wait_for_text("bdt_bundle = hml.preserve(")
    lab.ready()
    expect(lab.field("Licence")).to_be_focused()
    mine = bundle(lab, "bdt_bundle")
    expect(mine).to_be_visible(timeout=MINUTES)

    place = "study/preserved/bdt_bundle"
    tab_to(lab, f"files {place}")
    press(lab, "Enter")
    tab_to(lab, f"read {place} README.md")
    press(lab, "Enter")
    text = mine.get_by_role("region", name="README.md")
    expect(text).to_be_focused()
    expect(text).to_contain_text("# bdt_bundle")
    press(lab, "Escape")
    expect(text).to_have_count(0)
    assert focused(lab) == f"read {place} README.md"

    tab_to(lab, f"verify {place}")
    press(lab, "Enter")
    expect(mine.locator(".hml-mark-yes")).to_have_count(3)
    # what was found is there a moment before the answer, and until then the button does nothing
    expect(mine.get_by_role("button", name="Verify", exact=True)).to_have_attribute("aria-busy", "false")
    file = here / place / "README.md"
    file.write_text(file.read_text() + "!")
    press(lab, "Enter")
    expect(mine.locator(".hml-mark-no")).to_have_count(1)
    expect(mine).to_contain_text("README.md is not what was saved")
    expect(mine.locator("details[open]")).to_have_count(1)
    assert focused(lab) == f"verify {place}"
