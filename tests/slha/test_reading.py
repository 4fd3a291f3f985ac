from __future__ import annotations

import pytest
import spectra
from hypothesis import given
from hypothesis import strategies as st

from hml_jupyter.errors import FileFormatError
from hml_jupyter.slha import read_slha


def test_read_slha() -> None:
    read = read_slha("""
block mass Q= 91.2  # comment
   1000021   1.5D+03
\t1000025  -600.
Block UNKNOWN
   anything here, 7
Block HMIX Q= 100
 2 10.0
Block HMIX Q= 1000
 2 9.0
DECAY 1000021 Auto
XSECTION 13000 2212 2212 2 1000021 1000021
 0 1 2 3 4
DECAY 1000006 3.0
 0.7 2 1000022 6
 0.0 2 1000023 6
 3.0e-1 2 5 1000024
""")
    assert read.mass(1000021) == 1500
    assert read.mass(-1000025) == 600
    assert read.mass(1000022) is None
    assert read.block("HMIX") == {(2,): 10.0}
    assert "UNKNOWN" not in read.blocks
    assert read.decays[1000021].width is None
    assert read.decays[1000006].channels == ((0.7, (6, 1000022)), (0.3, (5, 1000024)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (" 1 2.0\n", "stands before the first"),
        ("Block MASS\n 1000021 nan\n", r"line 2 of the SLHA file, '1000021 nan' has 'nan' where a finite number must be"),
        ("Block MASS\n 1000021 1e999\n", "has '1e999' where a finite number"),
        ("Block MASS\n 1000021\n", "is no entry of block MASS: 1 whole numbers and a value"),
        ("Block MASS\n 1000021 1500 2\n", "is no entry"),
        ("Block MASS\n 1000021 1500\n 1000021 1600\n", "gives an entry of block MASS again"),
        ("Block MASS\nBlock NMIX\nBlock Mass\n 1 2\n 1000021 1\nBlock MASS\n", "begins the block MASS again"),
        ("Block NMIX\n 1 1.0\n", "is no entry of block NMIX: 2 whole numbers"),
        ("Block\n", "has no name"),
        ("Block MASS;x\n", "has no name"),
        ("Block MASS\n SUSY:all = on\n", "is no SLHA: blocks, entries"),
        ("Block SPINFO\n 1 x\n HardQCD:all=on\n", "is no SLHA"),
        ("Block SPINFO\n Beams:eCM 1 # x\n set run_card nevents 3\n", "is no SLHA"),
        ("Block SPINFO\n 1 \x07x\n", "is no SLHA"),
        ("DECAY 6\n", "is not 'DECAY', a PDG id and a width"),
        ("DECAY t 1.0\n", "is not 'DECAY'"),
        ("DECAY 6 inf\n", "has 'inf' where"),
        ("DECAY 6 -1.0\n", "negative width"),
        ("DECAY 6 1.0\nDECAY 6 1.0\n", "begins the decays of 6 again"),
        ("DECAY 6 1.0\n 1.0 3 24 5\n", "is no channel"),
        ("DECAY 6 1.0\n 1.0 2 24 b\n", "is no channel"),
        ("DECAY 6 1.0\n 1.0 1 24\n", "is no channel"),
        ("DECAY 6 1.0\n -0.5 2 24 5\n", "not between 0 and 1"),
        ("DECAY 6 1.0\n 0.5 2 24 5\n 0.5 2 5 24\n", "gives a channel of 6 again"),
    ],
)  # fmt: skip
def test_read_slha_refuses(text: str, message: str) -> None:
    with pytest.raises(FileFormatError, match=message):
        read_slha(text)


@given(st.text(max_size=60))
def test_read_slha_of_anything(line: str) -> None:
    try:
        read = read_slha(f"{spectra.text()}{line}\n")
    except FileFormatError:
        return
    rendered = read.render({}).splitlines()
    assert all(word in ("Block", "DECAY") or word[0] in "-0123456789" for word in (row.split()[0] for row in rendered))
    assert all("=" not in row and ":" not in row for row in rendered)
