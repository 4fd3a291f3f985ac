"""A training: a model that was trained, its curves, and what it was trained on."""

from __future__ import annotations

import os
import sys
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np
import numpy.typing as npt

from .. import checks
from ..datasets.folding import fold_of
from ..errors import ArgumentError, PathError, RecordError
from ..provenance import Result, open_result
from ..records import made_from
from ..tables import by_name
from .configuration import Curves, read_config, read_history
from .folds import file_of
from .inputs import as_graphs, as_images, as_matrix, check_kind, check_representation, count, finite, take
from .method import Array, Method, get

if TYPE_CHECKING:
    from ..datasets import Dataset
    from ..representations import Graphs

__all__ = ["Training", "check_training", "read_training"]


class Training(Result):
    """A trained model, with its curves and what it was trained on; made by :func:`train`.

    Examples
    --------
    >>> import hml_jupyter as hml
    >>> from hml_jupyter.datasets import example
    >>> bdt = hml.train(hml.BoostedDecisionTree(n_estimators=5), example(90), seed=42)
    >>> bdt.name, bdt.method.n_estimators, len(bdt.history["loss"]), bdt.dataset.classes
    ('BoostedDecisionTree', 5, 5, ('zz', 'qcd'))
    """

    outputs = ("score",)
    """What it gives an event."""

    def __init__(self, config: dict[str, Any], history: Curves) -> None:
        self.config = config
        self.history = history
        self._dataset: Dataset | None = None

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Training:
        """Read a saved training.

        Raises
        ------
        PathError, DamagedError
            There is no training at `path`, or its files have changed.
        """
        return open_result(path, "train", read_training)

    @cached_property
    def method(self) -> Method:
        """What was trained, with its options."""
        return get(self.config["method"])

    @property
    def folds(self) -> int | None:
        """Number of folds of a cross-training; None where one model was trained."""
        folds: int | None = self.config.get("folds")
        return folds

    @cached_property
    def models(self) -> tuple[Any, ...]:
        """The model, or of a cross-training one for each fold, which has not seen its events."""
        files = [file_of(self.method, i) for i in range(self.folds)] if self.folds else [self.method.file]
        return tuple(self.method.load(self.folder / file) for file in files)

    @property
    def model(self) -> Any:
        """The Keras model or the scikit-learn estimator.

        Raises
        ------
        ArgumentError
            There are several, one for each fold.
        """
        if self.folds:
            msg = f"{self.name} has {self.folds} models, one for each fold: ask for .models"
            raise ArgumentError(msg)
        return self.models[0]

    @property
    def names(self) -> tuple[str, ...]:
        """The inputs, in order."""
        return tuple(self.config["names"])

    @property
    def name(self) -> str:
        """What tables call it: the last part of its path, or its method."""
        return Path(self.path or self.config["method"]["method"]).name

    @property
    def method_name(self) -> str:
        """Name of the method."""
        return str(self.config["method"]["method"])

    @property
    def events_from(self) -> str:
        """Fingerprint of the dataset that it was trained on, before any cut."""
        return str(self.config["events_from"])

    @property
    def selection(self) -> tuple[str, ...]:
        """None: other events of its dataset than those it was trained on may be scored."""
        return ()

    @property
    def epochs(self) -> int:
        """Finished epochs (or trees)."""
        return int(self.config["finished"])

    @property
    def cuts(self) -> tuple[str, ...]:
        """The cuts of the selection that it was trained on."""
        return tuple(self.config["cuts"])

    @property
    def dataset(self) -> Dataset:
        """The dataset that it was trained on.

        Raises
        ------
        PathError
            The dataset was never saved, or is not where it was.
        """
        if self._dataset is None:
            self._dataset = _saved_dataset(self)
        return self._dataset

    def knows_unseen(self, data: object) -> TypeGuard[Dataset]:
        """Tell whether each event of `data` has a model that has not seen it: events of a cross-training's own dataset have."""
        root = getattr(data, "root", None)
        return bool(self.folds and root and root.fingerprint == self.events_from)

    def score(self, data: Dataset | Graphs | npt.ArrayLike, *, seed: int | None = None) -> Array:
        """Return the signal score of each event.

        Of a cross-training (`folds`), an event of the dataset that it was trained on, in whatever selection, is scored by the one
        model that has not seen it; arrays, observed events and other datasets have the mean score of all models.

        Parameters
        ----------
        data : Dataset or array, shape (n, k) or (n, x, y, channels), or Graphs
            Events; an array has the columns of `names`, in their order and units, a DataFrame or a dictionary of arrays by their names.
        seed : int, optional
            Of the draws of a surrogate, one for each event whatever their order; the seed of the training if not given.

        Returns
        -------
        array, shape (n,)
            From 0 (background) to 1 (signal); NaN for events with an input that is NaN or infinite.

        Raises
        ------
        ArgumentError
            Another number of columns, images or graphs made in another way, or what is no array of numbers; a seed for a model that
            draws nothing.
        UnknownNameError
            A dataset that lacks an input.
        """
        X, models = self.inputs(data), range(len(self.models))
        if not self.knows_unseen(data):
            return np.asarray(np.mean([self.score_by(i, X, seed=seed) for i in models], axis=0))
        fold, scores = fold_of(data, len(models)), np.empty(count(X))
        for i in models:
            scores[fold == i] = self.score_by(i, take(X, fold == i), seed=seed)
        return scores

    def score_by(self, fold: int, data: Dataset | Graphs | npt.ArrayLike, *, seed: int | None = None) -> Array:
        """Return the score of one of the `models`, (n,); without folds that is `score`."""
        X, given = self.inputs(data), self._seed(seed)
        complete = finite(X)
        scores = np.full(count(X), np.nan)
        if complete.any():
            scores[complete] = self.method.scores(self.models[fold], take(X, complete), **given)
        return scores

    def predict(self, data: Dataset | Graphs | npt.ArrayLike, *, seed: int | None = None) -> Array:
        """Return the signal score of each event, as Keras' ``predict`` does; the same as :meth:`score`."""
        return self.score(data, seed=seed)

    def predict_proba(self, data: Dataset | Graphs | npt.ArrayLike) -> Array:
        """Return 1 - score and score of each event, (n, 2), as scikit-learn's ``predict_proba`` does: background, then signal.

        Examples
        --------
        >>> import hml_jupyter as hml
        >>> from hml_jupyter.datasets import example
        >>> bdt = hml.train(hml.BoostedDecisionTree(n_estimators=5), example(90), seed=42)
        >>> bdt.predict_proba([[105.0], [30.0]]).round(2).tolist()
        [[0.38, 0.62], [0.7, 0.3]]
        """
        score = self.score(data)
        return np.column_stack([1 - score, score])

    def summary(self) -> None:
        """Print the model, of a cross-training each: the layers of a network, or the estimator."""
        for model in self.models:
            show = getattr(model, "summary", partial(sys.stdout.write, f"{model}\n"))
            show()

    def inputs(self, data: Any) -> Any:
        """Return what the model sees of `data`, which is as for `score`: columns (n, k), images, or graphs."""
        kind = self.method.kind
        if kind == "set":
            return self._columns(by_name(data, self.names, self.name))
        if hasattr(data, "column"):
            check_kind(data, kind)
            check_representation(self.name, self.config["representation"], data)
            return data.X
        return {"image": as_images, "graph": as_graphs}[kind](data, self.config["shape"])

    def _seed(self, seed: int | None) -> dict[str, int]:
        """Return the seed for a model that draws its scores; others take none."""
        if self.method.draws:
            return {"seed": checks.seed(self.config["seed"] if seed is None else seed)}
        if seed is not None:
            msg = f"{self.name} draws nothing: leave seed= out"
            raise ArgumentError(msg)
        return {}

    def _columns(self, data: Any) -> Array:
        if hasattr(data, "column"):
            return np.column_stack([data.column(n) for n in self.names])
        X = as_matrix(data)
        if X.shape[1] != len(self.names):
            msg = f"{self.name} takes {len(self.names)} inputs ({', '.join(self.names)}); got {X.shape[1]}"
            raise ArgumentError(msg)
        return X

    def __repr__(self) -> str:
        """Return one line."""
        length = f"{self.epochs} of {self.config['epochs']} {self.config['unit']}s"
        return f"<training {self.name!r}: {self.method_name}, {length}, inputs {', '.join(self.names)}>"


def read_training(folder: Path) -> Training:
    """Return the training in a folder; its model is read when it is used."""
    return Training(read_config(folder), read_history(folder))


def check_training(value: object, verb: str) -> None:
    """Refuse what is no training, and say where one comes from; `verb` is the function that was called."""
    if not isinstance(value, Training):
        how = "hml.train(hml.MLP(), dataset, seed=42) makes one, hml.Training.load(path) opens one"
        if verb == "score":
            how += ", hml.load_preserved(path) a preserved network"
        elif hasattr(value, "card"):
            how = (
                "of a preserved network the working points are those that it publishes, bundle.card.points; hml.score(dataset, bundle) "
                "makes its score a column, which hml.cutflow and boards cut on"
            )
        msg = f"{verb} needs trainings, not {value!r}: {how}"
        raise ArgumentError(msg)


def _saved_dataset(training: Training) -> Dataset:
    """Open the dataset of a training that was loaded; their paths are relative to the same folder."""
    from ..datasets import Dataset

    used = training.record["recipe"]["inputs"]["dataset"]
    found = made_from(training.folder, used["path"]) if used["path"] else None
    if found is None:
        where = f"is not at {used['path']}" if used["path"] else "was not saved"
        msg = f"the dataset that {training.name} was trained on {where}: give dataset="
        raise PathError(msg)
    dataset = Dataset.load(os.path.relpath(found))
    if dataset.fingerprint != used["fingerprint"]:
        msg = f"{used['path']} has been made anew since {training.name} was trained: train again or give dataset="
        raise RecordError(msg)
    return dataset
