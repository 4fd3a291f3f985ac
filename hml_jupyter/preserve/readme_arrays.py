"""What the README of a preserved network says of images and graphs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .card import Card
from .markdown import quoted, table

__all__ = ["declared"]

#: Entry of a declaration -> what the README calls it.
ENTRIES = {"order": "order", "padding": "padding", "missing": "missing", "phi": "azimuths"}


def declared(card: Card) -> Iterator[str]:
    """Give what an image or a graph holds and how it is made: axes, numbers with their units, order, padding, azimuths, steps.

    Examples
    --------
    >>> from hml_jupyter.preserve.card import Network
    >>> said = {"of": ["fatjet0.constituents"], "padding": "0", "steps": [{"step": "translate", "origin": "jet"}]}
    >>> lines = declared(Card("cnn", (), (), (Network("a.onnx"),), kind="image", about={"declaration": said}))
    >>> [line for line in lines if line]
    ['For each event one image of `fatjet0.constituents`:', '|  |  |', '| --- | --- |', '| padding | 0 |', '| step 1 | translate: origin jet |']
    """
    said: Mapping[str, Any] = card.about.get("declaration", {})
    of = f" of {quoted(said['of'])}" if said.get("of") else ""
    yield f"For each event one {card.kind}{of}:"
    rows = [[f"array `{name}`", f"axes {', '.join(each['axes'])}"] for name, each in said.get("arrays", {}).items()]
    if said.get("features"):
        features = (f"`{each['name']}`" + (f" [{each['unit']}]" if each["unit"] else "") for each in said["features"])
        rows.append(["numbers, in this order", ", ".join(features)])
    rows += [[called, str(said[name])] for name, called in ENTRIES.items() if name in said]
    for i, each in enumerate(said.get("steps", ()), 1):
        options = ", ".join(f"{name} {value}" for name, value in each.items() if name != "step")
        rows.append([f"step {i}", f"{each['step']}{': ' if options else ''}{options}"])
    yield from ["", *table(["", ""], rows)]
    if card.representation:
        yield from ["", f"Its options in `hml_jupyter`: `{dict(card.representation)}`"]
