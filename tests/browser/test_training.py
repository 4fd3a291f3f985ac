"""The Training panel on real events: a row of trainings, one that goes on, a working point, a score."""

from __future__ import annotations

from browser.lab import MINUTES, LabPage, card, spoken
from playwright.sync_api import Locator, expect


def choose(lab: LabPage, method: str, preset: str, name: str) -> None:
    """Choose a method and its settings, also while the kernel is busy."""
    lab.root.get_by_label("Method", exact=True).select_option(method)
    lab.button(preset).click()
    expect(lab.field("Name")).to_have_value(name)


def train(lab: LabPage) -> None:
    lab.root.get_by_role("button", name="Train", exact=True).click()


def test_trainings_wait_one_goes_on_and_its_score_is_cut_on(with_study: LabPage) -> None:
    lab = with_study
    lab.tab("Training")
    choose(lab, "MLP", "small and quick", "mlp")
    lab.field("Epochs").fill("500")
    expect(lab.footer()).to_contain_text("epochs=500")
    train(lab)
    expect(lab.root.get_by_text("of 500").first).to_be_visible(timeout=MINUTES)

    choose(lab, "BoostedDecisionTree", "small and quick", "bdt")
    train(lab)
    waiting = lab.root.get_by_role("list", name="waiting")
    expect(waiting.get_by_role("listitem")).to_have_count(1)
    waiting.get_by_role("button", name="do not train bdt").click()
    expect(waiting.get_by_role("listitem")).to_have_count(0)

    lab.interrupt_until_idle()
    lab.root.get_by_role("button", name="go on after ").click()
    expect(row(lab, "mlp").get_by_role("button", name="cut on score")).to_be_visible(timeout=MINUTES)
    lab.ready()
    assert lab.notebook.in_kernel("(mlp.epochs, 'bdt' in globals())") == "(500, False)"
    assert [text.split(" = ")[0] for text in lab.texts()][-1] == "mlp"

    handle = lab.root.get_by_role("slider", name="signal efficiency of the working point")
    place = handle.bounding_box()
    assert place
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.mouse.move(x + 40, y, steps=10)
    shown = spoken(handle)
    lab.page.mouse.up()
    lab.wait_for_text("hml.working_point(mlp, signal_efficiency=0.")
    lab.ready()
    chosen = float(lab.sources()[-1].partition("signal_efficiency=")[2].rstrip(")"))
    assert chosen > 0.5
    said = float(shown.removeprefix("mlp: ").partition(" % of signal")[0])
    assert 0 <= said / 100 - chosen < 0.002

    row(lab, "mlp").get_by_role("button", name="cut on score").click()
    lab.wait_for_text("mlp_scored = hml.score(")
    lab.ready()
    row(lab, "mlp").get_by_role("button", name="on the board").click()
    expect(card(lab, "mlp.score")).to_be_visible(timeout=MINUTES)


def row(lab: LabPage, model: str) -> Locator:
    return lab.root.get_by_role("row", name=model)
