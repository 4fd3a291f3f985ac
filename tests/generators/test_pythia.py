from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pytest
import spectra

from hml_jupyter import events
from hml_jupyter.errors import GeneratorError
from hml_jupyter.generators import pythia, starting, vetoes
from hml_jupyter.generators.pythia import ChunkTask
from hml_jupyter.process import Process

ZZ = Process("p p > z z", decays=["z > j j", "z > vl vl~"], settings={"pt_min_pdg": {23: 200}})
HARD_ONLY = ("PartonLevel:all = off", "Random:setSeed = on", "Random:seed = 11")


def hard(process: Process, n: int, *, level: str = HARD_ONLY[0]) -> tuple[ak.Array, tuple[float, float]]:
    """Events without shower, and the cross section that belongs to them."""
    hooks = vetoes.hooks_for(process)
    started = starting.start((*process.to_pythia(), *pythia.ALWAYS, level, *HARD_ONLY[1:]), hooks=hooks)
    batch = started.nextBatch(n)
    value, error, _ = pythia._cross_section(started, hooks)
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
        # MG5 3.5.7: 64.76 +- 0.16 pb, times BR(W > u d, c s); the other W is free
        (Process("p p > w+ w-", decays=["w+ > j j"]), 64.76 * 0.674, 0.04),
        # tops times BR(W > u d, c s) BR(W > e nu, mu nu) = 0.674 * 0.2166 (leading order)
        (Process("p p > t t~, (t > w+ b, w+ > j j), (t~ > w- b~, w- > l- vl~)"), 503.6 * 0.146, 0.06),
    ],
)
def test_cross_sections(process: Process, expected: float, tolerance: float) -> None:
    _, (value, error) = hard(process, 4000)
    assert value == pytest.approx(expected, rel=tolerance)
    assert 0 < error < 0.03 * value


def susy(
    text: str, *, folder: Path, n: int = 4000, scale: float = 0.0, level: str = HARD_ONLY[0], **options: Any
) -> tuple[ak.Array, tuple[float, float]]:
    """Events of supersymmetric particles without shower, and their cross section; with a scale as MadGraph runs alpha_s."""
    process = Process(text, model="MSSM_SLHA2", **options)
    plan = process.supersymmetric(spectra.spectrum())
    lines = (*process.to_pythia(spectra.spectrum()), *pythia.ALWAYS, level, *HARD_ONLY[1:])
    if scale:
        fixed = (f"SigmaProcess:{which}FixScale = {scale**2}" for which in ("renorm", "factor"))
        lines += ("SigmaProcess:renormScale2 = 5", "SigmaProcess:factorScale2 = 5", *fixed,
                  "SigmaProcess:alphaSorder = 2", "StandardModel:alphaSnfmax = 5")  # fmt: skip
    hooks = vetoes.hooks_for(process, plan)
    started = pythia._supersymmetric(lines, hooks, folder, plan)
    batch = started.nextBatch(n)
    value, error, _ = pythia._cross_section(started, hooks)
    return batch, (value, error)


@pytest.mark.parametrize(
    ("text", "scale", "expected"),
    [
        # MG5 3.5.7, MSSM_SLHA2 with this spectrum, nn23lo1, all scales fixed: 5.177 +- 0.009 fb
        ("p p > go go", 1500, 5.177e-3),
        # likewise 51.32 +- 0.10 fb
        ("p p > t1 t1~", 700, 51.32e-3),
        # likewise 49.23 +- 0.06 fb
        ("p p > x1+ n2", 400, 49.23e-3),
    ],
)
def test_cross_sections_of_supersymmetric_pairs(text: str, scale: float, expected: float, tmp_path: Path) -> None:
    _, (value, error) = susy(text, scale=scale, folder=tmp_path)
    assert value == pytest.approx(expected, rel=0.03)
    assert 0 < error < 0.03 * value


def test_supersymmetric_decays_by_chains(tmp_path: Path) -> None:
    _, (whole, _) = susy("p p > t1 t1~", folder=tmp_path)
    _, (both, _) = susy("p p > t1 t1~, t1 > t n1, t1~ > t~ n1", folder=tmp_path)
    _, (each, _) = susy("p p > t1 t1~, t1 > t n1, t1~ > b~ x1-", folder=tmp_path)
    assert both / whole == pytest.approx(0.7 * 0.7, rel=0.04)
    assert each / whole == pytest.approx(0.7 * 0.3, rel=0.08)


def test_supersymmetric_particles_have_their_masses_and_chains(tmp_path: Path) -> None:
    chain = "p p > t1 t1~, t1 > t n1, t1~ > b~ x1-"
    prt = susy(chain, folder=tmp_path, n=20, level="HadronLevel:all = off")[0]["prt"]
    for pdg, mass, count in ((1000006, 700, 1), (-1000006, 700, 1), (-1000024, 400, 1), (1000022, 100, 2)):
        masses = prt["m"][prt["id"] == pdg]
        # the width of the charginos is 0.02 GeV
        assert ak.all(abs(masses - mass) < 0.2), pdg
        assert ak.all(ak.num(masses) >= count)
    assert not ak.any(prt["id"] == 1000024)
    assert ak.all(ak.sum((prt["id"] == 1000022) & (prt["status"] > 0), axis=1) == 2)


def test_gluinos_have_each_their_own_chain(tmp_path: Path) -> None:
    _, (whole, _) = susy("p p > go go", folder=tmp_path)
    _, (own, _) = susy("p p > go go, go > t1 t~, go > t1~ t", folder=tmp_path)
    assert own / whole == pytest.approx(0.5, rel=0.04)


def test_make_chunk_of_supersymmetric_particles() -> None:
    process = Process("p p > n1 ul", model="MSSM_SLHA2", decays=["ul > u n1"])
    chunk = pythia.make_chunk(ChunkTask(process, None, 5, 0, 20, spectrum=spectra.spectrum()))
    assert len(chunk.events) == 20
    # nothing of the neutralinos is seen: the missing momentum is theirs, of hundreds of GeV
    assert np.median(ak.flatten(chunk.events.MissingET.MET)) > 400
    assert "SUSY:qg2chi0squark = on" in chunk.log


def test_particles_that_pythia_makes_stable_are_refused(tmp_path: Path) -> None:
    process = Process("p p > go go", model="MSSM_SLHA2")
    plan = process.supersymmetric(spectra.spectrum())
    lines = (*process.to_pythia(spectra.spectrum()), *HARD_ONLY)
    with pytest.raises(GeneratorError, match=r"Pythia8 has made n1 \(1000022\) stable"):
        pythia._supersymmetric(lines, None, tmp_path, plan._replace(decaying=frozenset({1000021, 1000022})))


def heavy_z(**parameters: float) -> Process:
    return Process("p p > zp", decays=["zp > mu+ mu-"], model="pythia8", parameters=parameters)


def test_a_heavy_z_as_light_as_the_z_has_its_cross_section() -> None:
    _, (value, _) = hard(heavy_z(**{"mass 32": 91.188}), 4000)
    _, (z, _) = hard(Process("p p > z", decays=["z > mu+ mu-"]), 4000)
    assert value == pytest.approx(z, rel=0.05)


def test_couplings_act_as_squares() -> None:
    sigmas = [hard(heavy_z(**{"mass 32": 1000, "gzp": g}), 2000)[1][0] for g in (0.5, 0.25)]
    assert sigmas[0] / sigmas[1] == pytest.approx(4, rel=0.05)
    photons = [
        hard(Process("p p > a a", settings={"pta": 50}, parameters={"aewm1": a}), 2000)[1][0] for a in (120, 135)
    ]
    assert photons[0] / photons[1] == pytest.approx((135 / 120) ** 2, rel=0.05)


def test_cross_section_does_not_count_the_veto_twice() -> None:
    _, (own, _) = hard(ZZ, 4000)
    _, (one_table, _) = hard(Process("p p > z z", decays=["z > vl vl~"], settings={"pt_min_pdg": {23: 200}}), 4000)
    # BR(nu nu)^2 against 2 BR(jj) BR(nu nu)
    assert own / one_table == pytest.approx(2 * 0.5469 / 0.2002, rel=0.03)


def test_cross_section_of_few_events_uses_the_exact_share_too() -> None:
    # of one or two events all may have their own chains by chance
    values = []
    for seed in range(40):
        hooks = vetoes.hooks_for(ZZ)
        lines = (*ZZ.to_pythia(), *pythia.ALWAYS, HARD_ONLY[0], "Random:setSeed = on", f"Random:seed = {seed + 1}")
        started = starting.start(lines, hooks=hooks)
        started.nextBatch(1)
        value, _, story = pythia._cross_section(started, hooks)
        assert "share 0." in story
        values.append(value * hooks.own / hooks.seen)
        if hooks.own == hooks.seen:
            break
    else:
        pytest.fail("no seed of these has all events kept")
    assert values[-1] == pytest.approx(0.145 * 0.2190, rel=0.5)


def test_cross_section_with_a_cut_on_products() -> None:
    # the missing momentum of Z > nu nu is the Z's: a cut on it is the cut on the Z
    chain = Process("p p > z z, z > j j, z > vl vl~", settings={"misset": 200})
    _, (value, error) = hard(chain, 1000)
    _, (expected, _) = hard(ZZ, 4000)
    assert error < 0.06 * value
    # a chain keeps each Z within 15 widths of its mass, as MadGraph's does: 6 % less
    assert value == pytest.approx(0.94 * expected, abs=4 * error)


def test_every_z_has_its_own_chain() -> None:
    batch, _ = hard(ZZ, 40, level="HadronLevel:all = off")
    prt = batch["prt"]
    size = abs(prt["id"])
    neutrinos = ak.sum(((size == 12) | (size == 14) | (size == 16)) & (prt["status"] == 23), axis=1)
    assert neutrinos.tolist() == [2] * 40


def same(one: ak.Array, two: ak.Array) -> bool:
    a, b = events.columns(one), events.columns(two)
    return a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)


def test_make_chunk_is_decided_by_its_task() -> None:
    task = ChunkTask(ZZ, "cms", 5, 3, 6)
    one = pythia.make_chunk(task)
    other = pythia.make_chunk(ChunkTask(ZZ, "cms", 5, 4, 6))
    two = pythia.make_chunk(task)
    assert same(one.events, two.events)
    assert (one.cross_section, one.log) == (two.cross_section, two.log)
    assert other.events.MissingET.MET.tolist() != one.events.MissingET.MET.tolist()


def test_make_chunk_in_a_process_that_has_kept_nothing() -> None:
    task = ChunkTask(ZZ, "cms", 5, 3, 3)
    one = pythia.make_chunk(task)
    starting.interactions.cache_clear()
    starting._read.cache_clear()
    assert same(one.events, pythia.make_chunk(task).events)


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


LHE = """<LesHouchesEvents version="3.0">
<init>
{one} {two} 6.5e3 6.5e3 0 0 247000 247000 -4 1
 5.0e2 2.8 5.0e2 1
</init>
{events}</LesHouchesEvents>
"""
TOPS = """<event>
 4      1 {weight} 1.9e+02 7.5e-03 1.2e-01
 21 -1 0 0 503 502 0 0 49.284225102 49.284225102 0 0 -1
 21 -1 0 0 501 503 0 0 -737.82589271 737.82589271 0 0 1
 6 1 1 2 501 0 74.572934375 -27.977000383 -324.65439639 376.39515431 173 0 -1
 -6 1 1 2 0 502 -74.572934375 27.977000383 -363.88727121 410.71496350 173 0 1
</event>
"""


def lhe(n: int, beams: tuple[int, int] = (2212, 2212), weight: str = "+5.0e+02") -> bytes:
    return LHE.format(one=beams[0], two=beams[1], events=TOPS.format(weight=weight) * n).encode()


def test_make_chunk_showers_an_lhe_file() -> None:
    task = ChunkTask(None, "cms", 5, 0, 20, lhe=lhe(20))
    chunk = pythia.make_chunk(task)
    assert len(chunk.events) == 20
    assert chunk.events.Event.Weight.tolist() == [[500.0]] * 20
    assert chunk.cross_section == pytest.approx(500.0, rel=0.01)
    assert ak.mean(ak.num(chunk.events.Jet)) > 3
    assert 5 in ak.flatten(chunk.events.Jet.Flavor)
    assert same(chunk.events, pythia.make_chunk(task).events)


def test_make_chunk_takes_as_many_events_of_an_lhe_file_as_it_was_asked_for() -> None:
    assert len(pythia.make_chunk(ChunkTask(None, None, 5, 0, 3, lhe=lhe(5))).events) == 3


def test_make_chunk_keeps_negative_weights() -> None:
    assert pythia.make_chunk(ChunkTask(None, None, 5, 0, 1, lhe=lhe(1, weight="-5.0e+02"))).events.Event.Weight.tolist() == [[-500.0]]  # fmt: skip


def test_make_chunk_refuses_an_lhe_file_that_ends_early(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(GeneratorError, match=r"stopped after 4 of 10 events of the LHE file \(chunk 2\)"):
        pythia.make_chunk(ChunkTask(None, "cms", 5, 2, 10, lhe=lhe(4)))
    with pytest.raises(GeneratorError, match="does not begin with two beams"):
        pythia.make_chunk(ChunkTask(None, "cms", 5, 0, 1, lhe=b"<LesHouchesEvents>\n<init>\nno\n"))
    capfd.readouterr()


@pytest.mark.shared_data
def test_make_chunk_showers_events_of_madgraph(shared: Path) -> None:
    file = shared / "mg5_pp2tt" / "Events" / "run_01" / "unweighted_events.lhe.gz"
    text = gzip.decompress(file.read_bytes())
    head, *rest = text.split(b"<event>", 11)
    piece = b"<event>".join([head, *rest[:10]]) + b"</LesHouchesEvents>\n"
    chunk = pythia.make_chunk(ChunkTask(None, "cms", 5, 0, 10, lhe=piece))
    assert len(chunk.events) == 10
    assert chunk.events.Event.Weight[:, 0].tolist() == pytest.approx([503.647] * 10)
    assert chunk.cross_section == pytest.approx(503.647)


def test_start_refuses_an_unknown_setting(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(GeneratorError, match="does not know the settings"):
        starting.start(("No:such = on",))
    capfd.readouterr()


def test_interactions_depend_on_the_beams() -> None:
    lines = ("Beams:eCM = 7000.0", "WeakSingleBoson:ffbar2gmZ = on")
    table = starting.interactions(lines)
    assert "2212 2212" in table
    assert table != starting.interactions(("Beams:eCM = 8000.0", *lines[1:]))
    leptons = ("Beams:idA = 11", "Beams:idB = -11", "Beams:eCM = 250.0", "PDF:lepton = off", *lines[1:])
    assert starting.interactions(leptons) == ""


def test_failed_refuses_a_process_for_which_pythia_stops() -> None:
    with pytest.raises(GeneratorError, match=r"stopped after 0 of 10 events \(chunk 1\); .*loosen the settings"):
        pythia._failed(ChunkTask(ZZ, None, 1, 1, 10), 0)


def test_start_names_all_kinds_of_hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    class Deaf:
        def readString(self, _: str) -> bool:
            return True

        def setUserHooksPtr(self, _: object) -> bool:
            return False

    monkeypatch.setattr(starting, "_fresh", Deaf)
    with pytest.raises(GeneratorError, match=r"hooks that veto events \(own chains, cuts on products, matching\)"):
        starting.start((), hooks=object())
