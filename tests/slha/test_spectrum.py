from __future__ import annotations

import pytest
import spectra

from hml_jupyter.errors import ProcessError
from hml_jupyter.slha import read_slha


def test_render_is_read_again() -> None:
    one = spectra.spectrum()
    two = read_slha(one.render({}))
    assert {name: two.blocks[name] for name in one.blocks} == one.blocks
    assert two.decays[1000021] == one.decays[1000021]
    # Z, W and what has no channels is left to Pythia8
    assert not {6, 24} & {*two.decays}
    assert "MSOFT" not in two.blocks


def test_render_closes_channels() -> None:
    lines = spectra.spectrum().render({1000006: {(6, 1000022)}}).splitlines()
    at = lines.index("DECAY 1000006 3.0")
    assert lines[at + 1 : at + 3] == [" 0.7 2 6 1000022", " -0.3 2 5 1000024"]
    assert "DECAY 1000022 0.0" in lines


def test_replaced() -> None:
    other = spectra.spectrum().replaced({"mass 1000021": 1800, "mass 1000025": 500, "decay 1000021": 2, "mt": 172})
    assert (other.mass(1000021), other.mass(6), other.decays[1000021].width) == (1800, 172, 2)
    assert other.block("MASS")[(1000025,)] == -500
    assert other.decays[1000021].channels == spectra.spectrum().decays[1000021].channels


@pytest.mark.parametrize(
    "parameters", [{"nmix 1 1": 0.5}, {"mass 23": 90}, {"decay 1000021": "auto"}, {"Mgo": 1800}, {"mass 1000099": 5}]
)
def test_replaced_refuses(parameters: dict[str, float]) -> None:
    with pytest.raises(ProcessError, match="does not honour the parameter"):
        spectra.spectrum().replaced(parameters)
