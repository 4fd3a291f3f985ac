"""Journals without a page: short calls, and a notebook that is played."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hml_jupyter.calls import Call, Ref
from hml_jupyter.cells import Change
from hml_jupyter.journal import Journal


def select(cut: str, target: str = "selected") -> Call:
    return Call("select", (Ref("dataset"), [cut]), {"path": f"study/data/{target}"}, target)


def train(on: str = "selected", target: str = "bdt") -> Call:
    return Call("train", (Ref(on),), {"path": f"study/models/{target}"}, target)


def done(journal: Journal, changes: list[Change]) -> None:
    """Play the notebook: the cells stand there and have run."""
    for change in changes:
        if change.kind == "upsert":
            journal.started(change.entry.record_id)
            journal.finished(change.entry.record_id, "done", text=change.entry.source)
            journal.placed(change.entry.record_id)


def cells(journal: Journal, *edited: str) -> list[dict[str, Any]]:
    return [{"record_id": e.record_id, "edited": e.record_id in edited} for e in journal.entries]


def texts(journal: Journal) -> list[str]:
    return [e.source.split("\n")[0] for e in journal.entries]


def result(path: str, owner: str | None = None) -> Path:
    folder = Path(path)
    folder.mkdir(parents=True)
    recipe = {"verb": "select", "sha256": "ab" * 32, "inputs": {}}
    record = {"schema": 1, "owner": owner, "recipe": recipe, "files": {"x": "0"}, "fingerprint": "cd" * 32}
    (folder / "result.json").write_text(json.dumps(record))
    return folder
