"""Models of the user's own."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from ..canonical import canonical, digest
from ..errors import ArgumentError, DamagedError, RecordError
from ..literals import imported
from . import estimators
from .backend import keras, normalizations, numbers, quiet, reason, single
from .estimators import Fitting, matrix
from .graph_network import GraphNetwork
from .inputs import take
from .keras_learning import KerasLearner, KerasMethod
from .method import Array, Learner, register
from .moments import moments
from .networks import normalized
from .options import option
from .sample import Sample
from .skops_files import dumps, is_scikit_learn, loads, numbers_in

__all__ = ["Network"]

_FUNCTION = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
#: So many events an untrained model scores, to see whether its output is a score.
LOOKED_AT = 256
_WAYS = "builder='mine:build', config={...} or estimator='sklearn.ensemble.RandomForestClassifier'"


@register
class Network(KerasMethod):
    """A Keras model or a scikit-learn classifier of your own.

    One of ``builder``, ``config`` and ``estimator`` is given. A Keras model has one output between 0 and 1, as from
    ``Dense(1, "sigmoid")``; one that is compiled keeps its own optimizer and loss. Its random numbers follow the seed of the
    training wherever it does not fix them. It begins with untrained weights, and is saved without code: layers of your own
    are registered with ``keras.saving.register_keras_serializable``, in the builder's module, which has to be imported before
    the training is opened. A classifier has ``predict_proba``, is fitted with balanced weights where its ``fit`` takes any,
    and has no epochs.

    Examples
    --------
    >>> Network(estimator="sklearn.ensemble.RandomForestClassifier", options={"n_estimators": 50}).file
    'model.skops'
    >>> from sklearn.naive_bayes import GaussianNB
    >>> Network(estimator=GaussianNB())
    Network(estimator='sklearn.naive_bayes.GaussianNB')
    """

    builder: Any = option(
        default="",
        doc="A function in a file, 'mine:build', or itself: gets the shape of the inputs, returns a Keras model.",
    )
    config: Any = option(
        default=None,
        doc="A Keras model's serialize_keras_object, or the model, whose weights do not count.",
        advanced=True,
    )
    estimator: Any = option(default="", doc="A classifier of scikit-learn: its class as a text, or itself.")
    options: Any = option(default=None, doc="Options of a classifier that is given as a text.")
    inputs: str = option(default="set", doc="What it learns from.", choices=("set", "image", "graph"))
    normalize: bool = option(
        default=True,
        doc="Whether a first layer normalises columns, or the channels of images, for a Keras model.",
        advanced=True,
    )

    def __post_init__(self) -> None:
        """Bring what was given into plain values."""
        if not isinstance(self.estimator, str):
            for name, value in estimators.described(self.estimator).items():
                object.__setattr__(self, name, value or None)
        if callable(self.builder):
            object.__setattr__(self, "builder", _importable(self.builder))
        if hasattr(self.config, "get_config"):
            with quiet():
                object.__setattr__(self, "config", keras().saving.serialize_keras_object(self.config))
        super().__post_init__()
        if not isinstance(self.options, dict | None):
            msg = f"Network(options=...) is a dictionary, such as {{'n_estimators': 50}}; got {self.options!r}"
            raise ArgumentError(msg)
        given = [name for name in ("builder", "config", "estimator") if getattr(self, name)]
        if len(given) != 1:
            msg = f"Network takes one of {_WAYS}; got {' and '.join(given) or 'none'}"
            raise ArgumentError(msg)
        if self.builder and not _FUNCTION.fullmatch(self.builder):
            msg = f"Network(builder=...) is a function in a file that is imported, 'mine:build'; got {self.builder!r}"
            raise ArgumentError(msg)

    @property
    def kind(self) -> str:  # type: ignore[override]
        """What it learns from."""
        return self.inputs

    @property
    def file(self) -> str:  # type: ignore[override]
        """Name of the model's file."""
        return "model.skops" if self.estimator else "model.keras"

    @property
    def begins(self) -> str:  # type: ignore[override]
        """What is waited for."""
        return f"fitting {self.estimator.rpartition('.')[2]}, at once" if self.estimator else KerasMethod.begins

    def sources(self) -> dict[str, str]:
        """Return the hash of the builder's source."""
        return {"builder": digest(canonical(_function(self.builder)))} if self.builder else {}

    def schedule(self, epochs: int | None) -> int:
        """Return the number of epochs; one for a classifier of scikit-learn."""
        if not self.estimator:
            return super().schedule(epochs)
        if epochs is not None:
            msg = f"epochs={epochs} means nothing for {self.estimator}, which is fitted at once"
            raise ArgumentError(msg)
        return 1

    def learner(self, sample: Sample, *, seed: int, epochs: int | None = None) -> Learner:
        """Return the model, not trained."""
        if self.estimator:
            return Fitting(estimators.estimator(self.estimator, self.options or {}), sample, seed)
        with _seeded(seed):
            own = self._own(sample)
            model = self._normalized(own, sample)
        few = take(sample.train.X, slice(LOOKED_AT))
        _check_scores(np.asarray(model.predict_on_batch(self.tensors(few)), float))
        compiled = {"loss": own.loss, "optimizer": own.optimizer} if own.compiled else {}
        return KerasLearner(self, model, sample, seed=seed, epochs=self.schedule(epochs), **compiled)

    def build(self, sample: Sample, seed: int) -> Any:
        """Return the Keras model."""
        with _seeded(seed):
            return self._normalized(self._own(sample), sample)

    def tensors(self, X: Any) -> Any:
        """Return inputs as the model takes them; graphs by the names of their arrays."""
        return GraphNetwork.tensors(GraphNetwork(), X) if self.inputs == "graph" else single(X)

    def save(self, model: Any, file: Path) -> None:
        """Write the model."""
        if self.estimator:
            file.write_bytes(dumps(model))
        else:
            super().save(model, file)

    def load(self, file: Path) -> Any:
        """Read a model; code in the file is not executed, and classes of others than Keras or scikit-learn are refused."""
        if self.estimator:
            return loads(file.read_bytes(), file.name, is_scikit_learn, "scikit-learn")
        try:
            return super().load(file)
        except DamagedError as error:
            first = (
                f"import {self.builder.partition(':')[0]} first, with its layers"
                if self.builder
                else "register its layers first"
            )
            msg = f"{error}: {first}"
            raise ArgumentError(msg) from error

    def scores(self, model: Any, X: Any) -> Array:
        """Return the output of the model."""
        scores = np.asarray(model.predict_proba(matrix(X))[:, 1], float) if self.estimator else super().scores(model, X)
        _check_scores(scores)
        return scores

    def arrays(self, model: Any) -> dict[str, Array]:
        """Return the numbers in the model; names of layers depend on what was built before and are left out."""
        if self.estimator:
            return numbers_in(dumps(model))
        weights = {f"{i:04d}": numbers(weight) for i, weight in enumerate(model.weights)}
        return weights | normalizations(model)

    def _own(self, sample: Sample) -> Any:
        """Return the user's model."""
        shapes = keras().tree.map_structure(lambda each: each.shape[1:], self.tensors(sample.train.X))
        model = self._built(shapes) if self.builder else _checked(self.config)
        if not isinstance(model, keras().Model):
            msg = f"Network({'builder' if self.builder else 'config'}=...) gives a keras.Model, not {model!r}"
            raise ArgumentError(msg)
        return model

    def _built(self, shapes: Any) -> Any:
        """Return what the user's function makes."""
        function = _function(self.builder)
        try:
            return function(shapes)
        except Exception as error:
            msg = f"{self.builder}({shapes}) failed with {type(error).__name__}: {reason(error)}"
            raise ArgumentError(msg) from error

    def _normalized(self, model: Any, sample: Sample) -> Any:
        """Return the model on normalised inputs, if it can be saved and has one output."""
        tensors = self.tensors(sample.train.X)
        inputs = _inputs(tensors)
        flow = (
            normalized(inputs, *moments(sample.train.X, sample.names))
            if self.normalize and self.inputs != "graph"
            else inputs
        )
        try:
            output = model(flow)
        except Exception as error:  # layers may be the user's own
            shape = keras().tree.map_structure(lambda each: each.shape[1:], tensors)
            msg = f"the model does not take inputs of the shape {shape}: {reason(error)}"
            raise ArgumentError(msg) from error
        with quiet():
            _checked(keras().saving.serialize_keras_object(model))
        if getattr(output, "shape", None) != (None, 1):
            shape = getattr(output, "shape", "several outputs")
            msg = f"the model gives {shape}, and a method has one score each event: end it with Dense(1, 'sigmoid')"
            raise ArgumentError(msg)
        return keras().Model(inputs, output, name="network")


def _check_scores(scores: Array) -> None:
    if not ((scores >= 0) & (scores <= 1)).all():
        msg = f"the model's output goes from {scores.min():.3g} to {scores.max():.3g}; a score is between 0 and 1: end it with Dense(1, 'sigmoid')"
        raise ArgumentError(msg)


def _inputs(tensors: Any) -> Any:
    """Return the symbolic inputs of a model that takes such arrays."""
    if isinstance(tensors, dict):
        return {name: keras().Input(each.shape[1:], dtype=str(each.dtype), name=name) for name, each in tensors.items()}
    return keras().Input(tensors.shape[1:], dtype="float32", name="inputs")


def _checked(config: Any) -> Any:
    """Return the model of a config; refuse one that is none, or that holds code."""
    try:
        return keras().saving.deserialize_keras_object(config, safe_mode=True)
    except (TypeError, ValueError, KeyError, NotImplementedError) as error:
        msg = f"the model cannot be made from its config, which holds no code: register its layers, without lambda ({reason(error)})"
        raise ArgumentError(msg) from error


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Fix the seeds that Keras draws for layers without one; global random numbers stay what they were."""
    before = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(before)


def _importable(function: Any) -> str:
    try:
        found = imported(function)
    except (RecordError, AttributeError) as error:
        msg = f"Network(builder=...) is a function in a file of its own, such as mine.py, 'mine:build': {error}"
        raise ArgumentError(msg) from error
    return f"{found.module}:{found.name}"


def _function(text: str) -> Any:
    keras()  # its backend is chosen before the user's file imports it
    module, _, name = text.partition(":")
    try:
        return getattr(import_module(module), name)
    except Exception as error:  # whatever the user's file does
        msg = f"there is no function {text!r} to import ({error}); write it with def at the top of {module}.py"
        raise ArgumentError(msg) from error
