"""Requests of a page, and what goes back."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from logging import Logger
from typing import Any

from ..errors import HmlError, RecordError
from .base import Values

__all__ = ["reply_to"]


def reply_to(
    content: Any, answer: Callable[[str, str, Values], Any], log: Logger
) -> tuple[dict[str, Any], list[Any]] | None:
    """Return the reply to a request and its buffers; None for what is no request.

    Whatever goes wrong is part of the reply: it is shown where it was asked.
    """
    if not isinstance(content, dict) or content.get("type") != "request":
        return None
    reply: dict[str, Any] = {"type": "reply", "id": content.get("id"), "ok": True}
    buffers: list[Any] = []
    try:
        value = answer(str(content.get("panel")), str(content.get("action")), _mapping(content.get("values")))
        if isinstance(value, tuple):
            value, buffers = value
        reply["value"] = value
    except HmlError as error:
        # half of a pair of surrogates, typed or cut off, could not be sent back
        text = str(error).encode(errors="replace").decode()
        reply |= {"ok": False, "error": text, "field": getattr(error, "field", None)}
    except Exception as error:
        text = "".join(traceback.format_exception_only(error)).strip()
        reply |= {"ok": False, "error": f"unexpected: {text}", "field": None}
        log.exception("a request of the page failed")
    return reply, buffers


def _mapping(values: Any) -> Values:
    if not isinstance(values or {}, Mapping):
        msg = "a request's values must be an object"
        raise RecordError(msg)
    return values or {}
