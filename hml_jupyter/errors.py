"""What can go wrong, one class each; every class is also the builtin exception a caller would expect."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

__all__ = [
    "ArgumentError",
    "DamagedError",
    "EmptySelectionError",
    "ExpressionError",
    "FileFormatError",
    "GeneratorError",
    "HmlError",
    "MissingProgramError",
    "PathError",
    "ProcessError",
    "RecordError",
    "StudyLockedError",
    "UnknownNameError",
    "WorkerError",
    "ZeroCrossSectionError",
    "near",
    "shortened",
]

#: Letters of a quoted text or a word, and of a whole message, from which on it is shortened.
LONGEST_TEXT, LONGEST_MESSAGE = 200, 4000
#: Letters that stay of a text, at its beginning and at its end.
_BEGINNING, _END = 60, 20
# quoted texts and words; an apostrophe inside a word begins and ends nothing, nor does one after a backslash
_LONG = re.compile(r"""(?<!\w)(['"])(?:\\.|(?!\1|\\).|\1(?=\w))*\1|[^\s'"]+""")


def near(name: str, known: Iterable[str], count: int = 4) -> list[str]:
    """Names in `known` that `name` may have been meant to be, the nearest first.

    Examples
    --------
    >>> near("jet0.masss", ["jet0.mass", "met"])
    ['jet0.mass']
    """
    by_lower = {k.lower(): k for k in sorted(known, reverse=True)}
    return [by_lower[m] for m in get_close_matches(name.lower(), by_lower, n=count, cutoff=0.5)]


def shortened(message: str) -> str:
    """Return a message in which what it quotes is cut to some 80 letters if it is very long.

    Examples
    --------
    >>> shortened(f"{'x' * 1000!r} is no cut")
    "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…xxxxxxxxxxxxxxxxxxx' is no cut"
    """
    if len(message) <= LONGEST_TEXT:
        return message
    text = _LONG.sub(lambda found: _cut(found[0], LONGEST_TEXT, _BEGINNING, _END), message)
    return _cut(text, LONGEST_MESSAGE, LONGEST_MESSAGE // 2, LONGEST_MESSAGE // 4)


def _cut(text: str, longest: int, beginning: int, end: int) -> str:
    return text if len(text) <= longest else f"{text[:beginning]}…{text[-end:]}"


class HmlError(Exception):
    """Any error raised on purpose by hml_jupyter."""

    def __str__(self) -> str:
        """Return the message as written (KeyError would quote it), what it quotes shortened."""
        return shortened(str(self.args[0])) if self.args else ""


class UnknownNameError(HmlError, KeyError):
    """A name that is not known where it was used; the message lists near ones."""

    def __init__(self, kind: str, name: str, known: Iterable[str], *, hint: str = "") -> None:
        known, name = list(known), str(name)
        found = near(name, known)
        if found:
            rest = f"; near names: {', '.join(found)}"
        elif known and len(known) <= 12:
            rest = f"; known: {', '.join(known)}"
        else:
            rest = ""
        super().__init__(f"unknown {kind} {name!r}{rest}{'. ' + hint if hint else ''}")
        self.kind, self.name, self.near = kind, name, found

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between processes with the finished message."""
        return _rebuild_unknown_name, (self.args[0], self.kind, self.name, self.near)


def _rebuild_unknown_name(message: str, kind: str, name: str, found: list[str]) -> UnknownNameError:
    error = UnknownNameError.__new__(UnknownNameError)
    error.args = (message,)
    error.kind, error.name, error.near = kind, name, found
    return error


class ExpressionError(HmlError, ValueError):
    """A cut or an observable that cannot be read; the message shows the place."""

    def __init__(self, message: str, *, text: str = "", position: int | None = None) -> None:
        if text and position is not None:
            start = max(0, position - 60)
            caret = " " * (position - start) + "^"
            message = f"{message}\n  {text[start : position + 60]}\n  {caret}"
        super().__init__(message)
        self.text, self.position = text, position


class ArgumentError(HmlError, ValueError):
    """An argument outside what the function takes."""


class ProcessError(HmlError, ValueError):
    """A process that cannot be generated as it is written."""


class FileFormatError(HmlError, ValueError):
    """A file that is truncated, or not of a kind that is read here."""


class PathError(HmlError, OSError):
    """A place that cannot be written to, or that belongs to something else."""


class DamagedError(HmlError, OSError):
    """A saved result whose files are not what was saved."""


class StudyLockedError(HmlError, OSError):
    """A study that another kernel is recording into."""


class EmptySelectionError(HmlError, ValueError):
    """A selection that leaves no event."""


class GeneratorError(HmlError, RuntimeError):
    """An event generator that did not do what it was asked."""


class WorkerError(HmlError, RuntimeError):
    """A process that worked for a call has died, or its executor has given the work up."""


class ZeroCrossSectionError(GeneratorError):
    """A process that gives no events with these cuts and parameters."""


class MissingProgramError(HmlError, RuntimeError):
    """A program that is needed and not installed."""


class RecordError(HmlError, ValueError):
    """An action that cannot be written as a cell."""
