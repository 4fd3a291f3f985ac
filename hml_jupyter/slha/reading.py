"""The text of an SLHA file, read once.

Source: the SUSY Les Houches Accord, hep-ph/0311123 and arXiv:0801.0045.
"""

from __future__ import annotations

import math
import re
from typing import NoReturn

from ..errors import FileFormatError
from .spectrum import Decay, Spectrum

__all__ = ["BLOCKS", "read_slha"]

#: Blocks that are used -> how many numbers name an entry.
BLOCKS = {
    "MODSEL": 1, "SMINPUTS": 1, "MINPAR": 1, "MASS": 1, "NMIX": 2, "UMIX": 2, "VMIX": 2, "STOPMIX": 2, "SBOTMIX": 2, "STAUMIX": 2,
    "USQMIX": 2, "DSQMIX": 2, "SELMIX": 2, "SNUMIX": 2, "ALPHA": 0, "HMIX": 1,
}  # fmt: skip
#: Blocks that are looked at and not handed on.
_LOOKED_AT = ("MODSEL", "SMINPUTS")
#: Parts of a mixing matrix that are not real.
_COMPLEX = re.compile(r"IM[A-Z]*MIX\Z")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eEdD][+-]?\d{1,3})?\Z")
_WHOLE = re.compile(r"[+-]?\d{1,9}\Z")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,60}\Z")
#: A command of a generator.
_COMMAND = re.compile(r"[\w*+-]+:\w+[\w()*:~+-]*\s*=|^\s*(set|launch|generate|import)\s", re.IGNORECASE)
#: Particles come out of a decay, at most; Pythia8 takes no more.
_MOST = 8


def read_slha(text: str) -> Spectrum:
    r"""Return what an SLHA file says.

    Parameters
    ----------
    text : str
        The whole file.

    Returns
    -------
    Spectrum
        The blocks that the embedded generator uses, and all decays. Other blocks are left out.

    Raises
    ------
    FileFormatError
        A line that does not belong there, with its number.

    Examples
    --------
    >>> spectrum = read_slha("Block MASS\n 1000021 1500.0 # gluino\nDECAY 1000021 5.0\n 1.0 3 6 -6 1000022\n")
    >>> spectrum.mass(1000021), spectrum.decays[1000021].channels
    (1500.0, ((1.0, (-6, 6, 1000022)),))
    """
    reader = _Reader()
    for number, line in enumerate(text.splitlines(), 1):
        reader.read(number, line)
    return Spectrum(reader.blocks, reader.decays)


class _Reader:
    """Where in a file the reading is."""

    def __init__(self) -> None:
        self.blocks: dict[str, dict[tuple[int, ...], float]] = {}
        self.decays: dict[int, Decay] = {}
        self._block: str | None = None
        self._decay = 0

    def read(self, number: int, line: str) -> None:
        """Take one more line."""
        self._where = f"line {number} of the SLHA file, {line.strip()[:60]!r}"
        kept = line.partition("#")[0].replace("\t", " ")
        words = kept.split()
        if not words:
            return
        if not kept.isprintable() or _COMMAND.search(kept):
            self._refuse("is no SLHA: blocks, entries and decay tables are taken, no commands")
        head = words[0].lower()
        if head == "block":
            self._begin(words)
        elif head == "decay":
            self._begin_decay(words)
        elif head == "xsection":
            self._block, self._decay = "", 0
        elif self._decay:
            self._add_channel(words)
        elif self._block is None:
            self._refuse("stands before the first 'Block' and 'DECAY'")
        else:
            self._add_entry(self._block, words)

    def _begin(self, words: list[str]) -> None:
        self._block, self._decay = "", 0
        if len(words) < 2 or not _NAME.match(words[1]):
            self._refuse("has no name of a block after 'Block'")
        name = words[1].upper()
        if name in BLOCKS or _COMPLEX.match(name):
            if name in self.blocks and name not in ("HMIX", "ALPHA"):
                self._refuse(f"begins the block {name} again, which is there already")
            self._block = name
            self.blocks.setdefault(name, {})

    def _begin_decay(self, words: list[str]) -> None:
        self._block = None
        if len(words) != 3 or not _WHOLE.match(words[1]) or int(words[1]) == 0:
            self._refuse("is not 'DECAY', a PDG id and a width in GeV")
        self._decay = int(words[1])
        if self._decay in self.decays:
            self._refuse(f"begins the decays of {self._decay} again, which are there already")
        width = None if words[2].lower() == "auto" else self._number(words[2])
        if width is not None and width < 0:
            self._refuse("has a negative width")
        self.decays[self._decay] = Decay(width)

    def _add_entry(self, name: str, words: list[str]) -> None:
        if not name:
            return
        size = BLOCKS.get(name, 2)
        if name in ("MINPAR", "MODSEL") and len(words) == 2 and not _NUMBER.match(words[1]):
            self._refuse(f"has no finite number in block {name}")
        if len(words) != size + 1 or not all(map(_WHOLE.match, words[:size])):
            self._refuse(f"is no entry of block {name}: {size or 'no'} whole numbers and a value")
        key = tuple(map(int, words[:size]))
        value = self._number(words[size])
        if key in self.blocks[name] and name not in ("HMIX", "ALPHA"):
            self._refuse(f"gives an entry of block {name} again")
        self.blocks[name].setdefault(key, value)

    def _add_channel(self, words: list[str]) -> None:
        whole = all(map(_WHOLE.match, words[1:])) and len(words) > 3
        count, products = (int(words[1]), tuple(sorted(map(int, words[2:])))) if whole else (0, ())
        if not 2 <= count <= _MOST or count != len(products) or 0 in products:
            self._refuse(f"is no channel: branching ratio, number of products (2 to {_MOST}), and as many PDG ids")
        ratio = self._number(words[0])
        if not 0 <= ratio <= 1.0001:
            self._refuse("has a branching ratio that is not between 0 and 1")
        decay = self.decays[self._decay]
        if any(products == other for _, other in decay.channels):
            self._refuse(f"gives a channel of {self._decay} again")
        if ratio > 0:
            self.decays[self._decay] = Decay(decay.width, (*decay.channels, (ratio, products)))

    def _number(self, word: str) -> float:
        value = float(re.sub("[dD]", "e", word)) if _NUMBER.match(word) else math.nan
        if not math.isfinite(value):
            self._refuse(f"has {word[:30]!r} where a finite number must be")
        return value

    def _refuse(self, why: str) -> NoReturn:
        msg = f"{self._where} {why}"
        raise FileFormatError(msg)
