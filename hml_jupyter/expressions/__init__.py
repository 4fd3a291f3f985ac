"""The grammar of cuts and observables: text to frozen nodes and back, and their values on arrays.

======================================  ==========================================================================
``jet0.pt > 30 and met > 50``           ``and or`` (``& |`` too), ``not`` (``veto`` too), parentheses
``70 < fatjet0.mass < 110``             chains; ``fatjet0.mass in [70, 110]`` includes both ends; ``inf`` is a number
``jet0.pt + jet1.pt > 0.5 * ht``        ``+ - * / **``, ``abs() sqrt() log() min() max()``
``jet0.pt / jet1.pt``                   arithmetic is an observable too, and its text the name of a column
``column.m_jj``                         a column of a table, or a field of ``Event``, of that name
``mlp.score``                           the score of a method, a column that ``hml.score`` adds to a dataset
``theirs.p_b``                          an output of a network with several, a column of that dataset too
``jet0,jet1.delta_r``                   objects joined by commas, then the observable. Inside ``min()`` and ``max()`` a
                                        comma separates arguments: ``max((jet0,jet1.delta_r), 0.4)``
``jet0``, ``jet1:3``, ``jet:2``         one element; a range without its end; ``fatjet0.constituents:100`` a range of a part
``jet[abs(eta) < 2.5]0.pt``             a filter, then the index: the leading central jet. Bare names in a filter are
                                        observables of the element, full ones are of the event
``any (jet.pt > 30 and jet.b_tag == 1)``  a prefix and its parenthesis are one scope: the same jet does both
======================================  ==========================================================================

Without a prefix a comparison over a collection must hold for ``all`` its elements, and comparisons over the same collection
joined by ``and`` or ``or`` speak of the same element (as HEP ML Lab reads them). An empty collection fails ``any`` and passes
``all``; a missing object makes a comparison false.
"""

from __future__ import annotations

from .evaluation import Lookup, Value, extreme, number, truth, truth_of_elements
from .lexer import KEYWORDS
from .nodes import (
    Arithmetic,
    Comparison,
    Cut,
    Function,
    Negative,
    Node,
    Number,
    Object,
    Observable,
    Part,
    Sum,
    Window,
    mapped,
    mentioned,
    replaced,
    terms,
    used,
)
from .parser import FUNCTIONS, parse_cut, parse_observable
from .rendering import render

__all__ = [
    "FUNCTIONS",
    "KEYWORDS",
    "Arithmetic",
    "Comparison",
    "Cut",
    "Function",
    "Lookup",
    "Negative",
    "Node",
    "Number",
    "Object",
    "Observable",
    "Part",
    "Sum",
    "Value",
    "Window",
    "extreme",
    "mapped",
    "mentioned",
    "number",
    "parse_cut",
    "parse_observable",
    "render",
    "replaced",
    "terms",
    "truth",
    "truth_of_elements",
    "used",
]
