from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from hml_jupyter.methods import checkpoint
from hml_jupyter.methods.checkpoint import Checkpoint

ONE = Checkpoint(1, {"loss": [0.5]}, {"w": np.arange(3.0)})
TWO = Checkpoint(2, {"loss": [0.5, 0.25]}, {"w": np.arange(3.0) + 1})


def test_read_what_was_written(tmp_path: Path) -> None:
    checkpoint.write(tmp_path, TWO)
    found = checkpoint.read(tmp_path)
    assert found is not None
    assert (found.done, found.history) == (2, TWO.history)
    np.testing.assert_array_equal(found.state["w"], TWO.state["w"])


def test_a_kill_while_writing_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint.write(tmp_path, ONE)

    def killed(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        checkpoint.write(tmp_path, TWO)
    found = checkpoint.read(tmp_path)
    assert found is not None
    assert found.done == 1


@pytest.mark.parametrize("keep", [0, 1, 100, -1])
def test_half_a_checkpoint_is_none(tmp_path: Path, keep: int) -> None:
    checkpoint.write(tmp_path, TWO)
    file = tmp_path / checkpoint.FILE
    file.write_bytes(file.read_bytes()[:keep])
    assert checkpoint.read(tmp_path) is None


def test_a_flipped_byte_is_found(tmp_path: Path) -> None:
    checkpoint.write(tmp_path, TWO)
    file = tmp_path / checkpoint.FILE
    data = bytearray(file.read_bytes())
    at = data.index(np.float64(3.0).tobytes())
    data[at + 1] ^= 1
    file.write_bytes(data)
    assert checkpoint.read(tmp_path) is None


def test_other_versions_are_not_taken_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint.write(tmp_path, ONE)
    monkeypatch.setattr(checkpoint, "versions", lambda: {"keras": "0"})
    assert checkpoint.read(tmp_path) is None
