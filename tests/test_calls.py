from __future__ import annotations

import importlib
import math
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hml_jupyter.calls import Call, Ref
from hml_jupyter.errors import RecordError, UnknownNameError

CALLS = {
    "generate": Call(
        "generate",
        ("p p > z z",),
        {
            "decays": ["z > j j", "z > vl vl~"],
            "settings": {"pt_min_pdg": {23: 200}},
            "events": 10000,
            "seed": 42,
            "path": "study/runs/zz",
        },
        "zz",
    ),
    "select": Call("select", (Ref("dataset"), ["fatjet0.mass > 70.0"]), {"path": "study/data/selected"}, "selected"),
    "compare": Call("compare", ([Ref("bdt"), Ref("mlp")],)),
}


def test_render_is_golden(golden: Callable[[str, str], None]) -> None:
    text = "\n\n".join(call.render() for call in CALLS.values()) + "\n"
    golden("calls.py", text)


@pytest.mark.parametrize("name", CALLS)
def test_parse_reads_what_render_writes(name: str) -> None:
    assert Call.parse(CALLS[name].render()) == CALLS[name]


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A module of the user."""
    (tmp_path / "mine.py").write_text(
        "def twice(x):\n    return 2 * x\n\n\ndef maker():\n    def f(): ...\n    return f\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "mine", raising=False)
    return importlib.import_module("mine")


@pytest.mark.parametrize("target", ["x", None])
def test_a_function_is_imported_by_the_cell(mine: Any, target: str | None) -> None:
    call = Call("observables", ([mine.twice],), {"by": {"a": mine.twice, "b": Ref("y")}}, target)
    body = 'hml.observables([twice], by={"a": twice, "b": y})'
    assert call.render() == "from mine import twice\n" + (f"x = {body}\nx" if target else body)
    assert Call.parse(call.render()) == call
    assert call.moved("z", {"twice": "other", "y": "w"}).references == ("w",)


def test_a_function_is_imported_by_the_run(mine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hml_jupyter.calls.public", lambda _: lambda function: function(21))
    assert Call.parse(Call("observables", (mine.twice,)).render()).run({}) == 42


def test_a_function_that_cannot_be_imported_is_refused_with_a_way_out(mine: Any) -> None:
    def local() -> None: ...

    def notebook() -> None: ...

    notebook.__module__, notebook.__qualname__ = "__main__", "notebook"
    for function, name in [
        (lambda x: x, "<lambda> of tests.test_calls"),
        (local, "local of tests.test_calls"),
        (mine.maker(), "maker.<locals>.f of mine"),
        (notebook, "function notebook of this notebook cannot be written into a cell"),
    ]:
        with pytest.raises(RecordError, match=rf"{re.escape(name)}.*: from mine import f$"):
            Call("select", ([function],))


@pytest.mark.parametrize("call", [{"target": "twice"}, {"options": {"a": Ref("twice")}}])
def test_a_function_does_not_take_the_name_of_something_else(mine: Any, call: dict[str, Any]) -> None:
    with pytest.raises(RecordError, match="twice of mine has the name of something else"):
        Call("select", (mine.twice,), **call)


names = st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True).filter(lambda n: n.isidentifier() and not _keyword(n))
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | names.map(Ref)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=4)
    ),
    max_leaves=12,
)


def _keyword(name: str) -> bool:
    import keyword

    return keyword.iskeyword(name)


@given(st.lists(values, max_size=3), st.dictionaries(names, values, max_size=3), st.none() | names)
def test_round_trip(arguments: list[Any], options: dict[str, Any], target: str | None) -> None:
    call = Call("select", tuple(arguments), options, target)
    assert Call.parse(call.render()) == call
    assert Call.parse(call.render()).render() == call.render()


def test_nan_is_written() -> None:
    call = Call.parse(Call("select", (math.nan,)).render())
    assert math.isnan(call.arguments[0])


@pytest.mark.parametrize("value", [object(), {1, 2}, b"x", 1j, lambda x: x, Path("x"), math.sqrt])
def test_what_cannot_be_written_is_refused(value: Any) -> None:
    with pytest.raises(RecordError):
        Call("select", (value,)).render()


@pytest.mark.parametrize("name", ["", "1a", "a b", "class", "a;b", "a\nb", "é", "a.b"])
def test_target_is_an_identifier(name: str) -> None:
    with pytest.raises(RecordError):
        Call("select", (), {}, name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "import os",
        "x = 1",
        "os.system('x')",
        "x = hml.select(__import__('os'))",
        "x = hml.select(open('x'))",
        "x = hml.select(a.b)",
        "x = hml.select(*a)",
        "x = hml.select(**a)",
        "x = hml.select([y for y in z])",
        "x = hml.select(lambda: 1)",
        "x = hml.select(hml.generate('p p > z z'))",
        "x = hml.select(a)\ny",
        "x = hml.select(a); import os",
        "from os import system\nx = hml.select(a)",
        "from os import *\nx = hml.select(a)",
        "from .os import system\nx = hml.select(system)",
        "from os import system as a\nx = hml.select(a)",
        "from os import a\nfrom sys import a\nx = hml.select(a)",
        "import os\nx = hml.select(os)",
        "x = hml.select(a)\nfrom os import a",
        "hml.select(f'{a}')",
        "(" * 300 + ")" * 300,
        "\x00",
    ],
)
def test_parse_refuses_everything_else(text: str) -> None:
    with pytest.raises(RecordError):
        Call.parse(text)


def test_moved_takes_target_path_and_variables_along() -> None:
    call = Call("train", (Ref("selected"),), {"seed": 1, "path": "study/models/bdt"}, "bdt")
    moved = call.moved("bdt_2", {"selected": "selected_2"})
    assert moved.render() == 'bdt_2 = hml.train(selected_2, seed=1, path="study/models/bdt_2")\nbdt_2'


def test_run_refuses_private_and_unknown_functions() -> None:
    for name in ("_load", "nonsense", "annotations"):
        with pytest.raises(UnknownNameError, match=f"unknown public name of hml_jupyter '{name}'"):
            Call(name).run({})


def test_references_are_listed_once() -> None:
    assert Call("f", ({"a": Ref("x"), "b": [Ref("y"), Ref("x")]},)).references == ("x", "y")
