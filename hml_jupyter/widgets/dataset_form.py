"""The form of the Observables panel: what was typed, as a Set, an Image or a Graph, and the options of `build_dataset`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ..cuts import Cut
from ..datasets.pieces import EventRecord
from ..datasets.plan import check_regions
from ..errors import HmlError
from ..observables import canonical_name
from ..representations import Graph, Image, Representation, Set
from ..runs import Run
from .base import FieldError, Values, number, words
from .samples import column, counted, first_events, mask

__all__ = [
    "DEFAULTS",
    "bad_columns",
    "check_columns",
    "extras_of",
    "per_of",
    "read_column",
    "representation_of",
    "require_of",
    "split_of",
]

T = TypeVar("T")

#: What an untouched form holds, beside sources and name.
DEFAULTS: dict[str, Any] = {
    "kind": "set",
    "observables": ["fatjet0.mass", "fatjet0.tau21", "jet0,jet1.delta_r", "met"],
    "require": "fatjet.size > 0 and jet.size > 1",
    "seed": "1",
    "split": "0.6, 0.2, 0.2",
    "per": "",
    "side": [],
    "regions": [],
    "blind": "",
    "about": "",
    "image_of": "fatjet0.constituents",
    "origin": "subjet0",
    "axis": "subjet1",
    "flip": "",
    "subjets": "0.3",
    "size": "33",
    "range": "1.6",
    "channel": "pt",
    "scale": "",
    "graph_of": "fatjet0.constituents",
    "nodes": "",
    "edges": "knn",
    "reach": "8",
    "radius": "0.4",
    "edge_features": "",
    "max_nodes": "32",
}
#: How the fields with numbers are called on the page.
LABELS = {
    "subjets": "Subjets",
    "size": "Pixels",
    "range": "Half width",
    "reach": "How many",
    "radius": "Radius",
    "max_nodes": "Most nodes",
}
#: The option that a message of Image or Graph names -> the field that it is typed into, where they differ.
_FIELDS = {"of": {"image": "image_of", "graph": "graph_of"}}
#: Events that are tried, so that what cannot be made is told before it is asked for.
TRIED = 20
_OPTION = re.compile(r"(?:Image|Graph)\((\w+)=")


def representation_of(values: Values, runs: dict[str, Run]) -> Representation:
    """Return what each event becomes.

    Raises
    ------
    FieldError
        Something in a field is wrong.
    """
    kind = str(values.get("kind") or "set")
    if kind == "set":
        return _set(values, runs)
    makers: dict[str, Callable[[Values], Representation]] = {"image": _image, "graph": _graph}
    if kind not in makers:
        msg = f"an event becomes a set, an image or a graph, not {kind!r}"
        raise FieldError("kind", msg)
    try:
        made = makers[kind](values)
        _try(made, runs)
    except FieldError:
        raise
    except HmlError as error:
        option = _OPTION.search(str(error))
        field = option[1] if option else "of"
        raise FieldError(_FIELDS.get(field, {}).get(kind, field), str(error)) from error
    return made


def extras_of(values: Values, runs: dict[str, Run]) -> dict[str, Any]:
    """Return options of `build_dataset` that are not always given: side columns, regions, blinding, a description."""
    is_set = str(values.get("kind") or "set") == "set"
    field = "side" if is_set else "observables"
    per = per_of(values, runs)
    options: dict[str, Any] = {"observables": _columns(values, field, runs, per)}
    regions = [(str(name).strip(), str(cut).strip()) for name, cut in values.get("regions") or []]
    options["regions"] = {name: str(_ask("regions", Cut, cut)) for name, cut in regions if name or cut}
    blind = str(values.get("blind") or "").strip()
    if blind:
        options["blind"] = str(_ask("blind", Cut, blind))
        if not words(values, "observed"):
            msg = "there is no observed data to blind: tick data beside a source"
            raise FieldError("blind", msg)
    options["about"] = str(values.get("about") or "").strip()
    return {name: value for name, value in options.items() if value}


def check_columns(seen: Representation, options: Mapping[str, Any]) -> None:
    """Refuse regions whose cuts need what is no column of the dataset."""
    columns = [*seen.columns, *options.get("observables", ())]
    regions = {name: Cut(text) for name, text in options.get("regions", {}).items()}
    _ask("regions", check_regions, regions, columns)


def require_of(values: Values, runs: dict[str, Run]) -> str:
    """Return what is required of each event; empty if nothing is."""
    text = str(values.get("require", "")).strip()
    if text:
        for run in runs.values():
            _ask("require", mask, run, text)
    return text


def split_of(values: Values) -> tuple[float, ...]:
    """Return the fractions of train, validation and test."""
    try:
        split = tuple(float(part) for part in str(values.get("split", "")).split(","))
    except ValueError as error:
        msg = "Split must be three fractions: 0.6, 0.2, 0.2"
        raise FieldError("split", msg) from error
    if len(split) != 3 or not abs(sum(split) - 1) <= 1e-9 or min(split) < 0:
        msg = (
            "Split must be three fractions that add up to 1: train, validation, test; 0, 0, 1 where nothing is learned"
        )
        raise FieldError("split", msg)
    return split


def per_of(values: Values, runs: dict[str, Run]) -> str:
    """Return the collection whose objects have a row each, canonical; empty for a row each event.

    Raises
    ------
    FieldError
        It is no collection, or cannot be read from the runs.
    """
    text = str(values.get("per") or "").strip()
    if text.lower() in ("", "event", "events") or str(values.get("kind") or "set") != "set":
        return ""
    made: Set = _ask("per", counted, text)
    _ask("per", _try, made, runs)
    return str(made.per)


def bad_columns(values: Values, runs: dict[str, Run]) -> dict[str, str]:
    """Return what is wrong with each observable that was picked; those that are right are left out."""
    per = per_of(values, runs)
    found = {}
    for text in words(values, "observables"):
        try:
            read_column(text, runs, per)
        except HmlError as error:
            found[text] = str(error)
    return found


def read_column(text: str, runs: dict[str, Run], per: str) -> str:
    """Return the canonical name of a column that has a value in every event of the runs, or for every object of `per`.

    Raises
    ------
    HmlError
        There is no such observable, or it is none of these rows.
    """
    name = canonical_name(text)
    if per:
        _try(Set([name], per=per), runs)
    else:
        for run in runs.values():
            column(run, name)
    return name


def _set(values: Values, runs: dict[str, Run]) -> Set:
    per = per_of(values, runs)
    picked = _columns(values, "observables", runs, per)
    if not picked:
        msg = "pick at least one observable"
        raise FieldError("observables", msg)
    return Set(picked, per=per or None)


def _columns(values: Values, field: str, runs: dict[str, Run], per: str) -> list[str]:
    """Return canonical names, each once."""
    picked: list[str] = []
    for text in words(values, field):
        name = _ask(field, read_column, text, runs, per)
        if name not in picked:
            picked.append(name)
    return picked


def _try(made: Representation, runs: dict[str, Run]) -> None:
    """Make a representation of a few events of each run, to see that it can be made."""
    for name, run in runs.items():
        record = EventRecord(first_events(run, TRIED, made.needed), name)
        made.rows(record)
        made.read(record, Counter())


def _image(values: Values) -> Image:
    given: dict[str, Any] = {name: _chosen(values, name) for name in ("origin", "axis", "scale")}
    if any(str(each).startswith("subjet") for each in given.values()):
        given["subjets"] = ("kt", _number(values, "subjets", float, 0.01), 0.0)
    given["flip"] = bool(values.get("flip"))
    size = _number(values, "size", int, 1)
    given["size"] = (size, size)
    if given["origin"] is not None:
        half = _number(values, "range", float, 0.01)
        given["range"] = ((-half, half), (-half, half))
    return Image(_one_or_several(values, "image_of"), channel=_one_or_several(values, "channel"), **given)


def _graph(values: Values) -> Graph:
    kind = _chosen(values, "edges")
    edges: Any = kind
    if kind == "knn":
        edges = ("knn", _number(values, "reach", int, 1))
    elif kind == "radius":
        edges = ("radius", _number(values, "radius", float, 0.001))
    given: dict[str, Any] = {"edges": edges, "max_nodes": _number(values, "max_nodes", int, 1)}
    nodes, features = _listed(values, "nodes"), _listed(values, "edge_features")
    if nodes:
        given["nodes"] = nodes
    if features and edges is not None:
        given["edge_features"] = features
    return Graph(_one_or_several(values, "graph_of"), **given)


def _chosen(values: Values, field: str) -> str | None:
    """Return what a menu stands at; None for its empty entry."""
    return str(values.get(field, DEFAULTS[field])) or None


def _number(values: Values, field: str, kind: type[int | float], low: float) -> Any:
    return number(_filled(values, field), field, kind, low=low, label=LABELS[field])


def _filled(values: Values, field: str) -> Values:
    return {field: values.get(field) or DEFAULTS[field]}


def _listed(values: Values, field: str) -> list[str]:
    return [word.strip() for word in str(values.get(field) or "").split(",") if word.strip()]


def _one_or_several(values: Values, field: str) -> str | list[str]:
    found = _listed(_filled(values, field), field)
    return found[0] if len(found) == 1 else found


def _ask(field: str, question: Callable[..., T], *about: Any) -> T:
    try:
        return question(*about)
    except FieldError:
        raise
    except HmlError as error:
        raise FieldError(field, str(error)) from error
