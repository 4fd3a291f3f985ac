"""What may stand in a user's card: programs read cards as commands, and a card may come from anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...errors import ArgumentError

__all__ = ["LARGEST", "check_card"]

#: Bytes of a card, at most; a Delphes card has some 30 kB.
LARGEST = 2_000_000
#: Commands of MadSpin that decide how it decays; others read and write files, or run programs.
_MADSPIN = re.compile(
    r"launch|"
    r"decay [\w~+\-> ,()=]+|"
    r"define [\w~+\-= ]+|"
    r"set (seed|spinmode|bw_cut|max_weight|max_weight_ps_point|nevents_for_max_weight|nb_sigma|onlyhelicity|"
    r"max_running_process|new_wgt|frame_id) [\w.+\-]+",
    re.IGNORECASE,
)
_PYTHIA8 = re.compile(r"[A-Za-z]\w*:[\w()*:=~+\-]+\s*=\s*[^;]*|[\w*+\-]+:\w+\s*=\s*[^;]*")
#: Groups of Pythia8's settings that name files, or what is read and written.
_FILES = re.compile(
    r"beams:(lhef|newlhef)|main:(?!numberofevents|timesallowerrors)|init:|slha:file|merging:lheinput|"
    r"hepmcoutput:(?!file\s*=\s*(auto|autoremove|hepmc|hepmc\.gz|hepmcremove)\s*$)",
    re.IGNORECASE,
)
#: Words of Tcl that a detector does not need: they run programs, read and write files, or make other words.
_TCL = re.compile(
    r"(?<![\w:])(exec|open|close|source|file|socket|load|package|interp|eval|uplevel|subst|rename|proc|apply|namespace|cd|glob|pwd|"
    r"exit|after|vwait|fconfigure|puts|gets|read|env|trace|unknown|upvar|catch|info|dict|string|format|binary|encoding|chan|"
    r"coroutine|tailcall|try|oo|auto_\w+|pid|clock|history)(?![\w])"
)
_TCL_SIGNS = re.compile(r"\\(?!\n)|;|\[(?!\s*expr\b)|(?m:^\s*[{\s]*[\$\"])|\$\{|::")


def check_card(kind: str, text: str, name: str) -> None:
    """Refuse a card that does more than a card should: run programs, read or write other files.

    Raises
    ------
    ArgumentError
        The message names the line.
    """
    for line in _CHECKS.get(kind, lambda _: iter(()))(text):
        msg = f"{name}: {line[:80]!r} is not taken in a {kind} card: it is no setting, or one that reads or writes files or runs programs"
        raise ArgumentError(msg)


def _madspin(text: str) -> Iterator[str]:
    for line in _lines(text, "#"):
        if not _MADSPIN.fullmatch(" ".join(line.split())):
            yield line


def _pythia8(text: str) -> Iterator[str]:
    for line in _lines(text, "!"):
        if line[0].isalnum() and (not _PYTHIA8.fullmatch(line) or _FILES.match(line)):
            yield line


def _delphes(text: str) -> Iterator[str]:
    code = "\n".join(_lines(text, "#"))
    for sign in (_TCL, _TCL_SIGNS):
        found = sign.search(code)
        if found:
            begin = code.rfind("\n", 0, found.start()) + 1
            yield code[begin:].partition("\n")[0] or found[0]


def _lines(text: str, comment: str) -> Iterator[str]:
    for line in text.splitlines():
        kept = line.partition(comment)[0].strip()
        if kept:
            yield kept


_CHECKS = {"madspin": _madspin, "pythia8": _pythia8, "delphes": _delphes}
