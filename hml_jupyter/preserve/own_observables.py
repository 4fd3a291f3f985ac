"""The source of observables of the user's own, so that others can register them where there is no study any more."""

from __future__ import annotations

import ast
import inspect
import sys
import sysconfig
import textwrap
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, cast

import numpy as np

from ..errors import RecordError
from ..expressions import Node
from ..literals import Ref, call_text, literal
from ..observables import Entry
from ..observables.catalogue import rows
from .filling import comment

__all__ = ["own_file", "own_sources"]

HEAD = """\
# {name}: {doc}. Unit: {unit}; used as {example}.
# It was registered from {function}. Read it before you run it; nothing of it is run when the bundle is opened.
from __future__ import annotations

"""


def own_file(name: str) -> str:
    """Return the file of an own observable in a bundle."""
    return f"code/observable_{name}.py"


def own_sources(nodes: Iterable[Node]) -> dict[str, str]:
    """Return the own observables in `nodes`: name -> a script that defines and registers it.

    What its function takes from around it comes first: imports of installed packages, numbers and texts, and other functions of the
    user's. What is none of these is named in a comment.
    """
    return {entry.name: _script(entry) for entry in rows(nodes) if entry.origin is not None}


def _script(entry: Entry) -> str:
    origin = entry.origin or {}
    needed = _Needed()
    called = needed.add(cast("FunctionType", entry.compute), entry.text, entry.name)
    options = {
        "unit": entry.unit,
        "objects": origin["objects"],
        "name": entry.name,
        "doc": entry.doc,
        **({"range": entry.range} if entry.range != (None, None) else {}),
        **({"aliases": list(entry.aliases)} if entry.aliases else {}),
        **({"constituents": True} if entry.constituents else {}),
    }
    head = HEAD.format(
        name=entry.name,
        doc=comment(entry.doc),
        unit=comment(entry.unit) or "none, a pure number",
        example=entry.example,
        function=comment(origin["function"]),
    )
    if called is None:
        registered = "# It is written in a way that cannot be run alone: make it a function, and give it to hml.register_observable."
    else:
        registered = call_text("hml.register_observable", [(None, Ref(called)), *options.items()], 0, 0)
    imports = sorted({*needed.imports.values(), "import hml_jupyter as hml"})
    return "\n\n".join([head + "\n".join(imports), *needed.lines.values(), registered]) + "\n"


@dataclass
class _Needed:
    """What stands before a registration: name -> its line or lines, in order."""

    imports: dict[str, str] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)

    def add(self, function: FunctionType, source: str, name: str) -> str | None:
        """Add a function after what it needs; return what it is called, None where its source is no function that stands alone."""
        node = _definition(textwrap.dedent(source), name)
        if node is None:
            self.lines[name] = "\n".join(f"# {line}".rstrip() for line in source.splitlines())
            return None
        called = node.name if isinstance(node, ast.FunctionDef) else name
        self.lines[called] = ""  # it may call itself
        around = {**function.__globals__, **inspect.getclosurevars(function).nonlocals}
        for each in ast.walk(node):
            if isinstance(each, ast.Name) and each.id in around and each.id not in {**self.imports, **self.lines}:
                self._take(each.id, around[each.id])
        del self.lines[called]
        self.lines[called] = _written(node, textwrap.dedent(source))
        return called

    def _take(self, name: str, value: Any) -> None:
        """Add what a function calls `name`."""
        way = _import(name, value)
        if way is not None:
            self.imports[name] = way
            return
        if isinstance(value, FunctionType):
            with suppress(OSError, TypeError):
                called = self.add(value, inspect.getsource(value), name)
                if called not in (None, name):
                    self.lines[name] = f"{name} = {called}"
                return
        try:
            self.lines[name] = f"{name} = {literal(value.item() if isinstance(value, np.generic) else value)}"
        except RecordError:
            self.lines[name] = f"# {name}: a {type(value).__name__} of its author's, which no text can hold"


def _definition(source: str, name: str) -> ast.FunctionDef | ast.Assign | None:
    """Return a function, not yet registered, or the one lambda in a statement as an assignment to `name`; None where that cannot be."""
    try:
        (node,) = ast.parse(source).body
    except (SyntaxError, ValueError):
        return None
    if isinstance(node, ast.FunctionDef):
        node.decorator_list = [each for each in node.decorator_list if "register_observable" not in ast.unparse(each)]
        return node
    found = [each for each in ast.walk(node) if isinstance(each, ast.Lambda)]
    return ast.Assign([ast.Name(name, ast.Store())], found[0], lineno=1) if len(found) == 1 else None


def _written(node: ast.FunctionDef | ast.Assign, source: str) -> str:
    """Return the text of a function as it was written, comments too."""
    if isinstance(node, ast.Assign):
        return ast.unparse(node)
    lines = source.splitlines()[node.lineno - 1 : node.end_lineno]
    return "\n".join([*(f"@{ast.unparse(each)}" for each in node.decorator_list), *lines])


def _import(name: str, value: Any) -> str | None:
    """Return how something of an installed package is imported; None for anything else."""
    if isinstance(value, ModuleType):
        as_name = "" if value.__name__ == name else f" as {name}"
        return f"import {value.__name__}{as_name}" if _is_installed(value.__name__) else None
    called = getattr(value, "__name__", None)
    for module in (getattr(value, "__module__", None), "numpy"):  # NumPy's ufuncs do not say where they are from
        found = sys.modules.get(module) if isinstance(module, str) and isinstance(called, str) else None
        if found is not None and getattr(found, str(called), None) is value and _is_installed(found.__name__):
            return f"from {module} import {called}" + ("" if called == name else f" as {name}")
    return None


def _is_installed(module: str) -> bool:
    """Tell whether others get a module by its package: of Python, of us, or installed; not a file of the user's."""
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names or top == __name__.partition(".")[0]:
        return top != "__main__"
    file = getattr(sys.modules.get(top), "__file__", None)
    places = {Path(path).resolve() for name, path in sysconfig.get_paths().items() if name in ("purelib", "platlib")}
    return file is not None and any(Path(file).resolve().is_relative_to(place) for place in places)
