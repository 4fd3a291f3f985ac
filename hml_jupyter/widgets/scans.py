"""Scans: one form of the Processes panel, and one thing in it that takes several values."""

from __future__ import annotations

from typing import Any

from ..settings import RUN_CARD
from .base import FieldError, Values, number, parse_literal

__all__ = ["points_of"]

#: More runs than this are a mistyping.
MOST_POINTS = 50


def points_of(values: Values) -> list[Values]:
    """Return the forms of a scan, one for each value; the form itself without a scan."""
    name = str(values.get("scan") or "").strip()
    typed = str(values.get("values") or "").strip()
    if not name and not typed:
        return [values]
    if not name:
        raise FieldError("scan", "say what takes these values: ecm, a setting such as ptj, or a parameter such as mt")
    wanted = parse_literal(f"[{typed}]", "values") if typed else []
    if not wanted or len(wanted) > MOST_POINTS:
        msg = f"write up to {MOST_POINTS} values with commas between them, such as 165, 170, 175"
        raise FieldError("values", msg)
    seed = number(values, "seed", int, low=0)
    return [_point(values, name, value, seed + n, n) for n, value in enumerate(wanted)]


def _point(values: Values, name: str, value: Any, seed: int, n: int) -> Values:
    """Return the form in which one thing has one value."""
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    tag = repr(value).replace(".", "p").replace("-", "m").replace("+", "") if plain else str(n + 1)
    changed = {
        **values,
        "scan": "",
        "values": "",
        "seed": str(seed),
        "name": f"{str(values.get('name', '')).strip()}_{tag}",
    }
    if name == "ecm":
        return {**changed, "ecm": repr(value)}
    field = "settings" if name in RUN_CARD else "parameters"
    others = [pair for pair in values.get(field) or [] if str(pair[0]).strip() != name]
    return {**changed, field: [*others, [name, repr(value)]]}
