"""The form of the Training panel: the options of a method as fields, and what was typed as a method."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import ArgumentError, HmlError
from ..expressions import parse_observable
from ..methods import METHODS, options
from ..methods.keras_learning import EPOCHS, KerasMethod
from ..methods.method import Method
from ..methods.options import Option
from ..observables import level_of
from .base import FieldError, Unfilled, Values, number
from .method_menu import MENU, OWN, SURROGATE, Preset

if TYPE_CHECKING:
    from ..datasets import Dataset
    from ..methods import Surrogate

__all__ = ["DATA", "check_columns", "described", "read_method", "takes_epochs"]

#: What a dataset of each kind holds.
DATA = {"set": "columns of numbers", "image": "images", "graph": "graphs"}
#: One of them says what one's own model is.
WAYS = {"builder", "config", "estimator"}
#: Without them there is no such method; they stand for those that are not typed yet.
NEEDED: Mapping[str, Mapping[str, Any]] = {SURROGATE: {"of": "score"}}
#: What is not asked for: what one's own model learns from is what the dataset holds.
HIDDEN = {(OWN, "inputs"), (SURROGATE, "network")}
#: Stands for an empty list, since an empty field stands for the default.
NONE = "none"


def described(name: str, scored: Dataset | None = None) -> dict[str, Any]:
    """Return a method of the menu with its options, a ``Method`` of the page; `scored` is the dataset whose score a surrogate would learn."""
    method, listed = METHODS[name], MENU[name]
    blank = method.from_config(NEEDED.get(name, {})) if name != OWN else None
    length = None if method.unit != "epoch" else EPOCHS if blank is None else blank.schedule(None)
    fields = [_field(o) for o in _shown(name)]
    if name == SURROGATE and scored is not None:
        fields = [field | _columns(scored).get(field["name"], {}) for field in fields]
    usual = Preset("as usual", "every option at its default", {}, length)
    return {
        "name": name,
        "label": listed.label,
        "kind": None if name in (OWN, SURROGATE) else method.kind,
        "needs": "" if name == OWN else "a score as a column" if name == SURROGATE else DATA[method.kind],
        "score": name == SURROGATE,
        "doc": listed.what,
        "read": list(listed.read),
        "epochs": method.unit == "epoch",
        "at_once": "estimator" if name == OWN else None,
        "options": fields,
        "presets": [_preset(name, preset, fields) for preset in (usual, *listed.presets)],
    }


def read_method(values: Values, kind: str, names: Sequence[str] = ()) -> Method:
    """Return the method of a form, for a dataset of this kind whose columns, if it has some, have these `names`.

    Raises
    ------
    FieldError
        There is no such method, or what was typed is none of its options.
    """
    name = str(values.get("method", ""))
    if name not in MENU:
        msg = f"there is no method {name!r}; choose one of {', '.join(MENU)}"
        raise FieldError("method", msg)
    given = values.get("options") or {}
    typed = {o: str(given[o.name]).strip() for o in _shown(name) if str(given.get(o.name, "")).strip()}
    read = {o.name: _READERS[o.kind](o, text) for o, text in typed.items()}
    if name == OWN and not read.keys() & WAYS:
        msg = "name a builder or an estimator"
        raise Unfilled("method", msg)
    more = {"inputs": kind} if name == OWN else {}
    try:
        return _made(name, read | more, names)
    except HmlError as error:
        wrong = (each for each, value in read.items() if not _accepted(name, each, value, names))
        raise FieldError(next(wrong, "method"), str(error)) from error


def takes_epochs(method: Method) -> bool:
    """Tell whether the length of a training is given with the call, not with the method."""
    try:
        method.schedule(1)
    except ArgumentError:
        return False
    return True


def check_columns(method: Surrogate, dataset: Dataset) -> None:
    """Refuse a surrogate whose columns a dataset has not.

    Raises
    ------
    FieldError
        At the option that names it.
    """
    for option, names in (("of", [method.of]), ("inputs", method.inputs), ("flags", method.flags)):
        try:
            for name in names:
                dataset.column_name(name)
        except HmlError as error:
            raise FieldError(option, str(error)) from error
    try:
        method.inputs_of(dataset)
    except HmlError as error:
        raise FieldError("inputs", str(error)) from error


def _columns(dataset: Dataset) -> dict[str, dict[str, Any]]:
    """Return what the options of a surrogate can be, and what is proposed: the newest score, and what generated particles tell."""
    scores = list(dataset.scores)
    others = [name for name in dataset.column_names if name not in scores]
    truth = [name for name in others if level_of(parse_observable(name)) == "truth"]
    flags = [name for name in truth if name.endswith(".flavor")]
    inputs = [name for name in truth if name not in flags]
    return {
        "of": {"type": "choice", "choices": scores, "default": scores[-1]},
        "inputs": {"choices": others, "default": "\n".join(inputs)},
        "flags": {"choices": others, "default": "\n".join(flags)},
    }


def _shown(name: str) -> list[Option]:
    """Return the options that are asked for."""
    return [o for o in options(METHODS[name]) if (name, o.name) not in HIDDEN]


def _field(o: Option) -> dict[str, Any]:
    choices = [NONE, *_networks()] if o.kind == "method" else list(o.choices)
    bounds = {"min": o.minimum, "max": o.maximum, "choices": choices, "unit": o.unit}
    return {
        "name": o.name,
        "type": o.kind,
        "default": _text(o, o.default),
        "doc": o.doc,
        "advanced": o.advanced,
        **bounds,
    }


def _preset(name: str, preset: Preset, fields: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return every option of a method as text, so that one preset leaves nothing of another."""
    usual = {field["name"]: field["default"] for field in fields}
    own = {o.name: _text(o, preset.options[o.name]) for o in _shown(name) if o.name in preset.options}
    return {"label": preset.label, "help": preset.help, "options": usual | own, "epochs": preset.epochs}


def _text(o: Option, value: Any) -> str:
    """Return a value as it is typed."""
    if o.kind == "texts":
        return "\n".join(value)
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or NONE
    if o.kind == "method":
        return value or NONE
    if o.kind == "json":
        return "" if value is None else json.dumps(value)
    return str(value).lower() if o.kind == "flag" else str(value)


def _networks() -> list[str]:
    """Return the methods that can stand behind cuts."""
    return [n for n in MENU if n != OWN and issubclass(METHODS[n], KerasMethod) and METHODS[n].kind == "set"]


def _words(_: Option, text: str) -> tuple[str, ...]:
    return tuple(text.translate(str.maketrans("(),", "   ")).split())


def _number(o: Option, text: str) -> Any:
    kind = int if o.kind == "integer" else float
    return number({o.name: text}, o.name, kind, low=o.minimum, high=o.maximum, label=o.name.replace("_", " "))


def _integers(o: Option, text: str) -> tuple[int, ...]:
    if text == NONE:
        return ()
    label = o.name.replace("_", " ")
    return tuple(
        number({o.name: part}, o.name, int, low=o.minimum, high=o.maximum, label=label) for part in _words(o, text)
    )


def _json(o: Option, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        msg = f'{o.name} is written as JSON, such as {{"n_estimators": 50}}: {error}'
        raise FieldError(o.name, msg) from error


def _method(_: Option, text: str) -> Method | None:
    return METHODS[text].from_config({}) if text in _networks() else None


_READERS: Mapping[str, Callable[[Option, str], Any]] = {
    "integer": _number,
    "number": _number,
    "integers": _integers,
    "choice": lambda _, text: text,
    "choices": _words,
    "flag": lambda _, text: text.lower() == "true",
    "text": lambda _, text: text,
    "texts": lambda _, text: tuple(line.strip() for line in text.splitlines() if line.strip()),
    "json": _json,
    "method": _method,
}


def _made(name: str, given: Mapping[str, Any], names: Sequence[str]) -> Method:
    """Return a method with these options; refuse those that it does not take, or that do not fit the columns."""
    method = METHODS[name].from_config(given)
    if names:
        method.check_names(names)
    return method


def _accepted(name: str, option: str, value: Any, names: Sequence[str]) -> bool:
    """Tell whether a method takes an option by itself."""
    try:
        _made(name, {**NEEDED.get(name, {}), option: value}, names)
    except HmlError:
        return False
    return True
