"""hml_jupyter: signal-versus-background studies in a notebook, every click a line of Python."""

from __future__ import annotations

import sys
from typing import Any

import lazy_loader as _lazy

from .errors import near as _near

_load, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    try:
        value = _load(name)
    except AttributeError as error:
        if name in __all__:
            raise
        raise AttributeError(_unknown(name), name=name, obj=sys.modules[__name__]) from error
    if name in __all__:
        from . import display  # noqa: F401  (results know how to show themselves as soon as there is one)
    if name == "board":
        from .widgets import alone  # noqa: F401  (and a board is live in a notebook)
    return value


def _unknown(name: str) -> str:
    """Return what is said of a name that there is not."""
    if name == "load":
        return (
            "hml has no 'load': a saved result is opened by its own kind, hml.Run.load(path), hml.Dataset.load(path), "
            "hml.Training.load(path), hml.Workspace.load(path), and what was preserved by hml.load_preserved(path)"
        )
    found = _near(name, __all__)
    return f"hml has no {name!r}; " + (f"near names: {', '.join(found)}" if found else "dir(hml) lists what it has")


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "hml_jupyter"}]
