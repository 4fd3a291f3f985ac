"""Cross-training: k models, each of which learns from the events that it will not score."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import progress
from .method import Array, Learner, Method
from .sample import sample_of, tell_of_negative

if TYPE_CHECKING:
    from ..datasets import Dataset

__all__ = ["FOLD", "MOST", "CrossLearner", "cross_learner", "file_of"]

#: Most folds: each holds its own copy of the events while it learns.
MOST = 20
#: Between the name of a curve and the number of its fold.
FOLD = ", fold "


def file_of(method: Method, fold: int) -> str:
    """Return the name of the file of a fold's model.

    Examples
    --------
    >>> from hml_jupyter.methods import MLP
    >>> file_of(MLP(), 1)
    'model_1.keras'
    """
    whole = Path(method.file)
    return f"{whole.stem}_{fold}{whole.suffix}"


def cross_learner(method: Method, dataset: Dataset, folds: int, *, seed: int, epochs: int) -> CrossLearner:
    """Return k untrained models; model i learns from the events of the other folds than i.

    Raises
    ------
    ArgumentError
        As :func:`hml_jupyter.methods.sample.training_sample`, of any fold.
    """
    from ..datasets.folding import folded

    tell_of_negative(dataset.weights)
    samples = (sample_of(folded(dataset, i, folds), method.kind) for i in range(folds))
    return CrossLearner([method.learner(sample, seed=seed, epochs=epochs) for sample in samples])


class CrossLearner:
    """Models that learn side by side, so that a kill loses one epoch of each and `stop_after` ends all of them there.

    Curves are means over the folds, and beside them those of each, ``"loss, fold 0"``. Where patience has ended the training
    of a fold, its last numbers go on into the means.

    Parameters
    ----------
    learners : list of Learner
        One for each fold.
    """

    def __init__(self, learners: list[Learner]) -> None:
        self._learners = learners
        self._last: list[dict[str, float]] = [{} for _ in learners]

    @property
    def kept(self) -> list[int] | None:
        """The epoch of each model; None where all are of the last one."""
        found = [learner.kept for learner in self._learners]
        return None if None in found else [each for each in found if isinstance(each, int)]

    def advance(self, done: int, to: int) -> dict[str, list[float]]:
        """Train each model from `done` finished epochs to `to`, or until its patience ends."""
        found, count = [], len(self._learners)
        for i, learner in enumerate(self._learners):
            # one epoch is done when all have done it
            with progress.part(i / count, (i + 1) / count, f"fold {i + 1} of {count}", done=None):
                found.append(learner.advance(done, to))
        curves: dict[str, list[float]] = {}
        for epoch in range(max(len(each.get("loss", ())) for each in found)):
            for last, each in zip(self._last, found, strict=True):
                last |= {name: values[epoch] for name, values in each.items() if epoch < len(values)}
            for name in self._last[0]:
                if all(name in last for last in self._last):
                    mean = float(np.mean([last[name] for last in self._last]))
                    curves.setdefault(name, []).append(mean)
        own = {f"{name}{FOLD}{i}": values for i, each in enumerate(found) for name, values in each.items()}
        return curves | own

    def state(self) -> dict[str, Array]:
        """Return the states of all models."""
        states = {f"{i}-{name}": a for i, one in enumerate(self._learners) for name, a in one.state().items()}
        return states | {"last": np.frombuffer(json.dumps(self._last).encode(), np.uint8)}

    def restore(self, state: Mapping[str, Array]) -> None:
        """Take up a state."""
        self._last = json.loads(state["last"].tobytes())
        for i, learner in enumerate(self._learners):
            mine = f"{i}-"
            learner.restore({name.removeprefix(mine): a for name, a in state.items() if name.startswith(mine)})

    def model(self) -> list[Any]:
        """Return the trained models."""
        return [learner.model() for learner in self._learners]
