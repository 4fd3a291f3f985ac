"""A notebook that is open in a browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

PANEL = "[...jupyterapp.shell.widgets('main')].find(widget => widget.context?.path === path)"


@dataclass(frozen=True)
class Server:
    url: str
    root: Path


@dataclass(frozen=True)
class Notebook:
    """One open notebook; the JavaScript given to its methods sees `panel`, its widget in JupyterLab."""

    page: Page
    path: str

    def evaluate(self, script: str, argument: Any = None) -> Any:
        code = f"async ([path, argument]) => {{ const panel = {PANEL}; {script} }}"
        return self.page.evaluate(code, [self.path, argument])

    def wait(self, condition: str, argument: Any = None) -> None:
        code = f"([path, argument]) => {{ const panel = {PANEL}; return {condition}; }}"
        self.page.wait_for_function(code, arg=[self.path, argument])

    def run(self, index: int) -> None:
        """Run a cell and wait until it has finished."""
        self.evaluate(
            """panel.content.activeCellIndex = argument;
            await jupyterapp.commands.execute('notebook:run-cell');""",
            index,
        )
        self.wait_idle()

    def wait_idle(self) -> None:
        self.wait("panel.sessionContext.session?.kernel?.status === 'idle'")

    def cells(self) -> list[dict[str, Any]]:
        """All cells as nbformat has them."""
        return self.evaluate("return panel.model.sharedModel.toJSON().cells;")  # type: ignore[no-any-return]

    def sources(self) -> list[str]:
        return [str(cell["source"]) for cell in self.cells()]


OpenNotebook = Callable[..., Notebook]
