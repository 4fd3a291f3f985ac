from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from hml_jupyter import progress
from hml_jupyter.datasets import Dataset
from hml_jupyter.errors import ArgumentError
from hml_jupyter.methods import MLP, BoostedDecisionTree, Training, train
from hml_jupyter.methods.epoch_metrics import CURVES, epoch_metrics
from hml_jupyter.methods.keras_learning import KerasLearner
from hml_jupyter.methods.method import Method
from hml_jupyter.methods.sample import Sample, part, training_sample

#: Learns so fast that the validation loss soon rises.
NET = MLP(hidden=(16,), batch_size=16, learning_rate=0.05, dropout=0.1, decay="cosine", patience=2)
BDT = BoostedDecisionTree(n_estimators=60, learning_rate=0.5, min_samples_leaf=5, patience=3)
BOTH = [pytest.param(NET, {"epochs": 30}, id="network"), pytest.param(BDT, {}, id="trees")]
PATH = "study/models/one"


@pytest.fixture(scope="module")
def sample(data: Dataset) -> Sample:
    return training_sample(data)


@contextmanager
def stopping(at: int) -> Iterator[None]:
    """Interrupt after so many epochs (or the first report beyond)."""

    def hear(report: progress.Report) -> None:
        if "curves" in report.data and report.data["done"] >= at:
            raise KeyboardInterrupt

    with progress.listening(hear):
        yield


@pytest.mark.parametrize(("method", "options"), BOTH)
def test_patience_ends_and_keeps_the_best(data: Dataset, method: Any, options: dict[str, Any]) -> None:
    made = train(method, data, seed=1, **options)
    losses = made.history["val_loss"]
    assert made.epochs == len(losses) < method.schedule(options.get("epochs"))
    assert made.config["kept"] == int(np.argmin(losses)) + 1 == made.epochs - method.patience
    sample = training_sample(data)
    assert sample.validation is not None
    score, y, weights = made.score(sample.validation.X), sample.validation.y, sample.validation.weights
    loss = np.average(-np.log(np.where(y == 1, score, 1 - score)), weights=weights)
    assert loss == pytest.approx(min(losses), rel=1e-4)


@pytest.mark.parametrize(("method", "options"), BOTH)
def test_patience_survives_an_interrupt(study: Any, data: Dataset, method: Method, options: dict[str, Any]) -> None:
    alone = train(method, data, seed=1, **options)
    for at in (alone.config["kept"] + 1, alone.epochs):
        with stopping(at), pytest.raises(KeyboardInterrupt):
            train(method, data, seed=1, path=f"{PATH}_{at}", **options)
        assert train(method, data, seed=1, path=f"{PATH}_{at}", **options).fingerprint == alone.fingerprint
        assert Training.load(f"{PATH}_{at}").epochs == alone.epochs


@pytest.mark.parametrize(("method", "options"), BOTH)
def test_stop_after_is_a_part_of_the_same_training(data: Dataset, method: Method, options: dict[str, Any]) -> None:
    whole = train(method, data, seed=1, **options)
    part = train(method, data, seed=1, stop_after=whole.config["kept"], **options)
    assert part.history == {name: values[: part.epochs] for name, values in whole.history.items()}
    assert part.config["kept"] == whole.config["kept"]
    np.testing.assert_array_equal(part.score(data), whole.score(data))


@pytest.mark.parametrize("method", [NET, BDT])
def test_patience_needs_validation_events(sample: Sample, method: Method) -> None:
    with pytest.raises(ArgumentError, match="watches the validation events, and there are none: split="):
        method.learner(Sample(sample.train, None), seed=1)


class Annealed(KerasLearner):
    """Sets a rate before each epoch and records a weight after it."""

    def before(self, epoch: int) -> None:
        self._model.optimizer.learning_rate = 0.1 * (1 - epoch / self.epochs)

    def after(self, epoch: int) -> dict[str, float]:
        return {"epoch": float(epoch), "bias": float(np.asarray(self._model.variables[-1].value)[0])}


def test_before_and_after_an_epoch(sample: Sample) -> None:
    method = MLP(hidden=(2,), batch_size=64)
    learner = Annealed(method, method.build(sample, 1), sample, seed=1, epochs=4)
    curves = learner.advance(0, 2)
    assert curves["epoch"] == [0.0, 1.0]
    assert len(set(curves["bias"])) == 2
    assert float(learner.model().optimizer.learning_rate) == pytest.approx(0.075)


def test_a_decay_is_over_the_whole_schedule(data: Dataset) -> None:
    method = MLP(hidden=(2,), batch_size=64, decay="linear")
    whole = train(method, data, seed=1, epochs=4)
    part = train(method, data, seed=1, epochs=4, stop_after=2)
    assert part.history["loss"] == whole.history["loss"][:2]
    assert part.history["loss"] != train(method, data, seed=1, epochs=2).history["loss"]


def test_the_curves_of_validation_events_are_exact(data: Dataset) -> None:
    made, follow = train(MLP(hidden=(4,), luminosity=10.0), data, seed=1, epochs=2), part(data, "validation")
    wanted = epoch_metrics(made.score(follow.X), follow, luminosity=10.0)
    assert wanted.keys() == {"auc", "rejection", "max_significance"}
    for name, value in wanted.items():
        assert made.history[f"val_{name}"][-1] == pytest.approx(value)
        assert len(made.history[f"val_{name}"]) == 2


def test_the_curves_of_validation_events_do_not_change_the_training(
    data: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    method = MLP(hidden=(4,), dropout=0.2)
    made = train(method, data, seed=1, epochs=3)
    monkeypatch.setattr(KerasLearner, "_worth", lambda _: {})
    bare = train(method, data, seed=1, epochs=3)
    assert {*made.history} - {*bare.history} == set(CURVES)
    assert made.fingerprint == bare.fingerprint
    assert made.record["summary"] == bare.record["summary"]


def test_a_batch_is_what_goes_through_the_network_at_once(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    method = MLP(hidden=(4,), batch_size=64)
    learner = KerasLearner(method, method.build(sample, 1), sample, seed=1, epochs=1)
    monkeypatch.setattr(MLP, "rows", 30)
    split = KerasLearner(method, method.build(sample, 1), sample, seed=1, epochs=1)
    assert len(split._batches) > len(learner._batches) == 1
    assert split._worth() == pytest.approx(learner._worth())
