"""What is known of a dataset without reading its arrays."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ..cuts import how_to_score
from ..errors import ArgumentError, ExpressionError, UnknownNameError
from ..observables import canonical_name
from ..provenance import Result
from ..representations import Representation, from_config
from .arithmetic import arithmetic_name, arithmetic_unit, arithmetic_values
from .store import Arrays
from .table import PARTS, Description

__all__ = ["MOST_LUMINOSITY", "Described", "check_known", "pb_to_events", "shares"]

#: fb^-1, far beyond any collider; squares of expected events stay numbers.
MOST_LUMINOSITY = 1e9


class Described(Result):
    """Columns, classes and counts of a dataset; a selection has those of the dataset it comes from."""

    def __init__(self, description: Description) -> None:
        self._description = description

    @property
    def names(self) -> tuple[str, ...]:
        """The k columns that a method sees, canonical; none of an image or a graph, see `representation`."""
        return self._description.names

    @property
    def side_names(self) -> tuple[str, ...]:
        """Columns for cuts and plots that no method sees."""
        return self._description.side_names

    @property
    def column_names(self) -> tuple[str, ...]:
        """All columns: those of a method, then the side columns."""
        return self.names + self.side_names

    @cached_property
    def representation(self) -> Representation:
        """What a row is: the Set, Image or Graph it was built with."""
        return from_config(self._config or {"kind": "set", "observables": self.names})

    @property
    def kind(self) -> str:
        """``"set"``, ``"image"`` or ``"graph"``."""
        return str(self._config.get("kind", "set"))

    @property
    def declaration(self) -> dict[str, Any]:
        """What the arrays mean, as plain JSON: order, padding, units, phi convention, steps."""
        return self.representation.declaration()

    @property
    def per(self) -> str | None:
        """The collection whose objects have a row each; None for a row each event."""
        per: str | None = self._config.get("per")
        return per

    @property
    def row(self) -> str:
        """What a row stands for, in words: ``"events"``, or the collection of `per`."""
        return self.per or "events"

    @property
    def _config(self) -> dict[str, Any]:
        # the names of a Set are not read again: an observable of the user's own need not be registered to look at its values
        config: dict[str, Any] = self._description.representation.get("config", {})
        return config

    @property
    def units(self) -> tuple[str, ...]:
        """Units of the columns that a method sees, or of the features of an image or a graph; empty for a pure number."""
        return tuple(self.representation.units.values() if self.kind != "set" else map(self.unit, self.names))

    def unit(self, name: str) -> str:
        """Return the unit of a column or side column, or of arithmetic of them."""
        column, units = self.column_name(name), self._description.units
        return units[column] if column in units else arithmetic_unit(column, units)

    def column_name(self, name: str) -> str:
        """Return the canonical name of a column or side column, or of arithmetic of them; ``m_jj`` may stand for ``column.m_jj``.

        Raises
        ------
        UnknownNameError
            There is no such column.
        ArgumentError
            Arithmetic that joins different units.
        """
        for way in (str, _canonical_or_same, "column.{}".format):
            if way(str(name)) in self.column_names:
                return way(str(name))
        computed = arithmetic_name(str(name), self._description.units)
        if computed is not None:
            return computed
        hint = how_to_score(name, self.column_names) if str(name).endswith(".score") else ""
        raise UnknownNameError("column", name, self.column_names, hint=hint)

    def _values(self, name: str, arrays: Arrays) -> npt.NDArray[np.float64]:
        column, units = self.column_name(name), self._description.units
        return arrays[column] if column in units else arithmetic_values(column, units, arrays.__getitem__)

    @property
    def classes(self) -> tuple[str, ...]:
        """The m class names, in the order of `y`."""
        return self._description.classes

    @property
    def signal(self) -> tuple[str, ...]:
        """Names of the classes that are signal."""
        return self._description.signal

    @property
    def background(self) -> tuple[str, ...]:
        """Names of the classes that are not signal; none of a dataset of signal alone, which counts and is drawn, and teaches nothing."""
        return tuple(name for name in self.classes if name not in self.signal)

    def check_background(self, verb: str) -> None:
        """Refuse a dataset of signal alone, for what tells signal from background; `verb` is what was asked for."""
        if not self.background:
            classes = ", ".join(self.classes)
            msg = (
                f"{verb} needs signal and background, and all of this dataset is signal ({classes}): build one with a background too, "
                f"as in {{{self.classes[0]!r}: ..., 'qcd': qcd}}"
            )
            raise ArgumentError(msg)

    @property
    def requirement(self) -> str | None:
        """What every event fulfils, canonical; None if nothing was required."""
        return self._description.requirement

    @property
    def seed(self) -> int:
        """Seed of the split."""
        return self._description.seed

    @property
    def parts(self) -> tuple[float, ...]:
        """Fractions of train, validation and test events that were asked for."""
        return self._description.parts

    def check_part(self, name: str) -> None:
        """Refuse ``"train"``, ``"validation"`` or ``"test"`` where the dataset was built without such events."""
        if self.parts[PARTS.index(name)] == 0:
            split = ", ".join(f"{part:g}" for part in self.parts)
            msg = (
                f"the dataset was built with split=({split}), which leaves no {name} events: build it with all three parts, "
                "as in split=(0.6, 0.2, 0.2)"
            )
            if name == "test":
                msg += ", or with split=(0, 0, 1) if no method is to learn from it"
            raise ArgumentError(msg)

    @property
    def counts(self) -> dict[str, dict[str, Any]]:
        """For each class: generated, sum_of_weights, sum_of_squared_weights, required; cross_section and error in pb."""
        return {name: dict(each) for name, each in self._description.counts.items()}

    @property
    def fractions(self) -> dict[str, tuple[float, ...]]:
        """For each class, the part of its summed weights in train, validation and test, as built.

        Yields of a part over it are those of the whole. Where rows are jets it is the part of all jets, while the split is
        drawn for events: it differs from `parts` by chance.
        """
        return dict(self._description.fractions)

    @property
    def about(self) -> str:
        """What was said of it when it was built."""
        return self._description.about

    @property
    def regions(self) -> dict[str, str]:
        """Name of each region -> its cut, canonical."""
        return dict(self._description.regions)

    @property
    def scores(self) -> dict[str, str | None]:
        """Column with the score of a method -> the method, ``{"mlp.score": "MLP"}``; None where a card does not say which."""
        return dict(self._description.scores)

    @property
    def test_only(self) -> bool:
        """Whether yields are those of test events: it has the score of a method that may have seen the others, if there are any."""
        return set(self._description.scores) > set(self._description.crossed) and self.parts[-1] < 1

    @property
    def variations(self) -> dict[str, dict[str, Any]]:
        """Name of each systematic variation -> class -> its factor on the weights, a number or a text."""
        return {name: dict(factors) for name, factors in self._description.variations.items()}

    @property
    def observed_names(self) -> tuple[str, ...]:
        """Names of the observed samples; none without observed data."""
        return self._description.observed

    @property
    def blind(self) -> tuple[str, ...]:
        """Cuts whose observed events were left out."""
        return self._description.blind

    @property
    def without_cross_section(self) -> tuple[str, ...]:
        """Names of the classes whose cross section is not known; there are no expected events then."""
        return tuple(name for name in self.classes if self.counts[name]["cross_section"] is None)

    def check_cross_sections(self) -> None:
        """Refuse yields where the cross section of a class is not known."""
        unknown = self.without_cross_section
        if unknown:
            msg = (
                f"the cross section of {', '.join(map(repr, unknown))} is not known, so there are no expected events; "
                "build the dataset from runs (hml.generate, hml.Run.load), or ask with luminosity=None for counts only"
            )
            raise ArgumentError(msg)


def pb_to_events(luminosity: Any) -> float:
    """Return the number of events for 1 pb at `luminosity` in fb^-1.

    Examples
    --------
    >>> pb_to_events(139)
    139000.0
    """
    number = isinstance(luminosity, int | float | np.number) and not isinstance(luminosity, bool)
    if not number or not 0 < luminosity <= MOST_LUMINOSITY:
        msg = f"luminosity={luminosity!r} must be a positive number of fb^-1, such as 139, and at most {MOST_LUMINOSITY:g}"
        raise ArgumentError(msg)
    return 1000.0 * float(luminosity)


def shares(
    classes: tuple[str, ...],
    y: npt.NDArray[np.int64],
    split: npt.NDArray[np.int8],
    weights: npt.NDArray[np.float64],
) -> dict[str, tuple[float, ...]]:
    """Return the part of the summed weights of each class in train, validation and test.

    Examples
    --------
    >>> shares(("zz",), np.array([0, 0, 0]), np.array([0, 0, 2]), np.array([1.0, 1.0, 2.0]))
    {'zz': (0.5, 0.0, 0.5)}
    """
    sums = np.zeros((len(classes), len(PARTS)))
    np.add.at(sums, (y, split), weights)
    found = sums / sums.sum(axis=1, keepdims=True)
    return {name: tuple(each) for name, each in zip(classes, found.tolist(), strict=True)}


def check_known(kind: str, name: Any, known: Collection[str], *, hint: str = "") -> None:
    """Refuse what is none of the names."""
    if not isinstance(name, str) or name not in known:
        raise UnknownNameError(kind, name, known, hint=hint)


def _canonical_or_same(name: str) -> str:
    try:
        return canonical_name(name)
    except (UnknownNameError, ExpressionError, ArgumentError):
        return name
