from __future__ import annotations

import signal
from contextlib import suppress
from typing import Any

import pytest

from hml_jupyter.datasets import Dataset
from hml_jupyter.methods import MLP
from hml_jupyter.methods.backend import keras
from hml_jupyter.methods.interrupts import interrupts
from hml_jupyter.methods.sample import training_sample


def test_an_interrupt_that_was_swallowed_is_raised_at_the_end() -> None:
    before, done = signal.getsignal(signal.SIGINT), []

    def swallowing() -> None:
        with interrupts():
            with suppress(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
            done.append("the rest")

    with pytest.raises(KeyboardInterrupt):
        swallowing()
    assert done == ["the rest"]
    assert signal.getsignal(signal.SIGINT) is before


def test_what_fails_after_an_interrupt_is_the_interrupt() -> None:
    def failing() -> None:
        with interrupts():
            with suppress(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
            raise ValueError

    with pytest.raises(KeyboardInterrupt):
        failing()


def test_an_error_stays_what_it_is() -> None:
    with pytest.raises(ValueError, match="mine"), interrupts():
        raise ValueError("mine")


def test_without_an_interrupt_nothing_is_raised() -> None:
    with interrupts():
        pass


def test_a_fit_that_swallows_an_interrupt_is_interrupted(data: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    learner: Any = MLP(hidden=(2,)).learner(training_sample(data), seed=1, epochs=3)
    learner.advance(0, 1)
    fit = learner._model.fit

    def swallowing(*arguments: Any, **options: Any) -> Any:
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        return fit(*arguments, **options)

    monkeypatch.setattr(learner._model, "fit", swallowing)
    with pytest.raises(KeyboardInterrupt):
        learner.advance(1, 2)


def test_waiting_for_batches_changes_no_number(data: Dataset) -> None:
    sample = training_sample(data)
    first, second = (MLP(hidden=(2,), batch_size=16).learner(sample, seed=1, epochs=1) for _ in range(2))
    second._pace = keras().callbacks.Callback()  # type: ignore[attr-defined]
    assert first.advance(0, 1) == second.advance(0, 1)
