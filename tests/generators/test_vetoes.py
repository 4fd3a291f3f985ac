from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hml_jupyter.generators import vetoes
from hml_jupyter.particles import DECAYS, parse_chain

UP, DOWN, NU = (-2, 2), (-1, 1), (-12, 12)


def test_own_chains_only_where_there_are_several() -> None:
    assert vetoes.own_chains([parse_chain("w+ > j j"), parse_chain("w- > e- ve~")]) == {}
    own = vetoes.own_chains([parse_chain("z > j j"), parse_chain("z > vl vl~")])
    assert own == {23: (((-1, 1), (-2, 2), (-3, 3), (-4, 4)), ((-12, 12), (-14, 14), (-16, 16)))}


def test_allowed_either_way_round() -> None:
    chains = [(UP, DOWN), (NU,)]
    assert vetoes.allowed([UP, NU], chains)
    assert vetoes.allowed([NU, DOWN], chains)
    assert not vetoes.allowed([UP, DOWN], chains)
    assert not vetoes.allowed([NU, NU], chains)


@given(st.floats(0.01, 1.0), st.floats(0.01, 1.0))
def test_fraction_of_two_disjoint_chains(a: float, b: float) -> None:
    assert vetoes.fraction([[UP], [NU]], {UP: a, NU: b}) == pytest.approx(2 * a * b / (a + b) ** 2)


def test_fraction_of_overlapping_chains() -> None:
    # chains {u, d} and {u}: uu, ud, du are kept, dd is not
    assert vetoes.fraction([[UP, DOWN], [UP]], {UP: 0.5, DOWN: 0.5}) == pytest.approx(0.75)


def test_fraction_of_equal_chains_is_one() -> None:
    assert vetoes.fraction([[UP, NU], [UP, NU]], {UP: 0.1, NU: 0.7}) == pytest.approx(1.0)


@pytest.mark.parametrize("pdg", sorted(DECAYS))
def test_table_is_pythias(pdg: int) -> None:
    import pythia8mc

    pythia = pythia8mc.Pythia("", False)
    entry = pythia.particleData.findParticle(pdg)
    channels = [entry.channel(i) for i in range(entry.sizeChannels())]
    open_ = {
        tuple(sorted(c.product(k) for k in range(c.multiplicity()))) for c in channels if c.onMode() and c.bRatio() > 0
    }
    assert {tuple(sorted(c)) for c in DECAYS[pdg]} == open_


def test_passes_by_hand() -> None:
    partons = [(1, 30.0, 40.0), (21, 0.0, 60.0), (5, 500.0, 0.0), (14, 3.0, 0.0), (-16, 0.0, 4.0)]
    assert vetoes.passes({"ptj": 50.0, "htjmin": 110.0, "misset": 5.0}, partons)
    assert not vetoes.passes({"ptj": 50.1}, partons)
    assert not vetoes.passes({"htjmin": 110.1}, partons)
    assert not vetoes.passes({"misset": 5.1}, partons)
