from __future__ import annotations

import pickle

import pytest

from hml_jupyter import errors, generate, replay
from hml_jupyter.errors import ArgumentError, HmlError, PathError, UnknownNameError, shortened
from hml_jupyter.process import Process

CUT = f"{'x' * 59}…{'x' * 19}"


@pytest.mark.parametrize("kind", [getattr(errors, name) for name in errors.__all__ if name.endswith("Error")])
def test_messages_are_shortened(kind: type[HmlError]) -> None:
    message = f"path='{'x' * 100_000}' is none"
    error = kind("name", "x" * 100_000, ()) if kind is UnknownNameError else kind(message)
    assert f"'{CUT}'" in str(error)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301


@pytest.mark.parametrize(
    ("message", "short"),
    [
        ("'" + "x" * 300 + "'", f"'{CUT}'"),
        ("word " * 60, "word " * 60),
        ("x" * 300 + " is none", f"{'x' * 60}…{'x' * 20} is none"),
        (f"MadGraph's {'own ' * 60}and Pythia8's 'jets'", f"MadGraph's {'own ' * 60}and Pythia8's 'jets'"),
        (f"'{'x' * 300}', not 'a', 'b'", f"'{CUT}', not 'a', 'b'"),
    ],
)
def test_shortened(message: str, short: str) -> None:
    assert shortened(message) == short


@pytest.mark.parametrize("text", ["it's so " * 100, "'q' " * 100, 'it\'s "q" ' * 100, "\\' " * 100, "a'b" * 100])
def test_shortened_finds_the_end_of_what_is_quoted(text: str) -> None:
    short = shortened(f"there is no {text!r} in 'study'")
    assert len(short) < 120
    assert short.startswith("there is no " + repr(text)[:60] + "…")
    assert short.endswith(repr(text)[-10:] + " in 'study'")


def test_shortened_is_stable() -> None:
    long = shortened("'a' " * 10_000)
    assert len(long) == 3001
    assert shortened(long) == long


@pytest.mark.usefixtures("study")
def test_long_texts_are_not_echoed() -> None:
    for call in (
        lambda: Process("p p > " + "x" * 100_000),
        lambda: Process("p p > t t~", settings={"word " * 20_000: 1}),
        lambda: generate("p p > t t~", seed=1, path="x" * 100_000),
        lambda: replay("x" * 100_000),
    ):
        with pytest.raises((ArgumentError, PathError, UnknownNameError)) as caught:
            call()
        assert len(str(caught.value)) < 250
