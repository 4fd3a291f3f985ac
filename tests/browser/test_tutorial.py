"""A reader opens the tutorial, runs its Lab, and goes on in it."""

from __future__ import annotations

import shutil
from pathlib import Path

from browser.jupyter import OpenNotebook, Server
from browser.lab import LabPage
from playwright.sync_api import expect

EXAMPLES = Path(__file__).parents[2] / "examples"
NAME = "01_z_vs_qcd.ipynb"


def test_the_tutorial_opens_its_study(open_notebook: OpenNotebook, server: Server) -> None:
    notebook = open_notebook("reader/empty.ipynb", [])
    shutil.copyfile(EXAMPLES / NAME, server.root / "reader" / NAME)
    notebook.page.evaluate(
        "async path => { await jupyterapp.commands.execute('docmanager:open', {path}); }", f"reader/{NAME}"
    )
    tutorial = type(notebook)(notebook.page, f"reader/{NAME}", server.root)
    tutorial.wait("panel?.model && panel.sessionContext.session?.kernel?.status === 'idle'")
    before = tutorial.sources()
    tutorial.run(2)
    lab = LabPage(tutorial)
    expect(lab.root.get_by_role("tab", name="Record")).to_contain_text("7 cells")
    assert tutorial.sources() == before

    lab.button("Z versus QCD jets").click()
    expect(lab.field("Name")).to_have_value("zz_2")
    lab.field("Events").fill("250")
    expect(lab.footer()).to_contain_text("events=250")
    lab.button("Generate").click()
    lab.wait_for_text("zz_2 = hml.generate(")
    lab.ready()
    assert [s for s in tutorial.sources() if not s.startswith("zz_2")] == before
