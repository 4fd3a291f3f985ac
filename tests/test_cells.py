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
    assert found.path == "my/é/x"
    assert found.edited == 'y = 1\nx = hml.f(path="my/é/x")'
    assert 'path="my/é/data/x"' in found.source
    assert found.earlier == (found.source,)


def test_operations_name_every_earlier_cell() -> None:
    entries = [entry("a", "0001"), entry("b", "0002")]
    ops = operations("s", entries, [Change("upsert", entries[1])], imported=True)
    assert ops[0]["after"] == ["hml-s-0000", "hml-s-0001"]


CUT = 'selected = hml.select(dataset, ["a > 1"], path="study/data/selected")'


@pytest.mark.parametrize(
    "text",
    [f"# why\n{CUT}\nselected", f"{CUT}\nprint(1)", f"%%time\n{CUT}\nselected", f"%matplotlib inline\n{CUT}", f"n = 1; {CUT}",
     f"!ls\n{CUT}\nhml.plot(selected)", f"method = hml.MLP(hidden=(8,))\n{CUT}", f"from math import pi\n{CUT}"],
)  # fmt: skip
def test_edited_cell_keeps_its_call(text: str) -> None:
    found = entry(CUT, edited=text)
    assert (found.target, found.path) == ("selected", "study/data/selected")
    assert found.call == entry(CUT).call
    assert {"dataset", "selected"} <= found.names
    assert found.is_call == text.startswith("#")


@pytest.mark.parametrize(
    "text", [f"%%bash\n{CUT}", f"{CUT}\nmore = hml.train(selected)", "%%time\nx = (", "%%\n(", "x = 1"]
)
def test_cell_of_no_call_or_several_has_none(text: str) -> None:
    assert entry(text).call is None
    assert not entry(text).is_call


def test_call_among_others_keeps_the_import_of_its_function() -> None:
    text = "from math import sqrt\nhml.register_observable(sqrt)"
    assert entry(text + "\nprint(1)").call == entry(text).call
    assert entry(text).call is not None


def test_new_cell_has_the_text_of_the_user_and_the_hash_of_the_record() -> None:
    edited = entry(CUT, edited=CUT.replace("1", "2"))
    (op,) = operations("s", [edited], [Change("upsert", edited)], imported=True)
    assert op["source"] == edited.edited
    assert op["metadata"]["hml_jupyter"]["sha256"] == edited.sha256 != entry(op["source"]).sha256
    assert edited.ended("done", op["source"], {}, None).edited == edited.edited
