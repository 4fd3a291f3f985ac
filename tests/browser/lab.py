"""A Lab that is shown in an open notebook."""

from __future__ import annotations

from typing import Any

from browser.jupyter import Notebook
from playwright.sync_api import Locator, expect

OPEN = 'import hml_jupyter as hml\nlab = hml.Lab("study")\nlab'
MINUTES = 60_000


class LabPage:
    """What a user does with a Lab, by mouse."""

    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook
        self.page = notebook.page
        self.root = self.page.locator(".hml-lab").last
        expect(self.root).to_be_visible(timeout=MINUTES)
        expect(self.root.get_by_text("recording into this notebook")).to_be_visible(timeout=MINUTES)

    def tab(self, name: str) -> None:
        self.root.get_by_role("tab", name=name).click()

    def field(self, name: str) -> Locator:
        return self.root.get_by_label(name, exact=True)

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name)

    def ready(self) -> None:
        """Wait until nothing runs and nothing waits."""
        self.notebook.wait_idle()
        expect(self.root.locator(".hml-running")).to_have_count(0, timeout=2 * MINUTES)

    def slider(self, observable: str, side: str = "above") -> Locator:
        return self.root.get_by_role("slider", name=f"{observable} {side}")

    def drag(self, observable: str, share: float, *, side: str = "above", moves: int = 30) -> None:
        """Drag a threshold to a share of the axis."""
        handle = self.slider(observable, side)
        handle.scroll_into_view_if_needed()
        box, area = handle.bounding_box(), handle.locator("xpath=..").bounding_box()
        assert box
        assert area
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(area["x"] + share * area["width"], y, steps=moves)
        self.page.mouse.up()

    def recorded(self) -> list[dict[str, Any]]:
        cells = self.notebook.cells()
        return [c for c in cells if "hml-recorded" in c["metadata"].get("tags", [])]

    def texts(self) -> list[str]:
        return [str(c["source"]).split("\n")[0] for c in self.recorded()]
