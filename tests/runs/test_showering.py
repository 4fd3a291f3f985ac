from __future__ import annotations

import gzip
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import fake_madgraph
import pytest

from hml_jupyter import executors, runs
from hml_jupyter.errors import FileFormatError, HmlError, ProcessError

#: A dark particle: three times the charge, states of spin, colours, an antiparticle, as MadGraph writes them.
DARK = """<LesHouchesEvents version="3.0">
<header>
<slha>
BLOCK QNUMBERS 9100022 # xd
  1 0
  2 2
  3 1
  4 1
BLOCK MASS
  9100022 100.0
</slha>
</header>
<init>
2212 2212 6500. 6500. 0 0 247000 247000 -4 1
5.0 0.1 5.0 1
</init>
<event>
 4 1 5.0 190. 0.0075 0.12
 2 -1 0 0 501 0 0. 0. 500. 500. 0. 0. 9.
 -2 -1 0 0 0 501 0. 0. -500. 500. 0. 0. 9.
 9100022 1 1 2 0 0 300. 0. 387.298334621 500. 100. 0. 9.
 -9100022 1 1 2 0 0 -300. 0. -387.298334621 500. 100. 0. 9.
</event>
</LesHouchesEvents>
"""
TOP = "\n 6 1 1 2 "


@pytest.fixture
def _here() -> Iterator[None]:
    with ThreadPoolExecutor(1) as executor:
        executors.set_executor(executor)
        yield
    executors.set_executor(None)


def tops(study: Path, *changes: tuple[str, str]) -> Path:
    """A file of three events in which something is changed."""
    fake_madgraph.write_lhe(study / "mine", 3, 1, "generate p p > t t~", {})
    file = study / "mine/unweighted_events.lhe.gz"
    text = gzip.decompress(file.read_bytes()).decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file.write_bytes(gzip.compress(text.encode()))
    return file


@pytest.mark.parametrize(
    ("old", "new", "error", "reason"),
    [
        (TOP, "\n 6 7 1 2 ", FileFormatError, r"event 1, particle 3 .* its status is 7"),
        (TOP, "\n 6 -2 1 2 ", FileFormatError, r"event 1, particle 3 .* its status is -2, and Pythia8 takes"),
        (TOP, "\n 6 1 1 9 ", FileFormatError, r"event 1, particle 3 .* its mothers are 1 and 9"),
        (
            "2212 2212 ",
            "99 2212 ",
            ProcessError,
            "has beams of the particles 99 and 2212; showered are those of 11, .*2212",
        ),
        (TOP, "\n 9100022 1 1 2 ", ProcessError, r"does not know: 9100022; .*BLOCK QNUMBERS 9100022"),
    ],
)
def test_shower_refuses_damaged_events(study: Path, old: str, new: str, error: type[HmlError], reason: str) -> None:
    with pytest.raises(error, match=f"unweighted_events.lhe.gz.*{reason}"):
        runs.shower(tops(study, (old, new)), seed=3, path="study/runs/x")
    assert not (study / "study").exists()


@pytest.mark.usefixtures("_here")
def test_shower_of_particles_that_the_header_tells(study: Path) -> None:
    (study / "dark.lhe").write_text(DARK)
    assert runs.shower("dark.lhe", seed=3, detector=None).n_events == 1
    (study / "dark.lhe").write_text(DARK.replace("QNUMBERS", "OTHERS"))
    with pytest.raises(ProcessError, match=r"dark.lhe has particles that Pythia8 does not know: -9100022, 9100022"):
        runs.shower("dark.lhe", seed=3)
