"""MLM matching: events of several jet multiplicities, showered without counting a jet twice, by Pythia8's own hooks.

Mangano, Moretti, Piccinini, Treccani, arXiv:hep-ph/0611129; with MadGraph's kT scheme Alwall et al., arXiv:0706.2569. An event
passes if its jets after the shower, above `Matching.q_cut`, are those of its hard process; with the largest number of jets
more may come. The share that passes times the cross section of the sample is the matched cross section.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

__all__ = ["LEAST", "Matching", "hooks", "matched", "quiet"]

#: Smallest scale of the jets over the scale of the partons; MadGraph5_aMC@NLO 3.5.7 (madevent_interface.py) asks for it too.
LEAST = 1.5


class Matching(NamedTuple):
    """How a sample is matched."""

    q_cut: float
    """Scale of the jets after the shower, GeV; at least 1.5 times that of the partons."""
    jets: int
    """Largest number of light jets in the hard process."""
    flavours: int
    """Largest PDG id of a light jet."""
    emission: float
    """Factor on the scale of alpha_s at emissions, ``alpsfact`` of the run card."""

    @property
    def lines(self) -> tuple[str, ...]:
        """Pythia8's settings."""
        return (
            "JetMatching:merge = on",
            "JetMatching:scheme = 1",
            "JetMatching:setMad = off",
            f"JetMatching:qCut = {float(self.q_cut)!r}",
            "JetMatching:coneRadius = 1.0",
            "JetMatching:etaJetMax = 10.0",
            f"JetMatching:nJetMax = {self.jets}",
            f"JetMatching:nQmatch = {self.flavours}",
            "JetMatching:doShowerKt = off",
            "JetMatching:jetAlgorithm = 2",
            "JetMatching:slowJetPower = 1",
            "JetMatching:exclusive = 2",
            f"JetMatching:clFact = {float(self.emission)!r}",
        )


def hooks() -> Any:
    """Return Pythia8's hooks that match."""
    import pythia8mc

    return pythia8mc.JetMatchingMadgraph()


def matched(sigma: tuple[float, float], kept: int, tried: int) -> tuple[float, float]:
    """Return the matched cross section and its error from those of the sample, pb, and the numbers of events.

    The error of the share is binomial.

    Examples
    --------
    >>> value, error = matched((100.0, 1.0), 60, 100)
    >>> round(value, 3), round(error, 3)
    (60.0, 4.936)
    """
    share = kept / tried
    relative2 = (sigma[1] / sigma[0]) ** 2 + ((1 - share) / kept if kept else 0.0)
    return sigma[0] * share, sigma[0] * share * math.sqrt(relative2)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what Pythia8's hooks print, whatever it is told, out of the terminal."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
