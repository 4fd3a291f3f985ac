from __future__ import annotations

import pytest

from hml_jupyter.errors import FileFormatError
from hml_jupyter.lhe.checks import Particle, check_event, check_showered

FIRST = "4 1 2.0 91.188 0.00755 0.118"
IN, OUT = "21 -1 0 0 501 502 0. 0. {} 100. 0. 0. 9.", "{} 1 1 2 501 0 {} 40. 0. 180.278 173. 0. 9."
ROWS = (IN.format("100."), IN.format("-100."), OUT.format(6, "30."), OUT.format(-6, "-30."))
TOP = ROWS[2]


def event(*rows: str, first: str = FIRST) -> bytes:
    return "\n".join(("<event>", first, *rows, "</event>\n")).encode()


def with_top(row: str) -> bytes:
    return event(*ROWS[:2], row, ROWS[3])


def test_check_event() -> None:
    found = check_event(event(*ROWS), 1, "x.lhe")
    assert found == [Particle(21, -1, 0), Particle(21, -1, 0), Particle(6, 1, 1), Particle(-6, 1, 1)]
    assert check_event(event(*ROWS).replace(b"\n", b"\r\n"), 1, "x.lhe") == found
    more = event(*ROWS, "# 1 2 3 4 5 6 7 8 9 10 11 12 13", "<rwgt>", "</rwgt>")
    assert check_event(more, 1, "x.lhe") == found


def test_check_event_out_of_order() -> None:
    rows = [TOP.replace(" 1 1 2 ", " 1 3 4 "), ROWS[3].replace(" 1 1 2 ", " 1 3 4 "), *ROWS[:2]]
    assert [p.first for p in check_event(event(*rows), 1, "x.lhe")] == [3, 3, 0, 0]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (" 1 1 2 ", " 7 1 2 ", r"its status is 7, and the accord has -9, -2, -1, 1, 2, 3; the file is damaged"),
        (" 1 1 2 ", " 1 1 5 ", "its mothers are 1 and 5, and can be others of the 4 particles, or 0 for none"),
        (" 1 1 2 ", " 1 -1 0 ", "its mothers are -1 and 0"),
        (" 1 1 2 ", " 1 3 3 ", "its mothers are 3 and 3"),
        (" 1 1 2 ", " 1 1. 2 ", "invalid literal"),
        (" 30. ", " nan ", "its momentum and mass must be finite"),
        (" 30. ", " -inf ", "its momentum and mass must be finite"),
        (" 30. ", " 1e300 ", r"finite, and below 1e\+30 GeV"),
        (" 30. ", " abc ", "could not convert string to float"),
        (" 0. 9.", " nan 9.", "its lifetime and spin must be finite"),
        (" 0. 9.", " 0.", "a particle has 13 numbers, this line 12"),
        ("6 1 ", "99999999999 1 ", "99999999999 is no PDG id"),
    ],
)
def test_check_event_names_the_particle(old: str, new: str, reason: str) -> None:
    with pytest.raises(FileFormatError, match=rf"x.lhe: .*; event 12, particle 3 \('.*'\): .*{reason}"):
        check_event(with_top(TOP.replace(old, new)), 12, "x.lhe")


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (event(*ROWS, first=FIRST.replace("4", "5", 1)), "announces 5 particles and has 4"),
        (event(*ROWS, first=FIRST.replace("4", "3", 1)), "announces 3 particles and has others"),
        (event(*ROWS, first=FIRST.replace("4", "0", 1)), "announces 0 particles and has others"),
        (event(*ROWS, first=FIRST.replace("4", "99999999", 1)), "announces 99999999 particles and has 4"),
        (b"<event>\n</event>\n", "announces </event> particles"),
        (b"<event>\n\n</event>\n", "announces no particles"),
    ],
)
def test_check_event_counts(broken: bytes, reason: str) -> None:
    with pytest.raises(FileFormatError, match=f"x.lhe: expected an LHE file; event 2: it {reason}"):
        check_event(broken, 2, "x.lhe")


def test_check_event_circle() -> None:
    rows = [*ROWS[:2], TOP.replace(" 1 1 2 ", " 1 4 4 "), ROWS[3].replace(" 1 1 2 ", " 1 3 3 ")]
    with pytest.raises(FileFormatError, match=r"event 1, particle 3 .* come from each other in a circle"):
        check_event(event(*rows), 1, "x.lhe")


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ((*ROWS[:3], ROWS[3].replace(" 1 1 2", " -2 1 2")), "particle 4 .* its status is -2, and Pythia8 takes -1, 1, 2, 3"),
        ((TOP.replace(" 1 2 ", " 2 3 "), *ROWS[:2], ROWS[3]), "particle 1 .* the first two particles come in"),
        ((ROWS[0], TOP.replace(" 1 2 ", " 1 0 "), *ROWS[2:]), "particle 2 .* the first two particles come in"),
        ((*ROWS[:3], ROWS[1]), "particle 4 .* its status is -1, .* and no other"),
        ((*ROWS[:3], ROWS[3].replace(" 1 1 2", " 1 0 0")), "particle 4 .* it has no mother, and does not come in"),
        ((ROWS[0], ROWS[1].replace(" 0 0 ", " 3 3 "), *ROWS[2:]), "particle 2 .* it comes in and has a mother"),
        (ROWS[:2], "event 3: nothing comes out of it"),
    ],
)  # fmt: skip
def test_check_showered(rows: tuple[str, ...], reason: str) -> None:
    text = event(*rows, first=FIRST.replace("4", str(len(rows)), 1))
    with pytest.raises(FileFormatError, match=f"{reason}.*; Pythia8 cannot shower it"):
        _check(text)


def _check(text: bytes) -> None:
    check_showered(text, check_event(text, 3, "x.lhe"), 3, "x.lhe")


def test_check_showered_takes_what_pythia_takes() -> None:
    _check(event(*ROWS))
    _check(event(*ROWS[:2], TOP.replace(" 1 1 2 ", " 3 1 2 "), ROWS[3]))
