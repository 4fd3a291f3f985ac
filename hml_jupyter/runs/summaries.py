"""Tables of runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..errors import ArgumentError
from ..registry import Shown, named
from .run import Run

__all__ = ["RunSummary", "SummaryRow", "summary"]


class SummaryRow(NamedTuple):
    """One run in a summary."""

    name: str
    """Name of the process, or the process."""
    process: str
    """The process with its decays."""
    cross_section: float
    """pb."""
    error: float
    """Its statistical error, pb."""
    n_events: int
    """Generated events."""
    seed: int
    """Seed of the call."""
    generator: str
    """Generator and detector."""
    collider: str = ""
    """Beams and energy."""


@dataclass(frozen=True)
class RunSummary(Shown):
    """A table of runs."""

    rows: tuple[SummaryRow, ...]
    """One for each run, in the given order."""


@named
def summary(runs: Any) -> RunSummary:
    """Return a table of runs: cross sections, numbers of events, seeds.

    Parameters
    ----------
    runs : list of Run
        One run alone is a table too.

    Raises
    ------
    ArgumentError
        Something in `runs` is not a Run.
    """
    listed = [runs] if isinstance(runs, Run) or not isinstance(runs, Iterable) else list(runs)
    for run in listed:
        if not isinstance(run, Run):
            msg = f"summary needs a list of runs, hml.summary([zz, qcd]); {run!r} is none"
            raise ArgumentError(msg)
    return RunSummary(tuple(_row(run) for run in listed))


def _row(run: Run) -> SummaryRow:
    how = f"{run.generator}, {run.detector}" if run.detector else run.generator
    return SummaryRow(run.name, run.text, run.cross_section, run.error, run.n_events, run.seed, how, run.collider)
