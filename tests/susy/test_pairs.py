from __future__ import annotations

import pytest

from hml_jupyter.errors import ProcessError
from hml_jupyter.particles import hard_of, names_of, parse_line
from hml_jupyter.susy.pairs import made_by, pairs_of, selection

GROUPS = (("sq", "ul ul~ t1 t1~"), ("x", "x1+ x1-"))
NAMES = names_of("MSSM_SLHA2", GROUPS)


def hard(text: str) -> object:
    return hard_of(parse_line(text, NAMES), NAMES)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("p p > go go", ("SUSY:gg2gluinogluino = on", "SUSY:qqbar2gluinogluino = on")),
        ("p p > n2 x1-", ("SUSY:qqbar2chi+-chi0 = on",)),
        ("p p > ul~ go", ("SUSY:qg2squarkgluino = on",)),
        ("p p > dl x1+", ("SUSY:qg2chi+-squark = on",)),
        ("p p > ul ul", ("SUSY:qq2squarksquark = on", "SUSY:qq2squarksquark:onlyQCD = on")),
    ],
)
def test_made_by(text: str, lines: tuple[str, ...]) -> None:
    assert [made.lines for made in made_by(text, hard(text), NAMES)] == [lines]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("p p > er+ er-", "does not make 'p p > er. er-' .* are 33 to 54 % of MadGraph's.* use generator='madgraph5'"),
        ("p p > go x1+", "is 28 % above MadGraph's"),
        ("p p > go t1", "those of the third family with their own antiparticle"),
        ("p p > t1 t2~", "third family"),
        ("p p > ul x1+", "does not make"),
        ("p p > x1+ x1+", "does not make"),
        ("p p > t t~", "in the model 'MSSM_SLHA2'"),
        ("p p > go go j", "does not make"),
        ("e+ e- > n1 n2", "does not make"),
    ],
)
def test_made_by_refuses(text: str, message: str) -> None:
    with pytest.raises(ProcessError, match=message):
        made_by(text, hard(text), NAMES)


def test_made_by_of_another_proton() -> None:
    names = names_of("MSSM_SLHA2", (("p", "g u u~"),))
    with pytest.raises(ProcessError, match="does not make"):
        made_by("p p > go go", hard_of(parse_line("p p > go go", names), names), names)


def test_pairs_of_groups() -> None:
    assert pairs_of(hard("p p > x x")) == {(-1000024, 1000024): "x x~"}
    pairs = pairs_of(hard("p p > sq sq"))
    assert pairs[(-1000006, 1000006)] == "q q~"
    assert (-1000006, 1000002) not in pairs
    assert pairs[(1000002, 1000002)] == "q q"


def test_selection() -> None:
    assert selection([(-1000024, 1000024)]) == ("SUSY:idA = 1000024", "SUSY:idB = 1000024")
    both = selection([(-1000002, 1000021), (1000001, 1000021)])
    assert both == ("SUSY:idVecA = {1000001,1000002}", "SUSY:idVecB = {1000021}")
