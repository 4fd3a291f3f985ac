from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

from hml_jupyter.ipynb import code_cell, notebook_text, read_notebook

METADATA = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
FILE = Path("a.ipynb")
PLOT = {
    "text/plain": "a\nplot ≥ 1",
    "image/png": "iVBORw0KGgo=\n",
    "image/svg+xml": "<svg>\n</svg>",
    "application/vnd.hml.record+json": {"lines": ["a", "b"], "value": None},
}


def cells() -> list[dict[str, Any]]:
    noisy = code_cell("print(1)\n1", "noisy", {"trusted": True, "tags": ["x"]}, PLOT, 3)
    noisy["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": "1\n2\n"},
        *noisy["outputs"],
        {"output_type": "error", "ename": "E", "evalue": "", "traceback": ["a\nb"]},
    ]
    return [
        code_cell("", "empty", {}, {}, 1),
        code_cell("a = 1\na\n", "shown", {"tags": ["hml-recorded"]}, PLOT, 2),
        noisy,
        {"cell_type": "markdown", "id": "words", "metadata": {}, "source": "# ΔR\r\nwhy"},
    ]


def test_notebook_text_is_what_jupyter_writes() -> None:
    notebook = nbformat.from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": METADATA, "cells": cells()})
    nbformat.validate(notebook)
    assert notebook_text(cells(), METADATA) == nbformat.writes(notebook) + "\n"


def test_read_notebook_gives_what_jupyter_reads(study: Path) -> None:
    FILE.write_text(notebook_text(cells(), METADATA), newline="")
    assert read_notebook(FILE) == nbformat.read(FILE, as_version=4)
    before = FILE.read_text()
    found = read_notebook(FILE)
    assert notebook_text(found["cells"], found["metadata"]) == before


def test_cell_of_an_older_notebook_gets_an_id(study: Path) -> None:
    old = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("same") for _ in range(2)])
    old.nbformat_minor = 4
    for cell in old.cells:
        del cell["id"]
    FILE.write_text(json.dumps(old))
    text = notebook_text(read_notebook(FILE)["cells"], METADATA)
    nbformat.validate(json.loads(text))
    first, second = (cell["id"] for cell in json.loads(text)["cells"])
    assert first != second


def test_notebook_of_format_3_is_brought_up(study: Path) -> None:
    worksheet = nbformat.v3.new_worksheet(cells=[nbformat.v3.new_code_cell("1 + 1")])
    FILE.write_text(nbformat.v3.writes_json(nbformat.v3.new_notebook(worksheets=[worksheet])))
    (cell,) = read_notebook(FILE)["cells"]
    assert (cell["cell_type"], cell["source"]) == ("code", "1 + 1")


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "{}", '{"nbformat": 4}', '{"nbformat": 4, "cells": {}}',
                                  '{"nbformat": 4, "cells": [1]}', '{"nbformat": 4, "cells": [{}]}'])  # fmt: skip
def test_what_is_no_notebook_is_refused(study: Path, text: str) -> None:
    FILE.write_text(text)
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        read_notebook(FILE)
