from __future__ import annotations

import pytest
import spectra

from hml_jupyter.errors import ProcessError
from hml_jupyter.slha import hadronising, reached


def test_reached() -> None:
    found = reached(spectra.spectrum(), (1000021, 1000021), {})
    assert {i for i in found if i > 1_000_000} == {1000021, 1000006, 1000022, 1000024}
    assert {6, 24, 5, 11, 12} <= found
    only = reached(spectra.spectrum(), [-1000006], {1000006: {(6, 1000022)}})
    assert 1000024 not in only


def test_reached_without_a_table_of_the_lightest() -> None:
    assert 1000022 in reached(spectra.spectrum(r"^DECAY 1000022.*\n", ""), [1000024], {})


@pytest.mark.parametrize(
    ("pattern", "replacement", "pdg", "message"),
    [
        (r"^DECAY 1000006 3.0", "DECAY 1000006 0.0", 1000021, r"t1 \(1000006\) comes out and is stable, .*R-hadrons"),
        (r"^DECAY 1000021 5.0", "DECAY 1000021 1e-16", 1000021, r"flies more than a millimetre"),
        (r"^DECAY 1000024 .*\n.*\n", "", 1000006, r"x1\+ \(1000024\) comes out, .* no table 'DECAY 1000024'"),
        (r"^DECAY 1000024 0.02", "DECAY 1000024 Auto", 1000006, "no table 'DECAY 1000024'"),
        (r"^DECAY 1000023 .*\n.*\n.*\n", "", 1000023, "no table 'DECAY 1000023'"),
        (r"^( +1000021) +1500.0", r"\1 800.0", 1000021, "is too light for the channels"),
        (r"^ +0.7 2 1000022 6", " 0.6 2 1000022 6", 1000006, "add up to 0.9, not to 1"),
        (r"^ +0.7 2 1000022 6", " 0.7 2 1000039 6", 1000006, "no mass of it"),
    ],
)
def test_reached_refuses(pattern: str, replacement: str, pdg: int, message: str) -> None:
    with pytest.raises(ProcessError, match=message):
        reached(spectra.spectrum(pattern, replacement), [pdg], {})


def test_hadronising() -> None:
    thin = spectra.spectrum(r"^DECAY 1000021 5.0", "DECAY 1000021 0.01")
    assert hadronising(thin, {1000021, 1000006, 1000022, 1000024}) == ("go (1000021)",)
