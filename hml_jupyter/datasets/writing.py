"""Writing the rows of a dataset: class by class, piece by piece."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import progress
from ..canonical import Blocks
from ..errors import ArgumentError, EmptySelectionError
from ..expressions import Sum
from ..observables import unit_of
from ..representations import Representation
from .making import Part, Task, in_order
from .missing import Missing, refuse_empty
from .observed import OBSERVED
from .plan import Plan, parts
from .sources import Source
from .store import EVENTS, INDEX, Store, Writer, write_arrays
from .table import BLINDED, PARTS, Description, variation_column
from .variations import factors_of

__all__ = ["write_classes", "write_observed"]

#: Largest sum of weights, and largest cross section in pb; the smallest are one over them. Squares of them, and of single
#: precision those of cross sections, are neither 0 nor infinite.
MOST_WEIGHT, MOST_PB = 1e100, 1e18


@dataclass
class _Class:
    """What the parts of a class add up to."""

    missing: Missing
    told: Counter[str] = field(default_factory=Counter)
    rows: list[npt.NDArray[np.int64] | None] = field(default_factory=list)
    weights: list[npt.NDArray[np.float64]] = field(default_factory=list)
    events: list[npt.NDArray[np.int64]] = field(default_factory=list)
    sums: list[float] = field(default_factory=list)
    squares: list[float] = field(default_factory=list)
    generated: int = 0
    not_finite: int = 0
    factors: list[dict[str, npt.NDArray[np.float64]]] = field(default_factory=list)
    blinded: list[npt.NDArray[np.bool_]] = field(default_factory=list)

    def add(self, part: Part) -> None:
        """Count a part."""
        self.missing.add(part.columns, part.short)
        self.told += part.told
        self.rows.append(part.rows)
        self.weights.append(part.weights)
        self.events.append(part.events)
        self.sums.append(part.sum_of_weights)
        self.squares.append(part.sum_of_squared_weights)
        self.generated += part.generated
        self.factors.append(part.factors)
        self.blinded.append(part.blinded)
        self.not_finite += part.not_finite

    def varied(self) -> dict[str, npt.NDArray[np.float64]]:
        """Return the factors of each variation, under the name of their array."""
        return {
            variation_column(name): np.concatenate([each[name] for each in self.factors]) for name in self.factors[0]
        }

    def per_event(self, source: Source, plan: Plan) -> npt.NDArray[np.int64] | None:
        """Return how many rows each event has; None for one each."""
        counts = [rows for rows in self.rows if rows is not None]
        if not counts:
            return None
        rows = np.concatenate(counts)
        if not rows.any():
            msg = f"no event of {source.label} has a {plan.row}, so that there is no row"
            raise EmptySelectionError(msg)
        return rows


def write_classes(folder: Path, sources: Mapping[str, Source], plan: Plan) -> Description:
    """Write the rows of all classes into `folder`, and return what describes them.

    Raises
    ------
    ArgumentError, EmptySelectionError
        Weights that cannot be used, a class without an event, a column without a value.
    """
    index: dict[str, list[npt.NDArray[Any]]] = {"class": [], "weight": [], "split": [], "event": []}
    counts, fractions, empty = {}, {}, []
    with Writer(folder / EVENTS) as writer:
        for number, (name, source) in enumerate(sources.items()):
            tell = (number, len(sources))
            found = _write_source(writer, source, plan, tell, factors_of(plan.variations, name))
            weights, counts[name] = _weighted(source, found)
            split = parts({name: len(weights)}, plan.parts, plan.seed)[name]
            fractions[name] = _fractions(source, weights, split)
            empty.append(found.missing.tell())
            plan.representation.tell(found.told, len(weights), source.label)
            rows = found.per_event(source, plan)
            index["class"].append(np.full(len(weights) if rows is None else int(rows.sum()), number, np.int64))
            columns: dict[str, npt.NDArray[Any]] = {"weight": weights, "split": split, **found.varied()}
            columns["event"] = np.concatenate(found.events)
            if plan.blind:
                columns[BLINDED] = np.concatenate(found.blinded)
            for column, values in columns.items():
                index.setdefault(column, []).append(values if rows is None else np.repeat(values, rows))
        refuse_empty(empty)
    write_arrays(folder / INDEX, {name: np.concatenate(several) for name, several in index.items()})
    return Description(
        names=plan.names,
        side_names=plan.side_names,
        units={column: unit_of(column) for column in plan.columns},
        classes=tuple(sources),
        signal=plan.signal,
        requirement=None if plan.require is None else str(plan.require),
        seed=plan.seed,
        parts=plan.parts,
        counts=counts,
        fractions=fractions,
        representation=_declared(plan.representation),
    )


def _declared(representation: Representation) -> dict[str, Any]:
    """Return what is saved of a representation; nothing of a Set of events, whose columns say it all."""
    if representation.columns and representation.per is None:
        return {}
    return {"config": representation.get_config(), "declaration": representation.declaration()}


def write_observed(folder: Path, sources: Mapping[str, Source], plan: Plan) -> dict[str, Blocks]:
    """Write the observed events that are not blinded into `folder`, and return what is hashed of them."""
    numbers: list[npt.NDArray[Any]] = []
    with Writer(folder / OBSERVED) as writer:
        for number, source in enumerate(sources.values()):
            missing = Missing(source.label, plan.columns, plan.row)
            kept, weighted = 0, False
            for part in in_order(_tasks(source, plan, is_data=True)):
                rows = len(part.events) if part.rows is None else int(part.rows.sum())
                writer.write({**part.columns, **part.arrays, "class": np.full(rows, number, np.int64)})
                missing.add(part.columns, part.short)
                kept += rows
                weighted |= not (part.weights == 1).all()
            if weighted:
                progress.notice(f"the weights of observed events are not used ({source.label} has some)")
            if not kept:
                msg = f"no event of {source.label} is left"
                raise EmptySelectionError(msg)
            missing.tell()
            numbers.append(np.full(kept, number, np.int64))
    store = Store(folder, (OBSERVED,))
    classes = np.concatenate(numbers)
    arrays = [name for name in plan.representation.declaration()["arrays"] if name != "values"]
    return {
        "observed values": store.blocks(plan.columns),
        "observed y": Blocks(classes.dtype, classes.shape, (classes,)),
        **{f"observed {name}": store.array_blocks(name) for name in arrays},
    }


def _tasks(source: Source, plan: Plan, *, is_data: bool = False) -> list[Task]:
    return [
        Task(source.label, piece, plan.representation, plan.side_names, plan.require, plan.blind, is_data)
        for piece in source.pieces
    ]


def _write_source(
    writer: Writer, source: Source, plan: Plan, tell: tuple[int, int], factors: dict[str, float | Sum]
) -> _Class:
    """Write the columns of a class as they come."""
    number, total = tell
    found = _Class(Missing(source.label, plan.columns, plan.row))
    tasks = [replace(task, factors=factors) for task in _tasks(source, plan)]
    progress.report(number / total, f"reading {source.label}", done=number, total=total, unit="classes")
    for done, part in enumerate(in_order(tasks), start=1):
        found.add(part)
        writer.write({**part.columns, **part.arrays})
        if len(tasks) > 1:
            fraction = (number + done / len(tasks)) / total
            progress.report(fraction, f"reading {source.label}", done=done, total=len(tasks), unit="pieces")
    if found.not_finite:
        msg = f"{found.not_finite} of {found.generated} events of {source.label} have no finite weight"
        raise ArgumentError(msg)
    if not any(len(events) for events in found.events):
        why = f"fulfils {plan.require}" if plan.require else "is in it"
        msg = f"no event of {source.label} {why} ({found.generated} generated)"
        raise EmptySelectionError(msg)
    return found


def _weighted(source: Source, found: _Class) -> tuple[npt.NDArray[np.float64], dict[str, Any]]:
    """Return the weights of a class in pb, and its numbers."""
    total = math.fsum(found.sums) if source.sum_of_weights is None else source.sum_of_weights
    if not total > 0:
        msg = f"the generated weights of {source.label} sum to {total:g}; they must sum to more than 0"
        raise ArgumentError(msg)
    known = total if source.cross_section == "weights" else source.cross_section
    for what in (known, source.error, total, math.fsum(found.squares)):
        if what is not None and not math.isfinite(what):
            msg = f"cross section, error and sums of weights of {source.label} must be finite numbers, not {what!r}"
            raise ArgumentError(msg)
    for name, size, most in (("sum of the weights", total, MOST_WEIGHT), ("cross section", known, MOST_PB)):
        if size is not None and not 1 / most <= size <= most:
            msg = f"the {name} of {source.label} must be from {1 / most:g} to {most:g}, not {size:g}"
            raise ArgumentError(msg)
    sigma = 1.0 if known is None else known
    weights = sigma * np.concatenate(found.weights) / total
    return weights, {
        "generated": found.generated,
        "sum_of_weights": total,
        "sum_of_squared_weights": math.fsum(found.squares),
        "required": len(weights),
        "cross_section": known,
        "error": source.error,
    }


def _fractions(source: Source, weights: npt.NDArray[np.float64], split: npt.NDArray[np.int8]) -> tuple[float, ...]:
    total = float(weights.sum())
    if not total > 0:
        msg = f"the weights of {source.label} sum to {total:g} after require; they must sum to more than 0"
        raise ArgumentError(msg)
    shares = tuple(float(weights[split == k].sum()) / total for k in range(len(PARTS)))
    for part, share in zip(PARTS, shares, strict=True):
        if share < 0:
            msg = f"the weights of the {part} events of {source.label} sum to less than 0; take another seed, or more events"
            raise ArgumentError(msg)
    return shares
