"""The sixth tutorial: a network that others can run in ten years. See ``make_tutorial``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from browser.jupyter import OpenNotebook
    from browser.lab import LabPage

NAME = "06_preserve.ipynb"
THEIRS = """\
import hml_jupyter as hml

theirs = hml.build_dataset(
    {
        "zz": hml.generate(
            "p p > z z",
            decays=["z > j j", "z > vl vl~"],
            settings={"pt_min_pdg": {23: 200}},
            events=1000,
            seed=7,
            detector="atlas",
            path="theirs/runs/zz",
        ),
        "qcd": hml.generate(
            "p p > j j", settings={"ptj": 200}, events=1000, seed=8, detector="atlas", path="theirs/runs/qcd"
        ),
    },
    hml.Set(["fatjet0.mass", "fatjet0.tau21", "jet0,jet1.delta_r"]),
    signal="zz",
    require="fatjet.size > 0 and jet.size > 1",
    seed=1,
    path="theirs/data/theirs",
)"""
STUDY = 'lab = hml.Lab("preserve")\nlab'
VERIFY = "mlp_bundle.verify()"
CUTFLOW = 'hml.cutflow(theirs_mlp_bundle, ["mlp_bundle.score >= 0.5"])'
ABOUT = {
    "What it is for": "Tells boosted Z bosons from QCD jets by one fat jet",
    "Authors": "A. Student",
    "Licence": "CC-BY-4.0",
    "Cite": "tutorial 06 of hml_jupyter",
}

#: What stands above the first cells, and above the cell that begins with the key.
WORDS = {
    "title": """\
# A network that others can run

You have trained a network. In five years somebody wants to test a new model of physics with it. What do they need? The network in a
format that is not tied to one program; **what goes in**, in which order and which unit; what stands for a jet that is not there;
where you cut on its score; and numbers to check whether they run it right. This notebook writes all of that with one click, checks
it, and uses it as a stranger would.

Tutorial 01 introduces Z bosons and QCD jets, tutorial 05 networks. The list of what is needed comes from the Les Houches guide to the
reuse of machine learning (arXiv:2312.14575).""",
    "theirs": """\
The stranger works with another detector: here are their events, simulated with the numbers of ATLAS. Your network learns below from
events with those of CMS.""",
    "how": """\
## How this works

The clicks below are done already: choose *Run → Run All Cells* (about a minute), then read on, and go on in the Lab. The
cells below were written by these clicks:

1. **Processes**: the preset *Z versus QCD jets*, then *Generate*, twice. **Observables**: × at `met`, *Build dataset*.
2. **Training**: *Neural network*, *Train*.
3. **Preserve**: what it is for, authors, licence and citation; *Preserve*, then *Verify*.
4. **Preserve**: *use it again on* `theirs`, *Score*.""",
    "mlp = hml.train": """\
## 1. A network

Nothing special: three observables of a fat jet, two hidden layers.""",
    "mlp_bundle = hml.preserve": """\
## 2. Preserved

The list at the right of the **Preserve** panel is the wishlist of those who reuse networks. Most of it fills itself: names, units and
definitions of the inputs, where they can be known, working points with all their digits, how the network was trained, on which
events. Only you know what it is for, who made it, and under which licence others may use it.

*Look at:* `README.md` in the folder `preserve/preserved/mlp_bundle` (or press *files* in the panel). There is the network twice: as
**ONNX**, which nearly every program reads, and as **lwtnn**'s JSON, which a few hundred lines of C++ read. The normalisation of the
inputs is *inside*: a stranger who normalises once more gets nonsense, so the card says it. `code/` has analyses for Rivet and
SimpleAnalysis that fill the inputs in the right order; what they cannot know, such as N-subjettiness, they ask for.""",
    "theirs_mlp_bundle = hml.score": """\
## 3. Used by a stranger

The bundle scores their events from its card alone: it looks up the inputs by name, checks their units, and puts them in order.
Neither Keras nor your study is needed.""",
    CUTFLOW: """\
*Look at:* the efficiency of the cut on the score for signal and background. With events from the other detector it is not the one that
the card publishes for yours. Would you trust the working point? What would you have to publish so that they can correct for it?""",
    VERIFY: """\
## 4. Is it what was saved?

*Verify* compares every file with what was saved, and runs reference events through both formats. ONNX computes with seven digits,
lwtnn with sixteen: their differences to the recorded scores tell whether *this* computer still does the same.""",
    "end": """\
## Now you

- Open `validation/evaluation.png` and `validation/cutflow.csv`. Can you find the working point of 50 % signal efficiency in both?
- Change one byte of `model.onnx` and verify again.
- `bundle = hml.load_preserved("preserve/preserved/mlp_bundle")` in another notebook: what does `bundle.card.inputs` say?
- Preserve the boosted decision tree too. Why is there no lwtnn file?
- Train with `jet0.b_tag` among the inputs. What does the panel say about it, and which of the four remedies would you take?""",
}


def test_make_tutorial(open_notebook: OpenNotebook) -> None:
    from browser.lab import LabPage
    from browser.tutorials import build, insert, keep

    notebook = open_notebook(NAME, [THEIRS, STUDY, CUTFLOW, VERIFY])
    insert(notebook, "title", WORDS["title"], THEIRS)
    insert(notebook, "theirs", WORDS["theirs"], THEIRS)
    insert(notebook, "how", WORDS["how"], STUDY)
    notebook.run(2)
    notebook.run(4)
    lab = LabPage(notebook)
    build(lab)
    train(lab)
    preserve(lab)
    reuse(lab)
    for name in list(WORDS)[3:]:
        insert(notebook, name, WORDS[name], name if name != "end" else None)
    for source in (CUTFLOW, VERIFY):
        notebook.run(notebook.sources().index(source))
    keep(notebook, NAME, STUDY)


def train(lab: LabPage) -> None:
    """Train a network."""
    lab.tab("Training")
    lab.field("Method").select_option("MLP")
    lab.field("On dataset").select_option("dataset")
    lab.field("Epochs").fill("20")
    expect(lab.footer()).to_contain_text("mlp = hml.train(")
    expect(lab.footer()).to_contain_text("epochs=20")
    lab.root.get_by_role("button", name="Train", exact=True).click()
    lab.wait_for_text("mlp = hml.train(")
    lab.ready()


def preserve(lab: LabPage) -> None:
    """Fill in what only the user knows, preserve, and verify."""
    lab.tab("Preserve")
    for name, text in ABOUT.items():
        lab.field(name).fill(text)
    expect(lab.footer()).to_contain_text('citation="tutorial 06')
    expect(lab.root.locator(".hml-side .hml-mark-no")).to_have_count(0)
    lab.root.get_by_role("button", name="Preserve", exact=True).click()
    lab.wait_for_text("mlp_bundle = hml.preserve(")
    lab.ready()
    lab.root.get_by_role("button", name="Verify").click()
    expect(lab.root.locator(".hml-bundle .hml-mark-yes")).to_have_count(4)


def reuse(lab: LabPage) -> None:
    """Score the other events with the bundle."""
    lab.root.get_by_label("dataset that mlp_bundle scores").select_option("theirs")
    lab.root.get_by_role("button", name="Score", exact=True).click()
    lab.wait_for_text("theirs_mlp_bundle = hml.score(")
    lab.ready()
