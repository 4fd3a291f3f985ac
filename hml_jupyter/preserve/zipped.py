"""Bundles that are packed into one file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from ..archives import SUMS, Limits, check_sums, extract, listed, members, opened, refuse
from ..records import RECORD
from ..studies import MARK
from .card import CARD

__all__ = ["holds_bundle", "is_packed", "unzipped"]

#: Files of the largest bundle, and bytes of its largest record.
MOST_FILES, MOST_RECORD = 1000, 4_000_000
LIMITS = Limits("bundle", MOST_FILES, 2**30)


def is_packed(place: Path) -> bool:
    """Tell whether this is an archive, by its name."""
    return place.suffix.lower() == ".zip" and place.is_file()


def holds_bundle(place: Path) -> bool:
    """Tell whether an archive looks like one of a bundle, from its names alone."""
    return len(_cards(listed(place))) == 1


def _cards(paths: Iterable[PurePosixPath]) -> list[PurePosixPath]:
    """Return the folders of the cards that are at the top of an archive, or in a folder there."""
    return [path.parent for path in paths if path.name == CARD and len(path.parts) <= 2]


def unzipped(place: Path, into: Path) -> Path:
    """Unpack a bundle into an empty folder; return where its card is.

    The card lies at the top of the archive, or in the one folder there; what lies beside that folder is left out. Where checksums
    lie there, as ``hml.pack`` writes them, the files are compared with them.

    Raises
    ------
    FileFormatError
        It is no archive of one bundle, leads out of it, has links, or more than a bundle can have.
    DamagedError
        A file is not what was packed.
    """
    with opened(place, "packed bundle") as archive:
        found = members(archive, place.name, LIMITS)
        paths = [PurePosixPath(info.filename) for info in found]
        cards = _cards(paths)
        if len(cards) != 1:
            if any(path.name == MARK and len(path.parts) == 2 for path in paths):
                refuse(place.name, f'it is a packed study, which hml.Lab("{place.as_posix()}") opens')
            refuse(
                place.name,
                f"it holds {len(cards)} preserved networks, not one with its {CARD} at the top or in one folder",
            )
        if any(path.name == RECORD and info.file_size > MOST_RECORD for info, path in zip(found, paths, strict=True)):
            refuse(place.name, f"its {RECORD} has more than {MOST_RECORD} bytes: that is no record")
        sums = PurePosixPath(SUMS)
        wanted = [
            info for info, path in zip(found, paths, strict=True) if path == sums or path.is_relative_to(cards[0])
        ]
        extract(archive, wanted, into)
    if sums in paths:
        check_sums(into, place.name, cards[0].as_posix())
    return into / cards[0]
