"""A Lab that is shown in an open notebook."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from browser.jupyter import Notebook
from playwright.sync_api import Locator, TimeoutError, expect

OPEN = 'import hml_jupyter as hml\nlab = hml.Lab("study")\nlab'
MINUTES = 60_000
#: What the top line says of where the cells go.
HERE, BESIDE = "recording into this notebook", "recording beside the study"


class LabPage:
    """What a user does with a Lab, by mouse."""

    def __init__(self, notebook: Notebook, root: Locator | None = None, *, way: str = HERE) -> None:
        self.notebook = notebook
        self.page = notebook.page
        self.root = root or self.page.locator(".hml-lab:visible").first
        expect(self.root).to_be_visible(timeout=MINUTES)
        expect(self.root.get_by_text(way).first).to_be_visible(timeout=MINUTES)

    # finding ------------------------------------------------------------------------------------------------------

    def tab(self, name: str) -> None:
        self.root.get_by_role("tab", name=name).click()

    def field(self, name: str) -> Locator:
        return self.root.get_by_label(name, exact=True)

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name)

    def side_button(self, name: str) -> Locator:
        return self.root.locator(".hml-side").get_by_role("button", name=name, exact=True)

    def footer(self) -> Locator:
        return self.root.locator(".hml-footer")

    def slider(self, observable: str, side: str = "above") -> Locator:
        return self.root.locator(".hml-board").first.get_by_role("slider", name=f"{observable}: keep what is {side}")

    # dragging -----------------------------------------------------------------------------------------------------

    def wait_for_indexes(self) -> None:
        """Wait until what every threshold would leave is in the page."""
        expect(self.root.locator(".hml-board[data-ready=true]")).to_be_visible(timeout=MINUTES)

    def grab(self, observable: str, *, side: str = "above") -> None:
        handle = self.slider(observable, side)
        handle.scroll_into_view_if_needed()
        box = handle.bounding_box()
        assert box
        self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.page.mouse.down()

    def move(self, observable: str, share: float, *, side: str = "above", moves: int = 30) -> None:
        """Move the grabbed handle to a share of the axis."""
        area = self.slider(observable, side).locator("xpath=..").bounding_box()
        assert area
        self.page.mouse.move(area["x"] + share * area["width"], area["y"] + area["height"] / 2, steps=moves)

    def release(self) -> None:
        self.page.mouse.up()

    def drag(self, observable: str, share: float, *, side: str = "above") -> None:
        self.grab(observable, side=side)
        self.move(observable, share, side=side)
        self.release()

    def drag_window(self, observable: str, low: float, high: float) -> None:
        """Drag both thresholds of an observable that has none yet."""
        self.wait_for_indexes()
        self.drag(observable, low)
        self.wait_for_text("selected = hml.select(")
        self.ready()
        self.wait_for_indexes()
        self.drag(observable, high, side="below")
        self.wait_for_last(f"{observable} < ")
        self.ready()

    # waiting ------------------------------------------------------------------------------------------------------

    def ready(self) -> None:
        """Wait until nothing runs and nothing waits."""
        expect(self.root.locator("[data-busy=true]")).to_have_count(0, timeout=MINUTES)
        self.notebook.wait_idle()

    def interrupt_until_idle(self) -> None:
        """Press stop; an interrupt that comes in a bad moment is lost, so press again while it runs."""
        stop = self.root.get_by_role("button", name="stop", exact=True)
        expect(stop).to_be_visible()
        for _ in range(20):
            # the button may go before it is pressed again: then it has done its work
            with contextlib.suppress(TimeoutError, AssertionError):
                stop.first.click(timeout=1000)
                expect(stop).to_have_count(0, timeout=3000)
            if not stop.count():
                break
        expect(stop).to_have_count(0)
        self.notebook.wait_idle()

    def wait_for_text(self, begin: str) -> None:
        """Wait until the last recorded cell begins like this and has run."""
        self._wait("last && last.source.startsWith(argument) && last.execution_count !== null", begin)

    def wait_for_last(self, part: str) -> None:
        """Wait until the last recorded cell contains this and has run."""
        self._wait("last && last.source.includes(argument) && last.execution_count !== null", part)

    def wait_for_any(self, begin: str) -> None:
        self._wait("ours.some(c => c.source.startsWith(argument) && c.execution_count !== null)", begin)

    def wait_until_last_is_not(self, text: str) -> None:
        self._wait("last && last.source !== argument && last.execution_count !== null", text)

    def wait_for_count(self, count: int) -> None:
        """Wait until so many steps are recorded (the import is not one)."""
        self._wait("ours.length === argument + 1", count)

    def _wait(self, condition: str, argument: Any) -> None:
        cells = "panel.model.sharedModel.toJSON().cells.filter(c => c.metadata.tags?.includes('hml-recorded'))"
        code = f"(ours => {{ const last = ours.at(-1); return {condition}; }})({cells})"
        self.notebook.wait(code, argument, timeout=MINUTES)

    # reading ------------------------------------------------------------------------------------------------------

    def recorded(self) -> list[dict[str, Any]]:
        cells = self.notebook.cells()
        return [c for c in cells if "hml-recorded" in c["metadata"].get("tags", [])]

    def sources(self) -> list[str]:
        return [str(c["source"]) for c in self.recorded()]

    def texts(self) -> list[str]:
        """First line of each recorded cell."""
        return [s.split("\n")[0] for s in self.sources()]


def card(lab: LabPage, name: str) -> Locator:
    """The histogram of an observable."""
    return lab.root.locator(".hml-board").first.get_by_role("region", name=name, exact=True)


def kept(lab: LabPage, name: str = "selected") -> list[str]:
    """The cuts of a selection in the kernel."""
    found: list[str] = json.loads(lab.notebook.in_kernel(f"__import__('json').dumps(list({name}.cuts))"))
    return found


def spoken(handle: Locator) -> str:
    """What a screen reader says of a handle."""
    return handle.get_attribute("aria-valuetext") or ""


def press(lab: LabPage, *keys: str) -> None:
    for key in keys:
        lab.page.keyboard.press(key)


def focused(lab: LabPage) -> str:
    """The `data-key` of what has the focus, its name or its text."""
    words = "a.dataset.key ?? a.getAttribute('aria-label') ?? a.labels?.[0]?.textContent ?? a.textContent"
    found: str = lab.page.evaluate(f"(a => {words})(document.activeElement)")
    return found.strip()


def tab_to(lab: LabPage, name: str, most: int = 40) -> list[str]:
    """Press Tab until `name` has the focus; return what had it on the way."""
    passed: list[str] = []
    for _ in range(most):
        press(lab, "Tab")
        passed.append(focused(lab))
        if passed[-1] == name:
            return passed
    raise AssertionError(f"{name!r} is not among {passed}")
