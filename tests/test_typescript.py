from __future__ import annotations

import os
import subprocess

from tests.programs import HOW, JS, node_path


def test_typescript() -> None:
    vitest = JS / "node_modules" / "vitest" / "vitest.mjs"
    assert vitest.exists(), f"the JavaScript packages are not installed; {HOW}"
    path = f"{node_path()}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["node", str(vitest), "run"],
        cwd=JS,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
