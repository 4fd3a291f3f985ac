"""Values as source text and back: what a recorded cell may hold, and nothing else."""

from __future__ import annotations

import ast
import dataclasses
import json
import keyword
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from .errors import RecordError
from .public import hml_name, public, public_names

__all__ = [
    "Imported",
    "Ref",
    "call_text",
    "check_identifier",
    "imported",
    "imports",
    "keyword_name",
    "literal",
    "mapped",
    "references",
    "renamed",
    "resolve",
    "value_of",
]

WIDTH = 88


@dataclass(frozen=True)
class Ref:
    """A variable of the notebook: the target of an earlier entry, or a name the user gave."""

    target: str

    def __post_init__(self) -> None:
        """Accept identifiers only."""
        check_identifier(self.target)


@dataclass(frozen=True)
class Imported:
    """A function that the cell imports first: ``from module import name``."""

    module: str
    name: str


def literal(value: Any, indent: int = 0, used: int = 0) -> str:
    """Return the source text of `value`, in one style.

    Parameters
    ----------
    value : object
        str, int, float (inf and nan too), bool, None, list, tuple, dict, our own frozen classes, or Ref.
    indent, used : int
        Columns of the line's beginning, and taken before the text.

    Raises
    ------
    RecordError
        `value` cannot be written.

    Examples
    --------
    >>> literal({"ptj": 200, "cuts": ("a", float("inf"))})
    '{"ptj": 200, "cuts": ("a", float("inf"))}'
    """
    flat = _flat(value)
    if indent + used + len(flat) <= WIDTH:
        return flat
    return _broken(value, indent) or flat


def check_identifier(name: str) -> None:
    """Refuse what cannot be a variable."""
    if not name.isidentifier() or keyword.iskeyword(name) or not name.isascii():
        msg = f"{name!r} is not a name for a variable: use letters, digits and _, and begin with a letter"
        raise RecordError(msg)


def call_text(name: str, given: Sequence[tuple[str | None, Any]], indent: int, used: int) -> str:
    """Return the text of a call; each argument on its own line where one line is too long."""

    def part(key: str | None, value: Any, at: int) -> str:
        prefix = f"{key}=" if key else ""
        return prefix + literal(value, at, len(prefix) + 1)

    flat = f"{name}({', '.join((f'{k}=' if k else '') + _flat(v) for k, v in given)})"
    if indent + used + len(flat) <= WIDTH or not given:
        return flat
    inner = " " * (indent + 4)
    lines = ",\n".join(inner + part(k, v, indent + 4) for k, v in given)
    return f"{name}(\n{lines},\n{' ' * indent})"


def leaves(value: Any) -> Iterator[Any]:
    """Go through everything in lists, tuples and dictionaries, in order."""
    if isinstance(value, Mapping | list | tuple):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from leaves(each)
    else:
        yield value


def references(value: Any) -> tuple[str, ...]:
    """Return the variables in `value`, in order, each once."""
    return tuple(dict.fromkeys(v.target for v in leaves(value) if isinstance(v, Ref)))


def imports(value: Any) -> tuple[Imported, ...]:
    """Return the functions in `value`, in order, each once."""
    return tuple(dict.fromkeys(v for v in leaves(value) if isinstance(v, Imported)))


def mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return `value` with everything in its lists, tuples and dictionaries replaced by what `change` gives for it."""
    if isinstance(value, Mapping):
        return {k: mapped(v, change) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(mapped(v, change) for v in value)
    return change(value)


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Return `value` with its variables renamed."""
    return mapped(value, lambda v: Ref(names.get(v.target, v.target)) if isinstance(v, Ref) else v)


def resolve(value: Any, namespace: Mapping[str, Any]) -> Any:
    """Return `value` with every variable replaced by what `namespace` holds, and every function imported."""

    def found(each: Any) -> Any:
        if isinstance(each, Imported):
            return getattr(import_module(each.module), each.name)
        if not isinstance(each, Ref):
            return each
        if each.target not in namespace:
            msg = f"there is no variable {each.target!r}: run the cell that makes it first"
            raise RecordError(msg)
        return namespace[each.target]

    return mapped(value, found)


def imported(function: Callable[..., Any]) -> Imported:
    """Return how a function is imported.

    Raises
    ------
    RecordError
        It cannot be: a lambda, a method, one inside another, or one of the notebook.
    """
    module, name = function.__module__, function.__qualname__
    if module != "__main__" and getattr(sys.modules.get(module), name, None) is function:
        return Imported(module, name)
    where = "this notebook" if module == "__main__" else module
    msg = (
        f"the function {name} of {where} cannot be written into a cell, which has to import it: write it with def at the top "
        "of a file of its own, such as mine.py, and take it from there: from mine import f"
    )
    raise RecordError(msg)


def keyword_name(node: ast.keyword) -> str:
    """Return the name of a keyword argument."""
    if node.arg is None:
        msg = "** is not part of a recorded call"
        raise RecordError(msg)
    return node.arg


def _made(name: str, node: ast.Call) -> Any:
    """Make one of our own frozen classes from its text."""
    kind = public(name)
    if not (isinstance(kind, type) and dataclasses.is_dataclass(kind)):
        msg = f"hml.{name}(...) cannot be an argument of a recorded call"
        raise RecordError(msg)
    return kind(*[value_of(a) for a in node.args], **{keyword_name(k): value_of(k.value) for k in node.keywords})


def value_of(node: ast.expr) -> Any:
    """Read a literal, a variable, or one of our own frozen classes; refuse everything else."""
    match node:
        case ast.Constant(value=value) if value is None or isinstance(value, bool | int | float | str):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=value)) if isinstance(value, int | float):
            return -value
        case ast.List(elts=items):
            return [value_of(i) for i in items]
        case ast.Tuple(elts=items):
            return tuple(value_of(i) for i in items)
        case ast.Dict(keys=keys, values=values) if all(keys):
            return {value_of(k): value_of(v) for k, v in zip(keys, values, strict=True) if k is not None}
        case ast.Name(id=name):
            return Ref(name)
        case ast.Call(
            func=ast.Name(id="float"), args=[ast.Constant(value=("inf" | "-inf" | "nan") as text)], keywords=[]
        ):
            return float(text)
        case ast.Call(func=function) if hml_name(function):
            return _made(str(hml_name(function)), node)
    msg = f"{ast.unparse(node)} cannot be part of a recorded call"
    raise RecordError(msg)


def _flat(value: Any) -> str:
    scalar = _scalar(value)
    if scalar is not None:
        return scalar
    if isinstance(value, list):
        return f"[{', '.join(map(_flat, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(_flat, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_flat(k)}: {_flat(v)}" for k, v in value.items()) + "}"
    name, given = _object(value)
    return f"{name}({', '.join((f'{k}=' if k else '') + _flat(v) for k, v in given)})"


def _scalar(value: Any) -> str | None:
    if value is None or isinstance(value, bool | int):
        return repr(value)
    if isinstance(value, float):
        plain = float(value)  # NumPy's are floats too, and write themselves another way
        return repr(plain) if math.isfinite(plain) else f'float("{plain}")'
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Ref):
        return value.target
    return value.name if isinstance(value, Imported) else None


def _object(value: Any) -> tuple[str, list[tuple[str | None, Any]]]:
    """Return the public name and the arguments of one of our own frozen classes."""
    kind = type(value)
    ours = kind.__module__.partition(".")[0] == __name__.partition(".")[0]
    if not ours or not dataclasses.is_dataclass(value) or kind.__name__ not in public_names():
        msg = f"a {kind.__name__} cannot be written into a cell"
        raise RecordError(msg)
    given: list[tuple[str | None, Any]] = []
    for f in dataclasses.fields(value):
        now = getattr(value, f.name)
        default = f.default_factory() if f.default_factory is not dataclasses.MISSING else f.default
        texts = isinstance(now, tuple) and all(isinstance(one, str) for one in now)
        shown = list(now) if isinstance(now, tuple) and (texts or not f.kw_only) else now
        if not f.kw_only:
            given.append((None, shown))
        elif now != default:
            given.append((f.name, shown))
    return f"hml.{kind.__name__}", given


def _broken(value: Any, indent: int) -> str | None:
    inner = " " * (indent + 4)
    if isinstance(value, list | tuple) and value:
        opening, closing = ("[", "]") if isinstance(value, list) else ("(", ")")
        lines = "".join(f"{inner}{literal(v, indent + 4, 1)},\n" for v in value)
        return f"{opening}\n{lines}{' ' * indent}{closing}"
    if isinstance(value, Mapping) and value:
        pairs = ((_flat(k), v) for k, v in value.items())
        lines = "".join(f"{inner}{k}: {literal(v, indent + 4, len(k) + 3)},\n" for k, v in pairs)
        return f"{{\n{lines}{' ' * indent}}}"
    if dataclasses.is_dataclass(value) and not isinstance(value, Ref | Imported):
        called, given = _object(value)
        return call_text(called, given, indent, WIDTH)
    return None
