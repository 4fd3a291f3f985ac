"""What a training's folder says of it: ``training.json`` and ``history.json``, read and checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from ..canonical import read_json
from ..errors import DamagedError
from .folds import MOST

__all__ = ["CONFIG", "HISTORY", "SCHEMA", "Curves", "read_config", "read_history"]

Curves: TypeAlias = dict[str, list[float]]
"""Name of a metric -> its value after each epoch (or tree)."""

CONFIG = "training.json"
HISTORY = "history.json"
SCHEMA = 1


class _Kind(NamedTuple):
    words: str
    """What it must be, in a message."""
    holds: Callable[[Any], bool]
    """Whether a value is of this kind."""


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _are_numbers(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, int | float | None) for each in value)


_TEXT, _TEXTS, _COUNT = _Kind("a text", _is_text), _Kind("a list of texts", _are_texts), _Kind("a count", _is_count)
_METHOD = _Kind("a method's name and options", lambda value: isinstance(value, dict) and _is_text(value.get("method")))
_EVENTS = _Kind(
    "two counts, of train and validation",
    lambda value: isinstance(value, dict) and all(_is_count(value.get(part)) for part in ("train", "validation")),
)
_FOLDS = _Kind(f"a count from 2 to {MOST}", lambda value: _is_count(value) and 2 <= value <= MOST)
_CURVE = _Kind("numbers, at least one", _are_numbers)

NEEDED = {
    "method": _METHOD,
    "unit": _TEXT,
    "names": _TEXTS,
    "classes": _TEXTS,
    "signal": _TEXTS,
    "cuts": _TEXTS,
    "events_from": _TEXT,
    "seed": _COUNT,
    "epochs": _COUNT,
    "finished": _COUNT,
    "events": _EVENTS,
}
OPTIONAL = {"folds": _FOLDS}


def read_config(folder: Path) -> dict[str, Any]:
    """Return what a training was made with.

    Raises
    ------
    DamagedError
        The file is not what a training writes, or what a newer version writes.
    """
    config = _read(folder, CONFIG)
    schema = config.get("schema")
    if isinstance(schema, int) and schema > SCHEMA:
        msg = f"{folder.name}/{CONFIG} was written by a newer version (schema {schema}); update hml_jupyter"
        raise DamagedError(msg)
    _check(folder, CONFIG, {"schema": schema}, {"schema": _Kind(str(SCHEMA), lambda value: value == SCHEMA)})
    _check(folder, CONFIG, config, NEEDED | {name: kind for name, kind in OPTIONAL.items() if name in config})
    return config


def read_history(folder: Path) -> Curves:
    """Return the curves of a training.

    Raises
    ------
    DamagedError
        The file is not what a training writes.
    """
    history = _read(folder, HISTORY)
    _check(folder, HISTORY, history, dict.fromkeys(["loss", *history], _CURVE))
    return history


def _read(folder: Path, name: str) -> dict[str, Any]:
    try:
        found = read_json(folder / name)
    except (ValueError, RecursionError) as error:
        raise _damaged(folder, name, str(error)) from error
    if not isinstance(found, dict):
        raise _damaged(folder, name, f"it holds {type(found).__name__} and no dictionary")
    return found


def _check(folder: Path, name: str, found: Mapping[str, Any], kinds: Mapping[str, _Kind]) -> None:
    for key, kind in kinds.items():
        if not kind.holds(found.get(key)):
            raise _damaged(folder, name, f"{key!r} must be {kind.words}, and is {found.get(key)!r}")


def _damaged(folder: Path, name: str, why: str) -> DamagedError:
    return DamagedError(
        f"{folder.name}/{name} is not what a training writes ({why}); move the folder away to train again"
    )
