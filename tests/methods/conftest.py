from __future__ import annotations

import pytest
import samples

from hml_jupyter.datasets import Dataset


@pytest.fixture(scope="session")
def data() -> Dataset:
    """A small dataset in memory: 300 signal and 300 background events before the requirement."""
    return samples.dataset(300)


@pytest.fixture(autouse=True)
def _compiled(compiled_once: None) -> None:
    """All networks here are small, alike and trained often."""
