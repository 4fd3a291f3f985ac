from __future__ import annotations

from typing import Any

import awkward as ak
import numpy as np
import pytest

from hml_jupyter import events
from hml_jupyter.errors import GeneratorError
from hml_jupyter.generators import pythia
from hml_jupyter.generators.pythia import ChunkTask
from hml_jupyter.process import Process

ZZ = Process("p p > z z", decays=["z > j j", "z > vl vl~"], settings={"pt_min_pdg": {23: 200}})
HARD_ONLY = ("PartonLevel:all = off", "Random:setSeed = on", "Random:seed = 11")


def hard(process: Process, n: int, *, level: str = HARD_ONLY[0]) -> tuple[ak.Array, tuple[float, float]]:
    """Events without shower, and the cross section that belongs to them."""
    started, hooks = pythia._start(process, (*process.to_pythia(), *pythia.ALWAYS, level, *HARD_ONLY[1:]))
    batch = started.nextBatch(n)
    value, error, _ = pythia._cross_section(started, hooks, process)
    return batch, (value, error)


@pytest.mark.parametrize(
    ("process", "expected", "tolerance"),
    [
        # MG5 3.5.7 of the same chain, the whole phase space: 1.961 +- 0.012 pb
        (Process("p p > z z", decays=["z > j j", "z > vl vl~"]), 1.961, 0.03),
        # MG5 3.5.7 0.145 +- 0.003 pb times 2 BR(jj) BR(nu nu) = 2 * 0.5469 * 0.2002
        (ZZ, 0.145 * 0.2190, 0.04),
        # MG5 (PDF and scales differ): 503.6 +- 2.8 pb
        (Process("p p > t t~"), 503.6, 0.05),
        # MG5's LO is not at hand here: 63.4 pb by Pythia8 itself, times BR(W > u d, c s); the other W is free
        (Process("p p > w+ w-", decays=["w+ > j j"]), 63.4 * 0.674, 0.04),
        # tops times BR(W > u d, c s) BR(W > e nu, mu nu) = 0.674 * 0.2166 (leading order)
        (Process("p p > t t~, (t > w+ b, w+ > j j), (t~ > w- b~, w- > l- vl~)"), 503.6 * 0.146, 0.06),
    ],
)
def test_cross_sections(process: Process, expected: float, tolerance: float) -> None:
    _, (value, error) = hard(process, 4000)
    assert value == pytest.approx(expected, rel=tolerance)
    assert 0 < error < 0.03 * value


def test_cross_section_does_not_count_the_veto_twice() -> None:
    _, (own, _) = hard(ZZ, 4000)
    _, (one_table, _) = hard(Process("p p > z z", decays=["z > vl vl~"], settings={"pt_min_pdg": {23: 200}}), 4000)
    # BR(nu nu)^2 against 2 BR(jj) BR(nu nu)
    assert own / one_table == pytest.approx(2 * 0.5469 / 0.2002, rel=0.03)


def test_cross_section_with_a_cut_on_products() -> None:
    # the missing momentum of Z > nu nu is the Z's: a cut on it is the cut on the Z
    chain = Process("p p > z z, z > j j, z > vl vl~", settings={"misset": 200})
    _, (value, error) = hard(chain, 1000)
    _, (expected, _) = hard(ZZ, 4000)
    assert error < 0.06 * value
    assert value == pytest.approx(expected, abs=4 * error)


def test_every_z_has_its_own_chain() -> None:
    batch, _ = hard(ZZ, 40, level="HadronLevel:all = off")
    prt = batch["prt"]
    size = abs(prt["id"])
    neutrinos = ak.sum(((size == 12) | (size == 14) | (size == 16)) & (prt["status"] == 23), axis=1)
    assert neutrinos.tolist() == [2] * 40


def test_make_chunk_is_decided_by_its_task() -> None:
    task = ChunkTask(ZZ, "cms", 5, 3, 6)
    one, two = pythia.make_chunk(task), pythia.make_chunk(task)
    a, b = events.columns(one.events), events.columns(two.events)
    assert all(np.array_equal(a[name], b[name]) for name in a)
    assert (one.cross_section, one.log) == (two.cross_section, two.log)
    other = pythia.make_chunk(ChunkTask(ZZ, "cms", 5, 4, 6))
    assert other.events.MissingET.MET.tolist() != one.events.MissingET.MET.tolist()


def test_make_chunk_physics() -> None:
    zz = pythia.make_chunk(ChunkTask(ZZ, None, 1, 0, 40)).events
    assert len(zz) == 40
    assert zz.Event.Weight.tolist() == [[1.0]] * 40
    # the neutrinos carry the pT of a Z of at least 200 GeV, up to the recoil of initial radiation
    assert np.median(ak.to_numpy(zz.MissingET.MET[:, 0])) > 200
    for phi in (zz.Jet.Phi, zz.FatJet.Constituents.Phi, zz.MissingET.Phi):
        wide = ak.values_astype(phi, np.float64)
        assert -np.pi <= ak.min(wide)
        assert ak.max(wide) < np.pi


def test_start_refuses_an_unknown_setting(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(GeneratorError, match="does not know the settings"):
        pythia._start(ZZ, ("No:such = on",))
    capfd.readouterr()


def test_generate_stops_when_pythia_stops() -> None:
    class Silent:
        def nextBatch(self, n: int) -> list[Any]:
            return [None] * (n * 0)

    with pytest.raises(GeneratorError, match="stopped after 0 of 10 events"):
        pythia._generate(Silent(), 10)


def test_flavor_of_taus() -> None:
    # event 0: a tau radiates and becomes a copy that decays to a pion; event 1: a tau decays to a muon
    pid = np.array([15, 15, 22, 211, 15, 13])
    status = np.array([-23, -51, 51, 91, -23, 91])
    mother = np.array([9, 0, 0, 1, 9, 0])
    flavor = pythia._flavor(pid, status, np.array([0, 0, 0, 0, 1, 1]), mother)
    assert flavor.tolist() == [0, 15, 0, 0, 0, 0]


def test_flavor_of_hadrons_and_partons() -> None:
    pid = np.array([511, -4122, 421, 211, 21, -3, 5, 22])
    status = np.array([-83, -83, -91, 91, -23, -23, -23, -23])
    flavor = pythia._flavor(pid, status, np.zeros(8, dtype=np.int64), np.full(8, 99))
    assert flavor.tolist() == [5, 4, 4, 0, -21, -3, -5, 0]
