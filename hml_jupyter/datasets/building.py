"""Building a dataset: require, weigh, split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .. import progress
from ..errors import ArgumentError, EmptySelectionError
from ..expressions import parse_observable, used
from ..observables import Events, unit_of
from ..provenance import Recipe, Written, produce
from ..registry import named
from ..representations import Set, read_columns
from .dataset import Dataset, load_built
from .missing import refuse_empty, tell_missing, too_short
from .plan import Plan, parts, read_plan
from .sources import Source, SourceLike, event_weights, needed_columns, open_source
from .table import PARTS, Description, Table, table_fingerprint, write_table

__all__ = ["build_dataset"]

#: Raised when the same arguments give other content.
VERSION = 1


@named
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
        From 0 to 4294967295, as every seed.
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
    FileFormatError
        A file of events that cannot be read.
    PathError, DamagedError
        `path` cannot be written or belongs to something else; a source is missing, gone or has changed.

    Examples
    --------
    >>> import awkward as ak, hml_jupyter as hml
    >>> zz = ak.Array([{"FatJet": [{"Mass": 90.0}]}, {"FatJet": [{"Mass": 92.0}]}, {"FatJet": [{"Mass": 88.0}]}])
    >>> qcd = ak.Array([{"FatJet": [{"Mass": 20.0}]}, {"FatJet": [{"Mass": 60.0}]}, {"FatJet": []}])
    >>> dataset = hml.build_dataset({"zz": zz, "qcd": qcd}, hml.Set(["fatjet0.mass"]), signal="zz",
    ...                             require="fatjet.size > 0", split=(0.5, 0.0, 0.5), seed=1)
    >>> dataset.X[:, 0]
    array([90., 92., 88., 20., 60.])
    """
    plan = read_plan(sources, representation, signal, require, observables, split, seed)
    if 0 < plan.parts[0] < max(plan.parts):
        train, validation, test = plan.parts
        progress.notice(f"split={split}: {train:g} train, {validation:g} validation, {test:g} test, in this order")
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


def _build(sources: Mapping[str, Source], plan: Plan) -> tuple[Table, Description]:
    tables, counts, fractions, empty = [], {}, {}, []
    for number, (name, source) in enumerate(sources.items()):
        progress.report(
            number / len(sources), f"reading {source.label}", done=number, total=len(sources), unit="classes"
        )
        table, counts[name], without = _build_class(number, name, source, plan)
        total = float(table.weights.sum())
        if not total > 0:
            msg = f"the weights of {source.label} sum to {total:g} after require; they must sum to more than 0"
            raise ArgumentError(msg)
        fractions[name] = tuple(float(table.weights[table.split == k].sum()) / total for k in range(len(PARTS)))
        tables.append(table)
        empty.append(without)
    refuse_empty(empty)
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


def _build_class(
    number: int, name: str, source: Source, plan: Plan
) -> tuple[Table, dict[str, Any], dict[str, dict[str, int]]]:
    """Return the events of a class, its numbers, and its columns without any value."""
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
    columns = plan.names + plan.side_names
    values = read_columns(events, columns)[passing]
    empty = {each: too_short(events, each, passing) for each in tell_missing(source.label, values, columns)}
    sigma = 1.0 if source.cross_section is None else source.cross_section
    kept = int(passing.sum())
    table = Table(
        values,
        np.full(kept, number, np.int64),
        sigma * weights[passing] / total,
        parts({name: kept}, plan.parts, plan.seed)[name],
        np.flatnonzero(passing).astype(np.int64),
    )
    count = {
        "generated": len(weights),
        "sum_of_weights": total,
        "sum_of_squared_weights": float((weights**2).sum()),
        "required": kept,
        "cross_section": source.cross_section,
        "error": source.error,
    }
    return table, count, empty


def _columns(plan: Plan) -> list[str] | None:
    """Return the columns of the event model that are needed; None where other branches are asked for."""
    nodes = [parse_observable(name) for name in plan.names + plan.side_names]
    nodes += [] if plan.require is None else used(plan.require.node)
    return needed_columns(nodes)
