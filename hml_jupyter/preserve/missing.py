"""What a card lacks of the wishlist for the reuse of networks, in plain words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .card import Card, Input

__all__ = ["REMEDIES", "WISHLIST", "missing"]

#: What can be done about an input that only a detector knows.
REMEDIES = {
    "eliminate": "train again without it and compare",
    "efficiencies": "publish its efficiencies, as a map in pt, eta and flavour (`hml.efficiency_map`), where it is a tag; never those of a "
    "network that tells one signal from background: they hold for that signal only",
    "simulate": "simulate it, and validate the simulation against the published histograms",
    "surrogate": "train a network on inputs at truth level that gives the same score, with its spread (`hml.Surrogate`)",
}


def _said(name: str) -> Callable[[Card], Any]:
    return lambda card: card.about.get(name)


def _every(name: str) -> Callable[[Card], bool]:
    return lambda card: card.kind != "set" or all(getattr(each, name) for each in _numbers(card))


def _numbers(card: Card) -> tuple[Input, ...]:
    """Return the inputs, and what is known of each object of the sequences."""
    return (*card.inputs, *(variable for each in card.sequences for variable in each.variables))


#: Question -> (whether a card answers it, what is missing). The order is that of a reader's needs.
WISHLIST: dict[str, tuple[Callable[[Card], Any], str]] = {
    "description": (_said("description"), "what the network is for (description)"),
    "definition of every input": (_every("definition"), "what each input is (definition)"),
    "level of every input": (
        lambda card: all(each.level != "unknown" for each in _numbers(card)),
        "whether each input is known at truth level, of reconstructed objects, or only of a detector (level)",
    ),
    "output": (
        lambda card: all(each.meaning for each in card.outputs),
        "what a high score means (meaning of the outputs)",
    ),
    "objects": (
        _said("objects"),
        "how the objects are selected: pt, eta, identification (objects)",
    ),
    "normalisation": (
        lambda card: all(each.normalisation for each in card.networks),
        "whether inputs are normalised inside the network, outside, or not at all (normalisation: inside, outside or none)",
    ),
    "working points": (_said("working_points"), "where to cut on the score, with efficiencies (working_points)"),
    "architecture": (
        lambda card: all(each.architecture for each in card.networks),
        "what the network is made of (architecture)",
    ),
    "training": (_said("training"), "how it was trained: method, seed, events (training)"),
    "data": (_said("data"), "what it was trained on: processes, generators, cards (data)"),
    "versions": (_said("versions"), "versions of the programs (versions)"),
    "authors": (_said("authors"), "who made it (authors)"),
    "licence": (_said("licence"), "under which licence others may use it (licence)"),
    "citation": (_said("citation"), "what to cite (citation)"),
}


def missing(card: Card) -> list[str]:
    """Return what a card does not say, a line each; empty where it says all.

    Examples
    --------
    >>> from hml_jupyter.preserve.card import Input, Network, Output
    >>> card = Card("mlp", (Input("met", definition="missing momentum", level="reco"),), (Output("score", "1"),), (Network("a.onnx"),))
    >>> missing(card)[0]
    'what the network is for (description)'
    """
    return [text for answered, text in WISHLIST.values() if not answered(card)]
