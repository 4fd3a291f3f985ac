"""LHE files as text, and events changed in them."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from pathlib import Path

END = "</LesHouchesEvents>\n"


def parts(file: Path) -> tuple[str, list[str]]:
    """Return the head of a packed file and its events."""
    text = gzip.decompress(file.read_bytes()).decode()
    return text[: text.index("<event>")], re.findall(r"<event>.*?</event>\n", text, re.DOTALL)


def write(name: str, head: str, events: Iterable[str]) -> str:
    Path(name).write_text("".join((head, *events, END)))
    return name


def n_partons(event: str) -> int:
    """Return how many particles come out beside the first, which is the Z boson."""
    return int(event.split("\n")[1].split(maxsplit=1)[0]) - 3


def weighted(event: str, factor: float) -> str:
    """Return an event with another weight."""
    lines = event.split("\n")
    words = lines[1].split()
    words[2] = f"{float(words[2]) * factor:.7e}"
    return "\n".join([lines[0], " ".join(words), *lines[2:]])


def broken(event: str) -> str:
    """Return an event with a colour line that begins nowhere, which nothing can shower."""
    lines = event.split("\n")
    for index, words in enumerate(line.split() for line in lines):
        if len(words) == 13 and words[1] == "-1" and words[0] != "21":
            lines[index] = " ".join([*words[:4], "777", "0", *words[6:]])
            break
    return "\n".join(lines)


def scaled(event: str, scale: float) -> str:
    """Return an event whose partons all have another scale of production, GeV."""
    return re.sub(r'(pt_clust_\d+=)"[^"]*"', rf'\1"{scale}"', event)
