from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hml_jupyter.errors import ArgumentError, UnknownNameError
from hml_jupyter.registry import Registry, named


def test_registry_of_names_and_aliases() -> None:
    colours: Registry[str] = Registry("colour")
    colours.add("grey", "#999", aliases=("gray",))
    assert (colours["grey"], colours["gray"], list(colours), len(colours)) == ("#999", "#999", ["grey"], 1)
    assert "gray" in colours
    with pytest.raises(UnknownNameError, match="unknown colour 'gry'; near names: grey, gray"):
        colours["gry"]
    with pytest.raises(ArgumentError, match="the colour 'gray' exists already"):
        colours.add("gray", "#888")


@named
def bake(cake: str, oven: str = "big", *, minutes: int = 40) -> str:
    return f"{cake}, {oven}, {minutes}"


def test_named_passes_a_right_call_on() -> None:
    assert bake("plum", minutes=30) == "plum, big, 30"
    assert bake.__name__ == "bake"


def test_named_names_a_misspelt_option() -> None:
    with pytest.raises(UnknownNameError, match="unknown option of bake 'minute'; near names: minutes"):
        bake("plum", minute=30)  # type: ignore[call-arg]


def test_named_tells_how_it_is_called() -> None:
    with pytest.raises(ArgumentError) as caught:
        bake("plum", "big", 30)  # type: ignore[call-arg]
    assert str(caught.value) == "bake takes 2 arguments without a name: bake(cake, oven, minutes=...)"


@pytest.mark.parametrize("name", [["grey"], np.array(["grey", "red"]), 5, None])
def test_what_is_no_name_is_unknown(name: Any) -> None:
    with pytest.raises(UnknownNameError, match="unknown colour"):
        Registry("colour")[name]
