from __future__ import annotations

import ast
import re

import hml_jupyter as hml
from hml_jupyter.calls import Call
from hml_jupyter.cli import _parser
from hml_jupyter.public import READERS
from tests.programs import ROOT

README = (ROOT / "README.md").read_text()


def test_calls_are_calls_of_public_names() -> None:
    statements = [s for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL) for s in ast.parse(block).body]
    calls = [Call.parse(ast.unparse(s)) for s in statements if "hml." in ast.unparse(s)]
    assert len(calls) == 40
    assert {call.function for call in calls} <= {*hml.__all__, *READERS}


def test_commands_exist() -> None:
    for command in re.findall(r"\.venv/bin/hml ([a-z]+[^`\n]*)", README):
        assert _parser().parse_args(command.split()).run


def test_picture_is_there() -> None:
    for name in re.findall(r"!\[[^\]]*\]\(([^)]*)\)", README):
        assert (ROOT / name).read_bytes().startswith(b"\x89PNG")
