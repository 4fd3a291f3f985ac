"""MadGraph5_aMC@NLO: from a `Process` to an LHE file, by the installed program."""

from __future__ import annotations

from .stages import EVENTS_FILE, Job, Made, make_events

__all__ = ["EVENTS_FILE", "Job", "Made", "make_events"]
