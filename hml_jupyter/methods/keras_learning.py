"""What all methods with a Keras model share: options of the fit, the learner, and the file."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from .. import progress
from ..checks import whole
from ..errors import ArgumentError
from .backend import keras, normalizations, numbers, opened, predicted, quiet, single
from .epoch_metrics import LUMINOSITY, epoch_metrics, thinned
from .inputs import take
from .interrupts import interrupts, pace
from .losses import LOSSES, accuracy, losses_of, targets
from .method import Array, Learner, Method
from .optimizers import DECAYS, OPTIMIZERS, fit_optimizer
from .options import option
from .sample import NO_VALIDATION, Part, Sample

__all__ = ["EPOCHS", "KerasLearner", "KerasMethod", "layer_seed"]

#: Length of a schedule that is not given.
EPOCHS = 20


class KerasMethod(Method):
    """A method whose model is a Keras network with one output, the signal score. Subclasses say how it is built."""

    file = "model.keras"
    begins = "loading Keras and compiling the network"
    rows: ClassVar[int] = 8192
    """Events that go through the network at once when nothing is learnt."""

    learning_rate: float = option(
        default=1e-3, doc="Step size of the optimizer, at its largest.", minimum=1e-7, maximum=10.0
    )
    batch_size: int = option(default=256, doc="Events in a step.", minimum=1, maximum=1_000_000, unit="events")
    optimizer: str = option(
        default="adam", doc="Optimizer, as Keras implements it.", choices=OPTIMIZERS, new=True, advanced=True
    )
    decay: str = option(
        default="none",
        doc="How the learning rate falls until the last epoch of the schedule.",
        choices=DECAYS,
        new=True,
        advanced=True,
    )
    loss: str = option(
        default="cross_entropy",
        doc="What is minimised; significance: minus ln of the Asimov significance, after a fifth of the epochs with cross entropy.",
        choices=LOSSES,
        new=True,
        advanced=True,
    )
    luminosity: float = option(
        default=LUMINOSITY,
        doc="Luminosity for loss='significance'.",
        minimum=1e-6,
        maximum=1e9,
        unit="fb^-1",
        new=True,
        advanced=True,
    )
    uncertainty: float = option(
        default=0.1,
        doc="Relative uncertainty of the background in each bin, for loss='significance'.",
        minimum=0.0,
        maximum=1000.0,
        new=True,
        advanced=True,
    )
    patience: int = option(
        default=0,
        doc="Stop when the validation loss has not fallen for so many epochs, and keep the best ones' weights; 0 never.",
        minimum=0,
        maximum=1_000_000,
        unit="epochs",
        new=True,
    )

    @abstractmethod
    def build(self, sample: Sample, seed: int) -> Any:
        """Return the untrained Keras model for the shapes of `sample`; it has one output, (n, 1) in [0, 1]."""

    def tensors(self, X: Any) -> Any:
        """Return inputs as the model takes them: an array, or a dictionary of arrays."""
        return single(X)

    def schedule(self, epochs: int | None) -> int:
        """Return the number of epochs."""
        return EPOCHS if epochs is None else whole("epochs", epochs, 1)

    def learner(self, sample: Sample, *, seed: int, epochs: int | None = None) -> Learner:
        """Return an untrained network."""
        return KerasLearner(self, self.build(sample, seed), sample, seed=seed, epochs=self.schedule(epochs))

    def save(self, model: Any, file: Path) -> None:
        """Write the network in Keras's own format, without the optimizer."""
        with quiet():
            inputs = model.input if isinstance(model.input, dict) else model.inputs
            keras().Model(inputs, model.outputs, name=model.name).save(file)

    def load(self, file: Path) -> Any:
        """Read a network; code in the file is not executed."""
        return opened(file)

    def scores(self, model: Any, X: Any) -> Array:
        """Return the output of the network."""
        return predicted(model, self.tensors(X), self.rows)

    def arrays(self, model: Any) -> dict[str, Array]:
        """Return the weights and the normalisations."""
        return {weight.path: numbers(weight) for weight in model.weights} | normalizations(model)


class KerasLearner:
    """A network in training; each epoch's order of events depends on the seed and the epoch alone.

    Parameters
    ----------
    method : KerasMethod
        Its options are those of the fit.
    model : keras.Model
        Not compiled.
    sample : Sample
        What it learns from.
    seed : int
        Of the order of events.
    epochs : int
        Length of the schedule, for the decay of the learning rate.
    loss : keras.losses.Loss, optional
        In place of the method's.
    optimizer : keras.optimizers.Optimizer, optional
        In place of the method's.

    Notes
    -----
    Subclasses may override `before`, which sets what an epoch needs (the sharpness of a cut), and `after`, whose numbers
    are recorded with the curves. Both may depend on the epoch and on the model alone: then a training that goes on from a
    checkpoint is the one that was never interrupted. What they set belongs into variables of the model.
    """

    def __init__(
        self,
        method: KerasMethod,
        model: Any,
        sample: Sample,
        *,
        seed: int,
        epochs: int,
        loss: Any = None,
        optimizer: Any = None,
    ) -> None:
        self.epochs = epochs
        self._method, self._seed, self._model = method, seed, model
        self._train = self._prepared(sample.train)
        self._follow = self._prepared(sample.validation) if sample.validation else None
        self._judged = thinned(sample.validation) if sample.validation else None
        self._batches = self._split(self._judged) if self._judged else []
        self._luminosity = None if sample.unknown else method.luminosity
        self._best: tuple[int, float, list[Array]] | None = None
        self._since: int | None = None
        self._pace = pace(self._tell)
        if method.patience and self._follow is None:
            raise ArgumentError(NO_VALIDATION.format(method.patience))
        self._optimizer = optimizer or fit_optimizer(method, len(self._train[1]), epochs)
        self._losses = {0: loss} if loss is not None else losses_of(method, sample, epochs)
        self._compile(0)
        self._optimizer.build(model.trainable_variables)

    def before(self, epoch: int) -> None:
        """Prepare an epoch; `epoch` counts from 0."""

    def after(self, epoch: int) -> dict[str, float]:  # noqa: ARG002 (for subclasses)
        """Return further numbers of a finished epoch, the same names for each."""
        return {}

    def weighted_metrics(self) -> list[Any]:
        """Return the Keras metrics of the fit."""
        return [accuracy()]

    @property
    def kept(self) -> int | None:
        """The epoch, from 1, whose weights the model has where `patience` chooses one; None for the last."""
        return None if self._best is None else self._best[0]

    def advance(self, done: int, to: int) -> dict[str, list[float]]:
        """Train from `done` finished epochs to `to`, or until patience ends; return the metrics of each new one."""
        curves: dict[str, list[float]] = {}
        for epoch in range(done, to):
            if self._over(epoch):
                break
            self._share = epoch, done, to
            self._compile(epoch)
            self.before(epoch)
            with interrupts():
                found = self._fit(epoch) | self._worth() | self.after(epoch)
            for name, value in found.items():
                curves.setdefault(name, []).append(value)
            self._watch(epoch + 1, found)
        return curves

    def state(self) -> dict[str, Array]:
        """Return all variables, and those of the best epoch."""
        state = {f"{i:04d}": numbers(v) for i, v in enumerate(self._variables())}
        if self._best is not None:
            epoch, loss, weights = self._best
            state |= {"best": np.array([epoch, loss]), **{f"best-{i:04d}": w for i, w in enumerate(weights)}}
        return state

    def restore(self, state: Mapping[str, Array]) -> None:
        """Take up a state."""
        for name, variable in zip(_numbered(state, ""), self._variables(), strict=True):
            variable.assign(state[name])
        if "best" in state:
            epoch, loss = state["best"].tolist()
            self._best = int(epoch), loss, [state[name] for name in _numbered(state, "best-")]

    def model(self) -> Any:
        """Return the model as it is now; where `patience` watches, with the weights of the best epoch."""
        if self._best is not None:
            for variable, values in zip(self._model.variables, self._best[2], strict=True):
                variable.assign(values)
        return self._model

    def _tell(self, batch: int, batches: int) -> None:
        """Report that an epoch has come to a batch."""
        epoch, done, to = self._share
        now = epoch + batch / batches
        what = f"batch {batch} of {batches}" if batch < batches else "validation events"
        progress.within((now - done) / (to - done), f"epoch {epoch + 1}: {what}", done=now)

    def _compile(self, epoch: int) -> None:
        """Give the model the loss of an epoch, if it is another one."""
        first = max(each for each in self._losses if each <= epoch)
        if first != self._since:
            self._since = first
            self._model.compile(
                optimizer=self._optimizer, loss=self._losses[first], weighted_metrics=self.weighted_metrics()
            )

    def _prepared(self, part: Part) -> tuple[Any, Array, Array]:
        return self._method.tensors(part.X), single(targets(self._method, part)), single(part.weights)

    def _fit(self, epoch: int) -> dict[str, float]:
        order = np.random.default_rng([self._seed, epoch]).permutation(len(self._train[1]))
        X, y, weights = keras().tree.map_structure(lambda a: np.take(a, order, axis=0), self._train)
        fitted = self._model.fit(
            X,
            y,
            sample_weight=weights,
            batch_size=self._method.batch_size,
            validation_data=self._follow,
            validation_batch_size=self._method.rows,
            shuffle=False,
            callbacks=[self._pace],
            verbose=0,
        )
        return {name: float(value) for name, (value,) in fitted.history.items()}

    def _split(self, part: Part) -> list[Any]:
        """Return the inputs in batches that go through the network at once."""
        rows = range(0, len(part.y), self._method.rows)
        return [self._method.tensors(take(part.X, slice(at, at + self._method.rows))) for at in rows]

    def _worth(self) -> dict[str, float]:
        """Return exact metrics of validation events; a score that is no number counts as 0.5."""
        if self._judged is None:
            return {}
        scores = np.concatenate([self._model.predict_on_batch(each)[:, 0] for each in self._batches])
        found = epoch_metrics(np.nan_to_num(scores, nan=0.5), self._judged, luminosity=self._luminosity)
        return {f"val_{name}": value for name, value in found.items()}

    def _watch(self, epoch: int, found: Mapping[str, float]) -> None:
        if not self._method.patience or epoch <= max(self._losses):
            return
        if self._best is None or found["val_loss"] < self._best[1]:
            self._best = epoch, found["val_loss"], [numbers(v) for v in self._model.variables]

    def _over(self, done: int) -> bool:
        return self._best is not None and done - self._best[0] >= self._method.patience

    def _variables(self) -> list[Any]:
        return [*self._model.variables, *self._model.optimizer.variables]


def _numbered(state: Mapping[str, Array], prefix: str) -> list[str]:
    return sorted(name for name in state if name.removeprefix(prefix).isdigit() and name.startswith(prefix))


def layer_seed(seed: int, layer: int) -> int:
    """Return the seed of a layer's first weights (or, from 1000 on, of its dropout)."""
    return int(np.random.SeedSequence([seed, layer]).generate_state(1)[0]) >> 1
