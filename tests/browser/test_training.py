"""The Training panel on real events: trainings that wait, one that is stopped and kept, a working point, a score."""

from __future__ import annotations

from browser.lab import MINUTES, LabPage, card, spoken
from playwright.sync_api import Locator, expect

#: So many trees that there is time to stop.
MANY = "20000"


def fill(lab: LabPage, **options: str) -> None:
    """Type options of a method."""
    for name, text in options.items():
        lab.root.locator(f"[data-field={name}] input").fill(text)


def train(lab: LabPage) -> None:
    lab.root.get_by_role("button", name="Train", exact=True).click()


def row(lab: LabPage, model: str) -> Locator:
    return lab.root.get_by_role("row").filter(has=lab.page.locator(f"[data-key='row {model}']"))


def drag_working_point(lab: LabPage) -> str:
    """Drag the handle on the ROC curve; return what was said of its place when it was let go."""
    handle = lab.root.get_by_role("slider", name="signal efficiency of the working point")
    handle.scroll_into_view_if_needed()
    place = handle.bounding_box()
    assert place
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.mouse.move(x + 40, y, steps=10)
    shown = spoken(handle)
    lab.page.mouse.up()
    return shown


def test_trainings_wait_one_is_stopped_and_kept_and_its_score_is_cut_on(with_study: LabPage) -> None:
    lab = with_study
    lab.tab("Training")
    fill(lab, n_estimators=MANY, max_leaf_nodes="2")
    expect(lab.footer()).to_contain_text(f"n_estimators={MANY}")
    train(lab)
    lab.field("Method").select_option("Network")
    fill(lab, estimator="sklearn.linear_model.LogisticRegression", options='{"C": 1e-6}')
    expect(lab.field("Epochs")).to_be_disabled()
    expect(lab.field("Name")).to_have_value("own")
    train(lab)
    train(lab)
    waiting = lab.root.locator(".hml-form").get_by_role("listitem")
    expect(waiting).to_have_text(["train own×", "train own_2×"])
    lab.button("do not train own_2").click()
    expect(waiting).to_have_text(["train own×"])
    expect(lab.button("do not train own")).to_be_focused()

    expect(lab.root.get_by_role("region", name="how it learned")).to_contain_text(f"of {MANY}")
    lab.root.get_by_role("button", name="stop", exact=True).click()
    keep = row(lab, "bdt").get_by_role("button", name="keep ")
    expect(keep).to_be_focused()
    expect(row(lab, "own").get_by_role("button", name="cut on score")).to_be_visible(timeout=MINUTES)
    lab.ready()
    kept = int((keep.text_content() or "").split()[1])
    keep.click()
    expect(row(lab, "bdt").get_by_role("button", name="cut on score")).to_be_visible(timeout=MINUTES)
    expect(lab.root.locator("[data-key='row bdt']")).to_be_focused()
    lab.ready()
    assert lab.notebook.in_kernel("(bdt.epochs, own.epochs, 'own_2' in globals())") == f"({kept}, 1, False)"
    assert [text.split(" = ")[0] for text in lab.texts()][-2:] == ["bdt", "own"]

    lab.root.get_by_label("working point of").select_option("own")
    shown = drag_working_point(lab)
    lab.wait_for_text("hml.working_point(own, signal_efficiency=0.")
    lab.ready()
    chosen = float(lab.sources()[-1].partition("signal_efficiency=")[2].rstrip(")"))
    said = float(shown.removeprefix("own: ").partition(" % of signal")[0])
    assert chosen > 0.5
    assert 0 <= said / 100 - chosen < 0.002

    row(lab, "own").get_by_role("button", name="cut on score").click()
    lab.wait_for_text("own_scored = hml.score(")
    lab.ready()
    row(lab, "own").get_by_role("button", name="on the board").click()
    expect(card(lab, "own.score")).to_be_visible(timeout=MINUTES)
