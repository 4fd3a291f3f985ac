"""Pictures of every panel on the stand-in kernel: python shots.py OUT [tab ...]."""

from __future__ import annotations

import functools
import http.server
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
TABS = ("processes", "observables", "cuts", "training", "preserve", "record")
KINDS = (
    ("filled", "light", 1060), ("filled", "dark", 1060), ("filled", "light", 800), ("filled", "light", 560),
    ("empty", "light", 1060), ("running", "light", 1060), ("error", "dark", 1060), ("error", "light", 560), ("observed", "light", 1060),
    ("observed", "dark", 1060), ("observed", "light", 560), ("odd", "light", 1060),
)  # fmt: skip


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Tells nobody of its requests."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def build(out: Path) -> None:
    """Bundle the page."""
    esbuild = HERE.parent.parent / "node_modules" / ".bin" / "esbuild"
    command = [
        str(esbuild),
        str(HERE / "index.ts"),
        str(HERE / "page.ts"),
        "--bundle",
        "--format=esm",
        f"--outdir={out}",
        "--log-level=warning",
    ]
    subprocess.run(command, check=True)
    for name in ("index.html", "page.html"):
        shutil.copy(HERE / name, out)


def serve(folder: Path) -> str:
    """Serve the page on a free port of this machine."""
    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/index.html"


def main() -> None:
    """Take the pictures."""
    out = Path(sys.argv[1])
    tabs = sys.argv[2:] or TABS
    out.mkdir(parents=True, exist_ok=True)
    build(out)
    url = serve(out)
    with sync_playwright() as play:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        for scenario, theme, width in KINDS:
            page = browser.new_page(viewport={"width": width, "height": 620})
            page.on("pageerror", lambda error: print("page error:", error))
            page.on("console", lambda message: print("console:", message.text) if message.type == "error" else None)
            for tab in (tab for tab in tabs if tab != "page"):
                page.goto(f"{url}?tab={tab}&scenario={scenario}&theme={theme}")
                page.wait_for_timeout(900 if tab == "cuts" else 450)
                wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                if wide > 0:
                    print(f"{tab} {scenario} {width}: {wide} px too wide")
                page.screenshot(path=out / f"{tab}-{scenario}-{theme}-{width}.png", full_page=True)
            page.close()
        if "page" in tabs or tabs == TABS:
            saved(browser, url.replace("index.html", "page.html"), out)
        browser.close()


def saved(browser: Browser, url: str, out: Path) -> None:
    """Take pictures of a page that was saved, at rest and with a handle in the hand."""
    for theme, width in (("light", 1060), ("dark", 1060), ("light", 700)):
        page = browser.new_page(viewport={"width": width, "height": 700})
        page.on("pageerror", lambda error: print("page error:", error))
        page.on("console", lambda message: print("console:", message.text) if message.type == "error" else None)
        page.goto(f"{url}?theme={theme}")
        page.wait_for_timeout(600)
        page.locator('[aria-label="met: keep what is above"]').focus()
        for _ in range(3):
            page.keyboard.press("PageUp")
        page.screenshot(path=out / f"page-{theme}-{width}.png", full_page=True)
        page.close()


if __name__ == "__main__":
    main()
