"""The Observables panel in a real JupyterLab: images, graphs, jets, and what is typed wrong."""

from __future__ import annotations

import pytest
from browser.lab import LabPage
from playwright.sync_api import Locator, expect


@pytest.fixture
def observables(with_study: LabPage) -> LabPage:
    """The panel of a study with two runs and a dataset."""
    with_study.tab("Observables")
    expect(with_study.footer()).to_contain_text("hml.build_dataset(")
    return with_study


def part(lab: LabPage, name: str) -> Locator:
    return lab.root.locator(f"[data-field={name}]")


def build(lab: LabPage, name: str) -> None:
    lab.button("Build dataset").click()
    lab.wait_for_text(f"{name} = hml.build_dataset(")
    lab.ready()
    expect(lab.root.get_by_role("table", name="datasets")).to_contain_text(name)


def test_images_and_graphs_are_pictured_named_built_and_shown(observables: LabPage) -> None:
    lab = observables
    pictures = lab.root.locator(".hml-picture img")
    lab.field("Each event becomes").select_option("image")
    expect(lab.field("Name")).to_have_value("images")
    expect(lab.footer()).to_contain_text("a new cell")
    expect(pictures).to_have_count(1)
    part(lab, "channel").locator("input").fill("pt, multiplicity")
    lab.page.keyboard.press("Escape")
    expect(pictures).to_have_count(2)
    build(lab, "images")
    expect(lab.footer()).to_contain_text("replaces the last cell")

    lab.field("Each event becomes").select_option("graph")
    expect(lab.field("Name")).to_have_value("graphs")
    lab.field("Edges to").select_option("radius")
    expect(part(lab, "reach")).to_be_hidden()
    expect(lab.footer()).to_contain_text('edges=("radius", 0.4)')
    expect(pictures).to_have_count(1)
    build(lab, "graphs")

    for name in ("images", "graphs"):
        lab.notebook.append(f"hml.plot({name})")
        lab.notebook.run(len(lab.notebook.cells()) - 1)
        assert "image/png" in lab.notebook.cells()[-1]["outputs"][-1]["data"]


def test_jets_are_previewed_counted_and_built(observables: LabPage) -> None:
    lab = observables
    lab.field("A row for each").fill("jet[ptt > 30]")
    expect(part(lab, "per")).to_contain_text("near names")
    lab.field("A row for each").fill("jet[pt > 30]")
    expect(lab.root.get_by_role("heading", name="Jets left")).to_be_visible()
    search = lab.field("Observables")
    search.fill("jet.pt")
    lab.page.keyboard.press("Enter")
    expect(lab.button("remove jet.pt")).to_be_visible()
    expect(lab.root.locator(".hml-preview h4")).to_contain_text("jet.pt")
    expect(lab.root.locator(".hml-preview .hml-bad")).to_have_count(0)
    search.fill("jet.ptt / 2")
    lab.page.keyboard.press("Enter")
    expect(part(lab, "observables")).to_contain_text("near names")
    expect(search).to_have_value("jet.ptt / 2")
    search.fill("jet.pt / 2")
    lab.page.keyboard.press("Enter")
    expect(lab.button("remove jet.pt / 2")).to_be_visible()
    expect(search).to_have_value("")
    lab.field("Name").fill("jets")
    expect(lab.footer()).to_contain_text('"jet.pt", "jet.pt / 2"], per="jet[pt > 30]"')
    build(lab, "jets")
    assert lab.notebook.in_kernel("jets.per") == "jet[pt > 30]"
