"""The state of an unfinished training, in one file that is whole or not there."""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..environment import versions
from ..provenance import partial_folder

__all__ = ["FILE", "Checkpoint", "finished_epochs", "read", "write"]

#: Where it is in the folder of a training, as long as that is unfinished.
FILE = "checkpoint.npz"
HALF = ".checkpoint.half"


@dataclass(frozen=True)
class Checkpoint:
    """A training after its last finished epoch."""

    done: int
    """Finished epochs (or trees)."""
    history: dict[str, list[float]]
    """Metrics of each of them."""
    state: Mapping[str, npt.NDArray[Any]]
    """What the learner needs to go on."""


def write(folder: Path, checkpoint: Checkpoint) -> None:
    """Replace the checkpoint in `folder`; a kill leaves the old one or the new one."""
    meta = json.dumps({"done": checkpoint.done, "history": checkpoint.history, "versions": versions()})
    with (folder / HALF).open("wb") as stream:
        arrays: dict[str, Any] = {f"state-{k}": v for k, v in checkpoint.state.items()}
        np.savez(stream, meta=np.frombuffer(meta.encode(), np.uint8), **arrays)
        stream.flush()
        os.fsync(stream.fileno())
    (folder / HALF).replace(folder / FILE)


def read(folder: Path) -> Checkpoint | None:
    """Return the checkpoint in `folder`; None if there is none, if it is damaged or of other versions."""
    try:
        with np.load(BytesIO((folder / FILE).read_bytes()), allow_pickle=False) as saved:
            meta = json.loads(saved["meta"].tobytes())
            if meta["versions"] != versions():
                return None
            state = {k.removeprefix("state-"): saved[k] for k in saved.files if k.startswith("state-")}
            return Checkpoint(int(meta["done"]), meta["history"], state)
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error):
        return None


def finished_epochs(path: str | os.PathLike[str]) -> int:
    """Return how many epochs (or trees) the interrupted training at `path` has finished; 0 if there is none.

    Examples
    --------
    >>> finished_epochs("study/models/never_trained")
    0
    """
    folder = partial_folder(path)
    found = read(folder) if folder else None
    return found.done if found else 0
