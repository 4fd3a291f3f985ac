"""The tutorials, run as a reader runs them: in an empty folder, every cell, compared with what they show."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import nbformat
import psutil
import pytest

from hml_jupyter.replay import Replay, replay

EXAMPLES = Path(__file__).parents[1] / "examples"
TUTORIALS = sorted(path.name for path in EXAMPLES.glob("*.ipynb"))
#: What each tutorial binds, in order; what only shows something binds nothing.
TARGETS = {
    "01_z_vs_qcd.ipynb": ["zz", "qcd", "dataset", "selected", "bdt", "mlp", ""],
    "02_generators.ipynb": ["z", "mg", "z_mg", "", "zp_0p25", "zp_0p5", "zp_1", ""],
    "03_representations.ipynb": ["zz", "qcd", "numbers", "images", "graphs", "jets"],
    "04_cuts.ipynb": ["zz", "qcd", "dataset", "selected", "board", "selected_2"],
    "05_methods.ipynb": [
        *("zz", "qcd", "dataset", "cuts", "bdt", "mlp", "", "", "mlp_scored", "selected"),
        *("cut_net", "cut_net_2", "mlp_2", "mlp_3", ""),
    ],
    "06_preserve.ipynb": [
        *("zz", "qcd", "dataset", "mlp", "mlp_bundle", "theirs_mlp_bundle", "", ""),
        *("mlp_2", "mlp_2_scored", "surrogate", "", "surrogate_bundle"),
    ],
}
GIB = 2**30
#: Pictures of ten results stand in the longest.
LARGEST = 2_500_000


@dataclass
class Peak:
    """Largest sum over the kernel and its workers, in bytes; pages that they share count once."""

    memory: int = 0
    processes: int = 0


def _memory(process: psutil.Process, kind: str) -> int:
    """Return what a process takes; nothing when it has just ended."""
    try:
        return int(getattr(process.memory_full_info() if kind == "pss" else process.memory_info(), kind))
    except psutil.Error:
        return 0


@contextmanager
def watched() -> Iterator[Peak]:
    """Sample all processes that are started from here."""
    own, peak, over = psutil.Process(), Peak(), Event()
    others = {child.pid for child in own.children(recursive=True)}

    def sample() -> None:
        while not over.wait(0.2):
            ours = [child for child in own.children(recursive=True) if child.pid not in others]
            peak.processes = max(peak.processes, len(ours))
            # shared pages in all of them: never less, and a thousandth of the work
            if sum(_memory(child, "rss") for child in ours) > peak.memory:
                peak.memory = max(peak.memory, sum(_memory(child, "pss") for child in ours))

    thread = Thread(target=sample)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()


@pytest.fixture(scope="module", params=TUTORIALS)
def executed(request: pytest.FixtureRequest) -> tuple[Replay, Peak]:
    """One run of a tutorial, which the tests share."""
    with watched() as peak:
        found = replay(EXAMPLES / request.param, timeout=300)
    return found, peak


def test_every_tutorial_is_known() -> None:
    assert list(TARGETS) == TUTORIALS


def test_tutorial_gives_what_it_shows(executed: tuple[Replay, Peak]) -> None:
    found, _ = executed
    assert [step.code.partition(" = ")[0] if " = " in step.code else "" for step in found.steps] == TARGETS[
        found.notebook
    ]
    wrong = [step for step in found.steps if step.verdict not in ("identical", "equal within tolerance")]
    assert not wrong, found.text
    print(found.text)


def test_tutorial_fits_into_binder(executed: tuple[Replay, Peak]) -> None:
    found, peak = executed
    print(f"{found.notebook}: at most {peak.memory / GIB:.2f} GiB in {peak.processes} processes")
    assert peak.processes > 2, "the workers were not seen"
    assert peak.memory < 1.5 * GIB


@pytest.mark.parametrize("name", TUTORIALS)
def test_tutorial_file(name: str) -> None:
    file = EXAMPLES / name
    text = file.read_text()
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    assert len(text) < LARGEST
    assert "widgets" not in notebook.metadata
    assert "widget-view" not in text
    assert notebook.metadata.kernelspec.name == "python3"
    for place in (os.sep + "tmp" + os.sep, str(Path.home()) + os.sep, str(EXAMPLES.parent) + os.sep):
        assert place not in text, f"{name} names {place}"
