"""What the README of a preserved network says of a new signal: its yield behind a published cut."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..methods.scoring import score_name
from .card import Card

__all__ = ["recast_lines"]


def recast_lines(card: Card, points: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Give the calls that count a new signal; nothing where the columns of a dataset are not all that the networks take.

    Examples
    --------
    >>> from hml_jupyter.preserve.card import Input, Output
    >>> card = Card("net", (Input("met", "met"),), (Output("score"),), (), selection=("jet.size > 1",))
    >>> list(recast_lines(card, [{"cut": "score >= 0.5"}]))[-3:-1]
    ['scored = hml.score(dataset, bundle, name="net")', 'print(hml.cutflow(scored, ["net.score >= 0.5"], luminosity=139))']
    """
    if not points or card.kind != "set" or card.per or card.sequences or card.measured_selection:
        return
    if any(each.noise or each.when for each in card.networks):
        return
    if any(each.observable is None or each.level == "parameter" for each in card.inputs):
        return
    yield from [
        "",
        "A new signal `new`, a run of `hml.generate` or a table of `hml.open_table(..., cross_section=...)` (pb), counted behind a",
    ]
    yield "working point at 139 fb^-1; `help(hml.limit)` puts its yield beside a background that was published:"
    yield from [
        "",
        "```python",
        "dataset = hml.build_dataset(",
        '    {"new": new},',
        "    hml.Set(bundle.card.names),",
        '    signal="new",',
    ]
    if card.selection:
        yield '    require=" and ".join(bundle.card.selection),'
    yield from ["    split=(0, 0, 1),", "    seed=1,", ")"]
    yield f'scored = hml.score(dataset, bundle, name="{score_name(card.name)}")'
    yield f'print(hml.cutflow(scored, ["{score_name(card.name)}.{points[0]["cut"]}"], luminosity=139))'
    yield "```"
