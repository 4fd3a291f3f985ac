"""An action as data: a call of one public function, its text, and its effect.

The text of a call is a cell; :meth:`Call.parse` reads it back, so a saved record needs nothing beside its cells.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import HmlError, RecordError
from .literals import (
    Imported,
    Ref,
    call_text,
    check_identifier,
    imported,
    imports,
    keyword_name,
    literal,
    mapped,
    references,
    renamed,
    resolve,
    value_of,
)
from .public import READERS, hml_name, public

__all__ = ["IMPORT_CELL", "Call", "Ref", "literal"]

#: The first cell of every record.
IMPORT_CELL = "import hml_jupyter as hml"


@dataclass(frozen=True)
class Call:
    """A call of a public function of hml_jupyter.

    Examples
    --------
    >>> call = Call("select", (Ref("dataset"), ["fatjet0.mass > 70.0"]), {"path": "study/data/selected"}, "selected")
    >>> print(call.render())
    selected = hml.select(dataset, ["fatjet0.mass > 70.0"], path="study/data/selected")
    selected
    >>> Call.parse(call.render()) == call
    True
    """

    function: str
    """Public name, ``"select"``."""
    arguments: tuple[Any, ...] = ()
    """Positional arguments."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Keyword arguments, in the order in which they are written."""
    target: str | None = None
    """The variable that gets the result; None for a call whose result is only shown."""

    def __post_init__(self) -> None:
        """Refuse what cannot be written."""
        if self.function not in READERS:
            check_identifier(self.function)
        if self.target is not None:
            check_identifier(self.target)
        for name in ("arguments", "options"):
            given = mapped(getattr(self, name), lambda v: imported(v) if inspect.isfunction(v) else v)
            object.__setattr__(self, name, given)
        taken = ["hml", self.target, *self.references, *(f.name for f in self.imports)]
        for function in self.imports:
            if taken.count(function.name) > 1:
                msg = f"{function.name} of {function.module} has the name of something else in this call; rename the function"
                raise RecordError(msg)

    def render(self) -> str:
        """Return the text of the cell."""
        head = "".join(f"from {f.module} import {f.name}\n" for f in self.imports)
        given = [*((None, value) for value in self.arguments), *self.options.items()]
        body = call_text(f"hml.{self.function}", given, 0, 0 if self.target is None else len(self.target) + 3)
        return head + (body if self.target is None else f"{self.target} = {body}\n{self.target}")

    @property
    def imports(self) -> tuple[Imported, ...]:
        """The functions that the cell imports, in order, each once."""
        return imports((self.arguments, self.options))

    @property
    def references(self) -> tuple[str, ...]:
        """The variables that the call uses, in order, each once."""
        return references((self.arguments, self.options))

    def moved(self, target: str | None, names: Mapping[str, str]) -> Call:
        """Return the call with a new target, a path of that name, and renamed variables; without target the path stays."""
        options = {k: renamed(v, names) for k, v in self.options.items()}
        path = options.get("path")
        if isinstance(path, str) and target is not None:
            options["path"] = "/".join([*path.split("/")[:-1], target])
        return Call(self.function, tuple(renamed(a, names) for a in self.arguments), options, target)

    def run(self, namespace: dict[str, Any]) -> Any:
        """Carry the call out with the variables of `namespace`, as the cell would."""
        function = public(self.function)
        arguments = [resolve(value, namespace) for value in self.arguments]
        options = {name: resolve(value, namespace) for name, value in self.options.items()}
        result = function(*arguments, **options)
        if self.target is not None:
            namespace[self.target] = result
        return result

    @staticmethod
    def parse(text: str) -> Call:
        """Read the text of a recorded cell; nothing in it is run.

        Raises
        ------
        RecordError
            The text is not one call of a public function with literals, our own classes and variables.
        """
        try:
            statements = ast.parse(text).body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            msg = f"this is not Python: {error}"
            raise RecordError(msg) from error
        functions = {f.name: f for f in map(_import, statements) if f}
        target, call = _statement(statements[len(functions) :])
        function = hml_name(call.func)
        if function is None:
            msg = "a recorded cell calls a function of hml"
            raise RecordError(msg)

        def read(node: ast.expr) -> Any:
            return mapped(value_of(node), lambda v: functions.get(v.target, v) if isinstance(v, Ref) else v)

        try:
            options = {keyword_name(k): read(k.value) for k in call.keywords}
            found = Call(function, tuple(map(read, call.args)), options, target)
        except RecordError:
            raise
        except (HmlError, TypeError, RecursionError) as error:  # a process that is not one, [] as a key
            msg = f"hml.{function} cannot be called like this: {error}"
            raise RecordError(msg) from error
        if {*found.imports} != {*functions.values()}:
            msg = "a recorded cell imports nothing but the functions that its call is given"
            raise RecordError(msg)
        return found


def _import(statement: ast.stmt) -> Imported | None:
    """Take `from module import name` apart; None for anything else."""
    match statement:
        case ast.ImportFrom(module=str(module), names=[ast.alias(name=name, asname=None)], level=0) if name != "*":
            return Imported(module, name)
    return None


def _statement(statements: list[ast.stmt]) -> tuple[str | None, ast.Call]:
    """Take `target = hml.f(...)` with its bare target, or `hml.f(...)`, apart."""
    match statements:
        case [ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call), *shown]:
            if [ast.unparse(s) for s in shown] in ([], [name]):
                return name, call
        case [ast.Expr(value=ast.Call() as call)]:
            return None, call
    msg = "a recorded cell is one assignment of a call and its bare target"
    raise RecordError(msg)
