from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hml_jupyter.tables.about import original_names, valid_names


@given(st.lists(st.text(min_size=1, max_size=8), unique=True))
def test_valid_names_are_valid_and_different(names: list[str]) -> None:
    found = valid_names(names)
    assert list(found) == names
    assert len(set(found.values())) == len(names)
    assert all(valid.isidentifier() or not valid.isascii() for valid in found.values())


@given(st.lists(st.text(min_size=1, max_size=8), unique=True))
def test_original_names_undo_it(names: list[str]) -> None:
    found = valid_names(names)
    text = json.dumps({"names": found})
    back = original_names(text, found.values())
    assert [back.get(valid, valid) for valid in found.values()] == names


@pytest.mark.parametrize(
    "text",
    [None, 7, "", "no JSON", "[]", "{}", '{"names": 7}', '{"names": {"a": 1}}', b"\xff", "[" * 100_000,
     '{"names": {"b": "x"}}', '{"names": {"z": "x", "y": "y"}, "z": 1}' * 2],
)  # fmt: skip
def test_original_names_of_anything_else(text: object) -> None:
    assert original_names(text, ["a", "b"]) == {}


def test_original_names_never_make_two_alike() -> None:
    assert original_names('{"names": {"b": "a"}}', ["a", "b"]) == {}
