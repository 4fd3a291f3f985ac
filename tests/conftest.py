from __future__ import annotations

import gc
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fake_madgraph
import pytest
from filelock import FileLock
from hypothesis import settings

from hml_jupyter.executors import set_executor

# a busy machine is no failure; the same tree gives the same verdict; HYPOTHESIS=explore looks further
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS", "same"))

collect_ignore = ["golden"]
#: Kernels and workers that the tests start import this tree, installed or not.
ROOT = Path(__file__).parents[1]
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
SHARED = Path(__file__).parents[2] / "shared" / "data"


def pytest_configure() -> None:
    """Hear interrupts: a shell that starts the suite in the background has it ignore them."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-golden", action="store_true", help="write the golden files anew; look at the difference")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with a golden file."""

    def compare(name: str, text: str) -> None:
        file = Path(__file__).parent / "golden" / name
        if request.config.getoption("--write-golden"):
            file.write_text(text)
        assert text == file.read_text()

    return compare


def pytest_report_header(config: pytest.Config) -> list[str]:
    lines = ["not part of a plain run: -m madgraph (needs MadGraph5_aMC@NLO), -m lwtnn (needs the lwtnn C++ library)"]
    if not SHARED.is_dir():
        lines.append("not part of this run: shared_data (the sample files of real programs are not here)")
    return lines


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what needs files that are not here; the header says so."""
    if SHARED.is_dir():
        return
    gone = [item for item in items if item.get_closest_marker("shared_data")]
    config.hook.pytest_deselected(items=gone)
    items[:] = [item for item in items if item not in gone]


def pytest_collection_finish() -> None:
    """Let Python not search what was imported and collected for garbage again and again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep the tests of a file together, as their fixtures are, and all that drive the browser."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return "browser" if file.startswith("tests/browser/") else file

    return ByFile(config, log)


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@contextmanager
def computed_here() -> Iterator[Executor]:
    """Generation in this process, which has imported everything."""
    with ThreadPoolExecutor(1) as executor:
        set_executor(executor)
        try:
            yield executor
        finally:
            set_executor(None)


@pytest.fixture
def one_thread() -> Iterator[Executor]:
    with computed_here() as executor:
        yield executor


def base_of_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def compiled_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let JAX compile each network once in the workers of this run, however often it is trained; other processes compile their own."""
    import jax

    jax.config.update("jax_compilation_cache_dir", str(base_of_run(tmp_path_factory) / "compiled"))
    jax.config.update("jax_compilation_cache_max_size", 2**30)  # with a limit, JAX locks it
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of sample files made by the real programs."""
    return SHARED


#: The runs that tests share: small, real, generated once.
RUNS = {
    "zz": {
        "process": "p p > z z",
        "decays": ["z > j j", "z > vl vl~"],
        "settings": {"pt_min_pdg": {23: 200}},
        "events": 400,
        "seed": 42,
    },
    "qcd": {"process": "p p > j j", "settings": {"ptj": 200}, "events": 400, "seed": 43},
}


def once(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[], None]) -> Path:
    """Return a folder that `make` has filled as its working folder: once, for all workers of this run."""
    base = base_of_run(tmp_path_factory)
    with FileLock(base / f"{name}.lock"):
        if not (base / name).exists():
            half = tmp_path_factory.mktemp(name)
            with pytest.MonkeyPatch.context() as patch:
                patch.chdir(half)
                make()
            half.rename(base / name)
    return base / name


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a study that holds the shared runs."""
    import hml_jupyter as hml

    def make() -> None:
        for name, options in RUNS.items():
            process = options["process"]
            rest = {k: v for k, v in options.items() if k != "process"}
            with computed_here():
                hml.generate(process, **rest, path=f"study/runs/{name}")  # type: ignore[arg-type]

    return once(tmp_path_factory, "shared-runs", make)


@pytest.fixture(scope="session")
def studied(tmp_path_factory: pytest.TempPathFactory, generated: Path) -> Path:
    """A folder with a study and its record: the shared runs and a dataset of them, clicked in a Lab."""
    from hml_jupyter.widgets import lab as labs
    from tests.widgets.bench import Page, forget, new_shell, study_of

    def make() -> None:
        _put_aside_runs(generated)
        shell = new_shell()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(labs, "shell", lambda: shell)
            page = Page(shell, labs.Lab("study"))
            study_of(page)
            page.lab.close()
            forget()

    return once(tmp_path_factory, "shared-study", make)


def _put_aside_runs(generated: Path) -> None:
    """Bring the shared runs into the working folder such that generating them brings them back, as a redo does."""
    from hml_jupyter.provenance import put_aside

    shutil.copytree(generated / "study", "study")
    for name in RUNS:
        put_aside(Path("study") / "runs" / name)


@pytest.fixture
def with_runs(study: Path, generated: Path) -> Path:
    """A working folder in which generating the shared runs brings them back without computing."""
    _put_aside_runs(generated)
    return study


@pytest.fixture
def fake(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for MadGraph where the real one would be found, with compilers."""
    root = tmp_path_factory.mktemp("mg5")
    monkeypatch.setenv("MG5_DIR", str(root))
    monkeypatch.setenv("PATH", f"{fake_madgraph.install(root)}:/usr/bin:/bin")
    return root
