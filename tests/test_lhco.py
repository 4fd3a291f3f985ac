from __future__ import annotations

import gzip
from pathlib import Path

import awkward as ak
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hml_jupyter import lhco
from hml_jupyter.errors import FileFormatError, HmlError
from hml_jupyter.events import read_events

HEADER = "  #  typ      eta    phi      pt    jmas   ntrk  btag   had/em  dum1  dum2\n"
EVENTS = """\
  0            103   2563
  1    4   -0.190  1.377   58.61    9.23   7.0   0.0     0.98   0.0   0.0
  2    4    1.512  6.000  100.32    9.11  13.0   2.0     1.39   0.0   0.0
  3    3    0.700  3.500   40.00    1.20  -3.0   0.0     0.50   0.0   0.0
  4    1    1.219  4.739   44.95    0.00  -1.0   0.0     0.01   0.0   0.0
  5    2   -1.219  0.739   34.95    0.11   1.0   1.0    12.15   0.0   0.0
  6    0    0.100  0.200   15.00    0.00   0.0   0.0     0.02   0.0   0.0
  7    6    0.000  4.490   89.82    0.00   0.0   0.0     0.00   0.0   0.0
  0            104   2563
  1    6    0.000  1.000   12.00    0.00   0.0   0.0     0.00   0.0   0.0
"""


def read(text: str, name: str = "run.lhco") -> ak.Array:
    content = text.encode()
    Path(name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return read_events(name)


@pytest.mark.parametrize("name", ["run.lhco", "run.lhco.gz", "no_suffix"])
@pytest.mark.parametrize("before", ["", HEADER, "#<LesHouchesEvents>\n" + "## a banner\n" * 2000 + HEADER])
def test_read_lhco_values(study: Path, name: str, before: str) -> None:
    events = read(before + EVENTS, name)
    assert events.Event.Number.tolist() == [[103], [104]]
    assert events.Event.Weight.tolist() == [[1.0], [1.0]]
    jets = events.Jet[0]
    assert jets.PT.tolist() == pytest.approx([100.32, 58.61, 40.0])
    assert jets.BTag.tolist() == [1, 0, 0]
    assert jets.TauTag.tolist() == [0, 0, 1]
    assert jets.Charge.tolist() == [0, 0, -1]
    assert jets.NCharged.tolist() == [13, 7, 3]
    assert jets.Mass.tolist() == pytest.approx([9.11, 9.23, 1.2])
    assert jets.Phi.tolist() == pytest.approx([6.0 - 2 * np.pi, 1.377, 3.5 - 2 * np.pi])
    assert [events.Electron.Charge[0, 0], events.Muon.Charge[0, 0]] == [-1, 1]
    assert events.Muon.Mass[0, 0] == pytest.approx(0.105658, abs=1e-6)
    assert events.Photon.PT[0].tolist() == [15.0]
    assert events.MissingET.MET[:, 0].tolist() == pytest.approx([89.82, 12.0])
    assert events.ScalarHT.HT[:, 0].tolist() == pytest.approx([198.93, 0.0])
    assert ak.num(events.Jet).tolist() == [3, 0]


def test_read_lhco_last_line_without_end(study: Path) -> None:
    assert len(read(EVENTS.rstrip("\n"))) == 2


def test_read_lhco_tau_that_is_a_jet_too(study: Path) -> None:
    again = EVENTS.replace(
        "  4    1 ", "  4    4    0.700  3.500   40.00    1.20   3.0   0.0     0.50   0.0   0.0\n  5    1 "
    )
    assert read(again).Jet.TauTag.tolist() == [[0, 0, 1], []]


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ("100.32    9.11", "100.32    9.1x", r"line 3 cannot be read: .* is no row of numbers"),
        ("100.32    9.11", "100.32    nan", r"line 3 cannot be read: .* is no row of the table"),
        ("  1    4   -0.190  1.377", "  1    4   -0.190", r"line 3 .* an object has 10 columns, this line 11"),
        ("  2    4    1.512  6.000", "  2    4    1.512", r"line 3 .* an object has 11 columns, this line 10"),
        ("  2    4 ", "  2    5 ", r"line 3 .* 5 is no type of an object; they are 0, 1, 2, 3, 4, 6"),
        ("  1    6    0.000  1.000   12.00    0.00   0.0   0.0     0.00   0.0   0.0\n", "", r"the last event \(2\) has no missing"),
        ("  0            103   2563\n", "  0            103   2563\n  0    4\n  1   4  0.3\n", r"line 3 .* an object has 11"),
    ],
)  # fmt: skip
def test_read_lhco_damaged(study: Path, good: str, bad: str, message: str) -> None:
    with pytest.raises(FileFormatError, match=rf"run.lhco: expected an LHCO file; .*{message}"):
        read(EVENTS.replace(good, bad, 1))


def test_read_lhco_object_before_the_first_event(study: Path) -> None:
    text = HEADER.strip() + "\n" + EVENTS.split("\n", 1)[1]
    with pytest.raises(FileFormatError, match=r"line 2 .* it stands before the first event"):
        read(text)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        (4, "1e300", "is no row of the table"),
        (4, "-100.0", "an object has no pT of -100 GeV and"),
        (6, "1e10", r"an object has no pT of .* and 1e\+10 tracks"),
    ],
)
def test_read_lhco_numbers_that_cannot_be(study: Path, column: int, value: str, reason: str) -> None:
    first, row, rest = EVENTS.split("\n", 2)
    words = row.split()
    words[column] = value
    with pytest.raises(FileFormatError, match=f"line 2 .*{reason}"):
        read("\n".join((first, " ".join(words), rest)))


def test_read_lhco_no_event(study: Path) -> None:
    with pytest.raises(FileFormatError, match=r"expected an LHCO file with events; found none"):
        read(HEADER.strip() + "\n")


def test_read_lhco_half_written_gzip(study: Path) -> None:
    (study / "run.lhco.gz").write_bytes(gzip.compress((EVENTS * 500).encode())[:-20])
    with pytest.raises(FileFormatError, match=r"run.lhco.gz: .* half-written or half-copied"):
        read_events("run.lhco.gz")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (EVENTS, True),
        ("# typ eta phi pt\n", True),
        ("# a comment\n", False),
        ("0.3 0.4 0.5\n", False),
        ("0 x\n", False),
    ],
)
def test_is_lhco(study: Path, text: str, expected: bool) -> None:
    (study / "text").write_text(text)
    assert lhco.is_lhco(study / "text") is expected


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_read_lhco_garbled(study: Path, data: st.DataObject) -> None:
    whole = bytearray((HEADER + EVENTS).encode())
    start = data.draw(st.integers(0, len(whole) - 1))
    whole[start : start + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=10))
    path = Path("garbled.lhco")
    path.write_bytes(whole)
    try:
        momenta = ak.to_numpy(ak.flatten(read_events(path).Jet.PT))
    except HmlError as error:
        message, momenta = str(error), np.zeros(0)
    else:
        message = path.name
    assert path.name in message
    assert np.isfinite(momenta).all()
