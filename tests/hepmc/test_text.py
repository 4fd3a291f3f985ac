from __future__ import annotations

import io

import pytest

from hml_jupyter.errors import FileFormatError
from hml_jupyter.hepmc.text import Piece, pieces

HEAD = b"HepMC::Version 3.02.06\nHepMC::Asciiv3-START_EVENT_LISTING\n"
EVENT = b"E 0 1 0\nU GEV MM\nW 1\n"
END = b"HepMC::Asciiv3-END_EVENT_LISTING\n\n"


@pytest.mark.parametrize("block", [7, 64, 1 << 20])
def test_pieces(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr("hml_jupyter.hepmc.text.BLOCK", block)
    found = list(pieces("x.hepmc", io.BytesIO(HEAD + EVENT + EVENT + END)))
    assert [(piece.number, piece.line) for piece in found] == [(0, 1), (1, 3), (2, 6)]
    assert found[0].text == HEAD
    assert found[1].text == EVENT
    assert found[2].text == EVENT + END


@pytest.mark.parametrize("text", [b"", HEAD, HEAD + EVENT, HEAD + EVENT + END[:-15]])
def test_pieces_without_end(text: bytes) -> None:
    with pytest.raises(
        FileFormatError, match=r"x.hepmc: expected a HepMC file; it ends in .* without END_EVENT_LISTING"
    ):
        list(pieces("x.hepmc", io.BytesIO(text)))


def test_rows_end_with_the_event() -> None:
    piece = Piece("x.hepmc", 2, 6, EVENT + END + HEAD)
    assert list(piece.rows()) == [(6, b"E 0 1 0"), (7, b"U GEV MM"), (8, b"W 1")]


@pytest.mark.parametrize("line", [b"hello", b"PX", b"\xff\x00", b"12 13"])
def test_rows_strange_line(line: bytes) -> None:
    with pytest.raises(
        FileFormatError, match=r"event 2 \(line 8\) cannot be read: .* is no line of an event; the file is damaged"
    ):
        list(Piece("x.hepmc", 2, 6, b"E 0 1 0\n\n" + line + b"\n").rows())
