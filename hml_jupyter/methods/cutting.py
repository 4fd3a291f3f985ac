"""Cut and count: rectangular cuts that are found by exact scans."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np

from .. import progress
from ..datasets.described import MOST_LUMINOSITY
from ..errors import ArgumentError
from ..metrics import FLOOR, MOST_UNCERTAINTY
from .measuring import cross_entropy
from .method import Array, Method, register
from .objectives import EXPECTED, OBJECTIVES, Objective
from .options import option
from .rectangular import CutStep, RectangularCuts, passes, read, shares, write
from .sample import Sample
from .scanning import SIDES, UNCUT, Range
from .searching import TOPOLOGIES, Counted, joint, next_range

__all__ = ["CutAndCount"]


@register
class CutAndCount(Method):
    """Rectangular cuts: one range for each observable, found by exact scans over the training events.

    With ``topology="sequential"`` the cuts are found in the order of the columns, each on the events that those before it
    leave; with ``"parallel"`` each on all events, as if it were alone. ``"joint"`` starts from both, and from `restarts` that are
    drawn, finds each cut anew on what all others leave until none gets better, and takes the best end: no change of a single
    cut improves it. An observable on which no cut is better than none is left uncut.

    The score of an event has two values: the share of signal, with balanced weights, among the training events that pass all
    cuts, and among the others. Source: TMVA Users Guide, arXiv:physics/0703039, "Rectangular cut optimisation", for the method;
    coordinate ascent in place of its random searches.

    Examples
    --------
    >>> import hml_jupyter as hml
    >>> from hml_jupyter.datasets import example
    >>> found = hml.train(hml.CutAndCount(objective="accuracy"), example(90), seed=42)
    >>> found.model.cuts
    ['fatjet0.mass >= 70.0']
    >>> hml.select(example(90), found.model.cuts).n_events
    130
    """

    unit = "cut"
    file = "cuts.json"

    objective: str = option(
        default="significance",
        doc="What the cuts make best; the first three count expected events, the others take signal and background balanced.",
        choices=OBJECTIVES,
    )
    topology: str = option(
        default="sequential",
        doc="Each cut after those before it, each by itself on all events, or all together.",
        choices=TOPOLOGIES,
    )
    sides: tuple[str, ...] | str = option(
        default=("any",),
        doc="Kinds of cuts that are tried, any for lower, upper and window: one word for all observables, or one for each.",
        choices=SIDES,
    )
    luminosity: float = option(
        default=139.0,
        doc="Luminosity at which events are expected.",
        minimum=1e-9,
        maximum=MOST_LUMINOSITY,
        unit="fb^-1",
        advanced=True,
    )
    uncertainty: float = option(
        default=0.0,
        doc="Relative uncertainty of the background in the significance, beside its Monte-Carlo error.",
        minimum=0.0,
        maximum=MOST_UNCERTAINTY,
        advanced=True,
    )
    floor: float = option(
        default=FLOOR,
        doc="Effective background events that have to pass, where expected events are counted.",
        minimum=0.0,
        maximum=1e9,
        unit="events",
        advanced=True,
    )
    restarts: int = option(
        default=0,
        doc="Further starts of the search for all cuts together, drawn from the events; for topology='joint'.",
        minimum=0,
        maximum=1000,
        new=True,
        advanced=True,
    )

    def __post_init__(self) -> None:
        """Check the options."""
        super().__post_init__()
        if self.restarts and self.topology != "joint":
            msg = f"restarts={self.restarts} means nothing for topology={self.topology!r}: take topology='joint'"
            raise ArgumentError(msg)

    def check_names(self, names: Sequence[str]) -> None:
        """Refuse another number of observables than that of `sides`."""
        if len(self.sides) not in (1, len(names)):
            msg = (
                f"sides has {len(self.sides)} words, and there are {len(names)} observables "
                f"({', '.join(names)}): give one word for all, or one for each"
            )
            raise ArgumentError(msg)

    def schedule(self, epochs: int | None) -> None:
        """Return None: there is one step for each observable."""
        if epochs is not None:
            msg = f"epochs={epochs} means nothing for cuts: there is one for each observable"
            raise ArgumentError(msg)

    def learner(self, sample: Sample, *, seed: int, epochs: int | None = None) -> _Cutting:  # noqa: ARG002
        """Return cuts of which none is found yet; only `restarts` are random."""
        if self.objective in EXPECTED and sample.unknown:
            msg = (
                f"objective={self.objective!r} counts expected events, and the cross section of "
                f"{', '.join(sample.unknown)} is not known: take objective='cross_entropy' or 'accuracy'"
            )
            raise ArgumentError(msg)
        self.check_names(sample.names)
        return _Cutting(self, sample, seed)

    def save(self, model: RectangularCuts, file: Path) -> None:
        """Write names and numbers as JSON."""
        write(model, file)

    def load(self, file: Path) -> RectangularCuts:
        """Read names and numbers; a file with anything else is refused."""
        return read(file, OBJECTIVES)

    def scores(self, model: RectangularCuts, X: Array) -> Array:
        """Return the share of signal among training events on the same side of the cuts."""
        return model.scores(X)

    def arrays(self, model: RectangularCuts) -> dict[str, Array]:
        """Return the bounds and the two scores."""
        ranges = np.array([step.range for step in model.steps], np.float64)
        return {"ranges": ranges, "scores": np.array([model.passing, model.failing])}


class _Cutting:
    """Cuts that are found one by one."""

    kept = None

    def __init__(self, method: CutAndCount, sample: Sample, seed: int) -> None:
        self._method, self._names, self._seed = method, sample.names, seed
        sides = cast(tuple[str, ...], method.sides)
        self._sides = sides * len(sample.names) if len(sides) == 1 else sides
        objective = Objective(method.objective, method.uncertainty, method.floor)
        self._train = Counted.of(sample.train, objective, method.luminosity)
        self._parts = {"": self._train}
        if sample.validation is not None:
            # fewer events, and nothing is chosen by them
            lenient = replace(objective, floor=0.0)
            self._parts["val_"] = Counted.of(sample.validation, lenient, method.luminosity)
        self._ranges: list[Range] = []

    def advance(self, done: int, to: int) -> dict[str, list[float]]:
        curves: dict[str, list[float]] = {}
        for _ in range(done, to):
            self._find()
            for name, value in self._measured().items():
                curves.setdefault(name, []).append(value)
        return curves

    def state(self) -> dict[str, Array]:
        return {"ranges": np.array(self._ranges, np.float64)}

    def restore(self, state: Mapping[str, Array]) -> None:
        self._ranges = [Range(low, high, bool(outside)) for low, high, outside in state["ranges"].tolist()]

    def model(self) -> RectangularCuts:
        ranges = [*self._ranges, *[UNCUT] * (len(self._names) - len(self._ranges))]
        train, steps = self._train, []
        for i, name in enumerate(self._names):
            sums = train.sums(ranges[: i + 1])
            value = train.objective.value(train.objective.gain(sums, train.total))
            efficiencies = np.divide(sums, train.total, out=np.zeros(4), where=train.total != 0)[:2].tolist()
            steps.append(CutStep(name, ranges[i], value, *efficiencies))
        return RectangularCuts(self._method.objective, tuple(steps), *self._shares())

    def _find(self) -> None:
        found, gain = next_range(self._train, self._ranges, self._sides, self._method.topology)
        self._ranges.append(found)
        last = len(self._ranges) == len(self._names)
        if self._method.topology != "joint":
            self._tell(len(self._ranges) - 1, gain)
        elif last:
            given = self._train, self._ranges, self._sides
            self._ranges = joint(*given, restarts=self._method.restarts, seed=self._seed)
            for i in range(len(self._names)):
                self._tell(i, self._train.gain(self._ranges))
        if last:
            self._warn()

    def _tell(self, place: int, gain: float) -> None:
        """Say that an observable is not cut, and why."""
        if self._ranges[place].is_cut:
            return
        name, objective, floor = self._names[place], self._method.objective, self._method.floor
        if math.isinf(gain):
            why = f"{objective} cannot be estimated: no cut leaves {floor:g} effective background events"
        else:
            why = f"no cut on it gives a better {objective.replace('_', ' ')}"
        progress.notice(f"{name} is left uncut: {why}")

    def _warn(self) -> None:
        """Say what is wrong with the cuts together."""
        if any(each.is_cut for each in self._ranges) and math.isinf(self._train.gain(self._ranges)):
            progress.notice(
                f"the cuts together leave too little for an estimate of {self._method.objective}: "
                "take topology='sequential' or 'joint'"
            )
        passing, failing = self._shares()
        if passing < failing:
            progress.notice(
                "the share of signal is smaller among the events that pass than among the others, since the training weights "
                "count all backgrounds the same: the score is the wrong way round"
            )

    def _shares(self) -> tuple[float, float]:
        part = self._train.part
        return shares(passes(self._ranges, part.X), part)

    def _measured(self) -> dict[str, float]:
        """Return the curves after the newest cut; an objective that cannot be estimated is drawn at 0."""
        shares, found = self._shares(), {}
        for prefix, events in self._parts.items():
            part = events.part
            score = np.where(passes(self._ranges, part.X), *shares)
            found[f"{prefix}loss"] = cross_entropy(score, part.y == 1, part.weights)
            found[f"{prefix}accuracy"] = float(np.average((score > 0.5) == part.y, weights=part.weights))
            found[f"{prefix}objective"] = events.objective.value(events.gain(self._ranges)) or 0.0
        return found
