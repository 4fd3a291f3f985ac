from __future__ import annotations

from pathlib import Path

import pytest

from hml_jupyter.errors import (
    ArgumentError,
    GeneratorError,
    MissingProgramError,
    PathError,
    ProcessError,
    ZeroCrossSectionError,
)
from hml_jupyter.generators.madgraph import log


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("no_fortran_compiler", MissingProgramError, "install gfortran .* run the same call again"),
        ("shower_and_detector_not_available", MissingProgramError, "Pythia8 is not available .* shower='pythia8'"),
        ("unknown_particle", ProcessError, "no particle 'foo': correct its name"),
        ("zero_cross_section", ZeroCrossSectionError, "cross section of zero: the cuts .* Loosen the cuts first"),
    ],
)
def test_error_in_real_logs(shared: Path, name: str, error: type[Exception], message: str) -> None:
    found = log.error_in((shared / "mg5_failures" / f"{name}.log").read_text().splitlines())
    assert type(found) is error
    with pytest.raises(error, match=message):
        raise found


@pytest.mark.shared_data
def test_real_log_of_a_good_run(shared: Path) -> None:
    lines = (shared / "mg5_pp2zz_real" / "stdout.log").read_text().splitlines()
    assert log.error_in(lines) is None
    assert log.overlooked_in(lines) is None
    assert log.cross_section(lines) == (1.961, 0.01227)
    progress = log.Progress()
    heard = [p for line in lines if (p := progress.read(line))]
    assert list(dict.fromkeys(p.stage for p in heard)) == [
        "finding diagrams",
        "writing code",
        "writing helicity amplitudes",
    ]


@pytest.mark.shared_data
def test_progress_of_a_real_launch(shared: Path) -> None:
    lines = (shared / "mg5_pp2zz_real" / "stdout.log").read_text().splitlines()
    progress = log.Progress()
    heard = [p for line in lines[lines.index("launch") :] if (p := progress.read(line))]
    stages = ["compiling", "survey", "refine", "combining events", "storing"]
    assert list(dict.fromkeys(p.stage for p in heard)) == stages
    fractions = [p.fraction for p in heard]
    assert fractions == sorted(fractions)
    assert 0 < fractions[0] < fractions[-1] < 1
    assert [(p.done, p.total) for p in heard if p.stage == "refine" and p.total] == [(0, 2), (2, 2)]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("InvalidCmd : No amplitudes generated from process Process: e+ e- > u c", ProcessError),
        ("NoDiagramException : No amplitudes generated from process Process: e+ e- > u c WEIGHTED=4 @1.", ProcessError),
        ("str : Model not found locally and Impossible to connect any of us servers.", ProcessError),
        ("Exception : lhapdf executable (lhapdf-config) is not found on your system.", MissingProgramError),
        ("InvalidRunCard : Parameter nhel can only be '0' or '1', not 3.", ArgumentError),
        ("InvalidCardEdition : value '77' for entry 'dynamical_scale_choice' is not valid.", ArgumentError),
        ("InvalidCmd : notanumber can not be mapped to a float", ArgumentError),
        ("\x1b[1;34mWARNING: invalid set command run_card nosuch 3\x1b[0m", ArgumentError),
        ("IOError: [Errno 28] No space left on device", PathError),
        ("A compilation Error occurs when trying to compile", GeneratorError),
        ("Nothing to decay ...", ProcessError),
    ],
)
def test_error_in_line(line: str, error: type[Exception]) -> None:
    assert type(log.error_in([line])) is error


def test_error_in_unknown_failure() -> None:
    lines = ["\x1b[1;31mError detected in sub-command launch", "KeyError : 'x'", "quit"]
    assert str(log.error_in(lines)) == "MadGraph stopped: 'x'"
    assert str(log.error_in(["command not executed: launch"])) == "MadGraph stopped: see the log"
    assert log.error_in(["INFO: Done "]) is None


def test_overlooked_in() -> None:
    assert log.overlooked_in(['"OFF" not valid option for "shower"']) is None
    assert "'nosuch 3'" in str(log.overlooked_in(["WARNING: invalid set command run_card nosuch 3 "]))
    assert log.overlooked_in(["InvalidCmd : No particle foo in model"]) is None
