"""hml_jupyter: signal-versus-background studies in a notebook, every click a line of Python."""

from __future__ import annotations

from typing import Any

import lazy_loader as _lazy

_load, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    value = _load(name)
    if name in __all__:
        from . import display  # noqa: F401  (results know how to show themselves as soon as there is one)
    if name == "board":
        from .widgets import alone  # noqa: F401  (and a board is live in a notebook)
    return value


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "hml_jupyter"}]
