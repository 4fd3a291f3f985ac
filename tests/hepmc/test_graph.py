from __future__ import annotations

import numpy as np
import pytest

from hml_jupyter.errors import FileFormatError
from hml_jupyter.hepmc.graph import parse, version_of, weight_names
from hml_jupyter.hepmc.text import Piece

HEAD = Piece("x.hepmc", 0, 1, b"HepMC::Version 3.02.06\nHepMC::Asciiv3-START_EVENT_LISTING\nW nominal\\|up\n")
THREE = (
    b"E 7 2 5\nU MEV MM\nW 1.5 -2\nA 0 GenCrossSection 5.0 0.5 1 1\nA 2 flow1 501\n"
    b"P 1 0 2212 0 0 5 5 0 4\nP 2 0 2212 0 0 -5 5 0 4\nV -1 0 [1,2] @ 0 0 0 0\n"
    b"P 3 -1 23 1 0 2 3 1.5e0 2\nP 4 3 13 -1 0 3 2 0 1\nP 5 3 -13 -1 0 3 2 0 1\n"
)
TWO_HEAD = Piece("x.hepmc", 0, 1, b"\nHepMC::Version 2.06.09\nHepMC::IO_GenEvent-START_EVENT_LISTING\n")
TWO = (
    b'E 7 -1 0 1 1 0 0 2 10 20 1 4 2 1.5 -2\nN 2 "nominal" "up"\nU MEV MM\nC 5.0 0.5\n'
    b"V -2 0 0 0 0 0 0 2 0\nP 40 13 -1 0 3 2 0 1 0 0 0 0\nP 50 -13 -1 0 3 2 0 1 0 0 0 1 1 501\n"
    b"V -1 0 0 0 0 0 2 1 0\nP 10 2212 0 0 5 5 0 4 0 0 -1 0\nP 20 2212 0 0 -5 5 0 4 0 0 -1 0\n"
    b"P 30 23 1 0 2 3 1.5e0 2 0 0 -2 0\n"
)


def test_parse_three() -> None:
    graph = parse(Piece("x.hepmc", 1, 4, THREE), version_of(HEAD))
    assert (graph.number, graph.weights, graph.sigma, graph.unit) == (7, [1.5, -2.0], (5.0, 0.5), "MEV")
    assert graph.particles[2].tolist() == [23.0, 1.0, 0.0, 2.0, 3.0, 1.5, 2.0]
    assert graph.mothers.tolist() == [[-1, -1], [-1, -1], [0, 1], [2, -1], [2, -1]]
    assert weight_names(HEAD) == ["nominal", "up"]


def test_parse_two() -> None:
    graph = parse(Piece("x.hepmc", 1, 4, TWO), version_of(TWO_HEAD))
    assert (graph.number, graph.weights, graph.sigma, graph.unit) == (7, [1.5, -2.0], (5.0, 0.5), "MEV")
    assert graph.weight_names == ["nominal", "up"]
    assert graph.particles[4].tolist() == [23.0, 1.0, 0.0, 2.0, 3.0, 1.5, 2.0]
    assert graph.mothers.tolist() == [[4, -1], [4, -1], [-1, -1], [-1, -1], [2, 3]]
    assert weight_names(TWO_HEAD) == []


@pytest.mark.parametrize(("head", "text"), [(HEAD, THREE), (TWO_HEAD, TWO)])
def test_parse_other_line_ends(head: Piece, text: bytes) -> None:
    plain, other = (parse(Piece("x", 1, 1, each), version_of(head)) for each in (text, text.replace(b"\n", b"\r\n")))
    assert np.array_equal(plain.particles, other.particles)


@pytest.mark.parametrize(("head", "text"), [(HEAD, b"E 1 0 0\n"), (TWO_HEAD, b"E 1 -1 0 1 1 0 0 0 0 0 0 0\n")])
def test_parse_nothing(head: Piece, text: bytes) -> None:
    graph = parse(Piece("x", 1, 1, text), version_of(head))
    assert graph.particles.shape == (0, 7)
    assert graph.mothers.shape == (0, 2)
    assert graph.unit is None


def test_version_of_another_format() -> None:
    head = Piece("x.hepmc", 0, 1, b"HepMC::IO_Ascii-START_EVENT_LISTING\n")
    with pytest.raises(FileFormatError, match=r"version 2 \(IO_GenEvent\) or 3 \(Asciiv3\); found 'HepMC::IO_Ascii"):
        version_of(head)


@pytest.mark.parametrize(
    ("head", "text", "good", "bad", "message"),
    [
        (
            HEAD,
            THREE,
            b"23 1 0 2 3",
            b"23 1 0 2x 3",
            r"\(line 12\) cannot be read: 'P 3 -1 23 .* is not what HepMC writes",
        ),
        (HEAD, THREE, b"23 1 0 2 3", b"23 1 0 3", r"\(line 12\)"),
        (HEAD, THREE, b"E 7 2 5", b"E 7 two 5", r"\(line 4\) cannot be read: 'E 7 two 5'"),
        (HEAD, THREE, b"U MEV", b"U KEV", r"\(line 5\)"),
        (HEAD, THREE, b"P 5 3", b"P 6 3", r"\(line 4\) .* not numbered one after the other"),
        (HEAD, THREE, b"P 5 3 -13 -1 0 3 2 0 1\n", b"", r"\(line 4\) .* announces 5 particles and has 4"),
        (HEAD, THREE, b"V -1 0 [1,2] @ 0 0 0 0\n", b"", r"\(line 4\) .* announces 2 vertices and has 1"),
        (HEAD, THREE, b"[1,2]", b"[1,9]", r"\(line 4\) .* a particle comes from one that is not there"),
        (HEAD, THREE, b"P 3 -1", b"P 3 -4", r"\(line 4\) .* a particle comes from one that is not there"),
        (TWO_HEAD, TWO, b"20 1 4 2 1.5", b"20 1 4 3 1.5", r"\(line 4\) cannot be read: 'E 7"),
        (TWO_HEAD, TWO, b"P 30 23 1", b"P 30 23 ?", r"\(line 14\) cannot be read: 'P 30 23"),
        (TWO_HEAD, TWO, b"V -1 0 0", b"V -1", r"\(line 11\) cannot be read: 'V -1"),
        (TWO_HEAD, TWO, b"P 20 2212 0 0 -5 5 0 4 0 0 -1 0\n", b"", r"\(line 4\) .* announces 5 particles and has 4"),
        (TWO_HEAD, TWO, b"1.5e0 2 0 0 -2 0", b"1.5e0 2 0 0 -3 0", r"\(line 4\) .* announces 2 vertices and has 3"),
        (TWO_HEAD, TWO, b"V -2 0", b"V -3 0", r"\(line 4\) .* announces 2 vertices and has 3"),
        (TWO_HEAD, TWO, TWO, TWO + TWO[TWO.index(b"V -2") :], r"\(line 4\) .* announces 2 vertices and has 4"),
    ],
)
def test_parse_refuses(head: Piece, text: bytes, good: bytes, bad: bytes, message: str) -> None:
    with pytest.raises(FileFormatError, match=rf"x.hepmc: expected a HepMC file; event 1 {message}"):
        parse(Piece("x.hepmc", 1, 4, text.replace(good, bad, 1)), version_of(head))
