from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# a busy machine is no failure
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

collect_ignore = ["golden"]
#: Kernels and workers that the tests start import this tree, installed or not.
ROOT = Path(__file__).parents[1]
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
SHARED = Path(__file__).parents[2] / "shared" / "data"


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


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


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


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a study that holds the shared runs."""
    import hml_jupyter as hml

    folder = tmp_path_factory.mktemp("generated")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name, options in RUNS.items():
            process = options["process"]
            rest = {k: v for k, v in options.items() if k != "process"}
            hml.generate(process, **rest, path=f"study/runs/{name}")  # type: ignore[arg-type]
    return folder


@pytest.fixture
def with_runs(study: Path, generated: Path) -> Path:
    """A working folder in which generating the shared runs brings them back without computing, as a redo does."""
    from hml_jupyter.provenance import put_aside

    shutil.copytree(generated / "study", study / "study")
    for name in RUNS:
        put_aside(study / "study" / "runs" / name)
    return study
