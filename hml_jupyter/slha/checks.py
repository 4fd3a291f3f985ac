"""Whether a spectrum is whole, and of the model that is generated here: the MSSM with R parity, real and without flavour violation."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ..errors import ProcessError
from ..particles import MODELS
from .spectrum import MODEL, Spectrum, named

__all__ = ["check_spectrum"]

#: Particles that come out of quarks and gluons, or are exchanged when others do.
_NEEDED = sorted(pdg for pdg in MODELS[MODEL].values() if pdg > 1_000_000)
#: Entries of MODSEL -> what they switch on.
_OTHER_MODELS = {3: "the NMSSM", 4: "violation of R parity", 5: "violation of CP", 6: "violation of flavour"}
#: Mixing matrix -> its size.
_INOS = {"NMIX": 4, "UMIX": 2, "VMIX": 2}
_SLHA2 = {"USQMIX": 6, "DSQMIX": 6, "SELMIX": 6}
_SLHA1 = {"STOPMIX": 2, "SBOTMIX": 2, "STAUMIX": 2}
#: Rows and columns of the first two families, which are not mixed.
_LIGHT = (1, 2, 4, 5)
#: Rows are orthogonal and of length 1 to this: files have four digits at least.
_UNITARY = 0.01
#: Part of a squark that may belong to another family.
_FLAVOUR = 0.1
#: 1 / alpha at the mass of the Z.
_ALPHA = 120.0, 135.0


def check_spectrum(spectrum: Spectrum) -> None:
    """Refuse a spectrum that lacks something, or that Pythia8 and MadGraph would understand differently.

    Raises
    ------
    ProcessError
        The message names the block and what must be in it.
    """
    _check_model(spectrum)
    missing = [named(pdg) for pdg in _NEEDED if not spectrum.mass(pdg)]
    if missing:
        msg = f"the SLHA file has no mass of {', '.join(missing)} in its block MASS; all are needed, since they are exchanged where others come out"
        raise ProcessError(msg)
    slha2 = any(name in spectrum.blocks for name in _SLHA2)
    if slha2 and any(name in spectrum.blocks for name in _SLHA1):
        msg = f"the SLHA file mixes two conventions: leave out either {', '.join(_SLHA1)} or {', '.join(_SLHA2)}"
        raise ProcessError(msg)
    for name, size in {**_INOS, **(_SLHA2 if slha2 else _SLHA1)}.items():
        _check_mixing(name, size, spectrum.block(name))
    if not (spectrum.block("HMIX").get((2,), 0) > 0 or spectrum.block("MINPAR").get((3,), 0) > 0):
        msg = "the SLHA file has no tan(beta): it is entry 2 of the block HMIX, or entry 3 of MINPAR"
        raise ProcessError(msg)
    alpha = spectrum.block("SMINPUTS").get((1,), _ALPHA[0])
    if not _ALPHA[0] <= alpha <= _ALPHA[1]:
        msg = f"entry 1 of the block SMINPUTS is 1/alpha at the mass of the Z, near 127.9; the SLHA file has {alpha:g}"
        raise ProcessError(msg)


def _check_model(spectrum: Spectrum) -> None:
    for (number,), value in spectrum.block("MODSEL").items():
        if number in _OTHER_MODELS and value != 0:
            msg = f"the SLHA file is of {_OTHER_MODELS[number]} (entry {number} of MODSEL is {value:g}); the embedded Pythia8 is offered for the plain MSSM"
            raise ProcessError(msg)
    for name, entries in spectrum.blocks.items():
        if name.startswith("IM") and any(entries.values()):
            msg = f"the SLHA file has complex mixings ({name}); only real ones are taken here"
            raise ProcessError(msg)


def _check_mixing(name: str, size: int, entries: Mapping[tuple[int, ...], float]) -> None:
    if not entries:
        msg = (
            f"the SLHA file has no block {name}, the mixing of these particles; programs that compute spectra write it"
        )
        raise ProcessError(msg)
    places = range(1, size + 1)
    outside = next((key for key in entries if not {*key} <= {*places}), None)
    if outside:
        msg = f"the block {name} of the SLHA file has an entry {outside}; it is a matrix of {size} x {size}"
        raise ProcessError(msg)
    rows = [[entries.get((i, j), 0.0) for j in places] for i in places]
    for i, one in enumerate(rows):
        for j, other in enumerate(rows[: i + 1]):
            product = (
                math.sumprod(one, other)
                if hasattr(math, "sumprod")
                else sum(a * b for a, b in zip(one, other, strict=True))
            )
            if not math.isclose(product, float(i == j), abs_tol=_UNITARY):
                msg = f"the block {name} of the SLHA file is no mixing: row {i + 1} times row {j + 1} is {product:.4g}, not {int(i == j)}; an entry may be missing"
                raise ProcessError(msg)
    mixed = next((i for i in _LIGHT if size == 6 and 1 - rows[i - 1][i - 1] ** 2 > _FLAVOUR**2), None)
    if mixed:
        msg = f"row {mixed} of the block {name} mixes families or sides, which is not made here: only the third family may be mixed"
        raise ProcessError(msg)
