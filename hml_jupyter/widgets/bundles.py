"""Bundles beside the notebook, also those of somebody else: found, opened without trust, and described."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from stat import S_ISREG
from typing import Any

from ..datasets import Dataset
from ..errors import HmlError, PathError
from ..observables import canonical_name
from ..preserve import Preserved, load_preserved
from ..preserve.card import CARD, Card, Input, Network
from ..preserve.missing import WISHLIST
from ..preserve.zipped import MOST_FILES, MOST_RECORD
from ..records import RECORD
from ..studies import inside, study_name
from .base import FieldError

__all__ = ["card_of", "checklist", "files_of", "near", "opened", "place_of", "stamp", "text_of", "unfit"]

#: Files of a bundle that the panel shows as text, and letters of them.
SHOWN, MOST_TEXT = (".yaml", ".yml", ".md", ".json", ".txt", ".csv", ".py", ".cc", ".cxx"), 20_000
#: Folders that are offered, how deep they are looked for, and how many folders are looked into.
OFFERED, DEPTH, LOOKED = 30, 4, 2000
#: Inputs that a page shows.
MOST_INPUTS = 200


def near(top: Path) -> list[str]:
    """Return the folders below `top` that have a card, the nearest first; links are not followed."""
    found: list[str] = []
    waiting = [top]
    for _ in range(LOOKED):
        if not waiting or len(found) >= OFFERED:
            break
        here = waiting.pop(0)
        folders, has_card = _looked_into(here)
        if has_card and here != top:
            found.append(here.relative_to(top).as_posix())
        elif len(here.relative_to(top).parts) < DEPTH:
            waiting += folders[: LOOKED - len(waiting)]
    return found


def _looked_into(folder: Path) -> tuple[list[Path], bool]:
    """Return the folders in a folder, and whether a card is there; nothing of one that cannot be read."""
    try:
        with os.scandir(folder) as entries:
            there = [each for _, each in zip(range(LOOKED), entries, strict=False) if not each.is_symlink()]
            folders = [e.name for e in there if e.is_dir(follow_symlinks=False) and not e.name.startswith((".", "_"))]
            return [folder / name for name in sorted(folders)], any(e.name == CARD and e.is_file() for e in there)
    except OSError:
        return [], False


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
        {"name": name, "size": size, "text": name.lower().endswith(SHOWN)}
        for name, size, _ in _there(bundle.folder)
        if name != RECORD
    ]


def stamp(bundle: Preserved) -> list[tuple[str, int, int]]:
    """Return name, size and time of each file of a bundle, its zip too: they change when somebody writes to it."""
    archive = bundle.archive
    return [*(_stamped(archive.parent, [archive]) if archive else ()), *_there(bundle.folder)]


def _there(folder: Path) -> list[tuple[str, int, int]]:
    files = (each for _, each in zip(range(MOST_FILES), _walk(folder), strict=False))
    return sorted(_stamped(folder, files), key=lambda file: (file[0].count("/"), file))


def _stamped(top: Path, files: Iterable[Path]) -> Iterator[tuple[str, int, int]]:
    for each in files:
        with suppress(OSError):  # it may go while we look
            seen = each.lstat()
            if S_ISREG(seen.st_mode):
                yield each.relative_to(top).as_posix(), seen.st_size, seen.st_mtime_ns


def text_of(bundle: Preserved, name: str) -> dict[str, Any]:
    """Return the beginning of a file of a bundle.

    Raises
    ------
    FieldError
        It is none of its texts.
    """
    if name not in {each["name"] for each in files_of(bundle) if each["text"]}:
        msg = f"{name!r} is no text of {bundle.name}"
        raise FieldError("file", msg)
    with (bundle.folder / name).open("rb") as stream:
        content = stream.read(MOST_TEXT + 1)
    return {
        "file": name,
        "text": content[:MOST_TEXT].decode("utf-8", errors="replace"),
        "cut": len(content) > MOST_TEXT,
    }


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
    """Return each question of the wishlist, and whether a card answers it."""
    return [{"item": item, "ok": bool(answered(card)), "text": text} for item, (answered, text) in WISHLIST.items()]


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
