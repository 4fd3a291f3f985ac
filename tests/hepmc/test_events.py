from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pyhepmc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hml_jupyter import progress
from hml_jupyter.errors import FileFormatError, HmlError
from hml_jupyter.events import read_events
from hml_jupyter.hepmc import hepmc_batches, read_hepmc

FORMATS = ["hepmc2", "hepmc3"]
Write = Callable[..., Path]


def event(number: int, *, unit: str = "GEV", weights: tuple[float, ...] = (1.0,), sigma: bool = True) -> Any:
    """Two protons make a Z and a gluon, the Z decays into two muons."""
    scale = 1000.0 if unit == "MEV" else 1.0

    def particle(px: float, py: float, pz: float, e: float, pid: int, status: int, mass: float) -> Any:
        made = pyhepmc.GenParticle([scale * x for x in (px, py, pz, e)], pid, status)
        made.generated_mass = scale * mass
        return made

    whole = pyhepmc.GenEvent(getattr(pyhepmc.Units, unit), pyhepmc.Units.MM)
    whole.event_number = number
    whole.weights = list(weights)
    hard, decay = pyhepmc.GenVertex(), pyhepmc.GenVertex()
    for pz in (6500.0, -6500.0):
        hard.add_particle_in(particle(0.0, 0.0, pz, 6500.0, 2212, 4, 0.938))
    z = particle(3.0, 4.0, 0.0, np.sqrt(91.2**2 + 25.0), 23, 2, 91.2)
    hard.add_particle_out(z)
    hard.add_particle_out(particle(-3.0, -4.0, 0.0, 5.0, 21, 1, 0.0))
    decay.add_particle_in(z)
    for sign in (1, -1):
        decay.add_particle_out(particle(1.5, 2.0, sign * 40.0, 45.0, sign * 13, 1, 0.105658))
    whole.add_vertex(hard)
    whole.add_vertex(decay)
    if sigma:
        cross_section = pyhepmc.GenCrossSection()
        cross_section.set_cross_section(503.6 + number, 2.8, number + 1, number + 1)
        whole.cross_section = cross_section
    return whole


@pytest.fixture
def write(study: Path) -> Write:
    """Write events as the library does."""

    def written(name: str, version: str, n: int = 3, names: tuple[str, ...] = (), **options: Any) -> Path:
        info = pyhepmc.GenRunInfo()
        if names:
            info.weight_names = list(names)
        pyhepmc.Setup.print_warnings = False
        with pyhepmc.open(study / name, "w", format=version) as file:
            for number in range(n):
                made = event(number, **options)
                made.run_info = info
                file.write(made)
        return Path(name)

    return written


@pytest.mark.parametrize("version", FORMATS)
@pytest.mark.parametrize("name", ["run.hepmc", "run.hepmc.gz", "no_suffix"])
def test_read_hepmc_values(write: Write, version: str, name: str) -> None:
    events = read_events(write(name, version))
    assert len(events) == 3
    assert events.Event.Number.tolist() == [[0], [1], [2]]
    assert events.Event.CrossSection[:, 0].tolist() == pytest.approx([503.6, 504.6, 505.6])
    assert events.Event.CrossSectionError[0, 0] == pytest.approx(2.8)
    p = events.Particle[0]
    assert p.PID.tolist() == [2212, 2212, 23, 21, 13, -13]
    assert p.Status.tolist() == [4, 4, 2, 1, 1, 1]
    assert p.Charge.tolist() == [1, 1, 0, 0, -1, 1]
    assert p.M1.tolist() == [-1, -1, 0, 0, 2, 2]
    assert p.M2.tolist() == [-1, -1, 1, 1, -1, -1]
    assert [p.PT[2], p.Eta[2], p.Phi[2], p.Mass[2]] == pytest.approx([5.0, 0.0, np.arctan2(4, 3), 91.2])
    assert p.E[4] == pytest.approx(45.0)
    assert p.Eta[:2].tolist() == [np.inf, -np.inf]
    assert events.attrs["source"] == name


@pytest.mark.parametrize("version", FORMATS)
def test_read_hepmc_mev_becomes_gev(write: Write, version: str) -> None:
    gev, mev = (read_hepmc(write(f"{unit}.hepmc", version, unit=unit)) for unit in ("GEV", "MEV"))
    for field in ("PT", "Eta", "Phi", "Mass", "E"):
        assert np.allclose(ak.flatten(gev.Particle[field]), ak.flatten(mev.Particle[field]), rtol=1e-6, atol=1e-6), (
            field
        )


@pytest.mark.parametrize("version", FORMATS)
def test_read_hepmc_weights(write: Write, version: str) -> None:
    one = read_hepmc(write("one.hepmc", version, weights=(2.5,)))
    assert "Weight" not in ak.fields(one)
    assert one.Event.Weight[:, 0].tolist() == [2.5, 2.5, 2.5]
    several = read_hepmc(write("several.hepmc", version, weights=(2.5, 3.0, -1.0), names=("nominal", "up", "down")))
    assert several.Weight.Weight.tolist() == [[2.5, 3.0, -1.0]] * 3
    assert several.Event.Weight[:, 0].tolist() == [2.5, 2.5, 2.5]
    assert several.attrs["weight_names"] == ["nominal", "up", "down"]


def test_read_hepmc_without_cross_section_and_unknown_particles(write: Write) -> None:
    path = write("run.hepmc", "hepmc2", sigma=False)
    path.write_bytes(path.read_bytes().replace(b" -13 ", b" 999999999 "))
    events = read_hepmc(path)
    assert np.isnan(events.Event.CrossSection[0, 0])
    assert events.Particle.Charge[0].tolist() == [1, 1, 0, 0, -1, 0]


def test_read_hepmc_two_without_units(write: Write) -> None:
    path = write("run.hepmc", "hepmc2")
    path.write_bytes(path.read_bytes().replace(b"U GEV MM\n", b""))
    heard: list[progress.Report] = []
    with progress.listening(heard.append):
        assert read_hepmc(path).Particle.E[0, 0] == 6500.0
    assert [report.text for report in heard] == ["run.hepmc: the file does not tell its units; GeV is assumed"]


@pytest.mark.parametrize("version", FORMATS)
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.97])
def test_read_hepmc_cut_short(write: Write, version: str, share: float) -> None:
    path = write("cut.hepmc", version)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(
        FileFormatError, match=r"cut.hepmc: expected a HepMC file; it ends in .* without END_EVENT_LISTING"
    ):
        read_events(path)


def test_read_hepmc_cut_short_between_events(write: Write) -> None:
    path = write("cut.hepmc", "hepmc3")
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b"E 2 ")])
    with pytest.raises(FileFormatError, match=r"it ends in event 2 \(line \d+\)"):
        read_events(path)


@pytest.mark.parametrize("version", FORMATS)
def test_read_hepmc_half_written_gzip(write: Write, version: str) -> None:
    path = write("half.hepmc.gz", version, n=50)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(FileFormatError, match=r"half.hepmc.gz: expected a HepMC file; .* half-written or half-copied"):
        read_events(path)


@pytest.mark.parametrize("version", FORMATS)
def test_read_hepmc_damaged_gzip(write: Write, version: str) -> None:
    path = write("bad.hepmc.gz", version, n=50)
    packed = bytearray(path.read_bytes())
    packed[len(packed) // 2] ^= 0xFF
    path.write_bytes(packed)
    with pytest.raises(FileFormatError, match=r"bad.hepmc.gz: expected a HepMC file"):
        read_events(path)


@pytest.mark.parametrize("version", FORMATS)
def test_read_hepmc_no_event(write: Write, study: Path, version: str) -> None:
    whole = write("run.hepmc", version).read_bytes()
    (study / "none.hepmc").write_bytes(whole[: whole.index(b"E 0 ")] + whole[whole.rindex(b"HepMC::") :])
    with pytest.raises(FileFormatError, match=r"none.hepmc: expected a HepMC file with events; found none"):
        read_events("none.hepmc")


def test_read_hepmc_other_version(study: Path) -> None:
    (study / "old.hepmc").write_text("HepMC::IO_Ascii-START_EVENT_LISTING\nE 0\nHepMC::IO_Ascii-END_EVENT_LISTING\n")
    with pytest.raises(FileFormatError, match=r"version 2 \(IO_GenEvent\) or 3 \(Asciiv3\); found 'HepMC::IO_Ascii"):
        read_events("old.hepmc")


@pytest.mark.parametrize("version", FORMATS)
def test_hepmc_batches(write: Write, version: str) -> None:
    path = write("run.hepmc", version, n=25, weights=(1.0, 2.0))
    batches = list(hepmc_batches(path, size=10))
    assert [len(batch) for batch in batches] == [10, 10, 5]
    assert ak.array_equal(ak.concatenate(batches), read_hepmc(path))


def test_hepmc_batches_gives_what_comes_before_the_cut(write: Write) -> None:
    path = write("run.hepmc", "hepmc3", n=25)
    path.write_bytes(path.read_bytes()[:-100])
    batches = hepmc_batches(path, size=10)
    assert len(next(batches)) == 10
    with pytest.raises(FileFormatError, match="event 25"):
        list(batches)


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("version", FORMATS)
def test_read_hepmc_garbled(write: Write, version: str, data: st.DataObject) -> None:
    whole = bytearray(write("run.hepmc", version, n=2).read_bytes())
    start = data.draw(st.integers(0, len(whole) - 1))
    whole[start : start + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=10))
    packed = data.draw(st.booleans())
    path = Path("garbled.hepmc")
    path.write_bytes(gzip.compress(bytes(whole)) if packed else bytes(whole))
    try:
        energies = ak.to_numpy(ak.flatten(read_events(path).Particle.E))
    except HmlError as error:
        message, energies = str(error), np.zeros(0)
    else:
        message = path.name
    assert path.name in message
    assert np.isfinite(energies).all()
