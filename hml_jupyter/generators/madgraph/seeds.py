"""One seed of a call, and what each random number generator behind MadGraph is given of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["LARGEST", "Seeds", "seeds"]

#: MadGraph's own generator takes no larger seed (madevent_interface.py of 3.5.7), MadSpin's neither.
LARGEST = 30081 * 30081
_PYTHIA_LARGEST = 900_000_000


class Seeds(NamedTuple):
    """The seeds of one part of a run."""

    madevent: int
    """``iseed`` of the run card, 1 to 30081^2."""
    python: int
    """``python_seed`` of the run card: the unweighting. MadGraph's default gives every run the same."""
    madspin: int
    """``seed`` of the MadSpin card."""
    pythia: int
    """``Random:seed`` of the Pythia8 card."""
    delphes: int
    """``RandomSeed`` of the Delphes card."""


def seeds(seed: int, part: int = 0) -> Seeds:
    """Return the seeds of a part of a run.

    Parameters
    ----------
    seed : int
        Seed of the call. The first part has it as its ``iseed`` where MadGraph takes it; everything else is drawn from
        seed and part, so that neighbouring seeds and parts share nothing.
    part : int
        Which part of a multi-run.

    Examples
    --------
    >>> seeds(42).madevent, seeds(42, 1).madevent == seeds(43).madevent
    (42, False)
    """
    drawn = np.random.SeedSequence([seed, part]).generate_state(5, np.uint64)
    madevent, python, madspin, delphes = (int(word % LARGEST) + 1 for word in drawn[:4])
    if part == 0 and 1 <= seed <= LARGEST:
        madevent = seed
    return Seeds(madevent, python, madspin, int(drawn[4] % _PYTHIA_LARGEST) + 1, delphes)
