"""``python -m tests``: get what the suite needs, then run all of it: Python, TypeScript, browser.

What is got: a Chromium (the system's, else Debian's package as root), Node (the system's, else the one in the test extra),
and the packages that ``js/package-lock.json`` names. Arguments go on to pytest; the suite runs in a process more than there are
cores, at most four: one drives the browser, and waits for it half of the time (``-n 0``: in this process).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.programs import JS, ROOT, chromium, node_path

#: In the order of collection: the browser's tests are first and take longest.
WORKERS = ["-n", str(min(4, 1 + len(os.sched_getaffinity(0)))), "--no-loadscope-reorder"]


def say(text: str) -> None:
    print(f"tests: {text}", flush=True)


def get_chromium() -> None:
    if chromium():
        say(f"browser: {chromium()}")
        return
    if not shutil.which("apt-get") or os.geteuid() != 0:
        sys.exit("tests: no Chromium was found; install it (Debian: apt-get install chromium) and run this again")
    say("no browser found: installing Debian's chromium")
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
    ):
        subprocess.run(
            command, check=True, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, stdout=subprocess.DEVNULL
        )


def get_javascript() -> None:
    stamp = JS / "node_modules" / ".package-lock.json"
    if stamp.exists() and stamp.stat().st_mtime >= (JS / "package-lock.json").stat().st_mtime:
        say("JavaScript packages: there")
        return
    say("installing the JavaScript packages of js/package-lock.json")
    path = f"{node_path()}{os.pathsep}{os.environ['PATH']}"
    command = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=JS, check=True, env={**os.environ, "PATH": path})


if __name__ == "__main__":
    say("Python, TypeScript and browser tests of hml_jupyter")
    get_chromium()
    get_javascript()
    os.chdir(ROOT)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # each of a hundred processes would compile what it imports
    sys.exit(pytest.main([*WORKERS, *sys.argv[1:]]))
