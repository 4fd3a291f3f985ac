"""Options of generating and showering: checked before anything runs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..checks import whole
from ..errors import ArgumentError, UnknownNameError
from ..generators import DETECTORS
from ..generators.madgraph.cards import run_values
from ..generators.matching import VERSION
from ..process import Process
from ..slha import MODEL, Spectrum, read_slha
from ..susy import is_susy
from .merging import check_lines, is_on

__all__ = ["GENERATORS", "MOST", "Tools", "check_detector", "own_cards", "process_of"]

GENERATORS = ("pythia8", "madgraph5")
_SHOWERS = ("pythia8", "mg5", None)
#: Largest number of events.
MOST = 1_000_000_000
#: MadGraph makes no more events in one run.
MOST_IN_RUN = 1_000_000


@dataclass(frozen=True)
class Tools:
    """Which programs make the events."""

    generator: str
    shower: str | None
    detector: str | None
    madspin: str | None = None
    cards: Mapping[str, str] = field(default_factory=dict)
    """Texts of the user's own cards by their kinds."""
    multi_run: int = 1

    def checked(self, process: Process, events: int) -> Tools:
        """Refuse what does not go together; return the tools with MadSpin switched on where the process has decays.

        Raises
        ------
        UnknownNameError, ArgumentError
            A name that does not exist, or an option that the chosen programs would ignore.
        """
        if self.generator not in GENERATORS:
            raise UnknownNameError("generator", str(self.generator), GENERATORS)
        if self.shower not in _SHOWERS:
            raise UnknownNameError("shower", str(self.shower), [str(s) for s in _SHOWERS])
        check_detector(self.detector, also=("delphes",) if self.shower == "mg5" else ())
        self._check_cards()
        if self.shower is not None:
            embedded = self.generator == "madgraph5" and self.shower == "pythia8"
            check_lines(process, self._run_card(process), matches=embedded)
        if self.generator == "pythia8":
            self._check_embedded()
            return self
        self._check_chain()
        if events < whole("multi_run", self.multi_run, 1, MOST):
            msg = f"multi_run={self.multi_run} parts need at least as many events, not {events}"
            raise ArgumentError(msg)
        if events > MOST_IN_RUN * self.multi_run:
            msg = f"MadGraph makes at most {MOST_IN_RUN:_} events in a run: give multi_run={math.ceil(events / MOST_IN_RUN)}"
            raise ArgumentError(msg)
        return replace(self, madspin=self._spin_mode(process))

    def arguments(self, process: Process) -> dict[str, Any]:
        """Return what of it belongs to a recipe: only what is not the default, so that old recipes stay."""
        defaults = {"shower": "pythia8", "madspin": None, "multi_run": 1}
        matched = self.shower == "pythia8" and is_on(self._run_card(process).get("ickkw"))
        given = {name: getattr(self, name) for name, value in defaults.items() if getattr(self, name) != value}
        return {**given, **({"matching": VERSION} if matched else {})}

    def _run_card(self, process: Process) -> dict[str, Any]:
        """Return the settings of MadGraph's run card: those of the process go before those of the user's own card."""
        return {**run_values(self.cards.get("run", "")), **process.settings}

    @property
    def spectrum(self) -> Spectrum | None:
        """What the param card says of supersymmetric particles, for the embedded generator."""
        return read_slha(self.cards["param"]) if self.generator == "pythia8" and "param" in self.cards else None

    def _check_embedded(self) -> None:
        given = {"madspin": self.madspin, "multi_run": None if self.multi_run == 1 else 1}
        for name, value in given.items():
            if value is not None:
                msg = f"{name} belongs to generator='madgraph5'; the embedded generator would ignore it"
                raise ArgumentError(msg)
        if self.shower != "pythia8":
            msg = f"shower={self.shower!r} belongs to generator='madgraph5'; the embedded generator is its own shower"
            raise ArgumentError(msg)

    def _check_cards(self) -> None:
        """Refuse cards of programs that do not run."""
        runs = {"pythia8": self.shower == "mg5", "delphes": self.detector == "delphes"}
        idle = next((kind for kind, yes in runs.items() if kind in self.cards and not yes), None)
        if idle:
            msg = f"a {idle} card is among the cards, and MadGraph's own {'shower' if idle == 'pythia8' else 'detector'} does not run; leave it out, or take shower='mg5'"
            raise ArgumentError(msg)

    def _check_chain(self) -> None:
        if self.shower is None and self.detector is not None:
            msg = f"shower=None gives the particles of the hard process, and detector={self.detector!r} needs showered events: give detector=None too"
            raise ArgumentError(msg)
        if self.shower == "mg5" and self.detector not in ("delphes", None):
            msg = f"shower='mg5' goes with MadGraph's own detector='delphes' or None; detector={self.detector!r} goes with shower='pythia8'"
            raise ArgumentError(msg)

    def _spin_mode(self, process: Process) -> str | None:
        from ..generators.madgraph.script import SPIN_MODES

        own = "madspin" in self.cards
        if self.madspin is not None and self.madspin not in SPIN_MODES:
            raise UnknownNameError("madspin", str(self.madspin), SPIN_MODES)
        if own and (process.decays or self.madspin):
            msg = "the decays are given twice: in a MadSpin card of your own and in decays or madspin; leave one out"
            raise ArgumentError(msg)
        if self.madspin and not process.decays:
            msg = f"madspin={self.madspin!r} has nothing to decay: give decays=['z > j j', ...], or a MadSpin card in cards"
            raise ArgumentError(msg)
        return "card" if own else self.madspin or (SPIN_MODES[0] if process.decays else None)


def process_of(
    process: Process | str | Sequence[str], decays: Sequence[str], settings: Mapping[str, Any] | None, ecm: float
) -> Process:
    """Return the process of a call, given ready or as text with its options."""
    if not isinstance(process, Process):
        return Process(process, decays=decays, ecm=ecm, settings=settings or {})
    if decays or settings or not math.isclose(ecm, 13_000):
        msg = "decays, settings and ecm belong to the Process that is given; change them there"
        raise ArgumentError(msg)
    return process


def check_detector(detector: Any, *, also: Sequence[str] = ()) -> None:
    """Refuse a detector that does not exist."""
    known = [*DETECTORS, *also]
    if detector not in known:
        hint = "Delphes itself goes with generator='madgraph5', shower='mg5'" if detector == "delphes" else ""
        raise UnknownNameError("detector", str(detector), [str(d) for d in known], hint=hint)


def own_cards(cards: Any, generator: str, model: str = "sm") -> dict[str, str]:
    """Return the texts of the user's cards by their kinds; refuse cards that nobody would read.

    Raises
    ------
    ArgumentError, PathError
        Not a list of file names, not cards, or the generator takes none.
    """
    if isinstance(cards, str) or not isinstance(cards, Sequence):
        msg = f"cards must be a list of file names, not {cards!r}"
        raise ArgumentError(msg)
    if not cards:
        return {}
    if generator == "pythia8" and not is_susy(model):
        msg = f"cards belongs to generator='madgraph5'; of the embedded generator's processes only those of model={MODEL!r} take a card"
        raise ArgumentError(msg)
    from ..generators.madgraph.cards import read_cards

    found = read_cards([str(card) for card in cards])
    other = next((kind for kind in found if kind != "param"), None)
    if generator == "pythia8" and other:
        msg = f"a {other} card belongs to generator='madgraph5'; the embedded generator takes a param card (SLHA file) alone"
        raise ArgumentError(msg)
    return found
