"""The notebook plugin, spoken to by events from an output as a view would."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from browser.jupyter import Notebook, OpenNotebook

pytestmark = pytest.mark.browser

VIEW = "from IPython.display import HTML\nHTML('<input class=\"view\">')"
ASK = """
const view = argument.from ? document.querySelector(argument.from) : panel.node.querySelector('.view');
return new Promise((resolve, reject) => {
  const [done, fail] = [resolve, error => reject(error)];
  const applied = outcomes => { window.applied = outcomes; };
  const detail = {...argument.question, applied, done, fail};
  const event = new CustomEvent(argument.name, {bubbles: true, composed: true, cancelable: true, detail});
  if (view.dispatchEvent(event)) resolve('nobody took it');
});
"""


def ask(notebook: Notebook, name: str, *, sender: str | None = None, **question: Any) -> Any:
    question = {"study": "study", **question}
    return notebook.evaluate(ASK, {"name": f"hml:{name}", "from": sender, "question": question})


def op(record_id: str, source: str, **rest: Any) -> dict[str, Any]:
    digest = sha256(source.encode()).hexdigest()
    record = {"schema": 1, "study": "study", "record_id": record_id, "panel": "cuts", "key": "cuts", "sha256": digest}
    return {
        "kind": "upsert",
        "record_id": record_id,
        "cell_id": f"cell-{record_id}",
        "source": source,
        "metadata": {"tags": ["hml-recorded"], "hml_jupyter": record},
        "expected_sha256": None,
        "after": [],
        "run": True,
        **rest,
    }


@pytest.fixture
def view(open_notebook: OpenNotebook) -> Callable[..., Notebook]:
    def view(name: str, **options: Any) -> Notebook:
        notebook = open_notebook(name, [VIEW, *[f"'filler {i}'" for i in range(30)]], **options)
        notebook.run(0)
        notebook.wait("panel.node.querySelector('.view')")
        return notebook

    return view


@pytest.mark.parametrize("front_end", ["lab", "notebook"])
def test_cells_are_written_and_run_and_the_user_stays_where_he_is(view, front_end):
    notebook = view(f"{front_end}.ipynb", front_end=front_end)
    where = """panel.node.querySelector('.view').focus();
        return [panel.content.activeCellIndex, panel.content.activeCell.model.id, panel.content.mode,
                document.activeElement.className, panel.content.outerNode.scrollTop];"""
    before = notebook.evaluate(where)
    ops = [op("1", "a = 20"), op("2", "a + 1", after=["1"])]
    answer = ask(notebook, "cells", ops=ops)
    assert answer == {"outcomes": [{"record_id": r, "outcome": "inserted", "ran": "ok"} for r in ("1", "2")]}
    assert notebook.evaluate(where.replace("panel.node.querySelector('.view').focus();", "")) == before
    assert notebook.evaluate("return window.applied;") == [
        {"record_id": r, "outcome": "inserted", "ran": None} for r in ("1", "2")
    ]
    cells = notebook.cells()
    assert [cell["source"] for cell in cells[1:4]] == ["a = 20", "a + 1", "'filler 0'"]
    assert [cell["id"] for cell in cells[1:3]] == ["cell-1", "cell-2"]
    assert cells[2]["outputs"][0]["data"]["text/plain"] == "21"
    notebook.wait("panel.node.querySelectorAll('.hml-recorded').length === 2")


def test_a_failure_ends_the_run(view):
    notebook = view("failure.ipynb")
    ops = [op("1", "1 / 0"), op("2", "b = 2", after=["1"])]
    ran = [outcome["ran"] for outcome in ask(notebook, "cells", ops=ops)["outcomes"]]
    assert ran == ["error", "aborted"]
    assert [cell["execution_count"] for cell in notebook.cells()[1:3]] == [2, None]


def test_an_interrupt_ends_the_run(view):
    notebook = view("interrupt.ipynb")
    loop = "import threading\nprint('started')\nthreading.Event().wait()"
    notebook.evaluate(f"window.run = (async () => {{ {ASK} }})();", {"name": "hml:cells", "question": question(loop)})
    notebook.wait("panel.model.sharedModel.getCell(1).outputs.length")  # a busy kernel may not be listening yet
    assert ask(notebook, "interrupt") is None
    assert notebook.evaluate("return window.run;")["outcomes"][0]["ran"] == "error"
    assert notebook.cells()[1]["outputs"][-1]["ename"] == "KeyboardInterrupt"


def question(source: str) -> dict[str, Any]:
    return {"study": "study", "ops": [op("1", source)]}


def test_only_the_notebook_around_the_view_is_written(view, open_notebook):
    first = view("first.ipynb")
    second = open_notebook("second.ipynb", ["'mine'"])
    ask(first, "cells", ops=[op("1", "a = 1")])
    assert first.sources()[1] == "a = 1"
    assert second.sources() == ["'mine'"]
    host = first.cells()[0]["id"]
    ask(first, "cells", sender="body", host=host, ops=[op("2", "b = 2", after=["1"])])
    assert first.sources()[1:3] == ["a = 1", "b = 2"]
    assert ask(first, "cells", sender="body", ops=[op("3", "c = 3")]) == "nobody took it"


def test_attach_tells_of_edits_and_one_undo_takes_back_one_change(view):
    notebook = view("attach.ipynb")
    attached = notebook.evaluate(
        """const view = panel.node.querySelector('.view');
        window.heard = {cells: [], kernel: []};
        const detail = {study: 'study', onCells: cells => window.heard.cells.push(cells),
                        onKernel: status => window.heard.kernel.push(status), done: answer => window.handle = answer};
        view.dispatchEvent(new CustomEvent('hml:attach', {bubbles: true, composed: true, cancelable: true, detail}));
        return window.heard;"""
    )
    assert attached == {"cells": [[]], "kernel": ["idle"]}
    host = notebook.cells()[0]["id"]
    assert notebook.evaluate("return [window.handle.notebook, window.handle.host];") == ["attach.ipynb", host]
    ask(notebook, "cells", ops=[op("1", "a = 1"), op("2", "b = 2", after=["1"])])
    notebook.wait("window.heard.cells.at(-1).every(cell => cell.execution_count !== null && !cell.edited)")
    assert notebook.evaluate("return [...new Set(window.heard.kernel)];") == ["idle", "busy"]
    notebook.evaluate("panel.model.sharedModel.getCell(1).setSource('a = 10');")
    notebook.wait("window.heard.cells.at(-1)[0].edited")
    answer = ask(notebook, "cells", ops=[op("1", "a = 2"), op("2", "b = 3", run=False)])
    assert [outcome["outcome"] for outcome in answer["outcomes"]] == ["edited", "amended"]
    assert notebook.sources()[1:3] == ["a = 10", "b = 3"]
    notebook.evaluate("panel.model.sharedModel.undo();")
    assert notebook.sources()[1:3] == ["a = 10", "b = 2"]
    notebook.evaluate("window.handle.detach(); panel.model.sharedModel.undo();")
    assert notebook.sources()[1] == "'filler 0'"


def test_reveal_and_save(view, server):
    notebook = view("folder/save.ipynb")
    far = notebook.cells()[-1]["id"]
    ask(notebook, "cells", ops=[op("1", "a = 1", after=[far])])
    ask(notebook, "reveal", record_id="1")
    box = notebook.page.locator(".hml-revealed").bounding_box()
    assert box is not None
    assert 0 < box["y"] < 900
    assert notebook.evaluate("return panel.content.activeCellIndex;") == 0
    assert ask(notebook, "save") == {"path": "folder/save.ipynb"}
    assert '"record_id": "1"' in (server.root / "folder" / "save.ipynb").read_text()
    with pytest.raises(Exception, match="no cell of record 7"):
        ask(notebook, "reveal", record_id="7")
