from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import hml_jupyter as hml

PACKAGE = Path(hml.__file__).parent
HEAVY = (
    "keras",
    "jax",
    "pythia8mc",
    "matplotlib",
    "sklearn",
    "onnxruntime",
    "fastjet",
    "torch",
    "tensorflow",
    "jsonschema",
    "pyhf",
    "correctionlib",
)


def test_names_load_nothing_heavy() -> None:
    code = f"import sys, hml_jupyter as hml; hml.Lab, hml.board, hml.train, hml.limit, hml.efficiency_map; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", hml.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    assert getattr(hml, name).__doc__


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("load", r"hml\.Run\.load\(path\), hml\.Dataset\.load.*hml\.Training\.load.*hml\.load_preserved\(path\)"),
        ("build_datset", "hml has no 'build_datset'; near names: build_dataset"),
        ("qqqqqq", r"hml has no 'qqqqqq'; dir\(hml\) lists what it has"),
    ],
)
def test_an_unknown_name_says_what_is_near(name: str, says: str) -> None:
    with pytest.raises(AttributeError, match=says):
        getattr(hml, name)


def test_every_kind_that_is_opened_by_itself_has_a_load() -> None:
    for kind in (hml.Run, hml.Dataset, hml.Training, hml.Workspace):
        assert callable(kind.load)


def test_public_names_are_those_of_the_stub() -> None:
    tree = ast.parse((PACKAGE / "__init__.pyi").read_text())
    imported = {alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert imported == set(hml.__all__)


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=lambda f: str(f.relative_to(PACKAGE)))
def test_files_are_short_and_do_not_evaluate_text(file: Path) -> None:
    text = file.read_text()
    assert text.count("\n") <= 300
    calls = {
        node.func.id
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not calls & {"eval", "exec"}
    assert "import pickle" not in text
