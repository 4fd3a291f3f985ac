"""What the Observables panel looks at: columns, masks and a few first events of runs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import numpy.typing as npt

from ..cuts import Cut
from ..datasets.columns import needed_columns
from ..datasets.describing import separation_of
from ..datasets.pieces import EventRecord
from ..datasets.sources import open_source
from ..errors import HmlError, UnknownNameError
from ..events import MODEL
from ..expressions import Node, parse_observable
from ..representations import Set, read_columns
from ..runs import Run
from .base import remembered
from .catalogue import quick

__all__ = ["column", "counted", "first_events", "kept", "mask", "rank", "sizes"]

#: Events that are looked at for a ranking, bins of it.
RANKED, BINS = 2000, 20
#: What is read to say which branches there are; runs of others, and older ones, have no jets of generated particles.
_WITHOUT_CONSTITUENTS = tuple(f"{b}.{f}" for b in MODEL for f in MODEL[b] if not f.startswith("Constituents."))
_MEASURED = tuple(name for name in _WITHOUT_CONSTITUENTS if not name.startswith("Gen"))


@remembered(256)
def column(run: Run, name: str, per: str = "") -> npt.NDArray[np.float64]:
    """Return the values of an observable, (n,), or one for each object of the collection `per`, (rows,).

    Raises
    ------
    HmlError
        It has several values for a row.
    """
    seen = Set([name], per=per or None)
    return np.asarray(seen.read(EventRecord(_events(run, seen.needed), ""))["values"][:, 0], np.float64)


@remembered(32)
def sizes(run: Run, per: str) -> npt.NDArray[np.int64]:
    """Return how many objects of the collection `per` each event has, (n,)."""
    seen = counted(per)
    return np.asarray(seen.rows(EventRecord(_events(run, seen.needed), "")), np.int64)


def kept(run: Run, name: str, per: str = "", require: str = "") -> npt.NDArray[np.float64]:
    """Return the values of an observable that the requirement leaves."""
    values = column(run, name, per)
    if not require:
        return values
    passing = mask(run, require)
    return values[np.repeat(passing, sizes(run, per)) if per else passing]


def counted(per: str) -> Set:
    """Return a Set that does nothing but count the objects of a collection."""
    return Set([f"{per}.size"], per=per)


@remembered(32)
def mask(run: Run, text: str) -> npt.NDArray[np.bool_]:
    """Return which events pass a cut, (n,)."""
    cut = Cut(text)
    return np.asarray(cut(_events(run, [cut.node])), bool)


@remembered(8)
def first_events(run: Run, count: int, nodes: tuple[Node, ...]) -> Any:
    """Return the first events of a run with what `nodes` need of them; of a long one only its beginning is read."""
    record: Any = open_source("run", run).pieces[0].read(nodes, "run")
    return record.record[:count]


def rank(runs: dict[str, Run], signal: Sequence[str], per: str = "", require: str = "") -> dict[str, dict[str, Any]]:
    """Return separation and missing part of each observable of the catalogue, from the first events of each run.

    Those that are computed from the parts of jets, which take long, are left out. `per` and `require` are those of the dataset.
    """
    names = quick(per.partition("[")[0].strip())
    first = {name: _first_columns(run, names, per) for name, run in runs.items() if run.detector is not None}
    left = {name: _first_left(runs[name], count, per, require) for name, (count, _) in first.items()}
    found = {}
    for text in names:
        values = {name: columns[text][left[name]] for name, (_, columns) in first.items() if text in columns}
        if len(values) < len(first) or not sum(map(len, values.values())):
            continue
        share = [np.full(len(v), runs[name].cross_section / max(len(v), 1)) for name, v in values.items()]
        is_signal = np.concatenate([np.full(len(v), name in signal) for name, v in values.items()])
        joined = np.concatenate(list(values.values()))
        power = separation_of(joined, is_signal, np.concatenate(share), BINS)
        missing = float(np.mean(~np.isfinite(joined)))
        found[text] = {"separation": power if np.isfinite(power) else None, "missing": missing}
    return found


@remembered(16)
def _first_columns(run: Run, names: tuple[str, ...], per: str) -> tuple[int, dict[str, npt.NDArray[np.float64]]]:
    """Return how many events are looked at, and the observables in them, (rows,), those that can be read."""
    nodes = (*map(parse_observable, names), *(counted(per).needed if per else ()))
    record = EventRecord(first_events(run, RANKED, nodes), "")
    found = {}
    for text in names:
        with suppress(HmlError):
            found[text] = read_columns(record, [text], per or None)[:, 0]
    return len(record), found


def _first_left(run: Run, count: int, per: str, require: str) -> npt.NDArray[np.bool_]:
    """Return which rows of the first events the requirement leaves, (rows,)."""
    passing = mask(run, require)[:count] if require else np.ones(count, bool)
    return np.repeat(passing, sizes(run, per)[:count]) if per else passing


def _events(run: Run, of: Sequence[Node]) -> Any:
    """Return the columns behind some observables; constituents, which are most of a run, are not kept in memory."""
    needed = needed_columns(of)
    if needed is None:
        with suppress(UnknownNameError):
            return _read(run, _WITHOUT_CONSTITUENTS)
    columns = tuple(needed or _MEASURED)
    large = any(".Constituents." in name for name in columns)
    return run.events(columns) if large else _read(run, columns)


@remembered(24)
def _read(run: Run, columns: tuple[str, ...]) -> Any:
    return run.events(columns)
