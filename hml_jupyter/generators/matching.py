"""MLM matching: events of several jet multiplicities, showered without counting a jet twice, by Pythia8's own hooks.

Mangano, Moretti, Piccinini, Treccani, arXiv:hep-ph/0611129; with MadGraph's kT scheme Alwall et al., arXiv:0706.2569. An event
passes if its jets after the shower, above `Matching.q_cut`, are those of its hard process; with the largest number of jets
more may come. The share that passes times the cross section of the sample is the matched cross section.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .. import progress
from ..errors import GeneratorError

__all__ = ["LEAST_RATIO", "VERSION", "Matching", "Sums", "add", "conclude", "hooks", "matched", "quiet", "sums"]

#: Raised when the same arguments give other matched events.
VERSION = 2
#: Smallest scale of the jets over the scale of the partons; MadGraph5_aMC@NLO 3.5.7 (madevent_interface.py) asks for it too.
LEAST_RATIO = 1.5


class Matching(NamedTuple):
    """How a sample is matched."""

    q_cut: float
    """Scale of the jets after the shower, GeV; at least 1.5 times that of the partons."""
    jets: int
    """Largest number of light jets in the hard process."""
    flavours: int
    """Largest PDG id of a light jet."""
    alpsfact: float
    """Factor on the scale of alpha_s at emissions, as the run card names it."""

    @property
    def lines(self) -> tuple[str, ...]:
        """Pythia8's settings.

        MadGraph writes the energy of the collision as the scale of a parton that no QCD emission made (the light quarks of
        single top or vector boson fusion); with ``setProductionScalesFromLHEF`` the hooks see it and leave that parton alone.
        """
        return (
            "Beams:setProductionScalesFromLHEF = on",
            "JetMatching:merge = on",
            "JetMatching:scheme = 1",
            "JetMatching:setMad = off",
            f"JetMatching:qCut = {float(self.q_cut)!r}",
            "JetMatching:coneRadius = 1.0",
            "JetMatching:etaJetMax = 1000.0",
            f"JetMatching:nJetMax = {self.jets}",
            f"JetMatching:nQmatch = {self.flavours}",
            "JetMatching:doShowerKt = off",
            "JetMatching:jetAlgorithm = 2",
            "JetMatching:slowJetPower = 1",
            "JetMatching:exclusive = 2",
            f"JetMatching:clFact = {float(self.alpsfact)!r}",
        )


class Sums(NamedTuple):
    """Weights of events that were tried and of those that have passed, summed."""

    tried: float
    """Of all events that could be showered."""
    tried2: float
    """Their squares."""
    kept: float
    """Of those that pass."""
    kept2: float
    """Their squares."""


def hooks() -> Any:
    """Return Pythia8's hooks that match; ``vetoed`` counts the events that do not pass."""
    import pythia8mc

    class Hooks(pythia8mc.JetMatchingMadgraph):  # type: ignore[misc]
        vetoed = 0

        def doVetoProcessLevel(self, process: Any) -> bool:
            return self._counted(super().doVetoProcessLevel(process))

        def doVetoPartonLevelEarly(self, event: Any) -> bool:
            return self._counted(super().doVetoPartonLevelEarly(event))

        def _counted(self, veto: bool) -> bool:
            self.vetoed += veto
            return veto

    return Hooks()


def sums(tried: npt.NDArray[np.float64], kept: npt.NDArray[np.float64], failed: int = 0) -> Sums:
    """Return the sums of the weights of some events.

    Parameters
    ----------
    tried, kept : array of float
        Weights of all events and of those that pass, in the same unit.
    failed : int
        So many of all could not be showered; they are taken out with the mean weight, since nobody knows which.

    Examples
    --------
    >>> sums(np.array([1.0, 1.0, 2.0, 2.0]), np.array([2.0]), failed=2)
    Sums(tried=3.0, tried2=5.0, kept=2.0, kept2=4.0)
    """
    part = 1 - failed / len(tried)
    return Sums(*(float(x) for x in (part * tried.sum(), part * (tried**2).sum(), kept.sum(), (kept**2).sum())))


def add(parts: Iterable[Sums]) -> Sums:
    """Return the sums of all parts together."""
    return Sums(*(math.fsum(column) for column in zip(*parts, strict=True)))


def matched(sigma: tuple[float, float], passed: Sums) -> tuple[float, float]:
    """Return the matched cross section and its error from those of the sample, pb, and the weights of the events.

    The share that passes is that of the weights, ``s = sum(w k) / sum(w)`` with k = 1 for an event that passes and 0 for
    others; its variance is ``sum(w^2 (k - s)^2) / sum(w)^2``, which is binomial for equal weights.

    Examples
    --------
    >>> value, error = matched((100.0, 1.0), Sums(100.0, 100.0, 60.0, 60.0))
    >>> round(value, 3), round(error, 3)
    (60.0, 4.936)
    """
    share = passed.kept / passed.tried
    variance = passed.kept2 * (1 - share) ** 2 + (passed.tried2 - passed.kept2) * share**2
    relative = math.hypot(sigma[1] / sigma[0], math.sqrt(max(variance, 0.0)) / passed.kept)
    return sigma[0] * share, abs(sigma[0] * share) * relative


def conclude(
    chunks: Sequence[Mapping[str, Any]], sigma: tuple[float, float], q_cut: float, n_events: int
) -> tuple[float, float]:
    """Return the cross section of the events of all chunks that pass, and tell how many they are.

    Parameters
    ----------
    chunks : sequence of mappings
        What each says of its events: ``n_events`` that pass, ``failed`` that could not be showered, ``passed``, the `Sums`.
    sigma : tuple of float
        Cross section and error of the sample, pb.
    q_cut : float
        Scale, GeV.
    n_events : int
        Events of the sample.

    Raises
    ------
    GeneratorError
        None passes.
    """
    kept, failed = (sum(chunk[name] for chunk in chunks) for name in ("n_events", "failed"))
    passed = add(Sums(*chunk["passed"]) for chunk in chunks)
    if passed.kept * passed.tried <= 0:
        msg = f"matching keeps none of {n_events} events: look at xqcut, and at the numbers of jets of the process"
        raise GeneratorError(msg)
    lost = f"; {failed} could not be showered" if failed else ""
    progress.notice(f"matching at {q_cut:g} GeV keeps {kept} of {n_events} events{lost}")
    return matched(sigma, passed)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what Pythia8's hooks print, whatever it is told, out of the terminal.

    The terminal belongs to the whole process: two threads must not do this at once (`starting.ALONE`).
    """
    sys.stdout.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        terminal = os.dup(1)
        try:
            os.dup2(nowhere, 1)
            yield
        finally:
            os.dup2(terminal, 1)
            os.close(terminal)
    finally:
        os.close(nowhere)
