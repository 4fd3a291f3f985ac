"""The second tutorial: where events come from. See ``make_tutorial``."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from browser.jupyter import OpenNotebook, Server
    from browser.lab import LabPage

NAME = "02_generators.ipynb"
STUDY = 'import hml_jupyter as hml\n\nlab = hml.Lab("generators")\nlab'
SAVED = Path(__file__).parents[2] / "examples" / "madgraph_z"

#: What stands above the Lab, what below it, and what above the recorded cell that begins with the key.
WORDS = {
    "title": """\
# Where do events come from?

Every study begins with simulated collisions. A **generator** throws dice according to the laws of particle physics: first
the *hard process* (two quarks become a Z boson, the Z becomes two muons), then the *shower* (everything with colour
radiates), then *hadrons* and their decays, and in the end a *detector* that sees some of it, not quite precisely.

Two programs make the hard process for us. **Pythia8** is built in and needs no installation. **MadGraph5_aMC@NLO** knows
many more processes and theories; it has to be installed. Both read the same line, `p p > z`: two protons (`p`) give a Z
boson (`z`). In this notebook you make the same process with one of them, open a saved run of the other beside it, and ask
whether they agree. Then you look for a particle that nobody has ever seen.

**Units.** Energies, momenta and masses are in GeV, cross sections in picobarn (pb). A cross section tells how often a
process happens: 1 pb is one event for each pb⁻¹ of data, and the LHC has collected some 140 000 pb⁻¹ in its second run.""",
    "how": """\
## How this works

Run the next cell (Shift + Enter). The line at the bottom of the Lab is always the cell that your next click would write.
The cells below were written by these clicks, all of them in the panel **Processes**:

1. In *Process* type `p p > z`; while you type, what fits is offered (arrow keys and Enter take it). Press *+ decay* and
   type `z > mu+ mu-`. *Name* `z`, *Events* 2000, then *Generate*.
2. *Generator*: choose *a MadGraph output*. *File or folder*: `madgraph_z`, the saved run that lies beside this notebook.
   *Name* `mg`, then *Open*.
3. *Generator*: *an LHE file*. *File or folder*: `mg`, the run that you have just opened (the name of a file would do as
   well). *Name* `z_mg`, then *Shower*.
4. Press *Table of cross sections*.
5. Press the preset *Z' to muons, coupling scanned*, set *Events* to 300, and press *Generate 3 runs*.
6. *Table of cross sections* again.

*log* beside a run shows what its generator was told and said.""",
    "z = hml.generate": """\
## 1. The built-in generator

Two thousand Z bosons that decay into two muons, with everything around them: shower, other collisions of the same two
protons, hadrons, and a detector with the numbers of CMS. *Look at:* the cross section. A Z boson decays into two muons
in 3.4 % of all cases; how large is the cross section of all Z bosons? (Some 40 000 pb.)""",
    "mg = hml.Run.from_madgraph": """\
## 2. A saved run of MadGraph

Somebody else has run MadGraph5_aMC@NLO 3.5.7 with `generate p p > z, z > mu+ mu-` and 500 events. Such a run is a folder;
opening it copies and changes nothing. It holds the *hard process* only: quarks, the Z, and two muons, with no shower and
no detector. *Look at:* the cross section and its error.""",
    "z_mg = hml.shower": """\
The same shower and detector as above now go on with MadGraph's events. Any file of this kind (LHE, the *Les Houches event
file*) can be showered. The cross section stays that of MadGraph.""",
    "hml.summary([z, mg": """\
## 3. Do they agree?

*Look at:* the first and the second line (a saved run is called by its folder). Divide the difference of the two cross
sections by the error of the first. Up to about two is chance: the errors are statistical and get smaller with more events.
With a hundred thousand events one or two percent are left (1393 ± 3 pb). They come from choices that both programs make:
the precise value of the couplings, the width of the Z, how far from its mass a Z may be. A difference of a few percent
between two programs that calculate in the simplest approximation, the *leading order*, is normal; a factor of two is a
mistake.""",
    "zp_0p25 = hml.generate": """\
## 4. A particle that nobody has seen

Some theories have a second, heavier Z boson, called Z' (`zp`). Here its mass is 1000 GeV (32 is its number in the list of
all particles), and its coupling is given as a multiple of that of the Z: `gzp`. One click on *Generate 3 runs* has written
three cells, one for each coupling.""",
    "hml.summary([z, mg, z_mg, zp": """\
*Look at:* the last three lines. Double the coupling: by how much does the cross section grow? (Four times, within the
errors.) How often a Z' is *made* goes with the square of its coupling. Into what it *decays* does not change: all its decays
grow together, and two muons stay the same share of them.""",
    "end": """\
## Now you

- The LHC has 140 000 pb⁻¹ of data, and at 1000 GeV ordinary processes give fewer than a hundred pairs of muons. How many
  would this Z' have given, for each of the three couplings? Would somebody have noticed?
- Scan the mass instead: *Parameters* empty, *Scan over* `mass 32`, *Values* `500, 1000, 2000`. Why does the cross section
  fall so fast?
- In the panel *Observables*, look at `muon0.pt` of the runs `z` and `z_mg`. Most muons have less than 46 GeV across the
  beams: half the mass of the Z. Why half, and why do some have more?
- If MadGraph is installed on your machine: choose it as *Generator* for the process `p p > z, z > mu+ mu-` and press
  *Generate*. Then press *diagrams* beside the run.""",
}


def submit(lab: LabPage, name: str, button: str, text: str) -> None:
    """Give the run a name, press the button, wait until the run is there."""
    lab.field("Name").fill(name)
    expect(lab.footer()).to_contain_text(text)
    lab.root.get_by_role("button", name=button, exact=True).click()
    lab.wait_for_any(text)
    lab.ready()


def choose(lab: LabPage, generator: str, file: str) -> None:
    lab.root.get_by_label("Generator").select_option(generator)
    lab.field("File or folder").fill(file)
    lab.page.keyboard.press("Escape")


def summarise(lab: LabPage, runs: str) -> None:
    lab.button("Table of cross sections").click()
    lab.wait_for_last(f"hml.summary([{runs}")
    lab.ready()


def test_make_tutorial(open_notebook: OpenNotebook, server: Server) -> None:
    from browser.lab import LabPage
    from browser.tutorials import insert, keep

    shutil.copytree(SAVED, server.root / "madgraph_z", dirs_exist_ok=True)
    notebook = open_notebook(NAME, [STUDY])
    for name in ("title", "how"):
        insert(notebook, name, WORDS[name], STUDY)
    notebook.run(2)
    lab = LabPage(notebook)
    lab.field("Process").fill("p p > z")
    lab.page.keyboard.press("Escape")
    lab.button("+ decay").click()
    lab.field("decay").fill("z > mu+ mu-")
    lab.field("Events").fill("2000")
    submit(lab, "z", "Generate", "z = hml.generate(")
    choose(lab, "folder", "madgraph_z")
    submit(lab, "mg", "Open", "mg = hml.Run.from_madgraph(")
    choose(lab, "lhe", "mg")
    submit(lab, "z_mg", "Shower", "z_mg = hml.shower(")
    summarise(lab, "z, mg, z_mg])")
    lab.button("Z' to muons, coupling scanned").click()
    lab.field("Events").fill("300")
    expect(lab.footer()).to_contain_text("events=300")
    lab.root.get_by_role("button", name="Generate 3 runs", exact=True).click()
    lab.wait_for_any("zp_1 = hml.generate(")
    lab.ready()
    summarise(lab, "z, mg, z_mg, zp_0p25, zp_0p5, zp_1])")
    # the longer beginning first: the shorter one is that of both tables
    for name in reversed(list(WORDS)[2:]):
        insert(notebook, name, WORDS[name], name if name != "end" else None)
    keep(notebook, NAME, STUDY)
