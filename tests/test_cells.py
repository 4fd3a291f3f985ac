from __future__ import annotations

import re

import pytest

from hml_jupyter.cells import Change, Entry, cell_id, operations


def entry(source: str, record_id: str = "0001", **more: object) -> Entry:
    return Entry(record_id, "cuts", "k", source, **more)  # type: ignore[arg-type]


NAMES = ["study", "a/b", "a-b", "a b", "étude", "ètude", "s" * 60 + "1", "s" * 60 + "2", 'a"b', "課題"]


def test_cell_ids_are_valid_and_differ_between_studies() -> None:
    ids = [cell_id(name, "0001") for name in NAMES]
    assert len(set(ids)) == len(NAMES)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", found) for found in ids)
    assert cell_id("study", "0001") == "hml-study-0001"


@pytest.mark.parametrize(
    "text",
    ["", "x = (", "x = hml.f({[1]: 2})", 'x = hml.generate(hml.Process("p p > zed z"))', "x = hml.f(" + "[" * 400,
     'x = hml.generate(hml.Process(nonsense="z"))', "x = hml.f(" + "-" * 2000 + "1)"],
)  # fmt: skip
def test_text_that_is_no_call_harms_nothing(text: str) -> None:
    found = entry(text)
    assert (found.call, found.target, found.path) == (None, None, None)


def test_amended_remembers_only_what_worked() -> None:
    first = entry("a = hml.f(1)\na").ended("done", None, {"text/plain": "1"}, None)
    second = first.amended("a = hml.f(2)\na", "cuts", "k")
    assert (second.earlier, second.ran, second.output) == ((first.source,), False, {})
    third = second.ended("failed", None, None, "no").amended("a = hml.f(3)\na", "cuts", "k")
    assert third.earlier == (first.source,)
    assert third.taken_back().source == first.source


def test_failed_rerun_keeps_the_last_result() -> None:
    found = entry("a = hml.f(1)\na").ended("done", None, {"text/plain": "1"}, None)
    again = found.ended("interrupted", "a = hml.f(99)", None, None)
    assert (again.output, again.edited) == (found.output, None)


def test_relocated_changes_paths_only() -> None:
    text = 'x = hml.build_dataset({"study/": zz}, path="study/data/x")\nx'
    found = entry(text, edited='y = 1\nx = hml.f(path="study/x")', earlier=(text,)).relocated("study", "my/é")
    assert found.path is None
    assert found.edited == 'y = 1\nx = hml.f(path="my/é/x")'
    assert 'path="my/é/data/x"' in found.source
    assert found.earlier == (found.source,)


def test_operations_name_every_earlier_cell() -> None:
    entries = [entry("a", "0001"), entry("b", "0002")]
    ops = operations("s", entries, [Change("upsert", entries[1])], imported=True)
    assert ops[0]["after"] == ["hml-s-0000", "hml-s-0001"]
