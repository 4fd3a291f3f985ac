from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from hml_jupyter.errors import FileFormatError
from hml_jupyter.streams import unpacked


@pytest.mark.parametrize("name", ["text", "text.gz"])
def test_unpacked_by_content(study: Path, name: str) -> None:
    for content in (b"some text", gzip.compress(b"some text"), gzip.compress(b"some ") + gzip.compress(b"text")):
        (study / name).write_bytes(content)
        with unpacked(study / name, "a text") as stream:
            assert stream.read() == b"some text"


def test_unpacked_half_written(study: Path) -> None:
    (study / "text.gz").write_bytes(gzip.compress(b"some text")[:-4])
    with (
        pytest.raises(FileFormatError, match=r"text.gz: expected a text; .* half-written"),
        unpacked(study / "text.gz", "a text") as stream,
    ):
        stream.read()


def test_unpacked_damaged(study: Path) -> None:
    packed = bytearray(gzip.compress(bytes(range(256)) * 50))
    packed[60] ^= 0xFF
    (study / "text.gz").write_bytes(packed)
    with (
        pytest.raises(FileFormatError, match=r"text.gz: expected a text; it cannot be read"),
        unpacked(study / "text.gz", "a text") as stream,
    ):
        stream.read()


def test_unpacked_folder(study: Path) -> None:
    with pytest.raises(FileFormatError, match="expected a text; it cannot be read"), unpacked(study, "a text"):
        pass
