"""The sixth tutorial: a network that others can run in ten years. See ``make_tutorial``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from browser.jupyter import Notebook, OpenNotebook
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
    require="fatjet.size > 0 and jet.size > 1 and genfatjet.size > 0 and genjet.size > 1",
    split=(0, 0, 1),
    seed=1,
    path="theirs/data/theirs",
)"""
STUDY = 'lab = hml.Lab("preserve")\nlab'
VERIFY = "mlp_bundle.verify()"
CUTFLOW = 'hml.cutflow(theirs_mlp_bundle, ["mlp_bundle.score >= 0.5"])'
#: What the surrogate learns from, and what it needs of each event.
TRUTH = ["genfatjet0.mass", "genfatjet0.tau21", "genjet0,genjet1.delta_r"]
REQUIRED = "fatjet.size > 0 and jet.size > 1 and genfatjet.size > 0 and genjet.size > 1"
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
events with those of CMS. No network learns from theirs, so all of them are test events: `split=(0, 0, 1)`.""",
    "how": """\
## How this works

The clicks below are done already: choose *Run → Run All Cells* (about a minute), then read on, and go on in the Lab. The
cells below were written by these clicks:

1. **Processes**: the preset *Z versus QCD jets*, then *Generate*, twice. **Observables**: × at `met`; under *More* the truth-level
   columns of section 5; what is required of each event; *Build dataset*.
2. **Training**: *Neural network*, *Train*.
3. **Preserve**: what it is for, authors, licence and citation; *Preserve*, then *Verify*.
4. **Preserve**: *use it again on* `theirs`, *Score*.
5. **Training**: *Neural network* with two folds, *cut on score*; *Surrogate of a score*, *Train*, *closure*. **Preserve** it too.""",
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
    "mlp_2 = hml.train": """\
## 5. For who has no detector

The stranger may be a theorist with generated particles only. They have no `fatjet0`, which a detector measured, but they have
`genfatjet0`, the jet of the same particles before the detector. A **surrogate** learns how your score is distributed when the truth is
known, and draws from that: it does not pretend that truth fixes the score, because the detector smears it.

It must learn from scores of events that the network has not seen. Two folds give such a score to every event: each of two networks
learns from one half and scores the other.""",
    "surrogate = hml.train": """\
The surrogate's inputs are the truth-level columns of the dataset; what they stand for is written in its card.""",
    "hml.closure": """\
*Look at:* **closure** asks whether drawn scores can be told from true ones: by eye, at each working point, and by a classifier that is
trained to tell them apart. Its AUC is 0.5 if it cannot. Where does the surrogate miss, and would your limit notice?""",
    "surrogate_bundle = hml.preserve": """\
Preserved like any other network. Its random numbers are an *input* of the ONNX file, so that everybody who gives the same ones gets
the same scores.

*Look at:* its `README.md`. Of what you required of each event, a theorist can ask `genfatjet.size > 0 and genjet.size > 1`; whether
jets were *measured* too they cannot know. The card says so, and which share of the events of each process passed.""",
    "end": """\
## Now you

- Open `validation/evaluation.png` and `validation/cutflow.csv`. Can you find the working point of 50 % signal efficiency in both?
- Change one byte of `model.onnx` and verify again.
- `bundle = hml.load_preserved("preserve/preserved/mlp_bundle")` in another notebook: what does `bundle.card.inputs` say?
- Preserve the boosted decision tree too. Why is there no lwtnn file?
- A theorist has generated particles only: build a dataset of the three truth-level columns from `theirs/runs/zz` and `theirs/runs/qcd`, and score it
  with `surrogate_bundle`. How far is it from `theirs_mlp_bundle`, event by event and as a histogram?
- Train with `jet0.b_tag` among the inputs. What does the panel say about it, and which of the four remedies would you take?""",
}


def test_make_tutorial(open_notebook: OpenNotebook) -> None:
    from browser.lab import LabPage
    from browser.tutorials import insert, keep

    notebook = open_notebook(NAME, [THEIRS, STUDY, CUTFLOW, VERIFY])
    insert(notebook, "title", WORDS["title"], THEIRS)
    insert(notebook, "theirs", WORDS["theirs"], THEIRS)
    insert(notebook, "how", WORDS["how"], STUDY)
    notebook.run(2)
    notebook.run(4)
    lab = LabPage(notebook)
    build(lab)
    train(lab, "mlp")
    preserve(lab)
    reuse(lab)
    for source in (CUTFLOW, VERIFY):
        notebook.run(notebook.sources().index(source))
    without_detector(lab)
    move_up(notebook, [CUTFLOW, VERIFY], "mlp_2 = hml.train")
    for name in list(WORDS)[3:]:
        insert(notebook, name, WORDS[name], name if name != "end" else None)
    keep(notebook, NAME, STUDY)


def move_up(notebook: Notebook, sources: list[str], before: str) -> None:
    """Drag the last cells above the one that begins with `before`: the Lab writes its cells one under the other."""
    notebook.evaluate(
        """const model = panel.model.sharedModel;
        const [count, before] = argument;
        const to = model.cells.findIndex(c => c.getSource().startsWith(before));
        model.moveCells(model.cells.length - count, to, count);""",
        [len(sources), before],
    )
    found = notebook.sources()
    first = found.index(sources[0])
    assert found[first : first + len(sources)] == sources
    assert found[first + len(sources)].startswith(before)


def build(lab: LabPage) -> None:
    """Generate the events of the preset, and build a dataset of its observables but `met`, with truth at its side."""
    from browser.tutorials import generate

    generate(lab)
    lab.tab("Observables")
    lab.button("remove met").click()
    lab.root.get_by_text("More: further columns").click()
    for name in TRUTH:
        lab.root.get_by_role("button", name="+ observable").click()
        lab.field("observable").last.fill(name)
    lab.field("Required of each event").fill(REQUIRED)
    expect(lab.footer()).to_contain_text(TRUTH[-1])
    expect(lab.footer()).to_contain_text(REQUIRED)
    expect(lab.footer()).not_to_contain_text('"met"')
    lab.button("Build dataset").click()
    lab.wait_for_text("dataset = hml.build_dataset(")
    lab.ready()


def without_detector(lab: LabPage) -> None:
    """Learn the score from truth, see how well, and preserve that."""
    train(lab, "mlp_2", folds="2")
    lab.root.get_by_role("row", name="mlp_2").get_by_role("button", name="cut on score").click()
    lab.wait_for_text("mlp_2_scored = hml.score(")
    lab.ready()
    lab.field("On dataset").select_option("mlp_2_scored")
    lab.field("Folds").select_option("")
    lab.field("Method").select_option("Surrogate")
    expect(lab.footer()).to_contain_text("surrogate = hml.train(hml.Surrogate(")
    expect(lab.footer()).to_contain_text(TRUTH[-1])
    lab.root.get_by_role("button", name="Train", exact=True).click()
    lab.wait_for_text("surrogate = hml.train(")
    lab.ready()
    lab.root.get_by_role("row", name="surrogate").get_by_role("button", name="closure").click()
    lab.wait_for_last("hml.closure(surrogate")
    lab.ready()
    lab.tab("Preserve")
    lab.field("Model").select_option("surrogate")
    expect(lab.field("Name")).to_have_value("surrogate_bundle")
    lab.field("What it is for").fill("Draws the score of mlp_2 from generated jets")
    lab.root.get_by_role("button", name="Preserve", exact=True).click()
    lab.wait_for_text("surrogate_bundle = hml.preserve(")
    lab.ready()


def train(lab: LabPage, name: str, folds: str = "") -> None:
    """Train a network, with folds or without."""
    lab.tab("Training")
    lab.field("Method").select_option("MLP")
    lab.field("On dataset").select_option("dataset")
    lab.field("Epochs").fill("20")
    lab.field("Folds").select_option(folds)
    expect(lab.footer()).to_contain_text(f"{name} = hml.train(")
    expect(lab.footer()).to_contain_text("epochs=20")
    if folds:
        expect(lab.footer()).to_contain_text(f"folds={folds}")
    lab.root.get_by_role("button", name="Train", exact=True).click()
    lab.wait_for_text(f"{name} = hml.train(")
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
