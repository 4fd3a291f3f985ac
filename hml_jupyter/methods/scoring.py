"""The score of a trained method as one more column of a dataset."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from ..errors import ArgumentError, HmlError
from ..observables import canonical_name
from ..provenance import Recipe, Result
from ..registry import named
from .method import Array
from .trained import Scoring, check_origin, check_training

if TYPE_CHECKING:
    from ..datasets import Dataset

__all__ = ["score", "score_name"]


#: Raised when the same call gives other scores.
VERSION = 1


@named
def score(dataset: Dataset, training: Scoring, *, name: str | None = None, path: str | None = None) -> Dataset:
    """Return a dataset with the score of a trained method as one more column, for cuts, boards and cutflows.

    Every yield of such a dataset is that of its test events, scaled up by each process's fraction of summed weights: the method
    has seen the others. With a training of `folds`, which was trained on events of this dataset, no event was seen by the model that
    scores it, and all are counted. No method sees the column.

    Parameters
    ----------
    dataset : Dataset
        A dataset or a selection, observed events too, with the inputs of the method.
    training : Training or Preserved
        Whose score it is.
    name : str, optional
        The column is ``"<name>.score"``, from 0 (background) to 1 (signal), NaN where an input is missing; the last part of
        the training's path, or its method, as a word of small letters if not given. Of a preserved network it is the name in its
        card, and the column ends in ``.score`` whatever the card calls the output: ``"susy.score"`` for the output ``gluino`` of
        ``susy``, with the values that the network gives.
    path : str, optional
        Where to keep it; the dataset must have a path too. Stored are the scores, not the events.

    Returns
    -------
    Dataset
        With `dataset` as its parent.

    Raises
    ------
    ArgumentError
        Something that is no dataset or no training, a name that cannot be, a dataset without test events, or a preserved network
        with several outputs.
    UnknownNameError
        The dataset lacks an input of the method.
    PathError, DamagedError
        `path` cannot be written or belongs to something else; the dataset or the training is gone or has changed.

    Examples
    --------
    >>> import hml_jupyter as hml
    >>> from hml_jupyter.datasets import example
    >>> bdt = hml.train(hml.BoostedDecisionTree(n_estimators=5), example(90), seed=42)
    >>> scored = hml.score(example(90), bdt, name="bdt")
    >>> scored.side_names, hml.select(scored, ["bdt.score > 0.5"]).n_events
    (('bdt.score',), 130)
    """
    from ..datasets.checking import check_dataset
    from ..datasets.scored import scored

    check_dataset(dataset, "score")
    saved = _saved(training)
    crossed = training.knows_unseen(dataset)
    if not crossed:
        dataset.check_part("test")
    column = _column(dataset, score_name(training.name) if name is None else name)
    check_origin(training, dataset, training.name)
    recipe = Recipe("score", VERSION, {"column": column}, {"dataset": dataset, "training": saved})

    def scores(data: Any) -> Array:
        found = training.score(data)
        if found.ndim != 1:
            msg = f"{training.name} gives {found.shape[1]} numbers for an event, and a column holds one: its .score(dataset) returns them all"
            raise ArgumentError(msg)
        return found

    return scored(dataset, column, training.method_name, scores, recipe, path, crossed=crossed)


def _saved(training: object) -> Result:
    """Return a training or a preserved network; refuse anything else."""
    if not (isinstance(training, Result) and hasattr(training, "knows_unseen")):
        check_training(training, "score")
    return cast("Result", training)


def score_name(name: str) -> str:
    """Return what the score of a training is called where nobody has said it: the training's name as a word that a cut can have.

    Examples
    --------
    >>> score_name("MLP"), score_name("my-bdt"), score_name("2nd"), score_name("any")
    ('mlp', 'my_bdt', 'model_2nd', 'model_any')
    """
    word = re.sub(r"\W", "_", name.lower(), flags=re.ASCII)
    return word if _is_word(word) else f"model_{word}"


def _is_word(name: Any) -> bool:
    with suppress(HmlError):
        return (
            isinstance(name, str) and name.isidentifier() and canonical_name(f"{name.lower()}.score") == f"{name}.score"
        )
    return False


def _column(dataset: Dataset, name: Any) -> str:
    if not _is_word(name):
        msg = f"name={name!r} must be a word of small letters, digits and _, as name='mlp' for the column 'mlp.score'"
        raise ArgumentError(msg)
    if f"{name}.score" in dataset.column_names:
        msg = f"the dataset already has a column {name}.score; choose another name="
        raise ArgumentError(msg)
    return f"{name}.score"
