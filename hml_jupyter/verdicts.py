"""Verdicts: what a recorded result and the same result made again say of each other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .display import RECORD

__all__ = ["DIFFERENT", "EQUAL", "IDENTICAL", "NOTHING", "Step", "judge", "record_of"]

IDENTICAL, EQUAL, DIFFERENT = "identical", "equal within tolerance", "different"
NOTHING = "nothing recorded"


#: What is computed in chunks is the same on any number of processor cores. Networks are not: XLA divides large products of matrices among
#: the cores it has, and sums of single precision depend on how; so do scores, and all that is counted with them.
ON_ANY_CORES = ("generate", "shower", "build_dataset")


@dataclass(frozen=True)
class Step:
    """What became of one recorded cell."""

    number: int
    """Its place among the recorded cells, from 1."""
    code: str
    """First line of its text."""
    verdict: str
    """``identical``, ``equal within tolerance``, ``different``, or ``nothing recorded``."""
    note: str = ""
    """What differs, and why it may."""


def record_of(cell: Any) -> dict[str, Any] | None:
    """Return what a cell's output says of its result; None where it has none."""
    for output in cell.get("outputs", []):
        found = output.get("data", {}).get(RECORD)
        if found is not None:
            return dict(found)
    return None


def judge(number: int, before: Any, after: Any) -> Step:
    """Compare a cell as it was recorded with the same cell `after` the replay, None if it was not reached."""
    code = before.source.split("\n")[0]
    old = record_of(before)
    new = record_of(after) if after is not None else None
    if old is None:
        return Step(number, code, NOTHING, "the cell was not run when the notebook was saved")
    if new is None:
        return Step(number, code, DIFFERENT, _failure(after) or "the cell gives no result now")
    if _content(old) == _content(new):
        return Step(number, code, IDENTICAL)
    elsewhere = _elsewhere(old, new)
    far = list(_far(old.get("summary") or old.get("table"), new.get("summary") or new.get("table"), ""))
    if elsewhere and not far:
        return Step(number, code, EQUAL, elsewhere)
    note = "; ".join(far[:3]) if far else "the content differs in the same versions on the same platform"
    return Step(number, code, DIFFERENT, f"{note} ({elsewhere})" if elsewhere else note)


def _content(record: Mapping[str, Any]) -> Any:
    """Return what must be the same: the fingerprint, or the numbers of a result that is only shown."""
    return record.get("fingerprint") or record.get("table")


def _failure(cell: Any) -> str:
    for output in (cell or {}).get("outputs", []):
        if output.output_type == "error":
            return f"{output.ename}: {output.evalue}".split("\n")[0]
    return ""


def _elsewhere(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Return which versions, which platform, how many cores or whose algorithm differ, in words."""
    before, now = old.get("versions") or {}, new.get("versions") or {}
    changed = [f"{k} {before.get(k)} -> {now.get(k)}" for k in sorted({*before, *now}) if before.get(k) != now.get(k)]
    if old.get("platform") != new.get("platform"):
        changed.append(f"{old.get('platform')} -> {new.get('platform')}")
    cores = old.get("cores"), new.get("cores")
    if None not in cores and cores[0] != cores[1] and old.get("verb") not in ON_ANY_CORES:
        changed.append(f"{cores[0]} -> {cores[1]} processor cores")
    if _is_changed(old, new):
        changed.append(f"hml.{new.get('verb')} has changed since it was recorded")
    return ", ".join(changed)


def _is_changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Tell whether the same call with the same inputs is another recipe: that of a later algorithm."""
    before, now = (
        {name: each.get("fingerprint") for name, each in (record.get("inputs") or {}).items()} for record in (old, new)
    )
    return before == now and None not in (old.get("recipe"), new.get("recipe")) and old["recipe"] != new["recipe"]


def _far(old: Any, new: Any, where: str) -> Iterator[str]:
    """Give the numbers that are further apart than counting (5 standard deviations) or training (1 %) allows."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}):
            a, b = old.get(key), new.get(key)
            if key in EXACT and a != b:
                yield f"{where}.{key}: {a} is now {b}".strip(".")
            elif not abs(_number(a) - _number(b)) <= _allowed(key, old, new):
                yield from _far(a, b, f"{where}.{key}".strip("."))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for i, (a, b) in enumerate(zip(old, new, strict=True)):
            yield from _far(a, b, f"{where}[{i}]")
    elif not _close(old, new):
        yield f"{where}: {old} is now {new}"


#: What a call is given must be the same.
EXACT = ("schema", "seed", "luminosity")
#: What it estimates lies beside its statistical ``error``, which itself is rough: how many of them are allowed.
ESTIMATES = {"cross_section": 3.0, "value": 3.0, "error": 3.0, "expected": 5.0}
#: Shares of events: their spread is that of the number of ``events`` beside them.
SHARES = ("efficiency", "relative")


def _allowed(key: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> float:
    """Return by how much two numbers may differ for statistical reasons; nan where none are known."""
    if key in ESTIMATES:
        return ESTIMATES[key] * math.hypot(_number(old.get("error")), _number(new.get("error")))
    if key in SHARES:
        both = [_number(m.get(key)) / math.sqrt(max(_number(m.get("events")), 1.0)) for m in (old, new)]
        return 5.0 * math.hypot(*both)
    return math.nan


def _number(value: Any) -> float:
    """Return a number, or nan: no comparison with it holds."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan


def _close(old: Any, new: Any) -> bool:
    if old == new:
        return True
    if math.isnan(_number(old)) or math.isnan(_number(new)):
        return False
    if isinstance(old, int) and isinstance(new, int):
        return abs(old - new) <= 5 * math.sqrt(abs(old) + abs(new))
    return math.isclose(old, new, rel_tol=0.01)
