"""Cuts in training, with a network or alone: what an epoch sets, what it records, and the hard cuts at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .backend import keras, numbers, single
from .cut_layers import CutModel, Cuts, Gate, HardCuts, with_own_rate
from .cut_objectives import Counted, each_loss, loss_of, targets
from .cut_texts import Threshold, on_columns, passes, texts, thresholds_of
from .keras_learning import KerasLearner, layer_seed
from .method import Array
from .moments import moments
from .networks import MLP
from .objectives import better
from .optimizers import fit_optimizer
from .rectangular import shares
from .sample import Part, Sample

if TYPE_CHECKING:
    from .cut_network import CutNetwork

__all__ = ["CutLearner", "Stage", "stage"]

#: Quantiles of the signal, between which the data are: beyond them a threshold keeps all of the signal or none of it.
QUANTILES = (0.001, 0.999)
#: Part of a schedule in which the cuts learn, where they do not learn together with the network.
OWN = 1 / 3
#: So many further starts the scans at the end of cuts alone have.
DRAWN = 8
#: The fit of cuts alone: all events at once.
ALONE = MLP(batch_size=1_000_000)


class Stage(NamedTuple):
    """What an epoch does."""

    cuts: str
    """``"open"`` (they let everything pass), ``"learn"`` or ``"stand"``."""
    network: str
    """``"open"`` (its score is 1), ``"learn"`` or ``"stand"``."""
    annealed: float
    """How much of the annealing is done, 0 to 1."""


def stage(mode: str, epoch: int, epochs: int) -> Stage:
    """Return what an epoch, counted from 0, of a schedule does.

    Examples
    --------
    >>> [stage("network first", epoch, 3).cuts for epoch in range(3)]
    ['open', 'open', 'learn']
    """
    own = epochs if mode == "joint" else max(1, round(OWN * epochs))
    first = {"joint": 0, "cuts first": 0, "network first": epochs - own}[mode]
    annealed = float(np.clip((epoch - first + 1) / own, 0, 1))
    if mode == "joint":
        return Stage("learn", "learn", annealed)
    if mode == "cuts first":
        return Stage("learn", "open", annealed) if epoch < own else Stage("stand", "learn", 1.0)
    return Stage("open", "learn", 0.0) if epoch < first else Stage("learn", "stand", annealed)


class CutLearner(KerasLearner):
    """Cuts and, where there is one, a network, in training."""

    def __init__(self, method: CutNetwork, sample: Sample, *, seed: int, epochs: int) -> None:
        self.method, self.sample = method, sample
        self.objective = method.network.loss if method.network else method.objective
        given = [on_columns(threshold, sample.names) for threshold in thresholds_of(method.cuts or sample.names)]
        # before any scan: it says what the objective cannot do
        loss = None if method.network else loss_of(self.objective, sample, method.luminosity)
        self.start = _started(method, given, sample)
        fit = method.network or ALONE
        network = method.network.build(sample, layer_seed(seed, 1)) if method.network else None
        inputs = network.inputs[0] if network else keras().Input((len(sample.names),), dtype="float32", name="inputs")
        self.layer = _layer(method, self.start, sample, seed)
        score = self.layer(inputs)
        self.gates = [Gate(name=name, dtype="float32") for name in ("cut_gate", "network_gate") if network]
        if network:
            each = [gate(flow) for gate, flow in zip(self.gates, (score, network.outputs[0]), strict=True)]
            score = keras().layers.Multiply(name="product", dtype="float32")(each)
        self._network = network
        super().__init__(
            fit,
            keras().Model(inputs, score, name="cut_network"),
            sample,
            seed=seed,
            epochs=epochs,
            loss=loss,
            optimizer=with_own_rate(fit_optimizer(fit, len(sample.train.y), epochs)),
        )

    @property
    def names(self) -> list[str]:
        """What the curves call each threshold: its observable, and its side where that has several."""
        count = Counter(threshold.observable for threshold in self.start)
        signs = {"lower": ">", "upper": "<"}
        found, seen = [], Counter[str]()
        for observable, side, _ in self.start:
            name = observable if count[observable] == 1 else f"{observable} {signs[side]}"
            seen[name] += 1
            found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
        return found

    def before(self, epoch: int) -> None:
        """Set the width of the cuts, the learning rates, and what is open."""
        now = stage(self.method.mode if self._network else "joint", epoch, self.epochs)
        width = self.method.width * (self.method.last_width / self.method.width) ** now.annealed
        self.layer.width.assign(width)
        for gate, state in zip(self.gates, (now.cuts, now.network), strict=False):
            gate.open.assign(float(state == "open"))
        optimizer = self._model.optimizer
        optimizer.cut_rate.assign(self.method.cut_learning_rate * width if now.cuts == "learn" else 0.0)
        optimizer.network_rate.assign(float(now.network == "learn"))
        optimizer.gradient.assign(np.zeros(len(self.layer.config["columns"]), np.float32))
        optimizer.steps.assign(0.0)

    def after(self, epoch: int) -> dict[str, float]:  # noqa: ARG002
        """Return the thresholds, and the mean gradients of the epoch's steps, in the units of the observables."""
        optimizer = self._model.optimizer
        mean = numbers(optimizer.gradient) / numbers(optimizer.steps) / np.array(self.layer.config["scales"])
        places = zip(self.names, self.layer.thresholds, strict=True)
        slopes = zip(self.names, mean, strict=True)
        return {f"cut {n}": float(v) for n, v in places} | {f"gradient {n}": float(v) for n, v in slopes}

    def model(self) -> Any:
        """Return the network behind hard cuts: those that exact scans find from where annealing has ended."""
        part, config = self.sample.train, self.layer.config
        score = self._network_score(part.X)
        soft = [t._replace(value=v) for t, v in zip(self.start, self.layer.thresholds.tolist(), strict=True)]
        events = Counted.of(part, self.objective, self.method.luminosity, score)
        X = [part.X[:, i] for i in config["columns"]]
        hard = self._hard(events, X, soft)
        kept = np.logical_and.reduce([passes(x, t.side, t.value) for x, t in zip(X, hard, strict=True)])
        passing, failing = shares(kept, part)
        cuts = [(i, t) for i, t in zip(config["columns"], hard, strict=True) if np.isfinite(t.value)]
        weight = np.asarray(keras().ops.convert_to_numpy(self.layer(single(part.X))), np.float64)[:, 0]
        about = {
            "objective": self.objective,
            "cuts": texts(t for _, t in cuts),
            "soft": texts([each._replace(value=float(f"{each.value:.6g}")) for each in soft]),
            "value": {"hard": self._value(events, kept, score), "soft": self._value(events, weight, score)},
            "width": float(numbers(self.layer.width)),
        }
        layer = HardCuts(
            [i for i, _ in cuts], [t.side for _, t in cuts], [t.value for _, t in cuts], about=about, name="cuts"
        )
        inputs = self._model.inputs[0]
        outputs = layer(inputs)
        if self._network is None:
            rescaling = keras().layers.Rescaling
            outputs = rescaling(passing - failing, failing, name="shares", dtype="float32")(outputs)
        else:
            outputs = keras().layers.Multiply(name="selected", dtype="float32")([outputs, self._network.outputs[0]])
        return CutModel(inputs, outputs, name="cut_network")

    def _hard(self, events: Counted, X: Sequence[Array], soft: Sequence[Threshold]) -> list[Threshold]:
        """Return what exact scans make of the annealed thresholds; of cuts alone also of others that are drawn from the events."""
        best, gain = events.refit(X, soft)
        rng = np.random.default_rng(layer_seed(self._seed, 2))
        for _ in range(0 if self._network else DRAWN):
            start = [t._replace(value=float(rng.choice(x))) for x, t in zip(X, soft, strict=True)]
            found, worth = events.refit(X, start)
            if better(worth, gain):
                best, gain = found, worth
        return best

    def _prepared(self, part: Part) -> tuple[Any, Array, Array]:
        if self.method.network:
            return super()._prepared(part)
        return single(part.X), single(targets(self.objective, part)), single(part.weights)

    def _value(self, events: Counted, weight: Array, score: Array | None) -> float | None:
        """Return the loss of the network, or the objective of cuts alone, with the weights, (n,), of hard or soft cuts."""
        if score is None:
            return events.objective.value(events.gain(weight))
        part = self.sample.train
        return float(np.average(each_loss(self.objective, part.y, weight * score), weights=part.weights))

    def _network_score(self, X: Array) -> Array | None:
        if self.method.network is None:
            return None
        return self.method.network.scores(self._network, X)


def _layer(method: CutNetwork, start: Sequence[Threshold], sample: Sample, seed: int) -> Any:
    columns = [sample.names.index(threshold.observable) for threshold in start]
    X = sample.train.X[:, columns]
    mean, variance = moments(X, [threshold.observable for threshold in start])
    return Cuts(
        columns,
        [threshold.side for threshold in start],
        [threshold.value for threshold in start],
        centres=mean.tolist(),
        scales=np.sqrt(np.where(variance > 0, variance, 1.0)).tolist(),
        ranges=np.quantile(X[sample.train.y == 1], QUANTILES, axis=0).T.tolist(),
        function=method.function,
        estimator=method.estimator,
        width=method.width,
        seed=layer_seed(seed, 0),
        name="soft_cuts",
    )


def _started(method: CutNetwork, given: Sequence[Threshold], sample: Sample) -> list[Threshold]:
    """Return thresholds where they start: as given, or each where it is best alone (after another on its own observable)."""
    part = sample.train
    objective = "accuracy" if method.network else method.objective
    events, found = Counted.of(part, objective, method.luminosity), []
    for observable, side, value in given:
        if side != "any" and method.start == "given":
            found.append(Threshold(observable, side, value))
            continue
        x = part.X[:, sample.names.index(observable)]
        before = [passes(x, t.side, t.value) for t in found if t.observable == observable]
        others = np.logical_and.reduce([np.full(len(x), True), *before])
        sides = ("lower", "upper") if side == "any" else (side,)
        best = {s: events.best(x, s, others) for s in sides}
        better = max(best, key=lambda s: best[s][1])
        # where no threshold is better than none: beyond all of the signal
        edge = np.quantile(x[part.y == 1], QUANTILES[better == "upper"])
        found.append(Threshold(observable, better, float(best[better][0] if np.isfinite(best[better][0]) else edge)))
    return found
