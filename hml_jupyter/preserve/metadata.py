"""What an ONNX file says of itself, for who has it without its card."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..methods import Training
from .card import CARD, Input
from .describing import outputs_of

__all__ = ["metadata", "names_in", "said_names"]

#: Names of the input variables, a list as JSON: names of observables may have commas in them.
NAMES = "hml.input_names"
#: The same with commas between them, in files of others.
THEIRS = "input_names"


def metadata(training: Training, inputs: Sequence[Input], moments: Any, texts: Mapping[str, str]) -> dict[str, str]:
    """Return the metadata of a network: name -> text, lists and dictionaries as JSON.

    Rivet analyses normalise by ``norm_means`` and ``norm_devs``: these are the identity, since what normalises is inside.

    Parameters
    ----------
    training : Training
        What it is made of.
    inputs : sequence of Input
        Its columns; none for images and graphs.
    moments : pair of sequence, or None
        Mean and spread by which it normalises its columns itself.
    texts : mapping
        ``licence`` and others; empty ones are left out.
    """
    about = {
        "hml.card": CARD,
        "hml.classes": json.dumps(training.config["classes"]),
        "hml.outputs": json.dumps({each.name: each.meaning for each in outputs_of(training.dataset)}),
        **({"license": texts["licence"]} if texts.get("licence") else {}),
    }
    if not inputs:
        return about
    about |= said_names([each.name for each in inputs]) | {
        "hml.input_units": json.dumps([each.unit for each in inputs]),
        "hml.input_phi": json.dumps({each.name: each.phi for each in inputs if each.phi}),
        "hml.missing_inputs": "no score",
        "norm_means": ",".join("0" for _ in inputs),
        "norm_devs": ",".join("1" for _ in inputs),
    }
    if moments is None:
        return about
    mean, spread = (",".join(map(repr, each)) for each in moments)
    return about | {"hml.normalised_inside": "(x - mean) / spread", "hml.mean": mean, "hml.spread": spread}


def said_names(names: Sequence[str]) -> dict[str, str]:
    """Return the metadata that say the names of the input variables.

    Examples
    --------
    >>> said_names(["met", "jet0,jet1.delta_r"])
    {'hml.input_names': '["met", "jet0,jet1.delta_r"]'}
    """
    return {NAMES: json.dumps([*names])}


def names_in(model: Any) -> list[str]:
    """Return the names of the input variables as an opened ONNX model says them; empty where it does not."""
    said = {each.key: each.value for each in model.metadata_props}
    try:
        found = json.loads(said[NAMES]) if NAMES in said else said.get(THEIRS, "").split(",")
    except (ValueError, RecursionError):
        return []
    are_names = isinstance(found, list) and all(isinstance(each, str) and each for each in found)
    return found if are_names and len({*found}) == len(found) else []
