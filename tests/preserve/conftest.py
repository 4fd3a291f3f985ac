from __future__ import annotations

from functools import cache

import pytest
from preserve import models

from hml_jupyter.datasets import Dataset


@pytest.fixture(scope="session")
def columns() -> Dataset:
    return models.dataset()


@pytest.fixture(scope="session")
def trained(columns: Dataset, compiled_once: None):  # type: ignore[no-untyped-def]
    """A training of a kind, made once."""
    return cache(lambda kind: models.trained(kind, columns))
