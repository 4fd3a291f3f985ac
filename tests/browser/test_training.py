"""The Training panel on real events: trainings that wait, one that is stopped and kept, a working point, a score, a surrogate."""

from __future__ import annotations

from browser.lab import MINUTES, LabPage, card, focused, press, spoken, tab_to
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


#: What a user writes to have columns of generated particles beside the score.
TRUTH = """truth = hml.build_dataset(
    {"zz": zz, "qcd": qcd},
    hml.Set(list(bdt.names)),
    observables=["genfatjet0.mass", "genfatjet0.tau21"],
    signal="zz",
    require="fatjet.size > 0 and jet.size > 1 and genfatjet.size > 0",
    seed=1,
)
truth = hml.score(truth, bdt, name="bdt")"""


def test_a_surrogate_learns_by_keyboard_and_is_compared(with_study: LabPage) -> None:
    lab = with_study
    lab.tab("Training")
    method, dataset, folds = (lab.field(name) for name in ("Method", "On dataset", "Folds"))
    surrogate = method.locator("option[value=Surrogate]")
    expect(surrogate).to_have_text("Surrogate of a score – needs a score: train a model, then press its cut on score")
    fill(lab, n_estimators="5")
    train(lab)
    lab.wait_for_text("bdt = hml.train(")
    row(lab, "bdt").get_by_role("button", name="cut on score").click()
    lab.wait_for_text("bdt_scored = hml.score(")
    lab.ready()
    folds.select_option("2")
    method.select_option("Surrogate")
    expect(dataset).to_have_value("bdt_scored")
    columns = lab.root.get_by_role("group", name="inputs").get_by_label("column", exact=True)
    expect(columns).to_have_count(0)
    expect(lab.root.get_by_text("All columns of this dataset are measured")).to_be_visible()
    expect(folds).to_be_disabled()

    lab.notebook.append(TRUTH)
    lab.notebook.run(len(lab.notebook.cells()) - 1)
    dataset.select_option("truth")
    expect(columns).to_have_count(2)
    expect(lab.root.get_by_text("All columns of this dataset are measured")).to_have_count(0)
    method.select_option("MLP")
    expect(folds).to_have_value("2")
    method.select_option("Surrogate")
    expect(columns.last).to_have_value("genfatjet0.tau21")
    lab.field("Epochs").fill("1")

    method.focus()
    first = ["On dataset", "Epochs", "Seed", "Name", "as usual", "of", *["column", "remove this column"] * 2]
    assert tab_to(lab, "more options") == [*first, "+ column", "+ column", "more options"]
    press(lab, "Enter", "Tab", "Tab")
    press(lab, "ControlOrMeta+A")
    lab.page.keyboard.type("8")
    expect(lab.footer()).to_contain_text("hml.MLP(hidden=(8,)")
    assert tab_to(lab, "train")[-2:] == ["patienceepochs", "train"]
    press(lab, "Enter")
    lab.wait_for_text("surrogate = hml.train(")
    lab.ready()
    assert focused(lab) == "train"
    asked = "(surrogate.method.inputs, surrogate.method.network.hidden, surrogate.folds, surrogate.epochs)"
    told = lab.notebook.in_kernel(asked).replace("\\'", "'")
    assert told == "(('genfatjet0.mass', 'genfatjet0.tau21'), (8,), None, 1)"

    expect(lab.root.get_by_text("Press closure in the row of surrogate")).to_be_visible()
    tab_to(lab, "closure surrogate")
    press(lab, "Enter")
    lab.wait_for_text("hml.closure(surrogate)")
    lab.ready()
    assert focused(lab) == "closure surrogate"
    expect(lab.root.get_by_text("Press closure in the row of surrogate")).to_have_count(0)
