"""Building a dataset: require, weigh, split."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import progress
from ..cuts import Cut
from ..errors import ArgumentError, EmptySelectionError, UnknownNameError
from ..expressions import parse_observable, used
from ..observables import Events, unit_of
from ..provenance import Recipe, Written, produce
from ..representations import Set, canonical_names, read_columns
from .dataset import Dataset, load_built
from .sources import Source, SourceLike, event_weights, needed_columns, open_source
from .table import PARTS, Description, Table, table_fingerprint, write_table

__all__ = ["build_dataset", "parts"]

#: Raised when the same arguments give other content.
VERSION = 1


@dataclass(frozen=True)
class _Plan:
    """The checked arguments."""

    names: tuple[str, ...]
    side_names: tuple[str, ...]
    signal: tuple[str, ...]
    require: Cut | None
    parts: tuple[float, ...]
    seed: int


def build_dataset(
    sources: Mapping[str, SourceLike],
    representation: Set,
    *,
    signal: str | Sequence[str],
    require: str | None = None,
    observables: Sequence[str] = (),
    split: tuple[float, float, float] = (0.6, 0.2, 0.2),
    seed: int,
    path: str | None = None,
) -> Dataset:
    """Build a dataset of several classes.

    Parameters
    ----------
    sources : dict
        Class name -> a Run, the path of a run or of an event file, or events. Weights are in pb: cross section x weight /
        sum of the generated weights, before `require`. Files and events without a cross section get weights that
        sum to 1 before `require`; asking such a dataset for expected events is an error.
    representation : Set
        The columns that a method sees.
    signal : str or list of str
        Which classes are signal; there must be at least one other class.
    require : str, optional
        A cut on the events: what every event of the dataset fulfils.
    observables : list of str
        Side columns, for cuts and plots; no method sees them.
    split : (float, float, float)
        Fractions of train, validation and test events, summing to 1; drawn for each class from `seed`.
    seed : int
        0 or larger.
    path : str, optional
        Where to keep it, relative to the working folder; without it the dataset lives in memory.

    Returns
    -------
    Dataset

    Raises
    ------
    ArgumentError, UnknownNameError, ExpressionError
        Classes, columns, cut or split that cannot be used.
    EmptySelectionError
        A class without an event after `require`.

    Examples
    --------
    >>> import awkward as ak
    >>> def events(*masses):
    ...     return ak.Array([{"FatJet": [{"Mass": mass}]} for mass in masses])
    >>> dataset = build_dataset({"zz": events(90.0, 92.0, 88.0), "qcd": events(20.0, 60.0, 95.0)},
    ...                         Set(["fatjet0.mass"]), signal="zz", split=(0.4, 0.3, 0.3), seed=1)
    >>> dataset.X[:, 0]
    array([90., 92., 88., 20., 60., 95.])
    """
    plan = _plan(sources, representation, signal, require, observables, split, seed)
    opened = {name: open_source(name, value) for name, value in sources.items()}
    recipe = Recipe(
        "build_dataset",
        VERSION,
        {
            "classes": list(sources),
            "representation": representation,
            "signal": plan.signal,
            "require": None if plan.require is None else str(plan.require),
            "observables": plan.side_names,
            "split": plan.parts,
            "seed": seed,
        },
        {name: source.identity for name, source in opened.items()},
    )

    def write(folder: Path) -> Written:
        table, description = _build(opened, plan)
        write_table(folder, table, description)
        summary = {
            "events": len(table.y),
            "columns": list(plan.names),
            "required": {name: count["required"] for name, count in description.counts.items()},
        }
        return Written(table_fingerprint(table, description), summary)

    return produce(path, recipe, write, load_built)


def _plan(
    sources: Mapping[str, SourceLike],
    representation: object,
    signal: str | Sequence[str],
    require: str | None,
    observables: Sequence[str],
    split: Sequence[float],
    seed: object,
) -> _Plan:
    if not isinstance(representation, Set):
        msg = f"representation must be a Set, as in hml.Set(['fatjet0.mass']), not {representation!r}"
        raise ArgumentError(msg)
    sides = canonical_names(observables, "observables")
    for name in sides:
        if name in representation.names:
            msg = f"{name!r} is in the Set and in observables; once is enough"
            raise ArgumentError(msg)
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        msg = f"seed={seed!r} must be an integer, 0 or larger"
        raise ArgumentError(msg)
    cut = None if require is None else Cut(require)
    return _Plan(representation.names, sides, _signal(sources, signal), cut, _parts(split), int(seed))


def _signal(sources: Mapping[str, SourceLike], signal: str | Sequence[str]) -> tuple[str, ...]:
    names = (signal,) if isinstance(signal, str) else tuple(signal)
    for name in names:
        if name not in sources:
            raise UnknownNameError("class in signal=", name, sources)
    if not names or len(set(names)) == len(sources):
        msg = f"a dataset needs signal and background: {', '.join(sources) or 'no class'} given, signal is {', '.join(names)}"
        raise ArgumentError(msg)
    return tuple(name for name in sources if name in names)


def _parts(split: Sequence[float]) -> tuple[float, ...]:
    parts = tuple(float(part) for part in split)
    if len(parts) != 3 or not all(0 <= part <= 1 for part in parts) or not math.isclose(sum(parts), 1.0, abs_tol=1e-9):
        msg = f"split={split!r} must be three fractions (train, validation, test) that sum to 1, like (0.6, 0.2, 0.2)"
        raise ArgumentError(msg)
    return parts


def _build(sources: Mapping[str, Source], plan: _Plan) -> tuple[Table, Description]:
    tables, counts, fractions = [], {}, {}
    for number, (name, source) in enumerate(sources.items()):
        progress.report(
            number / len(sources), f"reading {source.label}", done=number, total=len(sources), unit="classes"
        )
        table, counts[name] = _build_class(number, name, source, plan)
        total = float(table.weights.sum())
        if not total > 0:
            msg = f"the weights of {source.label} sum to {total:g} after require; they must sum to more than 0"
            raise ArgumentError(msg)
        fractions[name] = tuple(float(table.weights[table.split == k].sum()) / total for k in range(len(PARTS)))
        tables.append(table)
    columns = plan.names + plan.side_names
    description = Description(
        names=plan.names,
        side_names=plan.side_names,
        units={column: unit_of(column) for column in columns},
        classes=tuple(sources),
        signal=plan.signal,
        requirement=None if plan.require is None else str(plan.require),
        seed=plan.seed,
        parts=plan.parts,
        counts=counts,
        fractions=fractions,
    )
    values = np.asfortranarray(np.concatenate([table.values for table in tables]))
    joined = (np.concatenate([getattr(t, field) for t in tables]) for field in ("y", "weights", "split", "event"))
    return Table(values, *joined), description


def _build_class(number: int, name: str, source: Source, plan: _Plan) -> tuple[Table, dict[str, Any]]:
    record = source.events(_columns(plan))
    weights = event_weights(record)
    if not np.isfinite(weights).all():
        msg = f"{int((~np.isfinite(weights)).sum())} of {len(weights)} events of {source.label} have no finite weight"
        raise ArgumentError(msg)
    total = float(weights.sum()) if source.sum_of_weights is None else source.sum_of_weights
    if len(weights) and not total > 0:
        msg = f"the generated weights of {source.label} sum to {total:g}; they must sum to more than 0"
        raise ArgumentError(msg)
    events = Events(record, source.label)
    passing = np.ones(len(weights), bool) if plan.require is None else plan.require(events)
    if not passing.any():
        why = f"fulfils {plan.require}" if plan.require else "is in it"
        msg = f"no event of {source.label} {why} ({len(weights)} generated)"
        raise EmptySelectionError(msg)
    values = read_columns(events, plan.names + plan.side_names)[passing]
    _tell_missing(source.label, values, plan.names + plan.side_names)
    sigma = 1.0 if source.cross_section is None else source.cross_section
    kept = int(passing.sum())
    table = Table(
        values,
        np.full(kept, number, np.int64),
        sigma * weights[passing] / total,
        parts({name: kept}, plan.parts, plan.seed)[name],
        np.flatnonzero(passing).astype(np.int64),
    )
    return table, {
        "generated": len(weights),
        "sum_of_weights": total,
        "sum_of_squared_weights": float((weights**2).sum()),
        "required": kept,
        "cross_section": source.cross_section,
        "error": source.error,
    }


def _columns(plan: _Plan) -> list[str] | None:
    """Return the columns of the event model that are needed; None where other branches are asked for."""
    nodes = [parse_observable(name) for name in plan.names + plan.side_names]
    nodes += [] if plan.require is None else used(plan.require.node)
    return needed_columns(nodes)


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
        0 or larger.

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
    fractions = _parts(split)
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


def _tell_missing(label: str, values: npt.NDArray[np.float64], names: Sequence[str]) -> None:
    for name, count in zip(names, (~np.isfinite(values)).sum(axis=0), strict=True):
        if count:
            progress.notice(f"{name}: {count} of {len(values)} events of {label} have no finite value (NaN)")
