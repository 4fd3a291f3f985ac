from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from preserve import models

import hml_jupyter as hml
from hml_jupyter.datasets import Dataset
from hml_jupyter.methods import Training
from hml_jupyter.preserve import Preserved


@pytest.fixture(scope="session")
def columns() -> Dataset:
    return models.dataset()


@pytest.fixture(scope="session")
def trained(columns: Dataset, compiled_once: None):  # type: ignore[no-untyped-def]
    """A training of a kind, made once."""
    return cache(lambda kind: models.trained(kind, columns))


@pytest.fixture(scope="session")
def bundles(trained: Callable[[str], Training], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Preserved]:
    place = tmp_path_factory.mktemp("bundles")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        about = {
            "description": "Tells signal from background.",
            "licence": "CC-BY-4.0",
            "citation": "none",
            "authors": ["A. Student"],
        }
        levels = {f"column.{name}": "reco" for name in "xyz"}
        return {
            kind: hml.preserve(trained(kind), path=f"preserved/{kind.replace(' ', '_')}", levels=levels, **about)
            for kind in models.KINDS
        }
