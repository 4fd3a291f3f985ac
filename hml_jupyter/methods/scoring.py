"""The score of a trained method as one more column of a dataset."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from ..cuts import Cut
from ..errors import ArgumentError, HmlError
from ..observables import canonical_name
from ..provenance import Recipe, Result
from ..registry import named
from .scorers import Scoring, check_origin, check_selection
from .trained import check_training

if TYPE_CHECKING:
    from ..datasets import Dataset

__all__ = ["score", "score_columns", "score_name"]


#: Raised when the same call gives other scores.
VERSION = 2


@named
def score(dataset: Dataset, training: Scoring, *, name: str | None = None, path: str | None = None) -> Dataset:
    """Return a dataset with the score of a trained method as one more column, for cuts, boards and cutflows; one for each of several outputs.

    Every yield of such a dataset is that of its test events, scaled up by each process's fraction of summed weights: the method
    has seen the others. With a training of `folds`, which was trained on events of this dataset, no event was seen by the model that
    scores it, and all are counted; so they are of a sample that was built with ``split=(0, 0, 1)``. No method sees the column.

    Cuts of the `selection` of a preserved network that the dataset was not built with are told, not applied.

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
        ``susy``, with the values that the network gives. A network with several outputs gives a column for each, by its name in
        the card: ``"susy.gluino"``, ``"susy.top"``. What no name in a cut has becomes ``_``, and what is a name of something else there
        follows ``output_``: ``"susy.p_b_"`` for ``p(b)``, ``"susy.output_met"`` for ``met``.
    path : str, optional
        Where to keep it; the dataset must have a path too. Stored are the scores, not the events.

    Returns
    -------
    Dataset
        With `dataset` as its parent.

    Raises
    ------
    ArgumentError
        Something that is no dataset or no training, a name that cannot be, or is there already, or a dataset without test events.
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
    from ..datasets.scored import columns_entry, scored

    check_dataset(dataset, "score")
    saved = _saved(training)
    crossed = training.knows_unseen(dataset)
    if not crossed:
        dataset.check_part("test")
    columns = _columns(dataset, score_name(training.name) if name is None else name, training.outputs)
    check_origin(training, dataset, training.name)
    check_selection(training, dataset)
    recipe = Recipe("score", VERSION, columns_entry(columns), {"dataset": dataset, "training": saved})
    return scored(dataset, columns, training.method_name, training.score, recipe, path, crossed=crossed)


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


def score_columns(name: str, outputs: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of a score: one, or those of several outputs.

    Examples
    --------
    >>> score_columns("mlp", ["signal"]), score_columns("gn2", ["p_b", "p(c)", "met"])
    (('mlp.score',), ('gn2.p_b', 'gn2.p_c_', 'gn2.output_met'))
    """
    return (f"{name}.score",) if len(outputs) == 1 else tuple(_output_column(name, each) for each in outputs)


def _output_column(name: str, output: str) -> str:
    word = re.sub(r"\W", "_", output, flags=re.ASCII)
    for each in (word, f"output_{word}"):
        with suppress(HmlError):
            return Cut(f"{name}.{each} > 0").names[0]
    msg = f"name={name!r} is what events call some of their objects, so that {name}.{word} cannot be in a cut: choose another name="
    raise ArgumentError(msg)


def _columns(dataset: Dataset, name: Any, outputs: Sequence[str]) -> tuple[str, ...]:
    if not _is_word(name):
        msg = f"name={name!r} must be a word of small letters, digits and _, as name='mlp' for the column 'mlp.score'"
        raise ArgumentError(msg)
    columns = score_columns(name, outputs)
    for column in columns:
        same = [each for each, one in zip(outputs, columns, strict=True) if one == column]
        if len(same) > 1:
            msg = f"the outputs {' and '.join(map(repr, same))} would both be the column {column}: give them other names in the card"
            raise ArgumentError(msg)
        if column in dataset.column_names:
            msg = f"the dataset already has a column {column}; choose another name="
            raise ArgumentError(msg)
    return columns
