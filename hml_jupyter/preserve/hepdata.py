"""Histograms of a preserved network as a submission to HEPData."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .yamlfile import write_yaml, write_yamls

if TYPE_CHECKING:
    from ..datasets import Dataset
    from ..plots import Panel
    from .card import Card

__all__ = ["HEPDATA", "write_submission", "write_tables"]

HEPDATA = "hepdata"


def write_tables(folder: Path, panels: Sequence[Panel], data: Dataset) -> list[str]:
    """Write a table for each histogram; return the names of the files."""
    folder.mkdir(exist_ok=True)
    names = [f"{re.sub('[^a-z0-9]+', '_', panel.name.lower()).strip('_')}.yaml" for panel in panels]
    for name, panel in zip(names, panels, strict=True):
        write_yaml(folder / name, _table(panel, data))
    return names


def write_submission(folder: Path, card: Card) -> None:
    """Write ``submission.yaml`` of the tables in a folder, with the network's files beside them.

    Notes
    -----
    Source of the format: HEPData, "Submission format" and "Additional information" of its documentation, schema 1.1.0.
    """
    resources = []
    files = [(file, how) for network in card.networks for how, file in network.files.items()]
    for file, what in [
        *((file, f"the network as {how}") for file, how in files),
        ("card.yaml", "what it takes and gives"),
    ]:
        shutil.copyfile(folder.parent / file, folder / f"resource_{file}")
        resources.append({"description": f"{card.name}: {what}", "location": f"resource_{file}"})
    tables = sorted(file.name for file in folder.glob("*.yaml") if not file.name.startswith("resource_"))
    first = {"comment": card.about.get("description") or f"The network {card.name}", "additional_resources": resources}
    write_yamls(folder / "submission.yaml", [first, *(_document(card, name) for name in tables)])


def _document(card: Card, file: str) -> dict[str, Any]:
    name = file.removesuffix(".yaml")
    return {
        "name": name,
        "description": f"Shapes of {name.replace('_', ' ')} of each class of simulated events, for {card.name}",
        "keywords": [{"name": "phrases", "values": ["neural network", "reinterpretation"]}],
        "data_file": file,
    }


def _table(panel: Panel, data: Dataset) -> dict[str, Any]:
    edges = [float(each) for each in panel.edges]
    bins = [{"low": low, "high": high} for low, high in itertools.pairwise(edges)]
    dependent = [
        {
            "header": {"name": "fraction of events"},
            "qualifiers": [
                {"name": "class", "value": name},
                {"name": "kind", "value": "signal" if name in data.signal else "background"},
                {"name": "fraction outside of the bins", "value": float(panel.outside[name])},
            ],
            "values": [
                {"value": float(value), **_errors(float(error))}
                for value, error in zip(counts, panel.errors[name], strict=True)
            ],
        }
        for name, counts in panel.counts.items()
    ]
    header = {"name": panel.name, **({"units": panel.unit} if panel.unit else {})}
    return {"independent_variables": [{"header": header, "values": bins}], "dependent_variables": dependent}


def _errors(error: float) -> dict[str, Any]:
    """Return the error of a value; HEPData refuses one that is 0, as of an empty bin."""
    return {"errors": [{"label": "simulation", "symerror": error}]} if error else {}
