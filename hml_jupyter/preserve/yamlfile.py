"""YAML of plain values, read without trust."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from .. import checks
from ..canonical import write_text
from ..errors import DamagedError, PathError

__all__ = ["read_yaml", "write_yaml", "write_yamls"]

#: Lists in lists of the deepest card.
DEEPEST = 50
#: Bytes of the largest card.
MOST = 4_000_000


def write_yaml(file: Path, value: Mapping[str, Any]) -> None:
    """Write plain values as YAML, in their order."""
    import yaml

    write_text(file, yaml.dump(dict(value), Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=120))


def write_yamls(file: Path, values: Sequence[Mapping[str, Any]]) -> None:
    """Write several documents of plain values into one file."""
    import yaml

    options: dict[str, Any] = {"sort_keys": False, "allow_unicode": True, "width": 120}
    write_text(file, yaml.dump_all([dict(each) for each in values], Dumper=_dumper(), **options))


def read_yaml(file: Path) -> Any:
    """Return the plain values in a YAML file.

    Raises
    ------
    PathError
        There is no such file.
    DamagedError
        It is no YAML; it is too large, or has tags, references or the same name twice.
    """
    import yaml

    place = checks.place("a card, such as 'card.yaml'", file)
    if not place.is_file():
        msg = f"{place} does not exist"
        raise PathError(msg)
    if place.stat().st_size > MOST:
        msg = f"{place.name} has {place.stat().st_size} bytes; a card has at most {MOST}"
        raise DamagedError(msg)
    try:
        text = place.read_text(encoding="utf-8")
        _check_events(text)
        return yaml.load(text, Loader=_loader())
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        msg = f"{place.name} cannot be read as YAML of plain values: {' '.join(str(error).split())}"
        raise DamagedError(msg) from error


def _check_events(text: str) -> None:
    """Refuse references, and what is nested deeper than anybody writes."""
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=_loader()):
        if isinstance(event, yaml.AliasEvent):
            msg = "references (*name) are not read here"
            raise yaml.YAMLError(msg)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            msg = f"it is nested more than {DEEPEST} times"
            raise yaml.YAMLError(msg)


def _resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """Return what tells numbers from texts: those of YAML 1.2's core schema, without dates, octal and sexagesimal numbers."""
    found: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for name, pattern, first in _SCALARS:
        for letter in first:
            found.setdefault(letter, []).append((f"tag:yaml.org,2002:{name}", re.compile(f"^(?:{pattern})$")))
    return found


_SCALARS = (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?(0|[1-9][0-9]*)", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
    ("float", r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", list("-+.")),
)


@cache
def _loader() -> Any:
    """Return PyYAML's safe loader that refuses a name which is there twice."""
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            seen = set()
            for key, _ in node.value:
                name = self.construct_object(key, deep=True)
                if not isinstance(name, str) or name in seen:
                    why = "is there twice" if isinstance(name, str) else "is no name"
                    raise yaml.constructor.ConstructorError(None, None, f"{name!r} {why}", key.start_mark)
                seen.add(name)
            return super().construct_mapping(node, deep=deep)

    Loader.yaml_implicit_resolvers = _resolvers()
    return Loader


@cache
def _dumper() -> Any:
    """Return PyYAML's safe dumper that writes short lists of numbers in a line, and nothing by reference."""
    import yaml

    class Dumper(yaml.SafeDumper):  # type: ignore[misc]
        def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
            return True

        def represent_list(self, data: Any) -> Any:
            flat = all(isinstance(each, int | float) for each in data)
            return self.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=flat)

    Dumper.yaml_implicit_resolvers = _resolvers()
    Dumper.add_representer(list, Dumper.represent_list)
    return Dumper
