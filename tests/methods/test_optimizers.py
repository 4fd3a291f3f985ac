from __future__ import annotations

import numpy as np
import pytest

from hml_jupyter.methods.backend import keras
from hml_jupyter.methods.optimizers import OPTIMIZERS, optimizer


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_takes_a_step(name: str) -> None:
    variable = keras().Variable(np.ones(2, np.float32))
    optimizer(name, 0.1, "none", 10).apply([np.ones(2, np.float32)], [variable])
    assert (np.asarray(variable.value) < 1).all()


@pytest.mark.parametrize(
    ("decay", "middle", "last"), [("cosine", 0.1, 0.0), ("linear", 0.1, 0.0), ("exponential", 0.02, 0.002)]
)
def test_the_learning_rate_falls_over_the_schedule(decay: str, middle: float, last: float) -> None:
    made = optimizer("sgd", 0.2, decay, 100)
    rates = []
    for step in (0, 50, 100):
        made.iterations.assign(step)
        rates.append(float(made.learning_rate))
    assert rates == pytest.approx([0.2, middle, last], abs=1e-6)
