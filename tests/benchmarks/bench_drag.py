"""Dragging in JupyterLab: ``python -m tests.benchmarks.bench_drag [events] [drags]``.

A board of six observables and two classes in real JupyterLab, in Chromium that draws in software. A mouse moves 60 times a second for a
second without waiting for the page. From Chromium's trace: scripting, layout and paint of each frame in which the page did something,
by the clock and in the thread's own time. From the page: intervals of frames, messages to the kernel between press and release, and the
time from release to the exact counts.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from playwright.async_api import CDPSession, Page, async_playwright

from tests.programs import need_chromium

from .common import machine

CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
QUIET = {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True}
TREE = Path(__file__).parents[2]
SOURCE = """\
import numpy as np
import hml_jupyter as hml
rng = np.random.default_rng(1)
def table(shift):
    columns = {f"jet{k}.pt": np.clip(rng.normal(size=EVENTS // 2) + shift * (k % 3), -4.999, 4.999) for k in range(6)}
    return hml.open_table({**columns, "weight": rng.uniform(0.5, 1.5, EVENTS // 2)}, weight="weight", cross_section=1.0)
data = hml.build_dataset({"a": table(0.4), "b": table(0.0)}, hml.Set([f"jet{k}.pt" for k in range(6)]), signal="a", seed=1)
board = hml.board(data)
board"""
#: What the browser does for a frame on the page's own thread.
TASKS = ("FireAnimationFrame", "EventDispatch", "UpdateLayoutTree", "Layout", "PrePaint", "Paint", "Layerize", "Commit")
WATCH = """() => {
  window.seen = { frames: [], out: [] };
  const raf = (t) => { window.seen.frames.push(t); requestAnimationFrame(raf); };
  requestAnimationFrame(raf);
}"""
SOCKETS = """(() => {
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) { window.seen?.out.push(performance.now()); return send.call(this, data); };
})()"""
MOVES, RATE = 60, 60.0


async def mouse(session: CDPSession, kind: str, x: float, y: float, *, down: bool) -> None:
    button = "left" if down or kind != "mouseMoved" else "none"
    event = {
        "type": kind,
        "x": x,
        "y": y,
        "button": button,
        "buttons": int(down),
        "clickCount": int(kind != "mouseMoved"),
    }
    await session.send("Input.dispatchMouseEvent", event)


async def drag(page: Page, session: CDPSession, to: int) -> dict[str, Any]:
    """Drag the first handle by pixels and return what the page saw between press and release."""
    handle = page.get_by_role("slider", name="jet0.pt: keep what is above").first
    box = await handle.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + 40
    await mouse(session, "mouseMoved", x, y, down=False)
    await asyncio.sleep(0.3)
    await mouse(session, "mousePressed", x, y, down=True)
    await page.evaluate("() => { window.seen.frames.length = 0; window.seen.out.length = 0; }")
    begin, sent = time.perf_counter(), []
    for step in range(1, MOVES + 1):
        await asyncio.sleep(max(0.0, begin + step / RATE - time.perf_counter()))
        sent.append(asyncio.create_task(mouse(session, "mouseMoved", x + to * step / MOVES, y, down=True)))
    await asyncio.gather(*sent)
    await asyncio.sleep(0.1)
    seen: dict[str, Any] = await page.evaluate("() => window.seen")
    version = await page.evaluate(VERSION)
    await page.evaluate("() => { window.released = performance.now(); }")
    await mouse(session, "mouseReleased", x + to, y, down=False)
    seen["exact"] = await page.evaluate(SETTLED, version)
    await page.locator(".hml-board[data-ready=true]").wait_for(timeout=120_000)
    return seen


VERSION = "() => document.querySelector('.hml-board').dataset.version"
SETTLED = """(before) => new Promise((done) => {
  const look = () => document.querySelector('.hml-board').dataset.version === before
    ? requestAnimationFrame(look) : done(performance.now() - window.released);
  look();
})"""


async def trace(session: CDPSession, act: Any) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    done = asyncio.Event()
    session.on("Tracing.dataCollected", lambda message: events.extend(message["value"]))
    session.on("Tracing.tracingComplete", lambda _: done.set())
    await session.send("Tracing.start", {"categories": "devtools.timeline,disabled-by-default-devtools.timeline.frame"})
    await act
    await session.send("Tracing.end")
    await done.wait()
    return events


def frame_costs(events: list[dict[str, Any]], clock: str) -> dict[str, list[float]]:
    """Return what each frame with a move of the mouse cost in ms, by task, on the thread that runs the most animation frames."""
    threads = [(e["pid"], e["tid"]) for e in events if e["name"] == "FireAnimationFrame"]
    main = max(set(threads), key=threads.count)
    mine = [e for e in events if (e["pid"], e["tid"]) == main]
    starts = np.array(sorted(e["ts"] for e in mine if e["name"] == "BeginMainThreadFrame"))
    costs = {task: np.zeros(len(starts)) for task in TASKS}
    moved = np.zeros(len(starts), bool)
    end = 0.0
    for event in sorted(mine, key=lambda each: each["ts"]):
        if event["name"] in TASKS and event["ts"] < end:
            continue  # a part of another one
        end = max(end, event["ts"] + event.get("dur", 0) if event["name"] in TASKS else end)
        at = int(np.searchsorted(starts, event["ts"], side="right")) - 1
        if event["name"] in TASKS and at >= 0:
            costs[event["name"]][at] += float(event.get(clock, 0)) / 1000
            moved[at] |= event["name"] == "EventDispatch" and event["args"]["data"]["type"] == "pointermove"
    return {task: cost[moved].tolist() for task, cost in costs.items()}


def told(what: str, values: list[float], unit: str = "ms") -> None:
    middle, high, highest = np.percentile(values, [50, 95, 99])
    print(f"{what:>46s}: {middle:7.2f} / {high:7.2f} / {highest:7.2f} {unit} (median, 95 %, 99 %; n = {len(values)})")


async def measure(url: str, drags: int) -> None:
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=need_chromium(), args=CHROMIUM)
        page = await browser.new_page(viewport={"width": 1600, "height": 1000})
        await page.add_init_script(SOCKETS)
        await page.goto(f"{url}/lab/tree/drag.ipynb?reset")
        idle = (
            "() => window.jupyterapp?.shell.currentWidget?.context?.sessionContext?.session?.kernel?.status === 'idle'"
        )
        await page.wait_for_function(idle, timeout=120_000)
        begin = time.perf_counter()
        await page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
        await page.locator(".hml-board[data-ready=true]").wait_for(timeout=600_000)
        print(f"{'from run to a board that can be dragged':>46s}: {time.perf_counter() - begin:7.1f} s")
        await page.evaluate(WATCH)
        session = await page.context.new_cdp_session(page)
        frames, messages, exact = [], [], []
        costs: dict[str, dict[str, list[float]]] = {clock: {task: [] for task in TASKS} for clock in ("dur", "tdur")}
        for number in range(drags):
            seen: list[dict[str, Any]] = []

            async def act(number: int = number, seen: list[dict[str, Any]] = seen) -> None:
                seen.append(await drag(page, session, 120 if number % 2 == 0 else -110))

            tracer = await page.context.new_cdp_session(page)
            events = await trace(tracer, act())
            frames += [b - a for a, b in pairwise(seen[0]["frames"])]
            messages.append(len(seen[0]["out"]))
            exact.append(seen[0]["exact"])
            for clock, held in costs.items():
                for task, found in frame_costs(events, clock).items():
                    held[task] += found
        told("scripting, layout and paint a move", np.sum([*costs["dur"].values()], axis=0).tolist())
        told("the same, time of the thread", np.sum([*costs["tdur"].values()], axis=0).tolist())
        for task, found in costs["tdur"].items():
            told(f"... {task}", found)
        told("frame interval", frames)
        print(f"{'frame intervals over 25 ms':>46s}: {100 * np.mean(np.array(frames) > 25):7.2f} %")
        print(f"{'messages from press to release':>46s}: {messages}")
        told("release to exact counts", exact)
        await browser.close()


def main(events: int, drags: int) -> None:
    machine()
    print(f"{events} events, {drags} drags of {MOVES} moves at {RATE:g} a second")
    with tempfile.TemporaryDirectory() as folder:
        root, home = Path(folder, "root"), Path(folder, "home")
        settings = home / "settings" / "@jupyterlab" / "apputils-extension"
        settings.mkdir(parents=True)
        (settings / "notification.jupyterlab-settings").write_text(json.dumps(QUIET))
        root.mkdir()
        cell = nbformat.v4.new_code_cell(SOURCE.replace("EVENTS", str(events)))
        cell.metadata["jupyter"] = {"source_hidden": True}
        notebook = nbformat.v4.new_notebook(cells=[cell])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, root / "drag.ipynb")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        command = [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"),
            *(f"--ServerApp.root_dir={root}", "--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"),
            *(f"--LabApp.user_settings_dir={home / 'settings'}", f"--LabApp.workspaces_dir={home / 'workspaces'}"),
        ]
        folders = {f"JUPYTER_{kind}_DIR": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
        environment = {**os.environ, **folders, "PYTHONPATH": str(TREE)}
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT) as server:
            url = f"http://127.0.0.1:{port}"
            try:
                for _ in range(120):
                    try:
                        urllib.request.urlopen(f"{url}/api").close()
                        break
                    except OSError:
                        time.sleep(0.5)
                asyncio.run(measure(url, drags))
            finally:
                server.terminate()


if __name__ == "__main__":
    given = [int(float(text)) for text in sys.argv[1:]]
    main(*(given + [10_000_000, 8][len(given) :]))
