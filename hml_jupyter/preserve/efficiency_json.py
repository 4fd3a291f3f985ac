"""Efficiency maps in correctionlib's JSON, schema 2."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from .efficiency import Bin

__all__ = ["SYSTEMATICS", "correction_set"]

Floats = npt.NDArray[np.float64]

#: The systematics of a map -> which end of a bin's interval each is.
SYSTEMATICS = {"nominal": "efficiency", "up": "high", "down": "low"}
#: What stands in a bin without an estimate: a choice that no systematic is, so that reading it is an error and no number.
EMPTY = {"nodetype": "category", "input": "systematic", "content": [{"key": "no simulated object", "value": 0.0}]}


def correction_set(bins: Sequence[Bin], edges: tuple[Floats, Floats], name: str, description: str) -> dict[str, Any]:
    """Return the JSON of a map, checked by correctionlib's schema.

    Parameters
    ----------
    bins : sequence of Bin
        Flavour by flavour, then pT, then eta; the last flavour stands for all others.
    edges : (array, array)
        In pT, GeV, and in the absolute pseudorapidity.
    name, description : str
        Of the correction.
    """
    from correctionlib import schemav2

    flavors = [*dict.fromkeys(each.flavor for each in bins)]

    def binned(flavor: int, end: str) -> dict[str, Any]:
        values = [getattr(each, end) for each in bins if each.flavor == flavor]
        return {
            "nodetype": "multibinning",
            "inputs": ["pt", "abs_eta"],
            "edges": [[float(e) if np.isfinite(e) else "inf" for e in each.tolist()] for each in edges],
            "content": [EMPTY if value is None else value for value in values],
            "flow": "error",
        }

    def of_flavors(end: str) -> dict[str, Any]:
        content = [{"key": flavor, "value": binned(flavor, end)} for flavor in flavors]
        return {"nodetype": "category", "input": "flavor", "content": content, "default": content[-1]["value"]}

    correction = {
        "name": name,
        "description": description,
        "version": 1,
        "inputs": [
            {
                "name": "systematic",
                "type": "string",
                "description": "nominal, or up or down: the ends of a 68.3 % interval",
            },
            {
                "name": "flavor",
                "type": "int",
                "description": "absolute PDG number; any without bins of its own counts as 0",
            },
            {"name": "pt", "type": "real", "description": "transverse momentum, GeV"},
            {"name": "abs_eta", "type": "real", "description": "absolute pseudorapidity"},
        ],
        "output": {"name": "efficiency", "type": "real", "description": "probability to pass the tag"},
        "data": {
            "nodetype": "category",
            "input": "systematic",
            "content": [{"key": key, "value": of_flavors(end)} for key, end in SYSTEMATICS.items()],
        },
    }
    text = {"schema_version": 2, "description": description, "corrections": [correction]}
    schemav2.CorrectionSet.model_validate(text)
    return text
