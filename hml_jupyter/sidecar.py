"""The record beside the study: ``study.record.ipynb`` and ``.py``, complete by themselves.

The notebook is also how a study is opened again: its cells are the journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import nbformat

from .calls import IMPORT_CELL
from .canonical import write_text
from .cells import IMPORT_ID, SCHEMA, Entry, cell_id, cell_metadata, sha256
from .errors import DamagedError

__all__ = ["read_sidecar", "sidecar_paths", "write_sidecar"]


def sidecar_paths(study: Path) -> tuple[Path, Path]:
    """Return the places of the notebook and of the script beside a study."""
    return study.with_name(f"{study.name}.record.ipynb"), study.with_name(f"{study.name}.record.py")


def write_sidecar(study: Path, entries: Iterable[Entry], state: Mapping[str, Any]) -> None:
    """Write both files, each atomically; a failed call is not part of the record."""
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    notebook.metadata["language_info"] = {"name": "python"}
    notebook.metadata["hml_jupyter"] = {"schema": SCHEMA, **state}
    first = Entry(IMPORT_ID, "lab", "import", IMPORT_CELL)
    for number, entry in enumerate([first, *(e for e in entries if e.status != "failed")]):
        notebook.cells.append(_cell(str(state["study"]), entry, number))
    ipynb, script = sidecar_paths(study)
    write_text(ipynb, nbformat.writes(notebook) + "\n")
    write_text(script, "\n\n".join(f"# %%\n{_script(cell.source)}" for cell in notebook.cells) + "\n")


def read_sidecar(study: Path) -> tuple[list[Entry], dict[str, Any]]:
    """Return the entries of a study's record, and the journal's own state; nothing where there is no record.

    Raises
    ------
    DamagedError
        The file is there and is not a record of ours.
    """
    file = sidecar_paths(study)[0]
    if not file.exists():
        return [], {}
    try:
        notebook = nbformat.read(file, as_version=4)
        state = dict(notebook.metadata["hml_jupyter"])
        entries = [_entry(cell) for cell in notebook.cells if _ours(cell).get("record_id", IMPORT_ID) != IMPORT_ID]
    except (ValueError, KeyError, TypeError, AttributeError, nbformat.ValidationError) as error:
        msg = f"{file.name} is not a record that can be opened ({error}); move it away to begin a new one"
        raise DamagedError(msg) from error
    return entries, state


def _cell(study: str, entry: Entry, number: int) -> Any:
    outputs = []
    if entry.output and entry.status in ("done", "not run"):
        outputs = [nbformat.v4.new_output("execute_result", dict(entry.output), execution_count=number + 1)]
    metadata = cell_metadata(study, entry)
    if entry.earlier:
        metadata["hml_jupyter"]["earlier"] = list(entry.earlier)
    if entry.edited:
        metadata["hml_jupyter"]["recorded"] = entry.source
    return nbformat.v4.new_code_cell(
        entry.text,
        id=cell_id(study, entry.record_id),
        metadata=metadata,
        outputs=outputs,
        execution_count=number + 1 if outputs else None,
    )


def _ours(cell: Any) -> dict[str, Any]:
    return dict(cell.metadata.get("hml_jupyter") or {})


def _entry(cell: Any) -> Entry:
    ours = _ours(cell)
    recorded = ours.get("recorded")
    if recorded is None and sha256(cell.source) != ours["sha256"]:
        recorded = cell.source
    output = dict(cell.outputs[0]["data"]) if cell.outputs else {}
    return Entry(
        record_id=str(ours["record_id"]),
        panel=str(ours["panel"]),
        key=str(ours["key"]),
        source=recorded or cell.source,
        edited=cell.source if recorded and recorded != cell.source else None,
        earlier=tuple(str(t) for t in ours.get("earlier", ())),
        output=output,
    )


def _script(source: str) -> str:
    """Return a cell's text as a script runs it: the bare target is not shown there."""
    head, _, last = source.rpartition("\n")
    return head if head and last.isidentifier() else source
