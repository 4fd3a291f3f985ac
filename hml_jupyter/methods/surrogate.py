"""Surrogates: the score of a detector-level model from truth-level inputs."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from .. import progress
from ..errors import ArgumentError, UnknownNameError
from ..observables import level_of_column
from .backend import keras, layer_of, predicted, single
from .draws import noise
from .method import Array, Learner, Method, get, register
from .networks import MLP
from .options import option
from .sample import Part, Sample, check_finite, check_sides, part

if TYPE_CHECKING:
    from ..datasets import Dataset

__all__ = ["Surrogate", "check_scores", "column_of"]

#: A flag with more values than this is a number.
MOST_VALUES = 32


@register
class Surrogate(Method):
    """What a score would be, drawn from truth-level inputs: a model that others can use where the inputs of the original are out of reach.

    A network learns how the score of an original, a column such as ``"mlp.score"`` that :func:`hml_jupyter.score` made, is
    distributed for events with given inputs, and a score is one draw of it. The randomness stands for what truth does not tell, the
    smearing of the detector among it: a function of the inputs alone would have too narrow a distribution, and wrong efficiencies. The
    draw of an event depends on its inputs and a seed, not on its order. The score becomes its rank among the training events, as a
    quantile of a normal distribution, so that scores that pile up near 0 and 1, or are exactly 0 behind cuts, are learnt as well as all
    others; a mixture of Gaussians, which the network gives, is the density of the rank.

    The original's score of events that it was trained on is too good: let it have been trained on another dataset, or with `folds`.
    :func:`hml_jupyter.closure` tells whether a surrogate is as good as the original. Detector-level models that are to be published want
    one of four remedies (eliminate such inputs, publish efficiencies, simulate, or this); source of the idea: T. Procter, "Reusing neural
    networks: lessons learned and suggestions for the future", and Araz et al., arXiv:2312.14575. Source of the model: C. M. Bishop,
    "Mixture density networks", NCRG/94/004 (1994).

    Examples
    --------
    >>> Surrogate(of="mlp.score", inputs=["genjet0.pt", "genjet0.eta"], flags=["jet0.flavor"])
    Surrogate(of='mlp.score', inputs=('genjet0.pt', 'genjet0.eta'), flags=('jet0.flavor',))
    """

    kind: ClassVar[str] = "set"
    file: ClassVar[str] = "model.keras"
    draws: ClassVar[bool] = True

    of: str = option(default="", doc='Column with the score of the original, "mlp.score".')
    inputs: tuple[str, ...] = option(
        default=(),
        kind="texts",
        doc="Columns and side columns that it sees; none means those that a method sees of the dataset, but for flags.",
    )
    flags: tuple[str, ...] = option(
        default=(),
        kind="texts",
        doc="Columns and side columns with a few whole numbers that are names, as the flavour of a jet.",
    )
    components: int = option(default=8, doc="Gaussians in the mixture.", minimum=2, maximum=64, advanced=True)
    network: MLP = option(
        default=MLP(learning_rate=3e-3, batch_size=64, decay="cosine"),
        kind="method",
        doc="The dense layers, and how they are fitted: a density needs many steps, and a learning rate that falls.",
    )

    def __post_init__(self) -> None:
        """Bring the network from its configuration."""
        object.__setattr__(self, "network", _network(self.network))
        super().__post_init__()
        if not self.of:
            msg = "Surrogate(of=...) is the column with the score of the original: of='mlp.score' after hml.score(dataset, mlp, name='mlp')"
            raise ArgumentError(msg)

    def get_config(self) -> dict[str, Any]:
        """Return the options as plain JSON; the network is ``{"method": "MLP", ...}``."""
        return super().get_config() | {"network": {"method": "MLP", **self.network.get_config()}}

    def schedule(self, epochs: int | None) -> int:
        """Return the number of epochs."""
        return self.network.schedule(epochs)

    def inputs_of(self, dataset: Dataset) -> tuple[str, ...]:
        """Return the names of its inputs, then those of its flags.

        Raises
        ------
        UnknownNameError
            The dataset has no such column.
        ArgumentError
            No inputs, one twice, or the score among them.
        """
        flags = tuple(column_of(dataset, name) for name in self.flags)
        inputs = tuple(column_of(dataset, name) for name in self.inputs or dataset.names)
        if not self.inputs:
            inputs = tuple(name for name in inputs if name not in flags)
        names, target = inputs + flags, column_of(dataset, self.of)
        wrong = [name for i, name in enumerate(names) if name in names[:i] or name == target]
        if wrong or not names:
            why = (
                f"{wrong[0]} is {'what it learns' if wrong[0] == target else 'given twice'}" if wrong else "it has none"
            )
            msg = f"the inputs and flags of a surrogate are columns, each once, without the score: {why}"
            raise ArgumentError(msg)
        return names

    def sample(self, dataset: Dataset) -> Sample:
        """Return the training and validation events of a dataset with the score of the original.

        Raises
        ------
        UnknownNameError
            The dataset has no such column.
        ArgumentError
            No background, fewer than 10 signal or background training events; inputs that are missing; flags that are no names; a score
            that is missing, that is not between 0 and 1, or always the same.
        """
        names, target = self.inputs_of(dataset), column_of(dataset, self.of)
        dataset.check_background("training")
        dataset.check_part("train")
        X = np.column_stack([dataset.column(name) for name in names])
        scores, used = dataset.column(target), ~dataset.part("test")
        check_sides(dataset.is_signal[dataset.part("train")], "training", dataset)
        check_finite(X[used], names)
        _check_flags(X[used], names, len(self.flags))
        check_scores(target, scores[used])
        _tell_of_seen(dataset, target)
        _tell_of_measured(names)
        train, validation = (_with(dataset, name, X, scores) for name in ("train", "validation"))
        return Sample(train, validation if len(validation.y) else None, names, dataset.without_cross_section)

    def learner(self, sample: Sample, *, seed: int, epochs: int | None = None) -> Learner:
        """Return an untrained surrogate."""
        keras()
        from .surrogate_learning import SurrogateLearner

        return SurrogateLearner(self, sample, seed=seed, epochs=self.schedule(epochs))

    def save(self, model: Any, file: Path) -> None:
        """Write the model in Keras's own format."""
        self.network.save(model, file)

    def load(self, file: Path) -> Any:
        """Read a model; code in the file is not executed."""
        return self.network.load(file)

    def scores(self, model: Any, X: Array, *, seed: int = 0) -> Array:
        """Return one draw for each event.

        Raises
        ------
        ArgumentError
            A flag has a value that the surrogate has not learnt.
        """
        if self.flags:
            from .surrogate_layers import Flags

            _check_known(layer_of(model, "flags", Flags).config, X, self.flags)
        given = {"inputs": single(X), "noise": single(noise(X, seed))}
        return predicted(model, given, self.network.rows)

    def arrays(self, model: Any) -> dict[str, Array]:
        """Return the weights, the normalisations, and the scores of the ranks."""
        curve = model.get_layer("score").config
        return self.network.arrays(model) | {name: np.array(curve[name]) for name in ("ranks", "scores")}


def column_of(dataset: Dataset, name: str) -> str:
    """Return the canonical name of a column; arithmetic that is none is refused, as it may hide the score among the inputs.

    Raises
    ------
    UnknownNameError
        The dataset has no such column.
    """
    column = dataset.column_name(name)
    if column not in dataset.column_names:
        hint = "A surrogate learns from columns and draws one; arithmetic goes into observables= of build_dataset"
        raise UnknownNameError("column", column, dataset.column_names, hint=hint)
    return column


def _network(given: Any) -> MLP:
    network = get(given)
    if not isinstance(network, MLP):
        msg = f"Surrogate(network=...) takes dense layers, hml.MLP(hidden=(128, 128)), not {network!r}"
        raise ArgumentError(msg)
    if network.loss != MLP().loss:
        msg = f"Surrogate(network={network!r}): a surrogate has a loss of its own, leave loss= out"
        raise ArgumentError(msg)
    return network


def _with(dataset: Dataset, name: str, X: Array, scores: Array) -> Part:
    chosen = dataset.part(name)
    return dataclasses.replace(part(dataset, name), X=X[chosen], target=scores[chosen])


def _check_flags(X: Array, names: Sequence[str], flags: int) -> None:
    for name, values in list(zip(names, X.T, strict=True))[len(names) - flags :]:
        found = np.unique(values)
        if len(found) > MOST_VALUES or (found != np.round(found)).any():
            several = f"{len(found)} values from {found[0]:g} to {found[-1]:g}"
            msg = (
                f"the flag {name} has {several}; a flag has at most {MOST_VALUES}, whole numbers: give it among inputs="
            )
            raise ArgumentError(msg)


def check_scores(name: str, scores: Array) -> None:
    """Refuse a score, (n,), that is missing, that is not between 0 and 1, or always the same; `name` is its column."""
    missing = int(np.isnan(scores).sum())
    if missing:
        msg = f"{name} is missing (NaN) in {missing} of {len(scores)} events: select those that have it, hml.select(dataset, ['{name} >= 0'])"
        raise ArgumentError(msg)
    low, high = scores.min(), scores.max()
    if low < 0 or high > 1:
        msg = f"{name} goes from {low:.4g} to {high:.4g}; a surrogate learns a score between 0 and 1, as hml.score gives it"
        raise ArgumentError(msg)
    if low == high:
        msg = f"{name} is {low:.4g} for all events: there is nothing to be learnt"
        raise ArgumentError(msg)


def _check_known(config: dict[str, Any], X: Array, flags: Sequence[str]) -> None:
    for name, column, known in zip(flags, config["columns"], config["values"], strict=True):
        strange = ~np.isin(X[:, column], known)
        if strange.any():
            texts = ", ".join(f"{value:g}" for value in known)
            msg = f"{name} is {X[strange, column][0]:g} in {strange.sum()} of {len(X)} events, which the surrogate has not learnt; it knows {texts}"
            raise ArgumentError(msg)


def _tell_of_seen(dataset: Dataset, target: str) -> None:
    if target in dataset.scores and dataset.test_only:
        progress.notice(
            f"{target} of training events is too good if the original was trained on them; a surrogate of it is then too good as well: "
            "hml.closure compares them on test events"
        )


def _tell_of_measured(names: Sequence[str]) -> None:
    measured = [name for name in names if level_of_column(name) in ("reco", "detector")]
    if measured:
        progress.notice(
            f"the surrogate sees measured objects ({', '.join(measured)}): nobody without a detector simulation can use it; "
            "runs have genjet, genfatjet and genmissinget for its inputs"
        )
