"""Notebooks as files: JSON of format 4, without what a validator takes to import before a Lab can open."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .cells import sha256

__all__ = ["code_cell", "notebook_text", "read_notebook"]

FORMAT = {"nbformat": 4, "nbformat_minor": 5}
#: What is not text and yet written in lines.
IN_LINES = ("application/javascript", "image/svg+xml")


def code_cell(source: str, cell_id: str, metadata: Mapping[str, Any], output: Mapping[str, Any], number: int) -> Any:
    """Return a code cell; with an output it is the cell that was run as the one with this number."""
    result = {"output_type": "execute_result", "data": dict(output), "metadata": {}, "execution_count": number}
    return {
        "cell_type": "code",
        "id": cell_id,
        "metadata": dict(metadata),
        "source": source,
        "outputs": [result] if output else [],
        "execution_count": number if output else None,
    }


def notebook_text(cells: Sequence[Mapping[str, Any]], metadata: Mapping[str, Any]) -> str:
    """Return the text of a notebook's file, as Jupyter writes it."""
    notebook = {**FORMAT, "metadata": metadata, "cells": [_split(cell, place) for place, cell in enumerate(cells)]}
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def read_notebook(file: Path) -> dict[str, Any]:
    """Return a notebook with the text of each cell, and of each result, in one piece.

    Raises
    ------
    OSError
        It cannot be read.
    ValueError, KeyError, TypeError, AttributeError
        It is no notebook.
    """
    notebook: dict[str, Any] = json.loads(file.read_text())
    if notebook["nbformat"] != FORMAT["nbformat"]:
        import nbformat

        try:
            notebook = nbformat.read(file, as_version=4)
        except nbformat.ValidationError as error:
            raise ValueError(str(error)) from error
    if not isinstance(notebook["cells"], list):
        raise TypeError("cells")
    return {**notebook, "cells": [_joined(cell) for cell in notebook["cells"]]}


def _joined(cell: Mapping[str, Any]) -> dict[str, Any]:
    found = {**cell, "source": "".join(cell["source"])}
    if "outputs" in cell:
        found["outputs"] = [_joined_output(output) for output in cell["outputs"]]
    return found


def _joined_output(output: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(output)
    if "data" in output:
        found["data"] = {m: v if m.endswith("json") else _one(v) for m, v in output["data"].items()}
    if "text" in output:
        found["text"] = _one(output["text"])
    return found


def _split(cell: Mapping[str, Any], place: int) -> dict[str, Any]:
    """Return a cell as it is in a file; one of an older notebook gets an id."""
    source = cell["source"]
    metadata = {key: value for key, value in cell["metadata"].items() if key != "trusted"}
    found = {"id": sha256(f"{place} {source}")[:8], **cell, "metadata": metadata, "source": source.splitlines(True)}
    if "outputs" in cell:
        found["outputs"] = [_split_output(output) for output in cell["outputs"]]
    return found


def _split_output(output: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(output)
    if "data" in output:
        found["data"] = {
            m: v.splitlines(True) if isinstance(v, str) and (m.startswith("text/") or m in IN_LINES) else v
            for m, v in output["data"].items()
        }
    if isinstance(output.get("text"), str):
        found["text"] = output["text"].splitlines(True)
    return found


def _one(value: Any) -> Any:
    return "".join(value) if isinstance(value, list) and all(isinstance(line, str) for line in value) else value
