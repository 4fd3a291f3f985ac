"""Boosted decision trees: scikit-learn's histogram gradient boosting."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import progress
from ..errors import ArgumentError
from .epoch_metrics import LUMINOSITY, epoch_metrics, thinned
from .method import Array, Method, register
from .options import option
from .sample import NO_VALIDATION, Part, Sample
from .skops_files import dumps, loads

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingClassifier

__all__ = ["TRUSTED", "BoostedDecisionTree"]

#: Every class a model file may name besides those that skops knows; any other is refused.
TRUSTED = ("sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",)
MAX_BINS = 255
#: What scikit-learn has of a tree that splits by no categories.
NO_CATEGORIES = np.zeros((0, 8), np.uint32)
#: So many validation events are looked at after each tree: a tenth of the time that it takes to grow.
MOST_JUDGED = 2048


@register
class BoostedDecisionTree(Method):
    """Gradient-boosted decision trees on binned inputs, with the binomial log-loss.

    The trees do not depend on the number of processors. Source: the algorithm of LightGBM (Ke et al., NeurIPS 2017) as
    implemented by scikit-learn's ``HistGradientBoostingClassifier``.

    Examples
    --------
    >>> BoostedDecisionTree(n_estimators=50).get_config()["n_estimators"]
    50
    """

    unit = "tree"
    file = "model.skops"

    n_estimators: int = option(default=100, doc="Number of trees.", minimum=1, maximum=100_000, unit="trees")
    learning_rate: float = option(
        default=0.1, doc="How much of each tree's answer is added.", minimum=1e-4, maximum=1.0
    )
    max_leaf_nodes: int = option(default=31, doc="Largest number of leaves of a tree.", minimum=2, maximum=10_000)
    min_samples_leaf: int = option(
        default=20,
        doc="Fewest training events in a leaf.",
        minimum=1,
        maximum=1_000_000,
        unit="events",
        advanced=True,
    )
    l2_regularization: float = option(
        default=0.0,
        doc="Pulls the answers of small leaves towards zero.",
        minimum=0.0,
        maximum=1e6,
        advanced=True,
    )

    patience: int = option(
        default=0,
        doc="Stop when the validation loss has not fallen for so many trees, and keep the best number of them; 0 never.",
        minimum=0,
        maximum=100_000,
        unit="trees",
        new=True,
    )

    def schedule(self, epochs: int | None) -> int:
        """Return the number of trees."""
        if epochs is not None:
            msg = f"epochs={epochs} means nothing for trees: give BoostedDecisionTree(n_estimators={epochs})"
            raise ArgumentError(msg)
        return self.n_estimators

    def step(self, total: int) -> int:
        """Return how many trees are grown between two reports: about twenty reports in all."""
        return math.ceil(total / 20)

    def learner(self, sample: Sample, *, seed: int, epochs: int | None = None) -> _Growing:  # noqa: ARG002
        """Return a forest without trees."""
        return _Growing(self, sample, seed)

    def save(self, model: HistGradientBoostingClassifier, file: Path) -> None:
        """Write the trees with skops."""
        file.write_bytes(dumps(model))

    def load(self, file: Path) -> HistGradientBoostingClassifier:
        """Read trees; a file that names other classes than those of trees is refused."""
        return _loads(file.read_bytes(), file.name)

    def scores(self, model: HistGradientBoostingClassifier, X: Array) -> Array:
        """Return the probability of signal for equal numbers of both."""
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1, "openmp"):
            return np.asarray(model.predict_proba(X)[:, 1], np.float64)

    def arrays(self, model: HistGradientBoostingClassifier) -> dict[str, Array]:
        """Return the nodes of all trees, field by field, and where each tree begins."""
        trees = [tree.nodes for (tree,) in model._predictors]
        nodes = {name: np.concatenate([t[name] for t in trees]) for name in trees[0].dtype.names}
        return {**nodes, "size": np.array([len(t) for t in trees]), "baseline": np.asarray(model._baseline_prediction)}


class _Growing:
    """Trees grown a few at a time, the same as if grown at once."""

    def __init__(self, method: BoostedDecisionTree, sample: Sample, seed: int) -> None:
        from sklearn.ensemble import HistGradientBoostingClassifier

        if method.patience and sample.validation is None:
            raise ArgumentError(NO_VALIDATION.format(method.patience))
        self._patience = method.patience
        # With early_stopping=True scikit-learn records the losses of every tree, and a patience beyond the last tree never stops.
        self._model = HistGradientBoostingClassifier(
            learning_rate=method.learning_rate,
            max_leaf_nodes=method.max_leaf_nodes,
            min_samples_leaf=method.min_samples_leaf,
            l2_regularization=method.l2_regularization,
            max_bins=MAX_BINS,
            warm_start=True,
            early_stopping=True,
            scoring="loss",
            n_iter_no_change=method.patience or method.n_estimators + 1,
            tol=0.0,
            random_state=seed,
        )
        train, follow = sample.train, sample.validation or sample.train
        self._fit = {
            "X": _snapped(train.X),
            "y": train.y,
            "sample_weight": train.weights,
            "X_val": follow.X,
            "y_val": follow.y,
            "sample_weight_val": follow.weights,
        }
        self._judged = thinned(sample.validation, MOST_JUDGED) if sample.validation else None
        self._raw: Array | None = None
        self._luminosity = None if sample.unknown else LUMINOSITY
        self._memory = _Memory()

    @property
    def kept(self) -> int | None:
        """How many trees are kept, where patience chooses; None for all."""
        return max(1, int(np.argmax(self._model.validation_score_))) if self._patience else None

    def advance(self, done: int, to: int) -> dict[str, list[float]]:
        from threadpoolctl import threadpool_limits

        if self._patience and done and done - int(np.argmax(self._model.validation_score_)) >= self._patience:
            return {}
        with threadpool_limits(1, "openmp"), self._memory.of(self._model), _told(self._model, done, to):
            self._model.set_params(max_iter=to).fit(**self._fit)
        curves = {"loss": _losses(self._model.train_score_, done)}
        if self._judged is not None:
            curves["val_loss"] = _losses(self._model.validation_score_, done)
            for found in self._worth(self._judged, done):
                for name, value in found.items():
                    curves.setdefault(f"val_{name}", []).append(value)
        return curves

    def state(self) -> dict[str, Array]:
        # skops needs milliseconds for each tree
        trees, self._model._predictors = self._model._predictors, []
        try:
            bare = dumps(self._model)
        finally:
            self._model._predictors = trees
        nodes = [tree.nodes for (tree,) in trees]
        sizes = np.array([len(each) for each in nodes])
        return {"model": np.frombuffer(bare, np.uint8), "nodes": np.concatenate(nodes), "sizes": sizes}

    def restore(self, state: Mapping[str, Array]) -> None:
        from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor

        self._model = _loads(state["model"].tobytes(), "checkpoint")
        nodes = np.split(state["nodes"], np.cumsum(state["sizes"])[:-1])
        self._model._predictors = [[TreePredictor(each.copy(), NO_CATEGORIES, NO_CATEGORIES)] for each in nodes]
        self._raw = None

    def _worth(self, part: Part, done: int) -> Iterator[dict[str, float]]:
        """Yield exact metrics of validation events after each tree but the first `done`."""
        trees = self._model._predictors
        if self._raw is None:
            self._raw = np.full((len(part.y), 1), self._model._baseline_prediction, order="F")
            self._model._predict_iterations(part.X, trees[:done], self._raw, is_binned=False, n_threads=1)
        for tree in trees[done:]:
            self._model._predict_iterations(part.X, [tree], self._raw, is_binned=False, n_threads=1)
            yield epoch_metrics(self._raw[:, 0], part, luminosity=self._luminosity)

    def model(self) -> HistGradientBoostingClassifier:
        self._model._predictors = self._model._predictors[: self.kept]
        return self._model


class _Memory:
    """What scikit-learn makes anew at each warm start and need not: binned events, and the sums of the trees so far."""

    def __init__(self) -> None:
        self._mapper: Any = None
        self._binned: dict[bool, Array] = {}
        self._sums: dict[int, Array] = {}

    @contextmanager
    def of(self, model: HistGradientBoostingClassifier) -> Iterator[None]:
        """Give it to a model that is fitted; scikit-learn replaces a method of a model in this way, too."""
        bin_data, raw_predict = model._bin_data, model._raw_predict

        def binned(X: Array, sample_weight: Array | None, is_training_data: bool) -> Array:
            if is_training_data not in self._binned:
                self._binned[is_training_data] = bin_data(X, sample_weight, is_training_data)
                self._mapper = model._bin_mapper
            model._bin_mapper = self._mapper
            return self._binned[is_training_data]

        def sums(X: Array, n_threads: int | None = None) -> Array:
            # the fit adds to them what its trees add
            if id(X) not in self._sums:
                self._sums[id(X)] = raw_predict(X, n_threads)
            return self._sums[id(X)]

        model._bin_data, model._raw_predict = binned, sums
        try:
            yield
        finally:
            del model._bin_data, model._raw_predict


@contextmanager
def _told(model: HistGradientBoostingClassifier, done: int, to: int) -> Iterator[None]:
    """Report each tree of a fit: after it scikit-learn asks whether to stop."""
    should_stop = model._should_stop

    def told(scores: Any) -> Any:
        grown = len(scores) - 1
        progress.within((grown - done) / (to - done), f"tree {grown}", done=grown)
        return should_stop(scores)

    model._should_stop = told
    try:
        yield
    finally:
        del model._should_stop


def _losses(score: Array, done: int) -> list[float]:
    """Return the losses of the trees after `done`; scikit-learn's first score is that of no tree."""
    return [-float(s) for s in score[done + 1 :]]


def _snapped(X: Array) -> Array:
    """Return `X` with every value moved to the nearest of at most 255 of its column's quantiles.

    scikit-learn 1.9 needs seconds to bin weighted values, at every warm start; values that are so few it bins at once, with
    edges half way between them, which are just the edges of "nearest": the trees mean the same for values as they were.
    """
    snapped = np.empty_like(X)
    for i, column in enumerate(X.T):
        values = np.unique(column)
        if len(values) > MAX_BINS:
            values = np.unique(np.quantile(column, np.linspace(0, 1, MAX_BINS), method="nearest"))
        snapped[:, i] = values[np.searchsorted((values[1:] + values[:-1]) / 2, column)]
    return snapped


def _loads(data: bytes, name: str) -> HistGradientBoostingClassifier:
    return loads(data, name, TRUSTED.__contains__, "a forest")
