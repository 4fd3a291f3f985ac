"""What the Observables panel looks at: columns, masks and a few first events of runs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from ..cuts import Cut
from ..datasets.columns import needed_columns
from ..datasets.describing import separation_of
from ..datasets.pieces import EventRecord
from ..datasets.sources import open_source
from ..errors import HmlError
from ..events import MODEL
from ..expressions import Node, parse_observable
from ..observables import canonical_name, observable, observables
from ..runs import Run
from .base import FieldError, remembered

__all__ = ["catalogue", "column", "first_events", "mask", "rank"]

#: Heading in the catalogue, what the observables are of, and the objects as they are typed.
OBJECTS = (
    ("event", "event", ""),
    ("leading fat jet", "one", "fatjet0"),
    ("leading jet", "one", "jet0"),
    ("second jet", "one", "jet1"),
    ("two jets", "two", "jet0,jet1"),
    ("two jets", "singles", "jet0,jet1"),
    ("all jets", "collection", "jet"),
    ("all fat jets", "collection", "fatjet"),
    ("leading muon", "one", "muon0"),
    ("leading electron", "one", "electron0"),
    ("two muons", "singles", "muon0,muon1"),
    ("two electrons", "singles", "electron0,electron1"),
    ("how many", "collection", "muon"),
    ("how many", "collection", "electron"),
)
#: What people look for first.
FIRST = ("mass", "soft_drop_mass", "tau_mn", "tau_n", "pt", "eta", "phi", "b_tag", "delta_r", "invariant_mass")
#: Of leptons only this is offered; whatever else there is can be typed.
OF_LEPTONS = ("pt", "eta", "phi", "charge", "isolation", "invariant_mass", "size")
#: Events that are looked at for a ranking, bins of it.
RANKED, BINS = 2000, 20
#: What is read to say which branches there are.
_WITHOUT_CONSTITUENTS = tuple(f"{b}.{f}" for b in MODEL for f in MODEL[b] if not f.startswith("Constituents."))


def catalogue() -> list[dict[str, str]]:
    """Return every observable as one would type it, for the objects that events usually have."""
    rows = []
    entries = sorted(observables().rows, key=lambda e: FIRST.index(e.name) if e.name in FIRST else len(FIRST))
    for group, kind, objects in OBJECTS:
        branch = objects.partition(",")[0].rstrip("0123456789")
        for entry in entries:
            fits = kind in entry.kinds and (not entry.branches or branch in entry.branches)
            if not fits or (branch in ("muon", "electron") and entry.name not in OF_LEPTONS):
                continue
            for name in entry.names:
                text = f"{objects}.{name}" if objects else name
                rows.append({"name": text, "doc": entry.doc, "unit": entry.unit, "group": group})
    return rows


@remembered(256)
def column(run: Run, name: str) -> npt.NDArray[np.float64]:
    """Return the values of an observable, (n,).

    Raises
    ------
    FieldError
        It has several values in an event.
    """
    values = observable(_events(run, [parse_observable(name)]), name)
    if not isinstance(values, np.ndarray) or values.ndim != 1:
        msg = f"{name} has several values in an event; name one object, such as jet0"
        raise FieldError("observables", msg)
    return values.astype(np.float64)


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


def rank(runs: dict[str, Run], signal: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return separation and missing part of each observable of the catalogue, from the first events of each run.

    Those that are computed from the parts of jets, which take long, are left out.
    """
    ranked = tuple(parse_observable(text) for text in _ranked())
    records = {
        name: EventRecord(first_events(run, RANKED, ranked), name)
        for name, run in runs.items()
        if run.detector is not None
    }
    if not records:
        return {}
    share = [np.full(len(record), runs[name].cross_section / max(len(record), 1)) for name, record in records.items()]
    is_signal = np.concatenate([np.full(len(record), name in signal) for name, record in records.items()])
    found = {}
    for text, node in zip(_ranked(), ranked, strict=True):
        try:
            values = [record.read(node) for record in records.values()]
        except HmlError:
            continue
        if all(isinstance(each, np.ndarray) for each in values):
            joined = np.concatenate(values)
            power = separation_of(joined, is_signal, np.concatenate(share), BINS)
            missing = float(np.mean(~np.isfinite(joined)))
            found[text] = {"separation": power if np.isfinite(power) else None, "missing": missing}
    return found


@cache
def _ranked() -> tuple[str, ...]:
    slow = {entry.name for entry in observables().rows if entry.constituents}
    return tuple(
        text for row in catalogue() if (text := canonical_name(row["name"])) and text.rpartition(".")[2] not in slow
    )


def _events(run: Run, of: Sequence[Node]) -> Any:
    """Return the columns behind some observables; constituents, which are most of a run, are not kept in memory."""
    columns = tuple(needed_columns(of) or _WITHOUT_CONSTITUENTS)
    large = any(".Constituents." in name for name in columns)
    return run.events(columns) if large else _read(run, columns)


@remembered(24)
def _read(run: Run, columns: tuple[str, ...]) -> Any:
    return run.events(columns)
