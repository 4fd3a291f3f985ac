from __future__ import annotations

from browser.jupyter import OpenNotebook
from browser.lab import MINUTES, OPEN, LabPage
from playwright.sync_api import expect


def test_try(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook("journey/try.ipynb", [OPEN])
    notebook.run(0)
    lab = LabPage(notebook)
    lab.page.screenshot(path="/tmp/t1/s1.png")
    lab.button("Z versus QCD jets").click()
    lab.field("Events").fill("300")
    lab.page.wait_for_timeout(1000)
    lab.page.screenshot(path="/tmp/t1/s2.png")
    lab.button("Generate").click()
    lab.page.wait_for_timeout(6000)
    lab.page.screenshot(path="/tmp/t1/s3.png")
    lab.page.wait_for_timeout(20000)
    lab.page.screenshot(path="/tmp/t1/s4.png")
    print(lab.texts())
