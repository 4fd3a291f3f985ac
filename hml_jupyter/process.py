"""Processes as MadGraph writes them, checked before anything runs, and what they mean for MadGraph and the embedded Pythia8."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from . import particles, settings, susy
from .canonical import NEW
from .embedded import PROCESSES, PythiaProcess, beam_lines, made_by, merged, parameter_lines, window_lines
from .errors import ProcessError
from .particles import EMBEDDED, Chain, Line, Names
from .process_checks import (
    check_beams,
    check_diagrams,
    check_embedded,
    check_groups,
    check_kinds,
    check_lines,
    check_settings,
)
from .registry import named
from .settings import SETTINGS, Hard
from .slha import Spectrum

__all__ = ["PROCESSES", "SETTINGS", "Process", "PythiaProcess"]


class _Parsed(NamedTuple):
    """What the texts of a process say."""

    lines: tuple[Line, ...]
    decays: tuple[Line, ...]
    names: Names
    hard: tuple[Hard, ...]


@dataclass(frozen=True)
class Process:
    """A hard process, its decays and its cuts.

    Parameters
    ----------
    process : str or sequence of str
        MadGraph's syntax: ``"p p > z z"``, or with its decays ``"p p > z z, z > j j, z > vl vl~"``. Several lines are summed.
    decays : sequence of str
        ``["z > j j", "z > vl vl~"]``; identical particles each decay by their own chain, or all by the only one.
    name : str, optional
        Short name for tables.
    ecm : float
        Collision energy, GeV.
    beams : (float, float), optional
        Energies of unequal beams, GeV; `ecm` follows from them.
    settings : mapping
        Run-card settings by MadGraph's names (`hml_jupyter.settings.RUN_CARD`), in GeV. Cuts act on the process as it is
        written: on the products of a chain, on the undecayed particles where the decays are given apart.
    model : str
        Model of MadGraph: built in, or a UFO model. ``"pythia8"`` has particles that only the embedded generator makes.
    parameters : mapping
        Values of the param card by name or by block and number: ``{"mt": 173.0}``, ``{"mass 6": 173.0}``.
    define : mapping
        Groups of particles: ``{"l": "e+ e- mu+ mu-"}``.

    Raises
    ------
    ProcessError
        The text is not a process, or a setting would do nothing or is missing.
    UnknownNameError
        A particle, a setting or a parameter that does not exist; near names are listed.

    Examples
    --------
    >>> zz = Process("p p > z z", decays=["z > j j", "z > vl vl~"], settings={"pt_min_pdg": {23: 200}})
    >>> zz.particles
    ('z', 'z')
    >>> zz.text
    'p p > z z, z > j j, z > vl vl~'
    >>> Process(["p p > w j", "p p > z j"], define={"w": "w+ w-"}, settings={"ptj": 100}).to_madgraph()
    ('import model sm', 'define w = w+ w-', 'generate p p > w j', 'add process p p > z j')
    """

    process: str | Sequence[str]
    decays: Sequence[str] = field(default=(), kw_only=True)
    name: str | None = field(default=None, kw_only=True)
    ecm: float = field(default=13_000, kw_only=True)
    beams: tuple[float, float] | None = field(default=None, kw_only=True, metadata=NEW)
    settings: Mapping[str, Any] = field(default_factory=dict, kw_only=True, hash=False)
    model: str = field(default="sm", kw_only=True, metadata=NEW)
    parameters: Mapping[str, Any] = field(default_factory=dict, kw_only=True, hash=False, metadata=NEW)
    define: Mapping[str, str] = field(default_factory=dict, kw_only=True, hash=False, metadata=NEW)

    def __post_init__(self) -> None:
        """Check everything that can be checked without a generator."""
        check_kinds(self)
        set_field = object.__setattr__
        texts = [" ".join(particles.clean(text).split()) for text in self._texts]
        set_field(self, "process", texts[0] if len(texts) == 1 else tuple(texts))
        set_field(self, "decays", tuple(" ".join(particles.clean(d).split()) for d in self.decays))
        set_field(self, "define", dict(particles.check_definitions(self.define)))
        set_field(self, "settings", {k: dict(v) if isinstance(v, Mapping) else v for k, v in self.settings.items()})
        hadrons = any("p" in h.chain.mother.split() for h in self._parsed.hard)
        set_field(self, "parameters", settings.check_parameters(self.parameters, self.model, hadrons=hadrons))
        set_field(self, "ecm", check_beams(self, hadrons=hadrons))
        set_field(self, "beams", None if self.beams is None else tuple(self.beams))
        check_groups(self)
        check_lines(self, self._parsed.hard, self._parsed.decays, self._parsed.names)
        check_settings(self, self._parsed.hard, self._parsed.names)

    @property
    def particles(self) -> tuple[str, ...]:
        """Particles of the hard process, in MadGraph's names; of the first line where there are several."""
        return self._parsed.hard[0].chain.products

    def jets(self, flavours: int = 4) -> tuple[tuple[tuple[str, ...], int], ...]:
        """Return for each line its particles beside light jets, sorted, and the number of light jets.

        Parameters
        ----------
        flavours : int
            Largest PDG id of a quark that is a light jet, ``maxjetflavor`` of the run card.
        """
        light = {21, *range(1, flavours + 1), *range(-flavours, 0)}
        found = []
        for products in (h.chain.products for h in self._parsed.hard):
            others = tuple(sorted(p for p in products if light.isdisjoint(self.names.ids(p.partition("{")[0]))))
            found.append((others, len(products) - len(others)))
        return tuple(found)

    def feels(self, setting: str) -> bool:
        """Tell whether a cut of the run card acts on undecayed particles of a line."""
        letters = settings.RUN_CARD[setting].acts_on
        return bool(letters) and any(all(h.count(x) >= letters.count(x) for x in letters) for h in self._parsed.hard)

    @property
    def chains(self) -> tuple[Chain, ...]:
        """Decay chains, whichever way they were given."""
        parsed = self._parsed
        apart = tuple(chain for line in parsed.decays for chain in particles.decays_of(line, parsed.names))
        by_line = [h.inline for h in parsed.hard]
        first: dict[str, int] = {}
        for index, chains in enumerate(by_line):
            for chain in chains:
                first.setdefault(chain.mother, index)
        return apart or tuple(c for i, chains in enumerate(by_line) for c in chains if first[c.mother] == i)

    @property
    def names(self) -> Names:
        """What its particles are called: those of the model, and the user's groups."""
        return self._parsed.names

    @property
    def text(self) -> str:
        """The process with its decays, as MadGraph writes a chain; several lines are joined by semicolons."""
        return "; ".join(", ".join((text, *self.decays)) for text in self._texts)

    @property
    def label(self) -> str:
        """Short name for tables: the name, else the process."""
        return self.name or self.text

    @property
    def energies(self) -> tuple[float, float]:
        """Energies of the two beams, GeV."""
        return self.beams or (self.ecm / 2, self.ecm / 2)

    @property
    def pt_min(self) -> float | None:
        """Smallest pT of the particles of a hard 2 -> 2 process, GeV; None without a cut.

        Both have the same pT, so n jets have a sum of n times it, and one that goes into neutrinos is the missing pT.
        """
        return settings.pt_min(self._parsed.hard[0], self.settings)

    @property
    def pt_max(self) -> float | None:
        """Largest pT of the particles of a hard 2 -> 2 process, GeV; None without a cut."""
        return settings.pt_max(self._parsed.hard[0], self.settings)

    @property
    def product_cuts(self) -> dict[str, float]:
        """Cuts that `pt_min` does not express: on products of a chain, on jets in 2 -> 3; setting -> GeV."""
        return settings.product_cuts(self._parsed.hard[0], self.settings)

    @property
    def cut_into(self) -> frozenset[int]:
        """PDG ids of the particles that decay in a chain: cuts on products see what comes out of these, and no other decay."""
        names = self._parsed.names
        return frozenset(i for h in self._parsed.hard for chain in h.inline for i in names.ids(chain.mother))

    def to_madgraph(self) -> tuple[str, ...]:
        """Return the commands of MadGraph for model, groups and processes, one a line; neither cards nor decays apart.

        Raises
        ------
        ProcessError
            MadGraph has no such model, or the model has no such process at leading order.
        """
        if self.model == EMBEDDED:
            msg = f"the model {EMBEDDED!r} is of the embedded generator alone; MadGraph needs a UFO model, model='...'"
            raise ProcessError(msg)
        gluons = self.model.partition("-")[0] in ("sm", "loop_sm") and any(
            h.chain.mother == "p p" and sorted(h.chain.products) in (["h"], ["h", "j"]) for h in self._parsed.hard
        )
        if gluons:
            msg = f"{self.text!r}: gluons make a Higgs through loops, which {self.model!r} does not have; use model='heft'"
            raise ProcessError(msg)
        lines = (line.render() for line in self._parsed.lines)
        return (
            f"import model {self.model}",
            *(f"define {name} = {members}" for name, members in self.define.items()),
            *(f"{'add process' if i else 'generate'} {line}" for i, line in enumerate(lines)),
        )

    def to_pythia(self, spectrum: Spectrum | None = None) -> tuple[str, ...]:
        """Return the settings of Pythia8 for beams, hard process, cuts and decays.

        Parameters
        ----------
        spectrum : Spectrum, optional
            Of supersymmetric particles, from an SLHA file; needed for those.

        Notes
        -----
        In a 2 -> 2 process both particles have the same pT, so every cut on them is ``PhaseSpace:pTHatMin`` (that is the pT
        in the hard scattering: like MadGraph's cuts it acts before the shower). Other cuts (`product_cuts`) and identical
        particles are a matter of vetoes: `hml_jupyter.generators.vetoes`. Identical particles with chains of their own get
        the union of the chains here. Several lines are all switched on, which sums them. Of supersymmetric particles more is a
        matter of vetoes and of the SLHA file: see `supersymmetric`.

        Raises
        ------
        ProcessError
            The embedded Pythia8 does not make this process, or cannot honour a setting; the message says what works.
        """
        lines, decays, names, hard = self._parsed
        chains = self.chains
        check_diagrams(self, (*lines, *decays), hard)
        made = [(found, h.chain) for h in hard for found in self._made_by(h.chain)]
        check_embedded(self, hard, made)
        plan = self.supersymmetric(spectrum) if susy.is_susy(self.model) else None
        first = hard[0]
        cuts = {
            "PhaseSpace:pTHatMin": self.pt_min if all(found.two_to_two for found, _ in made) else None,
            "PhaseSpace:pTHatMax": self.pt_max if all(found.two_to_two for found, _ in made) else None,
            "PhaseSpace:mHatMin": settings.mass_min(first, self.settings),
        }
        return (
            *beam_lines(first.chain.mother, self.energies, self.settings),
            *(plan.lines if plan else merged(made, chains, names)),
            *(f"{name} = {float(value)!r}" for name, value in cuts.items() if value is not None),
            *(() if plan else parameter_lines(self.parameters, [h.chain for h in hard])),
            *window_lines(
                self.cut_into, (chain for _, chain in made), self._widths, plan.masses if plan else self.parameters
            ),
        )

    def supersymmetric(self, spectrum: Spectrum | None) -> susy.Plan:
        """Return what the embedded Pythia8 is given for supersymmetric particles with the spectrum of an SLHA file.

        Raises
        ------
        ProcessError
            There is no spectrum, or it does not do for this process.
        """
        hard, names = self._parsed.hard, self._parsed.names
        return susy.plan([h.chain for h in hard], self.chains, names, spectrum, self.parameters, self.ecm)

    def _made_by(self, hard: Chain) -> list[PythiaProcess]:
        if susy.is_susy(self.model):
            return susy.made_by(hard.text, hard, self.names)
        return made_by(hard.text, hard, self.names, self.model)

    @property
    def _widths(self) -> float:
        return float(self.settings.get("bwcutoff", settings.RUN_CARD["bwcutoff"].default))

    @property
    def _texts(self) -> tuple[str, ...]:
        return (self.process,) if isinstance(self.process, str) else tuple(self.process)

    @property
    def _parsed(self) -> _Parsed:
        return _parse(self._texts, tuple(self.decays), self.model, tuple(self.define.items()))


Process.__init__ = named(Process.__init__, "Process")  # type: ignore[method-assign]


@lru_cache(maxsize=256)
def _parse(texts: tuple[str, ...], decays: tuple[str, ...], model: str, define: tuple[tuple[str, str], ...]) -> _Parsed:
    names = particles.names_of(model, define)
    lines = tuple(particles.parse_line(text, names) for text in texts)
    apart = tuple(particles.parse_line(text, names) for text in decays)
    return _Parsed(lines, apart, names, tuple(settings.hard_process(line, names) for line in lines))
