from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import samples

from hml_jupyter import progress
from hml_jupyter.errors import ArgumentError, UnknownNameError
from hml_jupyter.observables import Events
from hml_jupyter.representations import Graph, Image, Representation, from_config

OF_PARTICLES = [Image("fatjet0.constituents", size=(2, 2)), Graph("fatjet0.constituents", max_nodes=4, edges=None)]


def test_from_config_refuses() -> None:
    with pytest.raises(UnknownNameError, match="unknown kind of representation 'sett'; near names: set"):
        from_config({"kind": "sett", "observables": ["met"]})
    with pytest.raises(UnknownNameError, match="unknown option of Set 'observable'; near names: observables"):
        from_config({"kind": "set", "observable": ["met"]})
    with pytest.raises(ArgumentError, match=r"described by its kind \(.*set.*\) and its options"):
        from_config({"observables": ["met"]})


@pytest.mark.parametrize("made", OF_PARTICLES, ids=lambda made: made.kind)
def test_told_of_all_pieces(made: Representation) -> None:
    heard: list[progress.Report] = []
    told = Counter[str]()
    record = samples.handmade()
    with progress.listening(heard.append):
        made.read(Events(record[:2]), told)
        made.read(Events(record[2:]), told)
        assert heard == []
        made.tell(told, 4, "'zz'")
    what = f"{made.kind} of fatjet0.constituents: 3 of 4 events of 'zz' have no such jet: "
    assert [each.text.startswith(what) for each in heard] == [True]


class Rows:
    """Rows of a table, in place of events."""

    source = "'zz'"

    def __len__(self) -> int:
        return 1

    def read(self, _: Any) -> Any:
        raise AssertionError


@pytest.mark.parametrize("made", OF_PARTICLES, ids=lambda made: made.kind)
def test_a_table_has_no_particles(made: Representation) -> None:
    with pytest.raises(
        ArgumentError, match=f"{made.kind} needs the particles of events, and 'zz' is a table of observables"
    ):
        made.read(Rows())
