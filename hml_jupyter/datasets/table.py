"""What describes the arrays of a dataset, and its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from ..canonical import Blocks, fingerprint
from ..provenance import SCHEMA, read_json, write_json
from .store import Store

__all__ = [
    "BLINDED",
    "PARTS",
    "Description",
    "read_description",
    "table_fingerprint",
    "variation_column",
    "write_description",
]

#: What the numbers in `split` mean.
PARTS = ("train", "validation", "test")
#: The array that tells which simulated events would be blinded, where something is.
BLINDED = "blinded"
#: Names of arrays that are no columns.
RESERVED = ("class", "weight", "split", "event", BLINDED, "image", "nodes", "count")

_DESCRIPTION = "dataset.json"
_TUPLES = ("names", "side_names", "classes", "signal", "parts", "observed", "blind", "crossed")


@dataclass(frozen=True)
class Description:
    """What the arrays mean; plain JSON."""

    names: tuple[str, ...]
    """Columns a method sees, canonical; none for other representations than a Set."""
    side_names: tuple[str, ...]
    """Columns for cuts and plots only."""
    units: dict[str, str]
    """Unit of each column, side columns too."""
    classes: tuple[str, ...]
    """Class names; their position is `y`."""
    signal: tuple[str, ...]
    """Which classes are signal."""
    requirement: str | None
    """Canonical text of `require`."""
    seed: int
    """Of the split."""
    parts: tuple[float, ...]
    """Fractions of train, validation and test that were asked for."""
    counts: dict[str, dict[str, Any]]
    """For each class from the start: generated, sum_of_weights, sum_of_squared_weights, required, cross_section, error."""
    fractions: dict[str, tuple[float, ...]]
    """For each class, the part of the summed weights of events after `require` in train, validation and test."""
    about: str = ""
    """What the user says of the dataset."""
    representation: dict[str, Any] = field(default_factory=dict)
    """How a row is made, where it is more than columns of an event: ``config`` to make it again, ``declaration`` to read."""
    regions: dict[str, str] = field(default_factory=dict)
    """Name -> canonical cut."""
    variations: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Name -> class -> the factor on its weights."""
    observed: tuple[str, ...] = ()
    """Names of the observed samples."""
    blind: tuple[str, ...] = ()
    """Canonical cuts; observed events that pass one were left out."""
    scores: dict[str, str | None] = field(default_factory=dict)
    """Column -> the method whose score it is, None where that is not known; training events have been seen by it."""
    crossed: tuple[str, ...] = ()
    """Those of them that are of a cross-training: what scored an event has not seen it."""

    @property
    def arrays(self) -> tuple[str, ...]:
        """Names of the arrays that are no columns."""
        declared = self.representation.get("declaration", {}).get("arrays", {})
        return tuple(name for name in declared if name != "values")

    def to_json(self) -> dict[str, Any]:
        """Return what is saved and hashed: what was not asked for is left out, so that older datasets keep their hash."""
        usual = {f.name: _default(f) for f in fields(self)}
        return {name: value for name, value in asdict(self).items() if value != usual[name]}


def variation_column(name: str) -> str:
    """Return the array that holds the factors of a variation."""
    return f"variation {name}"


def write_description(folder: Path, description: Description) -> None:
    """Write its file."""
    write_json(folder / _DESCRIPTION, {"schema": SCHEMA, **description.to_json()})


def read_description(folder: Path) -> Description:
    """Read what describes the arrays."""
    found = read_json(folder / _DESCRIPTION)
    del found["schema"]
    for name in _TUPLES:
        if name in found:
            found[name] = tuple(found[name])
    found["fractions"] = {name: tuple(each) for name, each in found["fractions"].items()}
    return Description(**found)


def table_fingerprint(store: Store, description: Description, others: Mapping[str, Blocks]) -> str:
    """Return the hash of arrays and description; `others` are arrays that not every dataset has."""
    arrays: dict[str, Any] = {
        "values": store.blocks(description.names + description.side_names),
        "y": store["class"],
        "weights": store["weight"],
        "split": store["split"],
        "event": store["event"],
        **others,
    }
    return fingerprint(arrays, description.to_json())


def _default(one: Any) -> Any:
    if one.default_factory is not MISSING:
        return one.default_factory()
    return one.default
