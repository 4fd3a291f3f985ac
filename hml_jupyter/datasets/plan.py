"""What is asked of `build_dataset`, checked before anything is read, and the split."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import checks
from ..cuts import Cut
from ..errors import ArgumentError, UnknownNameError
from ..expressions import Observable, render
from ..expressions.nodes import Quantified
from ..observables import is_column
from ..observables.catalogue import find_of
from ..representations import Representation, canonical_names
from .sources import SourceLike
from .table import PARTS, RESERVED
from .variations import Factors, read_variations

__all__ = ["Plan", "check_observed", "check_regions", "parts", "read_plan", "signals"]


@dataclass(frozen=True)
class Plan:
    """The checked arguments of `build_dataset`."""

    representation: Representation
    side_names: tuple[str, ...]
    signal: tuple[str, ...]
    require: Cut | None
    parts: tuple[float, ...]
    seed: int
    regions: dict[str, Cut]
    blind: tuple[Cut, ...]
    about: str
    variations: Factors

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that a method sees, and side columns."""
        return self.names + self.side_names

    @property
    def names(self) -> tuple[str, ...]:
        """Columns that a method sees; an image or a graph has none."""
        return self.representation.columns

    @property
    def row(self) -> str:
        """What a row stands for, in words."""
        return self.representation.per or "events"


def read_plan(
    sources: Mapping[str, SourceLike],
    representation: object,
    signal: str | Sequence[str],
    require: str | None,
    observables: Sequence[str],
    split: Sequence[float],
    seed: object,
    regions: object,
    blind: object,
    about: object,
    variations: object,
) -> Plan:
    """Return the arguments of `build_dataset`, or say what is wrong with them."""
    if not isinstance(representation, Representation):
        msg = f"representation must be a Set, an Image or a Graph, as in hml.Set(['fatjet0.mass']), not {representation!r}"
        raise ArgumentError(msg)
    _check_sources(sources)
    sides = canonical_names(observables, "observables")
    for name in sides:
        if name in representation.columns:
            msg = f"{name!r} is in the Set and in observables; once is enough"
            raise ArgumentError(msg)
    seed = checks.seed(seed)
    cut = None if require is None else Cut(require)
    if not isinstance(about, str):
        msg = f"about= is a text that describes the dataset, not {about!r}"
        raise ArgumentError(msg)
    named, fractions = signals(sources, signal), _parts(split)
    varied = read_variations(variations, list(sources))
    plan = Plan(representation, sides, named, cut, fractions, seed, _regions(regions), _blind(blind), about, varied)
    check_regions(plan.regions, plan.columns)
    for name in plan.columns:
        if name in RESERVED:
            msg = (
                f"{name!r} is the name of an array that every dataset has; register your observable under another name"
            )
            raise ArgumentError(msg)
    return plan


def check_regions(regions: Mapping[str, Cut], columns: Sequence[str]) -> None:
    """Refuse regions whose cuts need what is no column of the dataset.

    Raises
    ------
    UnknownNameError
        The message names the column, and the region.
    """
    for name, region in regions.items():
        for observable in region.needs(columns):
            if observable not in columns:
                hint = f"The region {name!r} needs it as a column: add it to observables=[...]"
                raise UnknownNameError("column", observable, columns, hint=hint)


def check_observed(sources: Mapping[str, SourceLike], observed: object, blind: Sequence[Cut]) -> None:
    """Refuse observed data that are no samples of their own, and blinding without data."""
    if not isinstance(observed, Mapping):
        msg = f"observed= is a dictionary of names and data, {{'data': 'data.root'}}, not a {type(observed).__name__}"
        raise ArgumentError(msg)
    for name in observed:
        if not isinstance(name, str) or not name.strip() or not name.isprintable() or name in sources:
            msg = f"the name of observed data is a printable text that no class has, such as 'data', not {name!r}"
            raise ArgumentError(msg)
    if blind and not observed:
        msg = "blind= leaves out observed events, and there are none: give observed={'data': ...}, or leave it out"
        raise ArgumentError(msg)


def _regions(regions: object) -> dict[str, Cut]:
    if regions is None:
        return {}
    if not isinstance(regions, Mapping):
        msg = (
            f"regions= is a dictionary of names and cuts, {{'SR': 'fatjet0.mass > 70'}}, not a {type(regions).__name__}"
        )
        raise ArgumentError(msg)
    for name in regions:
        if not isinstance(name, str) or not name.strip() or not name.isprintable():
            msg = f"the name of a region is a printable text such as 'SR', not {name!r}"
            raise ArgumentError(msg)
    return {name: Cut(text) for name, text in regions.items()}


def _blind(blind: object) -> tuple[Cut, ...]:
    texts = (blind,) if isinstance(blind, str) else blind
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
        msg = f"blind= is a cut, or several, such as 'fatjet0.mass in [80, 100]', not {blind!r}"
        raise ArgumentError(msg)
    cuts = tuple(map(Cut, texts))
    for cut in cuts:
        for each in _of_collections(cut.node):
            msg = f"blind={cut.text!r} is on a collection, {render(each)}: say whether any or all of its elements blind an event, as in 'any ({cut})'"
            raise ArgumentError(msg)
    return cuts


def _of_collections(node: Any) -> Iterator[Observable]:
    """Yield the observables of the elements of a collection that stand outside of any and all."""
    match node:
        case Quantified():
            return
        case Observable(objects=objects) if any(not each.is_single for each in objects):
            if not is_column(node) and "collection" not in find_of(node)[1].kinds:
                yield node
        case tuple():
            for each in node:
                yield from _of_collections(each)
        case _ if is_dataclass(node) and not isinstance(node, Observable):
            for field in fields(node):
                yield from _of_collections(getattr(node, field.name))


def _check_sources(sources: object) -> None:
    """Refuse what is no dictionary of classes."""
    if not isinstance(sources, Mapping):
        msg = f"the sources are a dictionary of class names and runs, {{'zz': zz, 'qcd': qcd}}, not a {type(sources).__name__}"
        raise ArgumentError(msg)
    if not sources:
        msg = "no samples were given: give a signal, and what it is to be told from, as in {'zz': zz, 'qcd': qcd}"
        raise ArgumentError(msg)
    for name in sources:
        if not isinstance(name, str) or not name.strip() or not name.isprintable():
            msg = f"the name of a class is a printable text such as 'zz', not {name!r}"
            raise ArgumentError(msg)


def signals(sources: Mapping[str, Any], signal: str | Sequence[str]) -> tuple[str, ...]:
    """Return the classes that are signal, in the order of the classes; refuse none, and unknown ones."""
    names = (signal,) if isinstance(signal, str) else signal
    if not isinstance(names, list | tuple) or not names or not all(isinstance(name, str) for name in names):
        msg = f"signal= names one or several of {', '.join(sources)}, not {signal!r}: events of one kind alone are the signal"
        raise ArgumentError(msg)
    for name in names:
        if name not in sources:
            raise UnknownNameError("class in signal=", name, sources)
    return tuple(name for name in sources if name in names)


def _parts(split: Sequence[float]) -> tuple[float, ...]:
    fractions = split if isinstance(split, list | tuple) else ()
    kinds = all(isinstance(part, int | float | np.number) and 0 <= part <= 1 for part in fractions)
    if len(fractions) != 3 or not kinds or not math.isclose(sum(fractions), 1.0, abs_tol=1e-9):
        msg = f"split={split!r} must be three fractions (train, validation, test) that sum to 1, like (0.6, 0.2, 0.2)"
        raise ArgumentError(msg)
    return tuple(map(float, fractions))


def parts(
    counts: Mapping[str, int], split: Sequence[float] = (0.6, 0.2, 0.2), seed: int = 0
) -> dict[str, npt.NDArray[np.int8]]:
    """Draw the part of each event: exact numbers in each class, from a stream of the seed and the class name alone.

    Parameters
    ----------
    counts : dict
        Class name -> number of events.
    split : (float, float, float)
        Fractions of train, validation and test.
    seed : int
        From 0 to 4294967295.

    Returns
    -------
    dict
        Class name -> (count,) 0 train, 1 validation, 2 test.

    Raises
    ------
    ArgumentError
        A part would get no event of a class.

    Examples
    --------
    >>> np.bincount(parts({"zz": 10}, (0.6, 0.2, 0.2), seed=1)["zz"])
    array([6, 2, 2])
    """
    fractions, seed = _parts(split), checks.seed(seed)
    drawn = {}
    for name, count in counts.items():
        numbers = np.diff(np.rint(np.cumsum(fractions) * count).astype(int), prepend=0)
        for part, fraction, events in zip(PARTS, fractions, numbers, strict=True):
            if fraction > 0 and events == 0:
                msg = f"{count} events of {name!r} are too few for split={fractions}: none would be in {part}"
                raise ArgumentError(msg)
        rng = np.random.default_rng([seed, *name.encode()])
        drawn[name] = rng.permutation(np.repeat(np.arange(len(PARTS), dtype=np.int8), numbers))
    return drawn
