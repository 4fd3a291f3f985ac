"""``python -m tests.browser.make_tutorial``: click the tutorials through in JupyterLab and leave them in ``examples/``.

Here the first: from events to a comparison of classifiers.

The cells of the study are written and run by the Lab; the words around them stand here.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from browser.jupyter import OpenNotebook
    from browser.lab import LabPage

NAME = "01_z_vs_qcd.ipynb"
STUDY = 'import hml_jupyter as hml\n\nlab = hml.Lab("z_vs_qcd")\nlab'

#: What stands above the Lab, what below it, and what above the recorded cell that begins with the key.
WORDS = {
    "title": """\
# Is this jet a Z boson?

A proton collision often ends in *jets*: narrow sprays of particles. Nearly all of them begin as a quark or a gluon; we
call these **QCD jets**. A few begin as a heavy particle. A Z boson (mass 91 GeV) decays into a quark and an antiquark;
if the Z is fast, both sprays run into one another and look like *one* jet. Such a **fat jet** hides two cores, and the
energies and angles of its particles add up to a mass near 91 GeV.

In this notebook you separate the two: *signal* is a pair of Z bosons, one decaying to quarks (the fat jet) and one to
neutrinos (which leave the detector unseen, so momentum seems to be missing); *background* is a pair of QCD jets.

**Units.** Energies, momenta and masses are in GeV (with c = 1), cross sections in picobarn (pb), luminosities in inverse
femtobarn (fb⁻¹; 1 pb × 1 fb⁻¹ = 1000 events).""",
    "how": """\
## How this works

Run the next cell (Shift + Enter). You get the **Lab**: six panels, from left to right. Each click in it writes one
ordinary cell below it and runs that cell. The line at the bottom of the Lab is always the cell that your next click
would write. The cells below were written in this way, by these clicks:

1. **Processes** – press *Z versus QCD jets*, set *Events* to 1000, press *Generate*; the form for the background follows:
   1000 again, *Generate*.
2. **Observables** – numbers that are computed for each event. Click a name to see how the two processes differ in it.
   Remove `met` with its ×, then press *Build dataset*.
3. **Cuts** – take a handle at the edge of a histogram and drag it inwards: what is outside is thrown away. All other
   histograms, the cutflow and the significance follow while you drag; letting go writes the cell. Exact numbers are
   typed at the right. With the keyboard: Tab to a handle, arrow keys, Enter.
4. **Training** – choose a method, press *Train*, look at the curves; then another method, and *Compare*.
5. **Preserve** – a model that others can run; tutorial 06 is about it.
6. **Record** – all steps, undo and redo, and the record as a notebook of its own.

To see all of it again, choose *Run → Run All Cells*: it takes about a minute. Nothing is computed twice: a second run
loads what the folder `z_vs_qcd/` holds. Then go on in the Lab where the notebook ends, or change a step. For a study
of your own, give the Lab another folder: `hml.Lab("mine")`.""",
    "zz = hml.generate": """\
## 1. Events

Pythia8 simulates the collisions, a simple parametric detector smears what comes out, and FastJet finds the jets. Only
fast Z bosons are wanted, with a transverse momentum above 200 GeV (23 is the number of the Z in the list of all
particles). *Look at:* the cross section, which tells how often the process happens. It is a few hundredths of a pb.""",
    "qcd = hml.generate": """\
The background: two quarks or gluons with at least 200 GeV each. Without this lower limit the cross section would
diverge, and the call refuses to run. *Look at:* the cross section again. How many times more QCD jets are there than
Z pairs? Keep this number in mind, it decides about everything that follows.""",
    "dataset = hml.build": """\
## 2. Observables

Three numbers for each event with a fat jet and at least two jets:

- `fatjet0.mass` (GeV): the mass of the leading fat jet. A peak near 91 GeV for a Z, a falling curve for QCD.
- `fatjet0.tau21`: how much better two cores describe the jet than one. Small for a Z with its two quarks.
- `jet0,jet1.delta_r`: the angle between the two leading jets, as a distance in rapidity and azimuth.

`met`, the missing transverse momentum, was taken out with its × on purpose: we want to know what the *jet* tells us.
The events are split once: 60 % to train on, 20 % to watch the training, 20 % to test at the end. *Look at:* in which
histogram do the two curves differ most?""",
    "selected = hml.select": """\
## 3. Cuts

One handle was dragged (the lower end of the mass), one number was typed (the upper end). *Look at:* the cutflow, line
by line. How much of the signal is kept, how much of the background?

**The significance Z** asks: if this were real data, by how many standard deviations would the signal stand out from
the fluctuations of the background? A discovery needs 5. **Here it is far below 1, and that is honest.** There are
more than a million QCD events for each pair of Z bosons, and a window in the mass leaves a large part of them. Besides,
each simulated background event stands for millions of real ones: that is where the ± behind the number comes from, and
where fewer than ten of them are left, no number is given at all. Real analyses simulate many millions of events and
require several things at once; we do not tune the number until it looks nice.""",
    "bdt = hml.train": """\
## 4. Learning

Instead of cutting one number after the other, a classifier learns from all three at once. First a **boosted decision
tree**: many small trees of cuts, each of which corrects those before it. Training events are weighted such that signal
and background count the same. *Look at:* the loss on validation events. Where it no longer falls while the loss on
training events does, the trees learn their events by heart.""",
    "mlp = hml.train": """\
Then a small **neural network** with two hidden layers of 64 nodes, for 20 rounds through the training events (*epochs*).
*Look at:* is 20 enough? Change *Epochs* in the Training panel and press *Train* again: you get a second network, and
this one stays.""",
    "hml.compare": """\
## 5. Which one is better?

Only on **test events**, which neither of them has seen. *AUC* is the probability that a signal event gets a higher
score than a background event (0.5 is guessing, 1 is perfect); *R50* is how many background events there are for one
that passes, if the threshold is put where half of the signal passes; *max Z* is the largest significance at any
threshold that leaves at least ten background events. The errors say how much is due to the small number of events; where
no background event at all is left, R50 cannot be estimated, and the table says so. *Look at:* is the difference between
the two larger than its error? And is a classifier with an AUC near 1 enough for a discovery?""",
    "end": """\
## Now you

- Which single cut raises the significance most? Watch the line Z under each histogram while you drag.
- Build another dataset with `met` among the observables, and train on it. Why is the separation nearly perfect now?
  (Neutrinos. But which processes with neutrinos, W + jets for instance, are missing among our backgrounds?)
- Take `fatjet0.mass` out of the observables and train again. How much do the two classifiers lose?
- Generate 5000 events of each process. Which numbers change, and which errors get smaller?

`hml replay 01_z_vs_qcd.ipynb` in a terminal runs the cells in an empty folder and compares every result with those
that you see here.""",
}


def generate(lab: LabPage) -> None:
    lab.button("Z versus QCD jets").click()
    for name in ("zz", "qcd"):
        expect(lab.field("Name")).to_have_value(name)
        lab.field("Events").fill("1000")
        expect(lab.footer()).to_contain_text("events=1000")
        lab.button("Generate").click()
        expect(lab.root.get_by_role("row", name=name).get_by_text("done")).to_be_visible(timeout=120_000)
    lab.ready()


def cut(lab: LabPage) -> None:
    """Drag the lower threshold of the mass, type the upper one."""
    lab.wait_for_indexes()
    lab.drag("fatjet0.mass", 0.45)
    lab.wait_for_text("selected = hml.select(")
    lab.ready()
    lab.field("fatjet0.mass below").last.fill("110")
    lab.page.keyboard.press("Enter")
    lab.wait_for_last("fatjet0.mass < 110")
    lab.ready()


def train(lab: LabPage) -> None:
    for method, target in (("BoostedDecisionTree", "bdt"), ("MLP", "mlp")):
        lab.root.get_by_label("Method").select_option(method)
        lab.root.get_by_label("On dataset").select_option("dataset")
        if method == "MLP":
            lab.field("Epochs").fill("20")
            expect(lab.footer()).to_contain_text("epochs=20")
        expect(lab.footer()).to_contain_text(f"{target} = hml.train(")
        lab.button("Train").first.click()
        lab.wait_for_text(f"{target} = hml.train(")
        lab.ready()
    lab.button("Compare").click()
    lab.wait_for_last("hml.compare(")
    lab.ready()


def test_make_tutorial(open_notebook: OpenNotebook) -> None:
    from browser.lab import LabPage
    from browser.tutorials import insert, keep

    notebook = open_notebook(NAME, [STUDY])
    for name in ("title", "how"):
        insert(notebook, name, WORDS[name], STUDY)
    notebook.run(2)
    lab = LabPage(notebook)
    generate(lab)
    lab.tab("Observables")
    expect(lab.footer()).to_contain_text("dataset = hml.build_dataset(")
    lab.button("remove met").click()
    expect(lab.footer()).not_to_contain_text('"met"')
    lab.button("Build dataset").click()
    lab.wait_for_text("dataset = hml.build_dataset(")
    lab.ready()
    lab.tab("Cuts")
    cut(lab)
    lab.tab("Training")
    train(lab)
    for name in list(WORDS)[2:]:
        insert(notebook, name, WORDS[name], name if name != "end" else None)
    keep(notebook, NAME, STUDY)


if __name__ == "__main__":
    others = [str(Path(__file__).with_name(f"make_tutorial_{number}.py")) for number in (2, 3, 4, 5, 6)]
    sys.exit(pytest.main([__file__, *others, "-p", "no:cacheprovider", "--durations=3", "--import-mode=importlib"]))
