"""Scripting, layout and paint for each move of a handle, in a browser that draws in software: python frames.py [scenario]."""

from __future__ import annotations

import itertools
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, sync_playwright
from shots import build, serve

MOVES = 240
#: What the browser does for a frame on the page's own thread.
TASKS = ("FireAnimationFrame", "UpdateLayoutTree", "Layout", "PrePaint", "Paint", "Layerize", "Commit")


def traced(session: CDPSession, act: Callable[[], None]) -> tuple[list[dict[str, Any]], list[bool]]:
    """Return the trace events of what `act` does, and whether they are all there."""
    events: list[dict[str, Any]] = []
    session.on("Tracing.dataCollected", lambda message: events.extend(message["value"]))
    session.send("Tracing.start", {"categories": "devtools.timeline,disabled-by-default-devtools.timeline.frame"})
    act()
    done: list[bool] = []
    session.on("Tracing.tracingComplete", lambda _: done.append(True))
    session.send("Tracing.end")
    return events, done


def spent_on(event: dict[str, Any]) -> float:
    """Return the milliseconds of an event, on its own thread where that is known."""
    return float(event.get("tdur", event.get("dur", 0))) / 1000


def main() -> None:
    """Drag, and say how long the moves and the frames took."""
    scenario = sys.argv[1] if len(sys.argv) > 1 else "filled"
    out = Path(tempfile.mkdtemp())
    build(out)
    url = serve(out)
    with sync_playwright() as play:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        page = browser.new_page(viewport={"width": 1060, "height": 900})
        page.goto(f"{url}?tab=cuts&scenario={scenario}")
        page.wait_for_selector(".hml-board[data-ready=true]", timeout=60_000)
        box = page.locator('[aria-label="fatjet0.pt: keep what is above"]').bounding_box()
        assert box is not None
        x, y = box["x"] + 13, box["y"] + 40
        page.evaluate(
            "() => { const t = []; window.frames_ = t; const f = (now) => { t.push(now); requestAnimationFrame(f); }; requestAnimationFrame(f); }"
        )
        page.mouse.move(x, y)
        page.mouse.down()
        session = page.context.new_cdp_session(page)

        def drag() -> None:
            page.evaluate("window.frames_.length = 0")
            for step in range(MOVES):
                page.mouse.move(x + 4 + abs((step * 2) % 260 - 130), y)
                page.wait_for_timeout(8)

        events, done = traced(session, drag)
        frames = page.evaluate("window.frames_")
        page.mouse.up()
        for _ in range(100):
            if done:
                break
            page.wait_for_timeout(100)
        browser.close()
    starts = [event["ts"] for event in events if event["name"] == "FireAnimationFrame"]
    costs = dict.fromkeys(starts, 0.0)
    ordered = sorted(costs)
    spent = dict.fromkeys(TASKS, 0.0)
    ends: dict[str, float] = {}
    for event in sorted(events, key=lambda event: (event["ts"], -event.get("dur", 0))):
        name = str(event["name"])
        # an event inside of one of its own kind is counted with it
        if name not in TASKS or event["ts"] < ends.get(name, 0):
            continue
        ends[name] = event["ts"] + event.get("dur", 0)
        before = [start for start in ordered if start <= event["ts"]]
        if before:
            costs[before[-1]] += spent_on(event)
            spent[name] += spent_on(event)
    moved = sorted(cost for cost in costs.values() if cost > 0.4)
    gaps = [b - a for a, b in itertools.pairwise(frames)]
    print(
        json.dumps(
            {
                "frames": len(frames),
                "drawn": len(moved),
                "median_ms": round(moved[len(moved) // 2], 2),
                "p99_ms": round(moved[int(0.99 * len(moved))], 2),
                "over_25_ms_%": round(100 * sum(gap > 25 for gap in gaps) / max(1, len(gaps)), 2),
                "mean_by_task": {name: round(ms / max(1, len(moved)), 3) for name, ms in spent.items() if ms},
            }
        )
    )


if __name__ == "__main__":
    main()
