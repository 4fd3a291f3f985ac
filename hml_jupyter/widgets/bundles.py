"""Bundles beside the notebook, also those of somebody else: found, opened without trust, and described."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from stat import S_ISREG
from typing import Any, NamedTuple

from ..datasets import Dataset
from ..errors import HmlError, PathError
from ..observables import canonical_name
from ..preserve import Preserved, load_preserved
from ..preserve.card import CARD, Card, Input, Network
from ..preserve.missing import WISHLIST
from ..preserve.zipped import MOST_FILES, MOST_RECORD, holds_bundle
from ..records import RECORD
from ..studies import inside, study_name
from .base import FieldError

__all__ = ["card_of", "checklist", "content_of", "files_of", "near", "opened", "place_of", "stamp", "unfit"]

#: Files of a bundle that the panel shows as text, and letters of them.
TEXTS, MOST_TEXT = (".yaml", ".yml", ".md", ".json", ".txt", ".csv", ".py", ".cc", ".cxx"), 20_000
#: How a picture that it shows begins, bytes and pixels of the largest.
PNG, MOST_PICTURE, MOST_PIXELS = b"\x89PNG\r\n\x1a\n", 2_000_000, 25_000_000
#: Bundles that are offered, how deep they are looked for, and how many folders and zips are looked into.
OFFERED, DEPTH, LOOKED, ZIPS = 30, 4, 2000, 100
#: Inputs that a page shows.
MOST_INPUTS = 200


def near(top: Path) -> list[str]:
    """Return the folders and zips of bundles below `top`, the nearest first; links are not followed."""
    return [each.relative_to(top).as_posix() for each in islice(_near(top), OFFERED)]


def _near(top: Path) -> Iterator[Path]:
    waiting, zips = [top], ZIPS
    for _ in range(LOOKED):
        if not waiting:
            return
        here = waiting.pop(0)
        found = _looked_into(here)
        if found.has_card and here != top:
            yield here
        elif len(here.relative_to(top).parts) < DEPTH:
            waiting += found.folders[: LOOKED - len(waiting)]
            yield from filter(holds_bundle, found.zips[:zips])
            zips -= len(found.zips[:zips])


class _Inside(NamedTuple):
    """What is in a folder."""

    folders: list[Path]
    zips: list[Path]
    has_card: bool


def _looked_into(folder: Path) -> _Inside:
    """Return what is in a folder; nothing of one that cannot be read."""
    try:
        with os.scandir(folder) as entries:
            there = [each for _, each in zip(range(LOOKED), entries, strict=False) if not each.is_symlink()]
            shown = [e for e in there if not e.name.startswith((".", "_"))]
            folders = [e.name for e in shown if e.is_dir(follow_symlinks=False)]
            zips = [e.name for e in shown if e.name.lower().endswith(".zip") and e.is_file(follow_symlinks=False)]
            has_card = any(e.name == CARD and e.is_file() for e in there)
            return _Inside([folder / n for n in sorted(folders)], [folder / n for n in sorted(zips)], has_card)
    except OSError:
        return _Inside([], [], has_card=False)


def opened(given: Any) -> Preserved:
    """Open a bundle beside the notebook, a folder or a zip of it, by the path that was typed; nothing in it is run.

    Raises
    ------
    FieldError
        It is not inside the notebook's folder, has links, or more files than a bundle, or its card cannot be used.
    """
    path = _inside(given)
    try:
        if Path(path).is_dir():
            _check(Path(path))
        found = load_preserved(path)
        card_of(found)
        _ = found.fingerprint, found.stale
    except FieldError:
        raise
    except HmlError as error:
        raise FieldError("path", str(error)) from error
    except (TypeError, ValueError, KeyError, AttributeError, OSError) as error:
        msg = f"{path} cannot be opened: its {RECORD} is not what hml.preserve writes ({type(error).__name__}: {error})"
        raise FieldError("path", msg) from error
    return found


def _inside(given: Any) -> str:
    """Return a path that was typed, from the notebook's folder."""
    typed = str(given or "").strip()
    if not typed:
        raise FieldError(
            "path", "write the name of the bundle's folder or zip, seen from the notebook, such as 'theirs'"
        )
    here = Path.cwd().resolve()
    if Path(typed).is_absolute() and Path(typed).is_relative_to(here):
        typed = Path(typed).relative_to(here).as_posix()
    try:
        place = inside(typed, "the bundle ")
        links = [part for part in (Path(typed), *Path(typed).parents) if part.is_symlink()]
    except (PathError, OSError, ValueError) as error:
        msg = f"{typed[:100]!r} is no folder inside the notebook's: put the bundle there, then write its name, such as 'theirs'"
        raise FieldError("path", msg) from error
    if links:
        msg = f"{links[0].as_posix()} is a link, to {links[0].readlink()}: put the folder itself beside the notebook"
        raise FieldError("path", msg)
    if place == here / CARD:
        msg = f"{CARD} lies beside the notebook itself: put it and its files into a folder of their own"
        raise FieldError("path", msg)
    return (place.parent if place.name == CARD else place).relative_to(here).as_posix()


def _check(folder: Path) -> None:
    """Refuse a folder that is more than a bundle can be."""
    for count, each in enumerate(_walk(folder), 1):
        name = f"{folder.as_posix()}/{each.relative_to(folder).as_posix()}"
        if each.is_symlink():
            raise FieldError("path", f"{name} is a link: put the file itself there, it is not followed")
        if count > MOST_FILES:
            msg = f"{folder.as_posix()} holds more than {MOST_FILES} files and folders: write the folder of one bundle"
            raise FieldError("path", msg)
    record = folder / RECORD
    if record.is_file() and record.stat().st_size > MOST_RECORD:
        raise FieldError("path", f"{folder.as_posix()}/{RECORD} has more than {MOST_RECORD} bytes: that is no record")


def _walk(folder: Path) -> Iterator[Path]:
    """Give what is in a folder and below, links too, which are not followed."""
    for place, folders, files in os.walk(folder):
        yield from (Path(place) / name for name in sorted((*folders, *files)))


def place_of(bundle: Preserved) -> str:
    """Return the folder of a bundle, or its zip, seen from the notebook: its name in requests."""
    return study_name(bundle.archive or bundle.folder)


def files_of(bundle: Preserved) -> list[dict[str, Any]]:
    """Return the files of a bundle, those beside its card first; without links and our record of it, none where its zip is gone."""
    if bundle.archive is not None and not bundle.archive.is_file():
        return []
    return [
        {"name": name, "size": size, "as": _shown_as(name.lower(), size)}
        for name, size, _ in _there(bundle.folder)
        if name != RECORD
    ]


def _shown_as(name: str, size: int) -> str:
    return "text" if name.endswith(TEXTS) else "picture" if name.endswith(".png") and size <= MOST_PICTURE else ""


def stamp(bundle: Preserved) -> tuple[str, list[tuple[str, int, int]]]:
    """Return what changes when somebody writes to a bundle, or its zip is read anew: hash of the zip; name, size and time of files."""
    archive = bundle.archive
    return bundle.archive_sha256, list(_stamped(archive.parent, [archive])) if archive else _there(bundle.folder)


def _there(folder: Path) -> list[tuple[str, int, int]]:
    files = (each for _, each in zip(range(MOST_FILES), _walk(folder), strict=False))
    return sorted(_stamped(folder, files), key=lambda file: (file[0].count("/"), file))


def _stamped(top: Path, files: Iterable[Path]) -> Iterator[tuple[str, int, int]]:
    for each in files:
        with suppress(OSError):  # it may go while we look
            seen = each.lstat()
            if S_ISREG(seen.st_mode):
                yield each.relative_to(top).as_posix(), seen.st_size, seen.st_mtime_ns


def content_of(bundle: Preserved, name: str) -> dict[str, Any]:
    """Return the beginning of a text of a bundle, or a picture in base64.

    Raises
    ------
    FieldError
        It is none of its texts and pictures.
    """
    shown = {each["name"]: each["as"] for each in files_of(bundle)}.get(name)
    if not shown:
        msg = f"{name!r} is no text or picture of {bundle.name}"
        raise FieldError("file", msg)
    most = MOST_TEXT if shown == "text" else MOST_PICTURE
    with (bundle.folder / name).open("rb") as stream:
        content = stream.read(most + 1)
    if shown == "text":
        text = content[:most].decode("utf-8", errors="replace")
        return {"file": name, "text": text, "cut": len(content) > most}
    width, height = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
    if not content.startswith(PNG) or len(content) > most or width * height > MOST_PIXELS:
        msg = f"{name} of {bundle.name} is no PNG picture, or has more than {MOST_PIXELS} pixels"
        raise FieldError("file", msg)
    return {"file": name, "picture": b64encode(content).decode()}


def card_of(bundle: Preserved) -> dict[str, Any]:
    """Return what the card of a bundle says, as plain JSON."""
    card = bundle.card
    said = {name: card.about.get(name) for name in ("description", "authors", "licence", "citation")}
    return {
        "name": card.name,
        "description": _words(said.pop("description")),
        "inputs": [
            {
                "name": each.name,
                "unit": each.unit,
                "level": each.level,
                "definition": each.definition or (each.observable or ""),
                "missing": _missing(each),
            }
            for each in card.inputs[:MOST_INPUTS]
        ],
        "more_inputs": max(len(card.inputs) - MOST_INPUTS, 0),
        "kind": card.kind,
        "outputs": [{"name": each.name, "meaning": each.meaning} for each in card.outputs],
        "points": [point.text for point in card.points],
        "networks": [_network(each) for each in card.networks],
        "said": {name: _words(value) for name, value in said.items() if value},
    }


def _missing(each: Input) -> str:
    """Return what the network gets where an input is not there."""
    if each.level == "parameter":
        return "must be given" if each.value is None else f"{each.value:g} unless given"
    return "no score" if each.padding is None else f"{each.padding:g}"


def _network(network: Network) -> str:
    files = " and ".join(network.files.values())
    return f"{files}{f' where {network.when}' if network.when else ''}{f': {network.architecture}' if network.architecture else ''}"


def _words(value: Any) -> str:
    """Return what a card says as one text: somebody may have written a list."""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else "" if value is None else str(value)


def checklist(card: Card) -> list[dict[str, Any]]:
    """Return each question of the wishlist, and whether a card answers it; what is missing without the card's own word for it."""
    return [
        {"item": item, "ok": bool(answered(card)), "text": re.sub(r" \(.*\)$", "", text)}
        for item, (answered, text) in WISHLIST.items()
    ]


def unfit(card: Card, dataset: Dataset) -> str:
    """Return why a network cannot score a dataset, in a few words; empty where it has the inputs."""
    if card.kind != dataset.kind:
        return f"has no {card.kind}s" if card.kind != "set" else f"has {dataset.kind}s"
    if card.kind != "set":
        return ""
    if card.per != dataset.per:
        return f"has a row for each {dataset.per or 'event'}, not for each {card.per or 'event'}"
    lacks = [each.name for each in card.inputs if each.level != "parameter" and not _has(dataset, each)]
    few = ", ".join(lacks[:3]) + (f" and {len(lacks) - 3} more" if len(lacks) > 3 else "")
    return f"lacks {few}" if lacks else ""


def _has(dataset: Dataset, each: Input) -> bool:
    try:
        dataset.column_name(canonical_name(each.observable or each.name))
    except HmlError:
        return False
    return True
