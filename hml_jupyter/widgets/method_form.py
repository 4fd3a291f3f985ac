"""The form of the Training panel: the options of a method as fields, and what was typed as a method."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..errors import ArgumentError, HmlError
from ..methods import METHODS, options
from ..methods.keras_learning import EPOCHS, KerasMethod
from ..methods.method import Method
from ..methods.options import Option
from ..methods.surrogate import column_of
from ..observables import level_of_column
from .base import FieldError, Unfilled, Values, number
from .method_menu import MENU, OWN, SURROGATE, Preset

if TYPE_CHECKING:
    from ..datasets import Dataset
    from ..methods import Surrogate

__all__ = ["DATA", "check_columns", "columns_of", "described", "measured_note", "read_method", "takes_epochs"]

#: What a dataset of each kind holds.
DATA = {"set": "columns of numbers", "image": "images", "graph": "graphs"}
#: What other methods learn from.
NEEDS = {OWN: "a dataset", SURROGATE: "a score: train a model, then press its cut on score"}
#: One of them says what one's own model is.
WAYS = {"builder", "config", "estimator"}
#: Without them there is no such method; they stand for those that are not typed yet.
NEEDED: Mapping[str, Mapping[str, Any]] = {SURROGATE: {"of": "score"}}
#: What is not asked for: what one's own model learns from is what the dataset holds, and a surrogate has a loss of its own.
HIDDEN = {(OWN, "inputs"), (SURROGATE, "network")}
OF_LOSS = {"loss", "luminosity", "uncertainty"}
#: What the options of the network in a surrogate are called by: "network.hidden".
INSIDE = "network."
#: Options of a surrogate whose choices are columns of the dataset.
COLUMNS = {"of": "column", "inputs": "columns", "flags": "columns"}
#: Levels of columns that only a detector tells.
MEASURED = ("reco", "detector")
#: Stands for an empty list, since an empty field stands for the default.
NONE = "none"


def described(name: str) -> dict[str, Any]:
    """Return a method of the menu with its options, a ``Method`` of the page."""
    method, listed = METHODS[name], MENU[name]
    blank = method.from_config(NEEDED.get(name, {})) if name != OWN else None
    length = None if method.unit != "epoch" else EPOCHS if blank is None else blank.schedule(None)
    fields = [_field(o) for o in _shown(name)]
    if name == SURROGATE:
        fields = [field | {"type": COLUMNS.get(field["name"], field["type"])} for field in fields]
    usual = Preset("as usual", "every option at its default", {}, length)
    return {
        "name": name,
        "label": listed.label,
        "kind": None if name in (OWN, SURROGATE) else method.kind,
        "needs": NEEDS.get(name) or f"a dataset of {DATA[method.kind]}",
        "score": name == SURROGATE,
        "folds": not method.draws,
        "doc": listed.what,
        "read": list(listed.read),
        "epochs": method.unit == "epoch",
        "at_once": "estimator" if name == OWN else None,
        "options": fields,
        "presets": [_preset(name, preset) for preset in (usual, *listed.presets)],
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


def columns_of(dataset: Dataset) -> dict[str, dict[str, Any]]:
    """Return what the options of a surrogate can be on a dataset, and what is proposed: the newest score, and what generated particles tell."""
    scores = list(dataset.scores)
    others = [name for name in dataset.column_names if name not in scores]
    truth = [name for name in others if level_of_column(name) == "truth"]
    flags = [name for name in truth if name.endswith(".flavor")]
    inputs = [name for name in truth if name not in flags]
    return {
        "of": {"choices": scores, "default": scores[-1] if scores else ""},
        "inputs": {"choices": others, "default": "\n".join(inputs)},
        "flags": {"choices": others, "default": "\n".join(flags)},
    }


def measured_note(method: Surrogate, dataset: Dataset) -> str:
    """Say which inputs of a surrogate only a detector tells, and what to do about it; empty if there are none."""
    measured = [name for name in method.inputs_of(dataset) if level_of_column(name) in MEASURED]
    if not measured:
        return ""
    if any(level_of_column(name) not in MEASURED for name in dataset.column_names if name not in dataset.scores):
        more = f" and {len(measured) - 1} more are" if len(measured) > 1 else " is"
        return f"{measured[0]}{more} measured: nobody without a detector can use this surrogate"
    return (
        "All columns of this dataset are measured: nobody without a detector can use this surrogate. Under Observables, add some of "
        "generated particles, such as genfatjet0.mass, for cuts and plots only; then train and score again."
    )


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
                column_of(dataset, name)
        except HmlError as error:
            raise FieldError(option, str(error)) from error
    try:
        method.inputs_of(dataset)
    except HmlError as error:
        raise FieldError("inputs", str(error)) from error


def _shown(name: str) -> list[Option]:
    """Return the options that are asked for; of a surrogate those of its network too."""
    own = [o for o in options(METHODS[name]) if (name, o.name) not in HIDDEN]
    return [*own, *_inside()] if name == SURROGATE else own


def _network() -> Any:
    """Return the network of a surrogate as usual."""
    return next(o.default for o in options(METHODS[SURROGATE]) if o.name == "network")


def _inside() -> list[Option]:
    """Return the options of the network in a surrogate; a beginner can do without them."""
    usual = _network()
    kept = [o for o in options(usual) if o.name not in OF_LOSS]
    return [o._replace(name=f"{INSIDE}{o.name}", default=getattr(usual, o.name), advanced=True) for o in kept]


def _nested(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return options with those of a network made into it."""
    inside = {name.removeprefix(INSIDE): value for name, value in given.items() if name.startswith(INSIDE)}
    own = {name: value for name, value in given.items() if not name.startswith(INSIDE)}
    return own | {"network": replace(_network(), **inside)} if inside else own


def _label(o: Option) -> str:
    return o.name.removeprefix(INSIDE).replace("_", " ")


def _field(o: Option) -> dict[str, Any]:
    choices = [NONE, *_networks()] if o.kind == "method" else list(o.choices)
    bounds = {"min": o.minimum, "max": o.maximum, "choices": choices, "unit": o.unit}
    return {
        "name": o.name,
        "label": _label(o),
        "type": o.kind,
        "default": _text(o, o.default),
        "doc": o.doc,
        "advanced": o.advanced,
        **bounds,
    }


def _preset(name: str, preset: Preset) -> dict[str, Any]:
    """Return the options of a preset as text; the page takes all others at their defaults."""
    own = {o.name: _text(o, preset.options[o.name]) for o in _shown(name) if o.name in preset.options}
    return {"label": preset.label, "help": preset.help, "options": own, "epochs": preset.epochs}


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
    return number({o.name: text}, o.name, kind, low=o.minimum, high=o.maximum, label=_label(o))


def _integers(o: Option, text: str) -> tuple[int, ...]:
    if text == NONE:
        return ()
    return tuple(
        number({o.name: part}, o.name, int, low=o.minimum, high=o.maximum, label=_label(o)) for part in _words(o, text)
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
    method = METHODS[name].from_config(_nested(given))
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
