"""A kernel and a page without a browser: requests go in, operations on cells come out and are carried out."""

from __future__ import annotations

from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from hml_jupyter import journal
from hml_jupyter.cells import sha256
from hml_jupyter.widgets.kernel import Hooks
from hml_jupyter.widgets.lab import Lab
from tests.conftest import RUNS

IMPORT = "import hml_jupyter as hml"


class Page:
    """Plays the front end for one Lab."""

    def __init__(
        self, shell: InteractiveShell, lab: Lab, notebook: str = "n.ipynb", cells: list[dict[str, Any]] | None = None
    ) -> None:
        self.shell, self.lab, self.notebook = shell, lab, notebook
        self.cells: list[dict[str, Any]] = cells or []
        self.sent: list[dict[str, Any]] = []
        self.buffers: list[Any] = []
        lab.send = self._hear  # type: ignore[method-assign]
        self.attached = self.ask("lab", "attached", way="A", notebook=notebook, host="h", cells=self.states())

    def _hear(self, content: dict[str, Any], buffers: Any = None) -> None:
        self.sent.append(content)
        if buffers:
            self.buffers = list(buffers)

    def ask(self, panel: str, action: str, /, **values: Any) -> Any:
        """Send a request and return its reply's value; an error reply raises."""
        self.lab._hear(None, {"type": "request", "id": 1, "panel": panel, "action": action, "values": values}, [])
        reply = next(m for m in reversed(self.sent) if m["type"] == "reply")
        if not reply["ok"]:
            raise Refused(reply["error"], reply["field"])
        return reply["value"]

    def commit(self, panel: str, action: str, /, **values: Any) -> list[str]:
        """Commit an action, apply what comes back, run it; return the texts that ran."""
        ops = self.ask("lab", "commit", panel=panel, action=action, values=values, **self.seen())["ops"]
        return self.apply(ops)

    def apply(self, ops: list[dict[str, Any]]) -> list[str]:
        ran: list[str] = []
        while ops:
            outcomes = []
            for op in ops:
                outcome = self._place(op)
                ok = None
                if op["run"] and outcome != "edited":
                    ok = self.run(op["cell_id"])
                    ran.append(op["source"])
                outcomes.append({"record_id": op["record_id"], "outcome": outcome, "ran": ok})
            again = self.ask("lab", "applied", outcomes=outcomes, notebook=self.notebook).get("ops", [])
            ops = again + self.ask("lab", "ran", outcomes=outcomes, notebook=self.notebook).get("ops", [])
        self.ask("lab", "cells", **self.seen())
        return ran

    def run(self, cell_id: str) -> str:
        """Run a cell as the front end does."""
        cell = next(c for c in self.cells if c["id"] == cell_id)
        done = self.shell.run_cell(cell["source"], cell_id=cell_id, store_history=True)
        return "ok" if done.success else "error"

    def _place(self, op: dict[str, Any]) -> str:
        ids = [c["id"] for c in self.cells]
        if op["cell_id"] in ids:
            cell = self.cells[ids.index(op["cell_id"])]
            if sha256(cell["source"]) not in (op["expected_sha256"], cell["sha256"]):
                return "edited"
            if op["kind"] == "remove":
                self.cells.remove(cell)
                return "removed"
            cell |= {"source": op["source"], "sha256": op["metadata"]["hml_jupyter"]["sha256"]}
            return "amended"
        if op["kind"] == "remove":
            return "missing"
        after = [ids.index(i) for i in op["after"] if i in ids]
        ours = op["metadata"]["hml_jupyter"]
        new = {"id": op["cell_id"], "source": op["source"], **ours}
        self.cells.insert(max(after, default=-1) + 1, new)
        return "inserted"

    def states(self) -> list[dict[str, Any]]:
        told = ("record_id", "source", "panel", "key")
        return [{k: c[k] for k in told} | {"edited": sha256(c["source"]) != c["sha256"]} for c in self.cells]

    def seen(self) -> dict[str, Any]:
        return {"cells": self.states(), "notebook": self.notebook}

    @property
    def sources(self) -> list[str]:
        return [c["source"].split("\n")[0] for c in self.cells]


class Refused(Exception):
    """An error reply."""

    def __init__(self, error: str, field: str | None) -> None:
        super().__init__(error)
        self.field = field


def form(name: str, /, **changes: Any) -> dict[str, Any]:
    """What is typed into the Processes form for a shared run."""
    run = RUNS[name]
    settings = [[key, str(value)] for key, value in run["settings"].items()]  # type: ignore[attr-defined]
    typed = {
        "process": run["process"],
        "decays": run.get("decays", []),
        "settings": settings,
        "name": name,
        "ecm": "13 000",
    }
    return {**typed, "events": str(run["events"]), "seed": str(run["seed"]), "detector": "cms", **changes}


def build(**changes: Any) -> dict[str, Any]:
    observables = ["fatjet0.mass", "fatjet0.tau21", "jet0,jet1.delta_r", "met"]
    typed = {
        "sources": ["zz", "qcd"],
        "signal": ["zz"],
        "observables": observables,
        "seed": "1",
        "split": "0.6, 0.2, 0.2",
    }
    return {**typed, "require": "fatjet.size > 0 and jet.size > 1", "name": "dataset", **changes}


def study_of(page: Page) -> None:
    """Generate both runs and build the dataset."""
    page.commit("processes", "generate", **form("zz"))
    page.commit("processes", "generate", **form("qcd"))
    page.commit("observables", "build", **build())


def cuts_on(page: Page) -> list[str]:
    """Return the cuts that the Cuts panel shows as switched on."""
    return [each["text"] for each in page.lab.cuts["cuts"] if each["on"]]


def new_shell() -> InteractiveShell:
    """Return a kernel without a history file."""
    return InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))


def forget() -> None:
    """End what a kernel holds, as its end would."""
    for held in journal._open.values():
        held.close()
    journal._open.clear()
    Hooks._of.clear()
