"""Words around the cells of a recorded notebook, and the notebook without what belongs to one session."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
from browser.jupyter import Notebook
from browser.lab import LabPage
from playwright.sync_api import expect

EXAMPLES = Path(__file__).parents[2] / "examples"
#: Pictures of ten results stand in the longest.
LARGEST = 2_500_000


def generate(lab: LabPage) -> None:
    """Generate the signal and the background of the preset."""
    lab.button("Z versus QCD jets").click()
    for name in ("zz", "qcd"):
        expect(lab.field("Name")).to_have_value(name)
        expect(lab.footer()).to_contain_text(f"{name} = hml.generate(")
        lab.root.get_by_role("button", name="Generate", exact=True).click()
        lab.wait_for_text(f"{name} = hml.generate(")
        lab.ready()


def build(lab: LabPage) -> None:
    """Generate the events of the preset, and build a dataset of its observables but `met`."""
    generate(lab)
    lab.tab("Observables")
    lab.button("remove met").click()
    expect(lab.footer()).not_to_contain_text('"met"')
    lab.button("Build dataset").click()
    lab.wait_for_text("dataset = hml.build_dataset(")
    lab.ready()


def insert(notebook: Notebook, name: str, words: str, before: str | None) -> None:
    """Put words above the first cell that begins like this, or at the end."""
    notebook.evaluate(
        """const model = panel.model.sharedModel;
        const [id, source, before] = argument;
        const found = model.cells.findIndex(c => before !== null && c.getSource().startsWith(before));
        model.insertCell(found < 0 ? model.cells.length : found, {cell_type: 'markdown', id, source});
        const markdown = panel.content.widgets[found < 0 ? model.cells.length - 1 : found];
        markdown.rendered = true;""",
        [re.sub(r"\W+", "-", name).strip("-"), words, before],
    )


def without_view(saved: Path, study: str) -> Any:
    """Return the notebook without what belongs to this one kernel: the view of the Lab, and what is true of a session only."""
    notebook = nbformat.read(saved, as_version=4)
    for cell in notebook.cells:
        cell.metadata.pop("trusted", None)
        if cell.source == study:
            cell.id, cell.outputs, cell.execution_count = "lab", [], None
    python = {"name": "python", "version": "3"}
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    notebook.metadata = nbformat.from_dict({"kernelspec": kernel, "language_info": python})
    nbformat.validate(notebook)
    return notebook


def keep(notebook: Notebook, name: str, study: str) -> None:
    """Save the notebook as a tutorial; `study` is the text of the cell with its Lab."""
    notebook.save()
    text = nbformat.writes(without_view(notebook.file, study)) + "\n"
    assert len(text) < LARGEST, f"the tutorial has {len(text)} bytes"
    for place in (notebook.root, EXAMPLES.parent, Path.home()):
        assert f"{place}/" not in text, f"the tutorial names {place}"
    (EXAMPLES / name).write_text(text)
