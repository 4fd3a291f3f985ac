from __future__ import annotations

import gzip
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from hml_jupyter.errors import FileFormatError
from hml_jupyter.events import read_events
from hml_jupyter.lhe import join_lhe, lhe_pieces, read_lhe, read_lhe_head, sum_lhe

EVENT = """<event>
 4 1 {weight} 91.188 0.00755 0.118
 21 -1 0 0 501 502 0.0 0.0 100.0 100.0 0.0 0. 9.
 21 -1 0 0 502 501 0.0 0.0 -100.0 100.0 0.0 0. 9.
 6 1 1 2 501 0 30.0 40.0 0.0 180.278 173.0 0. 9.
 -6 1 1 2 0 501 -30.0 -40.0 0.0 180.278 173.0 0. 9.
</event>
"""
LHE = """<LesHouchesEvents version="3.0">
<header></header>
<init>
2212 2212 6500.0 6500.0 0 0 247000 247000 -4 1
503.6 2.8 503.6 1
</init>
{events}</LesHouchesEvents>
"""


def text(n: int = 2) -> str:
    return LHE.format(events="".join(EVENT.format(weight=2.0 + i) for i in range(n)))


@pytest.mark.parametrize("packed", [False, True])
def test_read_lhe(study: Path, packed: bool) -> None:
    (study / "tt.lhe").write_bytes(gzip.compress(text().encode()) if packed else text().encode())
    events = read_events("tt.lhe")
    assert events.Event.Weight.tolist() == [[2.0], [3.0]]
    top = events.Particle[0, 2]
    assert (top.PID, top.Status, top.M1) == (6, 1, 1)
    assert [top.PT, top.Eta, top.Phi, top.Mass] == pytest.approx([50.0, 0.0, np.arctan2(4, 3), 173.0])
    assert events.Particle.Eta[0, :2].tolist() == [np.inf, -np.inf]


def test_read_lhe_cut_short(study: Path) -> None:
    (study / "cut.lhe").write_text(text()[:-60])
    with pytest.raises(
        FileFormatError, match=r"cut.lhe: expected an LHE file; event 2 does not end: the file is cut short"
    ):
        read_events("cut.lhe")
    (study / "cut.lhe.gz").write_bytes(gzip.compress(text(50).encode())[:-30])
    with pytest.raises(FileFormatError, match=r"cut.lhe.gz"):
        read_events("cut.lhe.gz")


def test_read_lhe_without_events(study: Path) -> None:
    (study / "none.lhe").write_text(text(0))
    with pytest.raises(FileFormatError, match="found none"):
        read_events("none.lhe")


@pytest.mark.shared_data
def test_read_lhe_real_file(shared: Path) -> None:
    events = read_events(shared / "mg5_pp2tt/Events/run_01/unweighted_events.lhe.gz")
    assert len(events) == 100
    assert events.Event.Weight[0, 0] == pytest.approx(503.6, abs=2.8)
    tops = events.Particle[abs(events.Particle.PID) == 6]
    assert {len(t) for t in tops} == {2}


def test_read_lhe_weights(study: Path) -> None:
    varied = EVENT.format(weight=2.0).replace(
        "</event>", "<rwgt>\n<wgt id='1'> 2.5 </wgt>\n<wgt id='2'> 1.5 </wgt>\n</rwgt>\n</event>"
    )
    header = (
        "<header>\n<initrwgt>\n<weight id='1'> up </weight>\n<weight id='2'> down </weight>\n</initrwgt>\n</header>"
    )
    (study / "tt.lhe").write_text(LHE.format(events=varied).replace("<header></header>", header))
    assert read_lhe(study / "tt.lhe").Weight.Weight.tolist() == [[2.5, 1.5]]
    (study / "nan.lhe").write_text((study / "tt.lhe").read_text().replace(" 1.5 ", " nan "))
    with pytest.raises(FileFormatError, match=r"nan.lhe: .* event 1: a weight of its variations is no finite number"):
        read_lhe(study / "nan.lhe")
    (study / "tt.lhe").write_text(text())
    assert "Weight" not in read_lhe(study / "tt.lhe").fields


def test_read_lhe_head(study: Path) -> None:
    (study / "tt.lhe").write_text(text())
    head = read_lhe_head(study / "tt.lhe")
    assert head[1:] == ((2212, 2212), (6500.0, 6500.0), 503.6, 2.8, "")
    assert head.text.startswith("<LesHouchesEvents")
    assert head.text.rstrip().endswith("</init>")
    two = text().replace("-4 1\n503.6 2.8 503.6 1", "-4 2\n3.0 0.3 1.0 1\n4.0 0.4 1.0 2")
    (study / "two.lhe").write_text(two.replace("</init>", "<generator name='MG' version='3'>x</generator>\n</init>"))
    head = read_lhe_head(study / "two.lhe")
    assert (head.cross_section, head.error, head.generator) == (7.0, pytest.approx(0.5), "MG 3")


@pytest.mark.parametrize("broken", ["", "hello", "\n", "<LesHouchesEvents>\n", "<LesHouchesEvents>\n<init>\n</init>\n"])
def test_read_lhe_head_broken(study: Path, broken: str) -> None:
    (study / "x.lhe").write_text(broken)
    with pytest.raises(FileFormatError, match=r"x.lhe: expected an LHE file"):
        read_lhe_head(study / "x.lhe")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("6500.0 6500.0", "0 6500.0", "the energies of the beams are 0 and 6500 GeV"),
        ("6500.0 6500.0", "6500.0 1e30", r"the energies of the beams are 6500 and 1e\+30 GeV"),
        ("-4 1\n", "7 1\n", "its weights are of the kind 7"),
        ("-4 1\n", "-4 0\n", "it announces 0 subprocesses and has others"),
        ("-4 1\n", "-4 2\n", "it announces 2 subprocesses and has others"),
        ("-4 1\n", "-4\n", "its first line has 10 numbers"),
        ("503.6 2.8 503.6", "-503.6 2.8 503.6", "the cross section is -503.6 pb; it must be positive"),
        ("503.6 2.8 503.6", "nan 2.8 503.6", "the cross section is nan pb"),
        ("503.6 2.8 503.6", "503.6 -2.8 503.6", "and its error not negative"),
        ("503.6 2.8 503.6", "abc 2.8 503.6", "could not convert string to float"),
    ],
)
def test_read_lhe_head_names_what_cannot_be(study: Path, old: str, new: str, reason: str) -> None:
    assert old in text()
    (study / "x.lhe").write_text(text().replace(old, new))
    with pytest.raises(FileFormatError, match=rf"x.lhe: expected an LHE file; its <init> cannot be read \(.*{reason}"):
        read_lhe_head(study / "x.lhe")


@pytest.mark.parametrize("before", ["\n\n", '<?xml version="1.0"?>\n'])
def test_read_lhe_head_after_other_lines(study: Path, before: str) -> None:
    (study / "x.lhe").write_text(before + text())
    assert read_lhe_head(study / "x.lhe").text.startswith("<LesHouchesEvents")
    assert len(read_lhe(study / "x.lhe")) == 2
    assert next(lhe_pieces(study / "x.lhe", 1)).startswith(b"<LesHouchesEvents")


def test_read_lhe_with_the_line_ends_of_windows(study: Path) -> None:
    (study / "x.lhe").write_bytes(text().replace("\n", "\r\n").encode())
    assert read_lhe(study / "x.lhe").Event.Weight.tolist() == [[2.0], [3.0]]
    assert (read_lhe_head(study / "x.lhe").cross_section, sum_lhe(study / "x.lhe").n_events) == (503.6, 2)


def test_sum_lhe(study: Path) -> None:
    (study / "tt.lhe").write_text(text(3))
    (study / "tt.lhe.gz").write_bytes(gzip.compress(text(3).encode()))
    (study / "other.lhe").write_text(text(3).replace("<header></header>", "<header>Monday</header>"))
    sums = sum_lhe(study / "tt.lhe")
    assert (sums.n_events, sums.sum_of_weights) == (3, 9.0)
    assert sum_lhe(study / "tt.lhe.gz") == sum_lhe(study / "other.lhe") == sums
    (study / "other.lhe").write_text(text(3).replace("30.0 40.0", "40.0 30.0"))
    assert sum_lhe(study / "other.lhe").sha256 != sums.sha256
    (study / "cut.lhe").write_text(text(3)[:-40])
    with pytest.raises(FileFormatError, match=r"cut.lhe: .* event 3 does not end"):
        sum_lhe(study / "cut.lhe")
    (study / "cut.lhe").write_text(text(3).replace("</LesHouchesEvents>", ""))
    with pytest.raises(FileFormatError, match=r"cut.lhe: .* it is cut short"):
        sum_lhe(study / "cut.lhe")
    (study / "cut.lhe.gz").write_bytes(gzip.compress(text(50).encode())[:-30])
    with pytest.raises(FileFormatError, match=r"cut.lhe.gz: .* may be cut short"):
        sum_lhe(study / "cut.lhe.gz")


def test_sum_lhe_has_the_ids_of_the_particles(study: Path) -> None:
    (study / "tt.lhe").write_text(text(2))
    assert sum_lhe(study / "tt.lhe").ids == {21, 6, -6}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("4 1 3.0 ", "4 1 abc ", "event 2: its first line cannot be read .*abc"),
        ("4 1 3.0 ", "4 1 nan ", "event 2: its first line cannot be read .*six finite numbers"),
        ("3.0 91.188 0.00755 0.118", "3.0 91.188", "event 2: its first line cannot be read"),
        ("4 1 3.0 ", "5 1 3.0 ", "event 2: it announces 5 particles and has 4"),
        ("</event>\n<event>", "<event>", "event 1 does not end"),
    ],
)
def test_sum_lhe_names_the_event(study: Path, old: str, new: str, reason: str) -> None:
    (study / "x.lhe").write_text(text(2).replace(old, new))
    for read in (sum_lhe, read_lhe):
        with pytest.raises(FileFormatError, match=f"x.lhe: expected an LHE file; {reason}"):
            read(study / "x.lhe")


def test_sum_lhe_refuses_what_is_not_showered_where_it_is(study: Path) -> None:
    (study / "x.lhe").write_text(text(2).replace(" -6 1 1 2", " -6 -2 1 2"))
    assert sum_lhe(study / "x.lhe").n_events == len(read_lhe(study / "x.lhe")) == 2
    with pytest.raises(FileFormatError, match=r"event 1, particle 4 \('-6 -2 1 2 .* status is -2, and Pythia8"):
        sum_lhe(study / "x.lhe", showered=True)


def test_lhe_pieces(study: Path) -> None:
    (study / "tt.lhe.gz").write_bytes(gzip.compress(text(5).encode()))
    pieces = list(lhe_pieces(study / "tt.lhe.gz", 2))
    assert [piece.count(b"<event>") for piece in pieces] == [2, 2, 1]
    assert list(lhe_pieces(study / "tt.lhe.gz", 2, 1)) == pieces[1:]
    assert [piece.count(b"<event>") for piece in lhe_pieces(study / "tt.lhe.gz", 2, 0, 3)] == [2, 1]
    weights = []
    for index, piece in enumerate(pieces):
        (study / f"{index}.lhe").write_bytes(piece)
        weights += read_lhe(study / f"{index}.lhe").Event.Weight[:, 0].tolist()
        assert read_lhe_head(study / f"{index}.lhe").cross_section == 503.6
    assert weights == [2.0, 3.0, 4.0, 5.0, 6.0]


def test_lhe_pieces_memory_is_flat(study: Path) -> None:
    (study / "long.lhe").write_text(text(20_000))
    tracemalloc.start()
    n = sum(1 for _ in lhe_pieces(study / "long.lhe", 100))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert n == 200
    assert peak < (study / "long.lhe").stat().st_size / 20


def test_join_lhe(study: Path) -> None:
    (study / "a.lhe").write_text(text(1).replace("503.6 2.8", "2.0 0.3"))
    (study / "b.lhe").write_text(text(3).replace("503.6 2.8", "4.0 0.1"))
    sigma, error = join_lhe([study / "a.lhe", study / "b.lhe"], study / "both.lhe.gz")
    assert (sigma, error) == (pytest.approx(3.5), pytest.approx(0.10606601717798213))
    head = read_lhe_head(study / "both.lhe.gz")
    assert (head.cross_section, head.error) == (pytest.approx(3.5), pytest.approx(0.106066017))
    assert read_lhe(study / "both.lhe.gz").Event.Weight.tolist() == [[2.0], [2.0], [3.0], [4.0]]


@pytest.mark.shared_data
def test_join_lhe_is_what_madgraph_joins(shared: Path, study: Path) -> None:
    place = shared / "mg5_pp2tt/Events"
    files = [place / name / "unweighted_events.lhe.gz" for name in ("run_02_0", "run_02_1")]
    sigma, error = join_lhe(files, study / "both.lhe.gz")
    theirs = read_lhe_head(place / "run_02/unweighted_events.lhe.gz")
    assert (sigma, error) == (pytest.approx(theirs.cross_section, abs=0.1), pytest.approx(theirs.error, rel=0.01))
    ours = read_lhe(study / "both.lhe.gz").Particle.PT
    assert ours.tolist() == read_lhe(place / "run_02/unweighted_events.lhe.gz").Particle.PT.tolist()
