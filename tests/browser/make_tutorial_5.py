"""The fifth tutorial: cuts, trees and networks compared, and cuts trained with a network. See ``make_tutorial``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from browser.jupyter import OpenNotebook
    from browser.lab import LabPage

NAME = "05_methods.ipynb"
STUDY = 'import hml_jupyter as hml\n\nlab = hml.Lab("methods")\nlab'
POINTS = """\
import numpy as np

import hml_jupyter as hml

rng = np.random.default_rng(1)
peak = rng.multivariate_normal([1.5, 2.0], [[0.5, 0.2], [0.2, 0.5]], 5000)
flat = rng.normal(0.0, 3.0, (5000, 2))
signal = hml.open_table({"x": peak[:, 0], "y": peak[:, 1]}, cross_section=0.0005)
background = hml.open_table({"x": flat[:, 0], "y": flat[:, 1]}, cross_section=0.02)
points = hml.build_dataset(
    {"signal": signal, "background": background}, hml.Set(["column.x", "column.y"]), signal="signal", seed=1
)"""

#: What stands above the Lab, what below it, and what above the recorded cell that begins with the key.
WORDS = {
    "title": """\
# Cuts, trees or networks?

A classifier turns the numbers of an event into one: its *score*, near 1 for signal and near 0 for background. Rectangular
cuts are the oldest classifier, boosted decision trees and neural networks are younger ones. In this notebook you put all of
them into one table, choose a *working point*, cut on a score as on any other observable, and let thresholds learn together
with a network.

Tutorial 01 introduces Z bosons and QCD jets, tutorial 04 significances and thresholds.""",
    "points": """\
The first half uses simulated events. For the second half here are points in a plane of which everything is known: the signal
is a narrow peak around (1.5, 2), the background a broad one around (0, 0). The cross sections are made up, such that 139 fb⁻¹
hold 70 signal and 2,780 background events.""",
    "how": """\
## How this works

The clicks below are done already: choose *Run → Run All Cells* (about two minutes), then read on, and go on in the Lab. The
cells below were written by these clicks:

1. **Processes**: the preset *Z versus QCD jets*, then *Generate*, twice. **Observables**: × at `met`, *Build dataset*.
2. **Training**: the methods *Cut and count*, *Boosted decision tree* and *Neural network*, each with *Train*; then *Compare*.
3. The handle on the ROC curves, with the arrow keys or by mouse: a *working point*. *cut on score* in the row of `mlp`, then
   *on the board*, and the handle of `mlp.score` dragged inwards.
4. **Training** again, on the dataset `points`: *Cuts with a network*, first without a network, then with one; a network alone;
   and one whose *loss* is the significance. *Compare*.""",
    "cuts = hml.train": """\
## 1. Three methods on the same events

**Cut and count** looks for one range of each observable, exactly: it tries the value of every training event. *Joint* means that all
cuts are moved until none of them can be made better, and *cross entropy* that they shall tell signal from background, whatever
the cross sections are. *Look at:* the cuts that it found. Which observable does it cut hardest, and which hardly at all?""",
    "bdt = hml.train": """\
**Boosted decision trees** are many small trees of cuts, each of which corrects those before. A cut is one box; trees add up
thousands of boxes.""",
    "mlp = hml.train": """\
A **neural network** (a multilayer perceptron) bends a smooth surface between signal and background. Its first layer takes the
mean off each input and divides by its spread, so that it is fed with GeV, and is kept so.""",
    "hml.compare([cuts, bdt, mlp])": """\
*Look at:* accuracy and AUC, with their errors: which differences mean something? Cuts have a score of two values only, so that
half of the signal cannot be kept exactly (R50). **max Z** is the honest expected significance, far below 1 here: see tutorial 01
for why. (`hml.compare([...], raw_counts=True)` adds what HEP ML Lab calls max_sig and r50: counts of simulated events, which
grow with the sample and are no physics.)""",
    "hml.working_point": """\
## 2. A working point

A score becomes a selection when a threshold is chosen: here the one that keeps this share of the signal. *Look at:* how
fast the background rejection falls when you ask for more signal. All numbers are of *test events*, which no method has seen,
scaled up to all.""",
    "mlp_scored = hml.score": """\
## 3. The score is an observable

`mlp.score` is a column now, for cuts, boards and cutflows, beside the cuts that you know. From the row *test events* on, the
cutflow counts only these.""",
    "selected = hml.select": """\
*Look at:* the mass of the events that pass. The network was never told of the Z boson's mass. Did it find it?""",
    "cut_net = hml.train": """\
## 4. Cuts that learn

A network learns by following a gradient, and a cut has none: an event passes, or it does not. So, while it learns, a cut is made
soft, a weight that rises from 0 to 1 around the threshold, and becomes harder from epoch to epoch. In the end a scan makes it
exact. The idea is Gordon Watts' (*Cuts and NN: living together in peace*, MODE 2023), and so are these points; there a threshold that
began where there are no events never moved. This one began at 60. *Look at:* the thresholds, epoch by epoch.""",
    "cut_net_2 = hml.train": """\
Now with a network behind the cuts: the network learns first, then the cuts are let in. *Look at:* where they end this time. What
can a cut still do that a good network does not?""",
    "mlp_2 = hml.train": """\
The same network without cuts.""",
    "mlp_3 = hml.train": """\
And one that is trained for what we want in the end: its loss is not the cross entropy, it is the expected significance of its own
histogram of scores (as *neos* does, Simpson and Heinrich, arXiv:2203.05570).""",
    "hml.compare([cut_net": """\
## 5. What was it good for?

*Look at:* the network alone and the one behind cuts; the loss and accuracy of the one that was trained for the significance (it
does not care whether its scores are probabilities), and its max Z. Is it better than the cross entropy beyond the errors? On a sample
as easy as this one every good classifier finds nearly the same events. The seed of all that is a likelihood ratio, and the cross
entropy finds it too.""",
    "end": """\
## Now you

- Train *Cut and count* with the topology *sequential*. Why is it worse? And with the objective *significance*: which trouble has it
  with the few simulated background events that are left?
- Begin the cuts at -60. Then choose *straight through* as the estimator.
- `hml.compare([mlp_2, mlp_3], uncertainty=0.5)`: a background that is known to 50 % only. Who wins now?
- `hml.scan(hml.MLP(), {"hidden": [(8,), (64, 64)]}, points, seed=1)` trains every combination and ranks them on validation
  events.""",
}


def test_make_tutorial(open_notebook: OpenNotebook) -> None:
    from browser.lab import LabPage
    from browser.tutorials import build, insert, keep

    notebook = open_notebook(NAME, [POINTS, STUDY])
    insert(notebook, "title", WORDS["title"], POINTS)
    insert(notebook, "points", WORDS["points"], POINTS)
    insert(notebook, "how", WORDS["how"], STUDY)
    notebook.run(2)
    notebook.run(4)
    lab = LabPage(notebook)
    build(lab)
    classical(lab)
    score(lab)
    together(lab)
    for name in list(WORDS)[3:]:
        insert(notebook, name, WORDS[name], name if name != "end" else None)
    keep(notebook, NAME, STUDY)


def classical(lab: LabPage) -> None:
    """Train cuts, trees and a network, and compare them."""
    lab.tab("Training")
    for method, target in (("CutAndCount", "cuts"), ("BoostedDecisionTree", "bdt"), ("MLP", "mlp")):
        best = {"objective": "cross_entropy", "topology": "joint"} if target == "cuts" else {}
        train(lab, method, target, "dataset", best)
    compare(lab)


def score(lab: LabPage) -> None:
    """Pick a working point, and cut on the score."""
    handle = lab.root.get_by_role("slider", name="signal efficiency of the working point")
    handle.focus()
    for _ in range(7):
        lab.page.keyboard.press("PageUp")
    lab.page.keyboard.press("Enter")
    lab.wait_for_text("hml.working_point(mlp")
    lab.ready()
    lab.root.get_by_role("row", name="mlp").get_by_role("button", name="cut on score").click()
    lab.wait_for_text("mlp_scored = hml.score(")
    lab.ready()
    lab.root.get_by_role("row", name="mlp").get_by_role("button", name="on the board").click()
    lab.wait_for_indexes()
    lab.drag("mlp.score", 0.6)
    lab.wait_for_text("selected = hml.select(")
    lab.ready()


def together(lab: LabPage) -> None:
    """Train cuts alone and with a network, and networks alone."""
    lab.tab("Training")
    far = {"cuts": ["column.x > 60", "column.y > 60"], "Epochs": "100"}
    train(lab, "CutNetwork", "cut_net", "points", far)
    near = {"cuts": ["column.x > 1", "column.y > 1"], "network": "MLP", "Epochs": "20"}
    train(lab, "CutNetwork", "cut_net_2", "points", near)
    train(lab, "MLP", "mlp_2", "points")
    train(lab, "MLP", "mlp_3", "points", {"loss": "significance"})
    for target in ("cuts", "bdt", "mlp"):
        lab.root.get_by_label(f"compare {target}", exact=True).uncheck()
    compare(lab)


def train(
    lab: LabPage, method: str, target: str, dataset: str, options: dict[str, str | list[str]] | None = None
) -> None:
    """Train a method under the name that is proposed."""
    lab.field("Method").select_option(method)
    lab.field("On dataset").select_option(dataset)
    for name, value in (options or {}).items():
        choose(lab, name, value)
    expect(lab.footer()).to_contain_text(f"{target} = hml.train(")
    expect(lab.footer()).to_contain_text(f", {dataset}, ")
    lab.root.get_by_role("button", name="Train", exact=True).click()
    lab.wait_for_text(f"{target} = hml.train(")
    lab.ready()


def choose(lab: LabPage, name: str, value: str | list[str]) -> None:
    """Fill a field, choose from its words, or add lines to a list."""
    if isinstance(value, list):
        for at, text in enumerate(value):
            if at >= lab.field("cut").count():
                lab.root.get_by_role("button", name="+ cut").click()
            lab.field("cut").nth(at).fill(text)
        return
    field = lab.field(name.replace("_", " "))
    if not field.is_visible():
        lab.root.get_by_text("more options").click()
    if field.evaluate("node => node.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)


def compare(lab: LabPage) -> None:
    """Compare the models that are ticked."""
    lab.root.get_by_role("button", name="Compare", exact=True).click()
    lab.wait_for_last("hml.compare(")
    lab.ready()
