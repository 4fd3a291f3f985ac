"""The record beside the study: ``study.record.ipynb`` and ``.py``, complete by themselves.

The notebook is also how a study is opened again: its cells are the journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat

from .calls import IMPORT_CELL
from .canonical import write_text
from .cells import IMPORT_ID, SCHEMA, Entry, cell_id, cell_metadata, python_of, sha256
from .errors import DamagedError, PathError
from .studies import sidecar_paths

__all__ = ["read_sidecar", "write_sidecar"]


def write_sidecar(study: Path, entries: Iterable[Entry], state: Mapping[str, Any]) -> None:
    """Write both files, each atomically; a call that never worked is not part of the record.

    Raises
    ------
    PathError
        They cannot be written.
    """
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    notebook.metadata["language_info"] = {"name": "python"}
    notebook.metadata["hml_jupyter"] = {"schema": SCHEMA, **state}
    first = Entry(IMPORT_ID, "lab", "import", IMPORT_CELL)
    ipynb, script = sidecar_paths(study)
    theirs = _added(ipynb)
    notebook.cells.extend(theirs.pop(None, []))
    for number, entry in enumerate([first, *_kept(entries)]):
        notebook.cells.append(_cell(str(state["study"]), entry, number))
        notebook.cells.extend(theirs.pop(entry.record_id, []))
    notebook.cells.extend(cell for cells in theirs.values() for cell in cells)  # after a step that has been taken back
    try:
        write_text(ipynb, nbformat.writes(notebook) + "\n")
        write_text(script, "\n\n".join(map(_script, notebook.cells)) + "\n")
    except OSError as error:
        msg = f"the record {ipynb.name} cannot be written ({error.strerror or error}); nothing was recorded"
        raise PathError(msg) from error


def read_sidecar(study: Path) -> tuple[list[Entry], dict[str, Any]]:
    """Return the entries of a study's record, and the journal's own state; nothing where there is no record.

    Somebody who was given only the notebook has no record: then the recorded cells of the notebook in the working folder are it.

    Raises
    ------
    DamagedError
        The file is there and is not a record of ours.
    """
    file = sidecar_paths(study)[0]
    if not file.exists():
        return _beside(study)
    try:
        notebook = nbformat.read(file, as_version=4)
        state = dict(notebook.metadata["hml_jupyter"])
        if not isinstance(notebook.cells, list):
            raise TypeError("cells")
        state["next"] = int(state.get("next", 1))
        found = [_entry(cell) for cell in notebook.cells if _ours(cell).get("record_id", IMPORT_ID) != IMPORT_ID]
        entries = [e for i, e in enumerate(found) if e.record_id not in {earlier.record_id for earlier in found[:i]}]
    except (ValueError, KeyError, TypeError, AttributeError, nbformat.ValidationError) as error:
        msg = f"{file.name} is not a record that can be opened ({error}); move it away to begin a new one"
        raise DamagedError(msg) from error
    return entries, state


def _kept(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Give the entries as the record keeps them: a change that failed, and what was to use it, is about to be taken back."""
    gone: set[str | None] = set()
    for entry in entries:
        failed = entry.status == "failed" and not entry.ran
        if failed and entry.earlier:
            yield entry.taken_back()
        elif failed or (not entry.ran and gone & entry.names):
            gone.add(entry.target)
        else:
            yield entry


def _beside(study: Path) -> tuple[list[Entry], dict[str, Any]]:
    """Return the study's recorded cells in the newest notebook that has some."""
    here = Path.cwd().resolve()
    name = study.resolve().relative_to(here).as_posix() if study.resolve().is_relative_to(here) else study.name
    for file in sorted(here.glob("*.ipynb"), key=lambda f: f.stat().st_mtime, reverse=True):
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, nbformat.ValidationError):
            cells = [cell for cell in nbformat.read(file, as_version=4).cells if _ours(cell).get("study") == name]
            found = {e.record_id: e for e in map(_entry, reversed(cells)) if e.record_id != IMPORT_ID}
            if found:
                return [found[record_id] for record_id in sorted(found)], {"next": int(max(found)) + 1}
    return [], {}


def _cell(study: str, entry: Entry, number: int) -> Any:
    outputs = []
    if entry.output:
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
    # the user may have run the record itself: then what was printed stands before the result
    output = next((dict(o["data"]) for o in cell.get("outputs", ()) if o.output_type == "execute_result"), {})
    return Entry(
        record_id=f"{int(ours['record_id']):04d}",
        panel=str(ours["panel"]),
        key=str(ours["key"]),
        source=recorded or cell.source,
        edited=cell.source if recorded and recorded != cell.source else None,
        earlier=tuple(str(t) for t in ours.get("earlier", ())),
        output=output,
        ran=True,
    )


def _script(cell: Any) -> str:
    """Return a cell as a script has it: text as a comment, and a bare target is not shown there."""
    if cell.cell_type != "code":
        return "\n".join(["# %% [markdown]", *(f"# {line}".rstrip() for line in cell.source.splitlines())])
    source = python_of(cell.source)
    head, _, last = source.rpartition("\n")
    return f"# %%\n{head if head and last.isidentifier() else source}"


def _added(file: Path) -> dict[str | None, list[Any]]:
    """Return the cells that somebody has put into the record, by the step before them."""
    found: dict[str | None, list[Any]] = {}
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, nbformat.ValidationError):
        after = None
        for cell in nbformat.read(file, as_version=4).cells:
            ours = _ours(cell).get("record_id")
            if ours is None:
                found.setdefault(after, []).append(cell)
            after = ours or after
    return found
