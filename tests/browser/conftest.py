"""JupyterLab on a free port, Chromium, and notebooks in them."""

from __future__ import annotations

import json
import os
import re
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
from browser.lab import OPEN, LabPage
from playwright.sync_api import Browser, Page, expect, sync_playwright

import hml_jupyter
from tests.programs import need_chromium

PACKAGE = Path(hml_jupyter.__file__).parent
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
QUIET = {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True}
FAILED: pytest.StashKey[list[bool]] = pytest.StashKey()
#: JupyterLab without this package's extension, as a remote or forbidden installation would be.
BARE = "bare"
FRONT_ENDS = {"lab": "/lab/tree/{}?reset", BARE: "/lab/tree/{}?reset", "notebook": "/notebooks/{}"}
#: How long a state may take to come about on a busy machine, in milliseconds.
PATIENCE = 60_000
CLEAR = """async () => {
  for (const widget of [...(window.jupyterapp?.shell.widgets('main') ?? [])]) widget.dispose();
  await window.jupyterapp?.serviceManager.sessions.shutdownAll();
}"""


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
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=need_chromium(), args=CHROMIUM)
        yield chromium
        chromium.close()


class Pages:
    """The pages that the tests share, one for each front end; each test has notebooks and kernels of its own in them."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self._open: dict[str, Page] = {}

    def get(self, front_end: str) -> Page:
        """Return the page of a front end."""
        if front_end not in self._open:
            page = self.browser.new_context(viewport={"width": 1280, "height": 1000}).new_page()
            if front_end == BARE:
                page.route("**/lab/extensions/hml_jupyter/**", lambda route: route.abort())
            self._open[front_end] = page
        return self._open[front_end]

    def clear(self) -> None:
        """Close every notebook and end every kernel."""
        for page in self._open.values():
            page.evaluate(CLEAR)

    def drop(self, folder: Path, name: str) -> None:
        """Take pictures of all pages and close them: what a failure left in them is nobody else's."""
        for front_end, page in self._open.items():
            picture = folder / f"{name}-{front_end}.png"
            page.screenshot(path=picture)
            print(f"the page when it failed: {picture}")
            page.evaluate(CLEAR)
            page.context.close()
        self._open.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    item.stash.setdefault(FAILED, []).append(report.failed)  # type: ignore[attr-defined]
    return report  # type: ignore[return-value]


@pytest.fixture(scope="session")
def all_pages(browser: Browser) -> Pages:
    return Pages(browser)


@pytest.fixture
def pages(
    all_pages: Pages, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pages]:
    """The shared pages, cleared after the test; after a failure the next test gets new ones."""
    yield all_pages
    if any(request.node.stash.get(FAILED, [])):
        all_pages.drop(tmp_path_factory.mktemp("failed"), re.sub(r"\W+", "-", request.node.name))
    else:
        all_pages.clear()


@pytest.fixture
def open_notebook(server: Server, pages: Pages) -> OpenNotebook:
    """Write a notebook of code cells below the server's root, open it, wait for its kernel.

    `front_end` is ``lab``, ``notebook``, or ``bare``: a JupyterLab without this package's extension.
    """

    def open_notebook(name: str, sources: list[str], *, front_end: str = "lab") -> Notebook:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        path = server.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)
        page = pages.get(front_end)
        if front_end != "notebook" and page.url.startswith(server.url):
            page.evaluate("async path => { await jupyterapp.commands.execute('docmanager:open', {path}); }", name)
        else:
            page.goto(server.url + FRONT_ENDS[front_end].format(name))
        page.wait_for_function("() => window.jupyterapp")
        opened = Notebook(page, name, server.root)
        opened.wait("panel?.model && panel.sessionContext.session?.kernel?.status === 'idle'", timeout=PATIENCE)
        return opened

    return open_notebook


@pytest.fixture
def with_study(open_notebook: OpenNotebook, server: Server, studied: Path, request: pytest.FixtureRequest) -> LabPage:
    """A notebook in which both runs and the dataset are recorded: a study that is opened again."""
    name = request.node.originalname
    shutil.copytree(studied, server.root / name)
    notebook = open_notebook(f"{name}/study.ipynb", [OPEN])
    notebook.run(0)
    lab = LabPage(notebook)
    lab.wait_for_text("dataset = hml.build_dataset(")
    lab.ready()
    return lab


@pytest.fixture
def cuts(with_study: LabPage) -> LabPage:
    """The board of a study with a dataset."""
    with_study.tab("Cuts")
    with_study.wait_for_indexes()
    return with_study
