"""What our exports tell of themselves, and the names that their columns had."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["ABOUT", "MOST", "SCHEMA", "original_names", "to_text", "valid_names"]

#: Name of the JSON text in a file that marks our exports.
ABOUT = "hml_jupyter"
SCHEMA = 1
#: Characters of that text that are read.
MOST = 1 << 24


def to_text(about: Mapping[str, Any]) -> str:
    """Return the text that goes into an export."""
    return json.dumps({"schema": SCHEMA, **about}, sort_keys=True, allow_nan=False)


def valid_names(names: Iterable[str], strange: str = r"\W") -> dict[str, str]:
    """Return a name for each column that a file format allows, all different.

    Parameters
    ----------
    names : iterable of str
        As they are.
    strange : str
        Pattern of the characters that become ``_``.

    Examples
    --------
    >>> valid_names(["fatjet0.mass", "fatjet0_mass", "met"])
    {'fatjet0.mass': 'fatjet0_mass', 'fatjet0_mass': 'fatjet0_mass_2', 'met': 'met'}
    """
    taken: dict[str, str] = {}
    used: set[str] = set()
    for name in names:
        valid = re.sub(strange, "_", name) or "_"
        valid = f"_{valid}" if valid[0].isdigit() else valid
        number, base = 1, valid
        while valid in used:
            number += 1
            valid = f"{base}_{number}"
        used.add(valid)
        taken[name] = valid
    return taken


def original_names(text: object, present: Iterable[str]) -> dict[str, str]:
    """Return what the columns of an export were called before; nothing if the text does not say so.

    Examples
    --------
    >>> original_names('{"schema": 1, "names": {"fatjet0.mass": "fatjet0_mass"}}', ["fatjet0_mass"])
    {'fatjet0_mass': 'fatjet0.mass'}
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    if not isinstance(text, str) or len(text) > MOST:
        return {}
    try:
        names = json.loads(text)["names"]
        found = {valid: name for name, valid in names.items() if isinstance(name, str) and isinstance(valid, str)}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    present = set(present)
    found = {valid: name for valid, name in found.items() if valid in present}
    kept = [found.get(name, name) for name in present]
    return found if len(set(kept)) == len(kept) else {}
