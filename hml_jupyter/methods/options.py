"""Options of a method: a default, bounds and a sentence each; checked when given, read by forms."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import Field, field, fields
from typing import Any, NamedTuple

import numpy as np

from ..canonical import NEW
from ..checks import flag, number, whole
from ..errors import ArgumentError, UnknownNameError

__all__ = ["Option", "check_options", "option", "options"]


class Option(NamedTuple):
    """What a form needs to know of one option."""

    name: str
    """As it is written in the call."""
    kind: str
    """``"integer"``, ``"number"``, ``"choice"``, ``"choices"``, ``"integers"``, ``"flag"``, ``"text"``, ``"texts"``, ``"json"`` or
    ``"method"``."""
    default: Any
    """The value if it is not given."""
    minimum: float | None
    """Smallest allowed value (of each element, for ``"integers"``)."""
    maximum: float | None
    """Largest allowed value."""
    choices: tuple[str, ...]
    """The allowed words of a ``"choice"``, and of each element of ``"choices"``."""
    unit: str
    """Unit, empty where there is none."""
    doc: str
    """One sentence."""
    advanced: bool = False
    """Whether a beginner can do without it; forms keep it behind a disclosure."""


def option(
    *,
    default: Any,
    doc: str,
    minimum: float | None = None,
    maximum: float | None = None,
    choices: tuple[str, ...] = (),
    unit: str = "",
    advanced: bool = False,
    new: bool = False,
    kind: str = "",
) -> Any:
    """Declare an option of a method as a dataclass field; its kind, if not given, follows from its default.

    One that a method got after trainings were stored is `new`: with its default it leaves their recipes as they are.
    """
    if not kind:
        kind = _KINDS[type(default)] if not choices else "choices" if isinstance(default, tuple) else "choice"
    facts: dict[str, Any] = {
        "kind": kind,
        "minimum": minimum,
        "maximum": maximum,
        "choices": choices,
        "unit": unit,
        "doc": doc,
        "advanced": advanced,
    }
    return field(default=default, metadata=facts | NEW if new else facts)


_KINDS = {
    bool: "flag",
    int: "integer",
    float: "number",
    str: "text",
    tuple: "integers",
    type(None): "json",
}


def options(method: Any) -> tuple[Option, ...]:
    """Return the options of a method class (or of one of its objects), in the order of the form.

    Examples
    --------
    >>> from hml_jupyter.methods import BoostedDecisionTree
    >>> options(BoostedDecisionTree)[0]._replace(doc="")
    Option(name='n_estimators', kind='integer', default=100, minimum=1, maximum=100000, choices=(), unit='trees', doc='', advanced=False)
    """
    return tuple(_declared(f) for f in fields(method))


def check_options(name: str, given: Mapping[str, Any], declared: Iterable[Option]) -> dict[str, Any]:
    """Return the options as plain Python values; refuse what is outside its bounds.

    Raises
    ------
    ArgumentError
        A value of the wrong type or outside its bounds.
    UnknownNameError
        A word that is not one of the choices.
    """
    return {o.name: _CHECKS[o.kind](f"{name}({o.name}=...)", o, given[o.name]) for o in declared}


def _declared(f: Field[Any]) -> Option:
    return Option(name=f.name, default=f.default, **{k: v for k, v in f.metadata.items() if k not in NEW})


def _is_list(value: Any) -> bool:
    """Tell whether values have an order: those of a set would change from one kernel to the next."""
    if isinstance(value, np.ndarray):
        return value.ndim == 1
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _number(where: str, declared: Option, value: Any) -> float:
    return number(where, value, declared.minimum, declared.maximum)


def _integer(where: str, declared: Option, value: Any) -> int:
    return whole(where, value, declared.minimum, declared.maximum)


def _integers(where: str, declared: Option, value: Any) -> tuple[int, ...]:
    if not _is_list(value):
        default = ", ".join(map(str, declared.default))
        msg = f"{where} must be a list of integers, such as ({default}); got {value!r}"
        raise ArgumentError(msg)
    return tuple(_integer(where, declared, each) for each in value)


def _texts(where: str, declared: Option, value: Any) -> tuple[str, ...]:
    if not _is_list(value) or not all(isinstance(v, str) for v in value):
        such = f"[{value!r}]" if isinstance(value, str) else '["met > 50"]' if declared.name == "cuts" else '["met"]'
        msg = f"{where} must be a list of texts, such as {such}; got {value!r}"
        raise ArgumentError(msg)
    return tuple(value)


def _method(where: str, declared: Option, value: Any) -> Any:  # noqa: ARG001 (the method that has it checks it)
    return value


def _choice(where: str, declared: Option, value: Any) -> str:
    if not isinstance(value, str) or value not in declared.choices:
        raise UnknownNameError(
            declared.name, str(value), declared.choices, hint=f"It is an option of {where.partition('(')[0]}"
        )
    return str(value)


def _choices(where: str, declared: Option, value: Any) -> tuple[str, ...]:
    given = (value,) if isinstance(value, str) else value
    if not _is_list(given):
        msg = f"{where} must be words, such as {declared.default[0]!r}; got {value!r}"
        raise ArgumentError(msg)
    return tuple(_choice(where, declared, each) for each in given)


def _flag(where: str, _: Option, value: Any) -> bool:
    return flag(where, value)


def _text(where: str, _: Option, value: Any) -> str:
    if not isinstance(value, str):
        msg = f"{where} must be a text; got {value!r}"
        raise ArgumentError(msg)
    return value


def _json(where: str, _: Option, value: Any) -> Any:
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError):
        msg = f"{where} must be of numbers, texts, lists and dictionaries; got {value!r}"
        raise ArgumentError(msg) from None


_CHECKS = {
    "flag": _flag,
    "text": _text,
    "json": _json,
    "integer": _integer,
    "number": _number,
    "integers": _integers,
    "choice": _choice,
    "choices": _choices,
    "texts": _texts,
    "method": _method,
}
