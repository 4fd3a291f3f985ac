"""A notebook that is open in a browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

#: How often a state is looked at, in milliseconds; at every frame the page would be busy with nothing else.
LOOK = 50
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
    root: Path

    def evaluate(self, script: str, argument: Any = None) -> Any:
        code = f"async ([path, argument]) => {{ const panel = {PANEL}; {script} }}"
        return self.page.evaluate(code, [self.path, argument])

    def wait(self, condition: str, argument: Any = None, *, timeout: float = 30_000) -> None:
        code = f"([path, argument]) => {{ const panel = {PANEL}; return {condition}; }}"
        self.page.wait_for_function(code, arg=[self.path, argument], timeout=timeout, polling=LOOK)

    def run(self, index: int) -> None:
        """Run a cell and wait until it has finished."""
        self.evaluate(
            """panel.content.activeCellIndex = argument;
            await jupyterapp.commands.execute('notebook:run-cell');""",
            index,
        )
        self.wait_idle()

    def start(self, index: int) -> None:
        """Run a cell and do not wait for it."""
        self.evaluate(
            """panel.content.activeCellIndex = argument;
            void jupyterapp.commands.execute('notebook:run-cell');""",
            index,
        )

    def wait_idle(self) -> None:
        self.wait("panel.sessionContext.session?.kernel?.status === 'idle'")

    @property
    def file(self) -> Path:
        """The notebook on disk."""
        return self.root / self.path

    def activate(self) -> None:
        """Bring the notebook to the front."""
        self.evaluate("jupyterapp.shell.activateById(panel.id);")

    def edit(self, cell_id: str, source: str) -> None:
        """Type into a cell, as the user would."""
        self.evaluate(
            "panel.model.sharedModel.cells.find(c => c.id === argument[0]).setSource(argument[1]);", [cell_id, source]
        )

    def delete(self, cell_id: str) -> None:
        self.evaluate(
            """const model = panel.model.sharedModel;
            model.deleteCell(model.cells.findIndex(c => c.id === argument));""",
            cell_id,
        )

    def append(self, source: str) -> None:
        self.evaluate(
            """const model = panel.model.sharedModel;
            model.insertCell(model.cells.length, {cell_type: 'code', source: argument});""",
            source,
        )

    def move_to_top(self, cell_id: str) -> None:
        self.evaluate(
            """const model = panel.model.sharedModel;
            model.moveCell(model.cells.findIndex(c => c.id === argument), 1);""",
            cell_id,
        )

    def save(self) -> None:
        self.evaluate("await panel.context.save();")

    def shutdown(self) -> None:
        """End the kernel."""
        self.evaluate("await panel.sessionContext.shutdown();")

    def reload(self) -> None:
        """Load the page again; the kernel goes on."""
        self.page.reload()
        self.page.wait_for_function("() => window.jupyterapp")
        self.wait("panel?.model && panel.sessionContext.session?.kernel?.status === 'idle'")

    def restart_and_run_all(self) -> None:
        """Restart the kernel and run every cell; wait until the last has run."""
        self.evaluate(
            """await panel.sessionContext.restartKernel();
            await jupyterapp.commands.execute('notebook:run-all-cells');"""
        )
        self.wait_idle()

    def in_kernel(self, expression: str) -> str:
        """Return str() of an expression, evaluated silently in the kernel."""
        return str(
            self.evaluate(
                """const kernel = panel.sessionContext.session.kernel;
                const ask = {code: '', silent: true, store_history: false, user_expressions: {it: `str(${argument})`}};
                const reply = await kernel.requestExecute(ask).done;
                const it = reply.content.user_expressions.it;
                return it.status === 'ok' ? it.data['text/plain'].slice(1, -1) : it.evalue;""",
                expression,
            )
        )

    def cells(self) -> list[dict[str, Any]]:
        """All cells as nbformat has them."""
        return self.evaluate("return panel.model.sharedModel.toJSON().cells;")  # type: ignore[no-any-return]

    def sources(self) -> list[str]:
        return [str(cell["source"]) for cell in self.cells()]


OpenNotebook = Callable[..., Notebook]
