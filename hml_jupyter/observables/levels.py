"""Where an observable can be known: of generated particles, of what is reconstructed, or in a detector alone."""

from __future__ import annotations

from ..errors import UnknownNameError
from ..expressions import Node, Observable, parse_observable, used
from .catalogue import find_of
from .columns import is_column

__all__ = ["GENERATED", "LEVELS", "level_of", "level_of_column"]

#: From what everybody knows to what nobody tells.
LEVELS = ("truth", "reco", "detector", "unknown")
#: Branches of generated particles and what is made of them, lower case.
GENERATED = ("particle", "genjet", "genfatjet", "genmissinget")
#: Observables that only a detector, or its simulation, knows.
DETECTOR = ("b_tag", "tau_tag", "isolation")


def level_of(node: Node) -> str:
    """Return one of `LEVELS`: the farthest of the parts of an observable or a cut.

    Examples
    --------
    >>> from hml_jupyter.expressions import parse_cut, parse_observable
    >>> [level_of(parse_observable(text)) for text in ("genjet0.pt", "jet0.pt / genjet0.pt", "jet0.b_tag", "column.x")]
    ['truth', 'reco', 'detector', 'unknown']
    >>> [level_of(parse_cut(text)) for text in ("genjet[pt > 30].size > 1", "genjet[pt > met].size > 1")]
    ['truth', 'reco']
    """
    return _farthest(node, "reco")


def level_of_column(name: str) -> str:
    """Return the level of a dataset's column; of an observable that is not registered here nothing is known.

    Examples
    --------
    >>> level_of_column("genjet0.pt"), level_of_column("jet0.mine")
    ('truth', 'unknown')
    """
    try:
        return level_of(parse_observable(name))
    except UnknownNameError:
        return "unknown"


def _farthest(node: Node, element: str) -> str:
    return max((_of(each, element) for each in used(node)), key=LEVELS.index, default="truth")


def _of(each: Observable, element: str) -> str:
    """Return the level of an observable; inside a filter a bare name is of the `element` that it looks at."""
    if is_column(each):
        return "unknown"
    entry = find_of(each)[1]
    generated = bool(each.objects) and all(one.parts[0].branch in GENERATED for one in each.objects)
    objects = "truth" if generated else "reco" if each.objects or "one" not in entry.kinds else element
    own = "truth" if entry.group == "truth" else "detector" if entry.name in DETECTOR else objects
    filters = (part.filter for one in each.objects for part in one.parts if part.filter is not None)
    return max((own, *(_farthest(each, objects) for each in filters)), key=LEVELS.index)
