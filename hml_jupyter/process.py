"""Processes as MadGraph writes them, checked before anything runs, and what they mean for the embedded Pythia8."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import particles
from .calls import named
from .errors import ArgumentError, ProcessError
from .particles import Chain
from .settings import SETTINGS, FinalState, check_setting, count, final_state, is_positive

__all__ = ["PROCESSES", "SETTINGS", "Process", "PythiaProcess"]


@dataclass(frozen=True)
class PythiaProcess:
    """How the embedded Pythia8 makes a process."""

    lines: tuple[str, ...]
    """Settings of Pythia8 that switch the process on."""
    note: str
    """What it is, in a few words."""
    two_to_two: bool = True
    """Two particles come out, so a pT cut acts on both."""
    needs_cut: bool = False
    """It has a jet in the hard process and diverges without a pT cut."""


#: An ecm up to this was meant in TeV: no collider with a larger one is planned, and no process here is made at so few GeV.
LARGEST_TEV = 100
_ONLY_Z = "WeakZ0:gmZmode = 2"

#: Hard final state, sorted -> how Pythia8 makes it. Everything else needs another generator.
PROCESSES: dict[str, PythiaProcess] = {
    "j j": PythiaProcess(("HardQCD:gg2gg = on", "HardQCD:gg2qqbar = on", "HardQCD:qg2qg = on", "HardQCD:qq2qq = on",
                          "HardQCD:qqbar2gg = on", "HardQCD:qqbar2qqbarNew = on", "HardQCD:nQuarkNew = 4"),
                         "QCD jets of gluons, u, d, s, c", needs_cut=True),
    "z z": PythiaProcess(("WeakDoubleBoson:ffbar2gmZgmZ = on", _ONLY_Z), "Z pairs without photons"),
    "w+ w-": PythiaProcess(("WeakDoubleBoson:ffbar2WW = on",), "W pairs"),
    "j z": PythiaProcess(("WeakBosonAndParton:qqbar2gmZg = on", "WeakBosonAndParton:qg2gmZq = on", _ONLY_Z),
                         "Z and a jet, without photons", needs_cut=True),
    "z": PythiaProcess(("WeakSingleBoson:ffbar2gmZ = on", _ONLY_Z), "single Z without photons", two_to_two=False),
    "t t~": PythiaProcess(("Top:gg2ttbar = on", "Top:qqbar2ttbar = on"), "top pairs"),
}  # fmt: skip


@dataclass(frozen=True)
class Process:
    """A hard process, its decays and its cuts.

    Parameters
    ----------
    process : str
        MadGraph's syntax: ``"p p > z z"``, or with its decays ``"p p > z z, z > j j, z > vl vl~"``.
    decays : sequence of str
        ``["z > j j", "z > vl vl~"]``; identical particles each decay by their own chain, or all by the only one.
    name : str, optional
        Short name for tables.
    ecm : float
        Collision energy, GeV.
    settings : mapping
        Cuts by MadGraph's names (`hml_jupyter.settings.SETTINGS`), in GeV. They act on the process as it is written: on the
        products of a chain, on the undecayed particles where the decays are given apart.

    Raises
    ------
    ProcessError
        The text is not a process, or a setting would do nothing or is missing.
    UnknownNameError
        A particle or a setting that does not exist; near names are listed.

    Examples
    --------
    >>> zz = Process("p p > z z", decays=["z > j j", "z > vl vl~"], settings={"pt_min_pdg": {23: 200}})
    >>> zz.particles
    ('z', 'z')
    >>> zz.text
    'p p > z z, z > j j, z > vl vl~'
    """

    process: str
    decays: Sequence[str] = field(default=(), kw_only=True)
    name: str | None = field(default=None, kw_only=True)
    ecm: float = field(default=13_000, kw_only=True)
    settings: Mapping[str, Any] = field(default_factory=dict, kw_only=True, hash=False)

    def __post_init__(self) -> None:
        """Check everything that can be checked without a generator."""
        _check_kinds(self)
        set_field = object.__setattr__
        set_field(self, "process", " ".join(particles.clean(self.process).split()))
        set_field(self, "decays", tuple(" ".join(particles.clean(d).split()) for d in self.decays))
        set_field(self, "settings", {k: dict(v) if isinstance(v, Mapping) else v for k, v in self.settings.items()})
        hard, inline = self._parsed()
        particles.check_decays(hard.products, self.chains)
        for setting, value in self.settings.items():
            check_setting(setting, value, hard, inline)
        if "j" in hard.products and self.pt_min is None:
            msg = f"{self.process!r} diverges without a pT cut on its jets: give one, for instance settings={{'ptj': 200}} (GeV)"
            raise ProcessError(msg)
        low, high = self.pt_min or 0.0, self.ecm / 2 if self.pt_max is None else self.pt_max
        if low >= high:
            msg = f"the cuts leave nothing: pT above {low:g} GeV and below {high:g} GeV (half of ecm at most)"
            raise ProcessError(msg)

    @property
    def particles(self) -> tuple[str, ...]:
        """Particles of the hard process, in MadGraph's names."""
        return self._parsed()[0].products

    @property
    def chains(self) -> tuple[Chain, ...]:
        """Decay chains, whichever way they were given."""
        return self._parsed()[1] or tuple(particles.parse_chain(d) for d in self.decays)

    @property
    def text(self) -> str:
        """The process with its decays, as MadGraph writes a chain."""
        return ", ".join((self.process, *self.decays))

    @property
    def label(self) -> str:
        """Short name for tables: the name, else the process."""
        return self.name or self.text

    @property
    def pt_min(self) -> float | None:
        """Smallest pT of the particles of a hard 2 -> 2 process, GeV; None without a cut.

        Both have the same pT, so n jets have a sum of n times it, and one that goes into neutrinos is the missing pT.
        """
        left = self._left()
        cuts = [*self.settings.get("pt_min_pdg", {}).values()]
        if "ptj" in self.settings and count("ptj", left.hard):
            cuts.append(self.settings["ptj"])
        if "htjmin" in self.settings and not count("htjmin", left.products):
            cuts.append(self.settings["htjmin"] / count("htjmin", left.hard))
        if "misset" in self.settings and self._one_is_unseen():
            cuts.append(self.settings["misset"])
        return max(cuts, default=None)

    @property
    def product_cuts(self) -> dict[str, float]:
        """Cuts on the products of a chain: setting -> GeV. `pt_min` does not express them."""
        products = self._left().products
        return {k: v for k, v in self.settings.items() if k in ("ptj", "htjmin", "misset") and count(k, products)}

    @property
    def pt_max(self) -> float | None:
        """Largest pT of the particles of a hard 2 -> 2 process, GeV; None without a cut."""
        return min(self.settings.get("pt_max_pdg", {}).values(), default=None)

    def to_pythia(self) -> tuple[str, ...]:
        """Return the settings of Pythia8 for beams, hard process, cuts and decays.

        In a 2 -> 2 process both particles have the same pT, so every cut on them is ``PhaseSpace:pTHatMin`` (that is the pT
        in the hard scattering: like MadGraph's cuts it acts before the shower). Cuts on products (`product_cuts`) and
        identical particles are a matter of vetoes: `hml_jupyter.generators.vetoes`. Identical particles with chains of their own get the union of the
        chains here.

        Raises
        ------
        ProcessError
            The embedded Pythia8 does not make this process; the message lists what it makes.
        """
        hard = self._parsed()[0]
        key = " ".join(sorted(hard.products))
        if hard.mother != "p p" or key not in PROCESSES:
            made = ", ".join(f"p p > {name}" for name in PROCESSES)
            msg = f"the embedded Pythia8 does not make {self.process!r}; it makes {made}, and their decays"
            raise ProcessError(msg)
        made_by = PROCESSES[key]
        if (self.pt_min or self.pt_max) and not made_by.two_to_two:
            msg = f"{next(iter(self.settings))!r} does nothing for {self.process!r}: a single particle comes out with no pT; add a jet"
            raise ProcessError(msg)
        cuts = {"PhaseSpace:pTHatMin": self.pt_min, "PhaseSpace:pTHatMax": self.pt_max}
        return (
            f"Beams:eCM = {float(self.ecm)!r}",
            *made_by.lines,
            *(f"{name} = {float(value)!r}" for name, value in cuts.items() if value is not None),
            *particles.decay_lines(self.chains),
        )

    def _one_is_unseen(self) -> bool:
        """Tell whether exactly one particle of the hard process decays into neutrinos and nothing else has any."""
        hard, inline = self._parsed()
        dark = [chain for chain in inline if count("misset", chain.products)]
        if len(dark) != 1 or count("misset", dark[0].products) != len(dark[0].products):
            return False
        mother = dark[0].mother
        return hard.products.count(mother) == sum(chain.mother == mother for chain in inline)

    def _left(self) -> FinalState:
        hard, inline = self._parsed()
        return final_state(hard.products, inline)

    def _parsed(self) -> tuple[Chain, tuple[Chain, ...]]:
        return particles.parse_process(self.process)


Process.__init__ = named(Process.__init__, "Process")  # type: ignore[method-assign]


def _check_kinds(process: Any) -> None:
    _check_texts(process)
    if not isinstance(process.settings, Mapping):
        msg = f"settings must be a dictionary such as {{'ptj': 200}}, not {process.settings!r}"
        raise ArgumentError(msg)
    if process.name is not None and not (
        isinstance(process.name, str) and process.name.strip() and process.name.isprintable()
    ):
        msg = f"name must be a printable text, not {process.name!r}"
        raise ArgumentError(msg)
    if not is_positive(process.ecm):
        msg = f"ecm must be a positive energy in GeV, not {process.ecm!r}"
        raise ArgumentError(msg)
    if process.ecm <= LARGEST_TEV:
        msg = f"ecm={process.ecm:g} is in GeV, too little for any of these processes; {process.ecm:g} TeV are ecm={1000 * process.ecm:.0f}"
        raise ArgumentError(msg)
    if process.decays and "," in process.process:
        msg = "give the decays once: either as a chain in the process or as decays=[...]"
        raise ProcessError(msg)


def _check_texts(process: Any) -> None:
    kinds = isinstance(process.process, str) and isinstance(process.decays, list | tuple)
    if not kinds or not all(isinstance(decay, str) for decay in process.decays):
        msg = "process must be a text and decays a list of texts: Process('p p > z z', decays=['z > j j'])"
        raise ArgumentError(msg)
    if not process.process.strip():
        msg = (
            "a process is missing: two beams, '>' and what comes out, with spaces between the names, as in 'p p > z z'"
        )
        raise ProcessError(msg)
    for text in (process.process, *process.decays):
        if "->" in text:
            msg = f"{text!r}: write '>' where it has '->', as in 'p p > z z'"
            raise ProcessError(msg)
