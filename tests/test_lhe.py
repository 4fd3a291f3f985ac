from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from hml_jupyter.errors import FileFormatError
from hml_jupyter.events import read_events

EVENT = """<event>
 4 1 {weight} 91.188 0.00755 0.118
 21 -1 0 0 501 502 0.0 0.0 100.0 100.0 0.0 0. 9.
 21 -1 0 0 502 501 0.0 0.0 -100.0 100.0 0.0 0. 9.
 6 1 1 2 501 0 30.0 40.0 0.0 180.278 173.0 0. 9.
 -6 1 1 2 0 501 -30.0 -40.0 0.0 180.278 173.0 0. 9.
</event>
"""
LHE = """<LesHouchesEvents version="3.0">
<header></header>
<init>
2212 2212 6500.0 6500.0 0 0 247000 247000 -4 1
503.6 2.8 503.6 1
</init>
{events}</LesHouchesEvents>
"""


def text(n: int = 2) -> str:
    return LHE.format(events="".join(EVENT.format(weight=2.0 + i) for i in range(n)))


@pytest.mark.parametrize("packed", [False, True])
def test_read_lhe(study: Path, packed: bool) -> None:
    (study / "tt.lhe").write_bytes(gzip.compress(text().encode()) if packed else text().encode())
    events = read_events("tt.lhe")
    assert events.Event.Weight.tolist() == [[2.0], [3.0]]
    top = events.Particle[0, 2]
    assert (top.PID, top.Status, top.M1) == (6, 1, 1)
    assert [top.PT, top.Eta, top.Phi, top.Mass] == pytest.approx([50.0, 0.0, np.arctan2(4, 3), 173.0])
    assert events.Particle.Eta[0, :2].tolist() == [np.inf, -np.inf]


def test_read_lhe_cut_short(study: Path) -> None:
    (study / "cut.lhe").write_text(text()[:-60])
    with pytest.raises(FileFormatError, match=r"cut.lhe: expected an LHE file; it cannot be read .* cut short"):
        read_events("cut.lhe")
    (study / "cut.lhe.gz").write_bytes(gzip.compress(text(50).encode())[:-30])
    with pytest.raises(FileFormatError, match=r"cut.lhe.gz"):
        read_events("cut.lhe.gz")


def test_read_lhe_without_events(study: Path) -> None:
    (study / "none.lhe").write_text(text(0))
    with pytest.raises(FileFormatError, match="found none"):
        read_events("none.lhe")


@pytest.mark.shared_data
def test_read_lhe_real_file(shared: Path) -> None:
    events = read_events(shared / "mg5_pp2tt/Events/run_01/unweighted_events.lhe.gz")
    assert len(events) == 100
    assert events.Event.Weight[0, 0] == pytest.approx(503.6, abs=2.8)
    tops = events.Particle[abs(events.Particle.PID) == 6]
    assert {len(t) for t in tops} == {2}
