"""LHE files as text, and events changed in them."""

from __future__ import annotations

import gzip
import math
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


def decayed(event: str) -> str:
    """Return an event whose Z boson, the first that comes out, has gone into muons across the beam, as MadSpin writes it.

    MadSpin counts the scales of production without the Z boson: those of muons come last.
    """
    n = n_partons(event) + 3
    lines = event.split("\n")
    words = lines[4].split()
    px, py, pz, energy, mass = map(float, words[6:11])
    lines[1] = " ".join([str(n + 2), *lines[1].split()[1:]])
    lines[4] = " ".join([words[0], "2", *words[2:]])
    muons = []
    for pdg, side in ((13, 0.5), (-13, -0.5)):
        # along x in the rest frame of the boson
        along = px * side
        shift = along / (energy + mass) + 0.5
        mine = (side * mass + px * shift, py * shift, pz * shift)
        muons.append(f"{pdg} 1 3 3 0 0 {mine[0]!r} {mine[1]!r} {mine[2]!r} {math.hypot(*mine)!r} 0 0 9")
    scales = [scale for _, scale in re.findall(r'pt_clust_(\d+)="([^"]*)"', event)]
    numbered = " ".join(
        f'pt_clust_{i}="{scale}"' for i, scale in enumerate([*scales[1:], scales[0], scales[0]], start=3)
    )
    text = "\n".join([*lines[: 2 + n], *muons, *lines[2 + n :]])
    return re.sub(r"<scales .*?>", f"<scales {numbered}>", text)
