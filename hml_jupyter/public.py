"""The public names, as recorded cells use them: ``hml.f``, and the readers of public classes."""

from __future__ import annotations

import ast
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from .errors import UnknownNameError

__all__ = ["READERS", "hml_name", "public", "public_names"]

#: What a recorded cell may call of a public class: it opens what another program has made.
READERS = ("Dataset.from_heplab", "Run.from_madgraph")


def public_names() -> frozenset[str]:
    """Return the names that ``import hml_jupyter as hml`` offers."""
    import hml_jupyter

    return frozenset(hml_jupyter.__all__)


def public(name: str) -> Callable[..., Any]:
    """Return what a public name of hml_jupyter stands for; an unknown one raises with its near names."""
    import hml_jupyter

    known = public_names() | {*READERS}
    if name not in known:
        raise UnknownNameError("public name of hml_jupyter", name, known)
    found: Callable[..., Any] = attrgetter(name)(hml_jupyter)
    return found


def hml_name(node: ast.expr) -> str | None:
    """Return ``f`` of ``hml.f``, and ``Run.from_madgraph`` of what a record may read with; else None."""
    match node:
        case ast.Attribute(value=ast.Name(id="hml"), attr=name):
            return name
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id="hml"), attr=owner), attr=reader):
            return f"{owner}.{reader}" if f"{owner}.{reader}" in READERS else None
    return None
