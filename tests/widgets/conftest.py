from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from hml_jupyter import journal
from hml_jupyter.widgets import lab as labs
from hml_jupyter.widgets.kernel import Hooks
from tests.widgets.bench import IMPORT, Page

NewPage = Callable[..., Page]


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """A fresh kernel."""
    made = new_shell()
    made.run_cell(IMPORT)
    monkeypatch.setattr(labs, "shell", lambda: made)
    yield made
    forget()


def new_shell() -> InteractiveShell:
    """Return a kernel without a history file."""
    return InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))


def forget() -> None:
    """End what a kernel holds, as its end would."""
    for held in journal._open.values():
        held.close()
    journal._open.clear()
    Hooks._of.clear()


@pytest.fixture
def page(with_runs: Path, shell: InteractiveShell) -> Iterator[Page]:
    """A Lab on a study whose runs are on disk already."""
    made = Page(shell, labs.Lab("study"))
    yield made
    made.lab.close()
