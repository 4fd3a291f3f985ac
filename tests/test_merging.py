"""What headers and processes say about matching."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fake_madgraph
import lhe_text
import pytest

from hml_jupyter.errors import ArgumentError, ProcessError
from hml_jupyter.generators.matching import Matching
from hml_jupyter.lhe import LheHead, read_lhe_head
from hml_jupyter.process import Process
from hml_jupyter.runs import check_lhe, merging, outside

LINES = "generate p p > z\nadd process p p > z j"


def header(folder: Path, card: dict[str, str], process: str = LINES) -> tuple[Path, LheHead]:
    fake_madgraph.write_lhe(folder / "made", 3, 1, process, card)
    file = folder / "made" / "unweighted_events.lhe.gz"
    return file, read_lhe_head(file)


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ({"xqcut": "20.0"}, Matching(30.0, 0, 4, 1.0)),
        ({"xqcut": "2.0d1", "alpsfact": "0.5d0"}, Matching(30.0, 0, 4, 0.5)),
        ({"xqcut": "20", "maxjetflavor": "5"}, Matching(30.0, 0, 5, 1.0)),
    ],
)
def test_check_header(tmp_path: Path, card: dict[str, str], expected: Matching) -> None:
    _, head = header(tmp_path, {"ickkw": "1", **card})
    assert merging.check_header(head, "z") == expected


def test_check_header_takes_the_smallest_scale_as_it_is_written(tmp_path: Path) -> None:
    _, head = header(tmp_path, {"ickkw": "1", "xqcut": "13.3"})
    assert 19.95 < 1.5 * 13.3
    matching = merging.check_header(head, "z", 19.95)
    assert matching is not None
    assert matching.q_cut == 19.95
    with pytest.raises(ArgumentError, match=r"q_cut must be at least 19.95; got 19.94"):
        merging.check_header(head, "z", 19.94)
    with pytest.raises(ArgumentError, match="q_cut must be a number"):
        merging.check_header(head, "z", "20")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("card", "message"),
    [
        ({"ktdurham": "30"}, "made for CKKW-L merging"),
        ({"ickkw": "1"}, "does not tell at which scale: xqcut is not there"),
        ({"ickkw": "1", "xqcut": "abc"}, "xqcut is abc"),
        ({"ickkw": "1", "xqcut": "20", "maxjetflavor": "x"}, "maxjetflavor = 'x', which is no number"),
        ({"ickkw": "1", "xqcut": "20", "alpsfact": "x"}, "alpsfact = 'x', which is no number"),
        ({"ickkw": "3"}, "ickkw = 3 asks for FxFx merging of NLO samples, which is not made here"),
        ({"ickkw": "2", "xqcut": "20"}, "ickkw = 2 is no choice made here; ickkw = 1 is MLM matching"),
        ({"ickkw": "on"}, "ickkw = on is no choice made here"),
    ],
)
def test_check_header_refuses(tmp_path: Path, card: dict[str, str], message: str) -> None:
    file, head = header(tmp_path, card)
    with pytest.raises(ProcessError, match=message):
        merging.check_header(head, "z")
    with pytest.raises(ProcessError, match=message):
        check_lhe(file)


@pytest.mark.parametrize(
    ("lines", "flavours", "expected"),
    [
        (["p p > z", "p p > z j", "p p > z j j"], 4, 2),
        (["p p > t t~", "p p > t t~ j"], 4, 1),
        (["p p > w+ j", "p p > w- j"], 4, 1),
        (["p p > z b", "p p > z b j"], 4, 1),
        (["p p > z b", "p p > z b j"], 5, 2),
        (["p p > t j $$ w+ w-", "p p > t j j $$ w+ w-"], 5, 2),
    ],
)
def test_largest_jets(lines: list[str], flavours: int, expected: int) -> None:
    assert merging.largest_jets(Process(lines, settings={"xqcut": 20}), flavours) == expected


def test_largest_jets_of_particles_that_are_not_known() -> None:
    process = Process(["p p > xd xd~", "p p > xd xd~ j"], model="DMsimp_s_spin1", settings={"xqcut": 20})
    assert merging.largest_jets(process, 4) == 1


def test_largest_jets_is_one_for_all_particles() -> None:
    process = Process(["p p > w+", "p p > w+ j", "p p > w+ j j", "p p > z", "p p > z j"], settings={"xqcut": 20})
    with pytest.raises(ProcessError, match=r"'w\+' comes with up to 2 jets, 'z' with up to 1; .*separate runs"):
        merging.largest_jets(process, 4)


@pytest.mark.parametrize(
    ("card", "message"),
    [
        ({"ickkw": 1}, "needs their scale"),
        ({"ickkw": "3"}, "ickkw = 3 asks for FxFx"),
        ({"ktdurham": 30}, "CKKW-L"),
        ({}, "differ by jets only"),
    ],
)
def test_check_lines_refuses(card: dict[str, Any], message: str) -> None:
    process = Process(["p p > z", "p p > z j"], settings={"ptj": 20})
    with pytest.raises(ArgumentError, match=message):
        merging.check_lines(process, card, matches=True)


def test_check_lines_of_different_kinds() -> None:
    process = Process(["p p > w+", "p p > w+ j", "p p > z"], settings={"xqcut": 20})
    with pytest.raises(ProcessError, match="cannot be matched as one sample"):
        merging.check_lines(process, {"ickkw": 1, "xqcut": 20}, matches=True)


FIVE = "define p = 21 2 4 1 3 -2 -4 -1 -3 5 -5 # pass to 5 flavors\ndefine j = p\n"


@pytest.mark.parametrize(
    "lines",
    [
        FIVE + LINES,
        "generate p p > z # the boson alone\nadd process p p > z j --diagram_filter # and one jet",
        "generate p p > z @0\nadd process p p > z j QCD=1 @1 --loop_filter=True",
        "define q = u c\ndefine x = q d\ngenerate p p > z\nadd process p p > z x",
    ],
)
def test_read_process_of_what_madgraph_writes(tmp_path: Path, lines: str) -> None:
    _, head = header(tmp_path, {"ickkw": "1", "xqcut": "20"}, lines)
    process = outside.read_process(head)
    assert merging.largest_jets(process, 5) == 1


def test_read_process_knows_five_flavours(tmp_path: Path) -> None:
    _, head = header(tmp_path, {"xqcut": "20"}, FIVE + LINES)
    process = outside.read_process(head)
    assert 5 in process.names.ids("p")
    assert 5 in process.names.ids("j")


def test_matching_of_counts_jets_in_the_events(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two beams that ours takes for different runs: the header does not tell."""
    lines = "generate g g > z\nadd process p p > z j"
    file, head = header(study, {"ickkw": "1", "xqcut": "20"}, lines)
    _, [event, *_] = lhe_text.parts(file)
    gluon = "21 1 1 2 501 502 0 0 0 1 0 0. 9.\n</event>\n"
    events = [event, event.replace("\n 4 1 ", "\n 5 1 ").replace("</event>\n", gluon)]
    told = Path(lhe_text.write("told.lhe", head.text, events))
    matching = merging.matching_of(told, head)
    assert matching is not None
    assert matching.jets == 1
    said = capsys.readouterr().out
    assert "the largest number of jets is counted in the events, 1, since told.lhe does not tell: " in said
    assert "different beams" in said
