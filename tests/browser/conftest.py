"""JupyterLab on a free port, Chromium, and notebooks in them."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import nbformat
import pytest
from browser.jupyter import Notebook, OpenNotebook, Server
from playwright.sync_api import Browser, Page, sync_playwright

import hml_jupyter

PACKAGE = Path(hml_jupyter.__file__).parent
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
QUIET = {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True}
FAILED: pytest.StashKey[list[bool]] = pytest.StashKey()
FRONT_ENDS = {"lab": "/lab/tree/{}?reset", "notebook": "/notebooks/{}"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """JupyterLab and Notebook 7 with this tree's extension and nobody's settings."""
    home = tmp_path_factory.mktemp("jupyter")
    root, settings, extensions = home / "root", home / "settings", home / "labextensions"
    for folder in (root, settings / "@jupyterlab" / "apputils-extension", extensions):
        folder.mkdir(parents=True)
    (settings / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings").write_text(json.dumps(QUIET))
    shutil.copytree(PACKAGE / "labextension", extensions / "hml_jupyter")
    folders = {f"JUPYTER_{kind}_DIR": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    python_path = os.pathsep.join([str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")])
    port = free_port()
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"),
        f"--ServerApp.root_dir={root}",
        "--IdentityProvider.token=",
        "--ServerApp.port_retries=0",
        f"--LabApp.user_settings_dir={settings}",
        f"--LabApp.workspaces_dir={home / 'workspaces'}",
        f"--LabApp.extra_labextensions_path={extensions}",
        "--LabApp.expose_app_in_browser=True",
        f"--JupyterNotebookApp.extra_labextensions_path={extensions}",
        "--JupyterNotebookApp.expose_app_in_browser=True",
    ]
    environment = {**os.environ, **folders, "PYTHONPATH": python_path.rstrip(os.pathsep)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if "is running at" in line:
                break
        else:
            pytest.fail("jupyter lab did not start:\n" + "".join(said))
        drain = Thread(target=process.stdout.read, daemon=True)
        drain.start()
        yield Server(f"http://127.0.0.1:{port}", root)
        process.terminate()
        drain.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = shutil.which("chromium")
    assert executable, "the browser tests drive Debian's chromium, which is not installed"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=CHROMIUM)
        yield chromium
        chromium.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    item.stash.setdefault(FAILED, []).append(report.failed)  # type: ignore[attr-defined]
    return report  # type: ignore[return-value]


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page of its own; what it showed when a test failed is kept as a picture."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    made = context.new_page()
    yield made
    if any(request.node.stash.get(FAILED, [])):
        picture = tmp_path_factory.mktemp("failed") / f"{request.node.name}.png"
        made.screenshot(path=picture)
        print(f"the page when it failed: {picture}")
    made.evaluate("() => window.jupyterapp?.serviceManager.sessions.shutdownAll()")
    context.close()


@pytest.fixture
def open_notebook(server: Server, page: Page) -> OpenNotebook:
    """Write a notebook of code cells below the server's root, open it, wait for its kernel."""

    def open_notebook(name: str, sources: list[str], *, front_end: str = "lab", page: Page = page) -> Notebook:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        path = server.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)
        if page.url.startswith(server.url):
            page.evaluate("path => jupyterapp.commands.execute('docmanager:open', {path})", name)
        else:
            page.goto(server.url + FRONT_ENDS[front_end].format(name))
        page.wait_for_function("() => window.jupyterapp")
        opened = Notebook(page, name, server.root)
        opened.wait("panel?.model && panel.sessionContext.session?.kernel?.status === 'idle'")
        return opened

    return open_notebook
