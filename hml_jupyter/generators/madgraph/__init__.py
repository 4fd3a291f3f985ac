"""MadGraph5_aMC@NLO: from a `Process` to an LHE file, by the installed program."""

from __future__ import annotations

from .program import installed_version
from .stages import EVENTS_FILE, Job, Made, make_events, ready

__all__ = ["EVENTS_FILE", "Job", "Made", "installed_version", "make_events", "ready"]
