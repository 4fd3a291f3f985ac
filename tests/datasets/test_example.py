from __future__ import annotations

import numpy as np
import pytest

from hml_jupyter.datasets import example
from hml_jupyter.errors import ArgumentError


def test_example() -> None:
    dataset = example()
    assert dataset.X[:, 0].tolist() == [*range(70, 120, 5), *range(20, 120, 10)]
    assert (dataset.classes, dataset.signal) == (("zz", "qcd"), ("zz",))
    for kind in (dataset.is_signal, ~dataset.is_signal):
        assert np.bincount(dataset.split[kind]).tolist() == [6, 2, 2]


def test_example_of_more_events_can_be_trained_on() -> None:
    dataset = example(90)
    assert [int(dataset.part(name).sum()) for name in ("train", "validation", "test")] == [108, 36, 36]


@pytest.mark.parametrize("events", [0, 3, 2.5, "ten"])
def test_example_of_too_few_events(events: object) -> None:
    with pytest.raises(ArgumentError):
        example(events)  # type: ignore[arg-type]
