from __future__ import annotations

import ast
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hml_jupyter.errors import RecordError, UnknownNameError
from hml_jupyter.literals import Ref, check_identifier, literal, public, resolve, value_of

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values = st.recursive(scalars, lambda v: st.lists(v) | st.tuples(v) | st.dictionaries(st.text(), v), max_leaves=8)


@given(values)
def test_what_is_written_is_read(value: Any) -> None:
    assert value_of(ast.parse(literal(value), mode="eval").body) == value


def test_nan_and_numpy() -> None:
    assert math.isnan(value_of(ast.parse(literal(float("nan")), mode="eval").body))
    assert literal(np.float64(70.0)) == "70.0"
    assert literal([np.float64("inf")]) == '[float("inf")]'
    with pytest.raises(RecordError, match="int64 cannot be written"):
        literal(np.int64(3))


@pytest.mark.parametrize("value", [object(), {1, 2}, lambda: 0, 1j, b"x", ...])
def test_everything_else_is_refused(value: Any) -> None:
    with pytest.raises(RecordError):
        literal(value)


@pytest.mark.parametrize("name", ["", "1a", "a b", "class", "é", "a;b", "a.b", "a\n"])
def test_names_that_are_no_variables(name: str) -> None:
    with pytest.raises(RecordError, match="not a name"):
        check_identifier(name)
    with pytest.raises(RecordError):
        Ref(name)


def test_public() -> None:
    import hml_jupyter as hml

    assert public("select") is hml.select
    with pytest.raises(UnknownNameError, match="unknown public name of hml_jupyter 'selct'; near names: select"):
        public("selct")
    for hidden in ("runs", "__version__", "_load"):
        with pytest.raises(UnknownNameError, match="unknown public name"):
            public(hidden)


def test_resolve() -> None:
    assert resolve({"a": [Ref("x"), 2]}, {"x": 1}) == {"a": [1, 2]}
    with pytest.raises(RecordError, match="there is no variable 'x': run the cell that makes it first"):
        resolve([Ref("x")], {})
