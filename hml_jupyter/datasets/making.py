"""From a piece of a sample to its rows in a dataset; it runs here or in a worker."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from ..cuts import Cut
from ..errors import WorkerError
from ..executors import death, get_executor, submit, tasks_under_way, usable_cores
from ..expressions import Node, Sum
from ..observables import own_observables
from ..representations import Representation, read_columns
from .columns import sample_nodes
from .missing import too_short
from .pieces import Piece, Record
from .variations import read_factors

__all__ = ["Part", "Task", "in_order", "make"]

#: So few pieces are read here: starting workers takes longer.
FEW = 6
#: Bytes of parts that may wait for their turn.
WAITING = 128 * 2**20


@dataclass(frozen=True)
class Task:
    """What is made of a piece."""

    label: str
    """Of the source, for messages."""
    piece: Piece
    representation: Representation
    side_names: tuple[str, ...]
    require: Cut | None
    blind: tuple[Cut, ...] = ()
    """Events that pass one of them are blinded."""
    is_data: bool = False
    """Whether blinded events are left out, or only known."""
    factors: dict[str, float | Sum] = field(default_factory=dict)
    """Variation -> factor on the weights."""


@dataclass(frozen=True)
class Part:
    """The rows of a piece, n events that are kept."""

    rows: npt.NDArray[np.int64] | None
    """(n,) how many rows each has; None for one each."""

    columns: dict[str, npt.NDArray[np.float64]]
    """Column and side column -> (rows,)."""
    arrays: dict[str, npt.NDArray[Any]]
    """Other arrays of the representation, (rows, ...)."""
    weights: npt.NDArray[np.float64]
    """(n,) as the source has them."""
    events: npt.NDArray[np.int64]
    """(n,) number in the source."""
    generated: int
    """Events of the piece."""
    not_finite: int
    """Events whose weight is none."""
    sum_of_weights: float
    """Of all events of the piece."""
    sum_of_squared_weights: float
    blinded: npt.NDArray[np.bool_]
    """(n,) which are blinded."""
    factors: dict[str, npt.NDArray[np.float64]]
    """Variation -> (n,) factor on the weight."""
    told: Counter[str]
    """What the representation tells of so many events."""
    short: dict[str, dict[str, int]]
    """Column without any value -> the collections that are too short for it, and their largest number."""

    @property
    def nbytes(self) -> int:
        """How large it is."""
        return 1 + sum(
            array.nbytes for array in (*self.columns.values(), *self.arrays.values(), self.weights, self.events)
        )


def in_order(tasks: Sequence[Task]) -> Iterator[Part]:
    """Yield the part of each task in order, made by workers where that pays."""
    # what the user has registered is known here and not to a worker
    own = own_observables(_nodes(tasks[0])) if tasks else {}
    if own or len(tasks) <= FEW or any(task.piece.here for task in tasks):
        yield from map(make, tasks)
        return
    # the first one tells how large they are
    first = make(tasks[0])
    yield first
    with get_executor(len(tasks) - 1) as executor:
        yield from _from_workers(executor, tasks[1:], first.nbytes)


def _from_workers(executor: Executor, tasks: Sequence[Task], size: int) -> Iterator[Part]:
    waiting = iter(tasks)
    running: deque[Future[Part]] = deque()
    most = max(usable_cores() + 1, min(tasks_under_way(size), WAITING // size))
    try:
        while True:
            running.extend(submit(executor, make, task) for task in islice(waiting, most - len(running)))
            if not running:
                return
            yield _result(executor, running.popleft())
    finally:
        for future in running:
            future.cancel()


def _result(executor: Executor, future: Future[Part]) -> Part:
    try:
        return future.result()
    except BrokenExecutor as error:
        msg = f"a worker process died while it read events ({death(executor)}); call again"
        raise WorkerError(msg) from error
    except CancelledError as error:
        msg = "the executor that was given to hml.set_executor has given up reading events; call again, or with another one"
        raise WorkerError(msg) from error


def make(task: Task) -> Part:
    """Read a piece and return its rows."""
    record = task.piece.read(_nodes(task), task.label)
    weights = record.weights
    finite = np.isfinite(weights)
    passing = np.ones(len(record), bool) if task.require is None else task.require(record)
    blinded = _blinded(task, record)
    if task.is_data:
        passing &= ~blinded
    kept = record.where(passing)
    seen = task.representation
    names = seen.columns + task.side_names
    values = read_columns(kept, names, seen.per)
    told: Counter[str] = Counter()
    with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is refused when all is known
        sums = float(weights.sum()), float((weights**2).sum())
    empty = np.flatnonzero(~np.isfinite(values).any(axis=0)) if len(values) else ()
    return Part(
        seen.rows(kept),
        {name: np.ascontiguousarray(values[:, k]) for k, name in enumerate(names)},
        {} if seen.columns else seen.read(kept, told),
        weights[passing],
        np.flatnonzero(passing).astype(np.int64) + task.piece.first,
        len(weights),
        int((~finite).sum()),
        *sums,
        blinded[passing],
        read_factors(kept, task.factors, task.label),
        told,
        {names[k]: too_short(record, names[k], passing) for k in empty},
    )


def _blinded(task: Task, record: Record) -> npt.NDArray[np.bool_]:
    blinded = np.zeros(len(record), bool)
    for cut in task.blind:
        blinded |= cut(record)
    return blinded


def _nodes(task: Task) -> list[Node]:
    factors = [factor for factor in task.factors.values() if not isinstance(factor, float)]
    return [*sample_nodes(task.representation, task.side_names, task.require, task.blind), *factors]
