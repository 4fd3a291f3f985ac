"""Opening files that may be gzipped."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from .errors import FileFormatError

__all__ = ["unpacked"]

GZIP = b"\x1f\x8b"


@contextmanager
def unpacked(path: Path, expected: str) -> Iterator[IO[bytes]]:
    """Open a file for reading its bytes, unpacked if it is gzipped; its content decides, not its name.

    Parameters
    ----------
    path : Path
        The file.
    expected : str
        What it should be, for messages: ``"a HepMC file"``.

    Raises
    ------
    FileFormatError
        While it is read: it is no file, its gzip data end early or are damaged.
    """
    try:
        with path.open("rb") as raw:
            is_packed = raw.read(len(GZIP)) == GZIP
            raw.seek(0)
            if is_packed:
                with gzip.open(raw) as stream:
                    yield cast("IO[bytes]", stream)
            else:
                yield raw
    except EOFError as error:
        msg = (
            f"{path.name}: expected {expected}; it cannot be read to its end: the gzip data stop early, "
            "the file is half-written or half-copied; copy or make it again"
        )
        raise FileFormatError(msg) from error
    except (OSError, zlib.error) as error:
        msg = f"{path.name}: expected {expected}; it cannot be read ({error}); copy or make it again"
        raise FileFormatError(msg) from error
