"""The third tutorial: from events to what a method sees. See ``make_tutorial``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from browser.jupyter import OpenNotebook
    from browser.lab import LabPage

NAME = "03_representations.ipynb"
STUDY = 'import hml_jupyter as hml\n\nlab = hml.Lab("representations")\nlab'

#: What stands above the Lab, what below it, and what above the recorded cell that begins with the key.
WORDS = {
    "title": """\
# What does a network see of a collision?

An event of the detector is a list of hundreds of particles, another number of them each time. A method that learns wants
something regular. There are three usual answers:

- a **Set**: a few numbers of each event that somebody has thought about, such as the mass of a jet;
- an **Image**: the plane of the detector as pixels, in each of them the momentum that went there;
- a **Graph**: the particles themselves, as points with properties, and lines between those that are near each other.

In this notebook you make all three of the same events: Z bosons that decay into two quarks (and a second Z that escapes
unseen), and ordinary jets (QCD). Fast Z bosons give **one** wide jet, the *fat jet*, with two cores; ordinary jets have one.

**Directions.** The *pseudorapidity* η is 0 across the beams and grows along them; φ is the angle around the beams. The
distance between two directions is ΔR = √(Δη² + Δφ²).""",
    "how": """\
## How this works

These clicks are done already: run all cells (menu *Run*, *Run All Cells*; about a minute), then read on. The line at the
bottom of the Lab is always the cell that your next click would write. The cells below were written by these clicks:

1. **Processes**: the preset *Z versus QCD jets*, then *Generate*, twice: the second press makes the background.
2. **Observables**: tick *best separation first*. The bars say how different signal and background are in one observable
   (0: the same shape, 1: no overlap), *missing* in how many events there is nothing to compute it from. Click on a line to
   take it, on × to leave it out. Leave out `met` (the second Z escapes unseen, so it tells the two processes apart all by
   itself, and there would be nothing left to learn). *Name* `numbers`, then *Build dataset*.
3. *Each event becomes*: *an image*. On the right, or below, you see the average image of each process. *Pixel values*: *log(1 + v)*.
   *Name* `images`, then *Build dataset*.
4. *Each event becomes*: *a graph*. *Name* `graphs`, then *Build dataset*.
5. *Each event becomes*: *numbers* again; *A row for each*: `jet[pt > 30]`; take out what is picked and type `jet.pt`,
   `jet.mass` and `jet.b_tag` (Enter after each). *Name* `jets`, then *Build dataset*.

Until the cells have run, the Lab knows of them (see *Record*), but has no events to compute anything from.""",
    "zz = hml.generate": """\
## 1. Events

Two thousand events of each kind, through shower and detector. Nothing has been chosen yet: a run keeps all jets, leptons and
what is inside the jets.""",
    "numbers = hml.build_dataset": """\
## 2. A Set: numbers that somebody has thought about

`fatjet0` is the hardest fat jet, `jet0,jet1` are the two hardest jets. `require` says which events can be used at all: those
with a fat jet and two jets. The events are divided once and for all into those to train on, to watch the training with
(*validation*), and to measure with (*test*). *Look at:* the peak of `fatjet0.mass`. Which particle weighs 91 GeV? And where
do signal events come from that are not in the peak? (The fat jet has caught only a part of the Z.)""",
    "images = hml.build_dataset": """\
## 3. An Image: what a camera would see

Every step is an option with a name: what is in the jet is clustered again into *subjets* of radius 0.3; the image is moved
so that the hardest subjet is in the middle, turned so that the second one points down, and cut into 33 × 33 pixels. Averages
of many events show what they have in common. *Look at:* the lower half. Every jet has something there, because every jet
was turned until its second subjet is below. But only the two quarks of a Z keep their distance: about 2 m / p_T, here 0.6 to
0.9. In ordinary jets the second subjet is anywhere, mostly near the first. A network for images sees the same as your eyes.

`fatjet0.mass` and the others are kept beside the images as *side columns*: for cuts and plots; no method sees them.""",
    "graphs = hml.build_dataset": """\
## 4. A Graph: the particles themselves

Nothing is rounded to pixels, nothing is averaged: the particles of the jet are *nodes* with their momentum, their place
relative to the jet and their charge, and have *edges* to their eight nearest neighbours. *Look at:* one event of each process;
the size of a point is its momentum. Jets have different numbers of particles: the 32 hardest are kept, and the lines above
the table say how many jets had more. Fewer are filled up with zeros, and a *mask* says which nodes are real.""",
    "jets = hml.build_dataset": """\
## 5. Jets instead of events

For some questions (is this jet from a b quark?) the jet is what one looks at, not the event. Here every jet above 30 GeV has a
row of its own; its class is the process that its event comes from. (From which quark it really comes is `jet.flavor`: known
in simulation only, so it may be an answer, never an input.) The jets of one event stay together: all are for training, or
all for testing. Otherwise a network would be examined with questions that it had nearly seen.""",
    "end": """\
## Now you

- Sort by separation again, and build a Set of the three best ones that do not use `met`. Are they independent of each other?
  `hml.plot(numbers, kind="correlation")` shows which say the same.
- Change *Turned down* to *nothing* and look at the average image again. Why is the second core gone?
- *Edges to*: *within a radius*, *Radius* 0.2: which graph falls into two pieces, and what are they?
- Every dataset says what its numbers mean: look at `images.declaration` and `numbers.describe()`.""",
}


def build(lab: LabPage, name: str) -> None:
    """Name the dataset and build it."""
    lab.field("Name").fill(name)
    expect(lab.footer()).to_contain_text(f"{name} = hml.build_dataset(")
    lab.button("Build dataset").click()
    lab.wait_for_text(f"{name} = hml.build_dataset(")
    lab.ready()


def become(lab: LabPage, kind: str, text: str) -> None:
    lab.field("Each event becomes").select_option(kind)
    expect(lab.footer()).to_contain_text(text)


def test_make_tutorial(open_notebook: OpenNotebook) -> None:
    from browser.lab import LabPage
    from browser.tutorials import generate, insert, keep

    notebook = open_notebook(NAME, [STUDY])
    for name in ("title", "how"):
        insert(notebook, name, WORDS[name], STUDY)
    notebook.run(2)
    lab = LabPage(notebook)
    generate(lab)
    lab.tab("Observables")
    lab.field("best separation first").check()
    lab.button("remove met").click()
    expect(lab.footer()).not_to_contain_text('"met"')
    build(lab, "numbers")
    become(lab, "image", "hml.Image(")
    lab.field("Pixel values").select_option("log")
    expect(lab.footer()).to_contain_text('scale="log"')
    build(lab, "images")
    become(lab, "graph", "hml.Graph(")
    build(lab, "graphs")
    become(lab, "set", "hml.Set(")
    lab.field("A row for each").fill("jet[pt > 30]")
    for name in ("fatjet0.mass", "fatjet0.tau21", "jet0,jet1.delta_r"):
        lab.button(f"remove {name}").click()
    for name in ("jet.pt", "jet.mass", "jet.b_tag"):
        lab.field("Observables").fill(name)
        lab.page.keyboard.press("Enter")
    expect(lab.footer()).to_contain_text('["jet.pt", "jet.mass", "jet.b_tag"], per="jet[pt > 30]"')
    build(lab, "jets")
    for name in list(WORDS)[2:]:
        insert(notebook, name, WORDS[name], name if name != "end" else None)
    keep(notebook, NAME, STUDY)
