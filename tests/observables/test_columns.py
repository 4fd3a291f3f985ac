from __future__ import annotations

from typing import Any

import awkward as ak
import numpy as np
import pytest
import samples

from hml_jupyter.cuts import Cut
from hml_jupyter.errors import ArgumentError, UnknownNameError
from hml_jupyter.expressions import parse_observable
from hml_jupyter.observables import canonical_name, fields_of, observable, range_of, unit_of
from hml_jupyter.observables.columns import is_column

EVENTS = ak.Array(
    [
        {"Event": [{"Weight": 1.0, "m_jj": 90.0, "is_b": True, "tau": [1.0]}], "Jet": [{"PT": 50.0}, {"PT": 20.0}]},
        {"Event": [{"Weight": 1.0, "m_jj": np.nan, "is_b": False, "tau": [2.0]}], "Jet": [{"PT": 95.0}]},
    ]
)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("column.m_jj", "column.m_jj"),
        ("Column.Label_QCD", "column.Label_QCD"),
        ("column.pt", "column.pt"),
        ("column.score", "column.score"),
        ("column.jet0", "column.jet0"),
        ("abs(column.x/column.y)", "abs(column.x / column.y)"),
    ],
)
def test_canonical_name(text: str, canonical: str) -> None:
    assert canonical_name(text) == canonical == canonical_name(canonical)
    assert (unit_of(canonical), range_of(canonical)) == ("", (None, None))


@pytest.mark.parametrize("text", ["column", "jet0.column", "column0.column", "column,jet0.column", "m.column"])
def test_a_column_has_a_name(text: str) -> None:
    with pytest.raises(ArgumentError, match=r"column is of a table, as in column\.m_jj"):
        canonical_name(text)


@pytest.mark.parametrize("text", ["column0.m_jj", "column[pt > 1].m_jj", "column.constituents.m_jj"])
def test_a_table_is_one(text: str) -> None:
    with pytest.raises(UnknownNameError):
        canonical_name(text)


def test_is_column() -> None:
    assert not is_column(parse_observable("column"))
    assert not is_column(parse_observable("column,column.m"))


def test_a_column_takes_the_unit_of_what_it_is_added_to() -> None:
    assert unit_of("column.m_jj - fatjet0.mass") == unit_of("max(met, column.x)") == "GeV"
    assert unit_of("column.m_jj / column.pt + 1") == unit_of("column.x * met") == ""
    assert unit_of("2 * column.x + sqrt(column.x * met) + met") == "GeV"
    assert unit_of("sqrt(column.x ** 2 + met ** 2)") == "GeV"
    with pytest.raises(ArgumentError, match="joins GeV with rad"):
        canonical_name("met + jet0.phi + column.x")


def test_a_bare_word_stays_an_error() -> None:
    with pytest.raises(UnknownNameError, match=r"'m_jj'.*; a column of a table is written column\.m_jj$"):
        Cut("m_jj > 50")
    for text in ("jet0.ptt > 3", "jet[ptt > 3].size > 0"):
        with pytest.raises(UnknownNameError, match=r"near names: (jet0\.)?pt") as error:
            Cut(text)
        assert "column" not in str(error.value)


def test_of_events() -> None:
    assert observable(EVENTS, "column.m_jj")[0] == 90.0
    assert observable(EVENTS, "column.is_b").tolist() == [1.0, 0.0]
    assert observable(EVENTS, "2 * column.Is_b").tolist() == [2.0, 0.0]
    assert Cut("column.m_jj > 50 and jet0.pt > 10")(EVENTS).tolist() == [True, False]
    assert Cut("column.m_jj != 50")(EVENTS).tolist() == [True, False]
    assert Cut("any (jet.pt > column.m_jj) or jet[pt > column.is_b * 30].size == 1")(EVENTS).tolist() == [True, True]


def test_of_events_without_it() -> None:
    with pytest.raises(
        UnknownNameError, match=r"unknown column 'm_j'; near names: m_jj. Event of these events has the"
    ):
        observable(EVENTS, "column.m_j")
    with pytest.raises(UnknownNameError, match=r"unknown column 'm_jj'. There is no branch Event in these events"):
        observable(EVENTS[["Jet"]], "column.m_jj")
    with pytest.raises(ArgumentError, match=r"'column\.tau' has several values in an event"):
        observable(EVENTS, "column.tau")
    assert fields_of([parse_observable("column.m_jj")]) is None


def test_a_column_is_not_the_observable_of_its_name() -> None:
    dataset = samples.dataset(100)
    with pytest.raises(UnknownNameError, match=r"unknown column 'column\.met'; known: fatjet0\.mass"):
        Cut("column.met > 50")(dataset)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([[1.0, 2.0], [1.0]], "has several values in an event; one number each is needed"),
        ([[1.0, 2.0], [1.0, 2.0]], "has several values in an event"),
        (["a", "b"], "has something else than a number in an event"),
        ([[[1.0]], [[2.0], [3.0]]], "has something else than a number in an event"),
    ],
)
def test_a_field_of_event_that_is_not_one_number_each(values: Any, message: str) -> None:
    record = ak.Array([{"Event": [{"several": each}], "MissingET": [{"MET": 1.0}]} for each in values])
    for text in ("column.several > 1", "any (column.several > 1)", "column.several + met > 1"):
        with pytest.raises(ArgumentError, match=rf"'column\.several' {message}"):
            Cut(text)(record)
    with pytest.raises(ArgumentError, match=rf"'column\.several' {message}"):
        observable(record, "column.several")
