"""What every panel of the Lab is made of.

A panel never computes. It reads what was typed, answers with a :class:`Call`, and shows what the calls before it gave.
"""

from __future__ import annotations

import ast
import builtins
import re
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import wraps
from math import isfinite
from typing import Any, ClassVar, TypeVar

from ..calls import Call, Ref
from ..errors import ArgumentError, HmlError, RecordError
from ..journal import Journal
from ..literals import check_identifier, value_of
from ..provenance import Result

__all__ = [
    "Action",
    "Bench",
    "FieldError",
    "Panel",
    "Unfilled",
    "Values",
    "number",
    "parse_literal",
    "refused",
    "remembered",
    "words",
]

Values = Mapping[str, Any]
T = TypeVar("T")
LONGEST_NAME = 60
#: Whole numbers above it are mistypings.
LARGEST = 10**9
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")


class FieldError(ArgumentError):
    """What is wrong with one field of a form."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Unfilled(FieldError):
    """What is still to be filled in; a hint, until the form is sent off."""


@dataclass(frozen=True)
class Action:
    """A call that is to be recorded."""

    call: Call
    key: str
    """What it acts on; see :meth:`Journal.commit`."""
    amend: bool = True
    """Whether it may replace the newest entry of the same key."""
    view: bool = False
    """Whether nothing depends on it, so that it replaces an entry of the same key wherever that stands."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """What is said of fields though nothing is wrong with them."""


class Bench:
    """What the panels of a Lab share: the journal and the variables of the kernel.

    Parameters
    ----------
    journal : Journal
        The study's.
    given : str
        The study's path as the user gave it.
    namespace : dict
        The variables of the kernel.
    """

    def __init__(self, journal: Journal, given: str, namespace: dict[str, Any]) -> None:
        self.journal, self.given, self.namespace = journal, given, namespace
        self.notes: dict[str, list[str]] = {}
        """What the calls that made the results said, by target."""

    def results(self, kind: str) -> dict[str, Any]:
        """Return the user's and the record's variables that hold a `kind` (class name), the record's order first."""
        order = list(self.journal.targets)
        found = {
            name: value
            for name, value in self.namespace.items()
            if isinstance(value, Result) and type(value).__name__ == kind and not name.startswith("_")
        }
        return {name: found[name] for name in sorted(found, key=lambda n: order.index(n) if n in order else len(order))}

    def result(self, kind: str, target: Any, field: str) -> Any:
        """Return the variable `target` of a form's `field`."""
        found = self.results(kind)
        if target not in found:
            msg = f"there is no {kind.lower()} named {target!r} in this kernel"
            raise FieldError(field, msg)
        return found[target]

    def path(self, folder: str, target: str) -> str:
        """Return where the result of `target` is kept."""
        return f"{self.given}/{folder}/{target}"

    def target(self, name: str, folder: str, key: str, field: str = "name") -> str:
        """Check a name that the user typed for the result of an action.

        Raises
        ------
        FieldError
            It is no identifier, or somebody uses it already.
        """
        try:
            check_identifier(name)
        except RecordError as error:
            raise FieldError(field, str(error)) from error
        if name.startswith("_") or len(name) > LONGEST_NAME:
            msg = f"take a name of at most {LONGEST_NAME} characters that begins with a letter: it becomes a variable and a folder"
            raise FieldError(field, msg)
        amended = self.journal.newest(key)
        if self._taken(name, folder) and not (amended is not None and amended.target == name):
            on_disk = (self.journal.study / folder / name).exists() and name not in self.namespace
            by = "an earlier step" if name in self.journal.targets else f"a folder in {folder}" if on_disk else "you"
            by = "Python" if hasattr(builtins, name) else by
            or_else = "; to change that step, undo or edit it under Record" if by == "an earlier step" else ""
            msg = f"the name {name} is taken by {by}; take another, such as {self.fresh(name, folder)}{or_else}"
            raise FieldError(field, msg)
        return name

    def fresh(self, base: str, folder: str, besides: Collection[str] = ()) -> str:
        """Return `base`, or `base` with the first number that nobody uses; `besides` are names that will be taken."""
        number, name = 1, base
        while name in besides or self._taken(name, folder):
            number += 1
            name = f"{base}_{number}"
        return name

    def amended_or_fresh(self, base: str, folder: str, key: str) -> str:
        """Return the target of the entry that `key` amends, else a fresh one."""
        amended = self.journal.newest(key)
        return amended.target if amended is not None and amended.target else self.fresh(base, folder)

    def _taken(self, name: str, folder: str) -> bool:
        on_disk = (self.journal.study / folder / name).exists()
        return name in self.namespace or name in self.journal.targets or hasattr(builtins, name) or on_disk


class Panel(ABC):
    """One tab of the Lab."""

    name: ClassVar[str]
    """Its name in messages and traits."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.requests: dict[str, Callable[[Values], Any]] = {}

    @abstractmethod
    def state(self) -> dict[str, Any]:
        """Return what the panel shows, as plain JSON."""

    @abstractmethod
    def count(self) -> str:
        """Return the small text beside the tab's name."""

    @abstractmethod
    def action(self, name: str, values: Values) -> Action:
        """Return the call that an action of the panel writes.

        Raises
        ------
        HmlError
            The form cannot be written as a call that would work.
        """

    def actions(self, name: str, values: Values) -> list[Action]:
        """Return the calls of an action that writes several cells; most write one."""
        return [self.action(name, values)]

    def check(self, values: Values) -> dict[str, Any]:
        """Say what is wrong with a form, and which cell it would write."""
        try:
            action = self.action(self.default_action, values)
        except HmlError as error:
            return refused(error)
        said = {"errors": {}, "notes": dict(action.notes)}
        found: dict[str, Any] = {"code": action.call.render(), "target": action.call.target, **said}
        return found | {"replaces": action.amend and self.bench.journal.newest(action.key) is not None}

    default_action: ClassVar[str] = ""
    """The action that a form is checked for."""


def refused(error: HmlError) -> dict[str, Any]:
    """Return what a check says of a form that is wrong."""
    said = {getattr(error, "field", "form"): str(error)}
    errors, notes = ({}, said) if isinstance(error, Unfilled) else (said, {})
    return {"code": None, "target": None, "errors": errors, "notes": notes}


def remembered(size: int) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Remember what a function gave for a saved result, by the fingerprint of the result and the other arguments."""

    def decorate(function: Callable[..., T]) -> Callable[..., T]:
        kept: OrderedDict[tuple[Any, ...], T] = OrderedDict()

        @wraps(function)
        def look_up(result: Result, *rest: Any) -> T:
            key = (result.fingerprint, *rest)
            if key not in kept:
                kept[key] = function(result, *rest)
                if len(kept) > size:
                    kept.popitem(last=False)
            kept.move_to_end(key)
            return kept[key]

        return look_up

    return decorate


def number(
    values: Values,
    field: str,
    kind: type[int | float],
    *,
    low: float | None = None,
    high: float | None = None,
    label: str | None = None,
) -> Any:
    """Read a number that was typed; a comma is taken for nothing but groups of thousands in a whole number.

    Messages call it by the `label` of its field, or by `field` where that is the same.

    Examples
    --------
    >>> number({"events": "10 000"}, "events", int, low=1), number({"events": "10,000"}, "events", int)
    (10000, 10000)
    """
    label = label or field
    text = str(values.get(field, "")).replace(" ", "").replace("\u202f", "")
    if kind is int and _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    if kind is float and "," in text:
        point, without = f"{text.replace(',', '.', 1)} with a point", text.replace(",", "")
        how = without if "." in text else f"{without} or {point}" if _THOUSANDS.fullmatch(text) else point
        msg = f"{label} has no comma: write {how}"
        raise FieldError(field, msg)
    try:
        value = kind(text)
        if not isfinite(value):
            raise ValueError(text)
    except (ValueError, OverflowError) as error:
        what = "a whole number" if kind is int else "a number"
        msg = f"{label} must be {what}" + (f", not {text!r}" if text else "")
        raise FieldError(field, msg) from error
    if kind is int and abs(value) > LARGEST:
        msg = f"{label} must be at most {LARGEST:.0e}"
        raise FieldError(field, msg)
    if low is not None and not value >= low:
        msg = f"{label} must be at least {low:g}"
        raise FieldError(field, msg)
    if high is not None and not value <= high:
        msg = f"{label} must be at most {high:g}"
        raise FieldError(field, msg)
    return value


def words(values: Values, field: str) -> list[str]:
    """Read a list of texts; empty ones are left out."""
    given = values.get(field) or []
    if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
        msg = f"{field} must be a list of texts"
        raise FieldError(field, msg)
    return [text.strip() for text in given if text.strip()]


def parse_literal(text: str, field: str) -> Any:
    """Read a number, a text, or ``{23: 200}``, as it would stand in a cell."""
    try:
        value = value_of(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, RecordError, RecursionError, MemoryError) as error:
        msg = f"{text!r} is not a value: write a number, or {{23: 200}} for one particle"
        raise FieldError(field, msg) from error
    if isinstance(value, Ref):
        msg = f"{text!r} is not a value: write a number, or {{23: 200}} for one particle"
        raise FieldError(field, msg)
    return value
