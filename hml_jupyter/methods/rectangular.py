"""Rectangular cuts: one range for each observable, and what passing them is worth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..canonical import read_json, write_json
from ..errors import DamagedError, ExpressionError
from ..expressions import parse_observable, render
from .method import Array
from .sample import Part
from .scanning import Range

__all__ = ["CutStep", "RectangularCuts", "passes", "read", "shares", "write"]

SCHEMA = 1


class CutStep(NamedTuple):
    """One observable, and what is left after its cut and those before it, on training events."""

    observable: str
    """Canonical name."""
    range: Range
    """Its cut."""
    value: float | None
    """The objective; None where it cannot be estimated."""
    signal_efficiency: float
    """Share of the signal that is left, 0 to 1, in the weights of the objective; negative weights can lead out of that."""
    background_efficiency: float
    """The same of the background."""

    @property
    def cuts(self) -> list[str]:
        """The cuts as texts: none, one or two."""
        return self.range.cuts(self.observable)


@dataclass(frozen=True)
class RectangularCuts:
    """Cuts on single observables that were found together, and the scores that they give.

    Examples
    --------
    >>> model = RectangularCuts("accuracy", (CutStep("met", Range(70.0), 0.9, 0.9, 0.1),), 0.9, 0.1)
    >>> model.cuts, model.scores(np.array([[80.0], [60.0]]))
    (['met >= 70.0'], array([0.9, 0.1]))
    """

    objective: str
    """What they were chosen by."""
    steps: tuple[CutStep, ...]
    """One for each observable, in the order of the dataset's columns."""
    passing: float
    """Score of events that pass all cuts: share of signal among such training events, signal and background balanced."""
    failing: float
    """Score of all other events, likewise."""

    @property
    def cuts(self) -> list[str]:
        """The cuts as texts, for :func:`hml_jupyter.select` and :class:`hml_jupyter.Cut`."""
        return [cut for step in self.steps for cut in step.cuts]

    @property
    def value(self) -> float | None:
        """The objective of all cuts together on training events; None where it cannot be estimated."""
        return self.steps[-1].value

    def scores(self, X: Array) -> Array:
        """Return the score of each event, (n,); the columns of `X` (n, k) are those of `steps`."""
        return np.where(passes([step.range for step in self.steps], X), self.passing, self.failing)


def passes(ranges: Sequence[Range], X: Array) -> Array:
    """Return which rows of `X` pass the cuts on its first columns, (n,) bool."""
    kept = np.ones(len(X), bool)
    for each, values in zip(ranges, X.T, strict=False):
        if each.is_cut:
            kept &= each.passes(values)
    return kept


def shares(passing: Array, part: Part) -> tuple[float, float]:
    """Return the share of signal among the events that pass, and among those that do not; 0.5 where there is no event."""
    share, rest = (
        float(np.average(part.y[side], weights=part.weights[side])) if side.any() else 0.5
        for side in (passing, ~passing)
    )
    return share, rest


def write(model: RectangularCuts, file: Path) -> None:
    """Write cuts as JSON; what is missing of a range is null."""
    steps = []
    for name, (low, high, outside), value, signal, background in model.steps:
        ends = {"low": low if math.isfinite(low) else None, "high": high if math.isfinite(high) else None}
        reached = {"value": value, "signal_efficiency": signal, "background_efficiency": background}
        steps.append({"observable": name, **ends, "outside": outside, **reached})
    head = {"schema": SCHEMA, "objective": model.objective, "passing": model.passing, "failing": model.failing}
    write_json(file, {**head, "steps": steps})


def read(file: Path, objectives: tuple[str, ...]) -> RectangularCuts:
    """Read cuts.

    Raises
    ------
    DamagedError
        The file is no such list of names and numbers.
    """
    try:
        found = read_json(file)
        if found["schema"] != SCHEMA or found["objective"] not in objectives:
            raise ValueError
        steps = tuple(map(_step, found["steps"]))
        if not steps:
            raise ValueError
        return RectangularCuts(found["objective"], steps, _share(found["passing"]), _share(found["failing"]))
    except (ValueError, KeyError, TypeError, AttributeError, ExpressionError) as error:
        msg = f"{file.name} is no list of cuts as hml.CutAndCount writes it: train again"
        raise DamagedError(msg) from error


def _step(given: dict[str, Any]) -> CutStep:
    name, outside = given["observable"], given["outside"]
    low = -math.inf if given["low"] is None else _finite(given["low"])
    high = math.inf if given["high"] is None else _finite(given["high"])
    # a name is put into the text of a cut
    if render(parse_observable(name)) != name or not isinstance(outside, bool) or not low < high:
        raise ValueError
    if outside and math.inf in (-low, high):
        raise ValueError
    value = None if given["value"] is None else _finite(given["value"])
    efficiencies = (_finite(given[f"{side}_efficiency"]) for side in ("signal", "background"))
    return CutStep(name, Range(low, high, outside), value, *efficiencies)


def _finite(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError
    return float(value)


def _share(value: Any) -> float:
    share = _finite(value)
    if not 0 <= share <= 1:
        raise ValueError
    return share
