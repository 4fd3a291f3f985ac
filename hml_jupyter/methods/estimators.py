"""Classifiers of scikit-learn: as plain text and options, made again from them, and fitted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import numpy as np

from .. import progress
from ..errors import ArgumentError
from .method import Array
from .sample import Part, Sample
from .skops_files import dumps, is_scikit_learn, loads

__all__ = ["Fitting", "described", "estimator", "matrix"]

_NAME = re.compile(r"sklearn(\.[a-z_]\w*)+\.[A-Z]\w*")


def described(value: Any) -> dict[str, Any]:
    """Return an estimator as plain JSON: its class, and its options that are not the default.

    Raises
    ------
    ArgumentError
        It is no estimator of scikit-learn, or has an option that is no plain value.

    Examples
    --------
    >>> from sklearn.ensemble import RandomForestClassifier
    >>> described(RandomForestClassifier(50))
    {'estimator': 'sklearn.ensemble.RandomForestClassifier', 'options': {'n_estimators': 50}}
    """
    kind = type(value)
    parts = [part for part in kind.__module__.split(".") if not part.startswith("_")]
    name = ".".join([*parts, kind.__name__])
    if not hasattr(value, "get_params") or not is_scikit_learn(name):
        msg = f"Network(estimator=...) is a classifier of scikit-learn, not {value!r}"
        raise ArgumentError(msg)
    given, usual = (each.get_params(deep=False) for each in (value, _bare(kind)))
    options = {
        key: _plain(each, f"{name}({key}=...)") for key, each in given.items() if not _same(each, usual.get(key))
    }
    return {"estimator": name, "options": options}


def estimator(name: str, options: Mapping[str, Any]) -> Any:
    """Return the estimator that :func:`described` described, not fitted.

    Raises
    ------
    ArgumentError
        There is no such class in scikit-learn, or it has no such options.
    """
    module, _, last = name.rpartition(".")
    if not _NAME.fullmatch(name) or not is_scikit_learn(name):
        msg = (
            f"there is no {name!r} in scikit-learn: Network(estimator='sklearn.ensemble.RandomForestClassifier') is one"
        )
        raise ArgumentError(msg)
    try:
        return getattr(import_module(module), last)(**{key: _made(value) for key, value in options.items()})
    except TypeError as error:
        msg = f"{name} cannot be made with options={dict(options)}: {error}"
        raise ArgumentError(msg) from error


class Fitting:
    """A classifier of scikit-learn; it is fitted at once."""

    kept = None

    def __init__(self, model: Any, sample: Sample, seed: int) -> None:
        if not hasattr(model, "predict_proba"):
            msg = f"{model} has no predict_proba, so it gives no score; sklearn.calibration.CalibratedClassifierCV around it does"
            raise ArgumentError(msg)
        free = {k: seed for k, v in model.get_params().items() if k.rpartition("__")[2] == "random_state" and v is None}
        self._model, self._sample = model.set_params(**free), sample

    def advance(self, done: int, to: int) -> dict[str, list[float]]:  # noqa: ARG002 (at once)
        """Fit."""
        train = self._sample.train
        weights = self._weights(train.weights)
        try:
            self._model.fit(matrix(train.X), train.y, **weights)
            curves = self._measured(train, "")
        except (TypeError, ValueError) as error:
            msg = f"scikit-learn cannot fit {self._model} to these events: {error}"
            raise ArgumentError(msg) from error
        return curves if self._sample.validation is None else curves | self._measured(self._sample.validation, "val_")

    def state(self) -> dict[str, Array]:
        """Return the fitted model."""
        return {"model": np.frombuffer(dumps(self._model), np.uint8)}

    def restore(self, state: Mapping[str, Array]) -> None:
        """Take up a fitted model."""
        self._model = loads(state["model"].tobytes(), "checkpoint", is_scikit_learn, "scikit-learn")

    def model(self) -> Any:
        """Return the model."""
        return self._model

    def _weights(self, weights: Array) -> dict[str, Array]:
        """Return the weights under the name that `fit` has for them."""
        from sklearn.utils.validation import has_fit_parameter

        last, prefix = self._model, ""
        if hasattr(last, "steps"):
            name, last = last.steps[-1]
            prefix = f"{name}__"
        if has_fit_parameter(last, "sample_weight"):
            return {f"{prefix}sample_weight": weights}
        progress.notice(f"{type(last).__name__} takes no weights: every event counts the same, not every class")
        return {}

    def _measured(self, part: Part, prefix: str) -> dict[str, list[float]]:
        from sklearn.metrics import accuracy_score, log_loss

        score = self._model.predict_proba(matrix(part.X))[:, 1]
        loss = log_loss(part.y, score, sample_weight=part.weights, labels=[0, 1])
        right = accuracy_score(part.y, score > 0.5, sample_weight=part.weights)
        return {f"{prefix}loss": [float(loss)], f"{prefix}accuracy": [float(right)]}


def matrix(X: Array) -> Array:
    """Return inputs as rows of numbers; the pixels of an image one after the other."""
    return X.reshape(len(X), -1)


def _plain(value: Any, where: str) -> Any:
    if hasattr(value, "get_params"):
        return described(value)
    if isinstance(value, list | tuple):
        return [_plain(each, where) for each in value]
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError):
        msg = f"{where} is {value!r}, which cannot be written down; give a number, a text or a list"
        raise ArgumentError(msg) from None


def _made(value: Any) -> Any:
    if isinstance(value, Mapping) and value.keys() == {"estimator", "options"}:
        return estimator(value["estimator"], value["options"])
    if isinstance(value, list | tuple):  # the steps of a pipeline
        return [tuple(map(_made, each)) if isinstance(each, list | tuple) else _made(each) for each in value]
    return value


def _bare(kind: type) -> Any:
    """Return an estimator of this class with its defaults; what it must be given is None."""
    import inspect

    needed = [p.name for p in inspect.signature(kind).parameters.values() if p.default is p.empty]
    return kind(**dict.fromkeys(needed))


def _same(value: Any, usual: Any) -> bool:
    return type(value) is type(usual) and bool(np.all(value == usual))
