"""YAML of plain values, read without trust."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from .. import checks
from ..canonical import write_text
from ..errors import DamagedError, PathError

__all__ = ["read_yaml", "write_yaml", "write_yamls"]

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
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_loader())):
            msg = "references (*name) are not read here"
            raise yaml.YAMLError(msg)
        return yaml.load(text, Loader=_loader())
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        msg = f"{place.name} cannot be read as YAML of plain values: {' '.join(str(error).split())}"
        raise DamagedError(msg) from error


@cache
def _loader() -> Any:
    """Return PyYAML's safe loader that refuses a name which is there twice."""
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            names = [self.construct_object(key, deep=True) for key, _ in node.value]
            twice = next((name for name in names if names.count(name) > 1), None)
            if twice is not None:
                raise yaml.constructor.ConstructorError(None, None, f"{twice!r} is there twice", node.start_mark)
            return super().construct_mapping(node, deep=deep)

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

    Dumper.add_representer(list, Dumper.represent_list)
    return Dumper
