"""What the README of a preserved network says of the events of its training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..display.numbers import count, with_error
from ..runs.run import energy_text

__all__ = ["sample_lines"]


def sample_lines(classes: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Give a line for each class of events: process, energy, settings, programs, cross section, as far as the card has them.

    Examples
    --------
    >>> made = {"process": "p p > z z", "decays": ["z > j j"], "ecm": 13000, "settings": {"ptj": 200}}
    >>> list(sample_lines({"zz": {"process": made, "generator": "pythia8", "detector": "cms", "generated": 500}}))
    ['- zz: `p p > z z, z > j j`, 13 TeV, `ptj = 200`, generator pythia8, detector cms, 500 generated events']
    """
    for name, each in classes.items():
        said = [*_process(each), *_made(each)]
        yield f"- {name}{': ' if said else ''}{', '.join(said)}"


def _process(each: Mapping[str, Any]) -> Iterator[str]:
    process = each.get("process")
    if isinstance(process, Mapping):
        yield f"`{_text(process)}`"
        yield str(each.get("collider") or energy_text(process.get("beams"), process["ecm"]))
        settings = {**process.get("settings", {}), **process.get("parameters", {})}
        yield from (f"`{name} = {value}`" for name, value in _flat(settings))
        if process.get("model", "sm") != "sm":
            yield f"model {process['model']}"
    else:
        yield from (str(one) for one in (process, each.get("collider")) if one)


def _made(each: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{name} {each[name]}" for name in ("generator", "detector") if each.get(name))
    if each.get("cross_section") is not None:
        yield f"cross section {with_error(each['cross_section'], each.get('error'))} pb"
    if each.get("generated") is not None:
        yield f"{count(each['generated'])} generated events"


def _text(process: Mapping[str, Any]) -> str:
    lines: str | Sequence[str] = process["process"]
    return ", ".join(["; ".join([lines] if isinstance(lines, str) else lines), *process.get("decays", ())])


def _flat(settings: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give each setting, and of one with a value for each particle the number of the particle too."""
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}[{which}]", one) for which, one in value.items())
        else:
            yield name, value
