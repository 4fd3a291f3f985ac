from __future__ import annotations

import pytest
import spectra

from hml_jupyter.errors import ProcessError
from hml_jupyter.slha import check_spectrum, read_slha


def test_check_spectrum() -> None:
    check_spectrum(spectra.spectrum())
    two = "Block {0}\n 1 1 0.6\n 1 2 0.8\n 2 1 -0.8\n 2 2 0.6\n"
    third = "".join(two.format(name) for name in ("STOPMIX", "SBOTMIX", "STAUMIX"))
    check_spectrum(spectra.spectrum(r"Block USQMIX[\s\S]*(?=Block HMIX)", third))


@pytest.mark.parametrize(
    ("pattern", "replacement", "message"),
    [
        (r"^ +1000004 .*\n", "", r"no mass of cl \(1000004\) in its block MASS"),
        (r"^ +1000004 +1800.0", " 1000004 0.0", r"no mass of cl"),
        (r"Block NMIX[\s\S]*(?=Block UMIX)", "", "no block NMIX"),
        (r"^ +3 4 .*\n", "", "the block NMIX of the SLHA file is no mixing: row 3 times row 3 is 0.5, not 1"),
        (r"^Block VMIX", "Block VMIX\n 3 1 0.0", r"an entry \(3, 1\); it is a matrix of 2 x 2"),
        (r"^Block USQMIX[\s\S]*?(?=Block)", "Block USQMIX\n 1 2 1.0\n 2 1 1.0\n 3 3 1.0\n 4 4 1.0\n 5 5 1.0\n 6 6 1.0\n", "row 1 of the block USQMIX mixes families"),
        (r"^Block HMIX", "Block STOPMIX\n 1 1 1.0\nBlock HMIX", "mixes two conventions"),
        (r"^ +2 +10.0 .*\n", "", "has no tan"),
        (r"127.9", "0.0078", "near 127.9; the SLHA file has 0.0078"),
        (r"\A", "Block MODSEL\n 4 1\n", "of violation of R parity"),
        (r"\A", "Block MODSEL\n 3 1\n", "of the NMSSM"),
        (r"\A", "Block IMNMIX\n 1 1 0.1\n", "complex mixings"),
    ],
)  # fmt: skip
def test_check_spectrum_refuses(pattern: str, replacement: str, message: str) -> None:
    with pytest.raises(ProcessError, match=message):
        check_spectrum(spectra.spectrum(pattern, replacement))


def test_check_spectrum_of_an_empty_file() -> None:
    with pytest.raises(ProcessError, match=r"no mass of dl \(1000001\), "):
        check_spectrum(read_slha(""))
