"""Text to tokens."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..errors import ExpressionError

__all__ = ["KEYWORDS", "MAX_LENGTH", "Token", "tokens"]

MAX_LENGTH = 10_000
KEYWORDS = frozenset({"and", "or", "not", "veto", "any", "all", "in", "inf"})
_SYNONYMS = {"&": "and", "|": "or", "&&": "and", "||": "or"}

# "70." is a number, the "0." of "jet[...]0.pt" is not
_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<number>(?:\d+(?:\.\d+|\.(?!\w))?|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<symbol>\*\*|<=|>=|==|!=|&&|\|\||[-+*/<>()\[\],.:&|])""",
    re.VERBOSE,
)


class Token(NamedTuple):
    """A piece of text."""

    kind: str
    """``number``, ``word``, ``symbol`` (keywords too), or ``end``."""
    text: str
    position: int
    """Where it begins in the text."""


def tokens(text: object) -> list[Token]:
    """Return the tokens of `text`, an ``end`` last.

    Raises
    ------
    ExpressionError
        A character that is not part of the grammar, or a text that is too long.
    """
    if not isinstance(text, str):
        msg = f"a text is expected, like 'jet0.pt > 30', not {text!r}"
        if isinstance(text, list | tuple):
            msg += ": several cuts are one text by ' and '.join(cuts)"
        raise ExpressionError(msg)
    if len(text) > MAX_LENGTH:
        msg = f"the text has {len(text)} characters; at most {MAX_LENGTH} are read"
        raise ExpressionError(msg)
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ExpressionError(_strange(text[position]), text=text, position=position)
        if match.lastgroup != "space":
            found.append(_token(match))
        position = match.end()
    return [*found, Token("end", "", len(text))]


def _token(match: re.Match[str]) -> Token:
    text, kind = match.group(), str(match.lastgroup)
    if text in _SYNONYMS or text in KEYWORDS:
        return Token("symbol", _SYNONYMS.get(text, text), match.start())
    return Token(kind, text, match.start())


def _strange(character: str) -> str:
    hints = {"=": "; write == to compare", "!": "; write != to compare and not to negate"}
    return f"{character!r} has no meaning here{hints.get(character, '')}"
