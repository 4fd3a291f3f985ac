"""A spectrum of supersymmetric particles with round numbers, made up for the tests, as an SLHA file."""

from __future__ import annotations

import re
from functools import cache

from hml_jupyter.slha import Spectrum, read_slha

__all__ = ["spectrum", "text"]

_SQUARKS = {side + flavour: 1800.0 for side in (1_000_000, 2_000_000) for flavour in range(1, 5)}
_MASSES = {
    5: 4.7, 6: 173.0, 15: 1.777, 23: 91.188, 24: 80.419, 25: 125.0, 35: 2000.0, 36: 2000.0, 37: 2002.0,
    **_SQUARKS, 1000005: 1500.0, 2000005: 1700.0, 1000006: 700.0, 2000006: 1600.0,
    1000011: 310.0, 1000013: 310.0, 1000015: 240.0, 2000011: 250.0, 2000013: 250.0, 2000015: 320.0,
    1000012: 300.0, 1000014: 300.0, 1000016: 300.0,
    1000021: 1500.0, 1000022: 100.0, 1000023: 400.0, 1000025: -600.0, 1000035: 620.0, 1000024: 400.0, 1000037: 620.0,
}  # fmt: skip
_HALF = 0.5**0.5
_INOS = {
    "NMIX": {(1, 1): 1.0, (2, 2): 1.0, (3, 3): _HALF, (3, 4): _HALF, (4, 3): _HALF, (4, 4): -_HALF},
    "UMIX": {(1, 1): 1.0, (2, 2): 1.0},
    "VMIX": {(1, 1): 1.0, (2, 2): 1.0},
}
#: PDG id -> width in GeV, and branching ratios of products.
_DECAYS: dict[int, tuple[float, dict[tuple[int, ...], float]]] = {
    **{pdg: (5.0, {(1000022, pdg % 10): 1.0}) for pdg in (*_SQUARKS, 1000005, 2000005, 2000006)},
    **{pdg: (0.3, {(1000022, pdg % 100): 1.0}) for pdg in (*range(1000011, 1000017), 2000011, 2000013, 2000015)},
    1000021: (5.0, {(1000006, -6): 0.5, (-1000006, 6): 0.5}),
    1000006: (3.0, {(1000022, 6): 0.7, (1000024, 5): 0.3}),
    1000022: (0.0, {}),
    1000023: (0.02, {(1000022, 23): 0.5, (1000022, 25): 0.5}),
    1000024: (0.02, {(1000022, 24): 1.0}),
    1000025: (2.0, {(1000022, 23): 1.0}),
    1000035: (2.0, {(1000022, 23): 1.0}),
    1000037: (3.0, {(1000022, 24): 1.0}),
    6: (1.5, {}),
    24: (2.0476, {(-1, 2): 1.0}),
}


def _third(cosine: float, sine: float) -> dict[tuple[int, int], float]:
    return {**{(i, i): 1.0 for i in (1, 2, 4, 5)}, (3, 3): cosine, (3, 6): sine, (6, 3): -sine, (6, 6): cosine}


@cache
def text() -> str:
    """The file, in the conventions that MadGraph's model reads: those of SLHA2."""
    blocks: dict[str, dict[tuple[int, ...], float]] = {
        "SMINPUTS": {(1,): 127.9, (2,): 1.16637e-5, (3,): 0.1184, (4,): 91.188},
        "MASS": {(pdg,): mass for pdg, mass in _MASSES.items()},
        **_INOS,
        "USQMIX": _third(0.6, 0.8),
        "DSQMIX": _third(0.8, 0.6),
        "SELMIX": _third(0.6, 0.8),
        "HMIX": {(1,): 600.0, (2,): 10.0},
        "MSOFT": {(1,): 100.0, (2,): 400.0},
    }
    lines = ["# made-up numbers"]
    for name, entries in blocks.items():
        lines += [
            f"Block {name}",
            *(f"  {' '.join(map(str, key))}  {value!r}  # entry" for key, value in entries.items()),
        ]
    for pdg, (width, channels) in _DECAYS.items():
        lines += [f"DECAY {pdg} {width!r}"]
        lines += [f"  {ratio!r} {len(of)} {' '.join(map(str, of))}" for of, ratio in channels.items()]
    return "".join(f"{line}\n" for line in lines)


def spectrum(pattern: str = "", replacement: str = "") -> Spectrum:
    """The spectrum, or another by replacing what a pattern finds in the file, which it must."""
    changed, count = re.subn(pattern, replacement, text(), flags=re.MULTILINE) if pattern else (text(), 1)
    assert count
    return read_slha(changed)
