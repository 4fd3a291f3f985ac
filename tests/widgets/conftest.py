from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

from hml_jupyter import plots
from hml_jupyter.plots import figure
from hml_jupyter.widgets import lab as labs
from tests.widgets.bench import IMPORT, Page, forget, new_shell

#: What every picture is here: tests of plots and the browser see them drawn.
NO_PICTURE = b"\x89PNG"
NewPage = Callable[..., Page]


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """A fresh kernel."""
    made = new_shell()
    made.run_cell(IMPORT)
    monkeypatch.setattr(labs, "shell", lambda: made)
    monkeypatch.setattr(plots, "png", lambda _: NO_PICTURE)
    yield made
    forget()


@pytest.fixture
def pictures(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures as they are drawn."""
    monkeypatch.setattr(plots, "png", figure.png)


@pytest.fixture
def page(with_runs: Path, shell: InteractiveShell) -> Iterator[Page]:
    """A Lab on a study whose runs are on disk already."""
    made = Page(shell, labs.Lab("study"))
    yield made
    made.lab.close()
