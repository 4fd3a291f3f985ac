from __future__ import annotations

import math
from typing import Any

import pytest

from hml_jupyter.widgets import models
from hml_jupyter.widgets.models import thinned


def test_few_points_are_all_shown() -> None:
    assert thinned({"loss": [0.7, math.nan, 0.5], "val_loss": [0.8]}) == {
        "at": [1, 2, 3],
        "curves": {"loss": [0.7, None, 0.5], "val_loss": [0.8]},
    }
    assert thinned({}) == {"at": [], "curves": {}}


@pytest.mark.parametrize("epochs", [299, 300, 301, 1000, 100_000])
def test_many_points_are_thinned_and_the_last_stays(epochs: int) -> None:
    found = thinned({"loss": [float(i + 1) for i in range(epochs)]})
    assert found["at"] == found["curves"]["loss"]
    assert found["at"][-1] == epochs
    assert min(epochs, 150) <= len(found["at"]) <= 300


@pytest.mark.parametrize(
    ("probabilities", "agree", "says"),
    [
        (
            (0.413, 0.8),
            True,
            "training and test events cannot be told apart by their scores (Kolmogorov-Smirnov: signal 0.41, background 0.8)",
        ),
        ((0.413, 0.0099), False, "training and test differ (Kolmogorov-Smirnov: signal 0.41, background 0.0099)"),
        ((None, 0.5), True, "(Kolmogorov-Smirnov: background 0.5)"),
        ((None, None), None, "too few events"),
    ],
)
def test_overtraining_in_words(probabilities: Any, agree: bool | None, says: str) -> None:
    found = models._verdict(dict(zip(("signal", "background"), probabilities, strict=True)))
    assert found["agree"] is agree
    assert says in found["text"]
