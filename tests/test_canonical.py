from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hml_jupyter.canonical import canonical, digest, fingerprint, write_text
from hml_jupyter.errors import RecordError

CODE = """
import numpy as np
from hml_jupyter import MLP, Process
from hml_jupyter.canonical import digest, fingerprint
print(digest({"p": Process("p p > z z"), "m": MLP(), "set": ("b", "a"), "x": float("nan")}))
print(fingerprint({"b": np.arange(3), "a": np.array(["x", "é"])}, {"unit": "GeV"}))
"""


def test_same_in_every_process() -> None:
    texts = {
        subprocess.run(
            [sys.executable, "-c", CODE], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."}, cwd=Path(__file__).parents[1]
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(texts) == 1
    assert len(texts.pop().split()) == 2


def test_order_of_keys_does_not_matter_and_kind_does() -> None:
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest([1]) != digest([1.5])
    assert canonical(np.float64(1.5)) == 1.5


def test_what_has_no_canonical_text() -> None:
    with pytest.raises(RecordError, match="no canonical text"):
        canonical({1, 2})
    with pytest.raises(RecordError, match="Python objects"):
        fingerprint({"x": np.array([object()])}, {})


def test_write_that_is_cut_short_leaves_the_old_text(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = Path("x.txt")
    write_text(file, "old")
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError))
    with pytest.raises(OSError):
        write_text(file, "new")
    assert file.read_text() == "old"
