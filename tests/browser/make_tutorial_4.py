"""The fourth tutorial: a selection, optimised by hand and by a scan. See ``make_tutorial``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from browser.jupyter import OpenNotebook
    from browser.lab import LabPage

NAME = "04_cuts.ipynb"
STUDY = 'import hml_jupyter as hml\n\nlab = hml.Lab("cuts")\nlab'

#: What stands above the Lab, what below it, and what above the recorded cell that begins with the key.
WORDS = {
    "title": """\
# Where should I cut?

A *cut* keeps the events in which an observable is above or below a threshold, and throws the others away. It costs some
signal and, if it is a good one, much more background. In this notebook you look for good thresholds twice: by hand, with all
histograms moving under your fingers, and by a scan that tries the value of every event.

*Signal* are pairs of Z bosons, one of them decaying to two quarks that end in one *fat jet*, the other to neutrinos;
*background* are ordinary jets (QCD). Tutorial 01 introduces them.

**What is a good selection?** The usual measure is the expected **significance** Z: by how many standard deviations would the
signal stand out of the background's fluctuations? For few signal events on much background, and a background that is known
exactly, it is s/√b. The Lab shows the Asimov significance, which holds for small numbers too and knows how well b is known.""",
    "how": """\
## How this works

The clicks below are done already: choose *Run → Run All Cells* (about a minute), then read on, and go on in the Lab. The line
at the bottom of the Lab is always the cell that your next click would write. The cells below were written by these clicks:

1. **Processes**: the preset *Z versus QCD jets*, then *Generate*, twice.
2. **Observables**: × at `met` (neutrinos would give the answer away); then *Build dataset*.
3. **Cuts**: drag the lower handle of `fatjet0.mass` inwards to about 65 GeV, then the upper one to about 110 GeV. Between
   the handles the whole window can be dragged. With the keyboard: Tab to a handle, arrow keys (one place), Page keys (ten),
   Enter. Exact numbers are typed at the right.
4. *Arrange*: *2-D views*: `fatjet0.mass` × `fatjet0.tau21`, *Add*.
5. Click the histogram of `fatjet0.tau21` (or choose it at the right), press *best upper*, then *use it*.""",
    "zz = hml.generate": """\
## 1. Events and observables

As in tutorial 01: two thousand events of each kind, and three numbers of each event that has a fat jet and two jets.""",
    "selected = hml.select": """\
## 2. By hand

While you drag, nothing is computed in the notebook: what every threshold would leave was counted before you touched it, with
ten million events as with two thousand. The faded part of a histogram is what its own thresholds take away: an *N-1 plot*,
all cuts but this one.

*Look at:* the cutflow, *events* and *relative*. And at the line Z under each histogram: it is the significance if the threshold
stood *there*. Where is its highest place for the mass? The signal's peak is at 91 GeV, but a fat jet loses some particles and
catches others.

**An honest Z is small here.** Compare it with s/√b, which believes in b blindly. There are more than a million QCD events for
each pair of Z bosons, and the ten or twenty simulated ones that are left stand for billions: b is known to a fifth or a quarter
(*error of b in Z*), and a fifth of a billion events hides any signal. A higher luminosity does not help, as you can try; more
simulated events would. Type 100 % as the uncertainty of b: that no simulation can mend, only a better ratio s/b.""",
    "board = hml.board": """\
## 3. Two observables at once

Changing what the board shows is a cell too, so that the notebook keeps what you looked at. In the *2-D view* both thresholds of
both observables are one box. *Look at:* is the mass of background jets related to their `tau21`? If two observables said the
same, the second cut would gain nothing.""",
    "selected_2 = hml.select": """\
## 4. By a scan

*best upper* tries the value of every event that passes the other cuts, and takes the one with the largest Z, of those that leave
at least ten effective background events: with fewer, the estimate of b would be a guess. Its place depends on the events that
happen to be simulated, as its ± says: a threshold that is tuned on few events looks better than it is. That is why a selection
is optimised on one sample and measured on another (the *test* events of tutorial 01).""",
    "end": """\
## Now you

- Put the scan's threshold back by hand, one place at a time with the arrow keys. How flat is the maximum? Would you rather
  take a rounder number?
- Press *best lower* for the mass, *use it*, then *best upper*, and both again. Does it end anywhere? Is it the best window?
- Switch a cut off and on again under *Cuts*, and move it to another place. Which numbers of the cutflow change, which do not?
- `mine = hml.board(dataset)` and then `mine` in a cell of your own gives you a board without a Lab; `mine.cuts`, `mine.cutflow` and
  `mine.histograms` are what it shows, at any moment, and `mine.save_html("board.html")` is a page that your colleagues
  can drag without Python.""",
}


def test_make_tutorial(open_notebook: OpenNotebook) -> None:
    from browser.lab import LabPage
    from browser.tutorials import build, insert, keep

    notebook = open_notebook(NAME, [STUDY])
    for name in ("title", "how"):
        insert(notebook, name, WORDS[name], STUDY)
    notebook.run(2)
    lab = LabPage(notebook)
    build(lab)
    lab.tab("Cuts")
    lab.drag_window("fatjet0.mass", 0.47, 0.71)
    lab.button("Arrange").first.click()
    lab.button("add a 2-D view").click()
    lab.wait_for_text("board = hml.board(")
    lab.ready()
    lab.button("Arrange").first.click()
    best(lab)
    for name in list(WORDS)[2:]:
        insert(notebook, name, WORDS[name], name if name != "end" else None)
    keep(notebook, NAME, STUDY)


def best(lab: LabPage) -> None:
    """Take the best upper threshold of tau21."""
    lab.wait_for_indexes()
    lab.root.get_by_label("exact thresholds on").select_option("fatjet0.tau21")
    lab.root.get_by_role("button", name="upper", exact=True).click()
    lab.root.get_by_role("button", name="use it").click()
    lab.wait_for_text("selected_2 = hml.select(")
    lab.ready()
