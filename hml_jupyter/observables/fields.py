"""Which columns of the event model observables and cuts use: told by computing them on no event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import awkward as ak

from ..errors import UnknownNameError
from ..events import MODEL
from ..expressions import Node, truth
from ..expressions.nodes import is_cut
from .registration import own_observables
from .resolution import Events, branches
from .touching import touched

__all__ = ["fields_of"]

_LEAVES = [f"{branch}.{field}" for branch, fields in MODEL.items() for field in fields]


def fields_of(nodes: Sequence[Node], columns: Iterable[str] = ()) -> list[str] | None:
    """Return the columns of the event model that `nodes` need; None where another branch is asked for.

    A function of the user's own is not called for this: all of the branches that it may look at are needed.

    Parameters
    ----------
    nodes : sequence of Node
        Observables and cuts.
    columns : iterable of str
        Fields that ``Event`` has beside those of the model: what was a column of a table.

    Examples
    --------
    >>> from hml_jupyter.expressions import parse_observable
    >>> fields_of([parse_observable("jet[pt > 30]0.eta"), parse_observable("fatjet0.tau21"), parse_observable("jet.size")])
    ['FatJet.Tau', 'Jet.Eta', 'Jet.PT']
    >>> fields_of([parse_observable("column.label_QCD")], ["label_QCD", "label_Hbb"])
    ['Event.label_QCD']
    """
    if own_observables(nodes):
        return _all_of(nodes, columns)
    events = Events(_nothing(tuple(columns)))
    with touched() as found:
        try:
            for node in nodes:
                if is_cut(node):
                    truth(node, events)  # type: ignore[arg-type]
                else:
                    events.read(node)  # type: ignore[arg-type]
        except UnknownNameError:  # whoever reads the events says it, with their names
            return None
    leaves = [*_LEAVES, *(f"Event.{name}" for name in columns)]
    return sorted({_leaf(name, leaves) for name in found if not any(other.startswith(f"{name}.") for other in found)})


def _leaf(name: str, leaves: Sequence[str]) -> str:
    """Return a column; for a whole branch, of which only the number of its objects is used, its first."""
    return name if name in leaves else next(leaf for leaf in leaves if leaf.startswith(f"{name}."))


def _all_of(nodes: Sequence[Node], columns: Iterable[str]) -> list[str] | None:
    by_lower = {name.lower(): name for name in MODEL}
    found = {f"Event.{name}" for name in columns}
    for branch, parts in branches(nodes).items():
        if branch not in by_lower or (branch == "event" and not columns):
            return None
        name = by_lower[branch]
        found.update(f"{name}.{each}" for each in MODEL[name] if parts or not each.startswith("Constituents."))
    return sorted(found)


@lru_cache(8)
def _nothing(columns: tuple[str, ...]) -> ak.Array:
    """Return events of the model with more fields of Event, none of them."""
    event: dict[str, list[dict[str, Any]]] = {}
    for branch, fields in MODEL.items():
        one: dict[str, Any] = {name: [0.0] if name == "Tau" else 0.0 for name in fields if "." not in name}
        parts = {name.partition(".")[2]: 0.0 for name in fields if "." in name}
        one |= dict.fromkeys(columns, 0.0) if branch == "Event" else {}
        event[branch] = [{**one, "Constituents": [parts]} if parts else one]
    return ak.Array([event])[:0]
