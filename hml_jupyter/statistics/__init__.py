"""What selected events say of a signal: workspaces, limits, and the ABCD method."""

from __future__ import annotations

from . import showing
from .four_regions import Abcd, abcd
from .limits import Limit, limit
from .workspaces import Workspace, workspace

__all__ = ["Abcd", "Limit", "Workspace", "abcd", "limit", "showing", "workspace"]
