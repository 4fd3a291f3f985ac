"""Parts of events that lie in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..errors import UnknownNameError

if TYPE_CHECKING:
    import awkward as ak

__all__ = ["select_columns"]


def select_columns(events: ak.Array, columns: Sequence[str] | None) -> ak.Array:
    """Return branches and fields of events.

    Raises
    ------
    UnknownNameError
        The events have no such column; near names are listed.

    Examples
    --------
    >>> import awkward as ak
    >>> events = ak.Array([{"Event": [{"Weight": 2.0}], "Particle": [{"PID": 6, "PT": 50.0}]}])
    >>> select_columns(events, ["Particle.PT"]).tolist()
    [{'Particle': [{'PT': 50.0}]}]
    """
    if columns is None:
        return events
    import awkward as ak

    known = [*events.fields, *(f"{branch}.{name}" for branch in events.fields for name in ak.fields(events[branch]))]
    for column in columns:
        if column not in known:
            raise UnknownNameError("column", column, known)
    asked = {column.partition(".")[0]: [] for column in columns}  # type: dict[str, list[str]]
    for column in columns:
        branch, _, name = column.partition(".")
        asked[branch] += [name] if name else ak.fields(events[branch])
    return ak.zip({branch: events[branch][sorted(set(names))] for branch, names in asked.items()}, depth_limit=1)
